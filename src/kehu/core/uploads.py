"""Files on their way in: refused by their size before they fill the disk, kept without a copy."""

from __future__ import annotations

import shutil
from pathlib import Path
from typing import Any

from django.conf import settings
from django.core.files.uploadedfile import UploadedFile
from django.core.files.uploadhandler import FileUploadHandler, StopUpload
from django.http import HttpRequest
from django.utils.translation import gettext as _

from kehu.core.errors import Refused

TOO_LARGE = "kehu.too_large"
# What the fields around a file may take.
AROUND = 1 << 20


class Limited(FileUploadHandler):
    """Stops reading a file that is larger than the installation takes; the fields before it are still there."""

    def __init__(self, request: HttpRequest | None = None) -> None:
        super().__init__(request)
        self.size = 0

    def handle_raw_input(
        self, input_data: Any, META: Any, content_length: int, boundary: Any, encoding: Any = None
    ) -> None:
        self.told = content_length

    def receive_data_chunk(self, raw_data: bytes, start: int) -> bytes:
        self.size += len(raw_data)
        if max(self.size, self.told - AROUND) > settings.KEHU_UPLOAD_LIMIT:
            if self.request is not None:
                self.request.META[TOO_LARGE] = True
            raise StopUpload(connection_reset=True)
        return raw_data

    def file_complete(self, file_size: int) -> None:
        return None


def given(request: HttpRequest, name: str = "file") -> UploadedFile:
    """The file that a request brings; Refused where it brings none, or one that is too large."""
    found = request.FILES.get(name)
    if request.META.get(TOO_LARGE):
        limit = settings.KEHU_UPLOAD_LIMIT >> 20
        sentence = _(
            "The file is too large: %(limit)s MB are taken at most. Split it, or ask for a higher limit."
        )
        raise Refused(sentence % {"limit": f"{limit:,}"}, fields={name: sentence % {"limit": f"{limit:,}"}})
    if not isinstance(found, UploadedFile):
        raise Refused(_("Choose a file."), fields={name: _("Choose a file.")})
    return found


def keep(upload: UploadedFile, path: Path) -> None:
    """Put an uploaded file in its place."""
    path.parent.mkdir(parents=True, exist_ok=True)
    if hasattr(upload, "temporary_file_path"):
        Path(upload.temporary_file_path()).replace(path)
        return
    with path.open("wb") as file:
        shutil.copyfileobj(upload, file, 1 << 20)


def name_of(upload: UploadedFile) -> str:
    """The file's name as people know it, without what no database keeps."""
    name = Path((upload.name or "file").replace("\\", "/")).name
    return (
        "".join(char for char in name if char.isprintable() and not "\ud800" <= char <= "\udfff")[-200:]
        or "file"
    )
