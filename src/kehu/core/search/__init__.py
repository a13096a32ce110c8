"""One box over everything visible."""

from .find import Hit, find, find_similar, why
from .index import index

__all__ = ["Hit", "find", "find_similar", "index", "why"]
