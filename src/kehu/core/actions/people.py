"""Users and teams."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from django.contrib.auth.password_validation import validate_password
from django.core.exceptions import ValidationError
from django.db import transaction
from django.utils.translation import gettext as _

from kehu.core import access, changes, registry
from kehu.core.actions import records
from kehu.core.database import reserve_ids
from kehu.core.errors import Conflict, Refused
from kehu.core.models import Batch, Change, Team, User


@transaction.atomic
def create_user(
    *, values: Mapping[str, Any], by: User | None, batch: Batch | None = None, password: str | None = None
) -> User:
    """A new person who may sign in; without a password the person cannot until one is set.

    `by` is empty only for the command line, where whoever may run it is the administrator.
    """
    kind = registry.of(User)
    if by is not None:
        access.require(by, "add", kind)
        values = records.allowed(kind, values, by)
    user = User(**values)
    if password is None:
        user.set_unusable_password()
    else:
        check_password(password, user)
        user.set_password(password)
    records.validate(user)
    changes.save(user, by=by, verb="create", batch=batch)
    return user


@transaction.atomic
def set_password(*, user: User, password: str, by: User | None) -> None:
    """Give a person a new password; by the person, an administrator, or the command line."""
    if by is not None and by.pk != user.pk:
        access.require(by, "change", user)
    check_password(password, user)
    user.set_password(password)
    changes.save(user, by=by, verb="password")


def check_password(password: str, user: User) -> None:
    try:
        validate_password(password, user)
    except ValidationError as error:
        raise Refused(" ".join(error.messages), fields={"password": " ".join(error.messages)}) from error


@transaction.atomic
def set_preferences(*, user: User, language: str | None = None, theme: str | None = None) -> None:
    """What a person chose for the own screen."""
    if language is not None:
        user.language = language
    if theme is not None:
        user.theme = theme
    records.validate(user)
    changes.save(user, by=user, verb="edit")


@transaction.atomic
def create_team(*, values: Mapping[str, Any], by: User | None, batch: Batch | None = None) -> Team:
    """A team under its parent."""
    kind = registry.of(Team)
    if by is not None:
        access.require(by, "add", kind)
        values = records.allowed(kind, values, by)
    team = Team(pk=reserve_ids(Team, 1)[0], **values)
    team.path = _path(team)
    records.validate(team)
    changes.save(team, by=by, verb="create", batch=batch)
    return team


@transaction.atomic
def edit_team(*, record: Team, values: Mapping[str, Any], by: User, batch: Batch | None = None) -> Team:
    """Rename or move a team; everything below moves with it, and back with it."""
    kind = registry.of(Team)
    values = records.allowed(kind, values, by)
    parent = values.get("parent", record.parent)
    if parent is not None and parent.path.startswith(record.path):
        raise Refused(_("A team cannot be part of itself. Choose another parent."), fields={"parent": ""})
    if batch is None and parent != record.parent:
        with changes.batch("edit", by=by, label=str(record)) as opened:
            return edit_team(record=record, values=values, by=by, batch=opened)
    record.parent = parent
    record.path = _path(record)
    records.update(record, values, by=by, batch=batch)
    _place_below(record, by=by, batch=batch)
    return record


def _path(team: Team) -> str:
    return f"{team.parent.path if team.parent else '/'}{team.pk}/"


def _place_below(team: Team, *, by: User, batch: Batch | None) -> None:
    """Set the paths of all teams below a team."""
    for child in Team.everything.filter(parent=team):
        child.parent = team
        child.path = _path(child)
        if changes.save(child, by=by, verb="edit", batch=batch):
            _place_below(child, by=by, batch=batch)


def refuse_to_leave_teams_behind(team: Team, change: Change) -> None:
    """A move is not taken back while teams stand below that came later: whose rows they see hangs on the path."""
    below = Team.everything.filter(path__startswith=team.path).exclude(pk=team.pk).first()
    if "path" in (change.before or {}) and below is not None:
        raise Conflict(
            _("“%(team)s” came below “%(above)s” since then. Move it away first.")
            % {"team": below, "above": team}
        )
