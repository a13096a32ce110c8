"""Files as they are read: what a content is, judged by its bytes, and how much of it a page may show.

What a file is called decides nothing. Whatever is not surely a picture, a PDF or plain text is only handed out to
be saved.
"""

from __future__ import annotations

import codecs
from collections.abc import Sequence
from contextlib import closing
from itertools import islice
from pathlib import PurePath
from tempfile import NamedTemporaryFile
from typing import TYPE_CHECKING, Any

from django.core.files.storage import default_storage
from django.db.models import QuerySet

from kehu.core import registry
from kehu.core.models import File
from kehu.kit.tables import TableError, open_table

if TYPE_CHECKING:
    from kehu.core.models import Record

HEAD = 4096
SHOWN_ROWS = 200
SHOWN_COLUMNS = 40
SHOWN_TEXT = 100_000
SHOWN_BYTES = 1_000_000
UNKNOWN = "application/octet-stream"
SIGNATURES: Sequence[tuple[bytes, str]] = (
    (b"\x89PNG\r\n\x1a\n", "image/png"),
    (b"\xff\xd8\xff", "image/jpeg"),
    (b"GIF87a", "image/gif"),
    (b"GIF89a", "image/gif"),
    (b"%PDF-", "application/pdf"),
)
PICTURES = frozenset({"image/png", "image/jpeg", "image/gif", "image/webp"})
TABLES = frozenset({".csv", ".tsv"})
# Text that a browser would run is shown as the text that it is, never with a type of its own.
TEXT = "text/plain"
CSV = "text/csv"


def type_of(head: bytes, name: str) -> str:
    """The type of a content by its first bytes."""
    for signature, found in SIGNATURES:
        if head.startswith(signature):
            return found
    if head[:4] == b"RIFF" and head[8:12] == b"WEBP":
        return "image/webp"
    if not _is_text(head):
        return UNKNOWN
    return CSV if PurePath(name).suffix.lower() in TABLES else TEXT


def _is_text(head: bytes) -> bool:
    if head.startswith((b"\xff\xfe", b"\xfe\xff")):
        return True
    if b"\x00" in head:
        return False
    try:
        head.decode("utf-8")
    except UnicodeDecodeError as error:
        if error.start < len(head) - 4:  # else a character was cut in two
            return _is_chinese(head)
    return True


def _is_chinese(head: bytes) -> bool:
    try:
        head[:-2].decode("gb18030")
    except UnicodeDecodeError:
        return False
    return not any(byte < 32 and byte not in b"\t\r\n\x0c" for byte in head)


def of_record(record: Record) -> QuerySet[File]:
    """The live files of a record, the newest first; whoever sees the record sees them."""
    kind = registry.of(record)
    found = File.objects.filter(object_type=kind.key, object_id=record.pk)
    return found.select_related("added_by").order_by("-id")


def record_of(file: File) -> Any:
    """The live record that a file belongs to, whoever asks."""
    if not registry.known(file.object_type):
        return None
    return registry.get(file.object_type).model.objects.filter(pk=file.object_id).first()


def way_to_show(file: File) -> str:
    """How a page shows a file: `picture`, `pdf`, `table`, `text`, or not at all."""
    if file.content_type in PICTURES:
        return "picture"
    return {"application/pdf": "pdf", CSV: "table", TEXT: "text"}.get(file.content_type, "")


def opened(file: File) -> Any:
    """The content; raises FileNotFoundError where the storage has lost it."""
    return default_storage.open(file.stored)


def text_in(file: File) -> tuple[str, bool]:
    """The beginning of a text, and whether that is not all."""
    with opened(file) as content:
        head = content.read(SHOWN_TEXT + 1)
    for encoding in ("utf-8-sig", "utf-16" if head[:2] in (b"\xff\xfe", b"\xfe\xff") else "gb18030"):
        try:  # the last character may be cut in two
            return codecs.getincrementaldecoder(encoding)().decode(head[:SHOWN_TEXT]), len(head) > SHOWN_TEXT
        except UnicodeDecodeError:
            continue
    return head[:SHOWN_TEXT].decode("utf-8", errors="replace"), len(head) > SHOWN_TEXT


def table_in(file: File) -> tuple[list[str], list[list[str]]] | None:
    """Heading and first rows of a CSV file; nothing where it cannot be read as one."""
    with NamedTemporaryFile(suffix=".csv") as copy, opened(file) as content:
        head = content.read(SHOWN_BYTES)
        # Whole lines only, as a row that is cut is a row that is wrong.
        copy.write(head if len(head) < SHOWN_BYTES else head[: head.rfind(b"\n") + 1])
        copy.flush()
        try:
            table = open_table(copy.name)
            found: Any = table.rows()
            with closing(found):
                rows = [row.cells[:SHOWN_COLUMNS] for row in islice(found, SHOWN_ROWS)]
        except TableError:
            return None
    return [str(name) for name in table.header[:SHOWN_COLUMNS]], rows
