"""Who sees and changes which leads."""

from __future__ import annotations

import pytest
from django.utils import timezone

from kehu.core import access, registry
from kehu.core.access import roles
from kehu.core.models import User
from kehu.leads import queries
from kehu.leads.models import Lead, LeadStageChange, ScoreEntry, Touch
from kehu.leads.tests.world import START, World, day, saved


@pytest.fixture
def leads(world: World) -> dict[str, Lead]:
    kind = "showroom_visit"
    return {
        "own": world.capture(kind=kind),
        "other": world.capture(kind=kind, owner=world.other_rep),
        "free": world.capture(kind=kind, owner=None),
    }


def seen(user: User) -> set[int]:
    return set(Lead.objects.visible_to(user).values_list("pk", flat=True))


def person(role: str) -> User:
    return saved(User(username=role, name=role, role=role))


def test_a_representative_sees_the_own_leads_only(world: World, leads: dict[str, Lead]) -> None:
    assert seen(world.rep) == {leads["own"].pk}


def test_a_sales_head_sees_the_team_and_what_nobody_has(world: World, leads: dict[str, Lead]) -> None:
    assert seen(world.sales_head) == {leads["own"].pk, leads["free"].pk}


@pytest.mark.parametrize("role", [roles.GENERAL_MANAGER, roles.CHANNEL_MANAGER, roles.PRIVACY_MANAGER])
def test_managers_and_marketing_see_all(role: str, leads: dict[str, Lead]) -> None:
    assert len(seen(person(role))) == 3


def test_a_service_agent_sees_none(leads: dict[str, Lead]) -> None:
    assert not seen(person(roles.SERVICE_AGENT))


def test_what_belongs_to_a_lead_is_seen_with_it(world: World, leads: dict[str, Lead]) -> None:
    for model in (Touch, LeadStageChange, ScoreEntry):
        assert {row.lead_id for row in model.objects.visible_to(world.rep)} == {leads["own"].pk}
        assert not model.objects.visible_to(person_once()).exists()


def person_once() -> User:
    return User.objects.filter(username="agent").first() or saved(
        User(username="agent", name="agent", role=roles.SERVICE_AGENT)
    )


def test_an_analyst_reads_covered_phone_and_email(leads: dict[str, Lead]) -> None:
    analyst, kind = person(roles.ANALYST), registry.get("lead")
    assert kind.policy.masks("phone", analyst) and kind.policy.masks("email", analyst)
    assert len(seen(analyst)) == 3 and not access.can(analyst, "change", leads["own"])


def test_marketing_changes_all_leads_and_the_general_manager_none(
    world: World, leads: dict[str, Lead]
) -> None:
    assert access.can(world.marketing, "change", leads["other"])
    assert not access.can(person(roles.GENERAL_MANAGER), "change", leads["other"])


def test_what_waits_is_cut_to_the_user(world: World, leads: dict[str, Lead]) -> None:
    assert list(queries.unanswered(world.rep)) == [leads["own"]]
    assert list(queries.unassigned(world.sales_head)) == [leads["free"]]
    assert list(queries.unassigned(world.rep)) == []
    silent = world.capture(at=1)
    assert list(queries.stale(world.rep)) == [silent] and silent.last_touch_at == day(1)
    assert list(queries.stale(world.other_rep)) == []


def test_a_lead_says_how_it_is_doing(world: World, leads: dict[str, Lead]) -> None:
    assert queries.state_of(leads["free"])[0] == "bad"
    assert queries.state_of(leads["own"])[0] == "warn"
    assert "days" in str(queries.state_of(world.capture(at=1))[1])


def test_a_lead_that_is_well_says_nothing(world: World) -> None:
    now = (timezone.now() - START).total_seconds() / 86_400
    assert queries.state_of(world.capture(at=now)) is None
