"""What-if and back-test of a scoring version, over the warehouse's tables."""

from __future__ import annotations

import argparse
import json

import pytest
from django.urls import reverse
from hypothesis import given
from hypothesis import strategies as st

from kehu.core.errors import Conflict, NotFound, Refused
from kehu.leads import actions, cli, filters, queries
from kehu.leads.models import Lead, ScoringModel, Stage
from kehu.leads.queries.backtest import Backtest, Cell, wilson
from kehu.leads.tests.world import World, day, rescored, saved
from kehu.sales.models import Opportunity, Pipeline
from kehu.sales.models import Stage as Stages
from kehu.warehouse import feed

pytestmark = pytest.mark.django_db(transaction=True)


@pytest.fixture
def draft(world: World) -> ScoringModel:
    return actions.create_scoring_model(values={"name": "Lower", "threshold": 4}, by=world.marketing)


def closed(world: World, lead: Lead, *, won: bool, at: float, amount: int = 0) -> None:
    stage = Stages.objects.first() or saved(
        Stages(pipeline=saved(Pipeline(code="x", name="x")), code="open", name="Open", rank=1)
    )
    decided = {"won_at": day(at)} if won else {"lost_at": day(at)}
    deal = saved(
        Opportunity(title="Deal", number=f"D{lead.pk}", stage=stage, amount=amount or None, **decided)
    )
    lead.refresh_from_db()
    lead.opportunity = deal
    saved(lead)


def part(model: ScoringModel, user=None, **changed):
    feed.refresh(wait=True)
    version = queries.hypothesis(model, **changed)
    return queries.what_if(version, user=user).part(version.threshold)


def test_a_lower_threshold_shows_who_would_qualify_at_once(draft, world) -> None:
    world.capture(kind="showroom_visit")
    booked, _weak = world.capture(kind="test_drive_booked"), world.capture()
    found = part(draft)
    assert (found.now, found.then, found.more, found.fewer, found.at_once) == (1, 2, 1, 0, 1)
    version = queries.hypothesis(draft)
    assert queries.leads_of(version, user=None, side="at_once") == ([booked.pk], False)
    assert queries.leads_of(version, user=None, side="at_once", channel=world.website.pk)[0] == [booked.pk]
    assert queries.leads_of(version, user=None, side="at_once", channel=None)[0] == []


def test_what_would_qualify_is_what_adopting_qualifies(draft, world) -> None:
    for kind in ("scan", "contact_form", "showroom_visit", "phone_inquiry", "bought_list"):
        world.capture(kind=kind)
    expected = part(draft).at_once
    actions.sign(model=draft, by=world.marketing)
    actions.sign(model=draft, by=world.sales_head)
    actions.adopt_scoring_model(model=draft, by=world.marketing)
    assert rescored(world.marketing) == expected == 2


def test_other_points_qualify_other_leads(draft, world) -> None:
    world.capture(kind="live_event")
    world.capture(kind="showroom_visit")
    found = part(draft, threshold=5, points={"live_event": 5, "showroom_visit": 0})
    assert (found.then, found.more, found.fewer) == (1, 1, 1)


def test_a_lead_that_was_screened_out_counts_nowhere(draft, world) -> None:
    actions.screen_out(lead=world.capture(kind="contact_form"), reason="x", by=world.marketing)
    assert part(draft).then == 0


def test_a_recycled_lead_is_judged_by_what_it_did_since(draft, world) -> None:
    lead = world.capture(kind="showroom_visit")
    actions.recycle(lead=Lead.objects.get(pk=lead.pk), reason="x", by=world.marketing)
    assert Lead.objects.get(pk=lead.pk).stage == Stage.RECYCLED
    assert part(draft).then == 0


def test_a_representative_counts_the_own_leads_only(draft, world) -> None:
    world.capture(kind="contact_form")
    world.capture(kind="contact_form", owner=world.other_rep)
    assert part(draft, user=world.rep).more == part(draft, user=world.other_rep).more == 1
    assert part(draft).more == 2


def test_only_touches_before_the_decision_count_in_the_back_test(draft, world) -> None:
    lead = world.capture(kind="showroom_visit")
    closed(world, lead, won=True, at=5, amount=500)
    lost = world.capture(kind="showroom_visit")
    closed(world, lost, won=False, at=5)
    late = world.capture(kind="showroom_visit", name="Late")
    closed(world, late, won=False, at=5)
    first = late.touches.get()
    first.kind = "scan"
    saved(first)
    world.touch(Lead.objects.get(pk=late.pk), "showroom_visit", 6)
    feed.refresh(wait=True)
    tested = queries.backtest(queries.hypothesis(draft), user=None)
    assert dict(tested.cells) == {3: Cell(0, 1), 5: Cell(1, 1, tested.cells[5].money)}
    assert tested.cells[5].money == 500
    line = tested.lines([5])[0]
    assert (line.precision, line.recall, line.f1, line.lift) == (0.5, 1.0, 2 / 3, 1.5)


