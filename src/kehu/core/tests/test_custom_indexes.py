"""An index asked for a custom field is made in the background and serves the filters and sorts of lists."""

from __future__ import annotations

import threading
from typing import Any

import pytest
from django.db import connection
from django.test import Client

from kehu.core import changes, registry
from kehu.core.access import roles
from kehu.core.actions import custom
from kehu.core.custom import definitions, indexes
from kehu.core.models import CustomField, User

Account: Any = registry.get("account").model


def plan(queryset: Any) -> str:
    return queryset.explain()


@pytest.fixture
def boss(transactional_db: None) -> User:
    definitions.forget()
    return User.objects.create_user("boss", name="Boss", role=roles.ADMINISTRATOR)


@pytest.mark.parametrize(
    "kind,value,asked", [("number", 7, "gte"), ("choice", "red", "exact"), ("date", "2010-01-01", "lt")]
)
def test_the_index_is_made_used_and_dropped(boss, kind, value, asked):
    values = {
        "object_type": "account",
        "code": "thing",
        "kind": kind,
        "label_en": "T",
        "indexed": True,
        "choices": "red\nblue",
    }
    field = custom.add_field(values=values, by=boss)
    assert field.index_state == "waiting"
    made = [Account(name=f"A{n}", custom={"thing": value}) for n in range(300)]
    changes.insert_many(Account, made, by=boss, batch=None)
    indexes.build(pk=field.pk)
    field = CustomField.objects.get()
    assert field.index_state == "ready"
    with connection.cursor() as cursor:
        if connection.vendor == "postgresql":
            cursor.execute("ANALYZE customers_account")
            cursor.execute("SET enable_seqscan = off")
        sorted_ = Account.objects.filter(custom__thing__isnull=False).order_by("custom__thing", "id")[:50]
        assert indexes.name_of(field) in plan(sorted_), plan(sorted_)
        python: Any = registry.get("account").field("custom.thing").to_python(value)
        found = Account.objects.filter(**{f"custom__thing__{asked}": python})
        assert indexes.name_of(field) in plan(found), plan(found)
        if connection.vendor == "postgresql":
            cursor.execute("RESET enable_seqscan")
    custom.change_field(record=field, values={"indexed": False}, by=boss)
    indexes.build(pk=field.pk)
    assert CustomField.objects.get().index_state == ""
    with connection.cursor() as cursor:
        names = connection.introspection.get_constraints(cursor, "customers_account")
    assert indexes.name_of(field) not in names


def test_another_process_has_a_field_with_its_next_request(boss):
    """Two threads hold definitions of their own time: what one adds, the other has when its next request begins."""
    client = Client(headers={"accept-language": "en"})
    client.force_login(boss)
    assert "custom.thing" not in client.get("/o/account/new").context["form"].fields
    values = {"object_type": "account", "code": "thing", "kind": "text", "label_en": "Thing"}

    def elsewhere() -> None:
        custom.add_field(values=values, by=boss)
        connection.close()

    other = threading.Thread(target=elsewhere)
    other.start()
    other.join()
    assert "custom.thing" in client.get("/o/account/new").context["form"].fields
