"""Every role on every look of a list: conditions, groups, charts, calendars, views and choices tell nothing hidden."""

from __future__ import annotations

import json
from typing import Any
from urllib.parse import quote, urlencode

import pytest
from django.urls import reverse

from kehu.core import filters, grouping, listing, registry
from kehu.core.access import roles
from kehu.core.actions import views
from kehu.core.models import SavedView

from . import expected
from .market import word
from .visitor import Visitor, kinds

pytestmark = pytest.mark.django_db


def open_kinds(visitor: Visitor) -> list[str]:
    return [key for key in kinds() if expected.opens(key, visitor.role)]


def closed_kinds(visitor: Visitor) -> list[str]:
    return [key for key in kinds() if not expected.opens(key, visitor.role)]


def where(condition: Any) -> str:
    return f"?where={quote(json.dumps(condition))}"


def test_looks_open_for_whom_the_list_opens(visitor, wrong):
    names = (
        "chart",
        "calendar",
        "list-filter",
        "list-filter-menu",
        "list-views",
        "list-columns",
        "list-count",
    )
    for key in closed_kinds(visitor):
        for name in (*names, "list-group"):
            if (status := visitor.get(reverse(name, args=[key])).status_code) != 404:
                wrong.append(f"{name} of {key}: {status}")
    for key in open_kinds(visitor):
        for name in names:
            dated = name != "calendar" or any(listing.dates_of(registry.get(key), visitor.user))
            status = visitor.part(reverse(name, args=[key])).status_code
            if status != (200 if dated else 404):
                wrong.append(f"{name} of {key}: {status}")


def units(offered: list[Any], turn: int) -> list[Any]:
    """Everything that groups, each date by one of its units: in three turns each of them has been."""
    names = list(grouping.UNITS)
    return [by for by in offered if not by.unit or by.unit == names[(turn + len(by.field.path)) % len(names)]]


def test_groups_and_pictures_count_what_the_role_may_see(visitor, wrong):
    for key in open_kinds(visitor):
        kind, seen = registry.get(key), len(visitor.visible(key))
        for by in units(grouping.offered(kind, visitor.user), roles.ALL.index(visitor.role)):
            page = visitor.part(f"{reverse('list', args=[key])}?group={by.code}").context["page"]
            if sum(group.count for group in page["grouped"].groups) != seen:
                wrong.append(
                    f"{key} by {by.code}: {[(g.label, g.count) for g in page['grouped'].groups]}, not {seen}"
                )
            closed = expected.closed(key, visitor.role)
            if {measure.field.path for measure in page["grouped"].measures} & closed:
                wrong.append(f"{key}: adds up {closed}")
            for group in page["groups"]:
                if group["rows_url"]:
                    visitor.part(group["rows_url"])
            visitor.part(f"{reverse('chart', args=[key])}?group={by.code}")


def test_nothing_is_grouped_or_added_up_by_what_may_not_be_read(visitor, wrong):
    for key in open_kinds(visitor):
        kind = registry.get(key)
        for name in expected.closed(key, visitor.role):
            if grouping.by_of(kind, visitor.user, name) or grouping.measure_of(
                kind, visitor.user, f"sum:{name}"
            ):
                wrong.append(f"{key}: {name}")
            if (
                visitor.get(
                    reverse("list", args=[key]) + where({"field": name, "op": "not_empty"})
                ).status_code
                != 422
            ):
                wrong.append(f"{key}: asks about {name}")


