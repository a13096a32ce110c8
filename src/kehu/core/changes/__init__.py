"""Writing rows together with their history. Actions use these; nothing else writes a Record."""

from .bulk import insert_many
from .log import batch, log, save
from .undo import undo, undo_change
from .values import differs

__all__ = ["batch", "differs", "insert_many", "log", "save", "undo", "undo_change"]
