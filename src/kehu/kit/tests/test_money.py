from __future__ import annotations

from decimal import Decimal

import pytest
from django.core.exceptions import FieldError, ValidationError
from django.db import connection
from django.db.migrations.writer import MigrationWriter
from django.db.models import Avg, F, Sum, Value
from hypothesis import given
from hypothesis import strategies as st

from kehu.kit.money import AmountField, Money, from_stored, to_stored
from kehu.kit.tests.shelf import Book

amounts = st.decimals(min_value=-(10**14), max_value=10**14, places=4)


@given(amounts)
def test_an_amount_comes_back_from_the_database_integer_unchanged(amount: Decimal) -> None:
    assert from_stored(to_stored(amount)) == amount


@given(amounts, amounts)
def test_stored_integers_add_up_like_the_amounts(one: Decimal, other: Decimal) -> None:
    assert from_stored(to_stored(one) + to_stored(other)) == one + other


@pytest.mark.parametrize("wrong", [0.1, True, "1.23456", "abc", Decimal("NaN"), Decimal("1e30"), [], ""])
def test_what_is_no_exact_amount_is_refused_with_a_sentence(wrong: object) -> None:
    if wrong == "":
        with pytest.raises(ValidationError):
            AmountField().clean("", None)
        return
    with pytest.raises(ValidationError) as refusal:
        AmountField().to_python(wrong)
    assert refusal.value.messages[0].endswith(".")


def test_amounts_are_written_to_the_column_as_ten_thousandths(shelf: None) -> None:
    book = Book.objects.create(title="a", price="12.5")
    with connection.cursor() as cursor:
        cursor.execute("SELECT price FROM kit_shelf_book")
        assert cursor.fetchone() == (125000,)
    book.refresh_from_db()
    assert book.price == Decimal("12.5")
    assert str(book.price) == "12.5"


def test_lookups_compare_amounts_not_stored_integers(shelf: None) -> None:
    for price in ("0.0001", "5", "700000000"):
        Book.objects.create(title=price, price=price)
    Book.objects.create(title="none", price=None)
    assert Book.objects.filter(price__gte=5).count() == 2
    assert Book.objects.filter(price__in=[Decimal("0.0001"), 5]).count() == 2
    assert Book.objects.filter(price__range=("1", "10")).get().title == "5"
    assert Book.objects.filter(price=700_000_000).count() == 1
    assert Book.objects.filter(price__isnull=True).get().title == "none"


def test_sums_averages_and_products_are_amounts(shelf: None) -> None:
    Book.objects.create(title="a", price="10.25", copies=3)
    Book.objects.create(title="b", price="0.7501", copies=2)
    totals = Book.objects.aggregate(sum=Sum("price"), mean=Avg("price"), value=Sum(F("price") * F("copies")))
    assert totals == {"sum": Decimal("11.0001"), "mean": Decimal("5.5"), "value": Decimal("32.2502")}
    assert Book.objects.none().aggregate(sum=Sum("price", default=0)) == {"sum": Decimal(0)}
    twice = Book.objects.annotate(twice=F("price") + F("price")).get(title="a")
    assert twice.twice == Decimal("20.5")


def test_a_bare_number_in_an_expression_is_refused_but_an_amount_is_taken(shelf: None) -> None:
    Book.objects.create(title="a", price="10")
    with pytest.raises(FieldError):
        list(Book.objects.annotate(more=F("price") + 5))
    Book.objects.update(price=F("price") + Value(Decimal("0.5"), output_field=AmountField()))
    assert Book.objects.get().price == Decimal("10.5")


def test_the_form_field_reads_amounts_as_people_write_them() -> None:
    field = AmountField(null=True, blank=True).formfield()
    assert field.clean("NT$ 3,000") == Decimal(3000)
    assert field.clean("") is None
    assert field.prepare_value(Decimal("7E+2")) == "700"
    with pytest.raises(ValidationError):
        field.clean("three")


def test_migrations_name_the_field_by_its_own_path() -> None:
    assert MigrationWriter.serialize(AmountField(null=True))[0] == "kehu.kit.money.AmountField(null=True)"


def test_money_of_one_currency_can_be_reckoned_and_of_two_cannot() -> None:
    price = Money(Decimal("9.99"), "TWD")
    assert price + price - price == price
    assert price * 3 == Money(Decimal("29.97"), "TWD")
    assert Decimal("0.33333") * price == Money(Decimal("3.3300"), "TWD")
    assert -price < price
    with pytest.raises(ValueError, match="TWD and CNY"):
        price + Money(Decimal(1), "CNY")
    with pytest.raises(ValueError):
        price * 0.5  # type: ignore[operator]
    assert price.format("en") == "NT$9.99"
