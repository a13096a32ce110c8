"""Commands of core: people, undo."""

from __future__ import annotations

import argparse
import getpass
import json
import os
from typing import Any

from django.utils.translation import gettext as _

from kehu.core import changes
from kehu.core.access import roles
from kehu.core.actions import people
from kehu.core.errors import NotFound
from kehu.core.models import Batch, Team, User


def add_commands(commands: Any) -> None:
    """Add `user add` and `undo` to the command line."""
    user = commands.add_parser("user", help="people who sign in")
    verbs = user.add_subparsers(dest="verb", required=True, metavar="VERB")
    add = verbs.add_parser("add", help="add a person; the password is asked for, or read from KEHU_PASSWORD")
    add.add_argument("username")
    add.add_argument("--name", default="")
    add.add_argument("--email", default="")
    add.add_argument("--role", choices=roles.ALL, default=roles.SALES_REP)
    add.add_argument("--team", default="")
    add.add_argument("--json", action="store_true")
    add.set_defaults(run=add_user)

    token = verbs.add_parser("token", help="make an API token for a person and print it, once")
    token.add_argument("username")
    token.add_argument("--name", default="command line")
    token.add_argument("--days", type=int, default=365)
    token.set_defaults(run=add_token)

    undo = commands.add_parser("undo", help="take a batch (import, bulk edit, undo) back")
    undo.add_argument("batch", type=int)
    undo.add_argument("--as", dest="as_user", default="", help="user name; default: whoever ran the batch")
    undo.add_argument("--json", action="store_true")
    undo.set_defaults(run=undo_batch)


def add_user(options: argparse.Namespace) -> int:
    password = os.environ.get("KEHU_PASSWORD") or getpass.getpass(_("Password: "))
    values: dict[str, Any] = {
        "username": options.username,
        "name": options.name or options.username,
        "email": options.email,
        "role": options.role,
    }
    if options.team:
        values["team"] = Team.objects.filter(name=options.team).first()
        if values["team"] is None:
            raise NotFound(_("There is no team called “%(name)s”.") % {"name": options.team})
    user = people.create_user(values=values, by=None, password=password)
    answer = {"id": user.pk, "username": user.username, "role": user.role}
    print(json.dumps(answer) if options.json else _("Added %(name)s.") % {"name": user.username})
    return 0


def add_token(options: argparse.Namespace) -> int:
    print(people.issue_token(user=user_named(options.username), name=options.name, days=options.days))
    return 0


def undo_batch(options: argparse.Namespace) -> int:
    batch = Batch.objects.filter(pk=options.batch).first()
    if batch is None:
        raise NotFound(_("There is no batch %(number)s.") % {"number": options.batch})
    by = user_named(options.as_user) if options.as_user else batch.actor or system_user()
    opened = changes.undo(batch=batch, by=by)
    answer = {"batch": opened.pk, "undone": batch.pk, "changes": opened.changes.count()}
    print(json.dumps(answer) if options.json else _("Batch %(number)s is undone.") % {"number": batch.pk})
    return 0


def user_named(username: str) -> User:
    user = User.objects.filter(username=username).first()
    if user is None:
        raise NotFound(_("There is no user called “%(name)s”.") % {"name": username})
    return user


def system_user() -> User:
    """The first administrator: who acts when the command line names nobody."""
    user = User.objects.filter(role=roles.ADMINISTRATOR, is_active=True).order_by("id").first()
    if user is None:
        raise NotFound(_("There is no administrator yet. Add one: kehu user add NAME --role administrator"))
    return user
