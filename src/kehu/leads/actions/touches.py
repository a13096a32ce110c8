"""Touches of a lead, and the score that follows from them."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from contextlib import nullcontext
from typing import Any

from django.db import transaction
from django.utils.translation import gettext as _

from kehu.campaigns.actions import settle_medium
from kehu.campaigns.models import Campaign, Channel
from kehu.core import access, changes, clock, registry
from kehu.core.actions import records
from kehu.core.errors import Conflict, Refused
from kehu.core.models import Batch, User
from kehu.leads.actions.compose import copy_first_touch
from kehu.leads.actions.stages import move
from kehu.leads.models import OPEN_STAGES, Lead, ScoreEntry, Stage, Touch, TouchKind
from kehu.leads.queries.scoring import versions_in_force
from kehu.leads.scoring import ScoreResult, Version, score_history
from kehu.sales.actions import take_source


@transaction.atomic
def add_touch(
    *,
    lead: Lead,
    values: Mapping[str, Any],
    by: User | None,
    batch: Batch | None = None,
    verb: str = "create",
) -> Touch:
    """Record a contact with a lead and score it again; it may qualify by this. All of it is undone together.

    Refuses a moment in the future and one before the first contact, which is the lead's own date. On a lead of
    unknown source the first known touch becomes the source.
    """
    if by is not None:
        access.require(by, "view", lead)
    touch = _unsaved(lead, values)
    records.validate(touch)
    with nullcontext(batch) if batch else changes.batch("touch", by=by, label=str(lead)) as opened:
        changes.save(touch, by=by, verb=verb, batch=opened)
        if tells_source(lead, touch):
            become_source(lead, touch, by=by, batch=opened)
        rescore(lead, versions=versions_in_force(), by=by, batch=opened)
    return touch


def add_to_campaign(*, lead: Lead, campaign: Campaign, channel: Channel | None = None, by: User) -> Touch:
    """Have a campaign reach a lead: a touch that earns no points, as the lead has done nothing yet.

    Conflict where the campaign has touched the lead already.
    """
    if Touch.objects.filter(lead=lead, campaign=campaign).exists():
        raise Conflict(
            _("“%(lead)s” is in “%(campaign)s” already.") % {"lead": lead, "campaign": campaign},
            fields={"campaign": ""},
        )
    values = {"kind": TouchKind.OTHER, "at": clock.now(), "campaign": campaign, "channel": channel}
    return add_touch(lead=lead, values=values, by=by)


def create_touch(*, values: dict[str, Any], by: User, batch: Batch | None = None) -> Touch:
    """The object type's own way to create: form, API and import end here."""
    accepted = records.allowed(registry.of(Touch), values, by)
    lead = accepted.pop("lead", None)
    if lead is None:
        raise Refused(_("Which lead?"), fields={"lead": _("Which lead?")})
    return add_touch(lead=lead, values=accepted, by=by, batch=batch, verb="import" if batch else "create")


def insert_touches(
    *, values: Sequence[Mapping[str, Any]], by: User, batch: Batch | None, verb: str = "import"
) -> list[int]:
    """Store many touches from validated field values and score their leads again, each once; the ids in that order.

    Refuses a touch before the first contact of its lead.
    """
    access.require(by, "add", registry.of(Touch))
    touches = [_unsaved(row["lead"], row) for row in values]
    with transaction.atomic():
        ids = changes.insert_many(Touch, touches, by=by, batch=batch, verb=verb)
        versions = versions_in_force()
        for lead in {touch.lead_id: touch.lead for touch in touches}.values():
            rescore(lead, versions=versions, by=by, batch=batch)
    return ids


def _unsaved(lead: Lead, values: Mapping[str, Any]) -> Touch:
    """A touch of a lead, with what it does not say taken from the lead."""
    given = {name: value for name, value in values.items() if value is not None and name != "lead"}
    touch = Touch(lead=lead, **given)
    touch.campaign = touch.campaign or lead.campaign
    touch.region = touch.region or lead.region
    settle_medium(touch)
    if touch.at > clock.now():
        raise Refused(_("A touch lies in the past."), fields={"at": _("A touch lies in the past.")})
    if touch.at < lead.captured_at and not tells_source(lead, touch):
        sentence = _("The first contact with this lead was later. Correct its date first.")
        raise Refused(sentence, fields={"at": sentence})
    return touch


def edit_touch(*, record: Touch, values: dict[str, Any], by: User, batch: Batch | None = None) -> Touch:
    """Correct a touch and score its lead again."""
    accepted = records.allowed(registry.of(Touch), values, by)
    accepted.pop("lead", None)
    for name, value in accepted.items():
        setattr(record, name, value)
    settle_medium(record)
    if record.at > clock.now():
        raise Refused(_("A touch lies in the past."), fields={"at": _("A touch lies in the past.")})
    records.update(record, {}, by=by, batch=batch)
    rescore(record.lead, versions=versions_in_force(), by=by, batch=batch)
    return record


def tells_source(lead: Lead, touch: Touch) -> bool:
    """Whether a touch says where a lead of unknown source came from, within the lead's campaign if it has one."""
    known = touch.channel_id is not None or touch.campaign_id is not None
    fits = lead.campaign_id in (None, touch.campaign_id)
    new = touch.channel_id is not None or lead.campaign_id is None
    return lead.has_unknown_source and known and fits and new


