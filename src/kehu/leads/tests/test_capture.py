"""A lead comes in with its first touch, is scored and dated."""

from __future__ import annotations

import pytest

from kehu.core.errors import Refused
from kehu.core.models import Change
from kehu.leads import actions
from kehu.leads.models import Lead, Stage
from kehu.leads.tests.world import World, day


def stages(lead: Lead) -> list[tuple[str, object]]:
    return list(lead.stage_changes.order_by("at", "id").values_list("to_stage", "at"))


def test_a_new_lead_is_potential_from_its_first_contact(world: World) -> None:
    lead = world.capture(at=1)
    assert lead.stage == Stage.POTENTIAL and lead.score == 2
    assert stages(lead) == [(Stage.POTENTIAL, day(1))]
    touch = lead.touches.get()
    assert (touch.at, touch.kind, touch.channel, touch.campaign) == (
        day(1), "campaign_member", world.website, world.campaign,
    )  # fmt: skip


def test_a_first_touch_can_qualify_at_once(world: World) -> None:
    lead = world.capture(kind="showroom_visit")
    assert lead.stage == Stage.QUALIFIED and lead.qualified_at == day(0)
    assert stages(lead) == [(Stage.POTENTIAL, day(0)), (Stage.QUALIFIED, day(0))]


def test_a_lead_of_an_unknown_source_is_kept(world: World) -> None:
    lead = actions.capture(values={"name": "x"}, by=world.marketing)
    assert lead.first_kind == "unknown" and lead.channel is None and lead.score == 0
    assert lead.touches.get().kind == "unknown"


def test_every_lead_has_a_number_of_its_own(world: World) -> None:
    numbers = {world.capture().number for _ in range(3)}
    assert len(numbers) == 3 and all(number.startswith("L") for number in numbers)


def test_a_medium_brings_its_channel_and_no_other(world: World) -> None:
    lead = actions.capture(values={"name": "x", "medium": world.site}, by=world.marketing)
    assert lead.channel == world.website and lead.touches.get().channel == world.website
    with pytest.raises(Refused):
        actions.capture(
            values={"name": "x", "medium": world.site, "channel": world.events}, by=world.marketing
        )


def test_two_leads_cannot_share_an_outside_key(world: World) -> None:
    world.capture(external_key="a")
    with pytest.raises(Refused):
        world.capture(external_key="a")
    assert world.capture(external_key="").external_key is None


def test_what_a_sales_representative_captures_is_the_representatives(world: World) -> None:
    assert actions.capture(values={"name": "x"}, by=world.rep).owner == world.rep
    assert actions.capture(values={"name": "x"}, by=world.marketing).owner is None


def test_lead_touch_stage_and_score_are_in_the_history(world: World) -> None:
    lead = world.capture(kind="entry_form")
    found = {change.object_type for change in Change.objects.filter(actor=world.marketing)}
    assert found == {"lead", "touch", "lead_stage_change", "score_entry"}
    assert Change.objects.get(object_type="lead", object_id=lead.pk).after["score"] == 3


def test_a_corrected_source_is_corrected_on_the_first_touch_too(world: World) -> None:
    lead = world.capture(kind="entry_form")
    actions.edit_lead(
        record=Lead.objects.get(pk=lead.pk),
        values={"channel": world.events, "first_kind": "showroom_visit", "captured_at": day(-1)},
        by=world.marketing,
    )
    lead.refresh_from_db()
    touch = lead.touches.get()
    assert (touch.channel, touch.kind, touch.at) == (world.events, "showroom_visit", day(-1))
    assert lead.stage == Stage.QUALIFIED and lead.qualified_at == day(-1)
    assert stages(lead)[0] == (Stage.POTENTIAL, day(-1))


def test_a_lead_cannot_be_dated_after_its_second_touch(world: World) -> None:
    lead = world.capture(at=0)
    world.touch(lead, "download", at=2)
    with pytest.raises(Refused):
        actions.edit_lead(record=lead, values={"captured_at": day(3)}, by=world.marketing)


def test_an_owner_who_has_left_gets_no_lead(world: World) -> None:
    lead = world.capture()
    world.other_rep.is_active = False
    with pytest.raises(Refused):
        actions.assign(lead=lead, owner=world.other_rep, by=world.marketing)
    assert actions.assign(lead=lead, owner=None, by=world.marketing).owner is None
