"""Values of records drawn by their kind: a stage as a meter, a state as a pill, amounts to the right."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from django.utils.html import format_html, format_html_join
from django.utils.safestring import SafeString
from django.utils.translation import gettext as _

from kehu.core.templatetags import formats, marks

DASH = SafeString('<span class="k-dash">–</span>')
LOST = frozenset(
    {"lost", "screened_out", "screened-out", "recycled", "cancelled", "declined", "failed", "expired"}
)
WON = frozenset(
    {"won", "customer", "paid", "done", "completed", "delivered", "received", "active", "current", "approved"}
)
WAITING = frozenset({"overdue", "late", "stale", "waiting", "escalated", "submitted"})
END = frozenset({"number", "money", "percent", "score"})


def drawn(cell: Any, kind: Any = None, path: str = "") -> SafeString:
    """One cell of `Reading`; `kind` and `path` tell a meter how many steps there are."""
    if cell.text == "" and cell.value in (None, ""):
        return DASH
    draw = DRAWINGS.get(cell.kind)
    if draw is not None:
        return draw(cell, kind, path)
    if cell.url:
        return format_html('<a href="{}">{}</a>', cell.url, cell.text)
    return format_html("{}", cell.text)


def row(given: Mapping[str, Any], columns: Sequence[Mapping[str, Any]], kind: Any) -> SafeString:
    """The cells of a table row; the first one names the record and links to it, then comes how healthy it is."""
    cells = list(zip(given["cells"], columns, strict=False))
    if not cells:
        return SafeString("")
    head = format_html(
        '<th scope="row"><a class="k-title" href="{}">{}</a></th>',
        given["url"],
        name(cells[0][0]) or given["title"],
    )
    rest = format_html_join(
        "",
        '<td data-kind="{}" data-label="{}">{}</td>',
        ((cell.kind, column["label"], in_row(cell, kind, column["key"])) for cell, column in cells[1:]),
    )
    if getattr(kind, "lists_state", False):
        head += format_html('<td class="k-state" data-kind="pill">{}</td>', state(given.get("state")))
    return head + rest


def in_row(cell: Any, kind: Any, path: str) -> SafeString:
    """A cell of a table, where a moment shows its day only."""
    return marks.date_of(cell.value) if cell.kind == "time" and cell.value else drawn(cell, kind, path)


def name(cell: Any) -> str:
    """The text of the cell that names its row."""
    return formats.day(cell.value) if cell.kind in {"date", "time"} and cell.value else cell.text


def state(given: Any) -> SafeString:
    """The health of a record as its declaration tells it: (good, warn, bad, info or empty; the word)."""
    if not given:
        return SafeString("")
    look, word = given
    return marks.pill(word, look)


def _meter(cell: Any, kind: Any, path: str) -> SafeString:
    if own := getattr(cell.value, "meter", None):
        done, total, state_of_it = own
        return marks.stage_meter(done, total, cell.text, state_of_it)
    code = str(cell.value)
    steps = [str(value) for value, _label in _choices(kind, path) if str(value) not in LOST]
    if code in LOST:
        return marks.stage_meter(0, max(len(steps), 1), cell.text, "lost")
    if code not in steps:
        return format_html("{}", cell.text)
    return marks.stage_meter(steps.index(code) + 1, len(steps), cell.text, "won" if code in WON else "")


def _choices(kind: Any, path: str) -> list[tuple[Any, Any]]:
    field = kind.field(path) if kind is not None else None
    return [pair for pair in getattr(field, "flatchoices", ()) if pair[0] not in ("", None)]


def _pill(cell: Any, kind: Any, path: str) -> SafeString:
    code = str(cell.value)
    look = "good" if code in WON else "bad" if code in LOST else "warn" if code in WAITING else ""
    return marks.pill(cell.text, look)


def _money(cell: Any, kind: Any, path: str) -> SafeString:
    return format_html(
        '<data class="k-money" value="{}" title="{}">{}</data>',
        cell.value,
        cell.text,
        formats.short(cell.value),
    )


def _yes_or_no(cell: Any, kind: Any, path: str) -> SafeString:
    return (
        marks.icon("check", _("Yes"))
        if cell.value
        else format_html('<span class="k-dash">{}</span>', _("No"))
    )


def _person(cell: Any, kind: Any, path: str) -> SafeString:
    shown = marks.person(cell.text)
    return format_html('<a class="k-person" href="{}">{}</a>', cell.url, shown) if cell.url else shown


def _record(cell: Any, kind: Any, path: str) -> SafeString:
    field = kind.field(path) if kind is not None else None
    related = getattr(field, "related_model", None)
    if related is not None and related._meta.model_name == "user" and cell.text:
        return _person(cell, kind, path)
    return (
        format_html('<a href="{}">{}</a>', cell.url, cell.text) if cell.url else format_html("{}", cell.text)
    )


DRAWINGS: dict[str, Any] = {
    "meter": _meter,
    "pill": _pill,
    "money": _money,
    "yesno": _yes_or_no,
    "record": _record,
    "person": _person,
    "score": lambda cell, kind, path: marks.score(cell.value),
    "number": lambda cell, kind, path: format_html(
        "{}", cell.value if path.endswith("year") else formats.amount(cell.value)
    ),
    "date": lambda cell, kind, path: marks.when(cell.value),
    "time": lambda cell, kind, path: marks.when(cell.value),
}