def test_who_was_screened_out_counts_as_lost_where_asked_for(draft, world) -> None:
    actions.screen_out(lead=world.capture(kind="contact_form"), reason="x", by=world.marketing)
    feed.refresh(wait=True)
    version = queries.hypothesis(draft)
    assert queries.backtest(version, user=None).total == Cell()
    assert queries.backtest(version, user=None, screened_out=True).total.lost == 1


def test_unknown_kinds_and_numbers_beyond_the_steps_are_refused(draft) -> None:
    for changed in ({"threshold": 6}, {"threshold": 0}, {"points": {"x": 1}}, {"points": {"scan": 9}}):
        with pytest.raises(Refused):
            queries.hypothesis(draft, **changed)
    for text in ("scan", "scan=x", "scan=²", "scan=99999"):
        with pytest.raises(Refused):
            queries.read_points([text])


@given(st.dictionaries(st.integers(0, 5), st.tuples(st.integers(0, 40), st.integers(0, 40)), max_size=6))
def test_recall_falls_with_the_threshold_and_counts_add_up(found) -> None:
    tested = Backtest({score: Cell(won, lost) for score, (won, lost) in found.items()}, 0)
    lines = tested.lines(range(7))
    recalls = [line.recall for line in lines if line.recall is not None]
    assert recalls == sorted(recalls, reverse=True)
    assert lines[0].chosen == tested.total.closed and lines[0].won == tested.total.won
    assert lines[6].chosen == 0


def test_wilsons_interval_is_that_of_the_books() -> None:
    low, high = wilson(8, 10)
    assert (round(low, 4), round(high, 4)) == (0.4902, 0.9433)
    assert wilson(0, 0) == (0.0, 1.0)


def test_the_page_shows_the_answer_and_leads_to_the_leads(client, draft, world) -> None:
    world.capture(kind="contact_form", name="Zhou")
    feed.refresh(wait=True)
    client.force_login(world.marketing)
    page = client.get(reverse("scoring-whatif", args=[draft.pk]) + "?threshold=4").content.decode()
    assert "1 open lead qualifies at once" in page
    assert "Of 1 lead nothing can be said" in page
    listed = client.get(filters.address(queries.hypothesis(draft), "at_once"))
    assert listed.status_code == 200 and "Zhou" in listed.content.decode()


@pytest.mark.parametrize(
    "asked", ["threshold=9", "threshold=x", "points.scan=99", "points.zz=1", "points.scan=-1"]
)
def test_hostile_numbers_are_refused_with_a_sentence(client, draft, world, asked) -> None:
    client.force_login(world.marketing)
    answer = client.get(reverse("scoring-whatif", args=[draft.pk]) + "?" + asked)
    assert answer.status_code == 422
    assert 'role="alert"' in answer.content.decode()


def test_points_tried_out_are_written_into_the_draft_which_has_to_be_signed_anew(draft, world) -> None:
    actions.sign(model=draft, by=world.sales_head)
    version = queries.hypothesis(draft, threshold=3, points={"scan": 5, "download": 0})
    actions.take_points(model=draft, threshold=version.threshold, points=version.points, by=world.marketing)
    draft.refresh_from_db()
    assert draft.threshold == 3 and draft.sales_signer is None
    assert queries.version_points(draft) == dict(version.points)
    draft.state = ScoringModel.State.IN_FORCE
    with pytest.raises(Conflict):
        actions.take_points(model=draft, threshold=3, points={}, by=world.marketing)


def told(capsys, *arguments: str):
    parser = argparse.ArgumentParser()
    cli.add_commands(parser.add_subparsers())
    options = parser.parse_args(["scoring", *arguments, "--json"])
    assert options.run(options) == 0
    return json.loads(capsys.readouterr().out)


def test_the_command_line_answers_in_json(draft, world, capsys) -> None:
    world.capture(kind="contact_form")
    answer = told(capsys, "whatif", "--threshold", "4")
    assert (answer["more"], answer["by_channel"][0]["channel"]) == (1, "Website")
    assert told(capsys, "backtest", "--model", "1", "--points", "scan=5")["closed"] == 0
    assert told(capsys, "rescore", "--as", "marketing")["changed"] == 0
    with pytest.raises(NotFound):
        told(capsys, "whatif", "--model", "99")
