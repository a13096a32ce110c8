"""The rows that every module stands on."""

from .changelog import Batch, Change, Position
from .company import Company
from .files import File
from .imports import ImportRun
from .jobs import Schedule
from .notices import Follow, Notice
from .people import Team, User
from .record import OwnedRecord, Record, RecordManager, RecordQuerySet
from .search import SearchRow
from .tags import Tag, Tagging
from .tokens import ApiToken

__all__ = [
    "ApiToken",
    "Batch",
    "Change",
    "Company",
    "File",
    "Follow",
    "ImportRun",
    "Notice",
    "OwnedRecord",
    "Position",
    "Record",
    "RecordManager",
    "RecordQuerySet",
    "Schedule",
    "SearchRow",
    "Tag",
    "Tagging",
    "Team",
    "User",
]
