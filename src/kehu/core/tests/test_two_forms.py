"""Two people have the form of one record open: neither loses unasked what the other has saved."""

from __future__ import annotations

import re
from typing import Any

import pytest
from django.test import Client

from kehu.core import registry
from kehu.core.actions import custom, records
from kehu.core.custom import definitions
from kehu.core.models import User
from kehu.core.tests.company import fresh, make, person

pytestmark = pytest.mark.django_db


@pytest.fixture
def boss() -> User:
    definitions.forget()
    boss = person("boss")
    for code in ("paint", "wheel"):
        values = {"object_type": "account", "code": code, "kind": "text", "label_en": code.title()}
        custom.add_field(values=values, by=boss)
    return boss


class Editing:
    """The form of an account as one person has opened it."""

    def __init__(self, account: Any, user: User) -> None:
        self.client, self.url = Client(), f"/o/account/{account.pk}/edit"
        self.client.force_login(user)
        page = self.client.get(self.url)
        form = page.context["form"]
        self.sent = {name: form[name].value() for name in form.fields}
        self.sent = {name: value for name, value in self.sent.items() if value not in (None, False)}
        self._read(page)

    def _read(self, page: Any) -> None:
        self.sent["shown"] = re.findall(r'name="shown" value="([^"]+)"', page.content.decode())[0].replace(
            "&amp;", "&"
        )

    def save(self, **values: Any) -> Any:
        self.sent |= {name.replace("custom_", "custom."): value for name, value in values.items()}
        answer = self.client.post(self.url, self.sent)
        if answer.status_code == 422:
            self._read(answer)
        return answer


def test_who_left_a_field_alone_does_not_take_back_what_another_wrote_there(boss: User) -> None:
    account = make(
        "account", name="Acme", website="https://a.example", custom={"paint": "red", "wheel": "big"}
    )
    first, second = Editing(account, boss), Editing(account, person("chen"))
    assert second.save(name="Acme Motors", custom_paint="blue").status_code == 302
    assert first.save(website="https://b.example", custom_wheel="small").status_code == 302
    found = fresh(account)
    assert (found.name, found.website) == ("Acme Motors", "https://b.example")
    assert found.custom == {"paint": "blue", "wheel": "small"}


def test_who_changes_what_another_has_changed_is_told_by_whom_and_may_replace_it(boss: User) -> None:
    account = make("account", name="Acme", custom={"paint": "red"})
    first, second = Editing(account, boss), Editing(account, person("chen"))
    second.save(name="Acme Motors", website="https://c.example", custom_paint="blue")
    answer = first.save(name="Acme Cars", custom_paint="green")
    text = answer.content.decode()
    assert answer.status_code == 422
    assert "chen has changed this meanwhile; it is now “Acme Motors”. Save again to replace it." in text
    assert "it is now “blue”" in text
    assert (fresh(account).name, fresh(account).custom) == ("Acme Motors", {"paint": "blue"})
    assert first.save().status_code == 302
    found = fresh(account)
    assert (found.name, found.website) == ("Acme Cars", "https://c.example")
    assert found.custom == {"paint": "green"}


def test_a_form_that_says_nothing_sensible_of_what_it_showed_is_no_error(boss: User) -> None:
    account = make("account", name="Acme")
    form = Editing(account, boss)
    for shown in ("%%%", "name=", "custom.x=1&&=", "x" * 5_000):
        form.sent["shown"] = shown
        assert form.save(website="https://d.example").status_code in {302, 422}


def test_two_records_read_before_either_wrote_keep_the_custom_values_of_both(boss: User) -> None:
    account = make("account", name="Acme")
    model: Any = registry.get("account").model
    one, other = model.objects.get(pk=account.pk), model.objects.get(pk=account.pk)
    records.edit(record=one, values={"custom.paint": "red"}, by=boss)
    records.edit(record=other, values={"custom.wheel": "big"}, by=boss)
    assert fresh(account).custom == {"paint": "red", "wheel": "big"}
