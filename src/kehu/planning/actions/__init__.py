"""What planning does: make plans, change their numbers, approve them."""

from .approval import approve, submit, withdraw
from .cells import edit_cell
from .plans import create_plan_from_history, new_version, plan_from_history, record_version

__all__ = [
    "approve",
    "create_plan_from_history",
    "edit_cell",
    "new_version",
    "plan_from_history",
    "record_version",
    "submit",
    "withdraw",
]
