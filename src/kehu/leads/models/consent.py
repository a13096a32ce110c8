"""What people have allowed, and in which words they were asked."""

from __future__ import annotations

from django.conf import settings
from django.db import models
from django.utils.translation import gettext_lazy as _

from kehu.core import clock
from kehu.core.models import Record


class ConsentPurpose(Record):
    """A purpose and the words that ask for it. Other words or another basis are another `version`."""

    class Basis(models.TextChoices):
        CONSENT = "consent", _("Consent")
        CONTRACT = "contract", _("Contract")
        INTEREST = "interest", _("Legitimate interest")

    code = models.SlugField(_("Code"), max_length=60, unique=True)
    name = models.CharField(_("Name"), max_length=100)
    basis = models.CharField(_("Lawful basis"), max_length=10, choices=Basis.choices, default=Basis.CONSENT)
    text_zh_hans = models.TextField(_("Words in simplified Chinese"), max_length=2000, blank=True)
    text_zh_hant = models.TextField(_("Words in traditional Chinese"), max_length=2000, blank=True)
    text_en = models.TextField(_("Words in English"), max_length=2000)
    version = models.PositiveIntegerField(_("Version"), default=1, editable=False)
    months = models.PositiveSmallIntegerField(
        _("Good for months"), null=True, blank=True, help_text=_("Empty: until it is withdrawn.")
    )
    active = models.BooleanField(_("In use"), default=True)

    class Meta(Record.Meta):
        verbose_name = _("Purpose of consent")
        verbose_name_plural = _("Purposes of consent")

    def __str__(self) -> str:
        return self.name

    def text(self, language: str) -> str:
        """The words in a language, else in English."""
        return str(getattr(self, f"text_{language.replace('-', '_')}", "") or self.text_en)


class Consent(Record):
    """The proof that a lead has allowed something: the very words, their version, when, where, until when."""

    lead = models.ForeignKey(
        "leads.Lead",
        verbose_name=_("Lead"),
        on_delete=models.CASCADE,
        related_name="consents",
        db_index=False,
    )
    purpose = models.ForeignKey(
        ConsentPurpose, verbose_name=_("Purpose"), on_delete=models.PROTECT, related_name="consents"
    )
    basis = models.CharField(_("Lawful basis"), max_length=10, choices=ConsentPurpose.Basis.choices)
    version = models.PositiveIntegerField(_("Version"))
    text = models.TextField(_("Words"))
    language = models.CharField(_("Language"), max_length=10, choices=settings.LANGUAGES, blank=True)
    place = models.CharField(_("Where"), max_length=600, blank=True)
    given_at = models.DateTimeField(_("Given"), default=clock.now)
    expires_at = models.DateTimeField(_("Good until"), null=True, blank=True)
    withdrawn_at = models.DateTimeField(_("Withdrawn"), null=True, editable=False)

    class Meta(Record.Meta):
        verbose_name = _("Consent")
        verbose_name_plural = _("Consents")
        indexes = [
            models.Index(fields=("lead", "purpose", "given_at"), name="consents_of_lead"),
            models.Index(fields=("given_at", "id"), name="consent_by_time"),
        ]

    def __str__(self) -> str:
        return f"{self.purpose} · {self.version}"

    @property
    def holds(self) -> bool:
        """Whether it is good today."""
        now = clock.now()
        return self.withdrawn_at is None and (self.expires_at is None or self.expires_at > now)
