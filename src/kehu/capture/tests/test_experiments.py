"""Experiments as people run them: set up, started, judged by what leads did, stopped."""

from datetime import timedelta

import pytest

from kehu.capture.experiments import actions, queries, results
from kehu.capture.experiments.models import Experiment, ExperimentVariant
from kehu.core import changes, clock
from kehu.core.access import roles
from kehu.core.actions import records
from kehu.core.errors import Conflict, Forbidden, Refused
from kehu.core.models import User
from kehu.leads.tests.world import day, saved
from kehu.sales.models import Opportunity, Order, Pipeline, Stage


@pytest.fixture
def experiment(world, monkeypatch):
    """A running one, by the measure of forms, on the second day of the world."""
    made = actions.create_experiment(values={"name": "Headline", "measure": "form"}, by=world.marketing)
    monkeypatch.setattr(clock, "now", lambda: day(0))
    started = actions.start(experiment=made, by=world.marketing)
    monkeypatch.setattr(clock, "now", lambda: day(5))
    return started


def came(world, experiment, code, at=1.0, kind="campaign_member", **values):
    lead = world.capture(at=at, **values)
    world.touch(lead, kind, at, variant=f"{experiment.key}.{code}")
    return lead


def counts(experiment, user):
    found = queries.counted(experiment, user)
    return {code: (rows[-1].n, rows[-1].events) for code, rows in found.tallies.items()}


def test_a_new_one_has_a_control_and_something_that_is_tried(world):
    made = actions.create_experiment(values={"name": "Headline"}, by=world.marketing)
    assert [(v.code, v.share, v.is_control) for v in queries.variants_of(made)] == [
        ("a", 50, True),
        ("b", 50, False),
    ]
    assert made.variants.first().mark == f"{made.key}.a"
    assert results.shown(made, world.marketing)["variants"]


def test_people_count_for_the_variant_that_they_saw_and_for_what_they_did_then(world, experiment):
    came(world, experiment, "a")
    sender = came(world, experiment, "b")
    world.touch(sender, "contact_form", 2)
    world.touch(sender, "contact_form", 3)
    before = world.capture(at=1)
    world.touch(before, "contact_form", 2)
    world.touch(before, "download", 3, variant=f"{experiment.key}.b")
    assert counts(experiment, world.marketing) == {"a": (1, 0), "b": (2, 1)}


def test_who_saw_two_variants_counts_for_none(world, experiment):
    lead = came(world, experiment, "a")
    world.touch(lead, "contact_form", 2, variant=f"{experiment.key}.b")
    found = queries.counted(experiment, world.marketing)
    assert (found.crossed, counts(experiment, world.marketing)) == (1, {"a": (0, 0), "b": (0, 0)})


def test_what_was_before_the_start_or_after_the_end_does_not_count(world, experiment, monkeypatch):
    came(world, experiment, "a", at=-1)
    came(world, experiment, "a", at=1)
    stopped = actions.stop(experiment=experiment, by=world.marketing, decision="Keep A")
    monkeypatch.setattr(clock, "now", lambda: day(9))
    came(world, experiment, "a", at=8)
    assert counts(stopped, world.marketing)["a"] == (1, 0)
    assert stopped.decision == "Keep A"
    assert len(queries.counted(stopped, world.marketing).days) == 6


def test_each_counts_only_leads_that_may_be_seen(world, experiment):
    came(world, experiment, "a", owner=world.rep)
    came(world, experiment, "b", owner=world.other_rep)
    assert counts(experiment, world.marketing) == {"a": (1, 0), "b": (1, 0)}
    assert counts(experiment, world.sales_head) == {"a": (1, 0), "b": (0, 0)}


def test_leads_in_the_recycle_bin_do_not_count(world, experiment):
    lead = came(world, experiment, "a")
    records.delete(record=lead, by=world.marketing)
    assert counts(experiment, world.marketing)["a"] == (0, 0)


def test_revenue_counts_what_is_ordered_once_and_not_what_is_cancelled(world, experiment):
    Experiment.everything.filter(pk=experiment.pk).update(measure="revenue")
    experiment.refresh_from_db()
    pipeline = saved(Pipeline(code="p", name="P"))
    stage = saved(Stage(pipeline=pipeline, code="s", name="S", rank=1, probability=10))
    deal = saved(Opportunity(title="Deal", stage=stage, owner=world.rep))
    for code in ("b", "b"):
        lead = came(world, experiment, code)
        lead.refresh_from_db()
        lead.opportunity = deal
        changes.save(lead, by=None)
    for amount, state, later in ((500, "ordered", 2), (70, "cancelled", 2), (90, "ordered", -3)):
        on = (day(1) + timedelta(days=later)).date()
        saved(
            Order(
                number=str(amount),
                opportunity=deal,
                ordered_on=on,
                amount=amount,
                state=state,
                currency="TWD",
            )
        )
    row = queries.counted(experiment, world.marketing).tallies["b"][-1]
    assert (row.n, row.events, row.total, row.squares) == (2, 1, 500, 250_000)


