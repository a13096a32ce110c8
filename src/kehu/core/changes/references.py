"""Who still points at a record that is about to go."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import TYPE_CHECKING, Any

from django.db import models
from django.utils.translation import gettext as _

from kehu.core import access, registry
from kehu.core.errors import Conflict, StillNeeded
from kehu.core.models import User
from kehu.core.models.changelog import Batch, Change

if TYPE_CHECKING:
    from kehu.core.registry import ObjectType

CHUNK = 500


def refuse_if_needed(
    kind: ObjectType, ids: Sequence[int], *, by: User, going_too: Batch | None = None
) -> None:
    """Refuse to let records go that live records point at with a protected reference.

    What came in the batch `going_too` goes with them and does not count. Records that the user may not see hold it
    back too, but nothing is said about what or how many they are.
    """
    for relation, source in pointing_at(kind):
        for start in range(0, len(ids), CHUNK):
            chunk = ids[start : start + CHUNK]
            waiting = source.model.objects.filter(**{f"{relation.field.name}__in": chunk})
            if going_too is not None and waiting.exists():
                came = Change.objects.filter(batch=going_too, object_type=source.key, before__isnull=True)
                waiting = waiting.exclude(pk__in=came.values("object_id"))
            first = waiting.order_by("pk").first()
            if first is None:
                continue
            record = kind.model.everything.get(pk=getattr(first, relation.field.attname))
            of_record = source.model.objects.filter(**{relation.field.name: record})
            raise StillNeeded(_refusal(record, source, of_record, by))


def refuse_gone(records: Sequence[Any], *, by: User, coming_too: Batch | None = None) -> None:
    """Refuse to let records come to point at what is in the recycle bin, where no form could make them point.

    A record that comes back from there itself is asked for all that it belongs to, but for its person, who may have
    left. What went with the batch `coming_too` comes back with it and does not count. A query for each reference.
    """
    fields: Sequence[Any] = records[0]._meta.concrete_fields if records else ()
    for field in fields:
        if not registry.declares_model(field.related_model):
            continue
        new = {getattr(record, field.attname): record for record in records if _newly_points(record, field)}
        found = (
            field.related_model.everything.filter(pk__in=list(new), deleted_at__isnull=False) if new else None
        )
        if found is None or (target := _but_for(coming_too, found).first()) is None:
            continue
        record = called(new[target.pk], by)
        if not access.can(by, "view", target):
            raise Conflict(_("What “%(record)s” belongs to has been deleted.") % {"record": record})
        raise Conflict(
            _("“%(record)s” belongs to “%(target)s”, which is in the recycle bin. Restore that first.")
            % {"record": record, "target": target}
        )


def called(record: Any, by: User) -> str:
    """A record's name in a refusal: undo takes along what others own, of which its person may know nothing."""
    return str(record) if access.can(by, "view", record) else _("(not visible to you)")


def _newly_points(record: Any, field: Any) -> bool:
    pk = getattr(record, field.attname)
    if pk is None or record.deleted_at is not None:
        return False
    back = record.loaded["deleted_at"] is not None and field.related_model is not User
    return back or record.loaded[field.attname] != pk


def _but_for(batch: Batch | None, records: models.QuerySet) -> models.QuerySet:
    """Without those that a batch put into the recycle bin."""
    if batch is None or not records.exists():
        return records
    key = registry.of(records.model).key
    went = Change.objects.filter(batch=batch, object_type=key, after__has_key="deleted_at")
    return records.exclude(pk__in=went.values("object_id"))


def refuse_taken(records: Sequence[Any], *, batch: Batch, by: User) -> None:
    """Refuse values that may be there once and that a record outside the batch holds: a query for each such field."""
    fields: Sequence[Any] = records[0]._meta.concrete_fields if records else ()
    for field in fields:
        if not field.unique or field.primary_key:
            continue
        name = field.attname
        new = {
            getattr(record, name): record
            for record in records
            if record.loaded[name] != getattr(record, name)
        }
        new.pop(None, None)
        if not new:
            continue
        kind = registry.of(records[0])
        ours = Change.objects.filter(batch=batch, object_type=kind.key).values("object_id")
        holder = kind.model.everything.filter(**{f"{name}__in": list(new)}).exclude(pk__in=ours).first()
        if holder is not None:
            record = new[getattr(holder, name)]
            sentence = " ".join(record.unique_error_message(type(record), (field.name,)).messages)
            raise Conflict(
                _("“%(record)s”: %(problem)s") % {"record": called(record, by), "problem": sentence},
                fields={field.name: sentence},
            )


def pointing_at(kind: ObjectType) -> Iterator[tuple[Any, ObjectType]]:
    """The protected references to an object type from others that people write; what only actions write, follows."""
    relations: Sequence[Any] = kind.model._meta.get_fields(include_hidden=True)
    for relation in relations:
        if not (
            relation.auto_created and not relation.concrete and (relation.one_to_many or relation.one_to_one)
        ):
            continue
        if relation.on_delete is not models.PROTECT or not registry.declares_model(relation.related_model):
            continue
        source = registry.of(relation.related_model)
        if source.form:
            yield relation, source


def _refusal(record: Any, source: ObjectType, waiting: models.QuerySet, by: User) -> str:
    seen = waiting.filter(source.policy.scope("view", by).q(by)).count() if access.sees(by, source) else 0
    if not seen:
        return _("Records that you may not see still belong to “%(record)s”. Ask your administrator.") % {
            "record": record
        }
    return _("%(count)s × %(kind)s still belong to “%(record)s”. Move or delete them first.") % {
        "count": seen,
        "kind": source.label,
        "record": record,
    }
