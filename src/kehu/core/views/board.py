"""The board of an object type: a column per stage or choice, a card per record."""

from __future__ import annotations

from typing import Any

from django.db.models import Count, Q, QuerySet, Sum
from django.http import HttpRequest, HttpResponse
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST, require_safe

from kehu.core import filters, registry, table
from kehu.core.actions import records
from kehu.core.asked import Asked, Part
from kehu.core.errors import NotFound, Refused
from kehu.core.reading import Reading
from kehu.core.registry import Board, ObjectType
from kehu.core.views import saved
from kehu.core.views.bar import bar
from kehu.core.views.base import go_to, kind_for, record_for, show
from kehu.core.views.notices import done
from kehu.kit import paging

CARDS = 30
MOST_SUMMED = 20_000
MOST_COUNTED = 1_000
# Of a column: how many cards, whether there are more, their total.
Figures = tuple[int, bool, Any]
Records = dict[Any, QuerySet]
NONE: Figures = (0, False, None)


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


def _sent(code: Any) -> str:
    """How a column is named by a card that is dropped in it."""
    return "" if code is None else str(code)


def lookup_of(board: Board) -> str:
    return board.field.replace(".", "__")


@require_safe
def board_page(request: HttpRequest, key: str) -> HttpResponse:
    """The records that the user may see as cards; totals only of amounts that the user may read."""
    kind = kind_for(request, key)
    board = board_of(kind)
    asked = Asked(request, kind)
    columns = choices(kind, board)
    records = {code: _in_column(asked, board, code) for code, _label in columns}
    figures = _figures(asked, board, records)
    page = {
        **bar(asked, "board", saved.chosen(request, kind)),
        "narrowed": asked.narrowed,
        "columns": _columns(asked, board, records, columns, figures),
    }
    return show(request, "board", {"page": page})


def _in_column(asked: Asked, board: Board, code: Any) -> QuerySet:
    field: Any = asked.kind.field(board.field)
    condition = Q(**{lookup_of(board): code})
    within = Part(condition, str(field.attname).replace(".", "__"), is_equal=True, is_bound=True)
    return asked.walked(asked.kind.ordering, within).filter(condition)


def _columns(
    asked: Asked, board: Board, records: Records, columns: list[tuple[Any, str]], figures: dict[Any, Figures]
) -> list[dict[str, Any]]:
    """The columns with their cards, which are read together: what they refer to is asked for once for all."""
    found = {
        code: list(records[code].order_by(*asked.kind.ordering)[:CARDS])
        for code, _label in columns
        if figures.get(code, NONE)[0]
    }
    drawn = iter(cards(asked.kind, board, [one for shown in found.values() for one in shown], asked.request))
    by_column = {code: [next(drawn) for _one in shown] for code, shown in found.items()}
    return [
        _column(asked, board, code, label, figures.get(code, NONE), by_column.get(code, []))
        for code, label in columns
    ]


def _figures(asked: Asked, board: Board, records: Records) -> dict[Any, Figures]:
    """Of each column how many cards there are, whether there are more, and their total.

    Of a great many records only the number is told, up to a cap: adding up a million takes longer than a page may.
    """
    plain = asked.records().order_by()
    _count, many = paging.capped_count(plain, cap=MOST_SUMMED)
    if many:
        return {
            code: (*paging.capped_count(of_column, cap=MOST_COUNTED), None)
            for code, of_column in records.items()
        }
    sums = bool(board.total) and asked.kind.policy.reads(board.total, asked.user)
    rows = plain.values_list(lookup_of(board)).annotate(Count("pk"), *([Sum(board.total)] if sums else []))
    return {code: (count, False, total[0] if total else None) for code, count, *total in rows}


def _column(
    asked: Asked, board: Board, code: Any, label: str, figures: Figures, shown: list[dict[str, Any]]
) -> dict[str, Any]:
    count, capped, total = figures
    kind = asked.kind
    return {
        "key": code if code is not None else "",
        "label": label,
        "count": count,
        "capped": capped,
        "total": total,
        "cards": shown,
        "more_url": f"{reverse('list', args=[kind.key])}?{_query(asked, board, code)}"
        if capped or count > CARDS
        else "",
    }


def _query(asked: Asked, board: Board, code: Any) -> str:
    if code is not None:
        return asked.query(**{board.field: code})
    blank = filters.leaf(asked.kind, asked.user, board.field, "empty")
    return asked.query(where=filters.every(asked.where, blank).text)


def cards(kind: ObjectType, board: Board, shown: list[Any], request: HttpRequest) -> list[dict[str, Any]]:
    readable = kind.readable(request.user, [column.path for column in kind.column_list[1:]])
    paths = [path for path in readable if path != board.field][:4]
    table.attach(kind, shown, paths)
    reading, address = Reading(kind, shown, request.user), table.addresses(kind)
    return [
        {
            "id": record.pk,
            "title": str(record),
            "url": (url := address(record.pk)),
            "move_url": f"{url}/move",
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