def become_source(lead: Lead, touch: Touch, *, by: User | None, batch: Batch | None) -> None:
    """Make a stored touch the first one, in place of the unknown that stood for it.

    An earlier date becomes the lead's; a later one does not, as the lead was there by then. The opportunity that
    the lead became takes over the source, and so do its orders.
    """
    unknown = lead.touches.filter(deleted_at=None, kind=TouchKind.UNKNOWN, channel=None)
    for other in unknown.exclude(pk=touch.pk):
        other.deleted_at = clock.now()
        changes.save(other, by=by, verb="delete", batch=batch)
    since = lead.captured_at
    copy_first_touch(lead, touch)
    lead.captured_at = min(since, touch.at)
    changes.save(lead, by=by, verb="edit", batch=batch)
    if touch.at < since:
        redate_stages(lead, by=by, batch=batch)
    if lead.opportunity is not None:
        take_source(
            opportunity=lead.opportunity,
            campaign=lead.campaign,
            channel=lead.channel,
            medium=lead.medium,
            region=lead.region,
            first_contact_on=clock.local_date(lead.captured_at),
            by=by,
            batch=batch,
        )


def rescore(
    lead: Lead, *, versions: Sequence[Version], by: User | None, batch: Batch | None = None
) -> ScoreResult:
    """Bring score, dated score entries and stage in line with the touches; changes nothing that is right already.

    A lead that qualified stays so: only open leads are moved. A recycled lead is judged by what it did since.
    """
    touches = list(lead.touches.filter(deleted_at=None).order_by("at", "id"))
    result = score_history([(touch.at, touch.kind) for touch in touches], versions)
    _write_entries(lead, touches, result, by=by, batch=batch)
    lead.score = result.score
    lead.last_touch_at = touches[-1].at if touches else None
    changes.save(lead, by=by, verb="score", batch=batch)
    decisive = result
    if lead.stage == Stage.RECYCLED:
        last = (
            lead.stage_changes.filter(deleted_at=None, to_stage=Stage.RECYCLED).order_by("-at", "-id").first()
        )
        later = [(touch.at, touch.kind) for touch in touches if last is None or touch.at > last.at]
        decisive = score_history(later, versions)
    if lead.stage in OPEN_STAGES and decisive.qualified_by is not None:
        if lead.stage == Stage.NEW:
            move(lead, Stage.POTENTIAL, at=lead.captured_at, by=by, batch=batch)
        step = decisive.qualified_by
        move(lead, Stage.QUALIFIED, at=step.at, by=by, scoring_model_id=step.version, batch=batch)
    return result


def _write_entries(
    lead: Lead, touches: Sequence[Touch], result: ScoreResult, *, by: User | None, batch: Batch | None
) -> None:
    wanted = {
        (step.at, step.score, touches[step.touch].pk if step.touch is not None else None, step.version)
        for step in result.steps
    }
    for entry in lead.scores.filter(deleted_at=None):
        key = (entry.at, entry.score, entry.touch_id, entry.scoring_model_id)
        if key in wanted:
            wanted.remove(key)
            continue
        entry.deleted_at = clock.now()
        changes.save(entry, by=by, verb="score", batch=batch)
    for at, score, touch_id, model_id in sorted(wanted, key=lambda key: key[0]):
        entry = ScoreEntry(lead=lead, at=at, score=score, touch_id=touch_id, scoring_model_id=model_id)
        changes.save(entry, by=by, verb="score", batch=batch)


def correct_first_touch(
    lead: Lead, *, by: User | None, batch: Batch | None = None, redated: bool = True
) -> None:
    """After a correction of the lead's source or (`redated`) date: first touch and stages say the same.

    Refuses a date after the second touch: then that would be the first.
    """
    touches = list(lead.touches.filter(deleted_at=None).order_by("at", "id")[:2])
    if not touches:
        return
    if len(touches) > 1 and lead.captured_at > touches[1].at:
        sentence = _("Another touch of this lead was earlier.")
        raise Refused(sentence, fields={"captured_at": sentence})
    touch = touches[0]
    touch.at = lead.captured_at if redated else touch.at
    touch.kind = lead.first_kind
    _take_source(touch, lead)
    changes.save(touch, by=by, batch=batch)
    if redated:
        redate_stages(lead, by=by, batch=batch)


def correct_first_touches(
    leads: Sequence[Lead], *, by: User | None, batch: Batch | None = None
) -> list[Lead]:
    """The same for many leads whose source was corrected, but neither kind nor date of the first contact.

    Leaves alone, and returns, those whose first touch is of another kind than they say: their scores follow from it.
    """
    of_lead = {lead.pk: lead for lead in leads}
    firsts: dict[int, Touch] = {}
    for touch in Touch.objects.filter(lead__in=list(of_lead)).order_by("lead_id", "at", "id"):
        firsts.setdefault(touch.lead_id, touch)
    alike = [touch for touch in firsts.values() if touch.kind == of_lead[touch.lead_id].first_kind]
    for touch in alike:
        _take_source(touch, of_lead[touch.lead_id])
    changes.update_many(alike, by=by, batch=batch)
    return [
        of_lead[touch.lead_id] for touch in firsts.values() if touch.kind != of_lead[touch.lead_id].first_kind
    ]


def _take_source(touch: Touch, lead: Lead) -> None:
    touch.detail = touch.detail or lead.landing_page
    touch.channel_id, touch.medium_id = lead.channel_id, lead.medium_id
    touch.campaign_id, touch.region_id = lead.campaign_id, lead.region_id


def redate_stages(lead: Lead, *, by: User | None, batch: Batch | None) -> None:
    for place, change in enumerate(lead.stage_changes.filter(deleted_at=None).order_by("at", "id")):
        change.at = max(change.at, lead.captured_at) if place else lead.captured_at
        changes.save(change, by=by, batch=batch)
    if lead.qualified_at is not None and lead.qualified_at < lead.captured_at:
        lead.qualified_at = lead.captured_at
        changes.save(lead, by=by, batch=batch)
