"""Every change says from where it came."""

from __future__ import annotations

import pytest
from django.urls import reverse

from kehu.core import changes, history
from kehu.core.actions.tokens import issue_token
from kehu.core.changes.origin import coming_from, words
from kehu.core.tests.company import last_change, person, saved, team

pytestmark = pytest.mark.django_db


def test_a_page_the_api_and_a_job_are_told_apart(client):
    admin, north = person("admin"), team("North")
    client.force_login(admin)
    client.post(reverse("record-edit", args=["team", north.pk]), {"name": "South", "parent": ""})
    assert last_change(north).origin == "page"
    client.patch(f"/api/team/{north.pk}", {"name": "East"}, content_type="application/json")
    assert last_change(north).origin == "api"
    with coming_from("job:kehu.core.periodic.x"):
        north.name = "West"
        saved(north)
    assert last_change(north).origin == "job:kehu.core.periodic.x"
    shown = [entry.origin for entry in history.of_record(north, admin).entries]
    assert shown[:3] == ["job in the background", "API", "page"]


def test_a_program_is_named_by_its_token(client):
    admin, north = person("admin"), team("North")
    secret = issue_token(user=admin, name="shop", days=3)
    client.patch(
        f"/api/team/{north.pk}", {"name": "South"}, content_type="application/json",
        headers={"Authorization": f"Bearer {secret}"},
    )  # fmt: skip
    assert last_change(north).origin == "api:shop"
    assert "shop" in words("api:shop")
    north.name = "later"
    saved(north)
    assert last_change(north).origin == ""


def test_many_at_once_carry_it_too():
    from kehu.core.models import Team

    with coming_from("command"):
        (pk,) = changes.insert_many(Team, [Team(name="Bulk")], by=None, batch=None)
    assert last_change(Team.objects.get(pk=pk)).origin == "command"
