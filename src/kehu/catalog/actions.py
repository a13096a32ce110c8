"""Writing products, and the one currency that amounts are in."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from typing import TYPE_CHECKING, Any, TypeVar

from django.db import transaction
from django.utils.translation import gettext as _

from kehu.catalog.models import Product, company_currency
from kehu.core import access, changes, registry
from kehu.core.errors import Refused
from kehu.core.models import Record

if TYPE_CHECKING:
    from kehu.core.models import Batch, User

AnyRecord = TypeVar("AnyRecord", bound=Record)


def refuse_other_currencies(currencies: Iterable[str]) -> str:
    """The company's currency; Refused where an amount is in another, since there are no exchange rates yet."""
    own = company_currency()
    for currency in currencies:
        if currency and currency != own:
            raise Refused(
                _("Amounts are kept in %(own)s. Convert the amount in %(other)s first.")
                % {"own": own, "other": currency},
                fields={"currency": ""},
            )
    return own


def in_own_currency(model: type[AnyRecord], values: Sequence[Mapping[str, Any]]) -> list[AnyRecord]:
    """New records from their values, in the company's currency where they name none: asked for once, not per row."""
    own = company_currency()
    return [model(**{"currency": own, **row}) for row in values]


@transaction.atomic
def load_products(
    products: Sequence[Product], *, by: User | None, batch: Batch | None, verb: str = "import"
) -> list[int]:
    """Insert many products with their history; their ids in the same order."""
    if by is not None:
        access.require(by, "add", registry.of(Product))
    refuse_other_currencies({product.currency for product in products})
    return changes.insert_many(Product, products, by=by, batch=batch, verb=verb)


def import_products(
    *, values: Sequence[Mapping[str, Any]], by: User | None, batch: Batch | None
) -> list[int]:
    """The new rows of an import as products."""
    return load_products(in_own_currency(Product, values), by=by, batch=batch)
