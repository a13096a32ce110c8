"""The loader: scored by Kehu itself, whole after a kill, and never twice."""

from __future__ import annotations

from collections import Counter
from datetime import timedelta

import pytest

from kehu.activities.models import Task
from kehu.core import clock
from kehu.core.errors import Refused
from kehu.core.models import Batch, Company, SearchRow, User
from kehu.leads.models import Lead, LeadStageChange, Touch
from kehu.planning.models import PlanVersion
from kehu.sales.models import Opportunity, Order, Receipt
from kehu.shell.demo import load_leads
from kehu.shell.demo.company import PASSWORD
from kehu.shell.demo.generate import Demo
from kehu.shell.demo.load import load_demo
from kehu.shell.demo.moments import CLOCK
from kehu.shell.tests.generated import every
from kehu.warehouse import feed

pytestmark = pytest.mark.django_db


class Killed(Exception):
    pass


@pytest.fixture(autouse=True)
def without_warehouse(monkeypatch: pytest.MonkeyPatch):
    """It reads committed rows only; its own tests fill it."""
    monkeypatch.setattr(feed, "rebuild", lambda: {})
    yield
    clock.forget()


@pytest.fixture
def small() -> Demo:
    return every(60)


def load(demo: Demo, lines: list[str] | None = None) -> bool:
    return load_demo((lines if lines is not None else []).append, lambda: demo)


def counts() -> Counter[str]:
    models = (User, Lead, Touch, LeadStageChange, Opportunity, Order, Receipt, Task, PlanVersion)
    return Counter({model.__name__: model.objects.count() for model in models})


def test_kehu_scores_and_stages_every_lead_as_the_generator_expects(small: Demo):
    assert load(small)
    expected = {row.number: (row.score, row.stage, row.qualified_at) for row in small.leads}
    found = Lead.objects.values_list("number", "score", "stage", "qualified_at")
    assert {number: rest for number, *rest in found} == {key: list(value) for key, value in expected.items()}
    stages = {(row.lead_id, row.stage, row.at) for row in small.stage_changes}
    ids = dict(zip(Lead.objects.order_by("number").values_list("pk", flat=True), small.leads, strict=True))
    changes = LeadStageChange.objects.values_list("lead_id", "to_stage", "at")
    assert {(ids[lead].id, stage, at) for lead, stage, at in changes} == stages


def test_everything_is_there_with_its_search_rows(small: Demo):
    load(small)
    found = counts()
    assert found["Lead"] == len(small.leads)
    assert found["Touch"] == len(small.touches)
    assert found["Opportunity"] == len(small.opportunities)
    assert found["Order"] == len(small.orders)
    assert found["Receipt"] == len(small.receipts)
    assert found["Task"] == len(small.tasks)
    assert SearchRow.objects.filter(object_type="lead").count() == len(small.leads)


def test_the_clock_starts_at_the_end_of_the_case_and_every_user_may_sign_in(small: Demo):
    load(small)
    assert timedelta(0) <= clock.now() - CLOCK < timedelta(minutes=2)
    assert Company.current().opening_day.isoformat() == "2010-08-31"
    assert User.objects.get(username="gm").check_password(PASSWORD)


def test_the_plan_in_force_after_the_launch_is_the_printed_one(small: Demo):
    load(small)
    first, second = PlanVersion.objects.order_by("number")
    assert (first.leads, first.qualified, first.units, first.spend) == (71430, 5000, 1000, 10_000_000)
    assert (first.state, second.state) == ("superseded", "approved")
    assert sum(line.leads for line in first.lines.all()) == 71430
    assert sum(line.spend for line in first.lines.filter(starts_on__lt="2010-09-01")) == 4_000_000


def test_a_second_call_keeps_what_the_users_did(small: Demo):
    load(small)
    lead = Lead.objects.first()
    Lead.objects.filter(pk=lead.pk).update(name="改過的名字")
    before = counts()
    assert not load(small)
    assert counts() == before
    assert Lead.objects.get(pk=lead.pk).name == "改過的名字"


@pytest.mark.parametrize("step", [3, 8, 14, 19, 20, 24])
def test_a_load_that_was_killed_goes_on_where_it_stopped(
    small: Demo, step: int, monkeypatch: pytest.MonkeyPatch
):
    monkeypatch.setattr(load_leads, "PROGRESS", 300)
    lines: list[str] = []

    def say(line: str) -> None:
        lines.append(line)
        if len(lines) == step:
            raise Killed

    with pytest.raises(Killed):
        load_demo(say, lambda: small)
    assert load(small)
    whole = counts()
    assert whole["Lead"] == len(small.leads)
    assert whole["Touch"] == len(small.touches)
    assert whole["PlanVersion"] == 2
    assert whole["User"] == len(small.users)
    assert Task.objects.count() == len(small.tasks)
    assert Batch.objects.get(verb="demo").state == Batch.State.DONE


def test_an_installation_with_leads_is_left_alone(small: Demo):
    load(small)
    Batch.objects.filter(verb="demo").update(verb="import")
    with pytest.raises(Refused, match="leads already"):
        load(small)
