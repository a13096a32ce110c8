"""How the two databases say what formulas do. `{0}` is the first part, `{1}` the second.

Numbers are exact decimals on PostgreSQL and binary fractions on SQLite: there what was reckoned is compared at nine
decimals, and a half that became a hair less is rounded as the half that it is (`NUDGED`); beyond fifteen digits its
last one may differ from the page's. Dates are ISO text throughout, as custom dates are stored. Texts are compared by
their code points, as Python does.
"""

from __future__ import annotations

from collections.abc import Mapping

Templates = Mapping[str, str]

NUDGED = "{0} * 1.0000000000000009"

SQLITE: Templates = {
    "number": "{0}", "money": "({0} / 10000.0)", "text": "NULLIF({0}, '')", "day": "{0}", "date": "{0}",
    "yesno": "{0}",
    "+": "({0} + {1})", "-": "({0} - {1})", "*": "({0} * {1})",
    "/": "(CAST({0} AS REAL) / NULLIF({1}, 0))", "neg": "(-{0})", "abs": "ABS({0})",
    "compared": "ROUND({0}, 9)", "ordered": "{0}",
    "round": f"ROUND({NUDGED}, {{1}})", "round_up": f"(ROUND({NUDGED} / {{1}}) * {{1}})",
    "moved": "CASE WHEN DATE({0}, CAST(MAX(MIN({1}, 4000000), -4000000) AS INTEGER) || ' days') >= '0001-01-01'"
    " THEN DATE({0}, CAST(MAX(MIN({1}, 4000000), -4000000) AS INTEGER) || ' days') END",
    "back": "(-({0}))",
    "days": "CAST(JULIANDAY({1}) - JULIANDAY({0}) AS INTEGER)",
    "least": "MIN", "greatest": "MAX",
    "words_of_number": "CASE WHEN {0} IS NOT NULL THEN RTRIM(RTRIM(PRINTF('%%.6f', {0}), '0'), '.') END",
    "words_of_yesno": "CASE {0} WHEN 1 THEN 'True'"
    " WHEN 0 THEN 'False' END",
    "to_number": f"ROUND({NUDGED}, 6)",
    "to_money": "CASE WHEN ABS({0}) < 100000000000000 THEN CAST(ROUND({0} * 10000.000000000009) AS INTEGER) END",
    "as_money": f"CASE WHEN ABS({{0}}) < 100000000000000 THEN ROUND({NUDGED}, 4) END",
}  # fmt: skip

POSTGRESQL: Templates = {
    "number": "({0})::numeric", "money": "(({0}) * 0.0001)", "text": "NULLIF({0}, '')", "day": "{0}",
    "date": "TO_CHAR({0}, 'YYYY-MM-DD')", "yesno": "{0}",
    "+": "({0} + {1})", "-": "({0} - {1})", "*": "({0} * {1})",
    # The scale of the dividend is that of the quotient at least.
    "/": "(({0} * 1.000000000000) / NULLIF({1}, 0))", "neg": "(-{0})", "abs": "ABS({0})",
    "compared": "{0}", "ordered": '({0} COLLATE "C")',
    "round": "ROUND({0}, {1})", "round_up": "(ROUND({0} / {1}) * {1})",
    # Bounded before it is done: PostgreSQL refuses the whole question for one date that is none.
    "moved": "CASE WHEN TRUNC({1}) BETWEEN '0001-01-01'::date - ({0})::date AND '9999-12-31'::date - ({0})::date"
    " THEN TO_CHAR(({0})::date + TRUNC(GREATEST(LEAST({1}, 4000000), -4000000))::int, 'YYYY-MM-DD') END",
    "back": "(-({0}))",
    "days": "(({1})::date - ({0})::date)::numeric",
    "least": "LEAST", "greatest": "GREATEST",
    "words_of_number": "TRIM_SCALE({0})::text", "words_of_yesno": "CASE {0} WHEN TRUE THEN 'True'"
    " WHEN FALSE THEN 'False' END",
    "to_number": "ROUND({0}, 6)",
    "to_money": "CASE WHEN ABS({0}) < 100000000000000 THEN ROUND({0} * 10000)::bigint END",
    "as_money": "CASE WHEN ABS({0}) < 100000000000000 THEN ROUND({0}, 4) END",
}  # fmt: skip

# What PostgreSQL keeps in no index: how a date is written and read depends on settings there.
UNSTEADY = frozenset({"date", "moved", "days"})
