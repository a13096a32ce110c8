"""The rows that every module stands on."""

from .changelog import Batch, Change, Position
from .company import Company
from .imports import ImportRun
from .jobs import Schedule
from .people import Team, User
from .record import OwnedRecord, Record, RecordManager, RecordQuerySet
from .search import SearchRow
from .tokens import ApiToken
from .views import ListHabit, SavedView

__all__ = [
    "ApiToken",
    "Batch",
    "Change",
    "Company",
    "ImportRun",
    "ListHabit",
    "OwnedRecord",
    "Position",
    "Record",
    "RecordManager",
    "RecordQuerySet",
    "SavedView",
    "Schedule",
    "SearchRow",
    "Team",
    "User",
]
