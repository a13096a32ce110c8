"""Models as files: JSON that holds numbers and names, never anything that is run. What does not fit is refused."""

from __future__ import annotations

import json
import math
import os
import tempfile
from pathlib import Path
from typing import Any, NoReturn

from django.utils.translation import gettext as _

from kehu.core.errors import NotFound, Refused
from kehu.leads.predictive.columns import CATEGORY, MOST_BINS, MOST_VALUES, NUMBER, Column
from kehu.leads.predictive.scorecard import Scorecard

FORMAT = "kehu-predictive-1"
MOST_BYTES = 20_000_000
MOST_COLUMNS = 2000
FURTHEST = 50.0


def write(model: Scorecard, path: Path) -> None:
    """Write the model, whole or not at all."""
    path.parent.mkdir(parents=True, exist_ok=True)
    handle, name = tempfile.mkstemp(dir=path.parent, prefix=".model-")
    try:
        with os.fdopen(handle, "w", encoding="utf-8") as file:
            json.dump(as_data(model), file, ensure_ascii=False, allow_nan=False)
        os.replace(name, path)
    except BaseException:
        Path(name).unlink(missing_ok=True)
        raise


def read(path: Path) -> Scorecard:
    """Read a model; refused with a sentence where the file is missing, too large, or no model."""
    try:
        if path.stat().st_size > MOST_BYTES:
            raise Refused(_("“%(name)s” is too large for a model.") % {"name": path.name})
        text = path.read_text(encoding="utf-8")
    except FileNotFoundError:
        raise NotFound(
            _("There is no model at “%(name)s”. Train one first: kehu predict train.") % {"name": path.name}
        ) from None
    except (OSError, UnicodeDecodeError):
        raise _no_model(path.name) from None
    try:
        return from_data(json.loads(text, parse_constant=_no_constant))
    except (ValueError, TypeError, KeyError, RecursionError, OverflowError):
        raise _no_model(path.name) from None


def as_data(model: Scorecard) -> dict[str, Any]:
    """The model as what JSON can hold."""
    return {
        "format": FORMAT,
        "base": model.base,
        "cuts": list(model.cuts),
        "columns": [
            {
                "name": column.name, "kind": column.kind, "edges": list(column.edges),
                "values": list(column.values), "labels": list(column.labels),
                "points": list(points), "shares": list(shares),
            }
            for column, points, shares in zip(model.columns, model.points, model.shares, strict=True)
        ],
        "card": model.card,
    }  # fmt: skip


def from_data(data: Any) -> Scorecard:
    """The model that the data describe; ValueError, TypeError or KeyError where they describe none."""
    if not isinstance(data, dict) or data["format"] != FORMAT or not isinstance(data["card"], dict):
        raise ValueError("not a model of this format")
    if not isinstance(data["columns"], list) or len(data["columns"]) > MOST_COLUMNS:
        raise ValueError("columns")
    columns = tuple(_column(part) for part in data["columns"])
    if len({column.name for column in columns}) < len(columns):
        raise ValueError("a column twice")
    points, shares = [], []
    for column, part in zip(columns, data["columns"], strict=True):
        points.append(_numbers(part["points"], FURTHEST))
        shares.append(_numbers(part["shares"], 1.0, least=0.0))
        if len(points[-1]) != column.size or len(shares[-1]) != column.size:
            raise ValueError("as many points as bins")
    cuts = _numbers(data["cuts"], 1.0, least=0.0)
    if len(cuts) != 9 or list(cuts) != sorted(cuts, reverse=True):
        raise ValueError("cuts")
    (base,) = _numbers([data["base"]], FURTHEST)
    return Scorecard(columns, tuple(points), tuple(shares), base, cuts, data["card"])


def _column(part: Any) -> Column:
    name, kind = part["name"], part["kind"]
    if not isinstance(name, str) or kind not in (NUMBER, CATEGORY):
        raise ValueError("column")
    edges = _numbers(part["edges"], float("inf"))
    values, labels = _texts(part["values"]), _texts(part["labels"])
    if list(edges) != sorted(set(edges)) or len(edges) > MOST_BINS or len(values) > MOST_VALUES:
        raise ValueError("edges or values")
    if len(set(values)) != len(values) or len(labels) != len(values):
        raise ValueError("values")
    return Column(name, kind, edges, values, labels)


def _numbers(found: Any, most: float, *, least: float | None = None) -> tuple[float, ...]:
    if not isinstance(found, list):
        raise TypeError("a list of numbers")
    for value in found:
        if isinstance(value, bool) or not isinstance(value, int | float) or not math.isfinite(value):
            raise TypeError("a number")
        if value > most or value < (-most if least is None else least):
            raise ValueError("a number out of its range")
    return tuple(float(value) for value in found)


def _texts(found: Any) -> tuple[str, ...]:
    if not isinstance(found, list) or not all(isinstance(text, str) for text in found):
        raise TypeError("a list of texts")
    return tuple(found)


def _no_constant(name: str) -> NoReturn:
    raise ValueError(name)


def _no_model(name: str) -> Refused:
    return Refused(
        _("“%(name)s” is not a model that Kehu wrote. Train one: kehu predict train.") % {"name": name}
    )
