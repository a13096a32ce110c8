"""Files of rows into records: mapped, checked, matched by key, in chunks that survive a crash, undone as one."""

from .fields import importable
from .opening import opened
from .proposals import propose
from .run import finish_interrupted, go_on, import_file, interrupted, stop, take_up
from .values import Mapping, mapping_of, read_mapping

__all__ = [
    "Mapping",
    "finish_interrupted",
    "go_on",
    "import_file",
    "importable",
    "interrupted",
    "mapping_of",
    "opened",
    "propose",
    "read_mapping",
    "stop",
    "take_up",
]
