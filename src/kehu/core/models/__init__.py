"""The rows that every module stands on."""

from .changelog import Batch, Change, Position
from .company import Company
from .people import Team, User
from .record import OwnedRecord, Record, RecordManager, RecordQuerySet
from .search import SearchRow

__all__ = [
    "Batch",
    "Change",
    "Company",
    "OwnedRecord",
    "Position",
    "Record",
    "RecordManager",
    "RecordQuerySet",
    "SearchRow",
    "Team",
    "User",
]
