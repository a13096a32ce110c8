"""Rows whose records are there already: only what differs is written, many at once where nothing speaks against it."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from kehu.core.actions import many
from kehu.core.custom.making import stored
from kehu.core.models.values import code_of

if TYPE_CHECKING:
    from kehu.core.imports.chunks import Writing


def update(writing: Writing, there: dict[int, int]) -> None:
    """Write the rows of a block whose records `there` names by place."""
    run, result = writing.run, writing.result
    found = writing.kind.model.objects.visible_to(run.actor).in_bulk(list(there.values()))
    places: dict[int, int] = {}
    rows: list[tuple[Any, dict[str, Any]]] = []
    for place, pk in there.items():
        values = writing.values(place)
        changed = {name: v for name, v in values.items() if _differs(writing, found[pk], name, v)}
        if changed:
            places[pk] = place
            rows.append((found[pk], changed))
        else:
            result.skipped += 1
    if not rows:
        return
    options: dict[str, Any] = {"by": run.actor, "batch": writing.reader.batch, "ruled": writing.chunk.ruled}
    refusals = many.edit(writing.kind, rows, verb="import", **options)
    for pk, sentence in refusals.items():
        writing.reject(places[pk], sentence)
    result.updated += len(rows) - len(refusals)


def _differs(writing: Writing, record: Any, name: str, value: Any) -> bool:
    """Whether the file says something else; of references only the ids are read."""
    if code := code_of(name):
        return (record.custom or {}).get(code) != stored(writing.kind.field(name), value)
    attname = writing.chunk.names[name]
    held = getattr(record, attname)
    return held != (value if attname == name else value and getattr(value, "pk", value))
