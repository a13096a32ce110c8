from decimal import Decimal

import pytest

from kehu.campaigns.models import BudgetPhase
from kehu.core.access import roles
from kehu.planning import actions
from kehu.planning.models import Plan, PlanVersion
from kehu.planning.tests.company import car_campaign, car_plan, draft, person, with_budget

pytestmark = pytest.mark.django_db
HTMX = {"HX-Request": "true"}


@pytest.fixture
def boss():
    return person()


@pytest.fixture
def version(monkeypatch, boss):
    return draft(car_plan(monkeypatch, with_budget(car_campaign()), boss))


@pytest.fixture
def signed_in(client, boss):
    client.force_login(boss)
    return client


def address(version, tail=""):
    return f"/plans/{version.plan_id}/v{version.number}{tail}"


def test_the_planner_shows_the_chain_the_channels_and_the_contradiction(signed_in, version):
    page = signed_in.get(address(version)).content.decode()

    for shown in ("700,000,000", "71,430", "24,500", "10,000 each", 'name="website.leads"', "kehu-grid"):
        assert shown in page
    assert "style=" not in page
    assert "<script>" not in page


def test_an_edit_answers_with_the_sheet_and_its_new_numbers(signed_in, version):
    posted = signed_in.post(address(version), {"name": "units", "value": "2,000"}, headers=HTMX)
    sheet = posted.content.decode()

    assert posted.status_code == 200
    assert "<html" not in sheet
    assert "142,860" in sheet
    assert PlanVersion.objects.get(pk=version.pk).leads == 142_860


@pytest.mark.parametrize(
    ("name", "typed"),
    [("units", "0"), ("revenue", "-5"), ("website.leads", "many"), ("phase:0:amount", "-1")],
)
def test_a_refused_edit_stays_in_its_field_with_the_reason_beside_it(signed_in, version, name, typed):
    posted = signed_in.post(address(version), {"name": name, "value": typed}, headers=HTMX)
    sheet = posted.content.decode()

    assert posted.status_code == 422
    assert sheet.count('id="refusal"') == sheet.count('aria-invalid="true"') == 1
    assert f'value="{typed}"' in sheet
    assert 'value="71,430"' in sheet
    assert "kehu-toast" not in sheet


@pytest.fixture
def incomplete(monkeypatch, boss):
    """A version whose second phase gives 97 % of its money to classes, as its campaign's phase does."""
    campaign = with_budget(car_campaign())
    BudgetPhase.objects.filter(number=2).update(digital_share=Decimal("0.07"))
    return draft(car_plan(monkeypatch, campaign, boss))


def test_a_phase_whose_shares_do_not_add_up_says_what_is_missing_and_the_page_works_on(signed_in, incomplete):
    page = signed_in.get(address(incomplete))
    sentence = "The class shares of phase 2 sum to 97%: 3% are missing to 100%."

    assert page.status_code == 200
    assert page.content.decode().count(sentence) == 1
    assert 'aria-describedby="missing-2"' in page.content.decode()
    edited = signed_in.post(address(incomplete), {"name": "units", "value": "2,000"}, headers=HTMX)
    assert edited.status_code == 200
    assert sentence in edited.content.decode()
    mended = signed_in.post(address(incomplete), {"name": "phase:1:share:other", "value": "3"}, headers=HTMX)
    assert mended.status_code == 422, "3 is 300 %"
    assert "write it like 3% or 0.03" in mended.content.decode()
    mended = signed_in.post(address(incomplete), {"name": "phase:1:share:other", "value": "3%"}, headers=HTMX)
    assert mended.status_code == 200
    assert "missing to 100%" not in mended.content.decode()


@pytest.mark.parametrize("tail", ["/submit", "/approve"])
def test_a_version_with_money_that_no_class_has_is_not_handed_on(signed_in, incomplete, tail):
    answer = signed_in.post(address(incomplete, tail))

    assert answer.status_code == 422
    assert "3% are missing to 100%" in answer.content.decode()
    assert PlanVersion.objects.get(pk=incomplete.pk).state == "draft"


