"""Building filters in the browser: the editor of conditions, the menus of single filters, records to choose from."""

from __future__ import annotations

import json
from collections.abc import Iterator
from typing import Any

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils.http import urlencode
from django.utils.translation import gettext as _
from django.views.decorators.http import require_safe

from kehu.core import filters, registry
from kehu.core.asked import Asked
from kehu.core.errors import Refused
from kehu.core.filters import dates, draft, operators
from kehu.core.filters.draft import Draft
from kehu.core.models import User
from kehu.core.registry import ObjectType
from kehu.core.views.base import kind_for, lead_to
from kehu.core.views.lookup import EMPTY, matches
from kehu.core.widgets import Lookup

SHOWN = 30
LOOKS = ("list", "board", "calendar", "chart")


@require_safe
def editor(request: HttpRequest, key: str) -> HttpResponse:
    """The conditions of a list as a form. Its buttons add and remove parts; `apply` leads to the list."""
    kind = kind_for(request, key)
    do = request.GET.get("do", "")
    drawn = "join_0" in request.GET
    if drawn:
        built = draft.apply(draft.of_form(request.GET), do)
        kept = request.GET.get("kept", "")
    else:
        asked = Asked(request, kind)
        built = draft.of_condition(asked.condition)
        if not built.parts or do:
            built = draft.apply(built, "add:0")
        kept = _kept(asked)
    draft.settle(built, kind, request.user)
    look = request.GET.get("look", "list")
    back = reverse(look if look in LOOKS else "list", args=[kind.key])
    if do == "apply":
        condition = draft.condition_of(built, kind, request.user)
        if condition is not None:
            return _lead_to(request, back, kept, condition)
    context = {
        "object": kind,
        "group": _group(built, kind, request.user),
        "focus": draft.focus(built, do if drawn else "open"),
        "kept": kept,
        "look": look,
        "back": f"{back}?{kept}",
        "problem": built.problem,
    }
    return render(request, "core/lists/filter_editor.html", context)


@require_safe
def menu(request: HttpRequest, key: str) -> HttpResponse:
    """The choices of one filter, as links that take it: a fragment for a menu that is opened."""
    kind = kind_for(request, key)
    asked = Asked(request, kind)
    path = request.GET.get("menu", "")
    field = filters.named(kind, path, request.user) if path in kind.filters else None
    entries, more = _entries(field) if field is not None else ([], False)
    look = request.GET.get("look", "list")
    here = reverse(look if look in LOOKS else "list", args=[kind.key])
    kept = asked.without("menu", "look", path)
    context = {
        "entries": [
            {"url": f"{here}?{kept}{'&' if kept else ''}{urlencode({path: value})}", "label": label,
             "active": request.GET.get(path) == value}
            for value, label in entries
        ],
        "more": more,
        "clear_url": f"{here}?{kept}" if request.GET.get(path) else "",
    }  # fmt: skip
    return render(request, "core/lists/filter_menu.html", context)


def _lead_to(request: HttpRequest, back: str, kept: str, condition: Any) -> HttpResponse:
    query = "&".join(
        part for part in (kept, urlencode({"where": condition.text}) if condition else "") if part
    )
    return lead_to(request, f"{back}?{query}" if query else back)


def _kept(asked: Asked) -> str:
    """What of the address is no condition: search words, order, look."""
    return asked.without("where", "do", "look", *(name for name, _leaf in asked.simple))


def _entries(field: filters.Named) -> tuple[list[tuple[str, str]], bool]:
    if field.what == "yesno":
        return [("1", _("yes")), ("0", _("no"))], False
    if field.what == "choice":
        return list(field.choices), False
    target = field.target
    if target is None:
        return [], False
    rows = list(target.model.objects.visible_to(field.user).order_by(*target.ordering)[: SHOWN + 1])
    found = [("me", _("me"))] if target.key == "user" else []
    found += [("none", _("(blank)"))] if field.has_blank else []
    return found + [(str(row.pk), str(row)) for row in rows[:SHOWN]], len(rows) > SHOWN


def quick(kind: ObjectType, asked: Asked) -> Iterator[dict[str, Any]]:
    """The menus that stand in the bar: the first filters that are chosen from few values and not taken yet."""
    taken = {name for name, _leaf in asked.simple}
    found = 0
    for path in kind.filters:
        field = filters.named(kind, path, asked.user)
        if field is None or field.what not in {"choice", "yesno", "record"} or path in taken:
            continue
        found += 1
        yield {"label": field.label, "path": path, "query": asked.query(menu=path)}
        if found == 4:
            return


