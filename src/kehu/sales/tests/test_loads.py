"""Loading history in bulk."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date
from decimal import Decimal
from typing import Any

import pytest

from kehu.campaigns.models import Channel
from kehu.core.access import roles
from kehu.core.errors import Forbidden, Refused
from kehu.core.models import Change, User
from kehu.sales import actions, queries
from kehu.sales.models import Opportunity, Order, StageChange


def test_a_load_brings_number_stage_steps_and_history(
    head: User, stage: Callable[[str], Any], at: Any
) -> None:
    deals = [
        Opportunity(
            title="Won", stage=stage("delivery"), opened_on=date(2016, 10, 20), won_at=at(2017, 3, 1)
        ),
        Opportunity(title="Lost", stage=stage("lost"), opened_on=date(2016, 10, 20), lost_at=at(2017, 1, 1)),
        Opportunity(title="Open", opened_on=date(2016, 10, 20)),
        Opportunity(title="Unknown"),
    ]
    actions.load_opportunities(deals, by=head, batch=None)
    won, lost, still, unknown = Opportunity.objects.order_by("id")
    assert len({deal.number for deal in Opportunity.objects.all()}) == 4
    assert (won.probability, still.stage.code, unknown.opened_on) == (100, "lead", None)
    assert queries.stage_on(won, date(2017, 2, 28)) == stage("lead")
    assert queries.stage_on(won, date(2017, 3, 1)) == stage("delivery")
    assert StageChange.objects.filter(opportunity=lost).count() == 2
    assert Change.objects.filter(object_type="opportunity").count() == 4
    assert Change.objects.filter(object_type="stage_change").count() == 6


def test_a_deal_won_before_it_was_opened_is_kept_and_flagged(
    head: User, stage: Callable[[str], Any], at: Any
) -> None:
    deal = Opportunity(
        title="Odd", stage=stage("delivery"), opened_on=date(2018, 3, 5), won_at=at(2018, 3, 1)
    )
    actions.load_opportunities([deal], by=head, batch=None)
    assert Opportunity.objects.get().won_before_contact


def test_an_order_of_a_load_takes_the_source_of_its_opportunity(head: User, website: Channel) -> None:
    deal = actions.open_opportunity(title="Fleet", channel=website, by=head)
    actions.load_orders(
        [Order(opportunity=deal, ordered_on=date(2018, 1, 1), amount=Decimal("53.99"))], by=head, batch=None
    )
    order = Order.objects.get()
    assert (order.channel, order.owner, order.amount) == (website, head, Decimal("53.99"))


def test_a_source_found_later_reaches_the_orders(head: User, website: Channel, stage: Any, at: Any) -> None:
    deal = Opportunity(title="Olist", stage=stage("delivery"), won_at=at(2018, 3, 1))
    actions.load_opportunities([deal], by=head, batch=None)
    order = actions.place_order(amount=Decimal(5), opportunity=deal, by=head)
    actions.take_source(
        opportunity=deal, campaign=None, channel=website, medium=None, region=None,
        first_contact_on=date(2018, 3, 9), by=head,
    )  # fmt: skip
    order.refresh_from_db()
    assert (order.channel, deal.won_before_contact, deal.opened_on) == (website, True, date(2018, 3, 9))


def test_a_load_in_another_currency_is_refused(head: User) -> None:
    with pytest.raises(Refused, match="TWD"):
        actions.load_opportunities([Opportunity(title="Dollar", currency="USD")], by=head, batch=None)


def test_who_may_not_add_may_not_load(person: Callable[..., User]) -> None:
    with pytest.raises(Forbidden):
        actions.load_opportunities([], by=person("gm", roles.GENERAL_MANAGER), batch=None)
