"""Writing rows together with their history. Actions use these; nothing else writes a Record."""

from .bulk import insert_many
from .log import batch, log, save
from .trail import Trail
from .undo import undo, undo_change

__all__ = ["Trail", "batch", "insert_many", "log", "save", "undo", "undo_change"]
