"""What capture declares: forms, what was sent with them, what sources in addresses mean."""

from __future__ import annotations

from typing import Any

from django.urls import reverse
from django.utils.translation import get_language
from django.utils.translation import gettext_lazy as _

from kehu.capture import actions, queries
from kehu.capture.experiments import declared as experiments
from kehu.capture.models import CaptureForm, Submission, UtmValue
from kehu.core import access
from kehu.core.access import EVERYTHING, Policy, Via, everyone, roles
from kehu.core.models import User
from kehu.core.registry import Column, ObjectType, Panel, RecordAction, Section
from kehu.core.verbs import Verb
from kehu.leads import actions as leads
from kehu.leads.models import Consent, ConsentPurpose

SEEING = (roles.GENERAL_MANAGER, *roles.MARKETING, roles.ANALYST, roles.SALES_HEAD)
BUILDING = (roles.MARKETING_HEAD, roles.CAMPAIGN_MANAGER, roles.CHANNEL_MANAGER)
# What strangers sent holds their names and addresses in full.
READING = (*roles.MARKETING, roles.PRIVACY_MANAGER)
WITHOUT_ADDRESS = tuple(
    role for role in roles.ALL if role not in (roles.PRIVACY_MANAGER, roles.ADMINISTRATOR)
)
TONES = {"held": "warn", "waiting": "info", "done": "good", "received": "info", "binned": ""}


def form_state(form: CaptureForm) -> tuple[str, Any]:
    return ("good", _("In use")) if form.active else ("", _("Closed"))


def places(form: CaptureForm, user: User) -> dict[str, Any]:
    """Where the form is, and the line that puts it onto a page."""
    return {
        "build_url": reverse("form-build", args=[form.pk]) if access.can(user, "change", form) else "",
        "page_url": reverse("form-page", args=[form.key]),
        "script_url": reverse("form-script", args=[form.key]),
        "labels": [queries.askable().get(question["path"], question["path"]) for question in form.questions],
        "sites": form.origins,
    }


FORM = ObjectType(
    key="form",
    model=CaptureForm,
    label=_("Form"),
    label_plural=_("Forms"),
    few=True,
    icon="forms",
    group="capture",
    rank=40,
    policy=Policy(
        view=everyone(EVERYTHING, *SEEING),
        change=everyone(EVERYTHING, *BUILDING),
        delete=everyone(EVERYTHING, roles.MARKETING_HEAD),
        add=BUILDING,
    ),
    columns=("name", "active", "touch_kind", "campaign", "channel", "call_to_action", "owner", "created_at"),
    filters=("active", "campaign", "channel", "owner"),
    form=(
        Section(_("Form"), ("name", "active", "language", "owner")),
        Section(
            _("Source, where the address says nothing else"),
            ("campaign", "channel", "medium", "region", "touch_kind", "call_to_action"),
        ),
        Section(_("After sending"), ("thanks_url", "double_opt_in")),
        Section(_("Protection"), ("sites", "proof_of_work")),
    ),
    preset=lambda user: {"owner": user.pk, "language": get_language()},
    search=("name",),
    ordering=("-created_at", "-id"),
    create=actions.create_form,
    edit=actions.edit_form,
    check=actions.check_form,
    panels=(
        Panel(title=_("On the web"), template="capture/places.html", context=places),
        Panel("submission", "form"),
    ),
    state=form_state,
    state_field="active",
    help=_("What visitors of your pages fill in becomes a lead, or a touch of one that is known."),
)


def submission_state(submission: Submission) -> tuple[str, Any]:
    return TONES[submission.state], submission.get_state_display()


def said(submission: Submission, user: User) -> dict[str, Any]:
    """The answers under their questions, why it is held back, and where the sender came from."""
    labels = queries.askable()
    return {
        "answers": [
            (labels.get(path, path), value)
            for path, value in submission.values.items()
            if not path.startswith(queries.ALLOWING)
        ],
        "reason": queries.reason_of(submission),
        "origin": sorted(submission.origin.items()),
        "raw": [item for item in submission.raw.items() if item[0] not in queries.OWN_FIELDS],
    }


def may_release(submission: Submission, user: User) -> bool:
    return submission.state in ("held", "binned", "waiting") and access.can(user, "change", submission)


def may_bin(submission: Submission, user: User) -> bool:
    return submission.state in ("held", "waiting") and access.can(user, "change", submission)


SUBMISSION = ObjectType(
    key="submission",
    model=Submission,
    label=_("Submission"),
    label_plural=_("Submissions"),
    icon="inbox",
    group="capture",
    rank=42,
    policy=Policy(
        view=everyone(EVERYTHING, *READING),
        change=everyone(EVERYTHING, *BUILDING),
        delete=everyone(EVERYTHING, roles.MARKETING_HEAD, roles.PRIVACY_MANAGER),
        hidden={"address": WITHOUT_ADDRESS},
    ),
    columns=("sender", Column("state", kind="pill"), "form", "received_at", "lead", "language"),
    filters=("state", "form", "received_at"),
    extra=("confirmed_at", "address"),
    search=("sender",),
    ordering=("-received_at", "-id"),
    panels=(Panel(title=_("What was sent"), template="capture/said.html", context=said),),
    actions=(
        RecordAction(
            "release", _("Release"), lambda record, by: actions.release(submission=record, by=by),
            allowed=may_release, icon="circle-check", primary=True, many=True,
            done=_("“%(record)s” is taken over."),
        ),
        RecordAction(
            "throw_away", _("Throw away"), lambda record, by: actions.bin_submission(submission=record, by=by),
            allowed=may_bin, icon="trash", danger=True, many=True, done=_("“%(record)s” is thrown away."),
        ),
    ),
    state=submission_state,
    state_field="state",
    help=_("All that was sent with your forms, kept as it came. What looks like a program's is held back here."),
)  # fmt: skip


