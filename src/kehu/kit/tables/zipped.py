"""A table in a zip archive, as published data and mailed exports come: unpacked beside, within bounds."""

from __future__ import annotations

import tempfile
import zipfile
import zlib
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path, PurePosixPath

from django.utils.translation import gettext

from kehu.kit.tables.archives import ENTRIES_LIMIT, UNPACKED_LIMIT
from kehu.kit.tables.model import TableError

_PIECE = 1 << 20
_SPREADSHEET = ("xl/", "content.xml")


@contextmanager
def unzipped(path: str | Path, *, limit: int = 0) -> Iterator[Path]:
    """The one file that a zip archive holds, unpacked for as long as the block lasts; any other file as it is.

    A `TableError` where the archive holds no file or several, is protected, damaged or unpacks to more than `limit`
    bytes (default: what a spreadsheet may). What it holds is counted while it is unpacked: its own word may be a lie.
    """
    path = Path(path)
    if not _is_archive(path):
        yield path
        return
    with tempfile.TemporaryDirectory(prefix="kehu-zip-") as folder:
        yield _unpacked(path, Path(folder), limit or UNPACKED_LIMIT)


def _is_archive(path: Path) -> bool:
    """Whether it is a zip archive and no spreadsheet, which is one, too."""
    try:
        with zipfile.ZipFile(path) as archive:
            return not any(name.startswith(_SPREADSHEET) for name in archive.namelist())
    except (OSError, ValueError, zipfile.BadZipFile):
        return False  # opening it as a table says what is wrong


def _unpacked(path: Path, folder: Path, limit: int) -> Path:
    try:
        with zipfile.ZipFile(path) as archive:
            entry = _the_table(archive)
            # The name is the archive's own and may lead anywhere.
            target = folder / (PurePosixPath(entry.filename.replace("\\", "/")).name or "table")
            with archive.open(entry) as packed, target.open("wb") as plain:
                while piece := packed.read(_PIECE):
                    limit -= len(piece)
                    if limit < 0:
                        raise TableError(gettext("The file in the archive is too large."))
                    plain.write(piece)
            return target
    except (zipfile.BadZipFile, zlib.error, EOFError, RuntimeError, OSError) as error:
        raise TableError(gettext("The archive is damaged and cannot be unpacked.")) from error


def _the_table(archive: zipfile.ZipFile) -> zipfile.ZipInfo:
    entries = archive.infolist()
    if len(entries) > ENTRIES_LIMIT:
        raise TableError(gettext("The file in the archive is too large."))
    files = [entry for entry in entries if not entry.is_dir() and not _hidden(entry.filename)]
    if not files:
        raise TableError(gettext("The archive holds no file."))
    if len(files) > 1:
        names = ", ".join(entry.filename for entry in files[:5])
        raise TableError(
            gettext("The archive holds several files (%(names)s). Unpack it and name one.") % {"names": names}
        )
    if files[0].flag_bits & 0x1:
        raise TableError(gettext("The archive is protected by a password. Unpack it first."))
    return files[0]


def _hidden(name: str) -> bool:
    """What systems put beside the files, such as __MACOSX/._data.csv."""
    path = PurePosixPath(name)
    return path.name.startswith(".") or "__MACOSX" in path.parts
