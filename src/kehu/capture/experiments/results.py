"""The results of an experiment as its page shows them: a sentence, a table, a picture, advice."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from django.utils.formats import date_format
from django.utils.translation import gettext as _

from kehu.capture.experiments import queries, verdicts
from kehu.capture.experiments.models import Experiment
from kehu.core.models import User

# Further back the picture shows no single days.
DRAWN_DAYS = 400


def shown(experiment: Experiment, user: User) -> Mapping[str, Any]:
    """What the panel of an experiment's page shows to a user: of people and amounts that the user may see."""
    from kehu.capture.experiments.live import judge, planned_size  # scipy: for those who look at a test

    variants = queries.variants_of(experiment)
    money = experiment.measure == Experiment.Measure.REVENUE
    planned = (
        planned_size(experiment.rate, experiment.effect, max(len(variants), 2), money=money)
        if experiment.rate
        else 0
    )
    page: dict[str, Any] = {
        "experiment": experiment, "variants": variants, "planned": planned, "money": money,
        "whole": sum(variant.share for variant in variants),
    }  # fmt: skip
    if experiment.started_at is None or len(variants) < 2:
        return page
    if not queries.may_count(experiment, user):
        return {**page, "closed": True}
    found = queries.counted(experiment, user)
    live = judge(
        found.tallies, shares=[variant.share for variant in variants], effect=experiment.effect,
        planned=planned, money=money,
    )  # fmt: skip
    names = {variant.code: variant.name for variant in variants}
    day = found.days[live.decided] if live.decided is not None else None
    page |= {
        "verdict": sentence(live.verdict, names.get(live.winner, ""), day),
        "look": {"broken": "bad"}.get(live.ratio) or ("good" if live.winner else "info"),
        "doubtful": live.ratio == "doubtful",
        "rows": [_row(variant, arm, found, money) for variant, arm in zip(variants, live.arms, strict=True)],
        "chart": _chart(live, found, names, money),
        "crossed": found.crossed,
        "cut": queries.MOST_PEOPLE if found.cut else 0,
        "missing": _missing(found, planned),
    }
    return page


def sentence(verdict: str, winner: str, day: Any) -> str:
    """A verdict as people read it."""
    when = date_format(day, "DATE_FORMAT") if day else ""
    if verdict == verdicts.BROKEN:
        return _(
            "The variants got not as many people as they should have: do not trust these figures. Find out why first."
        )
    if verdict == verdicts.NO_DIFFERENCE:
        return _("No difference that matters (since %(day)s). Take whichever costs less.") % {"day": when}
    if verdict == verdicts.NO_WINNER:
        return _("No winner yet. You may look as often as you like: that makes no difference to the verdict.")
    return _("“%(variant)s” wins (since %(day)s).") % {"variant": winner, "day": when}


def _row(variant: Any, arm: Any, found: queries.Counted, money: bool) -> dict[str, Any]:
    look = arm.course.looks[-1] if arm.course and arm.course.looks else None
    words = {"better": _("better"), "worse": _("worse"), verdicts.NO_DIFFERENCE: _("no difference")}
    return {
        "variant": variant,
        "tally": arm.tally,
        "value": arm.tally.mean if arm.tally.n else None,
        "difference": look.difference if look and look.interval else None,
        "interval": look.interval if look else None,
        "word": words.get(arm.course.verdict, _("open")) if arm.course else "",
        "look": {"better": "good", "worse": "bad"}.get(arm.course.verdict, "") if arm.course else "",
    }


def _chart(live: Any, found: queries.Counted, names: Mapping[str, str], money: bool) -> dict[str, Any] | None:
    """Each variant's difference from the control over the days, between the bounds that hold for all of them."""
    days, series = found.days[-DRAWN_DAYS:], []
    for number, arm in enumerate(live.arms[1:], start=1):
        looks = arm.course.looks[-DRAWN_DAYS:]
        if not any(look.interval for look in looks):
            continue
        colour = f"--k-series-{number % 7 or 7}"
        line = {"type": "line", "showSymbol": False, "name": names[arm.name], "itemStyle": {"color": colour}}
        middle = [look.difference if look.interval else None for look in looks]
        series.append({**line, "data": middle, "lineStyle": {"color": colour, "width": 2}})
        for end in (0, 1):
            bound = [look.interval[end] if look.interval else None for look in looks]
            style = {"color": colour, "width": 1, "type": "dashed"}
            series.append({**line, "data": bound, "lineStyle": style})
    if not series:
        return None
    return {
        "options": {
            "xAxis": {"type": "category", "data": [date_format(day, "m-d") for day in days]},
            "yAxis": {"type": "value", "axisLabel": {"formatter": {"$format": "short" if money else "percent"}}},
            "series": series,
        }
    }  # fmt: skip


def _missing(found: queries.Counted, planned: int) -> dict[str, int] | None:
    """How many people an arm lacks to the advised size, and in how many days they come at the pace so far."""
    smallest = min(row[-1].n for row in found.tallies.values())
    if not planned or smallest >= planned:
        return None
    people = planned - smallest
    days = -(-people * len(found.days) // smallest) if smallest else 0
    return {"people": people, "days": days}
