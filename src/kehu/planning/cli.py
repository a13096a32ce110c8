"""The command `kehu plan back`."""

from __future__ import annotations

import argparse
import json
from collections.abc import Mapping
from typing import Any

from django.utils.translation import gettext as _

from kehu.core.errors import Refused
from kehu.planning import queries
from kehu.planning.backward import BackwardPlan, Figure, backward_plan
from kehu.planning.backward.plan import METHODS
from kehu.planning.backward.rounding import as_decimal


def add_commands(commands: Any) -> None:
    """Add `plan back` to the command line."""
    plan = commands.add_parser("plan", help="plan campaigns")
    verbs = plan.add_subparsers(dest="verb", required=True, metavar="VERB")
    back = verbs.add_parser("back", help="from a revenue target to units, qualified leads, leads and spend")
    back.add_argument("--revenue", required=True, metavar="R", help="the revenue target")
    back.add_argument("--price", metavar="P", help="revenue of one sale; default: the history's average")
    back.add_argument(
        "--rate",
        nargs="+",
        action="extend",
        default=[],
        metavar="STAGE=X",
        help="lead_to_qualified, qualified_to_sale or lead_to_sale, as 0.07 or 7%%; default: the history's",
    )
    back.add_argument(
        "--history",
        nargs="+",
        action="extend",
        default=[],
        metavar="CAMPAIGN",
        help="campaigns to learn from",
    )
    back.add_argument("--step", default="1", metavar="N", help="leads are rounded up to multiples of it")
    back.add_argument("--method", choices=METHODS, default=METHODS[0])
    back.add_argument(
        "--as", dest="as_user", metavar="USER", help="with this user's rights; default: all rows"
    )
    back.add_argument("--json", action="store_true")
    back.set_defaults(run=plan_back)


def plan_back(options: argparse.Namespace) -> int:
    """Print a backward plan; what was changed since the last feed of the warehouse is fed first."""
    plan = backward_plan(
        revenue=options.revenue,
        price=options.price,
        rates=rates(options.rate),
        history=_history(options),
        method=options.method,
        step=_step(options.step),
    )
    answer = as_json(plan)
    if options.json:
        print(json.dumps(answer, ensure_ascii=False))
    else:
        _print_table(answer)
    return 0


def rates(pairs: list[str]) -> dict[str, str]:
    """`lead_to_qualified=0.07` and more, by stage."""
    found = {}
    for pair in pairs:
        stage, equals, value = pair.partition("=")
        if not equals:
            raise Refused(_("“%(pair)s” is no rate; write it as STAGE=0.07.") % {"pair": pair})
        found[stage] = value
    return found


def as_json(plan: BackwardPlan) -> dict[str, Any]:
    """The plan as the command prints it: every rounded number beside the one before rounding (`…_exact`)."""
    figures, numbers = plan.figures, plan.numbers
    links = {link: value for link in numbers.chain.links if (value := numbers.total(link)) is not None}
    names = queries.engine_names()
    answer: dict[str, Any] = {"method": plan.method, "step": numbers.step}
    answer |= {link: float(as_decimal(value)) for link, value in links.items()}
    answer |= _pairs({"qualified": None, **figures.totals})
    answer["by_channel"] = {
        names.get(code, code): _pairs({"qualified": None, **row})
        for code, row in figures.rows.items()
        if code
    }
    answer["left_out"] = {
        names.get(row.code, row.code): {
            "leads": float(row.leads),
            "sales": float(row.sales),
            "revenue": float(row.revenue),
        }
        for row in plan.left_out
    }
    answer["notes"] = list(plan.notes)
    return answer


def _pairs(row: Mapping[str, Figure | None]) -> dict[str, Any]:
    found: dict[str, Any] = {}
    for name, figure in row.items():
        found[name] = None if figure is None else figure.rounded
        found[f"{name}_exact"] = None if figure is None else float(figure.decimal)
    return found


def _history(options: argparse.Namespace) -> list[Any]:
    if not options.history:
        return []
    from kehu.core.cli import user_named
    from kehu.warehouse import feed

    feed.refresh(wait=True)
    user = user_named(options.as_user) if options.as_user else None
    found = queries.history(queries.campaigns_called(options.history, user=user), user=user)
    if not found:
        raise Refused(_("There is no history to plan from: the campaigns have no leads."))
    return found


def _step(text: str) -> int:
    if not text.strip().lstrip("-+").isdigit():
        raise Refused(_("The rounding step must be a whole number of at least 1."), fields={"step": text})
    return int(text)


def _print_table(answer: dict[str, Any]) -> None:
    names = [
        name for name in ("revenue", "units", "qualified", "leads", "spend") if answer.get(name) is not None
    ]
    rows = {_("all channels"): answer, **answer["by_channel"]}
    width = max(map(len, rows))
    print(" " * width + "".join(f"{name:>16}" for name in names))
    for label, row in rows.items():
        cells = [f"{row[name]:,}" if row.get(name) is not None else "–" for name in names]
        print(label.ljust(width) + "".join(f"{cell:>16}" for cell in cells))
    for note in answer["notes"]:
        print(f"* {note}")
