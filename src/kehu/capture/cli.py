"""The command `kehu experiment`: an analyst's questions to a file, and how large a test has to be."""

from __future__ import annotations

import argparse
import json
import math
from pathlib import Path
from typing import TYPE_CHECKING, Any

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from kehu.core.errors import Refused

if TYPE_CHECKING:
    from kehu.capture.experiments.analysis import Analysis, Arm, Measured
    from kehu.capture.experiments.reading import Sample

METHODS = {
    "rate": "Wilson",
    "difference": "arm minus control, Newcombe 1998 method 10",
    "z": "pooled two-proportion z, its size without a sign; fisher: p by Fisher's exact test, as few are expected",
    "p": "two-sided; p_adjusted: Holm, over the comparisons with the control",
    "sample_ratio": "chi-square",
    "money": "per unit, Welch's t-test",
    "no difference": "two one-sided tests within the margin",
}
SENTENCES = {
    "no difference": gettext_lazy("no difference that matters"),
    "no winner yet": gettext_lazy("no winner yet"),
    "sample ratio broken": gettext_lazy(
        "the arms are not as large as they should be: do not trust these figures"
    ),
}


def add_commands(commands: Any) -> None:
    """Add `experiment analyse` and `experiment size` to the command line."""
    experiment = commands.add_parser("experiment", help="tests of one way against another")
    verbs = experiment.add_subparsers(dest="verb", required=True, metavar="VERB")
    look = verbs.add_parser("analyse", help="compare the arms of a test in a file")
    look.add_argument(
        "file", type=Path, help="rows of any kind that can be imported, or a zip archive of one file"
    )
    look.add_argument("--arm", required=True, metavar="COL", help="which arm the row's person was in")
    look.add_argument(
        "--outcome", required=True, nargs="+", action="extend", metavar="COL", help="yes or no, 1 or 0"
    )
    look.add_argument("--money", default="", metavar="COL", help="what the person brought")
    look.add_argument(
        "--unit", default="", metavar="COL", help="who it was; default: found by its heading; or none"
    )
    look.add_argument(
        "--shown", default="", metavar="COL", help="what was really shown; default: found; or none"
    )
    look.add_argument("--control", default="", metavar="NAME", help="the arm that others are compared with")
    look.add_argument(
        "--share", nargs="+", action="extend", default=[], metavar="ARM=SHARE",
        help="how people were meant to be split; default: evenly",
    )  # fmt: skip
    look.add_argument("--alpha", type=number, default=0.05, help="error that is accepted; default: 0.05")
    look.add_argument(
        "--margin",
        type=number,
        metavar="D",
        help="least difference that matters; default: 5%% of the control's rate",
    )
    look.add_argument("--json", action="store_true")
    look.set_defaults(run=run_analyse)

    size = verbs.add_parser("size", help="how many people a test needs")
    size.add_argument("--base", type=number, required=True, metavar="P", help="today's rate, 0.13 or 13%%")
    size.add_argument(
        "--lift",
        type=number,
        required=True,
        metavar="D",
        help="difference to be seen: 0.02, from 13%% to 15%%",
    )
    size.add_argument("--power", type=number, default=0.8, help="chance to see it; default: 0.8")
    size.add_argument("--alpha", type=number, default=0.05, help="error that is accepted; default: 0.05")
    size.add_argument("--arms", type=int, default=2, help="with the control; default: 2")
    size.add_argument("--json", action="store_true")
    size.set_defaults(run=run_size)


def number(text: str) -> float:
    """A number or a percentage, finite."""
    try:
        found = float(text.strip().rstrip("%")) / (100 if text.strip().endswith("%") else 1)
    except ValueError:
        found = math.nan
    if not math.isfinite(found):
        raise argparse.ArgumentTypeError(_("“%(text)s” is no number.") % {"text": text})
    return found


def run_analyse(options: argparse.Namespace) -> int:
    """Print what a file says about its test."""
    # Loading scipy takes a second, which no other command should wait for.
    from kehu.capture.experiments.analysis import analyse
    from kehu.capture.experiments.reading import Asked, read

    asked = Asked(options.arm, tuple(options.outcome), options.money, options.unit, options.shown)
    sample = read(options.file, asked)
    found = analyse(
        sample,
        control=options.control,
        alpha=options.alpha,
        margin=options.margin,
        shares=shares(options.share),
    )
    if options.json:
        print(json.dumps(as_json(sample, found), ensure_ascii=False, allow_nan=False))
    else:
        _print(sample, found)
    return 0


