"""The commands of leads: `kehu predict` and `kehu scoring`."""

from __future__ import annotations

from typing import Any

from kehu.leads.cli import predicting, scoring


def add_commands(commands: Any) -> None:
    """Add `predict` and `scoring` to the command line."""
    predicting.add_commands(commands)
    scoring.add_commands(commands)