def value_state(value: UtmValue) -> tuple[str, Any]:
    return ("good" if value.state == UtmValue.State.KNOWN else "warn"), value.get_state_display()


UTM_VALUE = ObjectType(
    key="utm_value",
    model=UtmValue,
    label=_("Source in addresses"),
    label_plural=_("Sources in addresses"),
    few=True,
    icon="link",
    group="capture",
    rank=75,
    policy=Policy(
        view=everyone(EVERYTHING, *SEEING),
        change=everyone(EVERYTHING, *BUILDING),
    ),
    columns=("value", "kind", Column("state", kind="pill"), "channel", "medium", "campaign", "first_seen_at"),
    filters=("state", "kind", "channel", "campaign"),
    form=(Section(_("What it means"), ("channel", "medium", "campaign")),),
    search=("value",),
    ordering=("-state", "-first_seen_at", "-id"),
    edit=actions.edit_value,
    panels=(
        Panel("submission", "source_value"),
        Panel("submission", "campaign_value", _("Submissions of this campaign name")),
    ),
    state=value_state,
    state_field="state",
    deletable=False,
    help=_("What your advertisements call a source. Say once what it means: all that came with it follows."),
)

CONSENT_PURPOSE = ObjectType(
    key="consent_purpose",
    model=ConsentPurpose,
    label=_("Purpose of consent"),
    label_plural=_("Purposes of consent"),
    few=True,
    icon="shield-check",
    group="capture",
    rank=44,
    policy=Policy(
        view=everyone(EVERYTHING, *SEEING, *roles.SALES, roles.PRIVACY_MANAGER),
        change=everyone(EVERYTHING, roles.MARKETING_HEAD, roles.PRIVACY_MANAGER),
        add=(roles.MARKETING_HEAD, roles.PRIVACY_MANAGER),
    ),
    columns=("name", "code", "basis", "version", "months", "active"),
    filters=("basis", "active"),
    form=(
        Section(_("Purpose of consent"), ("code", "name", "basis", "months", "active")),
        Section(_("Words"), ("text_zh_hans", "text_zh_hant", "text_en")),
    ),
    search=("name", "code"),
    keys=("code",),
    lookup="code",
    ordering=("name", "id"),
    edit=leads.edit_purpose,
    panels=(Panel("consent", "purpose"),),
    deletable=False,
    help=_(
        "What you ask people to allow, and in which words. What they have allowed keeps the words they read."
    ),
)


def consent_state(consent: Consent) -> tuple[str, Any]:
    if consent.withdrawn_at is not None:
        return "bad", _("Withdrawn")
    return ("good", _("Holds")) if consent.holds else ("warn", _("Expired"))


def may_withdraw(consent: Consent, user: User) -> bool:
    return consent.withdrawn_at is None and access.can(user, "change", consent)


OF_LEAD = everyone(Via("lead", "lead"), *roles.SALES)
CONSENT = ObjectType(
    key="consent",
    model=Consent,
    label=_("Consent"),
    label_plural=_("Consents"),
    icon="circle-check",
    policy=Policy(
        view={**everyone(EVERYTHING, *SEEING, roles.PRIVACY_MANAGER), **OF_LEAD},
        change={**everyone(EVERYTHING, roles.MARKETING_HEAD, roles.PRIVACY_MANAGER), **OF_LEAD},
    ),
    columns=("purpose", "lead", "version", "basis", "given_at", "expires_at", "withdrawn_at"),
    filters=("purpose", "given_at"),
    extra=("text", "language", "place"),
    ordering=("-given_at", "-id"),
    actions=(
        RecordAction(
            "withdraw", _("Withdraw"), lambda record, by: leads.withdraw_consent(consent=record, by=by),
            allowed=may_withdraw, icon="ban", danger=True, done=_("“%(record)s” is withdrawn."),
        ),
    ),
    state=consent_state,
    deletable=False,
)  # fmt: skip

# Consents are rows of leads, so that all who write to people can ask for them; they are given on forms.
OBJECTS = (FORM, SUBMISSION, UTM_VALUE, CONSENT_PURPOSE, CONSENT, *experiments.OBJECTS)
PANELS = {"lead": (Panel("submission", "lead"), Panel("consent", "lead")), **experiments.PANELS}
VERBS = (
    Verb("receive", _("received"), icon="inbox"),
    Verb("take_over", _("taken over"), icon="circle-check"),
    Verb("hold", _("held back"), icon="hand-stop"),
    Verb("release", _("released"), icon="circle-check"),
    Verb("throw_away", _("thrown away"), icon="trash"),
    Verb("confirm", _("confirmed"), icon="mail-check"),
    Verb("consent", _("consented"), icon="circle-check"),
    Verb("withdraw_consent", _("withdrawn"), icon="ban"),
    Verb("capture", _("came in by a form"), icon="forms"),
    *experiments.VERBS,
)
