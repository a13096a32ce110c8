"""Adding files to records. Taking one away is `records.delete`, which history takes back."""

from __future__ import annotations

import hashlib
import unicodedata
from pathlib import PurePath
from typing import TYPE_CHECKING, Any
from uuid import uuid4

from django.conf import settings
from django.core.files.storage import default_storage
from django.db import transaction
from django.utils.translation import gettext as _

from kehu.core import access, changes, files, registry
from kehu.core.actions import records
from kehu.core.errors import Conflict, Forbidden, Refused
from kehu.core.models import File

if TYPE_CHECKING:
    from kehu.core.models import Record, User

FOLDER = "attachments"
LONGEST_NAME = 255


def add(*, record: Record, name: str, content: Any, by: User) -> File:
    """Put a file on a record that the user may change. `content` is an open file of Django's, with its size.

    Refused where it is empty or larger than KEHU_FILE_MB. Nothing stays in the storage when the row is refused.
    """
    kind = registry.of(record)
    access.require(by, "change", record)
    if not kind.carries:
        raise Forbidden(_("This kind of record holds no files."))
    if record.deleted_at is not None:
        raise Conflict(_("This record is in the recycle bin. Restore it first."))
    _refuse_size(content.size)
    stored = default_storage.save(f"{FOLDER}/{uuid4().hex}", content)
    try:
        with transaction.atomic():
            return _insert(record, name, content, stored, by)
    except BaseException:
        default_storage.delete(stored)
        raise


def _refuse_size(size: int) -> None:
    if size == 0:
        raise Refused(_("This file is empty."))
    if size > settings.FILE_MB * 1024 * 1024:
        raise Refused(
            _("This file is larger than %(most)s MB, which is the most here.") % {"most": settings.FILE_MB}
        )


def _insert(record: Record, name: str, content: Any, stored: str, by: User) -> File:
    content.seek(0)
    digest, head = hashlib.sha256(), b""
    for chunk in content.chunks():
        head = head or chunk[: files.HEAD]
        digest.update(chunk)
    file = File(
        object_type=registry.of(record).key,
        object_id=record.pk,
        name=clean_name(name),
        size=content.size,
        content_type=files.type_of(head, name),
        sha256=digest.hexdigest(),
        stored=stored,
        added_by=by,
    )
    records.validate(file)
    changes.save(file, by=by)
    return file


def clean_name(name: str) -> str:
    """A file's name without folders and what no file system takes, its ending kept where it is cut."""
    bare = name.replace("\\", "/").rsplit("/", 1)[-1].encode("utf-8", "replace").decode()
    shown = "".join(c for c in bare if not unicodedata.category(c).startswith(("Cc", "Cs", "Cf"))).strip(" .")
    path = PurePath(shown or _("file"))
    return path.stem[: LONGEST_NAME - len(path.suffix[:20])] + path.suffix[:20]
