"""A reference that administrators add is followed as those of modules are: filters, columns, exports, API, order."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest
from django.test import Client

from kehu.core import filters, grouping, listing, registry
from kehu.core.access import roles
from kehu.core.actions import custom, records
from kehu.core.asked import Asked
from kehu.core.errors import Refused
from kehu.core.exports import background
from kehu.core.models import ListHabit, User

Account: Any = registry.get("account").model
pytestmark = pytest.mark.django_db


@pytest.fixture
def visit(boss: User) -> Any:
    """Visits, seen by all, refer to accounts and to other visits; deals of accounts to nothing."""
    values = {"key": "x_visit", "label_en": "Visit", "access": "everyone", "adders": [roles.SALES_REP]}
    custom.add_object(values=values, by=boss)
    for code, kind, more in (
        ("client", "reference", {"target": "account", "indexed": True}),
        ("before", "reference", {"target": "x_visit"}),
    ):
        field = {"object_type": "x_visit", "code": code, "kind": kind, "label_en": code.title(), **more}
        custom.add_field(values=field, by=boss)
    worth = {"object_type": "account", "code": "worth", "kind": "number", "label_en": "Worth"}
    custom.add_field(values=worth, by=boss)
    return registry.get("x_visit").model


@pytest.fixture
def made(boss: User, visit: Any) -> dict[str, Any]:
    rep = User.objects.create_user("rep", name="Rep", role=roles.SALES_REP)
    hsin = records.create(Account, {"name": "Hsin", "owner": rep, "custom.worth": 5}, by=boss)
    acer = records.create(Account, {"name": "Acer", "owner": boss}, by=boss)
    values = {"title": "First", "owner": boss, "custom.client": hsin}
    first = records.create(visit, values, by=boss)
    second = records.create(
        visit, {"title": "Second", "owner": boss, "custom.client": acer, "custom.before": first}, by=boss
    )
    third = records.create(visit, {"title": "Third", "owner": boss}, by=boss)
    return {"rep": rep, "first": first, "second": second, "third": third, "hsin": hsin, "acer": acer}


def found(user: User, path: str, op: str, value: Any = None) -> set[str]:
    kind = registry.get("x_visit")
    condition = filters.leaf(kind, user, path, op, value)
    return {one.title for one in kind.model.objects.visible_to(user).filter(condition.q())}


def test_filters_ask_for_fields_of_what_a_custom_reference_leads_to(boss: User, made: dict[str, Any]) -> None:
    assert found(boss, "custom.client.name", "contains", "hs") == {"First"}
    assert found(boss, "custom.client.name", "ne", "Hsin") == {"Second", "Third"}
    assert found(boss, "custom.client.owner", "eq", made["rep"].pk) == {"First"}
    assert found(boss, "custom.client.custom.worth", "gte", 5) == {"First"}
    assert found(boss, "custom.client.custom.worth", "empty") == {"Second", "Third"}
    assert found(boss, "custom.before.custom.client.name", "eq", "Hsin") == {"Second"}
    offered = {one.path for one in filters.offered(registry.get("x_visit"), boss, steps=2)}
    assert {"custom.client.name", "custom.client.custom.worth"} <= offered
    assert grouping.by_of(registry.get("x_visit"), boss, "custom.client.status") is None
    for path in (
        "custom.client.nothing",
        "custom.client.name.x",
        "custom.worth.name",
        "custom.client.custom",
    ):
        with pytest.raises(Refused):
            found(boss, path, "empty")


def test_what_a_reader_may_not_see_of_it_is_as_if_it_were_not_there(boss: User, made: dict[str, Any]) -> None:
    """A representative sees the own account, not the other's: neither by a filter nor in a column."""
    rep = made["rep"]
    assert found(rep, "custom.client.name", "eq", "Hsin") == {"First"}
    assert found(rep, "custom.client.name", "eq", "Acer") == set()
    assert found(rep, "custom.client.name", "ne", "Acer") == {"First", "Second", "Third"}
    page = Client(headers={"accept-language": "en"})
    page.force_login(rep)
    rows = page.get("/api/x_visit?fields=title,custom.client.name").json()["items"]
    assert {row["title"]: row["custom.client.name"] for row in rows} == {
        "First": "Hsin",
        "Second": None,
        "Third": None,
    }


