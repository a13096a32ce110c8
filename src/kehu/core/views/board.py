"""The board of an object type: a column per stage or choice, a card per record."""

from __future__ import annotations

from typing import Any

from django.db.models import Count, QuerySet, Sum
from django.http import HttpRequest, HttpResponse
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST, require_safe

from kehu.core import filters, registry, table
from kehu.core.actions import records
from kehu.core.asked import Asked
from kehu.core.errors import NotFound, Refused
from kehu.core.reading import Reading
from kehu.core.registry import Board, ObjectType
from kehu.core.views import saved
from kehu.core.views.bar import bar
from kehu.core.views.base import go_to, kind_for, record_for, show
from kehu.core.views.notices import done
from kehu.kit import paging
from kehu.kit.turns import Listed, Turns

CARDS = 30
MOST_SUMMED = 20_000
MOST_COUNTED = 1_000


def board_of(kind: ObjectType) -> Board:
    if kind.board is None:
        raise NotFound(_("There is no such page."))
    return kind.board


def choices(kind: ObjectType, board: Board) -> list[tuple[Any, str]]:
    """The columns: key and label."""
    field: Any = kind.field(board.field)
    if field.choices:
        found = [(code, str(label)) for code, label in field.choices if code not in board.hidden]
        # A choice that administrators have added may be made later: who waits for it is not lost from sight.
        return [*found, (None, _("(blank)"))] if field.null else found
    target = registry.of(field.related_model)
    return [(record.pk, str(record)) for record in target.model.objects.order_by(*target.ordering)]


def lookup_of(board: Board) -> str:
    return board.field.replace(".", "__")


@require_safe
def board_page(request: HttpRequest, key: str) -> HttpResponse:
    """The records that the user may see as cards; totals only of amounts that the user may read."""
    kind = kind_for(request, key)
    board = board_of(kind)
    asked = Asked(request, kind)
    columns = choices(kind, board)
    ordering: tuple[str | Turns, ...] = (Listed(_column_of(kind, board), ()), *kind.ordering)
    records = asked.walked(ordering)
    figures = _figures(asked, board, records, [code for code, _label in columns])
    page = {
        **bar(asked, "board", saved.chosen(request, kind)),
        "narrowed": asked.narrowed,
        "columns": [
            _column(asked, board, records, code, label, figures.get(code)) for code, label in columns
        ],
    }
    return show(request, "board", {"page": page})


def _figures(
    asked: Asked, board: Board, records: QuerySet, codes: list[Any]
) -> dict[Any, tuple[int, bool, Any]]:
    """Of each column how many cards there are, whether there are more, and their total.

    Of a great many records only the number is told, up to a cap: adding up a million takes longer than a page may.
    """
    plain = asked.records().order_by()
    _count, many = paging.capped_count(plain, cap=MOST_SUMMED)
    if many:
        return {
            code: (*paging.capped_count(records.filter(**{lookup_of(board): code}), cap=MOST_COUNTED), None)
            for code in codes
        }
    sums = bool(board.total) and asked.kind.policy.reads(board.total, asked.user)
    rows = plain.values_list(lookup_of(board)).annotate(Count("pk"), *([Sum(board.total)] if sums else []))
    return {code: (count, False, total[0] if total else None) for code, count, *total in rows}


def _column(
    asked: Asked,
    board: Board,
    records: QuerySet,
    code: Any,
    label: str,
    figures: tuple[int, bool, Any] | None,
) -> dict[str, Any]:
    count, capped, total = figures or (0, False, None)
    kind = asked.kind
    found = records.filter(**{lookup_of(board): code}).order_by(*kind.ordering)[:CARDS] if count else []
    return {
        "key": code if code is not None else "",
        "label": label,
        "count": count,
        "capped": capped,
        "total": total,
        "cards": cards(kind, board, found, asked.request),
        "more_url": f"{reverse('list', args=[kind.key])}?{_query(asked, board, code)}"
        if capped or count > CARDS
        else "",
    }


def _query(asked: Asked, board: Board, code: Any) -> str:
    if code is not None:
        return asked.query(**{board.field: code})
    blank = filters.leaf(asked.kind, asked.user, board.field, "empty")
    return asked.query(where=filters.every(asked.where, blank).text)


def _column_of(kind: ObjectType, board: Board) -> str:
    field: Any = kind.field(board.field)
    return str(field.attname).replace(".", "__")


def cards(kind: ObjectType, board: Board, found: Any, request: HttpRequest) -> list[dict[str, Any]]:
    shown = list(found)
    readable = kind.readable(request.user, [column.path for column in kind.column_list[1:]])
    paths = [path for path in readable if path != board.field][:4]
    table.attach(kind, shown, paths)
    reading = Reading(kind, shown, request.user)
    return [
        {
            "id": record.pk,
            "title": str(record),
            "url": reverse("record", args=[kind.key, record.pk]),
            "move_url": reverse("record-move", args=[kind.key, record.pk]),
            "facts": [
                {"label": kind.label_of(path), "cell": cell}
                for path in paths
                if (cell := reading.cell(record, path)).text and not in_title(cell.text, str(record))
            ],
            "state": state,
        }
        for record, state in zip(shown, kind.health(shown, request.user), strict=True)
    ]


def in_title(text: str, title: str) -> bool:
    """Whether a card's title says it already: a deal is often called by its customer."""
    return title == text or title.startswith(f"{text} · ")


def _sent(code: Any) -> str:
    return "" if code is None else str(code)


@require_POST
def move(request: HttpRequest, key: str, pk: int) -> HttpResponse:
    """Drop a card in another column."""
    kind = kind_for(request, key)
    board = board_of(kind)
    record = record_for(request, kind, pk)
    to = request.POST.get("to", "")
    target: Any = next((code for code, _label in choices(kind, board) if _sent(code) == to), board)
    if target is board:
        raise Refused(_("There is no such column. Load the page again."))
    field: Any = kind.field(board.field)
    value = field.related_model.objects.get(pk=target) if field.is_relation else target
    if board.move is not None:
        board.move(record=record, to=value, by=request.user)
    else:
        records.edit(record=record, values={board.field: value}, by=request.user)
    done(request, _("“%(record)s” is moved.") % {"record": record}, record)
    return go_to(request, reverse("board", args=[kind.key]))
