"""The commands of leads: `kehu predict`."""

from __future__ import annotations

from typing import Any

from kehu.leads.predictive import commands as predictive


def add_commands(commands: Any) -> None:
    """Add `predict` to the command line."""
    predictive.add_commands(commands)
