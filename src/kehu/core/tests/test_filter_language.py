"""The language of conditions: what it selects is what it says, and what it refuses it refuses by a sentence."""

from __future__ import annotations

import json
from datetime import UTC, date, datetime, timedelta
from decimal import Decimal
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from kehu.core import clock, filters, registry
from kehu.core.access import roles
from kehu.core.errors import Refused
from kehu.core.tests.company import make, person, saved

pytestmark = pytest.mark.django_db
NAMES = ("ann", "bob", "王小明", "", "a%_\\b")
REGIONS = (None, "north", "south")
AMOUNTS = (None, Decimal(0), Decimal("10.5"), Decimal(700))
DAYS = (None, date(2010, 6, 1), date(2010, 6, 30), date(2010, 12, 31))
MOMENTS = (None, datetime(2010, 6, 1, 15, 59, tzinfo=UTC), datetime(2010, 6, 1, 16, 1, tzinfo=UTC))


def value_of(row: Any, path: str) -> Any:
    for part in path.split("."):
        row = None if row is None else getattr(row, part)
    return row


def fits(row: Any, condition: Any) -> bool:
    """A condition read in plain Python: nothing fits a comparison, and fits its opposite."""
    if "and" in condition:
        return all(fits(row, part) for part in condition["and"])
    if "or" in condition:
        return any(fits(row, part) for part in condition["or"])
    if "not" in condition:
        return not fits(row, condition["not"])
    return compare(value_of(row, condition["field"]), condition["op"], condition.get("value"))


def compare(found: Any, op: str, wanted: Any) -> bool:
    opposite = {"ne": "eq", "not_in": "in", "not_contains": "contains", "empty": "not_empty"}
    if op in opposite:
        return not compare(found, opposite[op], wanted)
    if op == "not_empty":
        return found not in (None, "")
    if found is None:
        return False
    if isinstance(found, datetime):
        found = found.astimezone(clock.zone()).date()
    if isinstance(found, date):
        wanted = (
            [date.fromisoformat(one) for one in wanted]
            if isinstance(wanted, list)
            else date.fromisoformat(wanted)
        )
    elif isinstance(found, Decimal | int):
        wanted = [Decimal(str(one)) for one in wanted] if isinstance(wanted, list) else Decimal(str(wanted))
    elif hasattr(found, "pk"):
        found = found.pk
    return {
        "eq": lambda: found == wanted,
        "in": lambda: found in wanted,
        "gt": lambda: found > wanted,
        "gte": lambda: found >= wanted,
        "lt": lambda: found < wanted,
        "lte": lambda: found <= wanted,
        "between": lambda: wanted[0] <= found <= wanted[1],
        "contains": lambda: wanted.lower() in found.lower(),
        "starts": lambda: found.lower().startswith(wanted.lower()),
    }[op]()


def comparisons(path: str, ops: list[str], values: Any) -> Any:
    def shaped(op: str) -> Any:
        if op in ("empty", "not_empty"):
            return st.just({"field": path, "op": op})
        given_value = (
            st.lists(values, min_size=1, max_size=3) if op in ("in", "not_in")
            else st.lists(values, min_size=2, max_size=2) if op == "between" else values
        )  # fmt: skip
        return st.builds(lambda value: {"field": path, "op": op, "value": value}, given_value)

    return st.sampled_from(ops).flatmap(shaped)


TEXTS = st.sampled_from(["an", "b", "王", "小明", "%", "_", "\\", "ANN", "ann"])
NUMBERS = ["eq", "ne", "gt", "gte", "lt", "lte", "between", "in", "not_in", "empty", "not_empty"]
DATE_OPS = ["eq", "ne", "gt", "gte", "lt", "lte", "between", "empty", "not_empty"]
ISO = st.sampled_from(["2010-05-31", "2010-06-01", "2010-06-02", "2010-06-30", "2011-01-01"])
LEAVES = st.one_of(
    comparisons(
        "title",
        ["contains", "not_contains", "starts", "eq", "ne", "in", "not_in", "empty", "not_empty"],
        TEXTS,
    ),
    comparisons("amount", NUMBERS, st.sampled_from([0, "10.5", 11, 700, -1])),
    comparisons("probability", NUMBERS[:-2], st.sampled_from([0, 50, 100])),
    comparisons("probability", ["gt", "gte", "lt", "lte"], st.sampled_from(["49.5", "-0.5", 50])),
    comparisons("expected_close_on", DATE_OPS, ISO),
    comparisons("won_at", DATE_OPS, ISO),
    comparisons(
        "region.name", ["contains", "not_contains", "eq", "ne", "empty", "not_empty"], st.just("north")
    ),
    comparisons("region", ["empty", "not_empty"], st.none()),
    comparisons("account.region.name", ["eq", "ne", "empty", "not_empty"], st.just("south")),
)
CONDITIONS = st.recursive(
    LEAVES,
    lambda inner: st.one_of(
        st.builds(lambda parts: {"and": parts}, st.lists(inner, max_size=3)),
        st.builds(lambda parts: {"or": parts}, st.lists(inner, min_size=1, max_size=3)),
        st.builds(lambda part: {"not": part}, inner),
    ),
    max_leaves=5,
)