def test_a_winner_is_said_with_its_day_and_drawn(world, experiment, monkeypatch):
    from kehu.capture.experiments.sequential import Tally

    def counted(one, user):
        rows = {
            "a": [Tally.of_rate(100, 10), Tally.of_rate(2000, 200)],
            "b": [Tally.of_rate(100, 12), Tally.of_rate(2000, 320)],
        }
        days = (day(0).date(), day(1).date())
        return queries.Counted(queries.variants_of(one), days, rows, 0, False)

    monkeypatch.setattr(queries, "counted", counted)
    page = results.shown(experiment, world.marketing)
    assert page["verdict"].startswith("“What is tried” wins (since ")
    assert [row["word"] for row in page["rows"]] == ["", "better"]
    assert [len(series["data"]) for series in page["chart"]["options"]["series"]] == [2, 2, 2]


def test_advice_says_how_many_people_are_missing(world, experiment):
    Experiment.everything.filter(pk=experiment.pk).update(expected_percent=13, effect_percent=15)
    experiment.refresh_from_db()
    came(world, experiment, "a")
    came(world, experiment, "b")
    page = results.shown(experiment, world.marketing)
    assert page["planned"] > 4000
    assert page["missing"] == {"people": page["planned"] - 1, "days": (page["planned"] - 1) * 6}
    assert "No winner yet" in page["verdict"]


def test_what_was_said_before_the_start_stays(world, experiment):
    variant = experiment.variants.first()
    with pytest.raises(Conflict):
        records.edit(record=experiment, values={"measure": "revenue"}, by=world.marketing)
    with pytest.raises(Conflict):
        records.edit(record=variant, values={"share": 90}, by=world.marketing)
    with pytest.raises(Conflict):
        records.create(
            ExperimentVariant, {"experiment": experiment, "code": "c", "name": "C"}, by=world.marketing
        )
    records.edit(record=experiment, values={"name": "Headline 2"}, by=world.marketing)
    records.edit(record=variant, values={"name": "Old"}, by=world.marketing)


def test_edits_that_a_started_experiment_was_judged_by_are_not_taken_back(world, experiment):
    for record in (experiment, experiment.variants.first()):
        with pytest.raises(Conflict):
            actions.only_drafts(record)


def test_it_starts_once_and_only_with_something_to_compare(world):
    made = actions.create_experiment(values={"name": "Headline"}, by=world.marketing)
    tried = made.variants.get(code="b")
    records.edit(record=tried, values={"share": 0}, by=world.marketing)
    with pytest.raises(Refused, match="compares a control"):
        actions.start(experiment=made, by=world.marketing)
    with pytest.raises(Conflict):
        actions.stop(experiment=made, by=world.marketing)
    records.edit(record=tried, values={"share": 10}, by=world.marketing)
    actions.start(experiment=made, by=world.marketing)
    with pytest.raises(Conflict):
        actions.start(experiment=made, by=world.marketing)


def test_who_may_only_look_neither_starts_nor_stops(world):
    made = actions.create_experiment(values={"name": "Headline"}, by=world.marketing)
    analyst = saved(User(username="analyst", name="A", role=roles.ANALYST))
    with pytest.raises(Forbidden):
        actions.start(experiment=made, by=analyst)


@pytest.mark.parametrize(
    "values", [{"code": "a", "name": "X"}, {"code": "x", "name": "X", "is_control": True}, {"code": "ä b", "name": "X"},
               {"code": "x", "name": "X", "share": 5000}]
)  # fmt: skip
def test_a_variant_that_cannot_be_is_refused(world, values):
    made = actions.create_experiment(values={"name": "Headline"}, by=world.marketing)
    with pytest.raises(Refused):
        records.create(ExperimentVariant, {"experiment": made, **values}, by=world.marketing)


def test_a_visitor_sees_the_same_variant_each_time(world, experiment):
    marks = {queries.assigned(experiment, f"visitor {number}") for number in range(40)}
    assert marks == {f"{experiment.key}.a", f"{experiment.key}.b"}
    assert len({queries.assigned(experiment, "one") for _ in range(5)}) == 1
