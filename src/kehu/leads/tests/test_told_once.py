"""A move of a lead stands once in its story, with its reason and the way back."""

from __future__ import annotations

from typing import Any

import pytest
from django.utils.html import strip_tags

from kehu.core import changes, timeline
from kehu.core.models import Change, User
from kehu.leads import actions
from kehu.leads.models import Lead
from kehu.leads.tests.world import World

pytestmark = pytest.mark.django_db


def story(lead: Lead, user: User, chip: str = "") -> list[Any]:
    return list(timeline.of_record(lead, user, chip=chip).entries)


def moves(lead: Lead, user: User, chip: str = "") -> list[str]:
    told = []
    for entry in story(lead, user, chip):
        if entry.key == "lead_stage_change.at":
            before, after = entry.step
            words = (before, strip_tags(after), *(cell.text for _label, cell in entry.facts))
            told.append("row: " + " ".join(" ".join(words).split()))
        told += [f"change: {one.after}" for one in entry.changes if one.field == "Stage"]
    return told


def test_a_move_is_told_by_its_row_with_the_way_back_and_by_the_log_alone_among_changes(world: World) -> None:
    lead = world.capture(score=0)
    actions.qualify(lead=lead, reason="a promise", by=world.marketing)
    assert moves(lead, world.marketing) == ["row: Potential Qualified a promise", "row: New Potential"]
    assert "change: Qualified" in moves(lead, world.marketing, "changes")
    (told,) = [
        one for one in story(lead, world.marketing) if "a promise" in str([c.text for _n, c in one.facts])
    ]
    change = Change.objects.get(object_type="lead", object_id=lead.pk, after__stage="qualified")
    assert told.undo_url == f"/changes/{change.pk}/undo"


def test_a_move_that_was_taken_back_has_no_row_so_the_log_tells_it(world: World) -> None:
    lead = world.capture(score=0)
    actions.qualify(lead=lead, reason="a promise", by=world.marketing)
    change = Change.objects.get(object_type="lead", object_id=lead.pk, after__stage="qualified")
    changes.undo_change(change=change, by=world.marketing)
    lead.refresh_from_db()
    actions.drop_undone_stages(lead=lead, by=world.marketing)
    told = moves(lead, world.marketing)
    assert "row: Potential Qualified a promise" not in told
    assert "change: Qualified" in told
