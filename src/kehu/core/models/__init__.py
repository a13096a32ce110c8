"""The rows that every module stands on."""

from .cache import Held
from .changelog import Batch, Change, Position
from .company import Company
from .custom import CustomField, CustomObject, CustomRecord, FieldRule, Layout
from .duplicates import DuplicatePair
from .files import File
from .imports import ImportDraft, ImportRun, SavedMapping
from .jobs import Schedule
from .notices import Follow, Notice
from .people import Team, User
from .record import OwnedRecord, Record, RecordManager, RecordQuerySet
from .search import SearchRow, SearchWord
from .tags import Tag, Tagging
from .tokens import ApiToken, IdempotencyKey, RateWindow
from .views import ListHabit, SavedView
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
    "DuplicatePair",
    "FieldRule",
    "File",
    "Follow",
    "Held",
    "IdempotencyKey",
    "ImportDraft",
    "ImportRun",
    "Layout",
    "ListHabit",
    "Notice",
    "OwnedRecord",
    "Position",
    "RateWindow",
    "Record",
    "RecordManager",
    "RecordQuerySet",
    "SavedMapping",
    "SavedView",
    "Schedule",
    "SearchRow",
    "SearchWord",
    "Tag",
    "Tagging",
    "Team",
    "User",
    "Webhook",
    "Work",
]
