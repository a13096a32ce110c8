"""Conversion rates: given by the planner, read from history, or one from the other."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from fractions import Fraction

from django.utils.translation import gettext as _

from kehu.core.errors import Refused
from kehu.planning.backward.history import ChannelHistory
from kehu.planning.backward.rounding import Number, exact

STAGES = ("lead_to_qualified", "qualified_to_sale", "lead_to_sale")


@dataclass(frozen=True)
class Rates:
    """The rates that the planner gives; None is taken from history. Each is above 0 and at most 1."""

    lead_to_qualified: Fraction | None = None
    qualified_to_sale: Fraction | None = None
    lead_to_sale: Fraction | None = None

    @classmethod
    def given(cls, values: Mapping[str, Number]) -> Rates:
        """Check what the planner typed, by stage name.

        Raises `Refused` for an unknown stage or a wrong rate.
        """
        checked = {}
        for stage, value in values.items():
            if stage not in STAGES:
                known = ", ".join(STAGES)
                raise Refused(
                    _("There is no rate “%(stage)s”; the rates are %(known)s.")
                    % {"stage": stage, "known": known}
                )
            checked[stage] = checked_rate(stage, exact(value))
        return cls(**checked).completed()

    def completed(self) -> Rates:
        """Two of the three rates give the third."""
        first, second, both = self.lead_to_qualified, self.qualified_to_sale, self.lead_to_sale
        if first and second:
            if both and both != first * second:
                raise Refused(
                    _("lead_to_sale is not the product of the two other rates: leave one of the three out.")
                )
            return Rates(first, second, first * second)
        if both and (first or second):
            known = first or second or both
            if both > known:
                raise Refused(_("lead_to_sale cannot be above the rate of one of its two steps."))
            return Rates(first or both / known, second or both / known, both)
        return self

    @property
    def complete(self) -> bool:
        """Whether no history is needed to come from sales to leads."""
        return self.lead_to_sale is not None

    def for_channel(self, history: ChannelHistory, *, staged: bool) -> dict[str, Fraction]:
        """The rates of one channel from the top of the chain to its end.

        `staged` says whether the chain has a qualified stage. A given rate holds for every channel, the other
        comes from the channel's own leads, qualified leads and sales. Zero where the channel never sold.
        """
        if not staged:
            return {"lead_to_sale": self.lead_to_sale or history.sale_rate}
        first = self.lead_to_qualified or self._qualified_of(history)
        second = self.qualified_to_sale or self._sold_of(history, first)
        return {"qualified_to_sale": second, "lead_to_qualified": first}

    def _qualified_of(self, history: ChannelHistory) -> Fraction:
        if self.qualified_to_sale and not history.qualified:
            return history.sale_rate / self.qualified_to_sale
        return Fraction(history.qualified or 0, history.leads)

    def _sold_of(self, history: ChannelHistory, first: Fraction) -> Fraction:
        if self.lead_to_sale:
            return self.lead_to_sale / first if first else Fraction(0)
        if history.qualified:
            return Fraction(history.sales, history.qualified)
        return history.sale_rate / first if first else Fraction(0)


def checked_rate(stage: str, rate: Fraction) -> Fraction:
    """The rate itself; raises `Refused` unless it is above 0 and at most 1."""
    if not 0 < rate <= 1:
        raise Refused(
            _("The rate %(stage)s must be above 0 and at most 1 (100%%).") % {"stage": stage},
            fields={"rate": stage},
        )
    return rate
