"""Writing rows together with their history. Actions use these; nothing else writes a Record."""

from .bulk import insert_columns, insert_many, update_many
from .columns import Moments, Same
from .large import undo
from .log import batch, joining, log, newest, save
from .trail import Trail
from .undo import undo_change
from .values import differs

__all__ = [
    "Moments", "Same", "Trail", "batch", "differs", "insert_columns", "insert_many", "joining", "log", "newest",
    "save", "undo", "undo_change", "update_many",
]  # fmt: skip
