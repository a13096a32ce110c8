"""Every role on every page: what is hidden does not show, what is permitted does."""

from __future__ import annotations

import json
from typing import Any

import pytest
from django.urls import reverse

from kehu.core import filters, registry
from kehu.core.access import roles
from kehu.core.views import document

from . import expected
from .market import BINNED
from .visitor import Visitor, kinds, some

pytestmark = pytest.mark.django_db
# Their words do not stand in a column of the list.
WORDLESS = {
    "stage_change", "score_entry", "order_line", "scoring_rule", "target", "plan_version", "custom_field",
    "custom_object", "field_rule", "layout", "consent",
}  # fmt: skip


def offered_though_closed(visitor: Visitor, key: str, shown: Any) -> set[str]:
    """Closed fields that a list shows, filters or sorts by."""
    closed = expected.closed(key, visitor.role)
    hidden = {name for name in closed if visitor.role in expected.HIDDEN.get((key, name), ())}
    columns = {column["key"]: bool(column["sort_url"]) for column in shown["columns"]}
    kind = registry.get(key)
    by = set(filters.form_for(kind, visitor.user, {}, whole=True).fields) | {
        name for name, sortable in columns.items() if sortable
    }
    by |= {field.path for field in filters.offered(kind, visitor.user)}
    return closed & by | hidden & set(columns)


def test_lists_and_exports_show_what_the_role_may_see_and_count_nothing_else(visitor, wrong):
    for key in kinds():
        page, seen = visitor.part(reverse("list", args=[key])), visitor.visible(key)
        if not expected.opens(key, visitor.role):
            export = visitor.get(reverse("list-export", args=[key]))
            if (page.status_code, export.status_code) != (404, 404):
                wrong.append(f"{key}: there is a list")
            continue
        shown = page.context["page"]
        if shown["count"] != len(seen) or {row["id"] for row in shown["rows"]} != visitor.ids(key):
            wrong.append(f"{key}: list of {shown['count']}, not {sorted(seen)}")
        if bool(shown["create_url"]) != expected.may_add(key, visitor.role):
            wrong.append(f"{key}: button for new ones is {shown['create_url']!r}")
        if offered := offered_though_closed(visitor, key, shown):
            wrong.append(f"{key}: offers {offered}")
        export = visitor.get(reverse("list-export", args=[key])).text_read
        if len(export.strip().splitlines()) != len(seen) + 1:
            wrong.append(f"{key}: export of {export!r}")
        if (
            key not in WORDLESS
            and not visitor.words_of(key, page.text_read) == visitor.words_of(key, export) == seen
        ):
            wrong.append(f"{key}: a name is missing")


def test_lists_are_not_sorted_by_what_may_not_be_read(visitor, wrong):
    for key in kinds():
        if not expected.opens(key, visitor.role):
            continue
        address = reverse("list", args=[key])
        for name in expected.closed(key, visitor.role):
            found = [
                [row["id"] for row in visitor.part(address + query).context["page"]["rows"]]
                for query in ("", f"?sort={name}", f"?sort=-{name}")
            ]
            if found[0] != found[1] or found[0] != found[2]:
                wrong.append(f"{key}: the order tells of {name}")


def test_a_filter_takes_no_record_that_the_role_may_not_see(visitor, wrong):
    for key in kinds():
        if not expected.opens(key, visitor.role):
            continue
        kind = registry.get(key)
        for name in (path for path in kind.filters if kind.kind_of(path) == "record"):
            target = registry.of(kind.field(name).related_model).key
            for slot in visitor.hidden(target) if target in visitor.market.records else ():
                pk = visitor.market.records[target][slot].pk
                page = visitor.part(f"{reverse('list', args=[key])}?{name}={pk}").context["page"]
                if name not in page["filters"].errors:
                    wrong.append(f"{key}: filter {name} takes the {slot} {target}")


def test_boards_show_and_sum_up_what_the_role_may_see(visitor, wrong):
    for kind in (kind for kind in registry.all() if kind.board):
        page = visitor.part(reverse("board", args=[kind.key]))
        if not expected.opens(kind.key, visitor.role):
            assert page.status_code == 404
            continue
        columns = page.context["page"]["columns"]
        if sum(column["count"] for column in columns) != len(visitor.visible(kind.key)):
            wrong.append(f"{kind.key}: counts")
        if {card["id"] for column in columns for card in column["cards"]} != visitor.ids(kind.key):
            wrong.append(f"{kind.key}: cards")
        closed = kind.board.total in expected.closed(kind.key, visitor.role)
        if closed and any(column["total"] for column in columns):
            wrong.append(f"{kind.key}: total")


