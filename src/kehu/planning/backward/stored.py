"""The grid as JSON: fractions as text, so that nothing is lost between two edits."""

from __future__ import annotations

from collections.abc import Mapping
from fractions import Fraction
from typing import Any

from kehu.planning.backward.numbers import FULL, WITHOUT_QUALIFIED, PlanNumbers, Row

# Many edits under locks make fractions long; beyond this many digits nobody misses the rest.
LONGEST_DENOMINATOR = 10**30


def to_json(numbers: PlanNumbers) -> dict[str, Any]:
    """Everything that `from_json` needs; the same grid gives the same JSON."""
    return {
        "qualified": numbers.chain is FULL,
        "step": numbers.step,
        "locked": sorted(numbers.locked),
        "rows": [
            {
                "code": row.code,
                "leads": _text(row.leads),
                "links": {link: _text(value) for link, value in row.links.items()},
            }
            for row in numbers.rows
        ],
    }


def from_json(stored: Mapping[str, Any]) -> PlanNumbers:
    """The grid that `to_json` was given."""
    rows = tuple(
        Row(
            row["code"],
            Fraction(row["leads"]),
            {link: Fraction(value) for link, value in row["links"].items()},
        )
        for row in stored["rows"]
    )
    chain = FULL if stored["qualified"] else WITHOUT_QUALIFIED
    return PlanNumbers(rows, stored["step"], chain, frozenset(stored["locked"]))


def _text(value: Fraction) -> str:
    return str(
        value if value.denominator <= LONGEST_DENOMINATOR else value.limit_denominator(LONGEST_DENOMINATOR)
    )
