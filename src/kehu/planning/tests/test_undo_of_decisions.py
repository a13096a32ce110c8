"""A decision that somebody took stands: nobody changes it by taking older changes back."""

import pytest

from kehu.core import changes
from kehu.core.errors import Conflict
from kehu.core.models import Change
from kehu.planning import actions
from kehu.planning.models import PlanVersion
from kehu.planning.tests.company import car_campaign, car_plan, draft, person, with_budget

pytestmark = pytest.mark.django_db


@pytest.fixture
def approved(monkeypatch):
    boss = person()
    version = draft(car_plan(monkeypatch, with_budget(car_campaign()), boss))
    actions.edit_cell(version=version, cell="units", value="2000", by=boss)
    actions.approve(version=version, by=boss)
    return PlanVersion.objects.get(pk=version.pk), boss


def newest(version, verb):
    found = Change.objects.filter(object_type="plan_version", object_id=version.pk, verb=verb)
    return found.order_by("-id").first()


def test_an_edit_before_the_approval_is_not_taken_back_after_it(approved):
    version, boss = approved
    with pytest.raises(Conflict):
        changes.undo_change(change=newest(version, "edit"), by=boss)
    assert PlanVersion.objects.get(pk=version.pk).units == version.units


def test_an_approval_is_not_taken_back(approved):
    version, boss = approved
    with pytest.raises(Conflict):
        changes.undo_change(change=newest(version, "approve"), by=boss)
    assert PlanVersion.objects.get(pk=version.pk).state == "approved"
