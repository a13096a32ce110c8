"""Every role on every address of the API: the same rights as on the pages."""

from __future__ import annotations

import pytest

from kehu.core import registry
from kehu.core.access import roles

from . import expected
from .market import BINNED
from .visitor import kinds, some

pytestmark = pytest.mark.django_db


def test_lists_hold_and_count_what_the_role_may_see(visitor, wrong):
    for key in kinds():
        answer = visitor.get(f"/api/{key}")
        if not expected.opens(key, visitor.role):
            if answer.status_code != 404:
                wrong.append(f"{key}: {answer.status_code}")
            continue
        page = answer.json()
        if {item["id"] for item in page["items"]} != visitor.ids(key) or page["count"] != len(
            visitor.ids(key)
        ):
            wrong.append(f"{key}: {page['count']} records")
        for item in page["items"]:
            if shown := {name for name in item if visitor.role in expected.HIDDEN.get((key, name), ())}:
                wrong.append(f"{key}: holds {shown}")


def test_small_pages_lead_through_the_same_records(visitor, wrong):
    for key in ("account", "lead", "opportunity", "order", "touch", "task"):
        if not expected.opens(key, visitor.role):
            continue
        found: list[int] = []
        address: str | None = f"/api/{key}?size=2"
        while address:
            page = visitor.get(address).json()
            found += [item["id"] for item in page["items"]]
            address = f"/api/{key}?size=2&page={page['next']}" if page["next"] else None
        if sorted(found) != sorted(visitor.ids(key)):
            wrong.append(f"{key}: {found}")


def test_every_order_that_is_offered_keeps_the_records_and_no_other_is_obeyed(visitor, wrong):
    for key in kinds():
        alike = expected.VIEW[key].get(visitor.role) == expected.ALL and visitor.role != roles.ADMINISTRATOR
        if not expected.opens(key, visitor.role) or (alike and not expected.closed(key, visitor.role)):
            continue
        kind = registry.get(key)
        usual = [item["id"] for item in visitor.get(f"/api/{key}").json()["items"]]
        for path in (column.path for column in kind.column_list):
            answer = visitor.get(f"/api/{key}?sort=-{path}")
            if answer.status_code == 422:
                continue
            if path in expected.closed(key, visitor.role):
                wrong.append(f"{key} by {path}: the order tells")
            items = [item["id"] for item in answer.json()["items"]]
            if set(items) != set(usual):
                wrong.append(f"{key} by {path}: {items}")


def test_closed_fields_are_no_filters(visitor, wrong):
    """The telephone numbers end in three figures that only one kind of record has."""
    for key, ending in (("account", "0711"), ("contact", "0722"), ("lead", "1733")):
        if not expected.opens(key, visitor.role):
            continue
        answer = visitor.get(f"/api/{key}?phone={ending}&q=")
        if "phone" in expected.closed(key, visitor.role) and answer.status_code != 422:
            wrong.append(f"{key}: phone narrows to {answer.json()['count']}")


def test_one_record_its_history_and_its_parts_follow_the_rights(visitor, wrong):
    for key in kinds():
        for slot, record in some(visitor, key):
            status = 200 if slot in visitor.visible(key) else 404
            got = visitor.get(f"/api/{key}/{record.pk}").status_code
            history = visitor.get(f"/api/{key}/{record.pk}/history").status_code
            if (got, history) != (status, status):
                wrong.append(f"{key} of {slot}: {got}, history {history}")


def test_what_is_in_the_recycle_bin_is_gone(visitor, wrong):
    for key in ("account", "lead", "opportunity", "task"):
        got = visitor.get(f"/api/{key}/{visitor.market.records[key][BINNED].pk}").status_code
        if got != 404:
            wrong.append(f"{key}: {got}")


def test_history_of_ones_own_record_tells_that_something_was_there_but_not_what(market, visitor, wrong):
    """The representative's lead came to point at a stranger's opportunity."""
    lead = market.records["lead"]["own"]
    if "own" not in visitor.visible("lead"):
        return
    entries = visitor.get(f"/api/lead/{lead.pk}/history").json()
    told = [
        change["after"]
        for entry in entries
        for change in entry["changes"]
        if change["field"] == "Opportunity"
    ]
    sees = "stranger" in visitor.visible("opportunity")
    if told != (["ZqOpportunityStranger"] if sees else ["•••"]):
        wrong.append(f"history tells {told}")
    shown = visitor.get(f"/api/lead/{lead.pk}").json()["opportunity"]
    if (shown is not None) != sees:
        wrong.append(f"record shows {shown}")
