"""What visitors of the company's sites do: sites, events, and which visitor is which person."""

from __future__ import annotations

import re
import secrets
from typing import Any

from django.core.exceptions import ValidationError
from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from kehu.core import clock, registry
from kehu.core.models import Record

ID = 64
ORIGIN = re.compile(r"https?://[a-z0-9]([a-z0-9.-]*[a-z0-9])?(:[0-9]{1,5})?")


def new_key() -> str:
    return secrets.token_hex(8)


class Site(Record):
    """A web site whose visitors are counted; its `key` stands in the page, so it is no secret."""

    class Consent(models.TextChoices):
        NONE = "none", _("Not asked for")
        ASK = "ask", _("Asked for: nothing is stored in the browser before")

    name = models.CharField(_("Name"), max_length=120)
    key = models.CharField(_("Key"), max_length=40, unique=True, default=new_key, editable=False)
    origins = models.TextField(
        _("Allowed origins"),
        max_length=2000,
        help_text=_("One a line, as in https://www.example.com. Events from other pages are refused."),
    )
    consent = models.CharField(_("Consent"), max_length=10, choices=Consent.choices, default=Consent.ASK)
    respects_signals = models.BooleanField(
        _("Respect “do not track”"),
        default=True,
        help_text=_("Browsers that ask not to be tracked (DNT, Global Privacy Control) send nothing."),
    )
    active = models.BooleanField(_("Takes events"), default=True)

    class Meta(Record.Meta):
        verbose_name = _("Site")
        verbose_name_plural = _("Sites")
        ordering = ("name",)

    def __str__(self) -> str:
        return self.name

    @property
    def origin_list(self) -> list[str]:
        return [line.strip() for line in self.origins.splitlines() if line.strip()]

    def clean(self) -> None:
        for one in self.origin_list:
            if not ORIGIN.fullmatch(one):
                raise ValidationError(
                    {
                        "origins": _(
                            "“%(origin)s” is no origin. Write scheme and host only, as in https://www.example.com."
                        )
                        % {"origin": one[:100]}
                    }
                )


class Arrival(models.Model):
    """A call with events as it came, kept from its answer until the worker has taken it apart."""

    site = models.ForeignKey(Site, on_delete=models.PROTECT, related_name="+", db_index=False)
    # The company's moment.
    received_at = models.DateTimeField()
    agent = models.CharField(max_length=400, blank=True)
    # Came with a token: a server of ours, which is no bot and may speak of the past.
    trusted = models.BooleanField(default=False)
    # The browser says that it loads the page ahead, for nobody to see.
    ahead = models.BooleanField(default=False)
    refused = models.PositiveIntegerField(default=0)
    body = models.TextField()

    def __str__(self) -> str:
        return f"{self.received_at:%Y-%m-%d %H:%M:%S}"


class SiteDay(models.Model):
    """What came in of a site on one day: events taken, those of bots, repeated ones, refused ones."""

    site = models.ForeignKey(Site, on_delete=models.CASCADE, related_name="days", db_index=False)
    day = models.DateField()
    taken = models.PositiveBigIntegerField(default=0)
    bots = models.PositiveBigIntegerField(default=0)
    repeated = models.PositiveBigIntegerField(default=0)
    refused = models.PositiveBigIntegerField(default=0)

    class Meta:
        constraints = [models.UniqueConstraint(fields=("site", "day"), name="one_count_a_site_and_day")]

    def __str__(self) -> str:
        return f"{self.day}"


class EventKind(models.TextChoices):
    VIEW = "view", _("Page view")
    DOWNLOAD = "download", _("Download")
    RESOURCE = "resource", _("Use of a resource")
    FORM = "form", _("Form")
    CUSTOM = "custom", _("Own event")


class Event(Record):
    """Something that a visitor did: written once, never changed. `at` is when it happened, by the company's clock.

    `key` is the sender's: the same event sent again is the same event.
    """

    created_at = models.DateTimeField(_("Received"), editable=False)  # type: ignore[misc]
    site = models.ForeignKey(
        Site, verbose_name=_("Site"), on_delete=models.PROTECT, related_name="events", db_index=False
    )
    key = models.CharField(_("Its id"), max_length=ID)
    visitor = models.CharField(_("Visitor"), max_length=ID)
    kind = models.CharField(_("Kind"), max_length=10, choices=EventKind.choices, default=EventKind.VIEW)
    name = models.CharField(_("Name"), max_length=100, blank=True)
    at = models.DateTimeField(_("When"), default=clock.now)
    page = models.CharField(_("Page"), max_length=500, blank=True)
    title = models.CharField(_("Title"), max_length=300, blank=True)
    referrer = models.CharField(_("Came from"), max_length=500, blank=True)
    utm_source = models.CharField("utm_source", max_length=200, blank=True)
    utm_medium = models.CharField("utm_medium", max_length=200, blank=True)
    utm_campaign = models.CharField("utm_campaign", max_length=200, blank=True)
    properties = models.JSONField(_("Properties"), default=dict, blank=True)

    class Meta(Record.Meta):
        verbose_name = _("Event")
        verbose_name_plural = _("Events")
        constraints = [models.UniqueConstraint(fields=("key", "site"), name="an_event_counts_once")]
        indexes = [
            models.Index(fields=("visitor", "at"), name="events_of_visitor"),
            models.Index(fields=("at", "id"), name="event_in_time"),
        ]

    def __str__(self) -> str:
        return self.title or self.page or self.name or str(self.get_kind_display())


def kinds_of_person() -> list[tuple[str, Any]]:
    return [(kind.key, kind.label) for kind in registry.all()]


class Visitor(Record):
    """Who a visitor is: what this browser did before joins the person. A person may be many visitors."""

    visitor = models.CharField(_("Visitor"), max_length=ID)
    object_type = models.CharField(_("Person"), max_length=40, choices=kinds_of_person)
    object_id = models.BigIntegerField(_("Its number"))
    known_at = models.DateTimeField(_("Known since"), default=clock.now)
    how = models.CharField(_("Known by"), max_length=40, blank=True)

    class Meta(Record.Meta):
        verbose_name = _("Visitor")
        verbose_name_plural = _("Visitors")
        constraints = [
            models.UniqueConstraint(
                fields=("visitor",), condition=Q(deleted_at=None), name="a_visitor_is_one_person"
            )
        ]
        indexes = [
            models.Index(fields=("object_type", "object_id"), name="visitors_of_person"),
            models.Index(fields=("known_at", "id"), name="visitor_in_time"),
        ]

    def __str__(self) -> str:
        return self.visitor
