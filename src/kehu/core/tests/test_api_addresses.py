"""Addresses of the API that were found once are found again, and follow what administrators add and take away."""

from __future__ import annotations

import pytest
from django.test import Client
from django.urls import Resolver404, resolve, reverse

from kehu.core.actions import custom
from kehu.core.api import endpoints
from kehu.core.custom import definitions
from kehu.core.tests.company import person

pytestmark = pytest.mark.django_db


def test_a_fixed_address_is_kept_and_means_the_same():
    current = endpoints.addresses[0]
    current.found.clear()
    first = resolve("/api/lead")
    assert set(current.found) == {"api/lead"}
    again = resolve("/api/lead")
    assert (again.func, again.url_name, again.namespaces) == (first.func, first.url_name, first.namespaces)
    assert again.route == first.route == "api/lead"


def test_addresses_with_numbers_and_those_that_are_not_there_are_not_kept():
    current = endpoints.addresses[0]
    current.found.clear()
    for number in range(5):
        assert resolve(f"/api/lead/{number}").kwargs == {"pk": number}
    assert resolve("/api/nothing/of/this").func is endpoints.no_such_address
    assert not [path for path in current.found if "nothing" in path or path[-1].isdigit()]
    with pytest.raises(Resolver404):
        resolve("/there/is/nothing/like/it")
    assert reverse("api:openapi-json")


def test_a_new_object_is_there_with_the_next_request():
    boss = person("boss")
    client = Client()
    client.force_login(boss)
    assert client.get("/api/x_machine").status_code == 404
    assert client.get("/api/lead").status_code == 200
    values = {
        "key": "x_machine", "label_en": "Machine", "plural_en": "Machines", "label_zh_hans": "机器", "icon": "box",
        "place": "sell", "access": "everyone", "adders": [], "changers": [], "deleters": [],
    }  # fmt: skip
    custom.add_object(values=values, by=boss)
    definitions.forget()
    assert client.get("/api/x_machine").status_code == 200
    assert client.get("/api/lead").status_code == 200
