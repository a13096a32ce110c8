"""The rows that every module stands on."""

from .changelog import Batch, Change, Position
from .company import Company
from .custom import CustomField, CustomObject, CustomRecord, FieldRule, Layout
from .imports import ImportRun
from .jobs import Schedule
from .people import Team, User
from .record import OwnedRecord, Record, RecordManager, RecordQuerySet
from .search import SearchRow
from .tokens import ApiToken

__all__ = [
    "ApiToken",
    "Batch",
    "Change",
    "Company",
    "CustomField",
    "CustomObject",
    "CustomRecord",
    "FieldRule",
    "ImportRun",
    "Layout",
    "OwnedRecord",
    "Position",
    "Record",
    "RecordManager",
    "RecordQuerySet",
    "Schedule",
    "SearchRow",
    "Team",
    "User",
]
