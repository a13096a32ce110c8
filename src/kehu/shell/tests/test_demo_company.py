"""People, users, plan, targets and tasks of the demo company."""

import re
from collections import Counter

import phonenumbers

from kehu.core.access import roles
from kehu.shell.demo.case_files import case
from kehu.shell.demo.company import IXX
from kehu.shell.demo.generate import generate
from kehu.shell.demo.load_plans import money_of
from kehu.shell.demo.moments import CLOCK
from kehu.shell.demo.people import local_phone
from kehu.shell.tests.generated import demo


def test_the_same_seed_gives_the_same_rows() -> None:
    again = generate()
    assert (again.people, again.leads, again.touches) == (demo().people, demo().leads, demo().touches)
    assert (again.opportunities, again.spend, again.tasks) == (
        demo().opportunities,
        demo().spend,
        demo().tasks,
    )


def test_phones_are_valid_mobile_numbers_of_taiwan_and_all_different() -> None:
    numbers = [person.phone for person in demo().people]
    assert len(set(numbers)) == len(numbers)
    assert all(re.fullmatch(r"\+8869[0-8]\d{7}", number) for number in numbers)
    assert phonenumbers.is_valid_number(phonenumbers.parse(numbers[0]))
    assert local_phone("+886912345678") == "0912-345-678"


def test_mail_addresses_lie_in_a_reserved_domain_and_are_all_different() -> None:
    addresses = [person.email for person in demo().people if person.email]
    assert len(set(addresses)) == len(addresses)
    assert all(re.fullmatch(r"[a-z]+\.[a-z]+\d+@[a-z]+\.example", address) for address in addresses)


def test_most_people_are_thirty_to_forty() -> None:
    ages = [2010 - person.birth_year for person in demo().people]
    assert 0.8 < sum(30 <= age <= 40 for age in ages) / len(ages) < 0.9


def test_there_is_a_user_for_every_role_and_a_team_for_every_user() -> None:
    assert {user.role for user in demo().users} == set(roles.ALL)
    teams = {team.code for team in demo().teams}
    assert {user.team for user in demo().users} <= teams
    assert all(team.parent is None or team.parent in teams for team in demo().teams)


def test_a_lead_that_qualified_is_owned_by_a_representative_of_its_region() -> None:
    region_of = {user.username: user.region for user in demo().users}
    for lead in demo().leads:
        assert (lead.owner is None) == (lead.qualified_at is None)
        assert lead.owner is None or region_of[lead.owner] == lead.region


def test_the_first_plan_version_is_the_printed_plan() -> None:
    plan = demo().plans[0]
    assert (plan.revenue, plan.price, plan.units, plan.qualified, plan.leads) == (
        700_000_000,
        700_000,
        1000,
        5000,
        71430,
    )
    assert {row.channel: row.leads for row in plan.channels} == case()["plan"]["leads_by_channel"]
    assert [phase.amount for phase in plan.phases] == [4_000_000, 6_000_000]


def test_the_channels_of_a_plan_version_add_up_to_its_totals() -> None:
    for plan in demo().plans:
        assert sum(row.leads for row in plan.channels) == plan.leads
        assert sum(row.qualified for row in plan.channels) == plan.qualified
        assert sum(row.units for row in plan.channels) == plan.units


def test_the_second_plan_version_takes_over_on_the_day_of_the_decision() -> None:
    first, second = demo().plans
    assert first.in_force_to == second.in_force_from
    assert second.phases[1].shares == case()["budget"]["class_share_phase_2"]


def test_the_second_plan_version_moves_money_and_leads_to_live_events_and_the_digital_channels() -> None:
    first, second = ({row.channel: row.leads for row in plan.channels} for plan in demo().plans)
    traditional = ("live_events", "print", "outdoor")
    assert second["live_events"] > 2 * first["live_events"]
    assert sum(second[code] for code in traditional) == sum(first[code] for code in traditional)
    classes = {row.code: row.budget_class for row in demo().channels}
    money = money_of(demo().plans[1], classes)
    in_phase_2 = Counter[str]()
    for code, (_phase_1, phase_2) in money.items():
        in_phase_2[classes[code]] += phase_2
    assert in_phase_2 == {"digital": 600_000, "traditional": 5_400_000, "other": 0}
    assert sum(sum(parts) for parts in money.values()) == 10_000_000


def test_the_targets_of_the_teams_and_of_the_representatives_add_up_to_the_units() -> None:
    for scope in ("company", "team", "person"):
        rows = [row for row in demo().targets if row.scope == scope]
        assert sum(row.sales for row in rows) == 1000
        assert sum(row.revenue for row in rows) == 700_000_000


def test_everybody_has_open_work_and_some_of_it_is_overdue() -> None:
    waiting = Counter(task.owner for task in demo().tasks if not task.done_at)
    assert set(waiting) == {user.username for user in demo().users}
    overdue = sum(task.due_at < CLOCK for task in demo().tasks if not task.done_at)
    assert 100 < overdue < len(demo().tasks) / 2


def test_tasks_point_at_rows_that_exist() -> None:
    ids = {
        "lead": {row.id for row in demo().leads},
        "opportunity": {row.id for row in demo().opportunities},
        "order": {row.id for row in demo().orders},
        "campaign": {IXX},
    }
    assert all(task.about_id in ids[task.about] for task in demo().tasks)
    assert all(task.created_at <= task.due_at for task in demo().tasks)
