"""What can be done to many records at once: looked at first, then done in steps and taken back as one batch."""

from . import emptying, restoring
from .asking import form_of, read, values_of
from .doing import begin
from .offered import BulkAction, editable, offered, selecting
from .trial import Preview, preview

__all__ = [
    "BulkAction",
    "Preview",
    "begin",
    "editable",
    "emptying",
    "form_of",
    "offered",
    "preview",
    "read",
    "restoring",
    "selecting",
    "values_of",
]
