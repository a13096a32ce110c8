"""The generated rows of campaign iXX against the printed figures, counted by hand."""

from collections import Counter

import pytest

from kehu.shell.demo.case_files import case
from kehu.shell.demo.company import IXX
from kehu.shell.demo.moments import END, MIDDLE
from kehu.shell.tests.generated import customers, demo, lead_of, leads, qualified


def test_after_two_months_there_are_the_printed_leads_qualified_leads_and_sales() -> None:
    counts = len(leads(IXX, MIDDLE)), len(qualified(IXX, MIDDLE)), len(customers(IXX, MIDDLE))
    assert counts == (3274, 1447, 373)


def test_at_the_end_there_are_the_printed_leads_qualified_leads_and_sales() -> None:
    counts = len(leads(IXX, END)), len(qualified(IXX, END)), len(customers(IXX, END))
    assert counts == (71940, 6040, 1590)


@pytest.mark.parametrize("channel", ["website", "outdoor", "live_events"])
def test_the_nine_shares_after_two_months_round_to_the_printed_ones(channel: str) -> None:
    printed = case()["middle"]["shares"][channel]
    for key, group in (("leads", leads), ("qualified", qualified), ("customers", customers)):
        found = group(IXX, MIDDLE)
        share = sum(lead.channel == channel for lead in found) / len(found)
        assert round(share, 2) == printed[key], key


def test_leads_by_channel_at_the_end_are_the_printed_ones() -> None:
    assert Counter(lead.channel for lead in leads(IXX, END)) == case()["end"]["leads_by_channel"]


def test_nothing_is_dated_after_the_moment_at_which_the_demo_starts() -> None:
    rows = demo()
    moments = [touch.at for touch in rows.touches] + [change.at for change in rows.stage_changes]
    moments += [stage.at for stage in rows.opportunity_stages] + [order.ordered_at for order in rows.orders]
    moments += [deal.closed_at for deal in rows.opportunities if deal.closed_at]
    assert max(moments) <= END
    assert max(receipt.on for receipt in rows.receipts) <= END.date()


def test_every_sale_is_one_order_of_one_car_at_the_list_price() -> None:
    won = {deal.id: deal for deal in demo().opportunities if deal.status == "won"}
    assert sorted(order.opportunity_id for order in demo().orders) == sorted(won)
    for order in demo().orders:
        deal = won[order.opportunity_id]
        assert (order.quantity, order.price, deal.amount) == (1, 700_000, 700_000)
        assert order.ordered_at == deal.closed_at
    revenue = sum(order.price for order in demo().orders if won[order.opportunity_id].campaign == IXX)
    assert revenue == 1_113_000_000


def test_money_received_is_a_deposit_at_the_order_and_the_rest_at_delivery() -> None:
    received = Counter[int]()
    for receipt in demo().receipts:
        received[receipt.order_id] += receipt.amount
    assert {received[order.id] for order in demo().orders if order.delivered_on} == {700_000}
    assert {received[order.id] for order in demo().orders if not order.delivered_on} == {70_000}
    assert sum(received.values()) < sum(order.price for order in demo().orders)


def test_the_steps_of_a_lead_follow_each_other_in_time() -> None:
    for deal in demo().opportunities:
        lead = lead_of()[deal.lead_id]
        assert lead.qualified_at is not None
        assert lead.created_at <= lead.qualified_at <= deal.created_at
        assert deal.closed_at is None or deal.created_at <= deal.closed_at


def test_lost_and_open_opportunities_exist_beside_the_won_ones() -> None:
    status = Counter(deal.status for deal in demo().opportunities if deal.campaign == IXX)
    assert status == {"won": 1590, "lost": 900, "open": 260}


def test_sales_come_days_to_weeks_after_the_lead() -> None:
    days = sorted(
        (deal.closed_at - lead_of()[deal.lead_id].created_at).days
        for deal in demo().opportunities
        if deal.campaign == IXX and deal.status == "won" and deal.closed_at
    )
    assert 14 <= days[len(days) // 2] <= 40
    assert days[0] >= 1


def test_the_stage_changes_of_a_lead_are_in_order_and_end_in_its_stage() -> None:
    last: dict[int, object] = {}
    for change in demo().stage_changes:
        before = last.get(change.lead_id)
        assert before is None or before.at <= change.at  # type: ignore[attr-defined]
        last[change.lead_id] = change
    assert all(last[lead.id].stage == lead.stage for lead in demo().leads)  # type: ignore[attr-defined]
