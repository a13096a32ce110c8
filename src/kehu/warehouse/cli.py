"""The commands `kehu metric` and `kehu warehouse`, and `kehu duplicates` beside them."""

from __future__ import annotations

import argparse
import csv
import json
import sys
from dataclasses import asdict
from datetime import date, datetime
from decimal import Decimal
from typing import TYPE_CHECKING, Any

from django.utils.translation import gettext as _

from kehu.core.errors import NotFound, Refused
from kehu.warehouse import engine, feed
from kehu.warehouse.catalog import catalog
from kehu.warehouse.dialects import to_dialect
from kehu.warehouse.duplicates import commands as duplicates

if TYPE_CHECKING:
    from kehu.core.models import User

FORMATS = ("table", "json", "csv", "sql", "spark")


def add_commands(commands: Any) -> None:
    """Add `metric`, `warehouse` and `duplicates` to the command line."""
    duplicates.add_commands(commands)
    metric = commands.add_parser("metric", help="figures from the warehouse")
    metric.add_argument("names", nargs="*", metavar="NAME", help="metrics; see --list")
    metric.add_argument("--list", action="store_true", help="what metrics and dimensions there are")
    metric.add_argument("--by", nargs="+", action="extend", default=[], metavar="DIM")
    metric.add_argument("--where", nargs="+", action="extend", default=[], metavar="DIM=VALUE")
    metric.add_argument("--from", dest="start", metavar="DATE", help="first day that counts")
    metric.add_argument("--to", dest="end", metavar="DATE", help="last day that counts")
    metric.add_argument("--as-of", metavar="DATE", help="nothing dated later counts")
    metric.add_argument(
        "--as", dest="as_user", metavar="USER", help="with this user's rights; default: all rows"
    )
    metric.add_argument("--order", nargs="+", action="extend", default=[], metavar="[-]COLUMN")
    metric.add_argument("--limit", type=int)
    metric.add_argument("--format", choices=FORMATS, default="table")
    metric.add_argument("--json", dest="format", action="store_const", const="json")
    metric.set_defaults(run=run_metric)

    warehouse = commands.add_parser("warehouse", help="the tables that figures come from")
    verbs = warehouse.add_subparsers(dest="verb", required=True, metavar="VERB")
    for name, run, text in (
        ("refresh", run_refresh, "feed what changed"),
        ("rebuild", run_rebuild, "load every table anew from the database"),
        ("status", run_status, "rows, versions, how far behind"),
    ):
        verb = verbs.add_parser(name, help=text)
        verb.add_argument("--json", action="store_true")
        verb.set_defaults(run=run)


def run_metric(options: argparse.Namespace) -> int:
    """Print figures; what was changed since the last feed is fed first."""
    if options.list:
        return _list(options.format)
    feed.refresh(wait=True)
    answer = engine.ask(
        options.names,
        user=_user(options.as_user),
        by=options.by,
        where=filters(options.where),
        start=options.start,
        end=options.end,
        as_of=options.as_of,
        order=options.order,
        limit=options.limit,
    )
    if options.format == "json":
        body = {"columns": answer.columns, "rows": answer.rows, "totals": answer.totals, "sql": answer.sql}
        print(json.dumps(body, ensure_ascii=False, default=plain))
    elif options.format in ("sql", "spark"):
        print(to_dialect(answer.sql, "spark") if options.format == "spark" else answer.sql)
    else:
        _print_rows(options.format, answer.columns, [[plain(value) for value in row] for row in answer.rows])
    return 0


def run_refresh(options: argparse.Namespace) -> int:
    changes = feed.refresh(wait=True)
    print(json.dumps({"changes": changes}) if options.json else _("%d changes fed.") % changes)
    return 0


def run_rebuild(options: argparse.Namespace) -> int:
    tables = feed.rebuild()
    if options.json:
        print(json.dumps({"tables": tables}))
    else:
        _print_rows("table", ["table", "rows"], [list(item) for item in tables.items()])
    return 0


def run_status(options: argparse.Namespace) -> int:
    status = feed.status()
    if options.json:
        print(json.dumps(asdict(status), default=plain))
        return 0
    rows = [[table.table, table.rows, table.recent, table.version] for table in status.tables]
    _print_rows("table", ["table", "rows", "recent", "version"], rows)
    print(_("%(count)d changes wait to be fed.") % {"count": status.behind})
    return 0


def filters(pairs: list[str]) -> dict[str, list[str]]:
    """`channel=Web` and more; the same dimension twice means either value."""
    found: dict[str, list[str]] = {}
    for pair in pairs:
        name, equals, value = pair.partition("=")
        if not equals:
            raise Refused(_("“%s” is no filter; write it as DIMENSION=VALUE.") % pair)
        found.setdefault(name, []).append(value)
    return found


def plain(value: Any) -> Any:
    """A value as JSON and CSV write it: amounts as numbers, without zeros that say nothing."""
    if isinstance(value, Decimal):
        return int(value) if value == value.to_integral_value() else float(value)
    return value.isoformat() if isinstance(value, date | datetime) else value


def _list(form: str) -> int:
    known = catalog()
    metrics = [
        {
            "name": name,
            "label": str(metric.label),
            "unit": metric.unit,
            "meaning": str(metric.meaning),
            "dimensions": known.dimensions_of(name),
        }
        for name, metric in known.metrics.items()
    ]
    dimensions = [{"name": name, "label": str(item.label)} for name, item in known.dimensions.items()]
    if form == "json":
        print(json.dumps({"metrics": metrics, "dimensions": dimensions}, ensure_ascii=False))
        return 0
    rows = [[item["name"], item["unit"], item["meaning"], " ".join(item["dimensions"])] for item in metrics]
    _print_rows(form, ["metric", "unit", "meaning", "dimensions"], rows)
    return 0


def _print_rows(form: str, columns: list[str], rows: list[list[Any]]) -> None:
    """CSV for machines, else columns as wide as their longest text."""
    if form == "csv":
        writer = csv.writer(sys.stdout, lineterminator="\n")
        writer.writerows([columns, *rows])
        return
    shown = [
        ["" if value is None else f"{value:,}" if _number(value) else str(value) for value in row]
        for row in rows
    ]
    widths = [max(map(len, cells)) for cells in zip(columns, *shown, strict=True)]
    for row in [columns, *shown]:
        print("  ".join(cell.ljust(width) for cell, width in zip(row, widths, strict=True)).rstrip())


def _number(value: Any) -> bool:
    return isinstance(value, int | float) and not isinstance(value, bool)


def _user(username: str | None) -> User | None:
    """Whose rights to apply; the command line of the machine itself sees all rows."""
    if not username:
        return None
    from kehu.core.models import User

    user = User.objects.filter(username=username).first()
    if user is None:
        raise NotFound(_("There is no user called “%(name)s”.") % {"name": username})
    return user
