"""Commands of core: people, the company, imports, undo."""

from __future__ import annotations

import argparse
import getpass
import json
import os
import sys
import time
from pathlib import Path
from typing import Any

from django.utils.translation import gettext as _

from kehu.core import changes, exports, imports, registry, search
from kehu.core.access import roles
from kehu.core.actions import people, tokens
from kehu.core.actions.company import set_company
from kehu.core.errors import NotFound
from kehu.core.models import ApiToken, Batch, Change, ImportRun, Team, User
from kehu.core.models.company import HISTORY, SEARCHES
from kehu.kit.text import whole_number, without_halves

MOST_FOUND = 1_000
DAYS = ("monday", "tuesday", "wednesday", "thursday", "friday", "saturday", "sunday")


def add_commands(commands: Any) -> None:
    """Add people, tokens, company, import and undo to the command line."""
    _add_people(commands)
    _add_tokens(commands)
    _add_company(commands)
    _add_import(commands)
    _add_export(commands)
    _add_search(commands)

    undo = commands.add_parser("undo", help="take a batch (import, bulk edit, undo) back")
    undo.add_argument("batch", type=int)
    undo.add_argument("--as", dest="as_user", default="", help="user name; default: whoever ran the batch")
    undo.add_argument("--json", action="store_true")
    undo.set_defaults(run=undo_batch)


def _add_people(commands: Any) -> None:
    user = commands.add_parser("user", help="people who sign in")
    verbs = user.add_subparsers(dest="verb", required=True, metavar="VERB")
    add = verbs.add_parser("add", help="add a person; the password is asked for, or read from KEHU_PASSWORD")
    add.add_argument("username")
    add.add_argument("--name", default="")
    add.add_argument("--email", default="")
    add.add_argument("--role", choices=roles.ALL, default=roles.SALES_REP)
    add.add_argument("--team", default="")
    add.add_argument("--if-none", action="store_true", help="only where nobody has this role yet")
    add.add_argument("--json", action="store_true")
    add.set_defaults(run=add_user)

    make = verbs.add_parser("token", help="make an API token for a person and print it, once")
    _token_options(make)


def _add_tokens(commands: Any) -> None:
    token = commands.add_parser("token", help="keys of programs that use the API")
    verbs = token.add_subparsers(dest="verb", required=True, metavar="VERB")
    make = verbs.add_parser("add", help="make a token for a person and print it, once")
    _token_options(make)
    told = verbs.add_parser("list", help="tokens with their scopes and last use")
    told.add_argument("username", nargs="?", default="", help="only this person's")
    told.add_argument("--json", action="store_true")
    told.set_defaults(run=list_tokens)
    end = verbs.add_parser("revoke", help="end a token at once")
    end.add_argument("number", type=int, help="as `kehu token list` shows it")
    end.add_argument("--json", action="store_true")
    end.set_defaults(run=revoke_token)


