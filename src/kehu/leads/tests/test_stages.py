"""Moves from stage to stage."""

from __future__ import annotations

import pytest

from kehu.core import changes
from kehu.core.errors import Conflict, Forbidden, NotFound, Refused
from kehu.core.models import Change
from kehu.leads import actions, jobs
from kehu.leads.models import TRANSITIONS, Lead, Stage, may_move
from kehu.leads.tests.world import World


def test_only_the_declared_moves_are_possible() -> None:
    assert may_move(Stage.POTENTIAL, Stage.QUALIFIED)
    assert not may_move(Stage.POTENTIAL, Stage.CUSTOMER)
    reachable = {to for _from, to in TRANSITIONS} | {Stage.NEW}
    assert reachable == set(Stage.values)


def test_a_screened_out_lead_says_why(world: World) -> None:
    lead = world.capture()
    with pytest.raises(Refused):
        actions.screen_out(lead=lead, reason=" ", by=world.marketing)
    actions.screen_out(lead=lead, reason="wrong number", by=world.marketing)
    lead.refresh_from_db()
    assert lead.stage == Stage.SCREENED_OUT and lead.screened_out_reason == "wrong number"
    assert lead.stage_changes.get(to_stage=Stage.SCREENED_OUT).by == world.marketing


def test_a_screened_out_lead_cannot_qualify(world: World) -> None:
    lead = world.capture()
    actions.screen_out(lead=lead, reason="x", by=world.marketing)
    world.touch(lead, "showroom_visit", at=3)
    assert lead.stage == Stage.SCREENED_OUT and lead.score == 5
    with pytest.raises(Conflict):
        actions.qualify(lead=lead, reason="x", by=world.marketing)


def test_sales_may_qualify_a_lead_by_hand(world: World) -> None:
    lead = world.capture()
    actions.qualify(lead=lead, reason="called us", by=world.rep)
    lead.refresh_from_db()
    assert lead.stage == Stage.QUALIFIED and lead.qualified_at is not None
    assert lead.stage_changes.get(to_stage=Stage.QUALIFIED).reason == "called us"


def test_a_lead_of_another_representative_does_not_exist(world: World) -> None:
    lead = world.capture()
    with pytest.raises(NotFound):
        actions.screen_out(lead=lead, reason="x", by=world.other_rep)


def test_the_board_says_where_a_conversion_is_done(world: World) -> None:
    lead = world.capture(kind="showroom_visit")
    with pytest.raises(Conflict, match="convert"):
        actions.move_on_board(record=lead, to=Stage.OPPORTUNITY, by=world.rep)
    with pytest.raises(Conflict):
        actions.move_on_board(record=lead, to=Stage.CUSTOMER, by=world.rep)
    assert actions.move_on_board(record=lead, to=Stage.RECYCLED, by=world.rep).stage == Stage.RECYCLED


def test_undoing_a_move_takes_its_dated_row_away(world: World) -> None:
    lead = world.capture()
    actions.qualify(lead=lead, reason="x", by=world.marketing)
    last = Change.objects.filter(object_type="lead", object_id=lead.pk).latest("id")
    changes.undo_change(change=last, by=world.marketing)
    jobs.react(list(Change.objects.order_by("id")))
    lead = Lead.objects.get(pk=lead.pk)
    assert lead.stage == Stage.POTENTIAL and lead.qualified_at is None
    assert [row.to_stage for row in lead.stage_changes.filter(deleted_at=None)] == [Stage.POTENTIAL]


def test_an_analyst_changes_nothing(world: World) -> None:
    lead = world.capture()
    world.marketing.role = "analyst"
    with pytest.raises(Forbidden):
        actions.qualify(lead=lead, reason="x", by=world.marketing)
