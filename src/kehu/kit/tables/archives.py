"""Spreadsheets are archives: what they would unpack to is measured before anything is unpacked into memory."""

from __future__ import annotations

import re
import zipfile
import zlib
from collections.abc import Iterator
from pathlib import Path
from typing import BinaryIO

from django.utils.translation import gettext

from kehu.kit.tables.model import TableError

UNPACKED_LIMIT = 2 << 30
# A sheet is held as a whole grid: one cell in the last corner of an empty sheet costs seventeen thousand million.
CELLS_LIMIT = 40_000_000
ENTRIES_LIMIT = 10_000
_PIECE = 1 << 20
_PLACE = re.compile(rb"""\sr\s*=\s*["']\s*([A-Za-z]{1,3})(\d{1,9})""")
_OVERLAP = 64
_STORED, _DEFLATED = 0, 8


def refuse_unfit(path: Path, *, unpacked: int = 0, cells: int = 0) -> None:
    """Refuse (`TableError`) an archive that is no spreadsheet, damaged, or larger than can be read.

    Sizes are counted while unpacking piece by piece, as those that the archive tells may be a lie.
    """
    left = unpacked or UNPACKED_LIMIT
    try:
        with zipfile.ZipFile(path) as archive, path.open("rb") as file:
            entries = archive.infolist()
            if not any(
                entry.filename.startswith("xl/") or entry.filename == "content.xml" for entry in entries
            ):
                raise TableError(gettext("The file is compressed. Unpack it first."))
            if len(entries) > ENTRIES_LIMIT or sum(entry.file_size for entry in entries) > left:
                raise too_large()
            for entry in entries:
                left -= _measured(file, entry, left, cells or CELLS_LIMIT)
    except (zipfile.BadZipFile, zlib.error, RuntimeError, OSError, ValueError) as error:
        if isinstance(error, TableError):
            raise
        raise TableError(gettext("The spreadsheet is damaged and cannot be read.")) from error


def _measured(file: BinaryIO, entry: zipfile.ZipInfo, left: int, cells: int) -> int:
    """The true size of one entry; a sheet's grid is measured on the way."""
    if entry.flag_bits & 0x1:
        raise TableError(gettext("The spreadsheet is protected by a password. Save it without one first."))
    if entry.compress_type not in (_STORED, _DEFLATED):
        raise zipfile.BadZipFile
    sheet = re.fullmatch(r"/?xl/worksheets/.*\.xml", entry.filename, re.IGNORECASE) is not None
    size, grid = 0, _Grid(cells)
    for piece in _pieces(file, entry):
        size += len(piece)
        if size > left:
            raise too_large()
        if sheet:
            grid.see(piece)
    return size


class _Grid:
    """How wide and how high a sheet is, told by the places of its cells."""

    def __init__(self, limit: int) -> None:
        self.limit, self.width, self.height, self.rest = limit, 0, 0, b""
        self.columns: set[bytes] = set()

    def see(self, piece: bytes) -> None:
        text = self.rest + piece
        self.rest = text[-_OVERLAP:]
        found = _PLACE.findall(text)
        if not found:
            return
        for column in {name for name, _row in found} - self.columns:
            self.columns.add(column)
            self.width = max(self.width, _number(column))
        self.height = max(self.height, max(int(row) for _name, row in found))
        if self.width * self.height > self.limit:
            raise too_large()


def _number(column: bytes) -> int:
    number = 0
    for letter in column.upper():
        number = number * 26 + letter - 64
    return number


def _pieces(file: BinaryIO, entry: zipfile.ZipInfo) -> Iterator[bytes]:
    """What an entry unpacks to, whatever size the archive tells."""
    file.seek(entry.header_offset)
    head = file.read(30)
    if len(head) < 30 or head[:4] != b"PK\x03\x04":
        raise zipfile.BadZipFile
    names = int.from_bytes(head[26:28], "little") + int.from_bytes(head[28:30], "little")
    file.seek(names, 1)
    left = entry.compress_size
    unpack = zlib.decompressobj(-15) if entry.compress_type == _DEFLATED else None
    while left > 0 and (packed := file.read(min(left, _PIECE))):
        left -= len(packed)
        if unpack is None:
            yield packed
            continue
        while packed and not unpack.eof:
            yield unpack.decompress(packed, _PIECE)
            packed = unpack.unconsumed_tail


def too_large() -> TableError:
    return TableError(gettext("The spreadsheet is too large. Save it as CSV."))
