"""A button that is pressed twice before the next page is there does once what it says."""

from __future__ import annotations

from typing import Any

import pytest
from django.contrib.messages import get_messages
from django.test import Client
from django.urls import reverse

from kehu.core.models import Change, IdempotencyKey, User, Work
from kehu.core.tests.test_two_workers import at_once
from kehu.leads.models import Lead, Stage, Touch
from kehu.leads.tests.world import World

pytestmark = pytest.mark.django_db
TOUCH = {"kind": "download", "at": "2010-03-09T10:00"}
TOLD = "This was sent twice and done once."


def signed_in(user: User) -> Client:
    client = Client(enforce_csrf_checks=True)
    client.force_login(user)
    return client


def token(client: Client, url: str) -> str:
    """The token of one showing of a page."""
    return str(client.get(url).context["csrf_token"])


def messages_of(answer: Any) -> list[str]:
    return [str(one) for one in get_messages(answer.wsgi_request)]


def twice(client: Client, url: str, showing: str = "", **sent: Any) -> tuple[Any, Any]:
    sent["csrfmiddlewaretoken"] = token(client, showing or url)
    return client.post(url, sent), client.post(url, sent)


@pytest.fixture
def lead(world: World) -> Lead:
    return world.capture(name="Lead")


def action(lead: Lead, name: str) -> str:
    return reverse("record-action", args=["lead", lead.pk, name])


def test_a_touch_is_recorded_once_and_both_clicks_lead_to_the_same_page(world, lead):
    before = Touch.objects.count()
    one, other = twice(signed_in(world.marketing), action(lead, "touch"), **TOUCH)
    assert Touch.objects.count() == before + 1
    assert one.status_code == other.status_code == 302 and one["Location"] == other["Location"]
    assert TOLD in messages_of(other) and TOLD not in messages_of(one)


def test_of_many_leads_each_gets_one_touch(world, lead):
    second, before = world.capture(name="Second"), Touch.objects.count()
    client, url = signed_in(world.marketing), reverse("bulk", args=["lead", "touch"])
    ids = f"{lead.pk},{second.pk}"
    twice(client, url, showing=f"{url}?ids={ids}", ids=ids, confirmed="1", **TOUCH)
    assert Touch.objects.count() == before + 2
    assert Work.objects.count() == 1


def test_the_form_shown_again_or_with_other_values_is_another(world, lead):
    client, before = signed_in(world.marketing), Touch.objects.count()
    sent = {**TOUCH, "csrfmiddlewaretoken": token(client, action(lead, "touch"))}
    client.post(action(lead, "touch"), sent)
    client.post(action(lead, "touch"), {**sent, "detail": "once more"})
    client.post(action(lead, "touch"), {**TOUCH, "csrfmiddlewaretoken": token(client, action(lead, "touch"))})
    assert Touch.objects.count() == before + 3


def test_another_person_with_the_same_values_is_not_taken_for_the_first(world, lead):
    before = Touch.objects.count()
    for user in (world.marketing, world.sales_head):
        Client().post(action(lead, "touch"), TOUCH)  # without a sign-in nothing is kept either
        client = Client()
        client.force_login(user)
        client.post(action(lead, "touch"), {**TOUCH, "csrfmiddlewaretoken": "the same"})
    assert Touch.objects.count() == before + 2


def test_a_button_without_a_form_pressed_twice_is_no_error(world, lead):
    client, page = signed_in(world.marketing), reverse("record", args=["lead", lead.pk])
    one, other = twice(client, reverse("record-delete", args=["lead", lead.pk]), showing=page)
    assert (one.status_code, other.status_code) == (302, 302)
    assert not Lead.objects.exists()
    assert Change.objects.filter(object_type="lead", verb="delete").count() == 1


def test_what_was_refused_keeps_nothing_and_may_be_sent_again(world, lead):
    client = signed_in(world.marketing)
    kept = IdempotencyKey.objects.count()
    one, other = twice(client, action(lead, "touch"), kind="no such kind", at="2010-03-09T10:00")
    assert (one.status_code, other.status_code) == (200, 200)
    assert IdempotencyKey.objects.count() == kept
    sent = {"reason": "They rang", "csrfmiddlewaretoken": token(client, action(lead, "qualify"))}
    client.post(action(lead, "qualify"), sent)
    assert Lead.objects.get().stage == Stage.QUALIFIED


@pytest.mark.django_db(transaction=True)
def test_two_clicks_at_the_same_moment_make_one_new_record(world):
    client, url = signed_in(world.marketing), reverse("record-new", args=["region"])
    sent = {"code": "north", "name": "North", "csrfmiddlewaretoken": token(client, url)}
    cookies = client.cookies

    def press() -> int:
        mine = Client(enforce_csrf_checks=True)
        mine.cookies = cookies
        return int(mine.post(url, sent).status_code)

    answers = at_once(press)
    assert answers == [302, 302]
    assert Change.objects.filter(object_type="region", verb="create", after__code="north").count() == 1
