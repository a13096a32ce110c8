"""The company that this installation belongs to."""

from __future__ import annotations

from datetime import timedelta
from zoneinfo import ZoneInfo

from django.db import models
from django.utils.translation import gettext_lazy as _

WEEKDAYS = [
    (0, _("Monday")),
    (1, _("Tuesday")),
    (2, _("Wednesday")),
    (3, _("Thursday")),
    (4, _("Friday")),
    (5, _("Saturday")),
    (6, _("Sunday")),
]


NIGHTLY, WEEKLY, OFF = "nightly", "weekly", "off"
SEARCHES = [(NIGHTLY, _("every night")), (WEEKLY, _("every week, at night")), (OFF, _("only when asked for"))]

# What the change log calls the company, which is no object type: nobody lists, exports or deletes it.
HISTORY = "company"


class Company(models.Model):
    """One row: the habits that figures and dates follow."""

    name = models.CharField(_("Name"), max_length=200, default="Kehu")
    currency = models.CharField(_("Currency"), max_length=3, default="USD")
    timezone = models.CharField(_("Time zone"), max_length=50, default="UTC")
    country = models.CharField(_("Country"), max_length=2, default="US")
    language = models.CharField(_("Language"), max_length=10, default="en")
    first_weekday = models.PositiveSmallIntegerField(_("Weeks start on"), choices=WEEKDAYS, default=0)
    duplicate_search = models.CharField(
        _("Search for duplicates"), max_length=10, choices=SEARCHES, default=NIGHTLY
    )
    # What the company's clock shows is real time plus this: a demo lives in its own year.
    clock_offset = models.DurationField(default=timedelta(0))
    # The day that dashboards open on; empty means today.
    opening_day = models.DateField(null=True, blank=True)

    class Meta:
        verbose_name = _("Company")
        constraints = [models.CheckConstraint(condition=models.Q(pk=1), name="one_company")]

    def __str__(self) -> str:
        return self.name

    @classmethod
    def current(cls) -> Company:
        """The company's row; made with defaults on the first call."""
        return cls.objects.filter(pk=1).first() or cls(pk=1)

    @property
    def zone(self) -> ZoneInfo:
        return ZoneInfo(self.timezone)
