"""Tasks and notes: whose, about what, and when."""

from __future__ import annotations

from collections.abc import Callable
from datetime import timedelta
from typing import Any

import pytest

from kehu.activities import actions, queries
from kehu.activities.models import Note, Task
from kehu.core import clock
from kehu.core.access import roles
from kehu.core.actions import records
from kehu.core.actions.people import create_team
from kehu.core.errors import Conflict, NotFound, Refused
from kehu.core.models import User
from kehu.customers.models import Account


@pytest.fixture
def person(db: Any) -> Callable[..., User]:
    return lambda username, role=roles.SALES_REP, **fields: User.objects.create_user(
        username, name=username, role=role, **fields
    )


@pytest.fixture
def rep(person: Callable[..., User]) -> User:
    return person("rep", team=create_team(values={"name": "Sales"}, by=None))


def test_tasks_are_overdue_due_today_or_due_in_the_next_seven_days(
    rep: User, person: Callable[..., User]
) -> None:
    noon = clock.now().replace(hour=12)
    for title, days in (("late", -1), ("tonight", 0), ("soon", 6), ("far", 9)):
        actions.add_task(title=title, due_on=noon + timedelta(days=days, hours=6), by=rep)
    actions.add_task(title="some day", by=rep)
    actions.add_task(title="of somebody else", due_on=noon, by=rep, owner=person("other"))
    titles = {
        name: [task.title for task in find(rep, noon)]
        for name, find in (
            ("late", queries.overdue),
            ("today", queries.due_today),
            ("soon", queries.due_soon),
        )
    }
    assert titles == {"late": ["late"], "today": ["tonight"], "soon": ["soon"]}
    assert [task.title for task in queries.open_tasks(rep)][-1] == "some day"


def test_a_task_is_done_once_and_can_be_taken_up_again(rep: User) -> None:
    task = actions.add_task(title="Call", by=rep)
    actions.complete(task=task, by=rep)
    with pytest.raises(Conflict, match="done already"):
        actions.complete(task=task, by=rep)
    assert not queries.open_tasks(rep).exists()
    actions.reopen(task=task, by=rep)
    assert queries.open_tasks(rep).get() == task


def test_a_task_about_a_record_that_one_may_not_see_is_refused_like_one_about_nothing(
    rep: User, person: Callable[..., User]
) -> None:
    account = records.create(Account, {"name": "Cedar"}, by=rep)
    pointer = {"object_type": "account", "object_id": account.pk}
    assert records.create(Task, {"title": "Call", **pointer}, by=rep).object_id == account.pk
    for wrong in (pointer, {**pointer, "object_id": 4711}, {"object_type": "nothing", "object_id": 1}):
        with pytest.raises(NotFound, match="no such record"):
            records.create(Task, {"title": "Call", **wrong}, by=person(f"other {wrong}"[:50]))


def test_half_a_pointer_is_refused(rep: User) -> None:
    with pytest.raises(Refused):
        records.create(Task, {"title": "Call", "object_id": 1}, by=rep)


def test_the_link_of_a_task_is_drawn_only_for_who_sees_the_record(
    rep: User, person: Callable[..., User]
) -> None:
    account = records.create(Account, {"name": "Cedar"}, by=rep)
    other = person("other")
    task = actions.add_task(title="Help", about=account, owner=other, by=rep)
    link = queries.about(task, rep)
    assert link is not None and link.title == "Cedar"
    assert queries.about(task, other) is None
    records.delete(record=account, by=person("head", roles.SALES_HEAD, team=rep.team))
    assert queries.about(task, rep) is None


def test_tasks_are_seen_by_the_team_and_by_nobody_else(rep: User, person: Callable[..., User]) -> None:
    actions.add_task(title="Call", by=rep)
    assert Task.objects.visible_to(person("colleague", team=rep.team)).count() == 1
    assert Task.objects.visible_to(person("stranger")).count() == 0


def test_a_note_has_its_author_and_stands_with_its_record(rep: User, person: Callable[..., User]) -> None:
    account = records.create(Account, {"name": "Cedar"}, by=rep)
    note = records.create(
        Note, {"text": "Likes tea", "object_type": "account", "object_id": account.pk}, by=rep
    )
    assert note.author == rep
    assert list(queries.notes_about(account, rep)) == [note]
    assert not queries.notes_about(account, person("stranger")).exists()
