"""Whom a new record may already be: exact and alike, in either script, with the reason."""

from __future__ import annotations

import pytest

from kehu.core import clock, duplicates, registry
from kehu.core.access import roles
from kehu.core.models import Company
from kehu.core.tests.company import make, person

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def home():
    Company(pk=1, country="TW").save()
    clock.forget()


def likely(key, role=roles.ADMINISTRATOR, **values):
    return duplicates.likely(registry.get(key), values, person(f"{role} {key}", role))


def named(found):
    return [(str(one.record), one.reasons) for one in found]


@pytest.mark.parametrize(
    ("typed", "reasons"),
    [
        ({"mobile": "0912 345 678"}, ("Phone: the same",)),
        ({"name": "王晓明", "phone": "+886 912-345-678"}, ("Name: alike", "Phone: the same")),
        ({"email": "WANG@Example.com"}, ("E-mail: the same",)),
        ({"name": "王 小明"}, ("Name: the same",)),
        ({"name": "李大同", "phone": "0912345678"}, ("Phone: the same",)),
        ({"name": "李大同"}, None),
        ({"name": "王", "phone": "0912"}, None),
        ({"name": "王小明", "phone": "0922000111", "email": "other@example.com"}, None),
    ],
)
def test_a_person_is_known_by_number_mailbox_or_name(typed, reasons):
    make("contact", name="王小明", phone="+886912345678", email="wang@example.com")
    make("contact", name="Ann Lee", phone="+886922333444")
    assert named(likely("contact", **typed)) == ([("王小明", reasons)] if reasons else [])


@pytest.mark.parametrize("typed", ["鼎新电脑", "鼎新電腦有限公司", "Ding Xin 鼎新电脑股份有限公司"])
def test_a_company_is_known_without_its_legal_form_and_in_either_script(typed):
    make("account", name="鼎新電腦股份有限公司")
    make("account", name="鼎泰豐")
    found = named(likely("account", name=typed))
    assert found == ([] if "Ding" in typed else [("鼎新電腦股份有限公司", ("Name: the same",))])


def test_a_typing_mistake_in_latin_letters_is_forgiven_where_something_else_agrees(
    django_capture_on_commit_callbacks,
):
    with django_capture_on_commit_callbacks(execute=True):
        make("lead", name="Jonathan Smith", company_name="Acme Trading Co., Ltd.")
    found = likely("lead", name="Jonathon Smith", company_name="ACME Trading")
    assert named(found) == [("Jonathan Smith", ("Name: alike", "Company: the same"))]


def test_the_likeliest_come_first_and_at_most_five():
    for number in range(7):
        make("contact", name="王小明", email=f"w{number}@example.com")
    found = likely("contact", name="王小明", email="w3@example.com")
    assert len(found) <= 5 and found[0].record.email == "w3@example.com"
    assert found[0].probability > 0.99


def test_an_object_without_a_rule_warns_of_nothing():
    make("region", code="north", name="North")
    assert likely("region", code="north", name="North") == []
