"""The commands of leads: `kehu scoring`, and `kehu predict` of predictive/."""

from __future__ import annotations

import argparse
import json
from collections.abc import Mapping
from dataclasses import asdict
from typing import TYPE_CHECKING, Any

from django.utils.translation import gettext as _

from kehu.campaigns.models import Channel
from kehu.core.cli import user_named
from kehu.core.errors import NotFound
from kehu.leads import queries, tables
from kehu.leads.models import ScoringModel
from kehu.leads.predictive import commands as predictive
from kehu.warehouse import feed

if TYPE_CHECKING:
    from kehu.core.models import User
    from kehu.leads.scoring import Version

STEPS = range(queries.LOWEST, queries.HIGHEST + 1)


def add_commands(commands: Any) -> None:
    """Add `scoring backtest`, `scoring whatif` and `predict` to the command line."""
    predictive.add_commands(commands)
    scoring = commands.add_parser("scoring", help="how leads are scored, and how else they might be")
    verbs = scoring.add_subparsers(dest="verb", required=True, metavar="VERB")
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
