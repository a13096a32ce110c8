"""Filters by formulas and roll-ups: the database answers what a reader of the page would say."""

from __future__ import annotations

import json
from datetime import date
from decimal import ROUND_HALF_UP, Decimal
from typing import Any

import pytest
from django.test import Client
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from kehu.core import filters, registry
from kehu.core.actions import custom, records
from kehu.core.custom import making
from kehu.core.errors import Refused
from kehu.core.filters.values import FIRST_YEAR, LAST_YEAR
from kehu.core.models import CustomField, User
from kehu.core.reading import Reading

Account: Any = registry.get("account").model
pytestmark = pytest.mark.django_db

FIELDS = [
    ("n", "number"),
    ("m", "number"),
    ("price", "money"),
    ("word", "text"),
    ("due", "date"),
    ("sure", "yesno"),
]
# What the language has, each with the kind of its result.
FORMULAS = [
    ("custom.n * custom.price", "money"),
    ("custom.n + custom.m - 3 * 0.1", "number"),
    ("custom.n / custom.m", "number"),
    ("round(custom.n * custom.price / 3, 2)", "money"),
    ("round(custom.n, -2)", "number"),
    ("round(-custom.m)", "number"),
    ("abs(custom.n - custom.m)", "number"),
    ("-custom.n", "number"),
    ('if(custom.n > custom.m, "more", "less")', "text"),
    ("if(custom.sure, custom.n)", "number"),
    ("custom.n = custom.m * 2", "yesno"),
    ("custom.n != custom.m", "yesno"),
    ("custom.sure and not (custom.n < 3)", "yesno"),
    ('empty(custom.word) or custom.word = "a\'b%"', "yesno"),
    ('concat(custom.word, "-", round(custom.n, 2), custom.due, custom.sure)', "text"),
    ("custom.word & custom.n", "text"),
    ("min(custom.n, custom.m, 5)", "number"),
    ('max(custom.word, "m")', "text"),
    ('first(custom.word, "none")', "text"),
    ("custom.due + custom.n", "date"),
    ("custom.due - custom.m", "date"),
    ("days(custom.due, today())", "number"),
    ("custom.due - today()", "number"),
    ("max(custom.due, today())", "date"),
    ('custom.word < "b"', "yesno"),
    ("custom.due >= today() - 7", "yesno"),
    ('name & "!"', "text"),
    ("days(created_at, today()) >= 0", "yesno"),
]
# Products of at most fifteen digits: more do not survive in the binary fractions of SQLite.
number = st.decimals(min_value=-(10**5), max_value=10**5, places=3) | st.sampled_from(
    [0, 1, 2, Decimal("2.675")]
)
ROWS = st.fixed_dictionaries(
    {},
    optional={
        "n": number, "m": number,
        "price": st.decimals(min_value=-(10**4), max_value=10**4, places=2),
        "word": st.sampled_from(["a", "a'b%", "Z", "ä", "漢"]),
        "due": st.dates(date(1990, 1, 1), date(2040, 1, 1)),
        "sure": st.booleans(),
    },
)  # fmt: skip


def add(boss: User, code: str, kind: str, **more: Any) -> CustomField:
    values = {"object_type": "account", "code": code, "kind": kind, "label_en": code, **more}
    return custom.add_field(values=values, by=boss)


def found(boss: User, path: str, op: str, value: Any = None, kind: str = "account") -> set[int]:
    the_kind = registry.get(kind)
    condition = filters.leaf(the_kind, boss, path, op, value)
    return set(the_kind.model.objects.visible_to(boss).filter(condition.q()).values_list("pk", flat=True))


def shown(record: Any, path: str, user: User) -> Any:
    return Reading(registry.of(record), [record], user).value(record, path)


def test_the_database_reckons_what_python_does(boss: User) -> None:
    """Every formula over many records: equal, empty, below and above fit exactly the records that show so."""
    for code, kind in FIELDS:
        add(boss, code, kind)
    for at, (text, result) in enumerate(FORMULAS):
        add(boss, f"f{at}", "formula", formula=text, result=result)
    kind = registry.get("account")
    assert not [(text, kind.field(f"custom.f{at}").reason) for at, (text, _r) in enumerate(FORMULAS)
                if kind.field(f"custom.f{at}").reason]  # fmt: skip

    @settings(max_examples=25, deadline=None, suppress_health_check=list(HealthCheck))
    @given(st.lists(ROWS, min_size=3, max_size=6))
    def compared(rows: list[dict[str, Any]]) -> None:
        Account.objects.all().delete()
        for row in rows:
            held = {c: making.stored(kind.field(f"custom.{c}"), value) for c, value in row.items()}
            Account.objects.create(
                name="Hsin", created_at="2010-01-01T00:00Z", updated_at="2010-01-01T00:00Z", custom=held
            )
        every = list(Account.objects.all())
        for at, (text, _result) in enumerate(FORMULAS):
            path = f"custom.f{at}"
            says = {one.pk: shown(one, path, boss) for one in every}
            blank = {pk for pk, value in says.items() if value in (None, "")}
            assert found(boss, path, "empty") == blank, text
            for value in {_asked(value) for value in says.values() if _may_be_asked(value)}:
                same = {pk for pk, other in says.items() if pk not in blank and _asked(other) == value}
                assert found(boss, path, "eq", value) == same, (text, value, says)
                assert found(boss, path, "ne", value) == set(says) - same, (text, value)

    compared()


