"""A file between its upload and its import: recognised, mapped, tried, started or thrown away."""

from __future__ import annotations

import hashlib
import re
import secrets
from collections.abc import Mapping as Given
from dataclasses import replace
from datetime import timedelta
from pathlib import Path
from typing import Any

from django.conf import settings
from django.core.files.uploadedfile import UploadedFile
from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from kehu.core import registry, uploads
from kehu.core import work as long_work
from kehu.core.errors import NotFound, Refused
from kehu.core.imports import background, fields, proposals, run, words
from kehu.core.imports.shape import shaped
from kehu.core.imports.values import Mapping, mapping_of
from kehu.core.models import ImportDraft, ImportRun, SavedMapping, User, Work
from kehu.core.registry import ObjectType
from kehu.kit.tables import Row, Table

_LOST = re.compile("[\0\ud800-\udfff]")
KEPT = timedelta(days=14)
READING = background.READING
# What a draft keeps of the first rows: pages show it, and the preview tries it.
MOST_TEXT = 2_000_000


def keep(*, kind: ObjectType, upload: UploadedFile, by: User) -> ImportDraft:
    """Take an uploaded file in and recognise how it is to be read. Refused, and thrown away, where it is no table."""
    fields.require_importable(kind, by)
    name = uploads.name_of(upload)
    path = Path(settings.KEHU_DATA) / "imports" / "drafts" / f"{secrets.token_hex(16)}{_suffix(name)}"
    uploads.keep(upload, path)
    draft = ImportDraft(
        object_type=kind.key, actor=by, file_name=name, stored=str(path), size=upload.size or 0
    )
    try:
        _read(draft, kind, run.opened(path), by)
        draft.save()
    except BaseException:
        path.unlink(missing_ok=True)
        raise
    return draft


def read_again(*, draft: ImportDraft, reading: Given[str, Any], by: User) -> None:
    """Read the file another way: encoding, delimiter, header_row, sheet. The mapping is proposed anew."""
    kind = _own(draft, by)
    chosen = {name: value for name, value in reading.items() if name in READING and value}
    table = run.opened(Path(draft.stored), replace(Mapping({}), **chosen))
    _read(draft, kind, table, by)
    draft.save()


def choose(*, draft: ImportDraft, mapping: dict[str, Any], by: User) -> None:
    """Put down a mapping; a sentence says what is wrong with it."""
    kind = _own(draft, by)
    mapping = shaped(mapping)
    if not mapping["fields"]:
        raise Refused(_("Choose a field for at least one column."))
    checked(draft, kind, mapping, by)
    draft.mapping, draft.trial = mapping, None
    draft.save(update_fields=["mapping", "trial"])


def checked(draft: ImportDraft, kind: ObjectType, given: dict[str, Any], by: User) -> Mapping:
    """The mapping of a draft, if the person may use it and the file has its columns."""
    chosen = {name: value for name in READING if (value := draft.reading.get(name))}
    mapping = mapping_of({**given, "file": chosen}, kind)
    run.refuse_closed_fields(kind, mapping, by)
    fields.refuse_closed(kind, mapping, by)
    run.check_columns(table_of(draft), mapping)
    return mapping


def table_of(draft: ImportDraft) -> Table:
    """The first rows of a draft as a table, without opening its file."""
    rows = [Row(number, cells, problem) for number, cells, problem in draft.sample]
    return Table(
        tuple(draft.header),
        draft.reading.get("kind", "csv"),
        lambda: iter(rows),
        estimate=draft.estimate,
        **{name: draft.reading[name] for name in (*READING, "evidence") if draft.reading.get(name)},
    )


def try_all(*, draft: ImportDraft, by: User) -> Work:
    """Try all rows in the background; nothing is written."""
    kind = _own(draft, by)
    checked(draft, kind, draft.mapping, by)
    with transaction.atomic():
        draft.trial = long_work.start(
            background.TRIAL,
            label=background.said_of_trial(draft.file_name),
            by=by,
            parameters={"draft": draft.pk, "file": draft.file_name},
            total=draft.estimate,
        )
        draft.save(update_fields=["trial"])
    return draft.trial