def test_record_pages_open_for_whom_they_should_and_hold_nothing_of_others(visitor, wrong):
    for key in kinds():
        for slot, record in some(visitor, key):
            status = visitor.part(reverse("record", args=[key, record.pk])).status_code
            if status != (200 if slot in visitor.visible(key) else 404):
                wrong.append(f"{key} of {slot}: {status}")


def test_a_record_on_paper_holds_no_more_than_its_page(visitor, wrong):
    for key in kinds():
        for slot, record in some(visitor, key):
            if slot in visitor.visible(key):
                fresh = registry.get(key).model.everything.get(pk=record.pk)
                visitor.search(
                    json.dumps(document.content(registry.get(key), fresh, visitor.user)), f"{key} {slot}"
                )
    stranger = visitor.market.records["lead"]["stranger"]
    status = visitor.get(reverse("record-pdf", args=["lead", stranger.pk])).status_code
    if status != (200 if "stranger" in visitor.visible("lead") else 404):
        wrong.append(f"lead on paper: {status}")


def test_history_is_paged_for_whom_may_see_the_record_only(visitor, wrong):
    for key in ("lead", "task"):
        for slot, record in some(visitor, key):
            status = visitor.get(reverse("record", args=[key, record.pk]) + "?history=999999999").status_code
            if status != (200 if slot in visitor.visible(key) else 404):
                wrong.append(f"{key} of {slot}: {status}")


def test_forms_open_for_whom_they_should_and_offer_no_hidden_choices(visitor, wrong):
    for key in kinds():
        form, role = bool(registry.get(key).form), visitor.role
        status = visitor.part(reverse("record-new", args=[key])).status_code
        there = form and expected.opens(key, role)
        if status != (404 if not there else 200 if expected.may_add(key, role) else 403):
            wrong.append(f"new {key}: {status}")
        for slot, record in some(visitor, key):
            page = visitor.part(reverse("record-edit", args=[key, record.pk]))
            there = form and slot in visitor.visible(key)
            may = slot in expected.changeable(key, role)
            if page.status_code != (404 if not there else 200 if may else 403):
                wrong.append(f"edit {key} of {slot}: {page.status_code}")
            if page.status_code == 200 and (
                held := expected.closed(key, role) & set(page.context["form"].fields)
            ):
                wrong.append(f"edit {key} of {slot}: holds {held}")


def test_what_is_in_the_recycle_bin_opens_only_for_those_who_saw_it(visitor, wrong):
    for key in ("account", "contact", "lead", "opportunity", "task"):
        binned = visitor.market.records[key][BINNED]
        seen = "own" in expected.VIEW[key].get(visitor.role, expected.NONE)
        for address in ("record", "record-edit"):
            status = visitor.part(reverse(address, args=[key, binned.pk])).status_code
            if status != (200 if seen and address == "record" else 404):
                wrong.append(f"{address} of the binned {key}: {status}")


def test_pages_of_the_frame_hold_nothing_hidden(visitor, wrong):
    plan, campaign = visitor.market.only("plan"), visitor.market.only("campaign")
    steering = {expected.GM, expected.AN, expected.SH, expected.AD, *expected.MARKETING}
    state = 200 if visitor.role in steering else 404
    planned = 200 if "only" in visitor.visible("plan") else 404
    may_plan = expected.changeable("plan", visitor.role)
    model = visitor.market.only("scoring_model")
    tried = {"lead", "touch", "opportunity", "scoring_model"}
    scored = 200 if all(expected.opens(key, visitor.role) for key in tried) else 404
    for address, status in {
        reverse("today"): 200,
        reverse("campaign-dashboard", args=[campaign.pk]): state,
        reverse("campaign-dashboard", args=[campaign.pk]) + "?as_of=2010-06-30": state,
        reverse("plan-version", args=[plan.pk, 1]): planned,
        reverse("plan-compare", args=[plan.pk]): planned,
        reverse("plan-start", args=[plan.pk]): 200 if "only" in may_plan else 403 if planned == 200 else 404,
        reverse("scoring-whatif", args=[model.pk]): scored,
        reverse("scoring-whatif", args=[model.pk]) + "?threshold=1&screened=1": scored,
        reverse("list", args=["lead"]) + f"?whatif={model.pk}&whatif.side=more": 200
        if expected.opens("lead", visitor.role)
        else 404,
        reverse("jobs"): 200 if visitor.role == roles.ADMINISTRATOR else 404,
    }.items():
        got = visitor.get(address).status_code
        if got != status:
            wrong.append(f"{address}: {got}, not {status}")
