"""Accounts and contacts: one form for telephone numbers, no circles, rights by role."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest

from kehu.core import access, clock, registry
from kehu.core.access import roles
from kehu.core.actions import records
from kehu.core.actions.people import create_team
from kehu.core.errors import Forbidden, Refused
from kehu.core.models import Change, Company, User
from kehu.customers import actions
from kehu.customers.models import Account, Contact, Region


@pytest.fixture(autouse=True)
def company(db: Any) -> None:
    Company(pk=1, currency="TWD", timezone="Asia/Taipei", country="TW").save()
    clock.forget()


@pytest.fixture
def person(db: Any) -> Callable[..., User]:
    return lambda username, role, **fields: User.objects.create_user(
        username, name=username, role=role, **fields
    )


@pytest.fixture
def rep(person: Callable[..., User]) -> User:
    return person("rep", roles.SALES_REP, team=create_team(values={"name": "Sales"}, by=None))


def test_a_telephone_number_is_kept_in_its_international_form(rep: User) -> None:
    contact = records.create(
        Contact, {"name": "Lin", "phone": "０９１２-345-678", "mobile": "ext. 12"}, by=rep
    )
    assert (contact.phone, contact.mobile, contact.owner) == ("+886912345678", "ext. 12", rep)
    records.edit(record=contact, values={"phone": "02 2345 6789"}, by=rep)
    assert contact.phone == "+886223456789"


def test_a_load_brings_numbers_to_one_form_and_writes_history(rep: User) -> None:
    actions.load_contacts([Contact(name="Lin", phone="0912345678"), Contact(name="Wu")], by=rep, batch=None)
    assert Contact.objects.filter(phone="+886912345678").count() == 1
    assert Change.objects.filter(object_type="contact").count() == 2


def test_an_account_is_never_inside_itself(rep: User) -> None:
    top = records.create(Account, {"name": "Top"}, by=rep)
    part = records.create(Account, {"name": "Part", "parent": top}, by=rep)
    with pytest.raises(Refused, match="part of itself"):
        records.edit(record=top, values={"parent": part}, by=rep)
    with pytest.raises(Refused, match="part of itself"):
        records.edit(record=top, values={"parent": top}, by=rep)


def test_a_reason_of_loss_belongs_to_a_lost_account_and_goes_when_it_comes_back(rep: User) -> None:
    with pytest.raises(Refused, match="lost customer only"):
        records.create(Account, {"name": "Cedar", "lost_reason": "Price"}, by=rep)
    account = records.create(Account, {"name": "Cedar", "status": "lost", "lost_reason": "Price"}, by=rep)
    records.edit(record=account, values={"status": "current"}, by=rep)
    assert account.lost_reason == ""


def test_each_role_sees_its_part_of_the_accounts(rep: User, person: Callable[..., User]) -> None:
    records.create(Account, {"name": "Of the representative"}, by=rep)
    records.create(Account, {"name": "Of nobody", "owner": None}, by=person("gm", roles.GENERAL_MANAGER))
    seen = {
        "rep": Account.objects.visible_to(rep).count(),
        "other": Account.objects.visible_to(person("other", roles.SALES_REP)).count(),
        "head": Account.objects.visible_to(person("head", roles.SALES_HEAD, team=rep.team)).count(),
        "stranger": Account.objects.visible_to(person("stranger", roles.SALES_HEAD)).count(),
        "analyst": Account.objects.visible_to(person("analyst", roles.ANALYST)).count(),
    }
    assert seen == {"rep": 1, "other": 0, "head": 2, "stranger": 1, "analyst": 2}


def test_the_channel_manager_sees_no_contacts_and_the_analyst_no_numbers(person: Callable[..., User]) -> None:
    kind = registry.of(Contact)
    assert not access.sees(person("channel", roles.CHANNEL_MANAGER), kind)
    analyst = person("analyst", roles.ANALYST)
    assert all(kind.policy.masks(name, analyst) for name in ("phone", "mobile", "email"))


def test_regions_are_kept_by_the_heads_and_shown_as_they_are_named(
    rep: User, person: Callable[..., User]
) -> None:
    with pytest.raises(Forbidden):
        records.create(Region, {"code": "north", "name": "北區"}, by=rep)
    region = records.create(Region, {"code": "north", "name": "北區"}, by=person("head", roles.SALES_HEAD))
    assert str(region) == "北區"
