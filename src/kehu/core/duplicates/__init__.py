"""Records that are likely about the same person or company."""

from .likely import Likely, likely
from .rule import Compared, DuplicateRule

__all__ = ["Compared", "DuplicateRule", "Likely", "likely"]
