from __future__ import annotations

from pathlib import Path

import pytest
from django.conf import settings

from kehu.capture.actions import tokens
from kehu.core import clock
from kehu.core.custom import definitions
from kehu.core.models import Company
from kehu.leads.tests import world as market
from kehu.leads.tests.world import World

from .visit import Visit, form_of


@pytest.fixture
def world(db: None) -> World:
    Path(settings.STATIC_ROOT).mkdir(exist_ok=True)
    Company(pk=1, name="Test", currency="TWD", country="TW").save()
    clock.forget()
    definitions.forget()
    market.scoring()
    return market.build()


@pytest.fixture
def visit(world: World, monkeypatch: pytest.MonkeyPatch) -> Visit:
    """A stranger at a form, who takes long enough."""
    monkeypatch.setattr(tokens, "LEAST", 0)
    return Visit.at(form_of(world))
