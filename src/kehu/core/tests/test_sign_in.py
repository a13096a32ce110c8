"""Signing in: rate-limited, closed to those who left, nobody signs up."""

from __future__ import annotations

import pytest
from django.test import Client
from django.urls import reverse

from kehu.core.actions import records
from kehu.core.tests.company import person, saved

pytestmark = pytest.mark.django_db
SECRET = "correct horse battery"
PAGE = "/accounts/login/"


def sign_in(client: Client, password: str = SECRET, name: str = "li") -> bool:
    client.post(PAGE, {"login": name, "password": password})
    return "_auth_user_id" in client.session


def test_the_right_password_opens_the_door_and_leads_on(client):
    person("li", password=SECRET)
    answer = client.post(f"{PAGE}?next=/o/team", {"login": "li", "password": SECRET})
    assert (answer.status_code, answer.url) == (302, "/o/team")


def test_it_leads_to_no_other_site(client):
    person("li", password=SECRET)
    answer = client.post(f"{PAGE}?next=https://example.com/", {"login": "li", "password": SECRET})
    assert answer.url == "/"


def test_a_wrong_password_and_an_unknown_name_get_the_same_answer(client):
    person("li", password=SECRET)
    known = client.post(PAGE, {"login": "li", "password": "x"}).context["form"].errors
    unknown = client.post(PAGE, {"login": "nobody", "password": "x"}).context["form"].errors
    assert str(known) == str(unknown) != ""


def test_after_five_wrong_passwords_the_right_one_does_not_help_either(client):
    person("li", password=SECRET)
    for _attempt in range(5):
        assert not sign_in(client, "wrong")
    assert not sign_in(client)
    person("wang", password=SECRET)
    assert sign_in(Client(), name="wang")


def test_from_one_address_only_so_many_fail(client):
    person("li", password=SECRET)
    for number in range(10):
        sign_in(Client(), "wrong", name=f"nobody{number}")
    assert not sign_in(client)


def test_who_left_cannot_sign_in(client):
    admin, left, barred = person("admin"), person("left", password=SECRET), person("barred", password=SECRET)
    records.delete(record=left, by=admin)
    barred.is_active = False
    saved(barred)
    assert not sign_in(client, name="left")
    assert not sign_in(client, name="barred")


@pytest.mark.parametrize("how", ["deleted", "barred"])
def test_a_session_ends_with_its_person(client, how):
    admin, user = person("admin"), person("li", password=SECRET)
    assert sign_in(client)
    assert client.get(reverse("list", args=["team"])).status_code == 200
    if how == "deleted":
        records.delete(record=user, by=admin)
    else:
        user.is_active = False
        saved(user)
    assert client.get(reverse("list", args=["team"])).status_code == 302
    assert client.get("/api/team").status_code == 401


def test_a_new_password_ends_the_sessions_of_the_former(client):
    user = person("li", password=SECRET)
    assert sign_in(client)
    user.set_password("another long secret")
    saved(user)
    assert client.get(reverse("list", args=["team"])).status_code == 302


def test_nobody_signs_up(client):
    values = {"username": "eve", "password1": SECRET, "password2": SECRET, "email": "eve@example.com"}
    for address in ("/accounts/signup/",):
        client.post(address, values)
    assert not type(person("li")).objects.filter(username="eve").exists()


def test_the_cookies_are_not_for_scripts_or_other_sites(client):
    person("li", password=SECRET)
    sign_in(client)
    cookie = client.cookies["sessionid"]
    assert (cookie["httponly"], cookie["samesite"]) == (True, "Lax")
