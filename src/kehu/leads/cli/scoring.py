"""The command `kehu scoring`."""

from __future__ import annotations

import argparse
import json
import sys
import threading
import time
from collections.abc import Mapping
from dataclasses import asdict
from typing import TYPE_CHECKING, Any

from django.db import connection
from django.utils.translation import gettext as _

from kehu.campaigns.models import Channel
from kehu.core import work
from kehu.core.cli import system_user, user_named
from kehu.core.errors import NotFound, Refused
from kehu.core.models import Work
from kehu.leads import actions, queries, tables
from kehu.leads.models import ScoringModel
from kehu.warehouse import feed

if TYPE_CHECKING:
    from kehu.core.models import User
    from kehu.leads.scoring import Version

STEPS = range(queries.LOWEST, queries.HIGHEST + 1)


def add_commands(commands: Any) -> None:
    """Add `scoring rescore`, `whatif` and `backtest` to the command line."""
    scoring = commands.add_parser("scoring", help="how leads are scored, and how else they might be")
    verbs = scoring.add_subparsers(dest="verb", required=True, metavar="VERB")
    _add_rescore(verbs)
    for name, run, text in (
        ("whatif", run_whatif, "who would qualify with another threshold or other points"),
        ("backtest", run_backtest, "how well the points told won from lost leads"),
    ):
        verb = verbs.add_parser(name, help=text)
        verb.add_argument("--threshold", type=int, metavar="N", help="default: the version's own")
        verb.add_argument(
            "--model", type=int, metavar="M", help="number of a version; default: the newest, a draft too"
        )
        verb.add_argument(
            "--points", nargs="+", action="extend", default=[], metavar="KIND=N", help="other points, 0 to 5"
        )
        verb.add_argument(
            "--screened-out", action="store_true", help="count leads that were screened out as lost, too"
        )
        verb.add_argument(
            "--as", dest="as_user", metavar="USER", help="with this user's rights; default: all leads"
        )
        verb.add_argument("--json", action="store_true")
        verb.set_defaults(run=run)


def _add_rescore(verbs: Any) -> None:
    rescore = verbs.add_parser("rescore", help="score the open leads again; goes on where it was stopped")
    rescore.add_argument(
        "--as", dest="as_user", metavar="USER", help="who scores; default: the administrator"
    )
    rescore.add_argument("--json", action="store_true")
    rescore.set_defaults(run=run_rescore)


def run_rescore(options: argparse.Namespace) -> int:
    """Score every open lead again, here and now, saying how far it is; what a worker is at already is waited for."""
    by = user_named(options.as_user) if options.as_user else system_user()
    started = time.monotonic()
    running = actions.start_rescoring(by=by)
    runner = threading.Thread(target=_run, args=(running.pk,))
    runner.start()
    while runner.is_alive() or running.is_open:
        runner.join(timeout=1)
        time.sleep(0 if runner.is_alive() else 0.2)
        running.refresh_from_db()
        if running.total and sys.stderr.isatty():
            print(f"\r{running.done:,} / {running.total:,}", end="", file=sys.stderr)
    if running.state != Work.State.DONE:
        raise Refused(running.problem or _("It was stopped. Ask for it again to go on."))
    answer = {**running.result, "seconds": round(time.monotonic() - started, 3)}
    print(json.dumps(answer) if options.json else running.outcome)
    return 0


def _run(pk: int) -> None:
    try:
        work.run(pk=pk)
    finally:
        connection.close()


def run_whatif(options: argparse.Namespace) -> int:
    """Print how many leads would qualify; what was changed since the last feed of the warehouse is fed first."""
    version, user = _asked(options)
    found = queries.what_if(version, user=user)
    expected = tables.expected(found, queries.backtest(version, user=user, screened_out=options.screened_out))
    names = {channel.pk: str(channel) for channel in Channel.objects.all()}
    answer = {
        **_version(version),
        "in_force": _version(found.before) if found.before else None,
        **asdict(found.part(version.threshold)),
        "by_threshold": [{"threshold": step, **asdict(found.part(step))} for step in STEPS],
        "by_channel": [
            {
                "channel": None if channel is None else names.get(channel, str(channel)),
                **asdict(found.part(version.threshold, channel)),
            }
            for channel in found.channels()
        ],
        "expected": {
            "leads": expected["leads"],
            "leads_without_evidence": expected["unknown"],
            **_bounds("sales", expected["sales"]),
            **_bounds("money", expected["money"]),
            "by_score": [
                {
                    "score": row.score,
                    "leads": row.leads,
                    "closed": row.evidence.closed,
                    "won": row.evidence.won,
                    "rate": row.evidence.rate,
                    "rate_low": row.evidence.interval[0],
                    "rate_high": row.evidence.interval[1],
                    "few": row.evidence.few,
                }
                for row in expected["rows"]
            ],
        },
    }
    if options.json:
        print(json.dumps(answer, ensure_ascii=False))
        return 0
    print(_("Version %(model)s at threshold %(threshold)s:") % answer, end=" ")
    print(
        _("%(then)s qualify, %(now)s now; %(more)s more, %(at_once)s of them at once, %(fewer)s fewer.")
        % answer
    )
    _print(answer["by_channel"])
    return 0


def run_backtest(options: argparse.Namespace) -> int:
    """Print precision, recall, F1 and lift of each threshold over the closed leads."""
    version, user = _asked(options)
    tested = queries.backtest(version, user=user, screened_out=options.screened_out)
    lines = [asdict(line) for line in tested.lines(STEPS)]
    chosen = next(line for line in lines if line["threshold"] == version.threshold)
    answer = {
        **_version(version),
        "closed": tested.total.closed,
        "won": tested.total.won,
        "lost": tested.total.lost,
        "left_out": tested.left_out,
        "few": tested.total.few,
        **{name: chosen[name] for name in ("precision", "recall", "f1", "lift")},
        "by_threshold": lines,
        "by_score": [
            {"score": score, "won": cell.won, "lost": cell.lost, "rate": cell.rate}
            for score, cell in tested.cells.items()
        ],
    }
    if options.json:
        print(json.dumps(answer, ensure_ascii=False))
        return 0
    print(_("%(won)s won of %(closed)s closed leads.") % answer)
    _print(lines)
    return 0


def _asked(options: argparse.Namespace) -> tuple[Version, User | None]:
    models = ScoringModel.objects.order_by("-number")
    model = (models if options.model is None else models.filter(number=options.model)).first()
    if model is None:
        raise NotFound(_("There is no such scoring model."))
    points = queries.read_points(options.points)
    version = queries.hypothesis(model, threshold=options.threshold, points=points)
    feed.refresh(wait=True)
    return version, user_named(options.as_user) if options.as_user else None


def _version(version: Version) -> dict[str, Any]:
    return {"model": version.number, "threshold": version.threshold, "points": dict(version.points)}


def _bounds(name: str, values: list[Any]) -> dict[str, float]:
    low, middle, high = values
    return {f"{name}_low": float(low), name: float(middle), f"{name}_high": float(high)}


def _print(rows: list[Mapping[str, Any]] | list[dict[str, Any]]) -> None:
    """Rows as columns as wide as their longest text."""
    if not rows:
        return
    shown = [[_text(value) for value in row.values()] for row in rows]
    heads = list(rows[0])
    widths = [max(map(len, cells)) for cells in zip(heads, *shown, strict=True)]
    for row in [heads, *shown]:
        print("  ".join(cell.ljust(width) for cell, width in zip(row, widths, strict=True)).rstrip())


def _text(value: Any) -> str:
    if value is None:
        return "–"
    return f"{value:.3f}" if isinstance(value, float) else str(value)
