"""The rows that every module stands on."""

from .changelog import Batch, Change, Position
from .company import Company
from .imports import ImportRun
from .jobs import Schedule
from .people import Team, User
from .record import OwnedRecord, Record, RecordManager, RecordQuerySet
from .search import SearchRow
from .tokens import ApiToken, IdempotencyKey, RateWindow
from .webhooks import Delivery, Webhook

__all__ = [
    "ApiToken",
    "Batch",
    "Change",
    "Company",
    "Delivery",
    "IdempotencyKey",
    "ImportRun",
    "OwnedRecord",
    "Position",
    "RateWindow",
    "Record",
    "RecordManager",
    "RecordQuerySet",
    "Schedule",
    "SearchRow",
    "Team",
    "User",
    "Webhook",
]
