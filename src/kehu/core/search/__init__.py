"""One box over everything visible."""

from .find import Hit, find, find_similar, keys_of_contained, why
from .index import Texts, fields_of, forget, index, refresh, write

__all__ = [
    "Hit", "Texts", "fields_of", "find", "find_similar", "forget", "index", "keys_of_contained",
    "refresh", "why", "write",
]  # fmt: skip
