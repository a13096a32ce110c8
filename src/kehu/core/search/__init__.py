"""One box over everything visible."""

from .find import Hit, find
from .index import Texts, fields_of, index, refresh, write

__all__ = ["Hit", "Texts", "fields_of", "find", "index", "refresh", "write"]