def test_no_condition_leads_over_a_record_that_may_not_be_seen(visitor, wrong):
    """Whoever does not see an account does not find by its name, nor by its absence of one."""
    for key in open_kinds(visitor):
        kind = registry.get(key)
        for reference in filters.offered(kind, visitor.user):
            target = reference.target
            if target is None or target.key not in visitor.market.records or "." in reference.path:
                continue
            path = f"{reference.path}.{target.column_list[0].path}"
            named = filters.named(kind, path, visitor.user)
            if named is None or named.what != "text":
                continue
            for slot in visitor.hidden(target.key):
                condition = {"field": path, "op": "contains", "value": word(target.key, slot)}
                page = visitor.part(reverse("list", args=[key]) + where(condition)).context["page"]
                if page.get("rows"):
                    wrong.append(f"{key}: found by {path} of {slot}")
                pk = visitor.market.records[target.key][slot].pk
                exact = where({"field": reference.path, "op": "eq", "value": pk})
                if visitor.get(reverse("list", args=[key]) + exact).status_code != 422:
                    wrong.append(f"{key}: asks for the {slot} {target.key}")


def test_the_editor_and_the_menus_offer_records_that_the_role_may_see(visitor, wrong):
    for key in open_kinds(visitor):
        for field in filters.offered(registry.get(key), visitor.user, steps=1):
            if field.target is None or field.target.key not in kinds():
                continue
            asked = urlencode({"join_0": "and", "field_0-0": field.path, "op_0-0": "in"})
            text = visitor.get(f"{reverse('list-filter', args=[key])}?{asked}").text_read
            for slot in visitor.hidden(field.target.key):
                if f'<option value="{visitor.market.records[field.target.key][slot].pk}">' in text:
                    wrong.append(f"{key} by {field.path}: {slot} is offered")
        for path in registry.get(key).filters:
            visitor.get(f"{reverse('list-filter-menu', args=[key])}?menu={path}")


def test_a_view_never_widens_what_the_role_may_see(visitor, wrong, administrator):
    """A view of the administrator, shared with everyone, over everything that somebody may not read."""
    for key in kinds():
        kind = registry.get(key)
        paths = listing.offered(kind, administrator.user)
        closed = [
            name
            for name in expected.closed(key, visitor.role)
            if filters.named(kind, name, administrator.user)
        ]
        views.choose_columns(kind=kind, by=administrator.user, columns=paths[:30])
        query = ""
        if closed:
            query = f"where={quote(json.dumps({'field': closed[0], 'op': 'not_empty'}))}"
        view = views.save_view(
            kind=kind, by=administrator.user, name=f"all {key}", query=query, shared="everyone"
        )
        address = f"{reverse('list', args=[key])}?view={view.pk}"
        page = visitor.part(address)
        if key not in open_kinds(visitor):
            if page.status_code != 404:
                wrong.append(f"{key}: opens by a view")
            continue
        if {row["id"] for row in page.context["page"]["rows"]} != visitor.ids(key):
            wrong.append(f"{key}: the view shows other records")
        if closed and view.pk in [one.pk for one in listing.all_of(kind, visitor.user)]:
            wrong.append(f"{key}: a view that asks about {closed[0]} is offered")
        hidden = {name for name in closed if visitor.role in expected.HIDDEN.get((key, name), ())}
        if hidden & {column["key"] for column in page.context["page"]["columns"]}:
            wrong.append(f"{key}: shows {hidden}")


def test_views_of_others_are_neither_seen_nor_changed(visitor, wrong, administrator):
    kind = registry.get("region")
    private = views.save_view(kind=kind, by=administrator.user, name="ZqPrivate", query="")
    shared = views.save_view(kind=kind, by=administrator.user, name="shared", query="", shared="everyone")
    menu = visitor.get(reverse("list-views", args=["region"]))
    own = visitor.user.pk == administrator.user.pk
    if ("ZqPrivate" in menu.text_read) != own:
        wrong.append("a private view shows")
    for view, expect in ((private, 404), (shared, 403)):
        data = {"view": view.pk, "name": "mine now"}
        for name in ("view-save", "view-delete"):
            status = visitor.post(reverse(name, args=["region"]), data).status_code
            if status != (302 if own else expect):
                wrong.append(f"{name} of {view.name}: {status}")
            if own:
                return
    if set(SavedView.objects.values_list("name", flat=True)) != {"ZqPrivate", "shared"}:
        wrong.append("a view was changed")
