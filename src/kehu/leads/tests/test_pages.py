"""The pages of leads: list, board, record with its reasons, buttons."""

from __future__ import annotations

import pytest
from django.test import Client

from kehu.leads.models import Lead, ScoringModel, Stage
from kehu.leads.tests.world import World
from kehu.sales.seed import seed


@pytest.fixture
def marketing(world: World, client: Client) -> Client:
    client.force_login(world.marketing, backend="allauth.account.auth_backends.AuthenticationBackend")
    return client


@pytest.fixture
def rep(world: World) -> Client:
    client = Client()
    client.force_login(world.rep, backend="allauth.account.auth_backends.AuthenticationBackend")
    return client


def test_the_list_shows_stage_score_and_health(world: World, marketing: Client) -> None:
    world.capture(kind="showroom_visit", owner=None)
    page = marketing.get("/o/lead").content.decode()
    assert "王小明" in page and "Qualified, nobody has it" in page and "k-meter" in page


def test_the_board_moves_by_the_rules_of_the_stages(world: World, marketing: Client) -> None:
    lead = world.capture()
    assert marketing.get("/o/lead/board").status_code == 200
    marketing.post(f"/o/lead/{lead.pk}/move", {"to": "customer"})
    assert Lead.objects.get(pk=lead.pk).stage == Stage.POTENTIAL
    marketing.post(f"/o/lead/{lead.pk}/move", {"to": "qualified"})
    assert Lead.objects.get(pk=lead.pk).stage == Stage.QUALIFIED


def test_the_record_says_why_it_has_its_score(world: World, marketing: Client) -> None:
    lead = world.capture(kind="entry_form")
    page = marketing.get(f"/o/lead/{lead.pk}").content.decode()
    assert "Score 3 of the 5 needed" in page and "2 steps are missing" in page and "Gives the score" in page


def test_a_lead_is_created_and_edited_in_the_browser(world: World, marketing: Client) -> None:
    values = {
        "name": "林淑芬", "kind": "person", "first_kind": "showroom_visit", "channel": world.website.pk,
        "captured_at": "2010-04-01T10:00",
    }  # fmt: skip
    answer = marketing.post("/o/lead/new", values)
    lead = Lead.objects.get()
    assert answer.status_code in (200, 204, 302) and lead.stage == Stage.QUALIFIED
    answer = marketing.post(f"/o/lead/{lead.pk}/edit", {**values, "first_kind": "download"})
    lead.refresh_from_db()
    assert lead.first_kind == "download" and lead.touches.get().kind == "download"


def test_a_representative_converts_a_lead_with_one_button(world: World, rep: Client) -> None:
    seed()
    lead = world.capture(kind="showroom_visit")
    assert f"/lead/{lead.pk}/do/convert" in rep.get(f"/o/lead/{lead.pk}").content.decode()
    rep.post(f"/o/lead/{lead.pk}/do/convert", {"title": "One car"})
    lead.refresh_from_db()
    assert lead.opportunity is not None and lead.opportunity.title == "One car"


def test_a_touch_is_added_on_the_record_page(world: World, rep: Client) -> None:
    lead = world.capture()
    assert rep.get(f"/o/lead/{lead.pk}/do/touch").status_code == 200
    rep.post(f"/o/lead/{lead.pk}/do/touch", {"kind": "showroom_visit", "at": "2010-04-01T10:00"})
    assert Lead.objects.get(pk=lead.pk).stage == Stage.QUALIFIED


def test_marketing_drafts_and_signs_a_scoring_model(world: World, marketing: Client) -> None:
    marketing.post("/o/scoring_model/new", {"name": "Lower", "threshold": "4"})
    model = ScoringModel.objects.get(number=2)
    assert "Showroom visit" in marketing.get(f"/o/scoring_model/{model.pk}").content.decode()
    marketing.post(f"/o/scoring_model/{model.pk}/do/sign")
    model.refresh_from_db()
    assert model.marketing_signer == world.marketing
    assert "/do/adopt" not in marketing.get(f"/o/scoring_model/{model.pk}").content.decode()


def test_a_campaign_shows_its_leads(world: World, marketing: Client) -> None:
    world.capture()
    assert "王小明" in marketing.get(f"/o/campaign/{world.campaign.pk}").content.decode()
