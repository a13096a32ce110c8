from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest
from django.conf import settings

from kehu.capture.actions import tokens
from kehu.capture.experiments.analysis import analyse
from kehu.capture.experiments.reading import Asked, read
from kehu.core import clock
from kehu.core.custom import definitions
from kehu.core.models import Company
from kehu.leads.tests import world as market
from kehu.leads.tests.world import World

from .visit import Visit


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


def form_of(world: World, **values: Any) -> Any:
    from kehu.capture.actions import create_form

    given = {
        "name": "Contact",
        "campaign": world.campaign,
        "channel": world.website,
        "touch_kind": "contact_form",
    }
    return create_form(values={**given, **values}, by=world.marketing)


@pytest.fixture
def sample(tmp_path):
    """The people of a file that holds these lines."""

    def written(lines, arm="arm", outcomes=("won",), encoding="utf-8", **columns):
        path = tmp_path / "test.csv"
        path.write_bytes("\n".join(lines).encode(encoding))
        return read(path, Asked(arm, tuple(outcomes), **columns))

    return written


@pytest.fixture
def analysed(sample):
    """What a test of these sizes says: NAME=(people, of whom with the outcome)."""

    def told(options=None, **arms):
        lines = ["arm,won"]
        for arm, (people, won) in arms.items():
            lines += [f"{arm},{int(number < won)}" for number in range(people)]
        return analyse(sample(lines), **(options or {}))

    return told
