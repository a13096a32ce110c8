from datetime import date
from decimal import Decimal

import pytest

from kehu.core import changes
from kehu.core.access import roles
from kehu.core.errors import Conflict, Forbidden, Refused
from kehu.core.models import Change
from kehu.planning import actions, queries
from kehu.planning.models import PlanLine, PlanVersion
from kehu.planning.tests.company import car_campaign, car_plan, draft, person, with_budget
from kehu.planning.tests.histories import CAR_PLAN

pytestmark = pytest.mark.django_db


@pytest.fixture
def boss():
    return person()


@pytest.fixture
def version(monkeypatch, boss):
    return draft(car_plan(monkeypatch, with_budget(car_campaign()), boss))


def edit(version, cell, value, by):
    actions.edit_cell(version=version, cell=cell, value=value, by=by)
    version.refresh_from_db()


def test_a_plan_from_history_stores_the_case_to_the_digit(version):
    assert (version.units, version.qualified, version.leads) == (1000, 5000, 71430)
    assert (version.target_revenue, version.price) == (700_000_000, 700_000)
    rows = version.figures.rows
    assert {code: row["leads"].rounded for code, row in rows.items()} == CAR_PLAN


def test_the_campaigns_phases_pay_for_the_leads_and_the_contradiction_is_said(version):
    assert version.spend == 10_000_000
    assert len(version.phases) == 2
    assert queries.contradictions(version) == [
        "10,000,000 for 1,000 units is 10,000 each, but the goal is 7,000."
    ]


def test_an_edit_moves_the_others_and_leaves_a_change(version, boss):
    edit(version, "units", "2,000", boss)
    fresh = PlanVersion.objects.get(pk=version.pk)

    assert (fresh.target_revenue, fresh.leads) == (1_400_000_000, 142_860)
    change = Change.objects.filter(object_type="plan_version", object_id=version.pk).latest("id")
    assert (change.before["units"], change.after["units"]) == (1000, 2000)


def test_an_edit_can_be_undone(version, boss):
    edit(version, "website.leads", "0", boss)
    change = Change.objects.filter(object_type="plan_version", object_id=version.pk).latest("id")
    changes.undo_change(change=change, by=boss)
    fresh = PlanVersion.objects.get(pk=version.pk)

    assert fresh.leads == 71430
    assert fresh.figures.rows["website"]["leads"].rounded == 24500


def test_locks_and_step_are_kept_with_the_version(version, boss):
    edit(version, "lock:revenue", "true", boss)
    edit(version, "step", "100", boss)
    edit(version, "leads", "100000", boss)
    fresh = PlanVersion.objects.get(pk=version.pk)

    assert (fresh.step, fresh.leads, fresh.qualified) == (100, 100_000, 5000)
    assert fresh.grid.locked == {"revenue"}
    edit(fresh, "lock:revenue", "false", boss)
    assert not fresh.grid.locked


def test_a_phase_and_a_share_change_the_spend_of_channels(version, boss):
    before = version.figures.rows["website"]["spend"].rounded
    edit(version, "phase:1:amount", "8000000", boss)
    assert version.spend == 12_000_000
    edit(version, "phase:1:share:digital", "20 %", boss)

    assert version.budgets[1].shares == {"digital": Decimal("0.2"), "traditional": Decimal("0.8")}
    assert version.figures.rows["website"]["spend"].rounded > before
    assert version.spend == 12_000_000


def test_a_week_typed_by_hand_moves_the_channels_total_and_stays(version, boss):
    lines = [line for line in queries.week_lines(version) if line.channel == "print"]
    grown = lines[3].leads + 1000
    cell = f"week:print:{lines[3].week.isoformat()}:leads"
    edit(version, cell, str(grown), boss)
    after = [line for line in queries.week_lines(version) if line.channel == "print"]

    assert version.figures.rows["print"]["leads"].rounded == 5000
    assert abs(after[3].leads - grown) <= 1
    assert sum(line.leads for line in after) == 5000


@pytest.mark.parametrize(
    ("cell", "value"),
    [
        ("units", "0"),
        ("radio.leads", "1"),
        ("step", "0.5"),
        ("lock:lunch", "true"),
        ("phase:7:amount", "1"),
        ("phase:0:amount", "-1"),
        ("phase:0:share:digital", "1.2"),
        ("phase:0:share:radio", "0.2"),
        ("week:print:2009-01-01:leads", "3"),
        ("week:print:2010-06-01:sales", "3"),
        ("week:print:2010-06-01:leads", "-3"),
    ],
)
def test_an_edit_that_cannot_be_is_refused(version, boss, cell, value):
    with pytest.raises(Refused):
        edit(version, cell, value, boss)


