"""What can be done to many records at once: looked at first, then done in steps and taken back as one batch."""

from .doing import begin, read_values_with
from .offered import BulkAction, editable, offered, selecting
from .trial import Preview, preview

__all__ = [
    "BulkAction",
    "Preview",
    "begin",
    "editable",
    "offered",
    "preview",
    "read_values_with",
    "selecting",
]
