"""What is done with forms and with what people sent."""

from .mailing import ask_to_confirm, confirmed_by
from .receiving import bin_submission, confirm, receive, release
from .settling import build, check_form, create_form, edit_form, edit_value
from .tokens import issue
from .working import work, work_off

__all__ = [
    "ask_to_confirm",
    "bin_submission",
    "build",
    "check_form",
    "confirm",
    "confirmed_by",
    "create_form",
    "edit_form",
    "edit_value",
    "issue",
    "receive",
    "release",
    "work",
    "work_off",
]
