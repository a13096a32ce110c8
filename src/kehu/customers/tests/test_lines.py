"""Who reports to whom, and the charts that are drawn from it."""

from __future__ import annotations

from typing import Any

import pytest

from kehu.core import changes
from kehu.core.access import roles
from kehu.core.actions import records
from kehu.core.errors import Conflict, Refused
from kehu.core.models import Change, User
from kehu.customers import queries
from kehu.customers.models import Account, Contact


@pytest.fixture
def admin(db: Any) -> User:
    return User.objects.create_user("admin", name="admin", role=roles.ADMINISTRATOR)


@pytest.fixture
def works(admin: User) -> Account:
    return records.create(Account, {"name": "Works"}, by=admin)


def hired(name: str, by: User, account: Account, boss: Contact | None = None, **values: Any) -> Contact:
    return records.create(Contact, {"name": name, "account": account, "reports_to": boss, **values}, by=by)


def drawn(nodes: list[queries.Node]) -> list[Any]:
    return [(node.title, drawn(node.below)) if node.below else node.title for node in nodes]


def test_a_superior_is_of_the_same_account(admin: User, works: Account) -> None:
    other = records.create(Account, {"name": "Other"}, by=admin)
    boss = hired("Boss", admin, works)
    with pytest.raises(Refused, match="same account"):
        hired("Lin", admin, other, boss)
    with pytest.raises(Refused, match="same account"):
        records.create(Contact, {"name": "Lin", "reports_to": boss}, by=admin)


def test_no_line_leads_back_to_its_beginning(admin: User, works: Account) -> None:
    top = hired("Top", admin, works)
    middle = hired("Middle", admin, works, top)
    low = hired("Low", admin, works, middle)
    for superior in (low, middle, top):
        with pytest.raises(Refused, match="already"):
            records.edit(record=top, values={"reports_to": superior}, by=admin)


def test_undo_lets_no_circle_stand(admin: User, works: Account) -> None:
    top = hired("Top", admin, works)
    low = hired("Low", admin, works, top)
    records.edit(record=low, values={"reports_to": None}, by=admin)
    change = Change.objects.filter(object_type="contact", object_id=low.pk).latest("id")
    records.edit(record=top, values={"reports_to": low}, by=admin)
    with pytest.raises(Refused, match="already"):
        changes.undo_change(change=change, by=admin)


def test_who_goes_to_another_account_leaves_the_line(admin: User, works: Account) -> None:
    other = records.create(Account, {"name": "Other"}, by=admin)
    top = hired("Top", admin, works)
    low = hired("Low", admin, works, top)
    with pytest.raises(Conflict, match="report to"):
        records.edit(record=top, values={"account": other}, by=admin)
    records.edit(record=low, values={"account": other}, by=admin)
    assert Contact.objects.get(pk=low.pk).reports_to is None
    records.edit(record=top, values={"account": other}, by=admin)


def test_people_are_drawn_below_their_superiors(admin: User, works: Account) -> None:
    top = hired("A", admin, works, title="Head")
    for name in ("C", "B"):
        hired(name, admin, works, top)
    hired("Z", admin, works)
    people = queries.people_of(works, admin)
    assert drawn(people) == [("A", ["B", "C"]), "Z"]
    assert people[0].note == "Head"


def test_a_hidden_superior_is_not_told_of(admin: User, works: Account) -> None:
    rep = User.objects.create_user("rep", name="rep", role=roles.SALES_REP)
    hidden = hired("Hidden", admin, works, owner=admin)
    hired("Mine", admin, works, hidden, owner=rep)
    assert drawn(queries.people_of(works, rep)) == ["Mine"]


def test_accounts_that_belong_together_are_drawn_from_the_top(admin: User, works: Account) -> None:
    group = records.create(Account, {"name": "Group"}, by=admin)
    records.edit(record=works, values={"parent": group}, by=admin)
    records.create(Account, {"name": "Sister", "parent": group}, by=admin)
    hall = records.create(Account, {"name": "Hall", "parent": works}, by=admin)
    for account in (group, works, hall):
        assert drawn(queries.family_of(account, admin)) == [("Group", ["Sister", ("Works", ["Hall"])])]
    alone = records.create(Account, {"name": "Alone"}, by=admin)
    assert queries.family_of(alone, admin) == []


def test_a_circle_that_slipped_in_is_drawn_without_end(admin: User, works: Account) -> None:
    one, two = hired("One", admin, works), hired("Two", admin, works)
    Contact.objects.filter(pk=one.pk).update(reports_to=two)
    Contact.objects.filter(pk=two.pk).update(reports_to=one)
    assert drawn(queries.people_of(works, admin)) == ["One", "Two"]
