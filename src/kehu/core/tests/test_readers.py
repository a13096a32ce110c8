"""Every change once and none left out, however transactions overlap."""

from __future__ import annotations

import threading
from collections.abc import Callable
from datetime import timedelta
from typing import Any

import pytest
from django.db import connection, transaction

from kehu.core import changes
from kehu.core.database import is_postgresql
from kehu.core.models import Change, Position, Team
from kehu.core.readers import Reader

pytestmark = pytest.mark.django_db(transaction=True)


def add(name: str) -> None:
    changes.save(Team(name=name), by=None)


def names(found: list[Change]) -> list[str]:
    return [change.after["name"] for change in found]


def in_thread(work: Callable[[], Any]) -> threading.Thread:
    def run() -> None:
        try:
            work()
        finally:
            connection.close()

    thread = threading.Thread(target=run)
    thread.start()
    return thread


def test_a_reader_gets_each_change_once_in_order():
    reader = Reader("test")
    for name in ("a", "b", "c"):
        add(name)
    assert names(reader.read(2)) == ["a", "b"]
    reader.advance()
    assert names(reader.read(2)) == ["c"]
    reader.advance()
    assert reader.read() == []
    assert reader.behind() == 0


def test_what_was_read_but_not_passed_comes_again():
    add("a")
    Reader("test").read()
    assert names(Reader("test").read()) == ["a"]


def test_readers_do_not_move_each_other():
    add("a")
    one = Reader("one")
    one.read()
    one.advance()
    assert names(Reader("other").read()) == ["a"]


def test_a_change_whose_transaction_commits_late_is_not_lost():
    """The one that was begun first has the lower number and commits last.

    PostgreSQL lets both write at once: what the second one wrote waits for the first. SQLite has one
    writer at a time: there the second waits itself. Either way nothing may be read that a late one would precede.
    """
    reader = Reader("test")
    reader.position()
    began, go, second_done = threading.Event(), threading.Event(), threading.Event()

    def first() -> None:
        with transaction.atomic():
            add("first")
            began.set()
            assert go.wait(20)

    def second() -> None:
        add("second")
        second_done.set()

    threads = [in_thread(first)]
    assert began.wait(20)
    threads.append(in_thread(second))
    if is_postgresql():
        assert second_done.wait(20)
    assert names(reader.read()) == []
    reader.advance()
    go.set()
    for thread in threads:
        thread.join(20)
    assert names(reader.read()) == ["first", "second"]
    reader.advance()
    assert reader.read() == []


def test_many_writers_at_once_lose_nothing_to_a_reader_that_reads_all_the_time():
    reader = Reader("test")
    reader.position()
    wanted = {f"{writer}-{number}" for writer in range(3) for number in range(8)}
    found: list[str] = []
    stop = threading.Event()

    def write(writer: int) -> None:
        for number in range(8):
            with transaction.atomic():
                add(f"{writer}-{number}")

    def read() -> None:
        while not stop.is_set() or reader.read(1):
            found.extend(names(reader.read(3)))
            reader.advance()

    reading = in_thread(read)
    writing = [in_thread(lambda writer=writer: write(writer)) for writer in range(3)]
    for thread in writing:
        thread.join(60)
    stop.set()
    reading.join(60)
    assert sorted(found) == sorted(wanted)


def test_a_rolled_back_change_is_never_read():
    try:
        with transaction.atomic():
            add("ghost")
            raise ZeroDivisionError
    except ZeroDivisionError:
        add("a")
    assert names(Reader("test").read()) == ["a"]


def test_a_lease_has_one_holder_until_it_is_given_back_or_runs_out():
    reader = Reader("test")
    assert reader.hold("one")
    assert reader.hold("one")
    assert not reader.hold("other")
    reader.release("one")
    assert reader.hold("other", lease=timedelta(seconds=-1))
    assert reader.hold("one")
    reader.release("other")
    assert Position.objects.get(reader="test").holder == "one"


def test_skipping_to_the_end_leaves_only_what_comes_later():
    add("a")
    reader = Reader("test")
    reader.skip_to_end()
    add("b")
    assert names(reader.read()) == ["b"]
