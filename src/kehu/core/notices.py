"""What people are told: written by a reader of the change log, read with the rights of the moment.

A notice holds no text. Whoever may no longer see the record, or what was written about it, sees nothing of it.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.urls import reverse
from django.utils.translation import ngettext

from kehu.core import history, registry, verbs
from kehu.core.duplicates import pairs
from kehu.core.models import Change, Follow, Notice, Position, User
from kehu.core.readers import Reader
from kehu.core.registry import ObjectType

READER = "notices"
BATCH = 1000
MOST_COUNTED = 100
PAGE = 50
Place = tuple[str, int]


@dataclass(frozen=True)
class Mention:
    """Somebody is named by a change in what was written about a record."""

    user: int
    about: Place
    change: int


Mentions = Callable[[Sequence[Change]], Iterable[Mention]]
_mentions: list[Mentions] = []


def add_mentions(found_in: Mentions) -> None:
    """A module that holds texts says who is named in what these changes wrote."""
    _mentions.append(found_in)


def tell() -> int:
    """Read the log on and write the notices; returns how many. Where another process does, there is nothing to do."""
    reader = Reader(READER)
    if not Position.objects.filter(reader=READER).exists():
        reader.skip_to_end()  # nobody is told of what was before
    if not reader.hold():
        return 0
    told = 0
    try:
        while changes := reader.read(BATCH):
            told += _write(changes)
            reader.advance()
            reader.hold()
    finally:
        reader.release()
    return told


def _write(changes: Sequence[Change]) -> int:
    made: dict[tuple[int, int], Notice] = {}
    for found_in in _mentions:
        for mention in found_in(changes):
            key, pk = mention.about
            notice = Notice(user_id=mention.user, kind=Notice.Kind.MENTIONED, change_id=mention.change)
            notice.object_type, notice.object_id = key, pk
            made[mention.change, mention.user] = notice
    for change, about, user in _followed(changes):
        if (change.pk, user) not in made:
            notice = Notice(user_id=user, kind=Notice.Kind.FOLLOWED, change=change)
            notice.object_type, notice.object_id = about
            made[change.pk, user] = notice
    Notice.objects.bulk_create(made.values(), ignore_conflicts=True)
    return len(made)


def _followed(changes: Sequence[Change]) -> Iterable[tuple[Change, Place, int]]:
    """Each change of a followed record, or of what points at one, with the follower; nobody hears of oneself."""
    about: dict[Place, list[Change]] = defaultdict(list)
    by_kind: dict[str, list[Change]] = defaultdict(list)
    for change in changes:
        about[change.object_type, change.object_id].append(change)
        by_kind[change.object_type].append(change)
    for key, some in by_kind.items():
        if registry.known(key) and points(registry.get(key)):
            rows: Any = registry.get(key).model.everything
            pointers = rows.filter(pk__in=[change.object_id for change in some])
            places = {
                pk: (kind, target)
                for pk, kind, target in pointers.values_list("pk", "object_type", "object_id")
            }
            for change in some:
                if change.object_id in places and change.before is None:
                    about[places[change.object_id]].append(change)
    ids: dict[str, list[int]] = defaultdict(list)
    for key, pk in about:
        if pk is not None:
            ids[key].append(pk)
    for key, pks in ids.items():
        follows = Follow.objects.filter(object_type=key, object_id__in=pks)
        for user, pk, since in follows.values_list("user", "object_id", "since"):
            for change in about[key, pk]:
                if change.actor_id != user and change.pk > since:
                    yield change, (key, pk), user


def points(kind: ObjectType) -> bool:
    """Whether the rows of an object type are about a record of any other: tasks, notes, files."""
    return kind.field("object_type") is not None and kind.field("object_id") is not None


@dataclass(frozen=True)
class Told:
    """A notice as its reader may see it."""

    id: int
    kind: str
    when: datetime
    unread: bool
    who: str
    what: str
    icon: str
    title: str
    url: str
    text: str
    changes: list[history.FieldChange]


def unread(user: User) -> int:
    """How many unread notices the user may see something of, counted up to a hundred."""
    found = Notice.objects.filter(user=user, read_at=None).select_related("change").order_by("-id")
    return len(_readable(list(found[:MOST_COUNTED]), user))


def of_user(user: User, *, before: int | None = None) -> tuple[list[Told], int | None]:
    """The newest notices of a user, older than notice `before`, and the id to go on from where there are more."""
    found = Notice.objects.filter(user=user).select_related("change__actor").order_by("-id")
    if before is not None:
        found = found.filter(pk__lt=before)
    page = list(found[: PAGE + 1])
    told = [
        _told(notice, record, source, user) if record is not None else _told_of_pairs(notice)
        for notice, record, source in _readable(page[:PAGE], user)
    ]
    return told, page[PAGE - 1].pk if len(page) > PAGE else None


def _readable(notices: Sequence[Notice], user: User) -> list[tuple[Notice, Any, Any]]:
    """Those of records that may be seen; those of new duplicates, without a record, where one may decide."""
    of_records = {one[0].pk: one for one in _visible([n for n in notices if n.change is not None], user)}
    found = []
    for notice in notices:
        if notice.pk in of_records:
            found.append(of_records[notice.pk])
        elif notice.change is None and registry.known(notice.object_type):
            kind = registry.get(notice.object_type)
            if pairs.may_decide(kind, user):
                found.append((notice, None, None))
    return found


def _told_of_pairs(notice: Notice) -> Told:
    kind, count = registry.get(notice.object_type), notice.object_id
    what = ngettext("%(count)s new likely duplicate", "%(count)s new likely duplicates", count)
    return Told(
        id=notice.pk,
        kind=notice.kind,
        when=notice.made_at,
        unread=notice.read_at is None,
        who="",
        what=what % {"count": f"{count:,}"},
        icon="copy",
        title=str(kind.label_plural),
        url=reverse("duplicates-of", args=[kind.key]),
        text="",
        changes=[],
    )


def _visible(notices: Sequence[Notice], user: User) -> list[tuple[Notice, Any, Any]]:
    """Those whose record, and what the change was made to, the user may see now; one query per object type."""
    places = {(n.object_type, n.object_id) for n in notices}
    places |= {(n.change.object_type, n.change.object_id) for n in notices if n.change is not None}
    ids: dict[str, list[int]] = defaultdict(list)
    for key, pk in places:
        if registry.known(key):
            ids[key].append(pk)
    seen: dict[Place, Any] = {}
    for key, pks in ids.items():
        for record in registry.get(key).model.objects.visible_to(user).filter(pk__in=pks):
            seen[key, record.pk] = record
    found = []
    for notice in notices:
        record = seen.get((notice.object_type, notice.object_id))
        change = notice.change
        source = seen.get((change.object_type, change.object_id)) if change is not None else None
        if record is not None and source is not None:
            found.append((notice, record, source))
    return found


def _told(notice: Notice, record: Any, source: Any, user: User) -> Told:
    change, kind = notice.change, registry.of(record)
    assert change is not None
    itself = source is record or source == record
    verb = verbs.get(change.verb)
    return Told(
        id=notice.pk,
        kind=notice.kind,
        when=notice.made_at,
        unread=notice.read_at is None,
        who=history.name_of(change),
        what=str(verb.label) if itself else f"{verb.label} · {registry.of(source).label}",
        icon="at" if notice.kind == Notice.Kind.MENTIONED else verb.icon,
        title=str(record),
        url=reverse("record", args=[kind.key, record.pk]),
        text="" if itself else str(source),
        changes=history.field_changes(change, kind, user) if itself and change.before is not None else [],
    )
