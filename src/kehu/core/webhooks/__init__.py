"""Telling addresses outside of changes: reading the log, calling, trying again."""

from .sending import send_due
from .telling import tell

__all__ = ["send_due", "tell"]
