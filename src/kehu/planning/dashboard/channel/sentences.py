"""Why a channel is where it is, in two or three sentences. Each rests on figures of the same page."""

from __future__ import annotations

from decimal import Decimal

from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from kehu.core.templatetags.formats import percent
from kehu.planning.dashboard.channel.drawing import BEHIND, ChannelDrawing
from kehu.planning.dashboard.channel.figures import ChannelState
from kehu.planning.dashboard.channel.gap import CLOSING, DELAY, LEADS, PER_MONEY, QUALIFYING, SPEND
from kehu.planning.dashboard.sentences import Sentence


def sentences(state: ChannelState) -> list[Sentence]:
    """The result, then the main reason for it, then what works against that; empty without a plan."""
    leads, due = state.actual.get("leads"), state.expected.get("leads")
    if leads is None or not due:
        return []
    figure, parts = in_question(state)
    found = [result(state, leads, due), *reasons(state, figure, parts)]
    sales = state.gaps().get("sales", {})
    if figure == "leads" and sum(sales.values()) > 0 and all(sentence.tone != "good" for sentence in found):
        found.append(said(state, "sales", max(sales, key=lambda factor: sales[factor]), sales, behind=True))
    return found


def reasons(state: ChannelState, figure: str, parts: dict[str, int]) -> list[Sentence]:
    """The largest effects downwards and upwards; first the one that goes the way of the whole difference."""
    found = []
    if parts and min(parts.values()) < 0:
        found.append(min(parts, key=lambda factor: parts[factor]))
    if parts and max(parts.values()) > 0:
        found.append(max(parts, key=lambda factor: parts[factor]))
    behind = sum(parts.values()) < 0
    found.sort(key=lambda factor: (parts[factor] < 0) != behind)
    return [said(state, figure, factor, parts, behind=behind) for factor in found]


def said(state: ChannelState, figure: str, factor: str, parts: dict[str, int], *, behind: bool) -> Sentence:
    """One reason in a sentence: what it is, and how many leads or sales it makes."""
    texts = {
        (True, True): _("The main reason that it is behind: %(finding)s; that is %(effect)s."),
        (True, False): _("What makes up for some of it: %(finding)s; that is %(effect)s."),
        (False, False): _("What carries it: %(finding)s; that is %(effect)s."),
        (False, True): _("What holds it back: %(finding)s; that is %(effect)s."),
    }
    down = parts[factor] < 0
    words = {"finding": finding(state, factor), "effect": effect_words(figure, parts[factor])}
    return Sentence(texts[behind, down] % words, "bad" if down else "good", figure)


def in_question(state: ChannelState) -> tuple[str, dict[str, int]]:
    """The figure that is explained: the sales where they are short, else the leads where those are, else sales."""
    gaps = state.gaps()
    for figure in ("sales", "leads"):
        if sum(gaps.get(figure, {}).values()) < 0:
            return figure, gaps[figure]
    return "sales", gaps.get("sales", {})


def result(state: ChannelState, leads: Decimal, due: Decimal) -> Sentence:
    sales, expected = state.actual.get("sales"), state.expected.get("sales")
    numbers = {"leads": f"{leads:,.0f}", "due": f"{due:,.0f}", "share": percent(leads / due)}
    if sales is None or not expected:
        text = _("%(leads)s of the %(due)s leads that were expected by then are here (%(share)s).")
        return Sentence(text % numbers, _tone(leads / due), "leads")
    numbers |= {
        "sales": f"{sales:,.0f}",
        "expected": f"{expected:,.0f}",
        "of_sales": percent(sales / expected),
    }
    text = _(
        "%(leads)s of the %(due)s leads that were expected by then are here (%(share)s),"
        " and %(sales)s of the %(expected)s sales (%(of_sales)s)."
    )
    worse = min(leads / due, sales / expected)
    tone = "watch" if worse < 1 <= max(leads / due, sales / expected) else _tone(worse)
    return Sentence(text % numbers, tone, "sales")


def _tone(share: Decimal) -> str:
    return "good" if share >= 1 else "watch" if share >= Decimal("0.9") else "bad"


def finding(state: ChannelState, factor: str) -> str:
    """One factor against the plan, as a part of a sentence."""
    if factor == DELAY:
        return _("leads of the last four weeks have had less time than the others")
    drawing, metric = ChannelDrawing(state), BEHIND[factor]
    numbers = {
        "actual": drawing.text(metric, state.value(metric, state.actual)),
        "planned": drawing.text(metric, state.value(metric, state.expected)),
    }
    texts = {
        SPEND: _("%(actual)s are spent where the plan has %(planned)s"),
        PER_MONEY: _("a lead costs %(actual)s where the plan reckons with %(planned)s"),
        LEADS: _("%(actual)s leads are here where the plan has %(planned)s"),
        QUALIFYING: _("%(actual)s of the leads qualify where the plan reckons with %(planned)s"),
        CLOSING: _("%(actual)s of the qualified leads buy where the plan reckons with %(planned)s"),
    }
    return texts[factor] % numbers


def effect_words(figure: str, effect: int) -> str:
    count = abs(effect)
    if figure == "sales":
        fewer = ngettext("%(count)s sale fewer", "%(count)s sales fewer", count)
        more = ngettext("%(count)s sale more", "%(count)s sales more", count)
    else:
        fewer = ngettext("%(count)s lead fewer", "%(count)s leads fewer", count)
        more = ngettext("%(count)s lead more", "%(count)s leads more", count)
    return (fewer if effect < 0 else more) % {"count": f"{count:,}"}
