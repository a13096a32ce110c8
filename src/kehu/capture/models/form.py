"""A form that strangers fill in."""

from __future__ import annotations

import secrets
from typing import Any

from django.conf import settings
from django.db import models
from django.utils.translation import gettext_lazy as _

from kehu.campaigns.models import Source
from kehu.core.models import OwnedRecord
from kehu.leads.models import TouchKind

LANGUAGES = tuple(code for code, _name in settings.LANGUAGES)
# The texts of a form beside those of its questions, each in every language.
KINDS_OF_TEXT = ("heading", "intro", "button", "thanks")


def new_key() -> str:
    """What stands in the form's address; no word, so that a renamed form keeps it."""
    return secrets.token_hex(6)


def first_questions() -> list[dict[str, Any]]:
    """What a new form asks."""
    return [{"path": "name", "required": True}, {"path": "email", "required": True}, {"path": "phone"}]


class CaptureForm(Source, OwnedRecord):
    """Its source is that of a touch whose address tells nothing else.

    `questions` are in order: `path` of the lead's field, `required`, `label` and `help` by language (empty: as the
    field is called). `texts` are the heading and so on, by language. `consents` are ids of the purposes that it
    asks for.
    """

    key = models.CharField(_("Key"), max_length=24, unique=True, default=new_key, editable=False)
    name = models.CharField(_("Name"), max_length=100)
    active = models.BooleanField(_("In use"), default=True, help_text=_("A closed form takes nothing more."))
    language = models.CharField(
        _("Language"), max_length=10, choices=settings.LANGUAGES, default="en",
        help_text=_("For visitors who read none of the others."),
    )  # fmt: skip
    questions = models.JSONField(_("Questions"), default=first_questions, blank=True, editable=False)
    texts = models.JSONField(_("Texts"), default=dict, blank=True, editable=False)
    consents = models.JSONField(_("Consents"), default=list, blank=True, editable=False)
    touch_kind = models.CharField(
        _("Counts as"), max_length=30, choices=TouchKind.choices, default=TouchKind.ENTRY_FORM
    )
    call_to_action = models.CharField(_("Call to action"), max_length=100, blank=True)
    thanks_url = models.URLField(
        _("Address after sending"), max_length=500, blank=True, help_text=_("Empty: the thank-you text.")
    )
    sites = models.TextField(
        _("Sites that may show it"), blank=True,
        help_text=_("One origin a line, such as https://www.example.com. Empty: only its own page."),
    )  # fmt: skip
    double_opt_in = models.BooleanField(
        _("Confirmed by mail"), default=False,
        help_text=_("What was sent counts once the link in a mail to the sender was opened."),
    )  # fmt: skip
    proof_of_work = models.BooleanField(
        _("Proof of work"), default=False,
        help_text=_("The visitor's browser solves a small puzzle first; what comes without is held back."),
    )  # fmt: skip

    class Meta(OwnedRecord.Meta):
        verbose_name = _("Form")
        verbose_name_plural = _("Forms")

    def __str__(self) -> str:
        return self.name

    @property
    def origins(self) -> list[str]:
        """The sites that may show it in a page of theirs."""
        return [line.strip().rstrip("/") for line in self.sites.splitlines() if line.strip()]

    def text(self, kind: str, language: str) -> str:
        """One of its texts in a language, else in its own, else nothing."""
        return in_language(self.texts.get(kind, {}), language, self.language)


def in_language(texts: dict[str, str], language: str, otherwise: str) -> str:
    return texts.get(language) or texts.get(otherwise) or ""
