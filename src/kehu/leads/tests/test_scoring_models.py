"""Versions of the scoring model: both sides sign, then open leads are scored again."""

from __future__ import annotations

import pytest

from kehu.core.errors import Conflict, Forbidden, Refused
from kehu.leads import actions
from kehu.leads.models import LADDER, Lead, ScoringModel, Stage
from kehu.leads.queries import versions_in_force
from kehu.leads.tests.world import World, day, rescored

pytestmark = pytest.mark.django_db(transaction=True)


@pytest.fixture
def draft(world: World) -> ScoringModel:
    return actions.create_scoring_model(values={"name": "Lower", "threshold": 4}, by=world.marketing)


def signed(draft: ScoringModel, world: World) -> ScoringModel:
    actions.sign(model=draft, by=world.marketing)
    return actions.sign(model=draft, by=world.sales_head)


def test_a_draft_starts_from_the_rules_before_it(draft: ScoringModel) -> None:
    assert draft.number == 2
    assert {rule.touch_kind: rule.points for rule in draft.rules.all()} == LADDER


def test_marketing_and_sales_have_to_sign(draft: ScoringModel, world: World) -> None:
    actions.sign(model=draft, by=world.marketing)
    with pytest.raises(Refused):
        actions.adopt_scoring_model(model=draft, by=world.marketing)
    with pytest.raises(Forbidden):
        actions.sign(model=draft, by=world.rep)
    actions.sign(model=draft, by=world.sales_head)
    assert actions.adopt_scoring_model(model=draft, by=world.marketing).state == "in_force"


def test_a_changed_draft_has_to_be_signed_again(draft: ScoringModel, world: World) -> None:
    signed(draft, world)
    actions.edit_rule(record=draft.rules.get(touch_kind="download"), values={"points": 3}, by=world.marketing)
    draft.refresh_from_db()
    assert draft.marketing_signer is None and draft.sales_signer is None


def test_an_adopted_version_stays_as_it_is(draft: ScoringModel, world: World) -> None:
    actions.adopt_scoring_model(model=signed(draft, world), by=world.marketing)
    with pytest.raises(Conflict):
        actions.edit_scoring_model(record=draft, values={"threshold": 1}, by=world.marketing)
    with pytest.raises(Conflict):
        actions.edit_rule(record=draft.rules.all()[0], values={"points": 3}, by=world.marketing)


def test_a_version_comes_into_force_after_the_one_before_it(draft: ScoringModel, world: World) -> None:
    signed(draft, world)
    for moment in (day(-200), day(100_000)):
        with pytest.raises(Refused):
            actions.adopt_scoring_model(model=draft, by=world.marketing, at=moment)


def test_adopting_a_lower_threshold_qualifies_open_leads_as_of_that_moment(
    draft: ScoringModel, world: World
) -> None:
    booked, weak = world.capture(kind="test_drive_booked"), world.capture()
    gone = world.capture(kind="test_drive_booked")
    actions.screen_out(lead=gone, reason="x", by=world.marketing)
    actions.adopt_scoring_model(model=signed(draft, world), by=world.marketing, at=day(30))
    assert rescored(world.marketing) == 1
    booked.refresh_from_db()
    assert booked.stage == Stage.QUALIFIED and booked.qualified_at == day(30)
    assert booked.stage_changes.get(to_stage=Stage.QUALIFIED).scoring_model == draft
    assert Lead.objects.get(pk=weak.pk).stage == Stage.POTENTIAL
    assert Lead.objects.get(pk=gone.pk).stage == Stage.SCREENED_OUT
    assert rescored(world.marketing) == 0


def test_the_versions_in_force_come_with_their_points(draft: ScoringModel, world: World) -> None:
    assert [version.number for version in versions_in_force()] == [1]
    assert versions_in_force()[0].points == LADDER
