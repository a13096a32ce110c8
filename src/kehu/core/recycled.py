"""The recycle bin as one user may see it: what the user may also take back out."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.db import connection, models
from django.db.models import Q

from kehu.core import access, history, registry
from kehu.core.duplicates import pairs
from kehu.core.models import Change, User
from kehu.core.registry import ObjectType
from kehu.core.timeline.sources import Place, before

PAGE = 50


@dataclass(frozen=True)
class Gone:
    kind: ObjectType
    record: Any
    when: datetime
    who: str
    together: bool
    # The merge that sent it here; undoing that is its way back.
    merge: int | None = None


def kinds(user: User) -> list[ObjectType]:
    """The object types whose deleted records the user may restore."""
    return [
        kind
        for kind in registry.all()
        if kind.deletable and access.sees(user, kind) and access.can(user, "delete", kind)
    ]


def page(
    user: User, *, only: str = "", text: str = "", after: Place | None = None
) -> tuple[list[Gone], Place | None]:
    """The newest deleted records after a place, found by text in what the user may read, and where to go on."""
    found: list[tuple[Place, ObjectType, Any]] = []
    for kind in kinds(user):
        if only in ("", kind.key):
            rows = deleted(kind, user, text)
            if after is not None:
                rows = rows.filter(before("deleted_at", after[0], kind.key, *after[1:]))
            rows = rows.order_by("-deleted_at", "-pk")[: PAGE + 1]
            found += [((row.deleted_at, kind.key, row.pk), kind, row) for row in rows]
    found.sort(key=lambda item: item[0], reverse=True)
    shown = found[:PAGE]
    steps = _steps(shown)
    merges = _merges(shown)
    gone = [
        Gone(kind, row, place[0], *steps.get(place[1:], ("", False)), merges.get(place[1:]))
        for place, kind, row in shown
    ]
    return gone, shown[-1][0] if len(found) > PAGE else None


def words(given: str) -> str:
    """What is searched for, as it may come from outside."""
    return given.replace("\x00", "").strip()[:100]


def deleted(kind: ObjectType, user: User, text: str = "") -> Any:
    """The deleted records of an object type that the user may see and restore, found by text in what may be read."""
    rows = kind.model.everything.filter(deleted_at__isnull=False)
    for verb in ("view", "delete"):
        rows = rows.filter(kind.policy.scope(verb, user).q(user))
    if text:
        matching = Q(pk__in=())
        for name in {*kind.search, kind.column_list[0].path}:
            written = isinstance(kind.field(name), models.CharField | models.TextField) and "." not in name
            if written and kind.policy.reads(name, user):
                matching |= Q(**{f"{name}__icontains": text})
        rows = rows.filter(matching)
    return rows


def _steps(shown: Sequence[tuple[Place, ObjectType, Any]]) -> dict[tuple[str, int], tuple[str, bool]]:
    """Who deleted each record, and whether others went with it; one query per object type."""
    ids: dict[str, list[int]] = {}
    for (_when, key, pk), _kind, _row in shown:
        ids.setdefault(key, []).append(pk)
    found = {}
    for key, pks in ids.items():
        gone = Change.objects.filter(object_type=key, object_id__in=pks, after__has_key="deleted_at")
        for change in gone.select_related("actor").order_by("id"):
            found[key, change.object_id] = (
                history.name_of(change),
                change.batch_id is not None and change.verb == "delete",
            )
    return found


def _merges(shown: Sequence[tuple[Place, ObjectType, Any]]) -> dict[tuple[str, int], int]:
    """The merge that sent each record here, of those that a merge did; one query per object type."""
    ids: dict[str, list[int]] = {}
    for _place, kind, row in shown:
        if kind.mergeable:
            ids.setdefault(kind.key, []).append(row.pk)
    return {
        (key, pk): step
        for key, pks in ids.items()
        for pk, step in pairs.merges_of(registry.get(key), pks).items()
    }


def indexes() -> Iterator[str]:
    """SQL that makes the index by which each object type's deleted rows are found: a few rows of any number.

    Made after every migration, as the rows are of every module's tables and of those that are still to come.
    """
    for kind in registry.all():
        table = kind.model._meta.db_table
        name = connection.ops.quote_name(f"bin_of_{table}"[:60])
        yield (
            f"CREATE INDEX IF NOT EXISTS {name} ON {connection.ops.quote_name(table)} (deleted_at) "
            "WHERE deleted_at IS NOT NULL"
        )


def make_indexes(**_options: Any) -> None:
    tables = set(connection.introspection.table_names())
    with connection.cursor() as cursor:
        for sql in indexes():
            if sql.split('"')[3] in tables:
                cursor.execute(sql)