def a_stage() -> Any:
    return make("stage", pipeline=make("pipeline", code="x", name="x"), code="x", name="x")


@pytest.fixture
def deals() -> list[Any]:
    """Opportunities with every mixture of missing values."""
    regions = {name: make("region", code=name, name=name) for name in REGIONS if name}
    accounts = [None, make("account", name="x"), make("account", name="y", region=regions["south"])]
    stage = a_stage()
    model, rows = registry.get("opportunity").model, []
    for number in range(24):
        rows.append(
            saved(
                model(
                    number=str(number), stage=stage, title=NAMES[number % 5], probability=(0, 50, 100)[number % 3],
                    amount=AMOUNTS[number % 4], expected_close_on=DAYS[(number // 2) % 4],
                    won_at=MOMENTS[(number // 3) % 3], account=accounts[number % 3],
                    region=regions.get(REGIONS[(number // 4) % 3] or ""),
                )
            )
        )  # fmt: skip
    return rows


@given(condition=CONDITIONS)
@settings(
    max_examples=120, deadline=None,
    suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow],
)  # fmt: skip
def test_it_selects_the_records_that_plain_python_selects(
    deals: list[Any], boss: Any, condition: Any
) -> None:
    kind = registry.get("opportunity")
    asked = filters.parse(kind, boss, json.dumps(condition))
    selected = set(kind.model.objects.filter(asked.q()).values_list("pk", flat=True))
    rows = kind.model.objects.select_related("region", "account__region")
    assert selected == {row.pk for row in rows if fits(row, condition)}, condition
    assert asked.sentence() or not asked
    again = filters.parse(kind, boss, asked.text)
    assert again.as_json() == asked.as_json()


@pytest.fixture
def boss() -> Any:
    return person("boss")


def asking(given_: Any, user: Any, key: str = "opportunity") -> filters.Condition:
    return filters.parse(registry.get(key), user, given_ if isinstance(given_, str) else json.dumps(given_))


HOSTILE = [
    "{", "[]", "7", "null", '"x"', "{}", '{"and": {}}', '{"or": []}', '{"and": [1]}', '{"not": []}', "NaN",
    {"field": "password", "op": "eq", "value": "x"},
    {"field": "owner.password", "op": "starts", "value": "p"},
    {"field": "owner.team.members.name", "op": "eq", "value": "x"},
    {"field": "pk", "op": "eq", "value": 1},
    {"field": "deleted_at", "op": "empty"},
    {"field": "title__regex", "op": "eq", "value": "("},
    {"field": ["title"], "op": "eq", "value": "x"},
    {"field": "title", "op": "regex", "value": "x"},
    {"field": "title", "op": ["eq"], "value": "x"},
    {"field": "title", "op": "eq", "value": {"a": 1}},
    {"field": "title", "op": "contains", "value": "x" * 10_000},
    {"field": "title", "op": "contains", "value": "a\u0000b"},
    {"field": "title", "op": "contains", "value": ""},
    {"field": "title", "op": "in", "value": ["a"] * 201},
    {"field": "amount", "op": "gte", "value": "1e999999"},
    {"field": "amount", "op": "gte", "value": "12345678901234567890"},
    {"field": "amount", "op": "gte", "value": True},
    {"field": "probability", "op": "eq", "value": 10**30},
    {"field": "probability", "op": "eq", "value": "1.5"},
    {"field": "amount", "op": "between", "value": [1]},
    {"field": "opened_on", "op": "eq", "value": "2010-02-30"},
    {"field": "opened_on", "op": "eq", "value": "0001-01-01"},
    {"field": "won_at", "op": "lt", "value": "9999-12-31"},
    {"field": "opened_on", "op": "within", "value": "someday"},
    {"field": "opened_on", "op": "within", "value": {"unit": "day", "from": -10**9, "to": 0}},
    {"field": "opened_on", "op": "within", "value": {"unit": ["day"], "from": 0, "to": 0}},
    {"field": "opened_on", "op": "within", "value": {"unit": "year", "from": 1, "to": -1}},
    {"field": "owner", "op": "eq", "value": 999_999},
    {"field": "owner", "op": "eq", "value": "x"},
    {"field": "method", "op": "eq", "value": "nonsense"},
    {"field": "title", "op": "eq", "value": "\ud800"},
    {"field": "title", "op": "eq", "value": "x", "and": []},
    {"and": [{"field": "title", "op": "eq", "value": "x"}] * 61},
    {"and": [{"and": []}] * 100},
]  # fmt: skip


@pytest.mark.parametrize("given_", HOSTILE, ids=range(len(HOSTILE)))
def test_what_makes_no_sense_is_refused_by_a_sentence(boss: Any, given_: Any) -> None:
    with pytest.raises(Refused) as refused:
        asking(given_, boss)
    assert str(refused.value).endswith(".")
    assert len(str(refused.value)) < 2_000


def test_groups_go_eight_deep_and_no_deeper(boss: Any) -> None:
    def nested(depth: int) -> Any:
        found: Any = {"field": "title", "op": "eq", "value": "x"}
        for _ in range(depth):
            found = {"and": [found]}
        return found

    assert asking(nested(8), boss).sentence()
    with pytest.raises(Refused):
        asking(nested(9), boss)
    with pytest.raises(Refused):
        asking("[" * 19_000, boss)


def test_a_closed_field_is_as_unknown_as_one_that_is_not_there() -> None:
    agent = person("agent", roles.SERVICE_AGENT)
    for given_ in (
        {"field": "amount", "op": "gte", "value": 1},
        {"field": "opportunity.amount", "op": "empty"},
    ):
        key = "opportunity" if "." not in given_["field"] else "order"
        with pytest.raises(Refused) as refused:
            asking(given_, agent, key)
        unknown = str(refused.value).replace(given_["field"], "nonsense")
        with pytest.raises(Refused) as nonsense:
            asking({"field": "nonsense", "op": "eq", "value": 1}, agent, key)
        assert unknown == str(nonsense.value)


def test_a_record_that_may_not_be_seen_has_no_fields_to_ask_about() -> None:
    rep, other = person("rep", roles.SALES_REP), person("other", roles.SALES_REP)
    hidden = make("account", name="hidden", owner=other)
    mine = make("contact", name="mine", owner=rep, account=hidden)
    contacts = registry.get("contact").model.objects.visible_to(rep)

    def found(given_: Any) -> list[Any]:
        return list(contacts.filter(asking(given_, rep, "contact").q()))

    assert found({"field": "account.name", "op": "starts", "value": "h"}) == []
    assert found({"not": {"field": "account.name", "op": "starts", "value": "h"}}) == [mine]
    assert found({"field": "account.name", "op": "empty"}) == [mine]
    with pytest.raises(Refused):
        asking({"field": "account", "op": "eq", "value": hidden.pk}, rep, "contact")


@pytest.mark.parametrize(
    ("word", "first", "last"),
    [
        ("today", 0, 0),
        ("yesterday", -1, -1),
        ("last_7_days", -6, 0),
        ({"unit": "day", "from": -2, "to": 1}, -2, 1),
    ],
)
def test_relative_dates_move_with_the_calendar(boss: Any, word: Any, first: int, last: int) -> None:
    today = clock.today()
    stage = a_stage()
    model = registry.get("opportunity").model
    for distance in range(-10, 4):
        saved(
            model(number=f"n{distance}", title="x", stage=stage, opened_on=today + timedelta(days=distance))
        )
    found = model.objects.filter(asking({"field": "opened_on", "op": "within", "value": word}, boss).q())
    assert {(row.opened_on - today).days for row in found} == set(range(first, last + 1))


def test_months_quarters_and_years_have_their_own_days() -> None:
    day = date(2010, 2, 28)
    spans = {
        "this_month": ("2010-02-01", "2010-02-28"),
        "last_quarter": ("2009-10-01", "2009-12-31"),
        "this_year": ("2010-01-01", "2010-12-31"),
        "last_12_months": ("2009-03-01", "2010-02-28"),
        "this_week": ("2010-02-22", "2010-02-28"),
    }
    for word, expected in spans.items():
        found = filters.dates.days(filters.dates.WORDS[word][0], day)
        assert tuple(one.isoformat() for one in found) == expected
