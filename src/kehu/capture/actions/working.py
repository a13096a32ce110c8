"""Making a lead or a touch of what was sent."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import timedelta
from typing import Any

from django.core.exceptions import ValidationError
from django.db import transaction
from django.utils import timezone

from kehu.capture import queries as capture
from kehu.capture.actions.sources import source_of
from kehu.capture.models import CaptureForm, Submission
from kehu.core import changes, registry
from kehu.core.custom.given import folded
from kehu.core.errors import Refused
from kehu.core.models import User
from kehu.leads import actions as leads
from kehu.leads import queries
from kehu.leads.models import Lead, Touch

State = Submission.State
# What a crash left behind is taken up again after this.
LEFT = timedelta(seconds=30)


def work(*, submission: Submission, by: User | None = None) -> Submission:
    """Take over what was received: a touch of the person who is known, else a new lead.

    What the rules of leads refuse is held back with their sentence; nothing is lost and the sender need not know.
    """
    try:
        with transaction.atomic():
            return _taken_over(submission, by)
    except Refused as refusal:
        submission.state, submission.reason = State.HELD, str(refusal)[:300]
        submission.lead = submission.touch = None
        changes.save(submission, by=by, verb="hold")
        return submission


def work_off() -> int:
    """Take over what was received and left behind by a process that died; how many."""
    left = Submission.objects.filter(state=State.RECEIVED, created_at__lt=timezone.now() - LEFT)
    found = list(left.order_by("pk")[:500])
    for submission in found:
        work(submission=submission)
    return len(found)


def _taken_over(submission: Submission, by: User | None) -> Submission:
    # One after the other: two posts of a newcomer are one lead.
    form = CaptureForm.everything.select_for_update().get(pk=submission.form_id)
    stored = Submission.everything.select_for_update().get(pk=submission.pk)
    if stored.state != State.RECEIVED:
        return stored
    values = lead_values(stored.values)
    source, told = source_of(form, stored.origin)
    stored.source_value, stored.campaign_value = told
    touch = {
        **source, "kind": form.touch_kind, "at": stored.received_at, "detail": stored.origin.get("page", "")[:500],
        "variant": stored.origin.get("variant", "")[:60], "origin": stored.origin,
        "call_to_action": (stored.origin.get("cta") or form.call_to_action)[:100],
    }  # fmt: skip
    lead = queries.known(email=values.get("email", ""), phone=values.get("phone", ""))
    if lead is None:
        lead = _captured(values, touch, by)
        stored.touch = lead.touches.order_by("at", "id").first()
    else:
        touch["at"] = max(touch["at"], lead.captured_at)
        stored.touch = leads.add_touch(lead=lead, values=touch, by=None)
    _allow(lead, stored, form)
    stored.lead, stored.state, stored.reason = lead, State.DONE, ""
    changes.save(stored, by=by, verb="take_over")
    return stored


def _allow(lead: Lead, submission: Submission, form: CaptureForm) -> None:
    """Record what the sender has ticked, with the words of that version."""
    place = " · ".join(part for part in (form.name, submission.origin.get("page", "")) if part)
    for purpose, _required in capture.asked_consents(form):
        if submission.values.get(f"{capture.ALLOWING}{purpose.pk}") == str(purpose.version):
            leads.give_consent(
                lead=lead,
                purpose=purpose,
                language=submission.language,
                place=place,
                at=submission.received_at,
            )


def _captured(values: dict[str, Any], touch: Mapping[str, Any], by: User | None) -> Lead:
    first = Touch(**touch)
    given = {
        **values, "captured_at": touch["at"], "first_kind": touch["kind"], "landing_page": touch["detail"],
        **{name: touch[name] for name in ("campaign", "channel", "medium")},
        "region": values.get("region") or touch["region"],
    }  # fmt: skip
    first.region = given["region"]
    given["name"] = values.get("name") or values.get("email") or values.get("phone") or ""
    return leads.capture(values=given, by=None, touches=[first], verb="capture")


def lead_values(values: Mapping[str, Any]) -> dict[str, Any]:
    """Stored answers as a lead takes them: references as records, own fields under `custom`."""
    kind = registry.of(Lead)
    found: dict[str, Any] = {}
    for path, value in values.items():
        field: Any = kind.field(path)
        if field is None or value in (None, ""):
            continue
        if field.is_relation:
            value = field.related_model.objects.filter(pk=value).first()
        else:
            try:
                value = field.to_python(value)
            except ValidationError as error:
                raise Refused(" ".join(error.messages), fields={path: ""}) from error
        if value is not None:
            found[path] = value
    return folded(kind, found)
