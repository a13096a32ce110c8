"""Unknown values in addresses wait; once somebody says what they mean, past and later touches follow."""

from __future__ import annotations

from kehu.campaigns.models import Campaign, Channel
from kehu.capture import actions
from kehu.capture.jobs import follow_value
from kehu.capture.models import UtmValue
from kehu.core import changes
from kehu.leads.models import Lead, Touch
from kehu.leads.tests.world import World

from .visit import Visit

POSTED = "?utm_source=Weibo&utm_medium=post"


def test_unknown_values_make_no_source_and_wait_once(visit: Visit) -> None:
    visit.send(POSTED)
    visit.send(POSTED.replace("Weibo", "WEIBO"), email="other@example.com", phone="")
    value = UtmValue.objects.get()
    assert (value.value, value.state) == ("weibo / post", "unknown")
    assert Channel.objects.count() == 2
    assert {touch.channel.code for touch in Touch.objects.all() if touch.channel} == {"website"}


def test_past_touches_and_first_touches_follow_what_a_value_means(visit: Visit, world: World) -> None:
    visit.send(POSTED)
    visit.send(POSTED)
    value = UtmValue.objects.get()
    actions.edit_value(record=value, values={"channel": world.events}, by=world.marketing)
    follow_value(value=value.pk, by=world.marketing.pk)
    assert [touch.channel for touch in Touch.objects.all()] == [world.events, world.events]
    assert Lead.objects.get().channel == world.events
    follow_value(value=value.pk, by=world.marketing.pk)  # again changes nothing
    visit.send(POSTED, email="new@example.com", phone="")
    assert Lead.objects.get(email="new@example.com").channel == world.events


def test_a_campaign_called_by_its_code_is_known_at_once(visit: Visit, world: World) -> None:
    spring = Campaign(code="Spring", name="Spring")
    changes.save(spring, by=None)
    visit.send("?utm_campaign=SPRING")
    assert UtmValue.objects.get().state == "known"
    assert Lead.objects.get().campaign == spring


def test_an_assignment_is_taken_back_like_any_change(visit: Visit, world: World, client: object) -> None:
    visit.send(POSTED)
    value = UtmValue.objects.get()
    actions.edit_value(record=value, values={"channel": world.events}, by=world.marketing)
    value.refresh_from_db()
    assert value.state == "known"
    actions.edit_value(record=value, values={"channel": None}, by=world.marketing)
    value.refresh_from_db()
    assert value.state == "unknown"
