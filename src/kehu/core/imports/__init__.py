"""Files of rows into records: mapped, checked, matched by key, in chunks that survive a crash, undone as one."""

from .run import finish_interrupted, import_file, interrupted
from .values import Mapping, read_mapping

__all__ = ["Mapping", "finish_interrupted", "import_file", "interrupted", "read_mapping"]
