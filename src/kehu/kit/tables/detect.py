"""What a file is, told by its bytes: its kind, its encoding, its delimiter."""

from __future__ import annotations

import codecs
import csv
import re
from collections import Counter
from dataclasses import dataclass
from pathlib import Path

from django.utils.translation import gettext

from kehu.kit.tables.archives import refuse_unfit
from kehu.kit.tables.model import TableError, empty_file

_CHUNK = 1 << 20
_SAMPLE = 1 << 18
_DELIMITERS = (",", ";", "\t", "|")
_RECORDS_LOOKED_AT = 60
# Big5 as Windows writes it, then with Hong Kong's characters.
_BIG5 = ("cp950", "big5hkscs")
_BOMS = ((codecs.BOM_UTF8, "utf-8-sig"), (codecs.BOM_UTF16_LE, "utf-16"), (codecs.BOM_UTF16_BE, "utf-16"))


@dataclass(frozen=True)
class Encoding:
    """`codec` reads the file, people are told `name` and `why`; `broken`: some bytes do not fit; `nul`: zeros occur."""

    codec: str
    name: str
    broken: bool = False
    nul: bool = False
    why: str = ""


def kind_of(path: Path) -> str:
    """csv, xlsx (any spreadsheet), parquet or vcard; a `TableError` for files that hold no rows."""
    try:
        with path.open("rb") as file:
            start = file.read(512)
    except OSError as error:
        raise TableError(
            gettext("The file %(name)s cannot be opened: %(reason)s.")
            % {"name": path.name, "reason": error.strerror or type(error).__name__}
        ) from error
    if not start:
        raise empty_file()
    if start.startswith(b"PAR1"):
        return "parquet"
    if start.startswith(b"PK\x03\x04"):
        refuse_unfit(path)
        return "xlsx"
    if start.startswith(b"\xd0\xcf\x11\xe0"):
        return "xlsx"
    if start.startswith((b"\x1f\x8b", b"BZh", b"\xfd7zXZ", b"7z\xbc\xaf", b"Rar!")):
        raise TableError(gettext("The file is compressed. Unpack it first."))
    if start.startswith((b"%PDF", b"\x89PNG", b"\xff\xd8\xff", b"GIF8")):
        raise TableError(gettext("The file is a document or a picture, not a table."))
    if start.lstrip().lower().startswith((b"<!doctype", b"<html", b"<?xml", b"<table")):
        raise TableError(gettext("The file is a web page, not a table. Save it as CSV or XLSX."))
    return _kind_of_text(_text_of(start))