def begin(*, draft: ImportDraft, by: User) -> ImportRun:
    """Import the file in the background. The mapping is remembered for files with the same columns."""
    kind = _own(draft, by)
    mapping = checked(draft, kind, draft.mapping, by)
    with transaction.atomic():
        # Who presses twice imports once.
        if not ImportDraft.objects.select_for_update().filter(pk=draft.pk).exists():
            raise NotFound(_("There is no such file. It may have been imported already."))
        started = run.start(kind, Path(draft.stored), table_of(draft), mapping, by, None)
        started.state, started.file_name = ImportRun.State.WAITING, draft.file_name
        started.save(update_fields=["state", "file_name"])
        started.batch.label = draft.file_name
        started.batch.save(update_fields=["label"])
        SavedMapping.objects.update_or_create(
            object_type=kind.key,
            actor=by,
            columns=columns_digest(draft.header),
            defaults={"mapping": draft.mapping},
        )
        draft.delete()
        background.run_import.later(run=started.pk)
    Path(draft.stored).unlink(missing_ok=True)
    return started


def discard(*, draft: ImportDraft, by: User) -> None:
    """Throw a file away that is not to be imported."""
    _own(draft, by)
    draft.delete()
    Path(draft.stored).unlink(missing_ok=True)


def find(pk: int, user: User) -> ImportDraft:
    """A draft is seen by who uploaded the file, as its rows are that person's alone."""
    draft = ImportDraft.objects.filter(pk=pk, actor=user).select_related("trial").first()
    if draft is None:
        raise NotFound(_("There is no such file. It may have been imported already."))
    return draft


def forget_old() -> int:
    """Throw away files that nobody came back for; returns how many."""
    old = list(ImportDraft.objects.filter(created_at__lt=timezone.now() - KEPT))
    for draft in old:
        draft.delete()
        Path(draft.stored).unlink(missing_ok=True)
    return len(old)


def columns_digest(header: list[str]) -> str:
    """What tells files with the same columns; what an error file adds does not count."""
    added = {words.key(name) for name in proposals.added_columns()}
    names = sorted({words.key(name) for name in header} - added)
    return hashlib.sha256("\0".join(names).encode("utf-8", "replace")).hexdigest()


def _own(draft: ImportDraft, by: User) -> ObjectType:
    if draft.actor_id != by.pk:
        raise NotFound(_("There is no such file. It may have been imported already."))
    kind = registry.get(draft.object_type)
    fields.require_importable(kind, by)
    return kind


def _read(draft: ImportDraft, kind: ObjectType, table: Table, by: User) -> None:
    sample = _within(proposals.first_of(table))
    draft.header = [kept(name) for name in table.header]
    draft.estimate, draft.trial = table.estimate, None
    draft.sample = [[row.number, [kept(cell) for cell in row.cells], row.problem] for row in sample]
    draft.reading = {
        "kind": table.kind,
        "evidence": dict(table.evidence),
        "sheets": list(table.sheets),
        **{name: getattr(table, name) for name in READING},
    }
    draft.mapping = _saved(draft, kind, by) or proposals.propose(kind, table, by, sample).mapping


def _saved(draft: ImportDraft, kind: ObjectType, by: User) -> dict[str, Any] | None:
    """The mapping that the person used last for these columns, if it still fits."""
    digest = columns_digest(draft.header)
    saved = SavedMapping.objects.filter(object_type=kind.key, actor=by, columns=digest).first()
    if saved is None:
        return None
    try:
        checked(draft, kind, saved.mapping, by)
    except Refused:
        return None
    draft.reading["saved"] = saved.used_at.isoformat()
    return saved.mapping


def _within(rows: list[Row]) -> list[Row]:
    """As many of the first rows as a page can hold; at least one."""
    size = 0
    for place, row in enumerate(rows):
        size += sum(map(len, row.cells))
        if size > MOST_TEXT and place:
            return rows[:place]
    return rows


def kept(text: str) -> str:
    """A cell without the characters that no database keeps."""
    return _LOST.sub("\ufffd", text)


def _suffix(name: str) -> str:
    suffix = Path(name).suffix.lower()
    return suffix if suffix[1:].isascii() and suffix[1:].isalnum() and len(suffix) < 10 else ""
