"""Opportunities open, move, close and open again."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date, timedelta
from decimal import Decimal
from typing import Any

import pytest

from kehu.campaigns.models import Channel, Medium
from kehu.core import changes, clock
from kehu.core.access import roles
from kehu.core.actions import records
from kehu.core.errors import Conflict, Forbidden, NotFound, Refused
from kehu.core.models import Batch, User
from kehu.customers.models import Account
from kehu.sales import actions, queries
from kehu.sales.models import Opportunity, Order, StageChange


@pytest.fixture
def deal(rep: User, website: Channel) -> Opportunity:
    account = records.create(Account, {"name": "Cedar"}, by=rep)
    return actions.open_opportunity(
        title="Fleet", account=account, amount=Decimal(700), channel=website, by=rep
    )


def test_an_opportunity_opens_in_the_first_stage_with_its_dated_step(deal: Opportunity, rep: User) -> None:
    assert (deal.stage.code, deal.probability, deal.owner, deal.currency) == ("lead", 10, rep, "TWD")
    assert deal.opened_on == clock.today()
    step = StageChange.objects.get(opportunity=deal)
    assert (step.from_stage, step.to_stage, step.changed_by) == (None, deal.stage, rep)


def test_two_opportunities_have_different_numbers(deal: Opportunity, rep: User) -> None:
    other = actions.open_opportunity(title="Other", by=rep)
    assert deal.number and deal.number != other.number


def test_a_move_is_dated_by_when_it_happened(rep: User, stage: Callable[[str], Any], at: Any) -> None:
    deal = actions.open_opportunity(title="Fleet", opened_on=date(2010, 6, 1), by=rep)
    actions.move(opportunity=deal, to=stage("proposal"), by=rep, at=at(2010, 6, 20, 9))
    assert deal.probability == 40
    assert queries.stage_on(deal, date(2010, 6, 19)) == stage("lead")
    assert queries.stage_on(deal, date(2010, 6, 20)) == stage("proposal")
    assert queries.stage_on(deal, date(2010, 5, 31)) is None


def test_a_move_into_the_future_is_refused(deal: Opportunity, rep: User, stage: Callable[[str], Any]) -> None:
    with pytest.raises(Refused, match="future"):
        actions.move(opportunity=deal, to=stage("proposal"), by=rep, at=clock.now() + timedelta(hours=1))


def test_a_move_before_the_last_step_is_refused(
    deal: Opportunity, rep: User, stage: Callable[[str], Any]
) -> None:
    with pytest.raises(Refused, match="later one"):
        actions.move(opportunity=deal, to=stage("proposal"), by=rep, at=clock.now() - timedelta(days=1))


def test_winning_places_the_order_and_makes_the_customer_a_current_one(deal: Opportunity, rep: User) -> None:
    order = actions.win(opportunity=deal, by=rep, amount=Decimal(650))
    assert order is not None
    deal.refresh_from_db()
    assert (deal.stage.code, deal.probability, deal.amount) == ("delivery", 100, Decimal(650))
    assert deal.won_at is not None and deal.lost_at is None
    assert (order.amount, order.account, order.channel, order.owner) == (
        Decimal(650), deal.account, deal.channel, rep,
    )  # fmt: skip
    assert Account.objects.get().status == Account.Status.CURRENT


def test_winning_without_an_amount_asks_for_it(rep: User) -> None:
    deal = actions.open_opportunity(title="Fleet", by=rep)
    with pytest.raises(Refused, match="Enter the amount"):
        actions.win(opportunity=deal, by=rep)
    assert actions.win(opportunity=deal, by=rep, order=False) is None
    assert not Order.objects.exists()


def test_a_win_is_undone_whole(deal: Opportunity, rep: User) -> None:
    actions.win(opportunity=deal, by=rep)
    changes.undo(batch=Batch.objects.get(verb="win"), by=rep)
    deal.refresh_from_db()
    assert (deal.stage.code, deal.won_at) == ("lead", None)
    assert not Order.objects.exists()
    assert StageChange.objects.filter(opportunity=deal).count() == 1
    assert Account.objects.get().status == Account.Status.POTENTIAL


def test_losing_asks_why(deal: Opportunity, rep: User) -> None:
    with pytest.raises(Refused, match="Why"):
        actions.lose(opportunity=deal, reason=" ", by=rep)
    actions.lose(opportunity=deal, reason="Price", by=rep)
    assert (deal.stage.code, deal.lost_reason, deal.is_open) == ("lost", "Price", False)


def test_a_closed_opportunity_does_not_move_before_it_is_reopened(
    deal: Opportunity, rep: User, stage: Callable[[str], Any]
) -> None:
    actions.move(opportunity=deal, to=stage("contract"), by=rep)
    actions.lose(opportunity=deal, reason="Price", by=rep)
    with pytest.raises(Conflict, match="Reopen"):
        actions.move(opportunity=deal, to=stage("proposal"), by=rep)
    actions.reopen(opportunity=deal, by=rep)
    assert (deal.stage.code, deal.lost_at, deal.lost_reason) == ("contract", None, "")


def test_a_second_click_on_won_or_lost_places_no_second_order(deal: Opportunity, rep: User) -> None:
    actions.win(opportunity=deal, by=rep)
    with pytest.raises(Conflict, match="Reopen"):
        actions.win(opportunity=deal, by=rep)
    with pytest.raises(Conflict, match="Reopen"):
        actions.lose(opportunity=deal, reason="Price", by=rep)
    assert Order.objects.count() == 1


def test_a_won_opportunity_is_not_reopened_while_its_order_stands(deal: Opportunity, rep: User) -> None:
    order = actions.win(opportunity=deal, by=rep)
    assert order is not None
    with pytest.raises(Conflict, match=order.number):
        actions.reopen(opportunity=deal, by=rep)
    actions.cancel_order(order=order, by=rep)
    actions.reopen(opportunity=deal, by=rep)
    assert deal.is_open


def test_the_amount_of_a_closed_opportunity_stands(deal: Opportunity, rep: User) -> None:
    actions.win(opportunity=deal, by=rep)
    with pytest.raises(Conflict, match="closed"):
        records.edit(record=deal, values={"amount": Decimal(1)}, by=rep)
    records.edit(record=deal, values={"next_step": "Say thank you"}, by=rep)


def test_editing_the_stage_is_a_move(deal: Opportunity, rep: User, stage: Callable[[str], Any]) -> None:
    records.edit(record=deal, values={"stage": stage("negotiation")}, by=rep)
    assert StageChange.objects.filter(opportunity=deal, to_stage=stage("negotiation")).exists()


def test_a_card_dropped_on_won_wins_and_on_lost_asks_for_the_reason(
    deal: Opportunity, rep: User, stage: Callable[[str], Any]
) -> None:
    with pytest.raises(Refused, match="why"):
        actions.move_or_close(opportunity=deal, to=stage("lost"), by=rep)
    actions.move_or_close(opportunity=deal, to=stage("delivery"), by=rep)
    assert Order.objects.get().opportunity == deal


def test_an_amount_in_another_currency_is_refused(rep: User) -> None:
    with pytest.raises(Refused, match="TWD"):
        actions.open_opportunity(title="Fleet", amount=Decimal(1), currency="USD", by=rep)


def test_a_negative_amount_is_refused_with_a_sentence(rep: User) -> None:
    with pytest.raises(Refused, match="cannot be negative"):
        actions.open_opportunity(title="Fleet", amount=Decimal(-1), by=rep)


def test_a_medium_of_another_channel_is_refused_and_one_alone_brings_its_channel(
    rep: User, website: Channel
) -> None:
    paper = Medium(name="Paper", channel=Channel.objects.get(code="print"))
    changes.save(paper, by=None)
    with pytest.raises(Refused, match="does not belong"):
        actions.open_opportunity(title="Fleet", channel=website, medium=paper, by=rep)
    assert actions.open_opportunity(title="Fleet", medium=paper, by=rep).channel == paper.channel


def test_a_representative_cannot_touch_the_deals_of_others_and_the_head_can(
    deal: Opportunity, head: User, person: Callable[..., User], stage: Callable[[str], Any]
) -> None:
    with pytest.raises(NotFound):
        actions.move(opportunity=deal, to=stage("proposal"), by=person("other", roles.SALES_REP))
    with pytest.raises(Forbidden):
        actions.move(opportunity=deal, to=stage("proposal"), by=person("gm", roles.GENERAL_MANAGER))
    actions.move(opportunity=deal, to=stage("proposal"), by=head)
