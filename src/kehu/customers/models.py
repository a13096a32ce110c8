"""Companies, households and people that may buy, and the regions they live in."""

from __future__ import annotations

from django.conf import settings
from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from kehu.core.models import OwnedRecord, Record


class Region(Record):
    """An area that figures are broken down by. Regions are the company's own data and are not translated."""

    code = models.CharField(_("Code"), max_length=60, unique=True)
    name = models.CharField(_("Name"), max_length=100)

    class Meta(Record.Meta):
        verbose_name = _("Region")
        verbose_name_plural = _("Regions")
        ordering = ("name",)

    def __str__(self) -> str:
        return self.name


class Account(OwnedRecord):
    """A company, a single person or a household as one customer."""

    class Kind(models.TextChoices):
        COMPANY = "company", _("Company")
        PERSON = "person", _("Person")
        HOUSEHOLD = "household", _("Household")

    class Status(models.TextChoices):
        POTENTIAL = "potential", _("Potential customer")
        CURRENT = "current", _("Current customer")
        LOST = "lost", _("Lost customer")

    name = models.CharField(_("Name"), max_length=200)
    kind = models.CharField(_("Kind"), max_length=10, choices=Kind.choices, default=Kind.COMPANY)
    status = models.CharField(_("Status"), max_length=10, choices=Status.choices, default=Status.POTENTIAL)
    lost_reason = models.CharField(_("Reason of the loss"), max_length=200, blank=True)
    industry = models.CharField(_("Industry"), max_length=100, blank=True)
    size = models.PositiveIntegerField(_("Employees"), null=True, blank=True)
    website = models.URLField(_("Website"), blank=True)
    phone = models.CharField(_("Phone"), max_length=40, blank=True)
    region = models.ForeignKey(
        Region,
        verbose_name=_("Region"),
        null=True,
        blank=True,
        on_delete=models.PROTECT,
        related_name="accounts",
    )
    address = models.CharField(_("Address"), max_length=300, blank=True)
    parent = models.ForeignKey(
        "self",
        verbose_name=_("Part of"),
        null=True,
        blank=True,
        on_delete=models.PROTECT,
        related_name="branches",
    )
    external_key = models.CharField(_("External key"), max_length=100, null=True, blank=True, unique=True)

    class Meta(OwnedRecord.Meta):
        verbose_name = _("Account")
        verbose_name_plural = _("Accounts")
        indexes = [
            models.Index(fields=("name", "id"), name="account_by_name"),
            models.Index(fields=("status", "id"), name="account_by_status"),
            models.Index(fields=("industry", "id"), name="account_by_industry"),
        ]
        constraints = [
            models.CheckConstraint(
                condition=~Q(parent=models.F("id")),
                name="account_not_part_of_itself",
                violation_error_message=_("An account cannot be part of itself."),
            ),
            models.CheckConstraint(
                condition=Q(lost_reason="") | Q(status="lost"),
                name="account_reason_only_when_lost",
                violation_error_message=_("A reason of the loss belongs to a lost customer only."),
            ),
        ]

    def __str__(self) -> str:
        return self.name


class Contact(OwnedRecord):
    """A person, alone or at an account."""

    account = models.ForeignKey(
        Account,
        verbose_name=_("Account"),
        null=True,
        blank=True,
        on_delete=models.PROTECT,
        related_name="contacts",
    )
    name = models.CharField(_("Name"), max_length=100)
    title = models.CharField(_("Position"), max_length=100, blank=True)
    reports_to = models.ForeignKey(
        "self",
        verbose_name=_("Reports to"),
        null=True,
        blank=True,
        on_delete=models.SET_NULL,
        related_name="reports",
    )
    phone = models.CharField(_("Phone"), max_length=40, blank=True, db_index=True)
    mobile = models.CharField(_("Mobile"), max_length=40, blank=True)
    email = models.EmailField(_("E-mail"), blank=True, db_index=True)
    region = models.ForeignKey(
        Region,
        verbose_name=_("Region"),
        null=True,
        blank=True,
        on_delete=models.PROTECT,
        related_name="contacts",
    )
    language = models.CharField(_("Language"), max_length=10, choices=settings.LANGUAGES, blank=True)
    birth_year = models.PositiveSmallIntegerField(_("Year of birth"), null=True, blank=True)
    opted_out = models.BooleanField(_("Wants no advertising"), default=False)
    external_key = models.CharField(_("External key"), max_length=100, null=True, blank=True, unique=True)

    class Meta(OwnedRecord.Meta):
        verbose_name = _("Contact")
        verbose_name_plural = _("Contacts")
        indexes = [models.Index(fields=("name", "id"), name="contact_by_name")]
        constraints = [
            models.CheckConstraint(
                condition=Q(birth_year__isnull=True) | Q(birth_year__range=(1900, 2100)),
                name="contact_birth_year_plausible",
                violation_error_message=_("The year of birth lies between 1900 and 2100."),
            ),
            models.CheckConstraint(
                condition=~Q(reports_to=models.F("id")),
                name="contact_not_own_superior",
                violation_error_message=_("A person cannot report to themselves."),
            ),
        ]

    def __str__(self) -> str:
        return self.name
