"""The commands `kehu predict train` and `kehu predict score`."""

from __future__ import annotations

import argparse
import json
from collections.abc import Sequence
from pathlib import Path
from typing import Any

from django.conf import settings
from django.utils.translation import gettext as _

from kehu.core.access import roles
from kehu.core.cli import user_named
from kehu.core.errors import Refused
from kehu.core.models import User
from kehu.kit.tables import write_csv
from kehu.leads import actions
from kehu.leads.models import Lead
from kehu.leads.predictive import applying, frame, storing
from kehu.leads.predictive.measures import measured
from kehu.leads.predictive.scorecard import Scorecard, Scored
from kehu.leads.predictive.training import train


def add_commands(commands: Any) -> None:
    """Add `predict` to the command line."""
    predict = commands.add_parser(
        "predict", help="how likely leads are to be won, learned from won and lost ones"
    )
    verbs = predict.add_subparsers(dest="verb", required=True, metavar="VERB")
    learn = verbs.add_parser("train", help="learn from rows whose outcome is known, and try it on the latest")
    learn.add_argument(
        "--file", type=Path, metavar="FILE", help="a table; default: the leads of the database"
    )
    learn.add_argument("--target", default="", metavar="COLUMN", help="the column that holds the outcome")
    learn.add_argument("--won", default="", metavar="VALUE", help="the outcome that counts as success")
    learn.add_argument("--time", default="", metavar="COLUMN", help="orders the rows; default: as they stand")
    learn.add_argument(
        "--keep", nargs="+", action="extend", default=[], metavar="COLUMN", help="use it all the same"
    )
    learn.add_argument(
        "--drop", nargs="+", action="extend", default=[], metavar="COLUMN", help="never use it"
    )
    learn.add_argument("--name", default="", help="of leads: what the new version is called")
    learn.add_argument(
        "--as",
        dest="as_user",
        default="",
        metavar="USER",
        help="of leads: whose version it is",
    )
    learn.add_argument("--out", type=Path, metavar="FILE", help="keep the model here; default: in KEHU_DATA")
    learn.add_argument("--json", action="store_true")
    learn.set_defaults(run=run_train)

    score = verbs.add_parser("score", help="probability, decile and reasons for each row of a file")
    score.add_argument("--file", type=Path, required=True, metavar="FILE", help="a table: CSV, XLSX, Parquet")
    score.add_argument("--model", type=Path, metavar="FILE", help="default: the last one trained from a file")
    score.add_argument("--json", action="store_true")
    score.add_argument("--out", type=Path, metavar="CSV", help="write the scores as a table")
    score.set_defaults(run=run_score)


def kept_model() -> Path:
    """Where the last model that was trained from a file is kept."""
    return Path(settings.KEHU_DATA) / "predictive" / "last.json"


def run_train(options: argparse.Namespace) -> int:
    """Train from a file or from the leads, keep the model, tell what it uses and how good it is."""
    if options.file is None:
        return _train_from_leads(options)
    if not options.target:
        raise Refused(_("Name the column that holds the outcome with --target."))
    columns, problems = frame.read_file(options.file)
    rows = frame.labelled(columns, problems, target=options.target, time=options.time, won=options.won)
    model = train(rows, keep=options.keep, drop=options.drop)
    path = options.out or kept_model()
    try:
        storing.write(model, path)
    except OSError:
        raise Refused(_("“%(name)s” cannot be written.") % {"name": path.name}) from None
    return _show({**applying.told(model), "model": str(path)}, options)


def _train_from_leads(options: argparse.Namespace) -> int:
    """A new version of the predictive model, learned at once."""
    by = user_named(options.as_user) if options.as_user else _trainer()
    values = {"name": options.name or _("From the command line")}
    model = actions.create_predictive_model(values=values, by=by, later=False)
    card = actions.learn(model=model, by=by, leads=Lead.objects.visible_to(by))
    return _show({**applying.told(card), "version": model.number, "model": str(model)}, options)


def _trainer() -> User:
    """Who leads marketing and so may have the model learned from all leads."""
    found = User.objects.filter(role=roles.MARKETING_HEAD, is_active=True).order_by("pk").first()
    if found is None:
        raise Refused(_("There is no head of marketing. Say with --as whose version it is."))
    return found


def _show(body: dict[str, Any], options: argparse.Namespace) -> int:
    print(json.dumps(body, ensure_ascii=False) if options.json else "\n".join(_lines(body)))
    return 0


