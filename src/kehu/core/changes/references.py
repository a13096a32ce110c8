"""Who still points at a record that is about to go."""

from __future__ import annotations

from collections.abc import Collection, Iterator, Sequence
from typing import TYPE_CHECKING, Any

from django.db import models
from django.utils.translation import gettext as _

from kehu.core import access, registry
from kehu.core.errors import Conflict
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
            raise Conflict(_refusal(record, source, of_record, by))


def parents(record: Any) -> list[str]:
    """The columns by which a record belongs to others; that its person has left does not keep it in the bin."""
    fields: Sequence[Any] = record._meta.concrete_fields
    return [field.attname for field in fields if field.is_relation and field.related_model is not User]


def refuse_gone(record: Any, columns: Collection[str], *, by: User) -> None:
    """Refuse to let a record point at what is in the recycle bin, where no form could make it point."""
    for field in record._meta.concrete_fields:
        pk = getattr(record, field.attname)
        if field.attname not in columns or pk is None or not registry.declares_model(field.related_model):
            continue
        target = field.related_model.everything.filter(pk=pk, deleted_at__isnull=False).first()
        if target is None:
            continue
        if not access.can(by, "view", target):
            raise Conflict(_("What “%(record)s” belongs to has been deleted.") % {"record": record})
        raise Conflict(
            _("“%(record)s” belongs to “%(target)s”, which is in the recycle bin. Restore that first.")
            % {"record": record, "target": target}
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
