"""Duplicates among many rows: pairs that are likely about the same, and what they form together."""

from .compare import Column, Found, compare
from .sources import Source, from_file, from_records

__all__ = ["Column", "Found", "Source", "compare", "from_file", "from_records"]