def run_size(options: argparse.Namespace) -> int:
    """Print how many people per arm a test needs, by two methods."""
    from kehu.capture.experiments.size import needed

    found = needed(
        base=options.base, lift=options.lift, power=options.power, alpha=options.alpha, arms=options.arms
    )
    methods = {"arcsine": found.arcsine, "evan_miller": found.miller}
    if options.json:
        answer = {
            "base": found.base, "lift": options.lift, "target": round(found.target, 12), "power": found.power,
            "alpha": options.alpha, "alpha_each": found.alpha, "arms": found.arms, "per_arm": found.arcsine,
            "total": found.arcsine * found.arms,
            "methods": {name: {"per_arm": each, "total": each * found.arms} for name, each in methods.items()},
        }  # fmt: skip
        print(json.dumps(answer))
        return 0
    print(_("%(count)s people per arm (arcsine; Cohen's h).") % {"count": f"{found.arcsine:,}"})
    print(
        _("%(count)s people per arm (as Evan Miller's calculator answers).") % {"count": f"{found.miller:,}"}
    )
    return 0


def shares(pairs: list[str]) -> dict[str, float]:
    """`treatment=0.1` and more, by arm."""
    found = {}
    for pair in pairs:
        arm, equals, share = pair.rpartition("=")
        try:
            found[arm] = number(share)
        except argparse.ArgumentTypeError:
            equals = ""
        if not equals:
            raise Refused(_("“%(pair)s” is no share; write it as ARM=0.5.") % {"pair": pair})
    return found


def as_json(sample: Sample, found: Analysis) -> dict[str, Any]:
    """The whole answer; nothing in it is NaN or infinite."""
    asked = sample.columns
    answer: dict[str, Any] = {
        "rows": sample.rows,
        "units": sample.units,
        "columns": {
            "arm": asked.arm, "outcomes": list(asked.outcomes), "money": asked.money or None,
            "unit": asked.unit or None, "shown": asked.shown or None,
        },
        "evidence": {**sample.evidence, **({"control": found.control_why} if found.control_why else {})},
        "dropped": [
            {"reason": each.reason, "rows": each.rows, "first_row": each.first, "why": each.why}
            for each in sample.dropped
        ],
        "control": found.control,
        "alpha": found.alpha,
        "sample_ratio": {
            "counts": dict(found.counts), "shares": dict(found.shares), "p": found.ratio_p, "state": found.ratio,
        },
        "outcomes": [_measured(each, "outcome", "rate", "count", "z") for each in found.outcomes],
        "methods": METHODS,
    }  # fmt: skip
    if found.money is not None:
        answer["money"] = {"column": asked.money, **_measured(found.money, "", "per_unit", "total", "t")}
    return answer


def _measured(found: Measured, name: str, value: str, total: str, score: str) -> dict[str, Any]:
    return {
        **({name: found.name} if name else {}),
        "verdict": found.verdict,
        "winner": found.winner or None,
        "margin": found.margin,
        "needed_per_arm": found.needed or None,
        "left_out": found.left_out,
        "arms": [_arm(arm, value, total, score) for arm in found.arms],
    }


def _arm(arm: Arm, value: str, total: str, score: str) -> dict[str, Any]:
    told: dict[str, Any] = {"arm": arm.name, "n": arm.n, total: arm.total, value: arm.value}
    if arm.interval:
        told[f"{value}_interval"] = list(arm.interval)
    if arm.against:
        finite = [each if math.isfinite(each) else None for each in arm.against.interval]
        told |= {
            "difference": arm.against.difference, "difference_interval": finite, score: arm.against.score,
            "p": arm.against.p, "p_adjusted": arm.p, "test": arm.against.method, "verdict": arm.verdict,
        }  # fmt: skip
    return told


def _print(sample: Sample, found: Analysis) -> None:
    print(_("%(rows)s rows, %(units)s people.") % {"rows": f"{sample.rows:,}", "units": f"{sample.units:,}"})
    for each in sample.dropped:
        print(f"  {each.rows:,} {each.reason}: {each.why}")
    for told in sample.evidence.values():
        print(f"  {told}")
    print(_("Sizes of the arms: p = %(p)s") % {"p": f"{found.ratio_p:.4g}"})
    for outcome in found.outcomes:
        _print_measure(outcome, outcome.name, ".6f")
    if found.money is not None:
        _print_measure(found.money, sample.columns.money, ",.4f")


def _print_measure(found: Measured, name: str, form: str) -> None:
    verdict = SENTENCES.get(found.verdict) or _("%(arm)s wins") % {"arm": found.winner}
    print(f"\n{name}: {verdict}")
    width = max(len(arm.name) for arm in found.arms)
    for arm in found.arms:
        line = f"  {arm.name.ljust(width)}  {arm.n:>10,}  {arm.value:{form}}"
        if arm.against:
            low, high = arm.against.interval
            line += f"  {arm.against.difference:+{form}} [{low:+{form}}, {high:+{form}}]"
            line += f"  p = {arm.p:.4f}" if arm.p is not None else "  p = –"
        print(line)
