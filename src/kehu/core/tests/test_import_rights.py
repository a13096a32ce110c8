"""An import looks up and makes records as its person may, and by the fields that an object type offers for it."""

from __future__ import annotations

from pathlib import Path

import pytest

from kehu.core import imports, registry
from kehu.core.access import roles
from kehu.core.errors import Forbidden, Refused
from kehu.core.imports.values import mapping_of
from kehu.core.tests.company import make, person

pytestmark = pytest.mark.django_db


def contacts(**account: object) -> imports.Mapping:
    fields = {"name": {"column": "name"}, "account": {"column": "account", **account}}
    return mapping_of({"fields": fields}, registry.get("contact"))


@pytest.fixture
def file(tmp_path) -> Path:
    path = tmp_path / "contacts.csv"
    path.write_text("name,account\nLi,+49301234567\n", encoding="utf-8")
    return path


@pytest.mark.parametrize("lookup", ["owner__password", "id", "phone__startswith", "address", "created_at"])
def test_records_are_looked_up_by_what_their_object_type_offers(lookup):
    with pytest.raises(Refused, match=r"is not looked up by “.*”, but by: external_key, name, phone"):
        contacts(lookup=lookup)


def test_what_is_no_reference_is_not_looked_up():
    for options in ({"lookup": "name"}, {"create": True}):
        with pytest.raises(Refused, match="names no record"):
            mapping_of({"fields": {"name": {"column": "a", **options}}}, registry.get("contact"))


def test_a_field_that_a_role_does_not_read_is_no_way_to_a_record(file, monkeypatch):
    make("account", name="A", phone="+49301234567")
    contact = registry.get("contact")
    by = person("analyst", roles.ANALYST)
    # No role adds contacts and reads no numbers; the rule has to hold before one does.
    monkeypatch.setitem(contact.policy.__dict__, "add", (*contact.policy.add, roles.ANALYST))
    with pytest.raises(Forbidden, match="may not read “Phone”"):
        imports.import_file(contact, file, contacts(lookup="phone"), by=by)
    assert contact.model.objects.count() == 0


def test_missing_records_are_made_only_by_whoever_may_add_them(file):
    order = registry.get("order")
    file.write_text("number,day,amount,product\n1,2010-06-01,5,7\n", encoding="utf-8")
    fields = {
        "number": {"column": "number"},
        "ordered_on": {"column": "day"},
        "amount": {"column": "amount"},
        "campaign": {"column": "product", "create": True},
    }
    with pytest.raises(Forbidden):
        imports.import_file(
            order, file, mapping_of({"fields": fields}, order), by=person("rep", roles.SALES_REP)
        )
    assert registry.get("campaign").model.objects.count() == order.model.objects.count() == 0
