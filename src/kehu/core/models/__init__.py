"""The rows that every module stands on."""

from .cache import Held
from .changelog import Batch, Change, Position
from .company import Company
from .custom import CustomField, CustomObject, CustomRecord, FieldRule, Layout
from .imports import ImportDraft, ImportRun, SavedMapping
from .jobs import Schedule
from .people import Team, User
from .record import OwnedRecord, Record, RecordManager, RecordQuerySet
from .search import SearchRow, SearchWord
from .tokens import ApiToken, IdempotencyKey, RateWindow
from .webhooks import Delivery, Webhook
from .work import Work

__all__ = [
    "ApiToken",
    "Batch",
    "Change",
    "Company",
    "CustomField",
    "CustomObject",
    "CustomRecord",
    "Delivery",
    "FieldRule",
    "Held",
    "IdempotencyKey",
    "ImportDraft",
    "ImportRun",
    "Layout",
    "OwnedRecord",
    "Position",
    "RateWindow",
    "Record",
    "RecordManager",
    "RecordQuerySet",
    "SavedMapping",
    "Schedule",
    "SearchRow",
    "SearchWord",
    "Team",
    "User",
    "Webhook",
    "Work",
]
