"""Olist's published figures, from files that are read by a script which was killed, and stopped, half-way."""

from __future__ import annotations

import signal
from collections.abc import Iterator

import pytest

from tests.examples.installation import Installation, data_set

READ = {"leads": 8000, "accounts": 842, "sellers": 380, "deals": 842, "links": 842, "orders": 5044}


@pytest.fixture(scope="module")
def olist(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Installation]:
    """Killed among the leads, stopped by Ctrl-C among the orders, then run to the end."""
    here = Installation("olist", tmp_path_factory.mktemp("olist"), data_set("04_olist"))
    assert here.run_until("leads_lead", 1, signal.SIGKILL) < READ["leads"]
    assert here.run_until("sales_order", 1, signal.SIGINT) < READ["orders"]
    here.run()
    yield here


def test_a_run_that_was_stopped_and_started_again_doubles_nothing(olist: Installation) -> None:
    tables = ("leads_lead", "leads_touch", "customers_account", "sales_opportunity", "sales_order")
    assert [olist.rows(table) for table in tables] == [8000, 8000, 842, 842, 5044]
    assert olist.rows("leads_lead", "opportunity_id IS NOT NULL") == 842
    assert olist.rows("core_user", "role = 'administrator'") == 1


def test_a_run_over_what_is_there_changes_nothing(olist: Installation) -> None:
    """The two that were stopped count as dead by now, so that they are finished first."""
    olist.django(
        "from kehu.core.models import ImportRun; ImportRun.objects.update(beat_at='2020-01-01T00:00:00Z')"
    )
    before = olist.rows("core_change")
    counts = olist.run()
    assert {name: count["skipped"] for name, count in counts.items()} == READ
    assert olist.rows("core_importrun", "state <> 'done'") == 0
    assert olist.rows("core_change") == before


def test_the_funnel_is_shown_by_channel_blank_and_unknown_included(olist: Installation) -> None:
    (total,) = olist.answer("kehu metric leads sales lead_to_sale --json")["rows"]
    assert total == [8000, 842, pytest.approx(0.10525, abs=1e-6)]
    found = olist.by("kehu metric leads sales lead_to_sale --by channel --json")
    expected = {
        "organic_search": (2296, 271, 0.118031),
        "paid_search": (1586, 195, 0.122951),
        "social": (1350, 75, 0.055556),
        "email": (493, 15, 0.030426),
        "(blank)": (60, 14, 0.233333),
        "unknown": (1099, 179, 0.162875),
    }
    assert {name: found[name] for name in expected} == {
        name: [leads, sales, pytest.approx(rate, abs=1e-6)] for name, (leads, sales, rate) in expected.items()
    }
    assert sum(row[0] for row in found.values()) == 8000


def test_the_deal_won_before_the_first_contact_is_kept_and_flagged(olist: Installation) -> None:
    assert olist.rows("sales_opportunity", "won_before_contact AND won_at IS NOT NULL") == 1


def test_revenue_reaches_the_channel_that_brought_the_lead(olist: Installation) -> None:
    (total,) = olist.answer("kehu metric revenue active_accounts --json")["rows"]
    assert total == [pytest.approx(676_851.48, abs=0.01), 380]
    found = olist.by("kehu metric sales revenue --by channel --json")
    expected = {
        "paid_search": 155_277.05,
        "organic_search": 207_023.45,
        "unknown": 213_742.70,
        "other_publicities": 0,
    }
    assert {name: found[name][1] for name in expected} == pytest.approx(expected, abs=0.01)
    assert found["other_publicities"][0] == 3


def test_the_aggregate_plan_scales_history_as_a_whole(olist: Installation) -> None:
    plan = olist.answer("kehu plan back --revenue 1000000 --history Olist --method aggregate --json")
    assert plan["method"] == "aggregate"
    assert [plan["units_exact"], plan["leads_exact"]] == pytest.approx([1244.0, 11_819.43], abs=0.01)
    assert plan["leads_exact"] == pytest.approx(8000 * 1.477429, abs=0.01)
    assert any("other_publicities" in note and "keeps its leads" in note for note in plan["notes"])


def test_the_plan_by_channel_leaves_out_the_channel_without_revenue_and_says_so(olist: Installation) -> None:
    plan = olist.answer("kehu plan back --revenue 1000000 --history Olist --method channel --json")
    assert plan["method"] == "channel"
    assert [plan["units_exact"], plan["leads_exact"]] == pytest.approx([1239.56, 11_723.40], abs=0.01)
    expected = {"organic_search": 3392.18, "paid_search": 2343.20, "social": 1994.53, "email": 728.37}
    leads = {name: plan["by_channel"][name]["leads_exact"] for name in expected}
    assert leads == pytest.approx(expected, abs=0.01)
    assert "other_publicities" not in plan["by_channel"]
    assert any("other_publicities" in note and "sales: 3" in note for note in plan["notes"])
    assert plan["spend"] is None
