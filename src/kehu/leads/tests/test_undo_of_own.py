"""Taking back many of one's own records asks for all rights at once, and still refuses each that is lost."""

from __future__ import annotations

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from kehu.core import changes
from kehu.core.access import roles
from kehu.core.changes import large
from kehu.core.errors import Refused
from kehu.core.models import Batch, User
from kehu.core.tests.company import person
from kehu.leads.models import Lead

pytestmark = pytest.mark.django_db


@pytest.fixture
def rep(monkeypatch) -> User:
    monkeypatch.setattr(large, "LARGE", 10)
    return person("rep", role=roles.SALES_REP)


def renamed(rep: User, rows: int) -> Batch:
    leads = [Lead(name=f"first {number}", number=f"N{number}", owner=rep) for number in range(rows)]
    changes.insert_many(Lead, leads, by=rep, batch=None)
    stored = list(Lead.objects.order_by("pk"))
    with changes.batch("edit", by=rep) as batch:
        for lead in stored:
            lead.name = f"second {lead.pk}"
        changes.update_many(stored, by=rep, batch=batch)
    return batch


def test_the_statements_do_not_grow_with_the_records(rep):
    asked = {}
    for rows in (20, 120):
        Lead.everything.all().delete()
        batch = renamed(rep, rows)
        with CaptureQueriesContext(connection) as captured:
            changes.undo(batch=batch, by=rep)
        asked[rows] = len([one for one in captured.captured_queries if one["sql"].startswith("SELECT")])
        assert not Lead.objects.filter(name__startswith="second").exists()
    assert asked[120] <= asked[20] + 5


def test_a_record_that_went_to_somebody_else_keeps_all_of_it(rep):
    batch = renamed(rep, 30)
    other = person("other", role=roles.SALES_REP)
    taken = Lead.objects.order_by("pk")[7]
    taken.owner = other
    changes.save(taken, by=other)
    with pytest.raises(Refused):
        changes.undo(batch=batch, by=rep)
    assert Lead.objects.filter(name__startswith="second").count() == 30