def test_an_approved_version_has_lines_and_cannot_be_edited(version, boss):
    version = actions.approve(version=version, by=boss, in_force_from=date(2010, 7, 1))
    lines = PlanLine.objects.filter(version=version)

    assert sum(line.leads for line in lines) == 71430
    assert sum(line.spend for line in lines) == 10_000_000
    assert version.in_force_from == date(2010, 6, 1)
    with pytest.raises(Conflict):
        edit(version, "units", "5", boss)


def test_the_next_approved_version_supersedes_the_one_in_force(version, boss):
    actions.approve(version=version, by=boss)
    second = actions.new_version(source=version, by=boss)
    edit(second, "leads", "80000", boss)
    actions.submit(version=second, by=boss)
    actions.approve(version=second, by=boss, in_force_from=date(2010, 9, 6))
    version.refresh_from_db()

    assert (version.state, version.in_force_to) == ("superseded", date(2010, 9, 6))
    campaign = version.plan.campaign
    assert queries.version_in_force(campaign, date(2010, 8, 31)) == version
    assert queries.version_in_force(campaign, date(2010, 9, 6)) == second


def test_a_submitted_version_rests_until_it_is_taken_back(version, boss):
    actions.submit(version=version, by=boss)
    with pytest.raises(Conflict):
        edit(version, "units", "5", boss)
    with pytest.raises(Conflict):
        actions.submit(version=version, by=boss)
    actions.withdraw(version=version, by=boss)
    edit(version, "units", "5", boss)


def test_who_plans_is_not_who_approves(version):
    planner = person(roles.CAMPAIGN_MANAGER)
    edit(version, "units", "900", planner)
    with pytest.raises(Forbidden):
        actions.approve(version=version, by=planner)


@pytest.mark.parametrize("role", [roles.SALES_REP, roles.SERVICE_AGENT, roles.ANALYST, roles.SALES_HEAD])
def test_other_roles_change_no_plan(version, role):
    with pytest.raises(Refused):
        actions.edit_cell(version=version, cell="units", value="900", by=person(role))


def test_versions_are_compared_cell_by_cell(version, boss):
    second = actions.new_version(source=version, by=boss)
    edit(second, "website.leads", "25000", boss)
    differences = {item.cell: item for item in queries.compare(version, second)}

    assert not differences["price"].changed
    assert (differences["website.leads"].left, differences["website.leads"].right) == (24500, 25000)
    assert differences["leads"].relative > 0


def test_versions_are_compared_by_the_money_of_their_phases(version, boss):
    second = actions.new_version(source=version, by=boss)
    edit(second, "phase:1:share:digital", "20%", boss)
    differences = {item.cell: item for item in queries.compare(version, second)}

    assert not differences["phase:1.amount"].changed
    assert not differences["phase:1.digital"].changed
    shares = differences["phase:2.digital"]
    assert (float(shares.left), float(shares.right)) == (0.1, 0.2)
    assert differences["website.spend"].changed


def test_a_plan_without_history_or_rates_is_refused(monkeypatch, boss):
    campaign = car_campaign()
    with pytest.raises(Refused):
        car_plan(monkeypatch, campaign, boss, campaigns=[], rates={})


def test_a_version_taken_in_keeps_its_own_weeks(version, boss):
    lines = queries.week_lines(version)
    taken = actions.record_version(
        plan=version.plan,
        grid=version.grid,
        lines=lines,
        by=boss,
        phases=version.budgets,
        approved_by=boss,
        in_force_from=date(2010, 6, 1),
    )

    assert (taken.number, taken.state) == (2, "approved")
    assert queries.week_lines(taken) == lines
    assert PlanLine.objects.filter(version=taken).count() == len(lines)


def test_two_planners_at_once_lose_nothing_of_each_other(version, boss):
    one, other = (PlanVersion.objects.get(pk=version.pk) for _planner in range(2))
    actions.edit_cell(version=one, cell="website.leads", value="30000", by=boss)
    actions.edit_cell(version=other, cell="print.leads", value="5000", by=boss)
    rows = PlanVersion.objects.get(pk=version.pk).figures.rows

    assert (rows["website"]["leads"].rounded, rows["print"]["leads"].rounded) == (30000, 5000)
