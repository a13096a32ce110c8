"""Work that a definition asks for: an index on the expression that filters and sorts use, records made findable."""

from __future__ import annotations

from typing import Any

from django.db import connection, transaction
from django.db.models import F, Index

from kehu.core import registry, search
from kehu.core.custom import definitions
from kehu.core.jobs import job
from kehu.core.models import CustomField, CustomRecord

CHUNK = 500
State = CustomField.Index


def name_of(definition: CustomField) -> str:
    return f"custom_{definition.pk}"


def index_of(definition: CustomField, model: Any) -> Index:
    """The index that serves lists: the value, then the id by which pages go on."""
    lookup = F(f"custom__{definition.code}")
    if issubclass(model, CustomRecord):
        return Index(F("object_key"), lookup, F("id"), name=name_of(definition))
    return Index(lookup, F("id"), name=name_of(definition))


@job(lane="long")
def build(*, pk: int) -> None:
    """Make or drop the index of a field, as its definition says now. On PostgreSQL others go on writing meanwhile."""
    definition = CustomField.objects.filter(pk=pk).first()
    if definition is None or not registry.known(definition.object_type):
        return
    model = registry.get(definition.object_type).model
    concrete = CustomRecord if issubclass(model, CustomRecord) else model
    if not definition.indexed:
        _drop(definition, concrete)
        _say(pk, State.NONE)
        return
    _say(pk, State.BUILDING)
    try:
        _drop(definition, concrete)  # a half-made one of an earlier try is worth nothing
        _create(index_of(definition, concrete), concrete)
    except Exception:
        _say(pk, State.FAILED)
        raise
    _say(pk, State.READY)


def _say(pk: int, state: str) -> None:
    """Where the index stands is not a change of the definition, so it is not in its history."""
    CustomField.objects.filter(pk=pk).update(index_state=state)
    definitions.forget()


def _create(index: Index, model: Any) -> None:
    concurrently = connection.vendor == "postgresql" and not connection.in_atomic_block
    with connection.schema_editor(atomic=not concurrently) as editor:
        if concurrently:
            editor.add_index(model, index, concurrently=True)  # type: ignore[call-arg]
        else:
            editor.add_index(model, index)


def _drop(definition: CustomField, model: Any) -> None:
    with connection.cursor() as cursor:
        cursor.execute(f"DROP INDEX IF EXISTS {connection.ops.quote_name(name_of(definition))}")


@job(lane="long")
def make_findable(*, pk: int) -> None:
    """Write the search rows of an object anew, chunk by chunk, after a field came into them or left them."""
    definition = CustomField.objects.filter(pk=pk).first()
    if definition is None or not registry.known(definition.object_type):
        return
    kind = registry.get(definition.object_type)
    last = 0
    while True:
        with transaction.atomic():
            part = list(kind.model.objects.filter(pk__gt=last).order_by("pk")[:CHUNK])
            search.index(kind, part)
        if not part:
            return
        last = part[-1].pk
