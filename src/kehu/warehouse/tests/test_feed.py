"""From the change log to the tables: nothing lost, nothing twice, also when a process dies in between."""

from __future__ import annotations

import os
import shutil
from typing import Any

import pytest
from django.conf import settings

from kehu.core import changes
from kehu.core.models import Change, Company, Position, Team, User
from kehu.core.readers import Reader
from kehu.warehouse import feed, store
from kehu.warehouse.facts import shapes

pytestmark = pytest.mark.django_db(transaction=True)


@pytest.fixture(autouse=True)
def empty_warehouse():
    """Every test starts without tables; what this process remembers of older ones is forgotten."""
    shutil.rmtree(settings.WAREHOUSE_URL, ignore_errors=True)
    store.forget()
    yield
    shutil.rmtree(settings.WAREHOUSE_URL, ignore_errors=True)


def add(name: str, **values: Any) -> Team:
    team = Team(name=name, **values)
    changes.save(team, by=None)
    return team


def table(name: str = "team") -> dict[int, dict[str, Any]]:
    return {row["id"]: row for row in store.current().table(shapes()[name]).rows().to_pylist()}


def names() -> list[str]:
    return sorted(row["name"] for row in table().values())


def test_the_first_refresh_loads_everything_and_the_next_has_nothing_to_do():
    add("North")
    add("South")
    assert feed.refresh() == 2
    assert names() == ["North", "South"]
    assert feed.refresh() == 0


def test_new_changed_and_deleted_rows_arrive():
    north, south = add("North"), add("South")
    feed.refresh()
    north.name = "Far north"
    changes.save(north, by=None)
    south.deleted_at = north.created_at
    changes.save(south, by=None)
    add("East")
    before = feed.version()
    assert feed.refresh() == 3
    assert names() == ["East", "Far north"]
    assert feed.version() > before


def test_a_rebuild_from_the_database_gives_the_same_tables():
    north = add("North")
    feed.refresh()
    add("South")
    north.name = "Far north"
    changes.save(north, by=None)
    feed.refresh()
    fed = {name: store.current().table(shape).rows() for name, shape in shapes().items()}
    assert feed.rebuild()["team"] == 2
    for name, shape in shapes().items():
        assert store.current().table(shape).rows().equals(fed[name]), name


def test_feeding_the_same_changes_again_changes_nothing(monkeypatch):
    add("North")
    feed.refresh()
    add("South")
    with monkeypatch.context() as patch:
        patch.setattr(Reader, "advance", _fail)
        with pytest.raises(RuntimeError):
            feed.refresh()
    assert names() == ["North", "South"]
    assert feed.refresh() == 1
    assert names() == ["North", "South"]


def test_a_failed_append_leaves_the_cursor_and_the_next_call_feeds_it(monkeypatch):
    add("North")
    feed.refresh()
    add("South")
    with monkeypatch.context() as patch:
        patch.setattr(feed, "_append", _fail)
        with pytest.raises(RuntimeError):
            feed.refresh()
    assert names() == ["North"]
    assert feed.refresh() == 1
    assert names() == ["North", "South"]


def test_only_one_process_feeds_and_a_dead_one_does_not_keep_the_lease():
    add("North")
    reader = Reader(feed.READER)
    assert reader.hold("elsewhere:1")
    assert feed.refresh() == 0
    reader.release("elsewhere:1")
    child = os.fork()
    if child == 0:
        os._exit(0)
    os.waitpid(child, 0)
    host = feed.socket.gethostname()
    assert reader.hold(f"{host}:{child}")
    assert feed.refresh() == 1


def test_tables_of_another_database_are_replaced():
    add("North")
    feed.refresh()
    for model in (Team, Change, Position):
        model._base_manager.all().delete()
    add("Other")
    feed.refresh()
    assert names() == ["Other"]


def test_dates_are_those_of_the_company_and_follow_its_time_zone():
    from datetime import UTC, date, datetime

    from kehu.core import clock

    add("Night", created_at=datetime(2010, 8, 31, 20, tzinfo=UTC))
    feed.refresh()
    assert [row["created_on"] for row in table().values()] == [date(2010, 8, 31)]
    Company.objects.update_or_create(pk=1, defaults={"timezone": "Asia/Taipei"})
    clock.forget()
    feed.refresh()
    assert [row["created_on"] for row in table().values()] == [date(2010, 9, 1)]
    Company.objects.all().delete()
    clock.forget()


def test_many_changes_are_merged_into_the_base(monkeypatch):
    monkeypatch.setattr(store, "RECENT_ROWS", 2)
    add("North")
    feed.refresh()
    for name in ("a", "b", "c"):
        add(name)
    feed.refresh()
    status = {row.table: row for row in feed.status().tables}
    assert (status["team"].rows, status["team"].recent) == (4, 0)
    assert feed.status().behind == 0


def test_a_copied_field_follows_the_row_that_it_came_from(monkeypatch):
    from kehu.warehouse import facts

    copied = facts.Facts(columns=("name", "team", facts.FactColumn("team_name", source="team.name")))
    monkeypatch.setitem(facts.PLATFORM, "user", copied)
    team = add("North")
    user = User(username="li", name="Li", team=team)
    changes.save(user, by=None)
    feed.refresh()
    team.name = "Far north"
    changes.save(team, by=None)
    feed.refresh()
    assert [row["team_name"] for row in table("user").values()] == ["Far north"]


def _fail(*_arguments: Any, **_named: Any) -> None:
    raise RuntimeError
