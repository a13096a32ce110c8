"""The company lives in its own time; the change log does not."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import pytest
from django.utils import timezone

from kehu.core import clock
from kehu.core.models import Company, Team
from kehu.core.tests.company import last_change, saved

pytestmark = pytest.mark.django_db


def company(**habits: object) -> None:
    Company(pk=1, name="C", **habits).save()
    clock.forget()


def test_without_a_company_the_clock_shows_the_real_time():
    assert abs(clock.now() - timezone.now()) < timedelta(seconds=5)


def test_an_offset_moves_new_records_but_not_the_change_log():
    company(clock_offset=timedelta(days=-5000))
    team = saved(Team(name="North"))
    assert timezone.now() - team.created_at > timedelta(days=4999)
    assert timezone.now() - last_change(team).at < timedelta(minutes=1)


def test_today_is_the_day_where_the_company_is(monkeypatch):
    company(timezone="Asia/Taipei")
    monkeypatch.setattr(timezone, "now", lambda: datetime(2010, 8, 31, 20, tzinfo=UTC))
    assert clock.today().isoformat() == "2010-09-01"
    assert clock.now().hour == 4


def test_a_moment_falls_on_the_companys_day():
    company(timezone="Asia/Taipei")
    assert clock.local_date(datetime(2010, 8, 31, 16, tzinfo=UTC)).isoformat() == "2010-09-01"
    assert clock.local_date(datetime(2010, 8, 31, 15, 59, tzinfo=UTC)).isoformat() == "2010-08-31"
