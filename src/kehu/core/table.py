"""The rows of a list as HTML, quickly: what is the same in many rows is read, checked and drawn once.

A page has some 450 cells, but few different channels, stages and owners. The meaning is that of `Reading` and the
drawing that of `cells`; here is only the memory between them.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from operator import attrgetter
from typing import TYPE_CHECKING, Any

from django.urls import reverse
from django.utils.html import escape
from django.utils.safestring import SafeString

from kehu.core.filters.fields import label_of
from kehu.core.reading import Reading
from kehu.core.templatetags import cells

if TYPE_CHECKING:
    from kehu.core.models import User
    from kehu.core.registry import ObjectType

# The box that selects a row: its name alone tells a reader of screens which one.
PICK = '<td class="k-pick"><input class="form-check-input" type="checkbox" data-select value="%s" aria-label="%s"></td>'
Draw = Callable[[Any], str]
# What is drawn from the value of the cell alone; an amount also needs the currency of its record.
ALIKE = frozenset(
    {"record", "choice", "meter", "pill", "yesno", "number", "percent", "score", "date", "time"}
)


def body(
    kind: ObjectType, records: Sequence[Any], paths: Sequence[str], user: User, *, pick: bool = False
) -> SafeString:
    """The rows of a table's body: the first path names the record and links to it, its health follows.

    With `pick` a box to select the row stands before.
    """
    attach(kind, records, paths)
    reading = Reading(kind, records, user)
    draws = [_drawing(reading, path) for path in paths[1:]]
    first, address = paths[0] if paths else "", addresses(kind)
    parts: list[str] = []
    pills: dict[Any, str] = {}
    for record, state in zip(records, kind.health(records, user), strict=True):
        url = address(record.pk)
        name = _name(reading, record, first)
        box = PICK % (record.pk, name) if pick else ""
        parts.append(
            f'<tr data-id="{record.pk}" data-url="{url}">{box}'
            f'<th scope="row"><a class="k-title" href="{url}">{name}</a></th>'
        )
        if kind.lists_state:
            if state not in pills:
                pills[state] = f'<td class="k-state" data-kind="pill">{cells.state(state)}</td>'
            parts.append(pills[state])
        parts += [draw(record) for draw in draws]
        parts.append("</tr>\n")
    return SafeString("".join(parts))


def addresses(kind: ObjectType) -> Callable[[int], str]:
    """The address of a record by its key, looked up once."""
    stem = reverse("record", args=[kind.key, 0]).removesuffix("0")
    return lambda pk: f"{stem}{pk}"


def attach(kind: ObjectType, records: Sequence[Any], paths: Iterable[str]) -> None:
    """Fetch what the paths refer to, each record once, and hang it on the rows: one query per reference."""
    further: dict[str, list[str]] = {}
    for path in paths:
        first, *rest = path.split(".")
        field: Any = kind.field(first)
        if field is not None and field.is_relation and getattr(field, "attname", ""):
            joined = rest[: rest.index("custom")] if "custom" in rest else rest[:-1]  # JSON is no join
            further.setdefault(first, []).append("__".join(joined))
    for name, deeper in further.items():
        field = kind.field(name)
        ids = {getattr(record, field.attname) for record in records} - {None}
        if not ids:
            continue
        targets = field.related_model._base_manager.all()
        joins = [join for join in deeper if join]
        found = (targets.select_related(*joins) if joins else targets).order_by().in_bulk(ids)
        for record in records:
            target = found.get(getattr(record, field.attname))
            if target is not None:
                record._state.fields_cache[field.name] = target


def _name(reading: Reading, record: Any, path: str) -> str:
    cell = reading.cell(record, path) if path else None
    text = cells.name(cell) if cell is not None else ""
    return escape(text or str(record))


def _drawing(reading: Reading, path: str) -> Draw:
    """Draws one column; where the same value looks the same in every row it is drawn once."""
    kind = reading.kind
    label = escape(label_of(kind, path))

    def draw(record: Any) -> str:
        cell = reading.cell(record, path)
        return f'<td data-kind="{cell.kind}" data-label="{label}">{cells.in_row(cell, kind, path)}</td>'

    same = _same(reading, path)
    if same is None:
        return draw
    drawn: dict[Any, str] = {}

    def remembered(record: Any) -> str:
        value = same(record)
        found = drawn.get(value)
        if found is None:
            found = drawn[value] = draw(record)
        return found

    return remembered


def _same(reading: Reading, path: str) -> Callable[[Any], Any] | None:
    """What makes two cells of a column alike: the row's own value, or the reference that a path leads over."""
    kind = reading.kind
    field: Any = kind.field(path)
    if path in kind.pointer:
        return None
    if field is None or kind.kind_of(path) not in {*ALIKE, "text"} or reading.computes(path):
        return None
    first: Any = kind.field(path.split(".")[0])
    if first is not field and not (first is not None and first.is_relation):
        return None
    if first is field and kind.kind_of(path) == "text":
        return None
    return attrgetter(first.attname) if hasattr(first, "attname") and first.concrete else None
