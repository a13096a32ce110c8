"""Records written to a file, as one user may read them: what the list shows, of any size, in the background."""

from kehu.core.exports.background import (
    EXPORT,
    FORMATS,
    columns_for,
    columns_named,
    start,
    to_file,
    write_file,
)
from kehu.core.exports.columns import Columns, default_paths

__all__ = [
    "EXPORT",
    "FORMATS",
    "Columns",
    "columns_for",
    "columns_named",
    "default_paths",
    "start",
    "to_file",
    "write_file",
]
