"""The command `kehu duplicates`."""

from __future__ import annotations

import argparse
import json
import time
from collections.abc import Iterable, Sequence
from pathlib import Path
from typing import Any

from django.db import DatabaseError
from django.utils.translation import gettext as _

from kehu.core.access import roles
from kehu.core.cli import object_type, system_user, user_named
from kehu.core.duplicates.rule import NEAR, SAME
from kehu.core.errors import NotFound, Refused
from kehu.core.models import User
from kehu.warehouse.duplicates.compare import Found, compare
from kehu.warehouse.duplicates.sources import Source, from_file, from_records

SHOWN = 50


def add_commands(commands: Any) -> None:
    """Add `duplicates` to the command line."""
    duplicates = commands.add_parser("duplicates", help="records or rows that are about the same")
    verbs = duplicates.add_subparsers(dest="verb", required=True, metavar="VERB")
    scan = verbs.add_parser("scan", help="compare all records, or the rows of a file without importing it")
    scan.add_argument("object", help="lead, account, contact")
    scan.add_argument("--file", type=Path, help="rows to compare instead of the records")
    scan.add_argument(
        "--columns", nargs="+", action="extend", default=[], metavar="FIELD=COLUMN",
        help="what a column of the file holds; several make one value: name=First+Last",
    )  # fmt: skip
    scan.add_argument(
        "--at-least", type=float, default=0.9, metavar="P", help="least probability; default: 0.9"
    )
    scan.add_argument("--as", dest="as_user", default="", help="user name; default: the first administrator")
    scan.add_argument("--json", action="store_true")
    scan.set_defaults(run=run_scan)


def run_scan(options: argparse.Namespace) -> int:
    """Print the pairs, and what they form together."""
    kind = object_type(options.object)
    if not 0 < options.at_least < 1:
        raise Refused(_("The least probability lies between 0 and 1."))
    if options.columns and not options.file:
        raise Refused(_("Columns are named for a file: add --file."))
    user = asking(options)
    start = time.perf_counter()
    source = (
        from_file(kind, options.file, user, columns_given(options.columns))
        if options.file
        else from_records(kind, user)
    )
    pairs = compare(source.columns, source.rows(), at_least=options.at_least)
    groups = clusters((pair.one, pair.other) for pair in pairs)
    seconds = round(time.perf_counter() - start, 2)
    if options.json:
        body = {
            "object": kind.key,
            "rows": len(source.names),
            "columns": [{"column": column.label, "by": column.by} for column in source.columns],
            "pairs": [told(source, pair) for pair in pairs],
            "clusters": together(source, pairs, groups),
            "seconds": seconds,
        }
        print(json.dumps(body, ensure_ascii=False))
        return 0
    for pair in pairs[:SHOWN]:
        one = told(source, pair)
        reasons = [*one["same"], *(f"~{label}" for label in one["near"])]
        print(f"{one['probability']:.4f}  {one['rows'][0]}  {one['rows'][1]}  ({', '.join(reasons)})")
    print(
        _("%(pairs)s pairs in %(groups)s groups among %(rows)s rows.")
        % {"pairs": f"{len(pairs):,}", "groups": f"{len(groups):,}", "rows": f"{len(source.names):,}"}
    )
    return 0


def asking(options: argparse.Namespace) -> User:
    """Whose rights count. The rows of a file are nobody's records: they are compared before there is anybody, too."""
    if options.as_user:
        return user_named(options.as_user)
    try:
        return system_user()
    except (NotFound, DatabaseError):
        if not options.file:
            raise
        return User(role=roles.ADMINISTRATOR)


def columns_given(pairs: Iterable[str]) -> dict[str, str]:
    """`name=First+Last` and more, by field."""
    found: dict[str, str] = {}
    for pair in pairs:
        name, equals, column = pair.partition("=")
        if not equals or not name or not column:
            raise Refused(_("“%s” names no column; write it as FIELD=COLUMN.") % pair)
        found[name] = column
    return found


def told(source: Source, pair: Found) -> dict[str, Any]:
    """A pair as JSON tells it: records by their ids, rows of a file by what they are called and their numbers."""
    labels = [column.label for column in source.columns]
    body: dict[str, Any] = {
        "rows": [source.names[pair.one], source.names[pair.other]],
        "probability": pair.probability,
        "same": [label for label, level in zip(labels, pair.levels, strict=True) if level == SAME],
        "near": [label for label, level in zip(labels, pair.levels, strict=True) if level == NEAR],
    }
    if source.lines:
        body["lines"] = [source.lines[pair.one], source.lines[pair.other]]
    return body


def together(source: Source, pairs: Sequence[Found], groups: Sequence[list[int]]) -> list[dict[str, Any]]:
    """The groups, each as likely as the least likely of its pairs."""
    least: dict[int, float] = {}
    group_of = {place: number for number, group in enumerate(groups) for place in group}
    for pair in pairs:
        number = group_of[pair.one]
        least[number] = min(least.get(number, 1.0), pair.probability)
    return [
        {"rows": [source.names[place] for place in group], "probability": least[number]}
        for number, group in enumerate(groups)
    ]


def clusters(pairs: Iterable[tuple[int, int]]) -> list[list[int]]:
    """The places that hang together by pairs, each group in order, the groups by their first place."""
    above: dict[int, int] = {}

    def top(place: int) -> int:
        while above.setdefault(place, place) != place:
            above[place] = above[above[place]]
            place = above[place]
        return place

    for one, other in pairs:
        first, second = sorted((top(one), top(other)))
        above[second] = first
    groups: dict[int, list[int]] = {}
    for place in sorted(above):
        groups.setdefault(top(place), []).append(place)
    return list(groups.values())