def _group(part: Draft, kind: ObjectType, user: User) -> dict[str, Any]:
    """A part of the condition with everything that its inputs need."""
    if not part.is_group:
        return _comparison(part, kind, user)
    return {
        "is_group": True,
        "place": part.place,
        "join": part.join,
        "joins": [
            ("and", _("all of these")),
            ("or", _("at least one of these")),
            ("none", _("none of these")),
        ],
        "parts": [_group(one, kind, user) for one in part.parts],
        "may_nest": part.place.count("-") < 3,
    }


def _comparison(part: Draft, kind: ObjectType, user: User) -> dict[str, Any]:
    field = filters.named(kind, part.path, user) if part.path else None
    found: dict[str, Any] = {
        "place": part.place, "path": part.path, "op": part.op, "problem": part.problem, "fields": _fields(kind, user),
    }  # fmt: skip
    if field is None:
        return found
    found["field"] = field
    found["ops"] = [(op, operators.label_of(field, op)) for op in operators.ops_of(field)]
    return found | _inputs(part, field)


def _inputs(part: Draft, field: filters.Named) -> dict[str, Any]:
    """How the value is typed or chosen: the name of a control and what it holds."""
    first = part.values[0] if part.values else ""
    many = part.op in operators.SETS
    if part.op in operators.BLANK:
        # Kept out of sight for the next comparison, which may need it again.
        return {"control": "", "values": part.values}
    if part.op == "within":
        options = [(word, str(label)) for word, (_span, label) in dates.WORDS.items()]
        if first.startswith("{"):
            options.insert(0, (first, dates.words(_plain(first)) or first))
        return {"control": "select", "options": options, "value": first}
    if field.what == "choice":
        return {
            "control": "checks" if many else "select",
            "options": field.choices,
            "value": first,
            "values": part.values,
        }
    if field.what == "yesno":
        return {"control": "select", "options": [("true", _("yes")), ("false", _("no"))], "value": first}
    if field.what == "record":
        return {"control": "records", "records": _records(part, field, many)}
    if many:
        return {"control": "lines", "value": "\n".join(part.values)}
    first = first.partition("\n")[0].strip()
    types = {"date": "date", "time": "date", "number": "number", "money": "number"}
    return {"control": "input", "type": types.get(field.what, "text"), "value": first, "other": part.other,
            "between": part.op == "between"}  # fmt: skip


def _records(part: Draft, field: filters.Named, many: bool) -> str:
    """A type-ahead with the chosen records, those that mean no record of their own, and the first ones."""
    target = field.target
    assert target is not None
    chosen = _chosen(part.values, field, many)
    fixed = [("me", _("me"))] if target.key == "user" else []
    first = [(str(row.pk), str(row)) for row in matches(target, "", field.user)]
    offered = dict([*fixed, *chosen, *first])
    widget = Lookup(
        src=reverse("lookup", args=[target.key]), many=many,
        attrs={"class": "form-select", "id": f"value_{part.place}", "aria-label": _("Value")},
        choices=[*([] if many else [EMPTY]), *offered.items()],
    )  # fmt: skip
    picked = [value for value, _words in chosen]
    return widget.render(f"value_{part.place}", picked if many else "".join(picked))


def _chosen(given: list[str], field: filters.Named, many: bool) -> list[tuple[str, str]]:
    """The chosen records by name, those only that the user may see."""
    found = []
    for value in given if many else given[:1]:
        try:
            words = filters.leaf(field.kind, field.user, field.path, "eq", value).values[0].words
        except Refused:
            continue
        found.append((value, words))
    return found


def _plain(text: str) -> Any:
    try:
        return json.loads(text)
    except (ValueError, RecursionError):
        return None


def _fields(kind: ObjectType, user: User) -> list[tuple[str, list[tuple[str, str]]]]:
    """What may be compared, the object's own first, then by reference."""
    groups: dict[str, list[tuple[str, str]]] = {"": []}
    for field in filters.offered(kind, user, steps=2):
        head = ".".join(part for _kind, part in list(registry.steps(kind, field.path))[:-1])
        label = filters.label_of(kind, head) if head else ""
        groups.setdefault(label, []).append((field.path, field.label))
    return list(groups.items())
