"""A small company with a pipeline and people in sales."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime
from typing import Any

import pytest

from kehu.campaigns import seed as campaigns_seed
from kehu.campaigns.models import Channel
from kehu.core import clock
from kehu.core.access import roles
from kehu.core.actions.people import create_team
from kehu.core.models import Company, User
from kehu.sales import seed as sales_seed
from kehu.sales.models import Stage


@pytest.fixture(autouse=True)
def company(db: Any) -> Company:
    company = Company(pk=1, currency="TWD", timezone="Asia/Taipei", country="TW")
    company.save()
    clock.forget()
    campaigns_seed.seed()
    sales_seed.seed()
    return company


@pytest.fixture
def person(db: Any) -> Callable[..., User]:
    def make(username: str, role: str, **fields: Any) -> User:
        return User.objects.create_user(username, name=username, role=role, **fields)

    return make


@pytest.fixture
def team(db: Any) -> Any:
    return create_team(values={"name": "Sales"}, by=None)


@pytest.fixture
def rep(person: Callable[..., User], team: Any) -> User:
    return person("rep", roles.SALES_REP, team=team)


@pytest.fixture
def head(person: Callable[..., User], team: Any) -> User:
    return person("head", roles.SALES_HEAD, team=team)


@pytest.fixture
def stage() -> Callable[[str], Stage]:
    return lambda code: Stage.objects.get(code=code)


@pytest.fixture
def website() -> Channel:
    return Channel.objects.get(code="website")


@pytest.fixture
def at() -> Callable[..., datetime]:
    return lambda *parts: datetime(*parts, tzinfo=clock.zone())
