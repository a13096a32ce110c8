"""Rows written column by column come back as they were given, whatever signs of the database they hold."""

from __future__ import annotations

from datetime import UTC, datetime
from decimal import Decimal
from itertools import repeat

import pytest
from django.db import connection, transaction

from kehu.core import search
from kehu.core.database import LongWrite, insert_columns, is_postgresql
from kehu.core.models import SearchRow
from kehu.core.search.index import kind_token

ODD = ["a\tb", "a\nb", "a\\b", "\\N", "\\.", "", "'x'", 'say "no"', "e\rf", "名單\\n", "\\"]


@pytest.fixture
def table(db):
    with connection.cursor() as cursor:
        kind = "timestamptz" if is_postgresql() else "text"
        cursor.execute(
            f"CREATE TEMPORARY TABLE odd (n integer, t text, d numeric, at {kind}, yes boolean, k text)"
        )
    yield "odd"
    with connection.cursor() as cursor:
        cursor.execute("DROP TABLE odd")


def test_what_copy_takes_for_a_sign_is_stored_as_it_was(table):
    count = len(ODD)
    insert_columns(table, ["n", "t", "k"], [list(range(count)), ODD, repeat("a\\b\t", count)])
    with connection.cursor() as cursor:
        cursor.execute("SELECT t, k FROM odd ORDER BY n")
        assert cursor.fetchall() == [(text, "a\\b\t") for text in ODD]


def test_nothing_stays_nothing_beside_empty_texts_and_other_types(table):
    at = datetime(2010, 1, 5, 1, tzinfo=UTC)
    given = [
        [1, 2, None],
        ["", None, "x\\"],
        [Decimal("1.50"), None, 2] if is_postgresql() else ["1.50", None, 2],
        [at, None, None] if is_postgresql() else ["2010", None, None],
        [True, None, False],
    ]
    insert_columns(table, ["n", "t", "d", "at", "yes"], given)
    with connection.cursor() as cursor:
        cursor.execute("SELECT n, t, d, at, yes FROM odd ORDER BY coalesce(n, 9)")
        found = cursor.fetchall()
    assert [row[:2] for row in found] == [(1, ""), (2, None), (None, "x\\")]
    assert [float(row[2]) if row[2] is not None else None for row in found] == [1.5, None, 2.0]
    assert [row[3] for row in found] == given[3]
    assert [None if row[4] is None else bool(row[4]) for row in found] == [True, None, False]


def test_columns_of_different_length_are_not_written(table):
    with pytest.raises(ValueError):
        insert_columns(table, ["n", "t"], [[1, 2], ["a"]])


@pytest.mark.django_db
def test_tokens_with_quotes_and_backslashes_are_found_one_by_one_and_together():
    texts = search.Texts()
    for title in ("o'brien\\x", "it''s"):
        texts.titles.append(title)
        texts.open_texts.append(title)
        texts.closed_texts.append("")
        texts.open_tokens.append(f"{title} plain")
        texts.closed_tokens.append("")
    with transaction.atomic():
        search.write("lead", [901, 902], texts)
        search.write("lead", [903], texts.part(slice(0, 1)))
    keys = dict(SearchRow.objects.filter(object_id__gte=901).values_list("object_id", "pk"))
    mark = kind_token("lead")
    if not is_postgresql():
        with connection.cursor() as cursor:
            cursor.execute("SELECT rowid, open_tokens FROM core_searchtoken")
            rows = dict(cursor.fetchall())
        assert rows[keys[901]] == rows[keys[903]] == f"{mark} o'brien\\x plain"
        return
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT id, tsvector_to_array(open_tokens), tsvector_to_array(closed_tokens) FROM core_searchtoken"
            " WHERE id = ANY(%s)",
            [list(keys.values())],
        )
        found = {row[0]: (set(row[1]), row[2]) for row in cursor.fetchall()}
    assert found[keys[901]] == found[keys[903]] == ({mark, "o'brien\\x", "plain"}, ["∅"])
    assert found[keys[902]] == ({mark, "it''s", "plain"}, ["∅"])


@pytest.mark.django_db(transaction=True)
def test_a_long_write_copies_its_log_seldom_and_leaves_nothing_behind():
    copies = 0
    with LongWrite() as writing:
        real = writing._copy

        def counted() -> None:
            nonlocal copies
            copies += 1
            real()

        writing._copy = counted
        for number in range(20):
            SearchRow.objects.create(object_type="x", object_id=number, title="x" * 250)
            writing.settle()
    if is_postgresql():
        assert copies == 1  # the call at the end, which has nothing to do
        return
    assert copies == 2  # after the first transaction, which says how much one writes, and at the end
    with connection.cursor() as cursor:
        cursor.execute("PRAGMA wal_checkpoint(PASSIVE)")
        _busy, pages, copied = cursor.fetchone()
    assert pages == copied
