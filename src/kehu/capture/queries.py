"""What forms may ask, and the form of an address."""

from __future__ import annotations

from typing import Any

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from kehu.capture.models import CaptureForm, Submission
from kehu.core import registry
from kehu.core.custom import definitions
from kehu.core.errors import NotFound
from kehu.leads.models import ConsentPurpose, Lead

# Fields of a lead that a stranger may fill in, in the order in which they are offered.
OPEN = ("name", "email", "phone", "company_name", "kind", "language", "birth_year", "product", "region")
# Where a stranger is asked otherwise than the field is called.
ASKED = {"name": gettext_lazy("Your name"), "company_name": gettext_lazy("Your company")}
# Own fields of these kinds point at records or are worked out.
CLOSED_KINDS = ("reference", "formula", "roll_up")

# What an answer that allows a purpose is called: this and the purpose's id.
ALLOWING = "consent."
# Fields of a post that are not answers.
OWN_FIELDS = ("token", "proof", "website")
REASONS = {
    "trap": gettext_lazy("A field that people do not see was filled in."),
    "fast": gettext_lazy("It was sent sooner than a person can fill it in."),
    "proof": gettext_lazy("The visitor's browser did not solve the puzzle, or it was used before."),
    "site": gettext_lazy("It came from a site that may not show this form."),
}


def reason_of(submission: Submission) -> str:
    """Why something is held back, as a sentence; empty where it is not."""
    return str(REASONS.get(submission.reason, submission.reason))


def askable() -> dict[str, Any]:
    """The paths of the lead's fields that a form may ask for, with their labels."""
    kind = registry.of(Lead)
    found: dict[str, Any] = {path: ASKED.get(path, kind.label_of(path)) for path in OPEN}
    for code, field in definitions.fields_of(kind).items():
        if not field.retired and not field.computed and not field.is_relation:
            found[f"custom.{code}"] = kind.label_of(f"custom.{code}")
    return found


def asked_consents(form: CaptureForm) -> list[tuple[ConsentPurpose, bool]]:
    """The purposes in use that a form asks for, in its order, and whether it insists."""
    known = ConsentPurpose.objects.filter(active=True).in_bulk([entry["purpose"] for entry in form.consents])
    return [
        (known[entry["purpose"]], bool(entry.get("required")))
        for entry in form.consents
        if entry["purpose"] in known
    ]


def by_key(key: str) -> CaptureForm:
    """The form of an address, open or closed; NotFound where there is none."""
    found = CaptureForm.objects.filter(key=key).first()
    if found is None:
        raise NotFound(_("There is no such form."))
    return found
