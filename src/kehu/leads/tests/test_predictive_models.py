"""Versions of the predictive model: learned from decided leads as they came, put in force, told per lead."""

from __future__ import annotations

import pytest

from kehu.core import changes
from kehu.core.access import roles
from kehu.core.errors import Conflict, Forbidden, Refused
from kehu.core.models import Change, User, Work
from kehu.leads import actions, jobs
from kehu.leads.models import Lead, Prediction, PredictiveModel
from kehu.leads.module.predictive import of_version
from kehu.leads.queries import card, predictive
from kehu.leads.tests.world import World, day

COUNT = 300


@pytest.fixture
def decided(world: World) -> list[Lead]:
    """Leads from the website are won four times in five, those of events once; the last ten are open."""
    leads = []
    for number in range(COUNT):
        online = number % 2 == 0
        lead = Lead(number=f"P{number}", name="王小明", owner=world.rep, campaign=world.campaign)
        lead.captured_at, lead.channel = day(number / 10), world.website if online else world.events
        lead.first_kind, lead.stage = "download" if online else "scan", "potential"
        if number < COUNT - 10:
            won = (number // 2 % 5 > 0) == online
            lead.customer_at = day(number / 10 + 9) if won else None
            lead.stage = "customer" if won else "screened_out"
        leads.append(lead)
    changes.insert_many(Lead, leads, by=None, batch=None)
    return leads


@pytest.fixture
def learned(world: World, decided: list[Lead]) -> PredictiveModel:
    model = actions.create_predictive_model(values={"name": "First"}, by=world.marketing, later=False)
    actions.learn(model=model, by=world.marketing)
    return model


def in_force(model: PredictiveModel, world: World) -> PredictiveModel:
    actions.adopt_predictive_model(model=model, by=world.marketing)
    return model


def test_a_version_is_learned_by_a_worker_from_decided_leads(world: World, decided: list[Lead]) -> None:
    model = actions.create_predictive_model(values={"name": "First"}, by=world.marketing)
    running = Work.objects.get(name=actions.predictive.TRAIN)
    assert jobs.learn_predictive_model(running) is False
    model.refresh_from_db()
    assert (model.state, model.leads_learned) == ("learned", COUNT - 10)
    assert model.auc > 0.7
    assert running.result["model"] == model.pk


def test_too_few_decided_leads_are_said_with_the_version(world: World) -> None:
    model = actions.create_predictive_model(values={"name": "First"}, by=world.marketing, later=False)
    with pytest.raises(Refused, match="Too little to learn from: 0 won and 0 lost"):
        actions.learn(model=model, by=world.marketing)
    model.refresh_from_db()
    assert model.state == "failed" and "Too little" in model.problem


def test_what_was_filled_in_later_is_not_known_to_the_model(world: World) -> None:
    lead = world.capture(phone="+886223456789", company_name="")
    actions.edit_lead(
        record=lead, values={"company_name": "Won & Co", "birth_year": 1970}, by=world.marketing
    )
    actions.edit_lead(record=lead, values={"birth_year": 1971}, by=world.marketing)
    came = predictive.as_they_came([lead.pk])[lead.pk].texts
    assert (came["company_name"], came["birth_year"], came["phone"]) == ("no", "", "yes")
    assert (came["channel"], came["campaign"]) == ("Website", "iXX")


def test_the_card_compares_model_and_rules_on_the_same_later_leads(
    world: World, learned: PredictiveModel
) -> None:
    told = of_version(learned, world.marketing)
    assert float(told["auc"]) > float(told["rules_auc"])
    assert [line["name"] for line in told["gain"]["options"]["series"]][:2] == [
        "Predictive model", "Scoring rules",
    ]  # fmt: skip
    assert {part["label"] for part in told["used"]} >= {"Channel"}
    assert told["card"]["left_out_rows"] == {"open": 10}
    assert sum(group["rows"] for group in told["deciles"]) == 58


def test_a_version_in_force_scores_all_leads_without_touching_their_history(
    world: World, learned: PredictiveModel, decided: list[Lead]
) -> None:
    before = Change.objects.filter(object_type="lead").count()
    in_force(learned, world)
    running = Work.objects.get(name=actions.predictive.SCORE)
    while jobs.score_leads(running):
        pass
    assert running.done == COUNT == Prediction.objects.count()
    good, bad = (Lead.objects.get(pk=lead.pk).predicted for lead in decided[-2:])
    assert good > 60 > 40 > bad
    assert Change.objects.filter(object_type="lead").count() == before


def test_each_lead_has_its_reasons_for_who_may_read_the_fields(
    world: World, learned: PredictiveModel, decided: list[Lead]
) -> None:
    assert card.reasons_of(decided[0], world.marketing) is None
    actions.predict(ids=[decided[0].pk], model=in_force(learned, world))
    told = card.reasons_of(decided[0], world.marketing)
    labels = {reason["label"]: reason for reason in told["predicted_reasons"]}
    assert labels["Channel"]["value"] == "Website" and labels["Channel"]["good"]
    assert labels["First touch"]["value"] == "Download"


@pytest.mark.django_db(transaction=True)
def test_a_new_lead_is_scored_by_the_reader_of_the_log(world: World, learned: PredictiveModel) -> None:
    jobs.predict_new_leads()
    assert not Prediction.objects.exists()
    in_force(learned, world)
    lead = world.capture(40, kind="download")
    jobs.predict_new_leads()
    assert list(Prediction.objects.values_list("lead_id", flat=True)) == [lead.pk]
    assert Lead.objects.get(pk=lead.pk).predicted is not None


def test_scoring_again_replaces_what_was_said(
    world: World, learned: PredictiveModel, decided: list[Lead]
) -> None:
    in_force(learned, world)
    for _again in range(2):
        assert actions.predict(ids=[lead.pk for lead in decided[:5]], model=learned) == 5
    assert Prediction.objects.count() == 5


def test_the_next_version_takes_the_place_of_the_one_before(world: World, learned: PredictiveModel) -> None:
    in_force(learned, world)
    second = actions.create_predictive_model(values={"name": "Second"}, by=world.marketing, later=False)
    with pytest.raises(Conflict, match="Only a version that has been learned"):
        actions.adopt_predictive_model(model=second, by=world.marketing)
    actions.learn(model=second, by=world.marketing)
    in_force(second, world)
    learned.refresh_from_db()
    assert learned.state == "retired"
    running = Work.objects.filter(name=actions.predictive.SCORE).order_by("pk").first()
    assert jobs.score_leads(running) is False and not Prediction.objects.exists()


def test_drift_of_new_leads_is_told_on_the_card(world: World, learned: PredictiveModel) -> None:
    PredictiveModel.objects.filter(pk=learned.pk).update(learned_at=day(50))
    learned.refresh_from_db()
    for number in range(120):
        world.capture(60 + number / 10, channel=world.events, kind="scan")
    actions.note_drift(model=learned)
    drift = of_version(learned, world.marketing)["drift"]
    assert drift["leads"] == 120 and drift["drifted"]
    assert {row["label"] for row in drift["rows"] if row["drifted"]} >= {"Channel", "First touch"}


def test_sales_may_neither_make_nor_see_versions(world: World, learned: PredictiveModel) -> None:
    assert not PredictiveModel.objects.visible_to(world.rep).exists()
    assert not PredictiveModel.objects.visible_to(world.sales_head).exists()
    with pytest.raises(Forbidden):
        actions.create_predictive_model(values={"name": "Mine"}, by=world.rep)
    analyst = User(username="ana", role=roles.ANALYST)
    changes.save(analyst, by=None)
    with pytest.raises(Forbidden):
        actions.adopt_predictive_model(model=learned, by=analyst)
