"""What nobody means well sends to bulk actions, merging and lists that are changed in place: refused, never a 500."""

from __future__ import annotations

import pytest
from django.test import Client
from django.urls import reverse

from kehu.core.models import DuplicatePair, User, Work
from kehu.leads.models import Lead
from kehu.leads.tests.world import World

pytestmark = pytest.mark.django_db
NESTED = "where=" + "[" * 10_000 + "]" * 10_000
LISTS = [
    "zz=\x00",
    "\x00",
    "q=%00",
    "q=\x00",
    "owner=%ED%A0%80",
    NESTED,
    "view=9" * 99,
    "&".join(["a=1"] * 2000),
]


def signed_in(user: User) -> Client:
    client = Client(raise_request_exception=False)
    client.force_login(user)
    return client


def test_a_broken_list_never_breaks_a_bulk_action(world: World) -> None:
    world.capture(name="One")
    client, address = signed_in(world.marketing), reverse("bulk", args=["lead", "assign"])
    for query in LISTS:
        sent = {"all": "1", "list": query, "owner": world.other_rep.pk, "confirmed": "1"}
        assert client.post(address, sent).status_code < 500, query[:20]
        assert client.get(address, {"all": "1", "list": query[:5000]}).status_code < 500, query[:20]
    assert not Work.objects.filter(state="failed").exists()


def test_a_broken_list_never_breaks_a_cell(world: World) -> None:
    lead = world.capture(name="One")
    client, address = signed_in(world.marketing), reverse("record-cell", args=["lead", lead.pk, "name"])
    for query in LISTS:
        answer = client.post(address, {"name": "One"}, query_params={"list": query})
        assert answer.status_code < 500, query[:20]


def test_a_record_is_not_kept_apart_from_itself(world: World) -> None:
    lead = world.capture(name="One")
    answer = signed_in(world.marketing).post(
        reverse("pair-apart", args=["lead"]), {"ids": f"{lead.pk},{lead.pk}"}
    )
    assert answer.status_code in (404, 422)
    assert not DuplicatePair.objects.exists()
    assert Lead.objects.count() == 1