def _token_options(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("username")
    parser.add_argument("--name", default="command line")
    parser.add_argument("--days", type=int, default=365)
    parser.add_argument(
        "--scope",
        action="append",
        help="read, write, admin, or as in lead:read; again for more; default: admin",
    )
    parser.add_argument("--json", action="store_true")
    parser.set_defaults(run=add_token)


def _add_company(commands: Any) -> None:
    company = commands.add_parser("company", help="the company that this installation belongs to")
    verbs = company.add_subparsers(dest="verb", required=True, metavar="VERB")
    change = verbs.add_parser("set", help="change its habits; without options, show them")
    change.add_argument("--name")
    change.add_argument("--currency", help="three letters; only while no amount is stored in another")
    change.add_argument("--timezone", help="as in Europe/Berlin")
    change.add_argument("--country", help="two letters: where telephone numbers without a prefix belong")
    change.add_argument("--first-weekday", choices=DAYS, help="the day on which weeks start")
    change.add_argument(
        "--duplicate-search", choices=tuple(dict(SEARCHES)), help="when duplicates are searched for by itself"
    )
    change.add_argument("--json", action="store_true")
    change.set_defaults(run=change_company)
    past = verbs.add_parser("history", help="who changed its habits, when, from what to what")
    past.add_argument("--json", action="store_true")
    past.set_defaults(run=show_company_history)


def _add_search(commands: Any) -> None:
    look = commands.add_parser("search", help="find records by what they hold")
    look.add_argument("text")
    look.add_argument("--as", dest="as_user", default="", help="user name; default: the first administrator")
    look.add_argument("--object", default="", help="only this kind of record: lead, account, …")
    look.add_argument("--limit", type=_limit, default=20, help="how many at most, 1 to 1000")
    look.add_argument("--json", action="store_true")
    look.set_defaults(run=find_records)


def _limit(text: str) -> int:
    number = whole_number(text)
    if number is None or not 1 <= number <= MOST_FOUND:
        raise argparse.ArgumentTypeError(f"a number from 1 to {MOST_FOUND}, not “{text}”")
    return number


def _add_import(commands: Any) -> None:
    load = commands.add_parser("import", help="read a file of rows into records")
    load.add_argument("object", help="lead, account, opportunity, …")
    load.add_argument("file", type=Path)
    how = load.add_mutually_exclusive_group(required=True)
    how.add_argument("--map", type=Path, help="mapping file (TOML)")
    how.add_argument("--propose", action="store_true", help="print a mapping for the file, read nothing in")
    load.add_argument("--key", default="", help="field by which existing records are found and updated")
    load.add_argument("--dry-run", action="store_true", help="check everything, write nothing")
    load.add_argument("--errors", type=Path, help="where the rejected rows go")
    load.add_argument("--as", dest="as_user", default="", help="user name; default: the first administrator")
    load.add_argument("--json", action="store_true")
    load.set_defaults(run=import_rows)


def _add_export(commands: Any) -> None:
    out = commands.add_parser("export", help="write the records of a list to a file")
    out.add_argument("object", help="lead, account, opportunity, …")
    out.add_argument(
        "--to", type=Path, required=True, help="the file; its name ends in .csv, .xlsx or .parquet"
    )
    out.add_argument("--where", default="", help="condition (JSON), as in the address of a list")
    out.add_argument("--columns", nargs="+", default=[], help="field paths; default: those of the list")
    out.add_argument("--as", dest="as_user", default="", help="user name; default: the first administrator")
    out.add_argument("--json", action="store_true")
    out.set_defaults(run=export_rows)


def add_user(options: argparse.Namespace) -> int:
    there = User.objects.filter(role=options.role, is_active=True).first() if options.if_none else None
    if there is not None:
        answer = {"id": there.pk, "username": there.username, "role": there.role}
        print(json.dumps(answer) if options.json else _("%(name)s is there.") % {"name": there.username})
        return 0
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
    secret = tokens.issue_token(
        user=user_named(options.username),
        name=options.name,
        days=options.days,
        scopes=options.scope or ["admin"],
    )
    print(json.dumps({"token": secret}) if options.json else secret)
    return 0


def list_tokens(options: argparse.Namespace) -> int:
    found = ApiToken.objects.select_related("user").order_by("id")
    if options.username:
        found = found.filter(user=user_named(options.username))
    rows = [
        {
            "id": token.pk,
            "username": token.user.username,
            "name": token.name,
            "scopes": token.scopes,
            "used_at": token.used_at,
            "expires_at": token.expires_at,
            "revoked_at": token.revoked_at,
        }
        for token in found
    ]
    if options.json:
        print(json.dumps(rows, default=str))
        return 0
    for row in rows:
        state = (
            _("revoked")
            if row["revoked_at"]
            else _("good until %(day)s") % {"day": f"{row['expires_at']:%Y-%m-%d}"}
        )
        print(row["id"], row["username"], row["name"], ",".join(row["scopes"]), state, sep="  ")
    return 0


def revoke_token(options: argparse.Namespace) -> int:
    token = ApiToken.objects.filter(pk=options.number).first()
    if token is None:
        raise NotFound(_("There is no token %(number)s.") % {"number": options.number})
    tokens.revoke_token(token=token, by=None)
    print(
        json.dumps({"revoked": token.pk})
        if options.json
        else _("“%(name)s” is revoked.") % {"name": token.name}
    )
    return 0


def change_company(options: argparse.Namespace) -> int:
    names = ("name", "currency", "timezone", "country", "duplicate_search")
    given = {name: getattr(options, name) for name in names}
    values: dict[str, Any] = {name: value for name, value in given.items() if value is not None}
    if options.first_weekday:
        values["first_weekday"] = DAYS.index(options.first_weekday)
    company = set_company(values=values, by=None)
    answer = {name: getattr(company, name) for name in given}
    answer["first_weekday"] = DAYS[company.first_weekday]
    print(json.dumps(answer) if options.json else "\n".join(f"{name}: {answer[name]}" for name in answer))
    return 0


def show_company_history(options: argparse.Namespace) -> int:
    found = Change.objects.filter(object_type=HISTORY).select_related("actor").order_by("id")
    for change in found:
        row = {
            "at": change.at.isoformat(timespec="seconds"),
            "by": change.actor.username if change.actor else None,
            "before": change.before,
            "after": change.after,
        }
        if options.json:
            print(json.dumps(row, ensure_ascii=False))
            continue
        what = ", ".join(
            f"{n}: {old} → {(change.after or {})[n]}" for n, old in (change.before or {}).items()
        )
        print(f"{row['at']}  {row['by'] or _('the command line')}  {what}")
    return 0


def import_rows(options: argparse.Namespace) -> int:
    kind = object_type(options.object)
    by = user_named(options.as_user) if options.as_user else system_user()
    if options.propose:
        return propose_mapping(kind, by, options)
    imports.finish_interrupted()
    mapping = imports.read_mapping(options.map, kind, key=options.key)
    run = imports.import_file(
        kind,
        options.file,
        mapping,
        by=by,
        errors_to=options.errors,
        dry_run=options.dry_run,
        progress=None if options.json else show_progress,
    )
    counts = {name: getattr(run, name) for name in ("read", "created", "updated", "skipped", "rejected")}
    if options.json:
        print(json.dumps({**counts, "batch": run.batch_id}))
        return 0
    print(file=sys.stderr)
    print(", ".join(f"{name} {count:,}" for name, count in counts.items()))
    if run.rejected and run.errors_to:
        print(_("The rejected rows with their reasons: %(path)s") % {"path": run.errors_to})
    if run.batch_id:
        print(_("To take all of it back: kehu undo %(batch)s") % {"batch": run.batch_id})
    return 0


def find_records(options: argparse.Namespace) -> int:
    user = user_named(options.as_user) if options.as_user else system_user()
    kinds = (object_type(options.object).key,) if options.object else ()
    start, meant = time.perf_counter(), options.text
    hits = search.find(options.text, user=user, limit=options.limit, object_types=kinds)
    if not hits:
        meant, hits = search.find_similar(options.text, user=user, limit=options.limit, object_types=kinds)
    milliseconds = round((time.perf_counter() - start) * 1000, 1)
    reasons = search.why(hits, meant, user)
    found: list[dict[str, Any]] = [
        {
            "object": hit.kind.key,
            "id": hit.id,
            "title": hit.title,
            "why": reasons.get((hit.kind.key, hit.id), []),
        }
        for hit in hits
    ]
    if options.json:
        answer = {"hits": found, "ms": milliseconds} | (
            {"meant": meant} if hits and meant != options.text else {}
        )
        print(json.dumps(answer, ensure_ascii=False))
        return 0
    for hit in found:
        print(f"{hit['object']} {hit['id']}  {hit['title']}  ({', '.join(hit['why'])})")
    return 0


def propose_mapping(kind: registry.ObjectType, by: User, options: argparse.Namespace) -> int:
    """Print the mapping that the file seems to need, as --map takes it, with the evidence for each part."""
    imports.fields.require_importable(kind, by)
    table = imports.opened(options.file)
    proposal = imports.propose(kind, table, by)
    told = imports.proposals.as_json(proposal, table) if options.json else None
    print(json.dumps(told, ensure_ascii=False) if told else imports.proposals.as_text(proposal, table))
    return 0


def object_type(key: str) -> registry.ObjectType:
    if not registry.known(key):
        known = ", ".join(sorted(kind.key for kind in registry.all()))
        raise NotFound(
            _("There are no records called “%(key)s”. There are: %(known)s.") % {"key": key, "known": known}
        )
    return registry.get(key)


def show_progress(run: ImportRun) -> None:
    print(f"\r{run.read:,} / ~{max(run.estimate, run.read):,}", end="", file=sys.stderr, flush=True)


def export_rows(options: argparse.Namespace) -> int:
    kind = object_type(options.object)
    by = user_named(options.as_user) if options.as_user else system_user()
    rows = exports.to_file(kind, options.to, by=by, where=options.where, paths=options.columns)
    answer = {"rows": rows, "file": str(options.to)}
    print(json.dumps(answer) if options.json else f"{rows:,}")
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
    username = without_halves(username)
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