def test_a_share_that_leaves_money_to_nobody_stays_in_its_field_with_what_is_missing(signed_in, version):
    signed_in.post(address(version), {"name": "phase:0:share:traditional", "value": "100%"}, headers=HTMX)
    posted = signed_in.post(
        address(version), {"name": "phase:0:share:traditional", "value": "60%"}, headers=HTMX
    )
    sheet = posted.content.decode()

    assert posted.status_code == 422
    assert "40% are missing to 100%: give another class its share first." in sheet
    assert 'value="60%"' in sheet
    posted = signed_in.post(address(version), {"name": "phase:0:share:digital", "value": "40%"}, headers=HTMX)
    assert posted.status_code == 200
    assert 'value="60%"' in posted.content.decode()


def test_a_refused_lock_says_why_in_a_toast(signed_in, version):
    sheet = signed_in.post(address(version), {"name": "lock:nothing", "value": "true"}, headers=HTMX)

    assert sheet.status_code == 422
    assert "kehu-toast" in sheet.content.decode()


def test_a_week_in_which_phases_meet_names_them_in_order(signed_in, version):
    assert "Phase 1→2" in signed_in.get(address(version)).content.decode()


def test_a_lock_is_pressed_and_its_number_becomes_read_only(signed_in, version):
    sheet = signed_in.post(address(version), {"name": "lock:revenue", "value": "true"}, headers=HTMX)

    assert 'aria-pressed="true"' in sheet.content.decode()


def test_weeks_show_the_figure_that_is_asked_for(signed_in, version):
    page = signed_in.get(address(version, "?figure=spend")).content.decode()

    assert "week:website:2010-06-01:spend" in page
    assert "week:website:2010-06-01:leads" not in page


def test_the_plans_address_leads_to_the_version_at_work(signed_in, version):
    assert signed_in.get(f"/plans/{version.plan_id}").url == address(version)


def test_approval_and_the_next_version_by_button(signed_in, version):
    signed_in.post(address(version, "/submit"))
    signed_in.post(address(version, "/approve"), {"in_force_from": "2010-06-01"})
    version.refresh_from_db()
    assert version.state == "approved"
    page = signed_in.get(address(version)).content.decode()
    assert "Only a draft can be edited" in page

    copied = signed_in.post(address(version, "/copy"))
    assert copied.url == f"/plans/{version.plan_id}/v2"
    assert signed_in.post(address(version, "/nonsense")).status_code == 404


def test_two_versions_stand_side_by_side(signed_in, version, boss):
    second = actions.new_version(source=version, by=boss)
    actions.edit_cell(version=second, cell="revenue", value="770000000", by=boss)
    page = signed_in.get(f"/plans/{version.plan_id}/compare?left=1&right=2").content.decode()

    assert "700,000,000" in page
    assert "770,000,000" in page
    assert "+10%" in page.replace("\n", "")


def test_a_plan_without_numbers_starts_from_history(signed_in, version, boss):
    plan = Plan.objects.get(pk=version.plan_id)
    page = signed_in.get(f"/plans/{plan.pk}/start")
    assert page.status_code == 200
    wrong = signed_in.post(f"/plans/{plan.pk}/start", {"revenue": "0", "method": "channel", "step": "1"})
    assert wrong.status_code == 422
    values = {
        "revenue": "7億",
        "price": "700000",
        "lead_to_qualified": "7%",
        "qualified_to_sale": "0.2",
        "method": "channel",
        "step": "10",
    }
    answered = signed_in.post(f"/plans/{plan.pk}/start", values)
    assert answered.url == f"/plans/{plan.pk}/v2"
    assert PlanVersion.objects.get(plan=plan, number=2).leads == 71430


@pytest.mark.parametrize("role", [roles.SALES_REP, roles.SERVICE_AGENT, roles.PRIVACY_MANAGER])
def test_roles_without_plans_find_no_page(client, version, role):
    client.force_login(person(role))
    for tail in ("", "/approve"):
        answer = client.get(address(version)) if not tail else client.post(address(version, tail))
        assert answer.status_code == 404
    assert client.get(f"/plans/{version.plan_id}/compare").status_code == 404


def test_a_reader_sees_numbers_but_no_way_to_change_them(client, version):
    client.force_login(person(roles.ANALYST))
    page = client.get(address(version)).content.decode()

    assert "71,430" in page
    assert "k-plan-lock" not in page.replace("k-plan-locked", "")
    posted = client.post(address(version), {"name": "units", "value": "5"}, headers=HTMX)
    assert posted.status_code == 422
    version.refresh_from_db()
    assert version.units == 1000


def test_the_sheet_takes_few_queries(signed_in, version, django_assert_max_num_queries):
    with django_assert_max_num_queries(30):
        signed_in.get(address(version), headers=HTMX)
