"""Findings about columns as sentences in the reader's language."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from django.utils.translation import gettext as _


def sentence(finding: Mapping[str, Any]) -> str:
    """What a finding says; a code that is not known (a model from elsewhere) is shown as it is."""
    code, facts = str(finding.get("code", "")), _shown(finding.get("facts") or {})
    try:
        return _sentences()[code] % facts
    except (KeyError, TypeError, ValueError):
        return code


def _shown(facts: Mapping[str, Any]) -> dict[str, Any]:
    shown = dict(facts)
    for name, value in facts.items():
        if isinstance(value, float):
            shown[name] = f"{value:.2f}" if name == "auc" else f"{100 * value:.0f} %"
    return shown


def _sentences() -> dict[str, str]:
    return {
        "orders": _("It orders the rows in time."),
        "constant": _("It says the same in every row."),
        "nearly_constant": _("It says the same in all but a few rows."),
        "identifier": _("Nearly every row has its own value: it names rows and says nothing about new ones."),
        "scattered": _("Its %(values)s values are all too rare to learn from."),
        "date": _("Dates are not learned from: later leads will have others."),
        "dropped": _("Left out as asked."),
        "too_good": _(
            "Leak: it tells the outcome nearly by itself (AUC %(auc)s on later rows), so it was probably filled in "
            "after the outcome."
        ),
        "sure_both_ways": _(
            "Leak: “%(high)s” nearly always goes with success and “%(low)s” nearly never (%(share)s of the rows are "
            "as sure): it was written by somebody who knew the outcome."
        ),
        "filled_for_one": _(
            "Leak: filled in for %(won)s of the won and %(lost)s of the lost: whether it is filled in tells the "
            "outcome."
        ),
        "dated_later": _("Leak: in %(rows)s of %(of)s rows it is dated after the lead came."),
        "later_state": _(
            "Leak: its name (“%(word)s”) speaks of how the record stands today, not when the lead came, and it goes "
            "with the outcome (AUC %(auc)s)."
        ),
        "named_later": _(
            "Its name (“%(word)s”) speaks of how the record stands today. Check that it is known when a lead comes."
        ),
        "judged": _(
            "Somebody’s judgement (“%(word)s”) that goes with the outcome (AUC %(auc)s). Check that it was made when "
            "the lead came."
        ),
        "filled_more": _(
            "Filled in for %(won)s of the won and %(lost)s of the lost. Check that it is not asked only later."
        ),
        "shifting": _(
            "Filled in for %(old)s of the oldest rows and %(new)s of the newest: it changed its meaning."
        ),
        "kept": _("Used as asked, though it may give the outcome away."),
        "row_order": _(
            "No time was named: the rows were taken to stand in the order of time, the oldest first."
        ),
        "weak": _("It ranks later leads hardly better than chance (AUC %(auc)s). Do not rely on it."),
        "too_good_together": _(
            "Too good to be true (AUC %(auc)s on later rows): some column probably knows the outcome. Look at the "
            "strongest."
        ),
    }
