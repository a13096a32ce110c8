"""What the records of the market are called."""

from __future__ import annotations


def word(key: str, slot: str) -> str:
    """The word that gives a record away wherever it shows."""
    return f"Zq{key.title().replace('_', '')}{slot.title()}"
