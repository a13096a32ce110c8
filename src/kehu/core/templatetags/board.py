"""The cards of a board's column, written straight away: there are a hundred, each with a menu of all columns."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from typing import Any

from django.template import Context
from django.template.defaulttags import CsrfTokenNode
from django.utils.html import escape
from django.utils.safestring import SafeString
from django.utils.translation import gettext as _

from kehu.core.templatetags import cells, marks

CARD = """<li class="k-board-card" draggable="true" data-move="{move}">
  <div><a href="{url}">{title}</a>
    <details class="k-menu"><summary aria-label="{label}">{dots}</summary>
      <form class="k-menu-list" method="post" action="{move}">{menu}</form>
    </details></div>
  {facts}{state}
</li>
"""


def drawn(
    context: Context, column: Mapping[str, Any], columns: Sequence[Mapping[str, Any]], kind: Any = None
) -> SafeString:
    """The cards of one column; the menu that moves a card is the same for all of them."""
    menu, dots = _menu(context, column, columns), marks.icon("dots")
    pills: dict[Any, str] = {}
    facts: dict[Any, str] = {}
    parts = []
    for card in column["cards"]:
        state = card["state"]
        if state not in pills:
            pills[state] = f"<div>{cells.state(state)}</div>" if state else ""
        parts.append(
            CARD.format(
                move=escape(card["move_url"]),
                url=escape(card["url"]),
                title=escape(card["title"]),
                label=escape(_("Move %(name)s to another column") % {"name": card["title"]}),
                dots=dots,
                menu=menu,
                facts=_facts(card["facts"], kind, facts),
                state=pills[state],
            )
        )
    return SafeString("".join(parts))


def _menu(context: Context, column: Mapping[str, Any], columns: Sequence[Mapping[str, Any]]) -> str:
    arrow = marks.icon("arrow-right")
    targets = "".join(
        f'<button name="to" value="{escape(one["key"])}">{arrow}{escape(one["label"])}</button>'
        for one in columns
        if one["key"] != column["key"]
    )
    head = escape(_("Move to"))
    return f'{CsrfTokenNode().render(context)}<p class="k-menu-head">{head}</p>{targets}'


def _facts(given: Iterable[Mapping[str, Any]], kind: Any, known: dict[Any, str]) -> str:
    """The facts of a card; the same channel, owner or stage is drawn once a column."""
    parts = []
    for fact in given:
        cell, label = fact["cell"], fact["label"]
        alike = str(label), cell.kind, cell.text, cell.url
        if alike not in known:
            known[alike] = f'<span title="{escape(label)}">{cells.drawn(cell, kind)}</span>'
        parts.append(known[alike])
    return f'<div class="k-board-facts">{"".join(parts)}</div>' if parts else ""
