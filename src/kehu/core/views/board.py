"""The board of an object type: a column per stage or choice, a card per record."""

from __future__ import annotations

from typing import Any

from django.db.models import Count, Sum
from django.http import HttpRequest, HttpResponse
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST, require_safe

from kehu.core import filters, registry
from kehu.core.actions import records
from kehu.core.errors import NotFound, Refused
from kehu.core.reading import Reading
from kehu.core.registry import Board, ObjectType
from kehu.core.views import list as listing
from kehu.core.views.base import go_to, kind_for, record_for, show
from kehu.core.views.notices import done

CARDS = 30


def board_of(kind: ObjectType) -> Board:
    if kind.board is None:
        raise NotFound(_("There is no such page."))
    return kind.board


def choices(kind: ObjectType, board: Board) -> list[tuple[Any, str]]:
    """The columns: key and label."""
    field: Any = kind.field(board.field)
    if field.choices:
        return [(code, str(label)) for code, label in field.choices if code not in board.hidden]
    target = registry.of(field.related_model)
    found = target.model.objects.order_by(*target.ordering)
    return [(record.pk, str(record)) for record in found]


@require_safe
def board_page(request: HttpRequest, key: str) -> HttpResponse:
    """The records that the user may see as cards; totals only of amounts that the user may read."""
    kind = kind_for(request, key)
    board = board_of(kind)
    form = filters.form_for(kind, request.user, request.GET)
    visible = listing.narrow(kind, form, registry.narrowed(request, kind), request.user)
    plain = visible.select_related(None).order_by()
    counts = dict(plain.values_list(board.field).annotate(Count("pk")))
    show_total = bool(board.total) and kind.policy.reads(board.total, request.user)
    totals = dict(plain.values_list(board.field).annotate(Sum(board.total))) if show_total else {}
    columns = [
        {
            "key": code,
            "label": label,
            "count": counts.get(code, 0),
            "total": totals.get(code) if show_total else None,
            "cards": cards(
                kind, board, visible.filter(**{board.field: code}).order_by(*kind.ordering)[:CARDS], request
            ),
            "more_url": f"{reverse('list', args=[kind.key])}?{board.field}={code}"
            if counts.get(code, 0) > CARDS
            else "",
        }
        for code, label in choices(kind, board)
    ]
    page = {
        "title": kind.label_plural,
        "object": kind,
        "columns": columns,
        "tabs": listing.tabs(kind, "board"),
        "filters": form,
        "create_url": reverse("record-new", args=[kind.key]) if kind.policy.may_add(request.user) else "",
    }
    return show(request, "board", {"page": page})


def cards(kind: ObjectType, board: Board, found: Any, request: HttpRequest) -> list[dict[str, Any]]:
    shown = list(found)
    reading = Reading(kind, shown, request.user)
    paths = [
        path for path in reading.readable([c.path for c in kind.column_list[1:]]) if path != board.field
    ][:4]
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


@require_POST
def move(request: HttpRequest, key: str, pk: int) -> HttpResponse:
    """Drop a card in another column."""
    kind = kind_for(request, key)
    board = board_of(kind)
    record = record_for(request, kind, pk)
    to = request.POST.get("to", "")
    target = next((code for code, _label in choices(kind, board) if str(code) == to), None)
    if target is None:
        raise Refused(_("There is no such column. Load the page again."))
    field: Any = kind.field(board.field)
    value = field.related_model.objects.get(pk=target) if field.is_relation else target
    if board.move is not None:
        board.move(record=record, to=value, by=request.user)
    else:
        records.edit(record=record, values={board.field: value}, by=request.user)
    done(request, _("“%(record)s” is moved.") % {"record": record}, record)
    return go_to(request, reverse("board", args=[kind.key]))
