"""A visitor becomes a person: with what was done before, through merges and back."""

from __future__ import annotations

from typing import Any

import pytest
from django.db.models import Q

from kehu.behaviour import actions
from kehu.behaviour.actions import persons
from kehu.behaviour.models import Event, Site, Visitor
from kehu.core import changes, timeline
from kehu.core.actions import merge
from kehu.core.errors import Conflict
from kehu.core.tests.company import person
from kehu.customers.models import Account

from .conftest import event

pytestmark = pytest.mark.django_db


def account(name: str) -> Account:
    made = Account(name=name)
    changes.save(made, by=None)
    return made


def told(record: Any, user: Any) -> list[str]:
    """The pages that the story of a record tells of."""
    story = timeline.of_record(record, user, chip="behaviour")
    return [{str(label): cell.text for label, cell in item.facts}.get("Title", "") for item in story.entries]


def test_what_was_done_before_joins_the_person_by_a_token(site: Site, send: Any) -> None:
    boss, one = person("boss", "administrator"), account("One")
    send(event(title="Before"))
    actions.digest()
    assert told(one, boss) == []
    send(event(title="After"), visitor="visitor-one", identify=persons.token_for(one))
    actions.digest()
    assert sorted(told(one, boss)) == ["After", "Before"]


def test_two_visitors_are_one_person_and_one_visitor_is_not_two(site: Site, send: Any) -> None:
    boss, one, other = person("boss", "administrator"), account("One"), account("Other")
    send(event(title="At home", visitor="visitor-home"), event(title="At work", visitor="visitor-work"))
    actions.digest()
    for visitor in ("visitor-home", "visitor-work", "visitor-work"):
        actions.identify(visitor=visitor, record=one, by=boss)
    assert sorted(told(one, boss)) == ["At home", "At work"]
    with pytest.raises(Conflict):
        actions.identify(visitor="visitor-home", record=other, by=boss)


def test_a_merge_carries_the_story_and_its_undo_returns_it(site: Site, send: Any) -> None:
    boss, one, other = person("boss", "administrator"), account("One"), account("Other")
    send(event(title="Seen", visitor="visitor-other"))
    actions.digest()
    actions.identify(visitor="visitor-other", record=other, by=boss)
    batch = merge.merge(survivor=one, other=other, take=[], by=boss)
    assert told(one, boss) == ["Seen"]
    changes.undo(batch=batch, by=boss)
    assert told(one, boss) == []
    assert told(Account.objects.get(pk=other.pk), boss) == ["Seen"]


def test_a_forged_token_names_nobody() -> None:
    assert persons.reads("WyJsZWFkIiwxXQ:1abc:forged") is None


def test_with_a_person_who_is_deleted_for_good_go_visitors_and_events(site: Site, send: Any) -> None:
    from kehu.core import purging, registry

    boss, one = person("boss", "administrator"), account("One")
    send(event(visitor="visitor-gone"), event(visitor="visitor-stays"))
    actions.digest()
    actions.identify(visitor="visitor-gone", record=one, by=boss)
    purging.remove(registry.get("account"), [one.pk], by=boss)
    assert not Visitor.everything.filter(Q(visitor="visitor-gone")).exists()
    assert [one.visitor for one in Event.objects.all()] == ["visitor-stays"]
