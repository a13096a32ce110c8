from decimal import Decimal
from types import SimpleNamespace

import pytest

from kehu.campaigns.models import Channel
from kehu.core.errors import Refused
from kehu.planning import queries
from kehu.planning.tests.company import car_campaign, stored
from kehu.warehouse import engine

pytestmark = pytest.mark.django_db


@pytest.fixture
def answer(monkeypatch):
    """What the engine says: a seeded channel by its code, another by its name, leads without a channel."""
    stored(Channel(code="tv", name="Television", budget_class="traditional"))
    stored(Channel(code="web", name="Website", seeded=True, budget_class="digital"))
    columns = ("channel", *queries.HISTORY)
    rows = [
        ("Television", 100, 10, 4, Decimal(400), Decimal(50)),
        ("web", 50, 0, 1, Decimal(100), Decimal(0)),
        ("(blank)", 7, 0, 0, None, None),
    ]
    asked = {}

    def ask(metrics, **question):
        asked.update(question, metrics=metrics)
        return SimpleNamespace(dicts=lambda: [dict(zip(columns, row, strict=True)) for row in rows])

    monkeypatch.setattr(engine, "ask", ask)
    return asked


def test_history_is_asked_by_channel_of_the_campaigns(answer):
    found = {row.code: row for row in queries.history(["iXX", "Launch 2009"], user=None)}

    assert answer["where"] == {"campaign": ["iXX", "Launch 2009"]}
    assert set(found) == {"tv", "web", "(blank)"}
    assert (found["tv"].leads, found["tv"].qualified, found["tv"].spend) == (100, 10, 50)


def test_what_nobody_recorded_is_unknown_and_not_zero(answer):
    found = {row.code: row for row in queries.history(["iXX"], user=None)}

    assert (found["web"].qualified, found["web"].spend) == (0, None)
    assert (found["(blank)"].revenue, found["(blank)"].sales) == (0, 0)


def test_an_unknown_campaign_is_answered_with_the_ones_there_are():
    car_campaign()
    with pytest.raises(Refused, match="iXX"):
        queries.campaigns_called(["Nobody"], user=None)
    assert [campaign.code for campaign in queries.campaigns_called(["ixx"], user=None)] == ["ixx"]
