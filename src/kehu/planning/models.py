"""Plans, their versions, and the lines by week that actual figures are compared with."""

from __future__ import annotations

from datetime import date
from decimal import Decimal
from typing import Any

from django.conf import settings
from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext, pgettext_lazy
from django.utils.translation import gettext_lazy as _

from kehu.campaigns.models import Campaign, Channel
from kehu.catalog.models import company_currency
from kehu.core.models import Company, OwnedRecord, Record
from kehu.core.models.company import WEEKDAYS
from kehu.kit.money import AmountField
from kehu.planning.backward import Figures, PlanNumbers
from kehu.planning.backward.phases import PhaseBudget
from kehu.planning.backward.stored import from_json

METHODS = [("channel", _("Each channel by its own history")), ("aggregate", _("History scaled as a whole"))]


class Plan(OwnedRecord):
    """What a campaign is to bring and to cost. The numbers stand in its versions."""

    name = models.CharField(_("Name"), max_length=200)
    campaign = models.ForeignKey(
        Campaign, verbose_name=_("Campaign"), on_delete=models.PROTECT, related_name="plans"
    )
    starts_on = models.DateField(_("Starts"))
    ends_on = models.DateField(_("Ends"))
    first_weekday = models.PositiveSmallIntegerField(
        _("Weeks start on"),
        choices=WEEKDAYS,
        null=True,
        blank=True,
        help_text=_("Empty: as in the campaign or company."),
    )
    currency = models.CharField(_("Currency"), max_length=3, default=company_currency)
    cost_goal_per_unit = AmountField(
        _("Goal: marketing cost per unit"),
        null=True,
        blank=True,
        help_text=_("The plan says so when it costs more."),
    )

    class Meta(OwnedRecord.Meta):
        verbose_name = _("Plan")
        verbose_name_plural = _("Plans")
        constraints = [
            models.CheckConstraint(
                condition=Q(ends_on__gte=F("starts_on")),
                name="plan_dates_in_order",
                violation_error_message=_("A plan cannot end before it starts."),
            ),
            models.CheckConstraint(
                condition=Q(cost_goal_per_unit__isnull=True) | Q(cost_goal_per_unit__gt=0),
                name="plan_cost_goal_positive",
                violation_error_message=_("The goal must be above 0."),
            ),
        ]

    def __str__(self) -> str:
        return self.name

    @property
    def weekday(self) -> int:
        """The day on which the plan's weeks start (0 is Monday): its own, the campaign's, the company's."""
        for found in (self.first_weekday, self.campaign.first_weekday):
            if found is not None:
                return found
        return Company.current().first_weekday


