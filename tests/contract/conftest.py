"""The market is built once per file, inside a transaction that is taken back at its end.

Every test is marked `django_db`, which puts a savepoint around what the test writes itself.
"""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from django.conf import settings
from django.db import transaction

from kehu.core import clock
from kehu.core.access import roles
from kehu.core.custom import definitions
from kehu.core.models import Company

from . import market as makers
from . import people
from .market import Market
from .visitor import Visitor


@pytest.fixture(scope="module")
def market(django_db_setup: Any, django_db_blocker: Any) -> Iterator[Market]:
    Path(settings.STATIC_ROOT).mkdir(exist_ok=True)
    with django_db_blocker.unblock(), transaction.atomic():
        Company(pk=1, name="Test", currency="TWD", country="TW").save()
        clock.forget()
        definitions.forget()
        yield makers.build(people.build())
        transaction.set_rollback(True)
    clock.forget()
    definitions.forget()


@pytest.fixture(scope="module", params=roles.ALL)
def visitor(market: Market, request: pytest.FixtureRequest) -> Visitor:
    """Somebody of each role, signed in."""
    return Visitor(market, request.param)


@pytest.fixture(scope="module")
def administrator(market: Market) -> Visitor:
    return Visitor(market, roles.ADMINISTRATOR)


@pytest.fixture
def wrong(visitor: Visitor) -> Iterator[list[str]]:
    """What a walk finds wrong, all of it told at the end, together with what leaked on the way."""
    found: list[str] = []
    visitor.leaks.clear()
    yield found
    assert found + visitor.leaks == []
