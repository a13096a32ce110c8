"""Undo and the way back from the recycle bin obey what an edit has to obey, and are refused with a sentence."""

from __future__ import annotations

import pytest

from kehu.core import changes
from kehu.core.actions import people, records
from kehu.core.errors import Conflict, Refused
from kehu.core.models import Team, User
from kehu.core.tests.company import fresh, last_change, make, person, saved

pytestmark = pytest.mark.django_db


@pytest.fixture
def admin() -> User:
    return person("admin")


def team(name: str, parent: Team | None = None) -> Team:
    return people.create_team(values={"name": name, "parent": parent}, by=None)


def test_a_key_that_somebody_else_has_taken_does_not_come_back(admin):
    first = make("account", name="A", external_key="7")
    records.edit(record=first, values={"external_key": "8"}, by=admin)
    given_up = last_change(first)
    make("account", name="B", external_key="7")
    with pytest.raises(Refused, match="already exists"):
        changes.undo_change(change=given_up, by=admin)
    assert fresh(first).external_key == "8"


def test_an_account_does_not_become_part_of_itself_by_undo(admin):
    above, below = make("account", name="Above"), make("account", name="Below")
    records.edit(record=below, values={"parent": above}, by=admin)
    records.edit(record=below, values={"parent": None}, by=admin)
    parted = last_change(below)
    records.edit(record=above, values={"parent": below}, by=admin)
    with pytest.raises(Refused, match="part of itself"):
        changes.undo_change(change=parted, by=admin)
    assert fresh(below).parent_id is None


def test_nothing_comes_back_to_what_is_in_the_recycle_bin(admin):
    gone, other = make("account", name="Gone"), make("account", name="Other")
    moved, binned = make("contact", name="Li", account=gone), make("contact", name="Wang", account=gone)
    records.edit(record=moved, values={"account": other}, by=admin)
    change = last_change(moved)
    records.delete(record=binned, by=admin)
    records.delete(record=gone, by=admin)
    for back in (
        lambda: changes.undo_change(change=change, by=admin),
        lambda: changes.undo_change(change=last_change(binned), by=admin),
        lambda: records.restore(record=fresh(binned), by=admin),
    ):
        with pytest.raises(Conflict, match="“Gone”, which is in the recycle bin"):
            back()
    records.restore(record=fresh(gone), by=admin)
    records.restore(record=fresh(binned), by=admin)
    assert fresh(binned).deleted_at is None


def test_the_move_of_a_team_is_taken_back_with_all_that_stands_below_it(admin):
    north, south = team("North"), team("South")
    city = team("City", north)
    street = team("Street", city)
    records.edit(record=city, values={"parent": south}, by=admin)
    assert fresh(street).path == f"/{south.pk}/{city.pk}/{street.pk}/"
    batch = last_change(city).batch
    with pytest.raises(Conflict, match="whole step"):
        changes.undo_change(change=last_change(city), by=admin)
    changes.undo(batch=batch, by=admin)
    assert [fresh(one).path for one in (city, street)] == [
        f"/{north.pk}/{city.pk}/",
        f"/{north.pk}/{city.pk}/{street.pk}/",
    ]


def test_the_move_of_a_team_is_not_taken_back_from_under_a_new_one(admin):
    north, city = team("North"), team("City")
    records.edit(record=city, values={"parent": north}, by=admin)
    team("Later", fresh(city))
    with pytest.raises(Conflict, match="“Later” came below “City”"):
        changes.undo(batch=last_change(city).batch, by=admin)
    assert fresh(city).path == f"/{north.pk}/{city.pk}/"


def test_a_value_that_no_form_takes_does_not_come_back_either(admin):
    one = saved(Team(name="Short"), admin)
    records.edit(record=one, values={"name": "Shorter"}, by=admin)
    change = last_change(one)
    change.before = {"name": "x" * 101}  # as an older version may have kept it
    with pytest.raises(Refused, match="at most 100"):
        changes.undo_change(change=change, by=admin)