def test_it_is_a_column_a_part_of_an_export_and_an_order(
    boss: User, made: dict[str, Any], django_assert_max_num_queries: Any, tmp_path: Path
) -> None:
    kind = registry.get("x_visit")
    assert "custom.client.owner" in listing.offered(kind, boss)
    page = Client(headers={"accept-language": "en"})
    page.force_login(boss)
    columns = ["title", "custom.client.name", "custom.client.owner", "custom.client.custom.worth"]
    ListHabit.objects.create(user=boss, object_type="x_visit", columns=columns)
    assert "Client › Owner" in page.get("/o/x_visit").content.decode()
    assert "custom.client.name" in page.get("/o/x_visit/filter").content.decode()
    ids = background.ids_of(Asked.of(kind, boss, "sort=custom.client"))
    file = tmp_path / "visits.csv"
    background.write_file(background.columns_for(kind, columns, boss, format="csv"), ids, file, format="csv")
    lines = file.read_text().splitlines()
    assert "Client › Name" in lines[0]
    assert [line.split(",")[0] for line in lines[1:]] == ["Second", "First", "Third"]
    assert "Hsin,Rep,5" in lines[2]
    for sort, titles in (
        ("custom.client", ["Second", "First", "Third"]),
        ("-custom.client", ["First", "Second", "Third"]),
    ):
        rows = page.get("/api/x_visit", {"sort": sort, "fields": "title"}).json()["items"]
        assert [row["title"] for row in rows] == titles
        seen, url = [], f"/api/x_visit?sort={sort}&size=1&fields=title"
        while url:
            answer = page.get(url).json()
            seen += [row["title"] for row in answer["items"]]
            token = answer.get("next")
            url = f"/api/x_visit?sort={sort}&size=1&fields=title&page={token}" if token else ""
        assert seen == titles
    with django_assert_max_num_queries(25):
        page.get("/api/x_visit?fields=title,custom.client.owner,custom.client.name")
    assert page.get("/o/x_visit?sort=custom.client").status_code == 200
    where = json.dumps({"field": "custom.client.name", "op": "starts", "value": "Ac"})
    assert [row["title"] for row in page.get("/api/x_visit", {"where": where}).json()["items"]] == ["Second"]


def test_custom_fields_behind_a_foreign_key_are_read_together(
    boss: User, made: dict[str, Any], django_assert_max_num_queries: Any
) -> None:
    """A column of contacts over their accounts: roll-up and reference of all rows cost one query each."""
    rolled = {
        "object_type": "account",
        "code": "visits",
        "kind": "roll_up",
        "label_en": "Visits",
        "function": "count",
    }
    custom.add_field(values={**rolled, "related": "x_visit.custom.client"}, by=boss)
    guide = {
        "object_type": "account",
        "code": "guide",
        "kind": "reference",
        "label_en": "Guide",
        "target": "user",
    }
    custom.add_field(values=guide, by=boss)
    for number in range(6):
        values = {"name": f"A{number}", "custom.guide": made["rep"]}
        account = records.create(Account, values, by=boss)
        records.create(registry.get("contact").model, {"name": "C", "account": account}, by=boss)
    records.create(registry.get("contact").model, {"name": "D", "account": made["hsin"]}, by=boss)
    columns = ["name", "account.custom.visits", "account.custom.guide", "account.custom.guide.name"]
    ListHabit.objects.create(user=boss, object_type="contact", columns=columns)
    page = Client(headers={"accept-language": "en"})
    page.force_login(boss)
    page.get("/o/contact")
    with django_assert_max_num_queries(20):
        shown = page.get("/o/contact").content.decode()
    assert "Account › Visits" in shown and "Rep" in shown
    rows = page.get(f"/api/contact?fields={','.join(columns[:3])}").json()["items"]
    assert {row["account.custom.visits"] for row in rows if row["name"] == "D"} == {"1"}
