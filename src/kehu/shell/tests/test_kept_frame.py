"""The frame is drawn once and kept: what it shows stays each person's own, and follows every change at once."""

from __future__ import annotations

import re

import pytest
from django.test import Client

from kehu.core.access import roles
from kehu.core.actions import custom, records
from kehu.core.models import Company, User
from kehu.core.templatetags import frame
from kehu.shell import context

pytestmark = pytest.mark.django_db


@pytest.fixture
def admin(client: Client) -> User:
    user = User.objects.create_user(
        "wen", None, "a-long-password-7", name="陳志明", role=roles.ADMINISTRATOR, language="en"
    )
    client.force_login(user)
    return user


def page(client: Client, address: str = "/o/team") -> str:
    return client.get(address).content.decode()


def test_two_people_of_one_role_each_see_their_own_name(client: Client, admin: User) -> None:
    page(client)
    other = User.objects.create_user(
        "lin", None, "a-long-password-7", name="林雅婷", role=roles.ADMINISTRATOR, language="en"
    )
    client.force_login(other)
    assert "林雅婷" in page(client)
    assert "陳志明</strong>" not in page(client)


def test_a_new_name_look_or_language_shows_on_the_next_page(client: Client, admin: User) -> None:
    before = page(client)
    assert "Your account" in before
    client.post("/theme", {"theme": "dark"})
    client.post("/language", {"language": "zh-hant", "next": "/"})
    records.edit(record=User.objects.get(pk=admin.pk), values={"name": "陳大文"}, by=admin)
    after = page(client)
    assert "陳大文</strong>" in after
    assert "Your account" not in after
    assert re.search(r'data-theme-choice="dark" aria-pressed="true"', after)


def test_the_name_of_the_company_shows_on_the_next_page(client: Client, admin: User) -> None:
    page(client)
    Company.objects.update_or_create(pk=1, defaults={"name": "東昇貿易"})
    assert "東昇貿易" in page(client)


def test_what_an_administrator_adds_stands_in_the_navigation_of_the_next_page(
    client: Client, admin: User
) -> None:
    page(client)
    values = {
        "key": "x_site", "label_en": "Site", "plural_en": "Sites", "label_zh_hans": "工地", "icon": "box",
        "place": "sell", "access": "everyone", "adders": ["sales_rep"], "changers": ["sales_rep"], "deleters": [],
    }  # fmt: skip
    custom.add_object(values=values, by=admin)
    assert 'href="/o/x_site"' in page(client)


def test_the_entry_of_the_page_is_marked_and_no_other(client: Client, admin: User) -> None:
    for address in ("/o/team", "/o/user", "/o/team"):
        nav = page(client, address).partition("</nav>")[0]
        assert re.findall(r'href="([^"]+)" aria-current="page"', nav) == [address]


def test_forms_of_the_frame_carry_the_address_and_a_token_that_works(admin: User) -> None:
    client = Client(enforce_csrf_checks=True)
    client.force_login(admin)
    for query in ("?sort=name", '?q="><script>alert(1)</script>'):
        html = page(client, f"/o/team{query}")
        assert frame.TOKEN not in html and frame.ADDRESS not in html and frame.WORDS not in html
        assert "<script>alert" not in html
    token = re.search(r'name="csrfmiddlewaretoken" value="([^"]+)"', html)
    assert token is not None
    answer = client.post("/theme", {"theme": "light", "csrfmiddlewaretoken": token[1], "next": "/o/team"})
    assert answer.status_code == 302
    assert client.post("/theme", {"theme": "light", "csrfmiddlewaretoken": "x"}).status_code == 403


def test_words_that_were_searched_for_stand_in_the_box_and_are_not_kept(client: Client, admin: User) -> None:
    assert 'value="王 &quot;&lt;"' in page(client, '/search?q=王 "<')
    assert 'value="王' not in page(client)


def test_no_more_frames_are_kept_than_allowed(
    client: Client, admin: User, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(frame, "MOST", 5)
    frame._drawn.clear()
    for address in ("/o/team", "/o/user", "/o/lead", "/o/account", "/o/task"):
        page(client, address)
        assert len(frame._drawn) <= 5


def test_the_key_of_a_frame_costs_no_look_at_the_menu_but_once(
    client: Client, admin: User, monkeypatch: pytest.MonkeyPatch
) -> None:
    page(client)
    monkeypatch.setattr(context, "_menu", lambda user: pytest.fail("looked at again"))
    assert "陳志明" in page(client)
