"""A task or note about a record that its reader may not see says nothing of that record."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest
from django.test import Client
from django.urls import reverse

from kehu.activities.models import Note, Task
from kehu.core.access import roles
from kehu.core.actions import records
from kehu.core.actions.people import create_team
from kehu.core.errors import NotFound
from kehu.core.models import User
from kehu.core.tests.company import make

HIDDEN = 7_654_321


@pytest.fixture
def rep(db: Any) -> User:
    team = create_team(values={"name": "Sales"}, by=None)
    return User.objects.create_user("rep", name="rep", role=roles.SALES_REP, team=team)


@pytest.fixture
def browser(rep: User) -> Client:
    client = Client(headers={"accept-language": "en"})
    client.force_login(rep)
    return client


@pytest.fixture
def about_hidden(rep: User) -> Callable[[str], Any]:
    make("account", pk=HIDDEN, name="ZqHidden")

    def of_kind(key: str) -> Any:
        pointer = {"object_type": "account", "object_id": HIDDEN}
        if key == "note":
            return make("note", text="See there", author=rep, **pointer)
        return make("task", title="Call there", owner=rep, **pointer)

    return of_kind


@pytest.mark.parametrize("key", ["task", "note"])
def test_no_surface_names_what_an_item_points_at(
    key: str, browser: Client, about_hidden: Callable[[str], Any]
) -> None:
    item = about_hidden(key)
    got = browser.get(f"/api/{key}/{item.pk}").json()
    assert (got["object_type"], got["object_id"]) == (None, None)
    for address in (
        f"/api/{key}",
        f"/api/{key}/{item.pk}",
        f"/api/{key}/{item.pk}/history",
        reverse("list", args=[key]),
        reverse("record", args=[key, item.pk]),
        reverse("record-edit", args=[key, item.pk]),
    ):
        page = browser.get(address).content.decode()
        assert "there" in page or "history" in address, address
        assert str(HIDDEN) not in page and "ZqHidden" not in page, address
    export = b"".join(browser.get(reverse("list-export", args=[key])).streaming_content)  # type: ignore[attr-defined]
    assert b"there" in export and str(HIDDEN).encode() not in export


@pytest.mark.parametrize("key", ["task", "note"])
def test_saving_the_form_leaves_a_hidden_pointer_alone(
    key: str, browser: Client, about_hidden: Callable[[str], Any]
) -> None:
    item = about_hidden(key)
    text = "title" if key == "task" else "text"
    values = {text: "Other", "kind": "todo", "priority": "normal", "object_type": "", "object_id": ""}
    assert browser.post(reverse("record-edit", args=[key, item.pk]), values).status_code == 302
    item.refresh_from_db()
    assert (getattr(item, text), item.object_type, item.object_id) == ("Other", "account", HIDDEN)


def test_what_one_may_see_is_named(rep: User, browser: Client) -> None:
    account = make("account", name="Mine", owner=rep)
    task = make("task", title="Call", owner=rep, object_type="account", object_id=account.pk)
    got = browser.get(f"/api/task/{task.pk}").json()
    assert (got["object_type"], got["object_id"]) == ("account", account.pk)


@pytest.mark.parametrize("key", ["task", "note"])
@pytest.mark.parametrize("pk", [HIDDEN, HIDDEN + 1, 10**30, -1])
def test_nothing_is_pointed_at_what_is_hidden(
    key: str, pk: int, rep: User, browser: Client, about_hidden: Callable[[str], Any]
) -> None:
    about_hidden(key)
    values = {"title": "Mine", "owner": rep} if key == "task" else {"text": "Mine", "author": rep}
    item = make(key, **values)
    answer = browser.patch(
        f"/api/{key}/{item.pk}", {"object_type": "account", "object_id": pk}, content_type="application/json"
    )
    assert answer.status_code == 404, answer.content
    item.refresh_from_db()
    assert item.object_id is None


@pytest.mark.parametrize("half", [{"object_type": "region"}, {"object_id": 1}, {"object_type": ""}])
def test_half_a_pointer_does_not_tell_the_other(
    half: dict[str, Any], rep: User, about_hidden: Callable[[str], Any]
) -> None:
    make("region", pk=HIDDEN, code="r", name="R")
    for item in (about_hidden("note"), Task.objects.filter(owner=rep).first() or about_hidden("task")):
        with pytest.raises(NotFound):
            records.edit(record=item, values=half, by=rep)
    assert Note.objects.get().object_type == "account"
