from __future__ import annotations

from datetime import UTC, datetime
from decimal import Decimal
from itertools import pairwise
from typing import Any

import pytest
from django.core import signing
from django.db.models import F, QuerySet
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from kehu.kit.paging import SALT, Page, capped_count, page
from kehu.kit.tests.shelf import Book, Maker

pytestmark = pytest.mark.usefixtures("shelf")

ORDERINGS = [
    (),
    ("title",),
    ("-title", "-id"),
    ("price",),
    ("-price", "id"),
    ("rank", "-title"),
    ("-rank", "price", "title"),
    ("copies", "-rank"),
    ("sold_at",),
    ("-sold_at",),
    ("maker__name",),
    ("-maker.name", "title"),
    ("maker", "-copies"),
    ("-maker_id",),
]
books = st.lists(
    st.fixed_dictionaries(
        {
            "title": st.sampled_from(["a", "b", "王", ""]),
            "price": st.sampled_from([None, Decimal("0.0001"), Decimal(7), Decimal("-3.5")]),
            "copies": st.integers(0, 2),
            "rank": st.sampled_from([None, 1, 2]),
            "sold_at": st.sampled_from(
                [None, datetime(2010, 8, 31, 1, 2, 3, 456789, UTC), datetime(2010, 9, 1, tzinfo=UTC)]
            ),
            "maker": st.sampled_from([None, 0, 1]),
        }
    ),
    max_size=14,
)


def _fill(rows: list[dict[str, Any]]) -> None:
    Book.objects.all().delete()
    makers = [Maker.objects.get_or_create(name=name)[0] for name in ("x", "y")]
    Book.objects.bulk_create(
        Book(**{**row, "maker": None if row["maker"] is None else makers[row["maker"]]}) for row in rows
    )


def _whole(ordering: tuple[str, ...]) -> list[Any]:
    order = []
    for name in ordering:
        column = F(name.removeprefix("-").replace(".", "__"))
        order.append(column.desc(nulls_last=True) if name.startswith("-") else column.asc(nulls_last=True))
    falling = bool(ordering) and ordering[-1].startswith("-")
    return list(Book.objects.order_by(*order, "-id" if falling else "id"))


def _walk(records: QuerySet, ordering: tuple[str, ...], size: int) -> list[Page]:
    pages = [page(records, ordering, size=size)]
    while pages[-1].next_token:
        pages.append(page(records, ordering, token=pages[-1].next_token, size=size))
    return pages


@pytest.mark.parametrize("ordering", ORDERINGS)
@given(rows=books, size=st.integers(1, 6))
@settings(max_examples=25, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
def test_the_pages_together_are_the_whole_list_forth_and_back(
    ordering: tuple[str, ...], rows: list[dict[str, Any]], size: int
) -> None:
    _fill(rows)
    pages = _walk(Book.objects.all(), ordering, size)
    assert [row for found in pages for row in found.rows] == _whole(ordering)
    assert pages[0].previous_token == ""
    for before, current in pairwise(pages):
        assert page(Book.objects.all(), ordering, token=current.previous_token, size=size).rows == before.rows


@pytest.mark.parametrize("ordering", [("title",), ("-rank",), ("copies", "-title")])
def test_rows_added_or_removed_meanwhile_shift_nothing(ordering: tuple[str, ...]) -> None:
    _fill([{"title": title, "rank": rank, "maker": None} for title in "cegi" for rank in (None, 1, 5)])
    first = page(Book.objects.all(), ordering, size=5)
    Book.objects.filter(pk=first.rows[-1].pk).delete()
    Book.objects.create(title="a", rank=9, copies=0)
    rest = page(Book.objects.all(), ordering, token=first.next_token, size=50).rows
    kept = [row for row in _whole(ordering) if row not in rest and row.title != "a"]
    assert kept == first.rows[:-1]


def test_going_back_past_the_start_shows_the_full_first_page() -> None:
    _fill([{"title": title, "maker": None} for title in "abcdef"])
    second = page(
        Book.objects.all(), ("title",), token=page(Book.objects.all(), ("title",), size=2).next_token, size=2
    )
    wider = page(Book.objects.all(), ("title",), token=second.previous_token, size=4)
    assert [row.title for row in wider.rows] == ["a", "b", "c", "d"]
    assert (wider.previous_token, bool(wider.next_token)) == ("", True)


def test_a_token_that_is_not_ours_or_of_another_list_gives_the_first_page() -> None:
    _fill([{"title": title, "maker": None} for title in "abc"])
    by_title = page(Book.objects.all(), ("title",), size=1).next_token
    first = page(Book.objects.all(), ("copies",), size=1).rows
    broken = [
        by_title,
        "nonsense",
        by_title[:-1] + "x",
        signing.dumps(["n"], salt=SALT),
        signing.dumps(5, salt=SALT),
    ]
    for token in [*broken, signing.dumps(["n", "copies,pk", ["many", "x"]], salt=SALT)]:
        assert page(Book.objects.all(), ("copies",), token=token, size=1).rows == first


def test_a_computed_column_can_be_paged_too() -> None:
    _fill([{"title": str(rank), "rank": rank, "copies": 3, "maker": None} for rank in (1, None, 5)])
    pages = _walk(Book.objects.annotate(stock=F("rank") * F("copies")), ("-stock",), 1)
    assert [row.stock for found in pages for row in found.rows] == [15, 3, None]


def test_a_page_in_the_middle_costs_at_most_two_queries_without_offset_or_or(
    django_assert_max_num_queries: Any,
) -> None:
    _fill([{"title": title, "rank": rank, "maker": None} for title in "abcdef" for rank in (1, 2)])
    for ordering in (("-rank",), ("title",)):
        token = page(Book.objects.all(), ordering, size=3).next_token
        with django_assert_max_num_queries(2) as queries:
            assert len(page(Book.objects.all(), ordering, token=token, size=3).rows) == 3
        assert not any(
            "OFFSET" in query["sql"] or " OR " in query["sql"] for query in queries.captured_queries
        )


def test_counting_stops_at_the_cap() -> None:
    _fill([{"title": "a", "maker": None}] * 5)
    assert capped_count(Book.objects.order_by("title"), cap=5) == (5, False)
    assert capped_count(Book.objects.all(), cap=4) == (4, True)