def _lines(body: dict[str, Any]) -> list[str]:
    tried = body["tried_on_later"]
    lines = [
        _("Learned from %(rows)s rows; tried on the latest %(tried)s: AUC %(auc)s, Brier %(brier)s, lift %(lift)s.")
        % {
            "rows": f"{body['rows']:,}", "tried": f"{tried['rows']:,}", "auc": f"{body['auc']:.4f}",
            "brier": f"{body['brier']:.4f}", "lift": " ".join(f"{lift:.2f}" for lift in body["lift_by_decile"]),
        },
        _("Columns used: %(columns)s") % {"columns": ", ".join(body["columns_used"])},
        _("Columns left out:"),
        *(f"  {part['column']}: {part['why']}" for part in body["columns_left_out"]),
        _("Warnings:"),
        *(f"  {part['column'] or '–'}: {part['why']}" for part in body["warnings"]),
        _("The model is kept in %(path)s.") % {"path": body["model"]},
    ]  # fmt: skip
    return lines


def run_score(options: argparse.Namespace) -> int:
    """Score the rows of a file, all of them, in their order."""
    model = storing.read(options.model or kept_model())
    columns, problems = frame.read_file(options.file)
    fit = applying.fit_of(model, columns)
    if model.columns and len(fit.missing) == len(model.columns):
        raise Refused(_("The file has none of the columns that the model was learned from."))
    scored = [model.score(applying.row_of(columns, place)) for place in range(len(problems))]
    keys = _keys(model, columns)
    if options.out:
        _write(options.out, keys, columns, scored)
    body: dict[str, Any] = {
        "rows": len(scored),
        "missing_columns": list(fit.missing),
        "new_columns": list(fit.new),
        "values_never_seen": dict(fit.unseen),
        "drift": {name: round(value, 4) for name, value in fit.drift.items()},
        "drift_warnings": _drift_warnings(fit),
        "measured": _measured(model, columns, scored),
    }
    if options.json:
        body["scores"] = [
            _told(place, keys, columns, one, problems[place]) for place, one in enumerate(scored)
        ]
        print(json.dumps(body, ensure_ascii=False))
        return 0
    if not options.out:
        for place, one in enumerate(scored):
            name = columns[keys[0]][place] if keys else str(place + 1)
            reasons = "; ".join(f"{reason.column}: {reason.value or '–'}" for reason in one.reasons[:3])
            print(f"{one.probability:.4f}  {one.decile:2d}  {name}  ({reasons})")
    for warning in body["drift_warnings"]:
        print(warning)
    print(_("%(rows)s rows scored.") % {"rows": f"{len(scored):,}"})
    return 0


def _keys(model: Scorecard, columns: dict[str, list[str]]) -> list[str]:
    """The columns by which a row is called: those that named every row in training."""
    left = [part for part in model.card.get("left_out", []) if isinstance(part, dict)]
    return [
        part["column"]
        for part in left
        if part.get("code") in ("identifier", "orders") and part.get("column") in columns
    ]


def _told(
    place: int, keys: Sequence[str], columns: dict[str, list[str]], one: Scored, problem: str
) -> dict[str, Any]:
    body: dict[str, Any] = {
        "row": place + 1,
        **({"key": {name: columns[name][place] for name in keys}} if keys else {}),
        "probability": round(one.probability, 6),
        "decile": one.decile,
        "reasons": [
            {"column": reason.column, "value": reason.value, "odds_times": round(reason.factor, 3)}
            for reason in one.reasons
        ],
    }
    if problem:
        body["problem"] = problem
    return body


def _write(path: Path, keys: Sequence[str], columns: dict[str, list[str]], scored: Sequence[Scored]) -> None:
    header = [*keys, "row", "probability", "decile", "reasons"]
    rows = (
        [
            *(columns[name][place] for name in keys), place + 1, f"{one.probability:.6f}", one.decile,
            "; ".join(f"{reason.column}: {reason.value or '–'} (×{reason.factor:.2f})" for reason in one.reasons),
        ]
        for place, one in enumerate(scored)
    )  # fmt: skip
    try:
        write_csv(path, header, rows)
    except OSError:
        raise Refused(_("“%(name)s” cannot be written.") % {"name": path.name}) from None


def _measured(
    model: Scorecard, columns: dict[str, list[str]], scored: Sequence[Scored]
) -> dict[str, Any] | None:
    """How good the scores are where the file holds the outcome, too."""
    target = model.card.get("target")
    if not isinstance(target, str) or target not in columns:
        return None
    try:
        outcomes = frame.outcomes_of(columns[target], str(model.card.get("won_value") or ""))
    except Refused:
        return None
    known = [
        (one.probability, result) for one, result in zip(scored, outcomes, strict=True) if result is not None
    ]
    if len({result for _p, result in known}) < 2:
        return None
    return measured([p for p, _y in known], [y for _p, y in known])


def _drift_warnings(fit: applying.Fit) -> list[str]:
    return [
        _(
            "“%(column)s” is spread otherwise than where the model was learned (stability index %(psi)s): train anew."
        )
        % {"column": name, "psi": f"{value:.2f}"}
        for name, value in fit.drifted.items()
    ]
