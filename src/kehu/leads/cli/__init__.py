"""The commands of leads: `kehu predict` and `kehu scoring`."""

from __future__ import annotations

from typing import Any

from kehu.leads.cli import scoring
from kehu.leads.predictive import commands as predictive


def add_commands(commands: Any) -> None:
    """Add `predict` and `scoring` to the command line."""
    predictive.add_commands(commands)
    scoring.add_commands(commands)
