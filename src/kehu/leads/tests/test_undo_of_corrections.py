"""What follows from the correction of a lead is taken back with it."""

from __future__ import annotations

import pytest

from kehu.core import changes
from kehu.core.actions import records
from kehu.core.errors import Conflict, Refused
from kehu.core.models import Change
from kehu.leads.models import Lead
from kehu.leads.tests.world import World, day


def corrected(lead: Lead, world: World, **values: object) -> Change:
    """The change that a correction of the lead wrote."""
    records.edit(record=Lead.objects.get(pk=lead.pk), values=values, by=world.marketing)
    return Change.objects.filter(object_type="lead", object_id=lead.pk, verb="edit").latest("id")


def test_first_touch_and_stages_go_back_with_the_date_of_the_lead(world: World) -> None:
    lead = world.capture(at=2)
    change = corrected(lead, world, captured_at=day(1), channel=world.events)
    with pytest.raises(Conflict, match="whole step"):
        changes.undo_change(change=change, by=world.marketing)
    assert change.batch is not None
    changes.undo(batch=change.batch, by=world.marketing)
    fresh, touch = Lead.objects.get(pk=lead.pk), lead.touches.get()
    assert (fresh.captured_at, touch.at, lead.stage_changes.earliest("at").at) == (day(2),) * 3
    assert fresh.channel == touch.channel == world.website


def test_undo_parts_no_medium_of_a_lead_from_its_channel(world: World) -> None:
    lead = world.capture(channel=world.events)
    moved = corrected(lead, world, channel=world.website)
    corrected(lead, world, medium=world.site)
    assert moved.batch is not None
    with pytest.raises((Conflict, Refused)):
        changes.undo(batch=moved.batch, by=world.marketing)
    assert Lead.objects.get(pk=lead.pk).channel == world.website
