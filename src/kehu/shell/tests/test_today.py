"""Ticking off on Today."""

from __future__ import annotations

from datetime import timedelta

import pytest
from django.test import Client
from django.urls import reverse

from kehu.activities.actions import add_task
from kehu.activities.models import Task
from kehu.core import clock
from kehu.core.access import roles
from kehu.core.models import Company, User


@pytest.fixture
def rep(db: None) -> User:
    Company(pk=1, currency="TWD", timezone="Asia/Taipei", country="TW").save()
    clock.forget()
    return User.objects.create_user("rep", name="Rep", role=roles.SALES_REP, password="a long enough one")


@pytest.fixture
def browser(client: Client, rep: User) -> Client:
    client.force_login(rep, backend="allauth.account.auth_backends.AuthenticationBackend")
    return client


@pytest.fixture
def task(rep: User) -> Task:
    return add_task(title="Call Mrs Chen", due_on=clock.now() - timedelta(hours=1), by=rep)


def done(task: Task) -> str:
    return reverse("record-action", args=["task", task.pk, "complete"])


def test_done_stays_on_today_without_javascript(browser: Client, task: Task) -> None:
    assert 'name="next" value="/"' in browser.get("/").content.decode()
    answer = browser.post(done(task), {"next": "/"})
    assert answer.status_code == 302 and answer["Location"] == "/"
    page = browser.get("/").content.decode()
    assert "“Call Mrs Chen” is done." in page and "Undo" in page and done(task) not in page


def test_done_by_htmx_takes_the_row_away_and_offers_the_way_back(browser: Client, task: Task) -> None:
    answer = browser.post(done(task), {"next": "/", "stay": "1"}, headers={"HX-Request": "true"}, follow=True)
    part = answer.content.decode()
    assert answer.redirect_chain == [("/", 302)]
    assert part.startswith('<section class="card" id="today-now"') and "<html" not in part
    assert done(task) not in part and 'hx-swap-oob="beforeend:#toasts"' in part
    assert "“Call Mrs Chen” is done." in part and 'name="next" value="/"' in part


def test_the_page_of_a_task_names_what_it_is_about_once(browser: Client, rep: User) -> None:
    about = add_task(title="Prepare", by=rep)
    task = add_task(title="Meet", about=about, by=rep)
    page = browser.get(reverse("record", args=["task", task.pk])).content.decode()
    assert page.count(">About<") == 1 and "Its number" not in page


def test_signing_in_is_not_reported(client: Client, rep: User) -> None:
    answer = client.post(
        reverse("account_login"), {"login": "rep", "password": "a long enough one"}, follow=True
    )
    page = answer.content.decode()
    assert "Rep" in page and "signed in as" not in page
