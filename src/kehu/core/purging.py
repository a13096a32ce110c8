"""What goes with a record that is deleted for good: what hangs on it, what points at it, its words in the log.

The log keeps that there was a record, who did what and when; the values are gone.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from typing import TYPE_CHECKING, Any

from django.core.files.storage import default_storage
from django.db import models, transaction
from django.db.models import ProtectedError, QuerySet
from django.utils.translation import gettext as _

from kehu.core import changes, registry
from kehu.core.errors import Conflict
from kehu.core.models import Change, File, Follow, Notice, Tagging
from kehu.core.search.index import forget

if TYPE_CHECKING:
    from kehu.core.models import User
    from kehu.core.registry import ObjectType

Rows = Callable[["ObjectType", Sequence[int]], Iterator[tuple["ObjectType", Sequence[int]]]]
_hanging: list[Rows] = []


def add(rows: Rows) -> None:
    """A module says which of its rows go with records of any object type, as they only point at them."""
    _hanging.append(rows)


def remove(kind: ObjectType, ids: Sequence[int], *, by: User | None) -> None:
    """Take rows and what belongs to them out of the database, in the caller's transaction.

    Raises Conflict where other records still refer to them, be it from the recycle bin.
    """
    if not ids:
        return
    for source, follows, pointing, name in _references(kind, ids):
        if follows is None:
            _let_go(pointing, name, by)
        elif follows:
            remove(source, list(pointing.values_list("pk", flat=True)), by=by)
        elif pointing.exists():
            raise Conflict(
                _(
                    "%(kind)s in the recycle bin or elsewhere still belong to this record. Delete those for good first."
                )
                % {"kind": source.label_plural}
            )
    for rows in _hanging:
        for source, pks in rows(kind, ids):
            remove(source, pks, by=by)
    _remove_what_points(kind, ids, by)
    forget(kind.key, list(ids))
    try:
        kind.model.everything.filter(pk__in=ids).delete()
    except ProtectedError as error:
        raise Conflict(_("Other rows still refer to this record, so it stays in the recycle bin.")) from error
    _leave_a_trace(kind, ids, by)


def _references(
    kind: ObjectType, ids: Sequence[int]
) -> Iterator[tuple[ObjectType, bool | None, QuerySet[Any], str]]:
    """(object type, whether its rows go along, those that refer to these records, by which field).

    Rows that only actions write go along; nothing instead of a yes or no means that the reference is let go.
    """
    relations: Sequence[Any] = kind.model._meta.get_fields(include_hidden=True)
    for relation in relations:
        if not (
            relation.auto_created and not relation.concrete and (relation.one_to_many or relation.one_to_one)
        ):
            continue
        if not registry.declares_model(relation.related_model):
            continue
        source = registry.of(relation.related_model)
        pointing = source.model.everything.filter(**{f"{relation.field.name}__in": ids})
        if source.model is kind.model:
            pointing = pointing.exclude(pk__in=ids)
        goes = not source.form or relation.on_delete is models.CASCADE
        yield source, None if relation.on_delete is models.SET_NULL else goes, pointing, relation.field.name


def _let_go(pointing: QuerySet[Any], name: str, by: User | None) -> None:
    for record in pointing:
        setattr(record, name, None)
        changes.save(record, by=by)


def _remove_what_points(kind: ObjectType, ids: Sequence[int], by: User | None) -> None:
    about = {"object_type": kind.key, "object_id__in": ids}
    for model in (Tagging, Follow, Notice):
        model.objects.filter(**about).delete()
    if kind.model is File:
        stored = list(File.everything.filter(pk__in=ids).values_list("stored", flat=True))

        def forget_contents() -> None:
            for path in stored:
                default_storage.delete(path)

        transaction.on_commit(forget_contents)
    else:
        remove(
            registry.get("file"), list(File.everything.filter(**about).values_list("pk", flat=True)), by=by
        )


def _leave_a_trace(kind: ObjectType, ids: Sequence[int], by: User | None) -> None:
    old = Change.objects.filter(object_type=kind.key, object_id__in=ids)
    old.filter(before__isnull=False).update(before={})
    old.filter(after__isnull=False).update(after={})
    for pk in ids:
        changes.log(object_type=kind.key, object_id=pk, by=by, verb="purge", before={}, after=None)
