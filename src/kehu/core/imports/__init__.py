"""Files of rows into records: mapped, checked, matched by key, in chunks that survive a crash, undone as one."""

from .run import finish_interrupted, go_on, import_file, interrupted, stop, take_up
from .values import Mapping, read_mapping

__all__ = [
    "Mapping", "finish_interrupted", "go_on", "import_file", "interrupted", "read_mapping", "stop", "take_up",
]  # fmt: skip
