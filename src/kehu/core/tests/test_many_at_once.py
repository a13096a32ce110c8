"""Many records in a few statements: rows, history and search rows as if written one by one."""

from __future__ import annotations

from decimal import Decimal

import pytest
from django.db import DatabaseError, transaction

from kehu.core import changes, registry, search
from kehu.core.models import Change, SearchRow
from kehu.core.tests.company import last_change, make, person, saved

pytestmark = pytest.mark.django_db


def products(count: int, start: int = 0) -> list:
    model = registry.get("product").model
    return [
        model(code=f"p{number}", name=f"产品 {number}", list_price=Decimal("1.5") * number)
        for number in range(start, start + count)
    ]


def insert(made: list, **options: object) -> list[int]:
    return changes.insert_many(registry.get("product").model, made, **{"by": None, "batch": None, **options})


def test_ids_come_in_the_order_of_the_records_and_go_on_afterwards():
    first = make("product", code="first", name="First")
    made = products(25)
    ids = insert(made)
    assert ids == [record.pk for record in made] == list(range(first.pk + 1, first.pk + 26))
    assert make("product", code="last", name="Last").pk == ids[-1] + 1


def test_every_record_is_stored_as_it_was_given_with_its_change():
    by = person("admin")
    with changes.batch("import", by=by) as batch:
        [pk, *_rest] = insert(products(3, start=7), by=by, batch=batch)
    record = registry.get("product").model.objects.get(pk=pk)
    assert (record.code, record.list_price, record.active) == ("p7", Decimal("10.5"), True)
    change = last_change(record)
    assert (change.verb, change.actor, change.batch, change.before) == ("import", by, batch, None)
    assert change.after == {
        "code": "p7",
        "name": "产品 7",
        "list_price": "10.5",
        "currency": "USD",
        "active": True,
    }


def test_one_by_one_and_at_once_leave_the_same_history():
    alone = saved(products(1)[0])
    together = products(1, start=1)
    insert(together)
    one, other = last_change(alone).after, last_change(together[0]).after
    assert set(one) - set(other) <= {"list_price"}  # 0 is an amount, 1.5 too
    assert {**one, "code": "", "name": "", "list_price": ""} == {
        **other,
        "code": "",
        "name": "",
        "list_price": "",
    }


def test_they_are_found_and_can_be_edited_at_once():
    made = products(3)
    insert(made)
    admin = person("admin")
    assert [hit.title for hit in search.find("产品 2", user=admin)] == ["产品 2"]
    made[2].name = "别的"
    changes.save(made[2], by=admin)
    assert last_change(made[2]).before == {"name": "产品 2"}
    assert search.find("产品 2", user=admin) == []


def test_all_or_nothing():
    taken = make("product", code="p1", name="Taken")
    counts = Change.objects.count(), SearchRow.objects.count()
    with pytest.raises(DatabaseError), transaction.atomic():
        insert(products(3))
    assert registry.get("product").model.objects.get() == taken
    assert (Change.objects.count(), SearchRow.objects.count()) == counts


def test_nothing_is_a_load_too():
    assert insert([]) == []
