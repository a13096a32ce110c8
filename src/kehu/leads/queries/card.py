"""What is told of a predictive model and of its word on a lead, as far as the reader may know the fields."""

from __future__ import annotations

import math
from itertools import pairwise
from typing import Any

from django.utils.translation import gettext as _

from kehu.core.models import User
from kehu.core.registry import ObjectType, of
from kehu.leads.models import Lead, Prediction, PredictiveContent, PredictiveModel
from kehu.leads.predictive.evidence import LEAKS
from kehu.leads.predictive.measures import DRIFT
from kehu.leads.predictive.sentences import sentence
from kehu.leads.queries.predictive import MOMENTS


def label_of(kind: ObjectType, column: str) -> str:
    """What a column of the model is called."""
    if column == MOMENTS[0]:
        return _("Weekday of the first contact")
    if column == MOMENTS[1]:
        return _("Hour of the first contact")
    return str(kind.label_of(column)) if column else _("All columns")


def may_read(kind: ObjectType, column: str, user: User) -> bool:
    """Whether the user may read the field behind a column; one that is masked only says that it is there."""
    path = "captured_at" if column in MOMENTS else column
    return not path or bool(kind.readable(user, [path]))


def reasons_of(lead: Lead, user: User) -> dict[str, Any] | None:
    """The chance of a lead with its reasons, the strongest first; nothing where no model has scored it."""
    found = Prediction.objects.filter(lead=lead).select_related("model").first()
    if found is None:
        return None
    kind = of(Lead)
    reasons = [
        {"label": label_of(kind, column), "value": shown(kind, column, value), "factor": f"{math.exp(points):.2f}",
         "good": points > 0}
        for column, value, points in found.reasons
        if may_read(kind, column, user)
    ]  # fmt: skip
    return {"prediction": found, "chance": f"{100 * found.probability:.0f} %", "predicted_reasons": reasons}


def shown(kind: ObjectType, column: str, value: str) -> str:
    """A value as a reader knows it."""
    field = kind.field(column) if column not in MOMENTS else None
    choices = dict(field.flatchoices) if field is not None and getattr(field, "choices", None) else {}
    words = {"yes": _("yes"), "no": _("no"), "": _("(blank)")}
    return str(choices.get(value) or words.get(value, value))


def card_of(model: PredictiveModel, kind: ObjectType, user: User) -> dict[str, Any] | None:
    """Figures and pictures of a version; nothing before it is learned."""
    content = PredictiveContent.objects.filter(model=model).first()
    if content is None:
        return {"problem": model.problem}
    card = content.data["card"]
    tried = card["tried"]
    return {
        "card": card,
        "auc": f"{tried['auc']:.3f}",
        "rules_auc": f"{card['rules']['auc']:.3f}",
        "brier": f"{tried['brier']:.3f}",
        "brier_of_the_rate": f"{tried['brier_of_the_rate']:.3f}",
        "calibration_error": f"{100 * tried['calibration_error']:.1f} %",
        "gain": _gain(tried["gain"], card["rules"]["gain"]),
        "calibration": _calibration(tried["deciles"]),
        "deciles": [
            {**group, "rate": f"{100 * group['rate']:.1f} %", "predicted": f"{100 * group['predicted']:.1f} %",
             "lift": f"{group['lift']:.2f}"}
            for group in tried["deciles"]
        ],
        "used": [
            {"label": label_of(kind, part["column"]), "auc": f"{part['auc']:.2f}",
             "spread": f"{math.exp(part['spread']):.1f}"}
            for part in sorted(card["used"], key=lambda part: -part["spread"])
            if may_read(kind, part["column"], user)
        ],
        "left_out": _told(card["left_out"], kind, user),
        "warnings": _told(card["warnings"], kind, user),
        "drift": _drift(content.drift, kind, user),
    }  # fmt: skip


def _told(findings: list[dict[str, Any]], kind: ObjectType, user: User) -> list[dict[str, Any]]:
    return [
        {"label": label_of(kind, part["column"]), "why": sentence(part), "leak": part["code"] in LEAKS}
        for part in findings
        if may_read(kind, part["column"], user)
    ]


def _drift(drift: dict[str, Any], kind: ObjectType, user: User) -> dict[str, Any] | None:
    if not drift:
        return None
    rows = [
        {"label": label_of(kind, column), "psi": f"{value:.2f}", "drifted": value >= DRIFT}
        for column, value in sorted(drift["columns"].items(), key=lambda pair: -pair[1])
        if may_read(kind, column, user)
    ]
    return {"leads": drift["leads"], "rows": rows, "drifted": any(row["drifted"] for row in rows)}


def _gain(model: list[list[float]], rules: list[list[float]]) -> dict[str, Any]:
    """Of all that were won, the share among the best-ranked leads: model, rules, and chance."""
    names = [_("Predictive model"), _("Scoring rules"), _("By chance")]
    lines = [model, rules, [[0.0, 0.0], [1.0, 1.0]]]
    percent = [[[round(100 * x, 2), round(100 * y, 2)] for x, y in line] for line in lines]
    series = [
        {"type": "line", "name": name, "data": line, "showSymbol": False}
        for name, line in zip(names, percent, strict=True)
    ]
    table = [
        [f"{share} %", *(f"{_at(line, share):.0f} %" for line in percent)]
        for share in (10, 20, 30, 40, 50, 60, 80, 100)
    ]
    return {
        "options": {
            "xAxis": {"type": "value", "max": 100},
            "yAxis": {"type": "value", "max": 100},
            "series": series,
        },
        "table": {"columns": [_("Leads contacted, %"), *names], "rows": table},
    }


def _at(line: list[list[float]], share: float) -> float:
    """The height of a line at a share, straight between its points."""
    for (x, y), (to_x, to_y) in pairwise(line):
        if x <= share <= to_x:
            return y + (to_y - y) * ((share - x) / (to_x - x) if to_x > x else 0.0)
    return line[-1][1]


def _calibration(groups: list[dict[str, Any]]) -> dict[str, Any]:
    """What was predicted for each tenth of the leads, and what came of it."""
    names = [_("Predicted, %"), _("Really won, %")]
    predicted = [round(100 * group["predicted"], 1) for group in groups]
    real = [round(100 * group["rate"], 1) for group in groups]
    return {
        "options": {
            "xAxis": {
                "type": "category",
                "data": [str(group["decile"]) for group in groups],
                "name": _("Tenth"),
            },
            "yAxis": {"type": "value"},
            "series": [
                {"type": "bar", "name": names[1], "data": real, "barMaxWidth": 36},
                {"type": "line", "name": names[0], "data": predicted, "symbolSize": 7},
            ],
        }
    }
