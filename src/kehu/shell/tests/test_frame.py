"""The frame of every page: navigation, language, look, palette, gallery, the door."""

from __future__ import annotations

import pytest
from django.test import Client

from kehu.core.access import roles
from kehu.core.actions import records
from kehu.core.models import Team, User

pytestmark = pytest.mark.django_db


@pytest.fixture
def admin(client: Client) -> User:
    user = User.objects.create_user("wen", None, "a-long-password-7", name="陳志明", role=roles.ADMINISTRATOR)
    client.force_login(user)
    return user


def test_the_door_names_the_product_in_the_language_of_the_visitor(client: Client) -> None:
    page = client.get("/accounts/login/").content.decode()
    assert "客户" in page
    client.post("/language", {"language": "zh-hant", "next": "/accounts/login/"})
    assert 'lang="zh-hant"' in client.get("/accounts/login/").content.decode()


def test_the_look_is_kept_with_the_person_and_written_by_the_server(client: Client, admin: User) -> None:
    assert client.post("/theme", {"theme": "dark"}, headers={"HX-Request": "true"}).status_code == 204
    admin.refresh_from_db()
    assert admin.theme == "dark"
    assert 'data-bs-theme="dark"' in client.get("/gallery").content.decode()


def test_an_unknown_look_or_language_is_refused_with_a_sentence(client: Client, admin: User) -> None:
    answer = client.post("/theme", {"theme": "pink"}, headers={"Accept": "application/json"})
    assert answer.status_code == 422
    assert "look" in answer.json()["detail"]
    assert client.post("/language", {"language": "tlh"}).status_code == 422


def test_the_language_switch_goes_back_only_to_this_site(client: Client, admin: User) -> None:
    inside = client.post("/language", {"language": "en", "next": "/gallery"})
    outside = client.post("/language", {"language": "en", "next": "https://example.org/"})
    assert (inside.headers["Location"], outside.headers["Location"]) == ("/gallery", "/")


def test_navigation_shows_what_the_role_may_see(client: Client, admin: User) -> None:
    assert 'href="/gallery"' in client.get("/gallery").content.decode()
    client.force_login(
        User.objects.create_user("li", None, "a-long-password-7", name="Li", role=roles.SALES_REP)
    )
    assert 'href="/gallery"' not in client.get("/search").content.decode()


def test_the_palette_offers_pages_new_records_and_records(client: Client, admin: User) -> None:
    everything = client.get("/palette").content.decode()
    assert 'href="/o/team"' in everything
    assert (
        'href="/o/team/new" data-words=' in everything
    )  # known to the browser, shown once something is typed
    client.post("/language", {"language": "en"})
    some = client.get("/palette", {"q": "tea"}).content.decode()
    assert 'href="/o/team"' in some
    assert 'href="/o/team/new"' in some
    assert "/o/user" not in some


def test_search_tells_namesakes_apart_and_shows_ten_of_a_kind(client: Client, admin: User) -> None:
    north = records.create(Team, {"name": "Northern office"}, by=admin)
    for number in range(12):
        records.create(Team, {"name": f"Branch {number}", "parent": north}, by=admin)
    page = client.get("/search", {"q": "branch"}).content.decode()
    assert page.count(">Northern office</small>") == 10
    assert 'href="/o/team?q=branch"' in page


def test_search_says_what_to_do_when_it_finds_nothing(client: Client, admin: User) -> None:
    client.post("/language", {"language": "en"})
    page = client.get("/search", {"q": "zzzz"}).content.decode()
    assert "Two characters are enough" in page


def test_the_gallery_draws_every_component(client: Client, admin: User) -> None:
    page = client.get("/gallery").content.decode()
    for mark in (
        "kehu-chart",
        "kehu-board",
        "kehu-grid",
        "kehu-toast",
        "k-timeline",
        "k-empty",
        "k-meter",
        "k-dialog",
    ):
        assert mark in page


def test_a_toast_carries_the_way_back(client: Client, admin: User) -> None:
    client.post("/o/team/new", {"name": "North"})
    team = Team.objects.get(name="North")
    page = client.get(f"/o/team/{team.pk}").content.decode()
    assert "<kehu-toast" in page
    assert "/undo" in page
