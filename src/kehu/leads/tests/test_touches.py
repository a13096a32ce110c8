"""Touches score; scores are dated; what was taken back counts no longer."""

from __future__ import annotations

import pytest

from kehu.core import changes
from kehu.core.errors import Refused
from kehu.core.models import Batch, Change
from kehu.leads import actions, jobs, queries
from kehu.leads.models import Lead, Stage
from kehu.leads.tests.world import World, day


def entries(lead: Lead) -> list[tuple[object, int]]:
    return list(lead.scores.filter(deleted_at=None).order_by("at", "id").values_list("at", "score"))


def test_a_touch_that_reaches_the_threshold_qualifies(world: World) -> None:
    lead = world.capture()
    world.touch(lead, "entry_form", at=2)
    assert lead.stage == Stage.POTENTIAL and lead.score == 3
    visit = world.touch(lead, "showroom_visit", at=4)
    lead.refresh_from_db()
    assert lead.stage == Stage.QUALIFIED and lead.qualified_at == day(4)
    assert entries(lead) == [(day(0), 2), (day(2), 3), (day(4), 5)]
    assert lead.scores.get(score=5).touch == visit
    assert lead.stage_changes.get(to_stage=Stage.QUALIFIED).scoring_model is not None


def test_a_touch_recorded_late_takes_its_place_in_time(world: World) -> None:
    lead = world.capture()
    world.touch(lead, "entry_form", at=4)
    world.touch(lead, "live_event", at=2)
    assert entries(lead) == [(day(0), 2), (day(2), 3)]


def test_a_touch_lies_neither_in_the_future_nor_before_the_first_contact(world: World) -> None:
    lead = world.capture()
    for at in (-1, 100_000):
        with pytest.raises(Refused):
            world.touch(lead, "download", at=at)
    assert lead.touches.count() == 1


def test_undoing_a_touch_takes_back_score_and_stage(world: World) -> None:
    lead = world.capture()
    world.touch(lead, "showroom_visit", at=4)
    changes.undo(batch=Batch.objects.get(verb="touch"), by=world.marketing)
    lead = Lead.objects.get(pk=lead.pk)
    assert lead.stage == Stage.POTENTIAL and lead.score == 2 and lead.qualified_at is None
    assert entries(lead) == [(day(0), 2)]
    jobs.react(list(Change.objects.order_by("id")))
    assert Lead.objects.get(pk=lead.pk).stage == Stage.POTENTIAL


def test_a_corrected_touch_scores_again(world: World) -> None:
    lead = world.capture()
    touch = world.touch(lead, "entry_form", at=4)
    actions.edit_touch(record=touch, values={"kind": "showroom_visit"}, by=world.marketing)
    assert Lead.objects.get(pk=lead.pk).stage == Stage.QUALIFIED


def test_imported_touches_score_their_leads(world: World) -> None:
    leads = [world.capture(), world.capture()]
    rows = [{"lead": leads[0], "kind": "showroom_visit", "at": day(3)}]
    rows += [{"lead": leads[1], "kind": "download", "at": day(3)}]
    actions.insert_touches(values=rows, by=world.marketing, batch=None)
    assert [Lead.objects.get(pk=lead.pk).stage for lead in leads] == [Stage.QUALIFIED, Stage.POTENTIAL]


def test_every_lead_shows_why_it_has_its_score(world: World) -> None:
    lead = world.capture()
    world.touch(lead, "entry_form", at=2)
    world.touch(lead, "live_event", at=3)
    explanation = queries.reasons(lead)
    assert [(reason.touch.kind, reason.points, reason.decides) for reason in explanation.reasons] == [
        ("live_event", 3, False),
        ("entry_form", 3, True),
        ("campaign_member", 2, False),
    ]
    assert (explanation.score, explanation.threshold, explanation.missing) == (3, 5, 2)
    assert queries.reasons(lead, at=day(1)).score == 2


def test_a_recycled_lead_qualifies_by_what_it_does_afterwards(world: World) -> None:
    lead = world.capture(kind="showroom_visit")
    actions.recycle(lead=lead, reason="no money now", by=world.marketing, at=day(5))
    world.touch(lead, "download", at=6)
    assert lead.stage == Stage.RECYCLED
    world.touch(lead, "test_drive_taken", at=8)
    assert lead.stage == Stage.QUALIFIED and lead.qualified_at == day(0)


def test_reading_the_log_leaves_what_is_right(world: World) -> None:
    lead = world.capture(kind="showroom_visit")
    jobs.follow_changes()
    assert told(lead) == told(Lead.objects.get(pk=lead.pk))


def told(lead: Lead) -> tuple[object, ...]:
    return lead.stage, lead.score, lead.qualified_at, entries(lead)