class PlanVersion(Record):
    """One state of a plan's numbers. Drafts are edited; an approved version stays as it is for good.

    `numbers` is the exact grid (see planning.backward), `phases` the budget by period and class, `profile`
    how lines fall on the weeks where that was set by hand. The amounts and counts beside them repeat the
    grid's rounded totals for lists. An approved version is in force from a day until the next one is.
    """

    class State(models.TextChoices):
        DRAFT = "draft", _("Draft")
        SUBMITTED = "submitted", _("Submitted")
        APPROVED = "approved", _("Approved")
        SUPERSEDED = "superseded", _("Superseded")

    TRANSITIONS: dict[str, tuple[str, ...]] = {
        "draft": ("submitted", "approved"),
        "submitted": ("draft", "approved"),
        "approved": ("superseded",),
        "superseded": (),
    }

    plan = models.ForeignKey(Plan, verbose_name=_("Plan"), on_delete=models.PROTECT, related_name="versions")
    number = models.PositiveIntegerField(_("Version"))
    state = models.CharField(_("State"), max_length=12, choices=State.choices, default=State.DRAFT)
    note = models.CharField(_("Note"), max_length=300, blank=True)
    method = models.CharField(_("Method"), max_length=12, choices=METHODS, default="channel")
    step = models.PositiveIntegerField(_("Rounding step"), default=1)
    target_revenue = AmountField(_("Revenue"))
    price = AmountField(_("Price"))
    units = models.BigIntegerField(_("Units"))
    qualified = models.BigIntegerField(_("Qualified leads"), null=True, blank=True)
    leads = models.BigIntegerField(_("Leads"))
    spend = AmountField(_("Spend"), null=True, blank=True)
    numbers = models.JSONField(editable=False)
    phases = models.JSONField(default=list, blank=True, editable=False)
    profile = models.JSONField(default=dict, blank=True, editable=False)
    basis = models.JSONField(default=dict, blank=True, editable=False)
    approved_by = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        verbose_name=_("Approved by"),
        null=True,
        blank=True,
        on_delete=models.PROTECT,
        related_name="+",
    )
    approved_at = models.DateTimeField(_("Approved at"), null=True, blank=True)
    in_force_from = models.DateField(_("In force from"), null=True, blank=True)
    in_force_to = models.DateField(_("In force until before"), null=True, blank=True)

    class Meta(Record.Meta):
        verbose_name = _("Plan version")
        verbose_name_plural = _("Plan versions")
        ordering = ("plan", "number")
        constraints = [
            models.UniqueConstraint(fields=("plan", "number"), name="plan_version_number_once"),
            models.UniqueConstraint(
                fields=("plan",), condition=Q(state="approved"), name="plan_has_one_approved_version"
            ),
        ]

    def __str__(self) -> str:
        return gettext("%(plan)s, version %(number)s") % {"plan": self.plan, "number": self.number}

    @property
    def grid(self) -> PlanNumbers:
        """The exact numbers."""
        return from_json(self.numbers)

    @property
    def figures(self) -> Figures:
        """The numbers as they are shown."""
        return Figures.of(self.grid)

    @property
    def budgets(self) -> list[PhaseBudget]:
        """The phases as the planner's arithmetic takes them."""
        return [phase_from_json(stored) for stored in self.phases]

    def may_become(self, state: str) -> bool:
        """Whether this state may follow the present one."""
        return state in self.TRANSITIONS[self.state]


class PlanLine(Record):
    """What one channel is to bring and spend in the part of a week that belongs to one phase.

    Made when a version is approved, never changed afterwards. Without a channel it stands for leads that no
    channel is named for. `starts_on` and `ends_on` bound the part
    of the week that the line is for.
    """

    version = models.ForeignKey(
        PlanVersion, verbose_name=_("Plan version"), on_delete=models.PROTECT, related_name="lines"
    )
    channel = models.ForeignKey(
        Channel, verbose_name=_("Channel"), null=True, blank=True, on_delete=models.PROTECT, related_name="+"
    )
    week = models.DateField(_("Week"))
    starts_on = models.DateField(pgettext_lazy("period", "From"))
    ends_on = models.DateField(pgettext_lazy("period", "Until"))
    phase = models.CharField(_("Phase"), max_length=100, blank=True)
    leads = models.BigIntegerField(_("Leads"), default=0)
    qualified = models.BigIntegerField(_("Qualified leads"), null=True, blank=True)
    sales = models.BigIntegerField(_("Sales"), default=0)
    revenue = AmountField(_("Revenue"), default=Decimal(0))
    spend = AmountField(_("Spend"), null=True, blank=True)

    class Meta(Record.Meta):
        verbose_name = _("Plan line")
        verbose_name_plural = _("Plan lines")
        ordering = ("version", "starts_on", "channel")
        indexes = [models.Index("version", "starts_on", name="plan_line_in_order")]

    def __str__(self) -> str:
        return f"{self.week:%Y-%m-%d} · {self.channel or '–'}"


def phase_from_json(stored: dict[str, Any]) -> PhaseBudget:
    """A phase of a version as the planner's arithmetic takes it."""
    return PhaseBudget(
        name=stored["name"],
        starts_on=date.fromisoformat(stored["starts_on"]),
        ends_on=date.fromisoformat(stored["ends_on"]),
        amount=Decimal(stored["amount"]),
        shares={name: Decimal(share) for name, share in stored.get("shares", {}).items()},
        by_month={month: Decimal(amount) for month, amount in stored.get("by_month", {}).items()},
    )


def phase_to_json(phase: PhaseBudget) -> dict[str, Any]:
    """A phase as a version keeps it."""
    return {
        "name": phase.name,
        "starts_on": phase.starts_on.isoformat(),
        "ends_on": phase.ends_on.isoformat(),
        "amount": str(phase.amount),
        "shares": {name: str(share) for name, share in phase.shares.items()},
        "by_month": {month: str(amount) for month, amount in phase.by_month.items()},
    }
