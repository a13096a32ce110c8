"""Setting up forms, and saying what a source in addresses means."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any
from urllib.parse import urlsplit

from django.db import transaction
from django.utils.translation import gettext as _

from kehu.campaigns.actions import check_medium, settle_medium
from kehu.capture import queries
from kehu.capture.actions.sources import assigned
from kehu.capture.models import KINDS_OF_TEXT, CaptureForm, Submission, UtmValue
from kehu.capture.models.form import LANGUAGES
from kehu.core import access, changes, registry
from kehu.core.actions import records
from kehu.core.errors import Refused
from kehu.core.jobs import queue
from kehu.core.models import Batch, User
from kehu.leads import actions as leads
from kehu.leads.models import ConsentPurpose

# A form longer than this nobody fills in.
MOST = 30
LABEL, TEXT = 200, 2000
AT_ONCE = 200
FOLLOW = "kehu.capture.jobs.follow_value"


def check_form(form: CaptureForm) -> None:
    """What the parts of a form have to be beside one another."""
    check_medium(form)
    for site in form.origins:
        parts = urlsplit(site)
        if parts.scheme not in ("http", "https") or not parts.hostname or parts.path or parts.query:
            sentence = _("“%(site)s” is no origin. Write it like https://www.example.com, one a line.")
            raise Refused(sentence % {"site": site[:80]}, fields={"sites": sentence % {"site": site[:80]}})
    if form.thanks_url and urlsplit(form.thanks_url).scheme not in ("http", "https"):
        raise Refused(_("The address after sending begins with https://."), fields={"thanks_url": ""})
    asked = {question["path"]: question.get("required", False) for question in form.questions}
    if form.double_opt_in and not asked.get("email"):
        sentence = _("To confirm by mail the form has to ask for the e-mail address as a required field.")
        raise Refused(sentence, fields={"double_opt_in": sentence})


@transaction.atomic
def create_form(*, values: Mapping[str, Any], by: User, batch: Batch | None = None) -> CaptureForm:
    """A new form, which asks for name, e-mail and telephone until somebody changes that."""
    form = CaptureForm(**records.allowed(registry.of(CaptureForm), values, by))
    form.owner = form.owner or by
    settle_medium(form)
    records.validate(form)
    changes.save(form, by=by, verb="create", batch=batch)
    return form


@transaction.atomic
def edit_form(
    *, record: CaptureForm, values: Mapping[str, Any], by: User, batch: Batch | None = None
) -> CaptureForm:
    """Change how a form is set up."""
    for name, value in records.allowed(registry.of(CaptureForm), values, by).items():
        setattr(record, name, value)
    settle_medium(record)
    return records.update(record, {}, by=by, batch=batch)


@transaction.atomic
def build(
    *, form: CaptureForm, by: User, questions: Any = None, texts: Any = None, consents: Any = None
) -> CaptureForm:
    """Change what a form asks and says; what is not given stays. Refused for a field that strangers may not fill in."""
    access.require(by, "change", form)
    stored = CaptureForm.objects.select_for_update().get(pk=form.pk)
    if questions is not None:
        stored.questions = checked_questions(questions)
    if texts is not None:
        stored.texts = {kind: _by_language(texts.get(kind), TEXT) for kind in KINDS_OF_TEXT}
    if consents is not None:
        stored.consents = checked_consents(consents)
    return records.update(stored, {}, by=by)


def checked_questions(questions: Any) -> list[dict[str, Any]]:
    """Questions as they are stored; Refused where one makes no sense."""
    offered = queries.askable()
    found: list[dict[str, Any]] = []
    for question in questions:
        path = question.get("path", "")
        if path not in offered:
            raise Refused(_("The field “%(field)s” cannot be asked on a form.") % {"field": str(path)[:60]})
        if any(other["path"] == path for other in found):
            raise Refused(_("The form asks for “%(field)s” already.") % {"field": offered[path]})
        found.append(
            {
                "path": path,
                "required": bool(question.get("required")),
                "label": _by_language(question.get("label"), LABEL),
                "help": _by_language(question.get("help"), LABEL),
            }
        )
    if len(found) > MOST:
        raise Refused(_("A form asks at most %(most)s questions.") % {"most": MOST})
    if not {"email", "phone"} & {question["path"] for question in found}:
        raise Refused(_("Without e-mail or telephone nobody could be answered: ask for one of them."))
    return found


def checked_consents(consents: Any) -> list[dict[str, Any]]:
    """The purposes that a form asks for, as they are stored; Refused where there is no such purpose."""
    known = set(ConsentPurpose.objects.filter(active=True).values_list("pk", flat=True))
    found = {entry["purpose"]: bool(entry.get("required")) for entry in consents}
    if not found.keys() <= known:
        raise Refused(_("There is no such purpose of consent, or it is not in use any more."))
    return [{"purpose": pk, "required": required} for pk, required in found.items()]


def _by_language(texts: Any, longest: int) -> dict[str, str]:
    given = texts if isinstance(texts, Mapping) else {}
    found = {code: str(given.get(code, "")).strip()[:longest] for code in LANGUAGES}
    return {code: text for code, text in found.items() if text}


@transaction.atomic
def edit_value(
    *, record: UtmValue, values: Mapping[str, Any], by: User, batch: Batch | None = None
) -> UtmValue:
    """Say what a source in addresses means; from now on, and of what came with it before."""
    for name, value in records.allowed(registry.of(UtmValue), values, by).items():
        setattr(record, name, value)
    settle_medium(record)
    record.state = UtmValue.State.KNOWN if record.channel or record.campaign else UtmValue.State.UNKNOWN
    records.update(record, {}, by=by, batch=batch)
    queue(FOLLOW, {"value": record.pk, "by": by.pk})
    return record


def follow(*, value: UtmValue, by: User, after: int = 0) -> int:
    """Give the touches of what came with a value the source that it stands for, some hundred at a time.

    Returns the id to go on after; 0 when all is done. Touches that say so already are left alone.
    """
    of = {"source_value": value} if value.kind == UtmValue.Kind.SOURCE else {"campaign_value": value}
    rows = list(
        Submission.objects.filter(touch__isnull=False, pk__gt=after, **of)
        .select_related("touch", "lead", "source_value", "campaign_value").order_by("pk")[:AT_ONCE]
    )  # fmt: skip
    with transaction.atomic(), changes.batch("edit", by=by, label=str(value)) as batch:
        for row in rows:
            _retold(row, by, batch)
    return rows[-1].pk if len(rows) == AT_ONCE else 0


def _retold(row: Submission, by: User, batch: Batch) -> None:
    touch, lead = row.touch, row.lead
    source = assigned(row.source_value, row.campaign_value)
    new = {
        name: found for name, found in source.items() if getattr(touch, f"{name}_id") != (found and found.pk)
    }
    if not new or touch is None or lead is None or touch.deleted_at is not None:
        return
    first = lead.touches.filter(deleted_at=None).order_by("at", "id").first()
    if first is not None and first.pk == touch.pk and lead.deleted_at is None:
        leads.edit_lead(record=lead, values=new, by=by, batch=batch)
    else:
        leads.edit_touch(record=touch, values=new, by=by, batch=batch)
