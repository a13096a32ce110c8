"""One box over everything visible."""

from .find import Hit, find
from .index import index

__all__ = ["Hit", "find", "index"]