def _text_of(start: bytes) -> str:
    """The first characters of a text file, whatever its encoding, to see which kind of text it is."""
    for bom, codec in _BOMS:
        if start.startswith(bom):
            return start[: len(start) // 2 * 2].decode(codec, "replace").lstrip("\ufeff").lstrip()
    wide = b"\0" in start and not re.match(rb"\s*begin\s*:", start, re.IGNORECASE) and _utf16(start)
    return start[: len(start) // 2 * 2].decode(wide or "ascii", "replace").lstrip()


def _kind_of_text(text: str) -> str:
    start = text[:40].upper()
    if start.startswith("BEGIN:VCARD"):
        return "vcard"
    if re.match(r"BEGIN\s*:", start) or text.lower().startswith('["vcalendar"'):
        raise TableError(gettext("The file is a calendar, not a table."))
    if re.match(r'[\[{]\s*["\[{]', text):
        raise TableError(gettext("The file is JSON, not a table. Save it as CSV or XLSX."))
    return "csv"


def encoding_of(path: Path) -> tuple[Encoding, int]:
    """The encoding of a text file and the number of its lines. The whole file is read once, in pieces."""
    with path.open("rb") as file:
        sample = file.read(_SAMPLE)
    for bom, codec in _BOMS:
        if sample.startswith(bom):
            scan = _scan(path, codec)
            told = gettext("The file begins with the mark of this encoding.")
            name = codec.removesuffix("-sig")
            return Encoding(codec, name, scan.failed_at is not None, scan.nul, told), scan.lines
    if b"\0" in sample and (wide := _utf16(sample)):
        scan = _scan(path, wide)
        told = gettext("Read as UTF-16, almost every character is an everyday one.")
        return Encoding(wide, "utf-16", scan.failed_at is not None, scan.nul, told), scan.lines
    scan = _scan(path, "utf-8")
    if sample.count(b"\0") > len(sample) // 100:
        raise TableError(gettext("The file is not a text file."))
    if scan.failed_at is None:
        told = (
            gettext("The whole file holds ASCII only.")
            if scan.plain
            else gettext("The whole file reads as UTF-8.")
        )
        return Encoding("utf-8", "utf-8", nul=scan.nul, why=told), scan.lines
    return _not_quite_utf8(path, scan), scan.lines


@dataclass
class _Scan:
    lines: int = 0
    nul: bool = False
    plain: bool = True
    failed_at: int | None = None


def _scan(path: Path, codec: str) -> _Scan:
    decoder, scan, place = codecs.getincrementaldecoder(codec)("strict"), _Scan(), 0
    wide = codec.startswith("utf-16")
    with path.open("rb") as file:
        while chunk := file.read(_CHUNK):
            scan.lines += chunk.count(b"\n") or chunk.count(b"\r")
            scan.nul = scan.nul or (b"\0" in chunk and not wide)
            scan.plain = scan.plain and chunk.isascii()
            if scan.failed_at is None:
                try:
                    text = decoder.decode(chunk)
                    scan.nul = scan.nul or (wide and "\0" in text)
                except UnicodeDecodeError as error:
                    scan.failed_at = max(0, place + error.start)
            place += len(chunk)
    if scan.failed_at is None:
        try:
            decoder.decode(b"", final=True)
        except UnicodeDecodeError:
            scan.failed_at = place
    return scan


def _utf16(sample: bytes) -> str | None:
    """UTF-16 without a mark: read the right way round almost every character is an everyday one."""
    sample = sample[: len(sample) // 2 * 2]
    for codec in ("utf-16-le", "utf-16-be"):
        text = sample.decode(codec, "replace")
        everyday = sum(
            " " <= char <= "~" or char in "\r\n\t" or "\u3000" <= char <= "\u9fff" for char in text
        )
        if everyday > len(text) * 0.9 and ("\n" in text or "\r" in text):
            return codec
    return None


def _not_quite_utf8(path: Path, scan: _Scan) -> Encoding:
    """GB18030 or Big5, or UTF-8 with broken places: whichever reads as everyday characters."""
    with path.open("rb") as file:
        file.seek(max(0, (scan.failed_at or 0) - _SAMPLE // 4))
        sample = file.read(_SAMPLE)
    text = sample.decode("utf-8", "replace")
    broken = text.count("\ufffd")
    if sum(char > "\x7f" for char in text) - broken > 4 * broken:
        told = gettext("Most characters read as UTF-8; some bytes do not fit.")
        return Encoding("utf-8", "utf-8", broken=True, nul=scan.nul, why=told)
    candidates = []
    for name, codecs_of_name, plane, common in (
        ("gb18030", ("gb18030",), "gb2312", range(0xB0, 0xD8)),
        ("big5", _BIG5, "big5", range(0xA4, 0xC7)),
    ):
        for codec in codecs_of_name:
            failed = _scan(path, codec).failed_at is not None
            score = _everyday_share(sample, codec, plane, common)
            told = gettext(
                "It is not UTF-8; read as %(name)s, %(share)s%% of the Chinese characters are common ones."
            ) % {"name": name.upper(), "share": round(score * 100)}
            candidates.append((score, not failed, Encoding(codec, name, failed, scan.nul, told)))
            if not failed:
                break
    score, _whole, best = max(candidates, key=lambda candidate: candidate[:2])
    if score > 0.6:
        return best
    told = gettext("No known encoding fits the whole file. Choose the right one.")
    return Encoding("utf-8", "utf-8", broken=True, nul=scan.nul, why=told)


def _everyday_share(sample: bytes, codec: str, plane: str, common: range) -> float:
    """How many of the characters beyond ASCII are common ones, of the first level of their standard."""
    counts = Counter(char for char in sample.decode(codec, "replace") if char > "\x7f")
    everyday = total = 0
    for char, count in counts.items():
        if "\u3000" <= char <= "\u303f" or "\uff00" <= char <= "\uff60":
            continue
        total += count
        code = char.encode(plane, "ignore")
        everyday += count if len(code) == 2 and code[0] in common else 0
    return everyday / total if total else 0.0


def delimiter_of(sample: str) -> str:
    """The separator that cuts the first records into equally many cells, the most cells winning."""
    lines = sample.splitlines(keepends=True)
    best, best_score = ",", (0.0, 0)
    for delimiter in _DELIMITERS:
        widths = Counter(_widths(lines, delimiter))
        if not widths:
            continue
        width, count = max(widths.items(), key=lambda item: (item[1], item[0]))
        score = (round(count / widths.total(), 1), width)
        if width > 1 and score > best_score:
            best, best_score = delimiter, score
    return best


def _widths(lines: list[str], delimiter: str) -> list[int]:
    widths = []
    try:
        for record in csv.reader(lines, delimiter=delimiter):
            if record:
                widths.append(len(record))
            if len(widths) == _RECORDS_LOOKED_AT:
                break
    except csv.Error:
        return widths
    return widths
