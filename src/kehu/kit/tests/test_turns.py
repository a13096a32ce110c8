"""Sorting by turns: the order of choices and of names that another table holds."""

from __future__ import annotations

from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from kehu.kit import paging
from kehu.kit.tests.shelf import Book, Maker
from kehu.kit.turns import Listed, Referred, Turns

pytestmark = pytest.mark.usefixtures("shelf")

NAMES = ("y", "x", "z", "x")
ORDER = (2, 1, 3)
books = st.lists(
    st.tuples(st.sampled_from([None, 0, 1, 2, 3]), st.sampled_from([None, 1, 2, 3])), max_size=12
)


def fill(rows: list[tuple[int | None, int | None]]) -> list[Maker]:
    Book.objects.all().delete()
    Maker.objects.all().delete()
    makers = [Maker.objects.create(name=name) for name in NAMES]
    Book.objects.bulk_create(
        Book(title="b", copies=place % 3, rank=rank, maker=None if maker is None else makers[maker])
        for place, (maker, rank) in enumerate(rows)
    )
    return makers


def by_hand(turns: Turns, descending: bool) -> list[int]:
    """Rows without a value come last in either direction; within a turn by copies, falling, then by key."""

    def turn(book: Book) -> Any:
        if isinstance(turns, Listed):
            return None if book.rank is None else ORDER.index(book.rank)
        return None if book.maker is None else (book.maker.name, book.maker.pk)

    rows = sorted(Book.objects.select_related("maker"), key=lambda book: (-book.copies, book.pk))
    known = sorted((book for book in rows if turn(book) is not None), key=turn, reverse=descending)
    if descending:  # a stable sort turned round keeps the order of equals
        known = [
            book
            for value in sorted({turn(book) for book in known}, reverse=True)
            for book in rows
            if turn(book) == value
        ]
    return [book.pk for book in [*known, *(book for book in rows if turn(book) is None)]]


def walk(ordering: tuple[str | Turns, ...], size: int) -> tuple[list[int], list[int]]:
    """All rows forth, and back again from the last page."""
    forth, back, token, last = [], [], "", None
    while True:
        page = paging.page(Book.objects.all(), ordering, token=token, size=size)
        forth += [row.pk for row in page.rows]
        last, token = page, page.next_token
        if not token:
            break
    back = [row.pk for row in last.rows]
    while last.previous_token:
        last = paging.page(Book.objects.all(), ordering, token=last.previous_token, size=size)
        back = [row.pk for row in last.rows] + back
    return forth, back


@pytest.mark.parametrize("descending", [False, True])
@pytest.mark.parametrize("by", ["choice", "reference"])
@given(rows=books, size=st.integers(1, 5))
@settings(max_examples=25, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
def test_the_pages_together_are_the_whole_list_in_turns(
    by: str, descending: bool, rows: Any, size: int
) -> None:
    fill(rows)
    turns: Turns = (
        Listed("rank", ORDER, descending)
        if by == "choice"
        else Referred("maker_id", Maker.objects.all(), "name", descending)
    )
    forth, back = walk((turns, "-copies", "id"), size)
    whole = by_hand(turns, descending)
    assert forth == whole
    assert back[-len(whole) :] == whole or not whole


def test_a_page_asks_only_for_the_turns_that_it_touches(django_assert_max_num_queries: Any) -> None:
    makers = fill([(0, 1)] * 3)
    Maker.objects.bulk_create(Maker(name=f"w{number}") for number in range(40))
    turns = Referred("maker_id", Maker.objects.all(), "name")
    with django_assert_max_num_queries(2):
        page = paging.page(Book.objects.all(), (turns, "id"), size=2)
    assert {row.maker_id for row in page.rows} == {makers[0].pk}
