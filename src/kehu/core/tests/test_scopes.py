"""Whose rows: every scope as a condition, and the answers that access gives."""

from __future__ import annotations

import pytest

from kehu.core import access
from kehu.core.access import EVERYTHING, NOTHING, OWN, TEAM, Own, Policy, TeamAndBelow, Unowned, roles
from kehu.core.errors import Forbidden, NotFound
from kehu.core.models import User
from kehu.core.registry import get
from kehu.core.tests.company import make, person, team

pytestmark = pytest.mark.django_db


@pytest.fixture
def rows() -> dict[str, User | None]:
    """Accounts named after whom they belong to, as seen by `me` in the team Middle."""
    top = team("Top")
    middle = team("Middle", top)
    people: dict[str, User | None] = {
        "me": person("me", roles.SALES_REP, middle),
        "mate": person("mate", roles.SALES_REP, middle),
        "below": person("below", roles.SALES_REP, team("Low", middle)),
        "above": person("above", roles.SALES_REP, top),
        "beside": person("beside", roles.SALES_REP, team("Beside", top)),
        "apart": person("apart", roles.SALES_REP, None),
        "nobody": None,
    }
    for name, owner in people.items():
        make("account", name=name, owner=owner)
    return people


@pytest.mark.parametrize(
    ("scope", "names"),
    [
        (EVERYTHING, "me mate below above beside apart nobody"),
        (NOTHING, ""),
        (OWN, "me"),
        (TEAM, "me mate below"),
        (Unowned(), "nobody"),
        (OWN | Unowned(), "me nobody"),
        (TEAM | Unowned(), "me mate below nobody"),
        (NOTHING | OWN, "me"),
        (EVERYTHING | OWN, "me mate below above beside apart nobody"),
    ],
)
def test_a_scope_selects_its_rows(rows, scope, names):
    found = get("account").model.objects.filter(scope.q(rows["me"]))
    assert {account.name for account in found} == set(names.split())


def test_a_person_without_a_team_has_no_team_mates(rows):
    found = get("account").model.objects.filter(TEAM.q(rows["apart"]))
    assert [account.name for account in found] == ["apart"]


def test_a_team_whose_number_begins_alike_is_another_team():
    """/1/ is not the beginning of /12/."""
    user, other = person("user", roles.SALES_REP, team("A")), person("other", roles.SALES_REP)
    other.team = team("B")
    other.team.path = user.team.path.rstrip("/") + "2/"
    other.team.save()
    other.save()
    assert access.scopes.members(user) == [user.pk]


def test_conditions_in_sql_hold_numbers_only(rows):
    me = rows["me"]
    assert Own("author").sql(me) == f"author_id = {me.pk}"
    assert TeamAndBelow().sql(me).startswith("owner_id IN (")
    assert (OWN | Unowned()).sql(me) == f"(owner_id = {me.pk} OR owner_id IS NULL)"


def test_who_may_not_sign_in_sees_nothing():
    policy = Policy(view=access.everyone(EVERYTHING), add=roles.ALL)
    user = person("user", roles.ANALYST)
    assert policy.scope("view", user) == EVERYTHING
    user.is_active = False
    assert policy.scope("view", user) == NOTHING
    assert not policy.may_add(user)


def test_a_record_that_may_not_be_seen_is_said_not_to_exist(rows):
    stranger = get("account").model.objects.get(name="beside")
    with pytest.raises(NotFound):
        access.require(rows["me"], "change", stranger)
    with pytest.raises(Forbidden):
        access.require(person("analyst", roles.ANALYST), "change", stranger)


@pytest.mark.parametrize(
    ("value", "shown"),
    [
        ("", ""),
        (None, ""),
        ("ab", "•••"),
        ("abc", "•••"),
        ("0912345678", "•••••••678"),
        ("x" * 99, "•" * 8 + "xxx"),
    ],
)
def test_a_masked_value_shows_its_end_only(value, shown):
    assert access.mask(value) == shown