def test_every_number_is_found_as_it_was_written(boss: User) -> None:
    """Old SQLite reads 0.215378 as the fraction beside the one that Python takes."""
    add(boss, "n", "number")
    add(boss, "same", "formula", formula="custom.n / 1", result="number")
    made = records.create(Account, {"name": "A", "custom.n": Decimal("0.215378")}, by=boss)
    for path in ("custom.n", "custom.same"):
        assert found(boss, path, "eq", "0.215378") == {made.pk}, path
        assert found(boss, path, "ne", "0.215378") == set(), path


def _may_be_asked(value: Any) -> bool:
    """Filters take no day outside their years, though a million days from one may lead there."""
    return value not in (None, "") and (not isinstance(value, date) or FIRST_YEAR <= value.year <= LAST_YEAR)


def _asked(value: Any) -> Any:
    if isinstance(value, Decimal):
        return format(value.quantize(Decimal("0.000001"), ROUND_HALF_UP).normalize() + 0, "f")
    return value.isoformat() if isinstance(value, date) else value


@pytest.mark.parametrize("text,result", [
    ("custom.price * 100000000000", "money"), ("custom.n / (custom.n - custom.n)", "number"),
    ("custom.due + custom.n * 99999999999", "date"), ("custom.due - 99999999999999", "date"),
    ("today() - 3000000", "date"), ("custom.n * custom.n * custom.n * custom.n", "number"),
    ("99999999999999999999 * 99999999999999999999", "number"),
])  # fmt: skip
def test_what_overflows_is_empty_and_no_error(boss: User, text: str, result: str) -> None:
    for code, kind in FIELDS:
        add(boss, code, kind)
    add(boss, "much", "formula", formula=text, result=result)
    values = {
        "name": "A",
        "custom.n": Decimal(999999999),
        "custom.price": Decimal(99999),
        "custom.due": date(2010, 1, 1),
    }
    record = records.create(Account, values, by=boss)
    is_empty = shown(record, "custom.much", boss) is None
    assert found(boss, "custom.much", "empty") == ({record.pk} if is_empty else set())


@pytest.mark.parametrize("text,result,why", [
    ("custom.several & \"\"", "text", "several choices"), ("\"\" & custom.n / 3", "text", "round"),
    ("round(custom.n, custom.n)", "number", "places"), ("if(custom.sure, custom.n, custom.word) ", "number", "kind"),
])  # fmt: skip
def test_what_no_database_can_reckon_is_not_offered_and_says_why(
    boss: User, text: str, result: str, why: str
) -> None:
    for code, kind in (*FIELDS, ("several", "choices")):
        add(boss, code, kind, choices="a\nb")
    field = add(boss, "odd", "formula", formula=text, result=result)
    kind = registry.get("account")
    assert why in str(kind.field("custom.odd").reason)
    assert "custom.odd" not in kind.filters
    with pytest.raises(Refused, match="no field"):
        filters.leaf(kind, boss, "custom.odd", "empty")
    client = Client(headers={"accept-language": "en"})
    client.force_login(boss)
    assert why in client.get(f"/o/custom_field/{field.pk}").content.decode()


def test_a_formula_is_asked_for_wherever_filters_are(boss: User) -> None:
    add(boss, "n", "number")
    add(boss, "double", "formula", formula="custom.n * 2")
    add(boss, "plus", "formula", formula="custom.double + 1")
    one, two = (records.create(Account, {"name": f"A{n}", "custom.n": Decimal(n)}, by=boss) for n in (1, 2))
    page = Client(headers={"accept-language": "en"})
    page.force_login(boss)
    where = json.dumps({"field": "custom.plus", "op": "gte", "value": 5})
    for query in ({"custom.plus-from": "5"}, {"where": where}):
        rows = page.get("/o/account", query).context["page"]["rows"]
        assert [row["id"] for row in rows] == [two.pk]
        assert [row["id"] for row in page.get("/api/account", query).json()["items"]] == [two.pk]
    contact = records.create(registry.get("contact").model, {"name": "C", "account": two}, by=boss)
    assert found(boss, "account.custom.plus", "eq", 5, kind="contact") == {contact.pk}
    assert found(boss, "account.custom.plus", "eq", 3, kind="contact") == set()
    assert "custom.plus" in page.get("/o/account/filter").content.decode()
    assert "custom.plus-from" in json.dumps(page.get("/api/openapi.json").json())
    assert one.pk in found(boss, "custom.plus", "lt", 4)
