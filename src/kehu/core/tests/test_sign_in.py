"""Signing in: rate-limited, closed to those who left, nobody signs up."""

from __future__ import annotations

import time

import pytest
from allauth.mfa.totp.internal import auth as totp
from django.test import Client
from django.urls import get_resolver, reverse

from kehu.core.actions import records
from kehu.core.models import User
from kehu.core.tests.company import last_change, person, saved

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


def mounted(patterns=None, prefix="/"):
    """Every address of the installation with its parameters as they are written."""
    for pattern in get_resolver().url_patterns if patterns is None else patterns:
        place = prefix + str(pattern.pattern)
        below = getattr(pattern, "url_patterns", None)
        yield from mounted(below, place) if below is not None else (place,)


def test_the_door_has_these_pages_and_no_others():
    assert sorted(place for place in mounted() if place.startswith("/accounts/")) == [
        "/accounts/2fa/",
        "/accounts/2fa/authenticate/",
        "/accounts/2fa/reauthenticate/",
        "/accounts/2fa/recovery-codes/",
        "/accounts/2fa/recovery-codes/download/",
        "/accounts/2fa/recovery-codes/generate/",
        "/accounts/2fa/totp/activate/",
        "/accounts/2fa/totp/deactivate/",
        "/accounts/login/",
        "/accounts/logout/",
        "/accounts/password/change/",
        "/accounts/reauthenticate/",
    ]


@pytest.mark.parametrize(
    "place", ["", "email/", "signup/", "password/reset/", "password/set/", "confirm-email/x/"]
)
def test_what_writes_past_the_change_log_is_not_there(client, place):
    person("li", password=SECRET)
    sign_in(client)
    for answer in (
        client.get(f"/accounts/{place}"),
        client.post(f"/accounts/{place}", {"email": "a@b.example"}),
    ):
        assert answer.status_code == 404
    assert fresh_user().email == ""


def fresh_user(name: str = "li") -> User:
    return User.objects.get(username=name)


def test_a_changed_password_leaves_a_trace_without_the_password(client):
    li = person("li", password=SECRET)
    sign_in(client)
    new = "another long secret"
    values = {"oldpassword": SECRET, "password1": new, "password2": new}
    assert client.post("/accounts/password/change/", values).status_code == 302
    change = last_change(li)
    assert (change.verb, change.actor) == ("password", li)
    assert set(change.before) == set(change.after) == {"password"}
    assert "scrypt" not in f"{change.before}{change.after}"
    assert client.get(reverse("list", args=["team"])).status_code == 200
    assert sign_in(Client(), new) and not sign_in(Client(), SECRET)


def test_a_second_step_leaves_a_trace(client, django_capture_on_commit_callbacks):
    li = person("li", password=SECRET)
    sign_in(client)
    client.post("/accounts/reauthenticate/", {"password": SECRET})
    client.get("/accounts/2fa/totp/activate/")
    secret = client.session[totp.SECRET_SESSION_KEY]
    code = totp.format_hotp_value(totp.hotp_value(secret, int(time.time()) // 30))
    for place, verb in (
        ("totp/activate", "second_step_on"),
        ("recovery-codes/generate", "recovery_codes"),
        ("totp/deactivate", "second_step_off"),
    ):
        with django_capture_on_commit_callbacks(execute=True):
            assert client.post(f"/accounts/2fa/{place}/", {"code": code}).status_code == 302
        assert last_change(li).verb == verb
    page = client.get(reverse("record", args=["user", li.pk])).content.decode()
    assert "two-step sign-in turned off" in page and secret not in page
