"""Products: one price, in one currency."""

from __future__ import annotations

from decimal import Decimal
from typing import Any

import pytest

from kehu.catalog import actions
from kehu.catalog.models import Product
from kehu.core import registry
from kehu.core.access import roles
from kehu.core.actions import records
from kehu.core.errors import Refused
from kehu.core.models import Company, User


@pytest.fixture
def head(db: Any) -> User:
    Company(pk=1, currency="TWD").save()
    return User.objects.create_user("head", name="Head", role=roles.SALES_HEAD)


def test_a_product_is_priced_in_the_currency_of_the_company(head: User) -> None:
    car = records.create(Product, {"code": "car", "name": "Car", "list_price": Decimal(700_000)}, by=head)
    assert (car.currency, car.list_price) == ("TWD", Decimal(700_000))


def test_a_negative_price_is_refused_with_a_sentence(head: User) -> None:
    with pytest.raises(Refused, match="cannot be negative"):
        records.create(Product, {"code": "car", "name": "Car", "list_price": Decimal(-1)}, by=head)


def test_products_of_an_import_are_in_the_own_currency_or_refused(head: User) -> None:
    actions.import_products(values=[{"code": "a", "name": "A"}], by=head, batch=None)
    assert Product.objects.get().currency == "TWD"
    with pytest.raises(Refused, match="Convert"):
        actions.import_products(values=[{"code": "b", "name": "B", "currency": "USD"}], by=head, batch=None)


def test_what_a_product_costs_is_for_those_who_set_prices(head: User) -> None:
    policy = registry.of(Product).policy
    assert not policy.hides("cost", head)
    assert policy.hides("cost", User(role=roles.SALES_REP))
