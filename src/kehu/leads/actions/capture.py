"""How a lead comes in, by hand, by API or by import, and how its fields are corrected."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from django.db import IntegrityError, transaction
from django.utils.translation import gettext as _

from kehu.campaigns.actions import attach_media, settle_medium
from kehu.core import access, changes, clock, registry
from kehu.core.access import roles
from kehu.core.actions import records
from kehu.core.actions.records import allowed_rows
from kehu.core.errors import Conflict, Refused
from kehu.core.models import Batch, Company, User
from kehu.kit import phones
from kehu.leads.actions.compose import LeadHistory, compose
from kehu.leads.actions.convert import link_opportunity
from kehu.leads.actions.load import give_numbers, load_leads
from kehu.leads.actions.touches import correct_first_touch, correct_first_touches, rescore
from kehu.leads.models import Lead, Touch
from kehu.leads.queries.scoring import versions_in_force

# What a lead shares with its first touch.
FIRST_TOUCH_FIELDS = frozenset(
    {"campaign", "channel", "medium", "region", "first_kind", "captured_at", "landing_page"}
)

# What of it makes a score or a date: who corrects that, corrects more than the touch.
TELLING = frozenset({"first_kind", "captured_at"})


def capture(
    *,
    values: Mapping[str, Any],
    by: User | None,
    touches: Sequence[Touch] = (),
    batch: Batch | None = None,
    verb: str = "create",
) -> Lead:
    """Store a new lead with its first touch (or the given, unsaved touches), scored; it starts as potential.

    Refuses values that no lead can have, and a medium of another channel. Whatever can be read and checked before
    is, so that the transaction is short: on SQLite it keeps every other writer waiting.
    """
    if by is not None:
        access.require(by, "add", registry.of(Lead))
    history = history_of(values, by=by, country=clock.country())
    history.touches = list(touches)
    lead = history.lead
    records.validate(lead, unique=bool(lead.number))
    try:
        with transaction.atomic():
            compose(history, versions_in_force(), by=by)
            store_one(history, by=by, batch=batch, verb=verb)
    except IntegrityError as error:
        raise Conflict(_("A record with the same key exists already.")) from error
    return lead


def store_one(history: LeadHistory, *, by: User | None, batch: Batch | None, verb: str) -> None:
    """Insert a composed lead and its rows with as few statements as can be, in the caller's transaction."""
    trail, lead = changes.Trail(by=by, batch=batch), history.lead
    give_numbers([lead])
    trail.insert(lead, verb)
    rows: list[Any] = [*history.touches, *history.changes]
    for row in rows:
        row.lead_id = lead.pk
        trail.insert(row, verb if isinstance(row, Touch) else "stage")
    for entry, step in zip(history.scores, history.result.steps, strict=True):
        entry.lead_id = lead.pk
        entry.touch_id = history.touches[step.touch].pk if step.touch is not None else None
        trail.insert(entry, "score")
    trail.write()


def create_lead(*, values: dict[str, Any], by: User, batch: Batch | None = None) -> Lead:
    """The object type's own way to create: form, API and import end here."""
    accepted = records.allowed(registry.of(Lead), values, by)
    return capture(values=accepted, by=by, batch=batch, verb="import" if batch else "create")


def insert_leads(
    *, values: Sequence[Mapping[str, Any]], by: User | None, batch: Batch | None, verb: str = "import"
) -> list[int]:
    """Store many leads from validated field values, each with its first touch, scored; their ids in that order."""
    if any(not row.get("name") for row in values):
        raise Refused(_("A lead needs a name."), fields={"name": _("A lead needs a name.")})
    country = Company.current().country
    histories = [history_of(row, by=by, country=country) for row in values]
    load_leads(histories, by=by, batch=batch, verb=verb)
    return [history.lead.pk for history in histories]


def history_of(values: Mapping[str, Any], *, by: User | None, country: str) -> LeadHistory:
    """An unsaved lead from field values, brought to their stored form."""
    found = settled(values, country)
    opportunity = found.pop("opportunity", None)
    lead = Lead.from_values({name: value for name, value in found.items() if value is not None})
    if "owner" not in found and by is not None and by.role in roles.SALES:
        lead.owner = by
    settle_medium(lead)
    return LeadHistory(lead, opportunity=opportunity)


def settled(values: Mapping[str, Any], country: str) -> dict[str, Any]:
    """Values in their stored form: phones, dialled in the company's country, in E.164, an empty key as none.

    A number that no telephone network knows is kept as it was written: the lead counts more.
    """
    found = dict(values)
    if (phone := found.get("phone")) and not phone.startswith("+"):
        found["phone"] = phones.normalise(phone, country) or phone
    if "external_key" in found:
        found["external_key"] = found["external_key"] or None
    return found


def edit_lead(*, record: Lead, values: dict[str, Any], by: User, batch: Batch | None = None) -> Lead:
    """Correct fields. What belongs to the first touch is corrected there too; a given opportunity is linked.

    What follows from a correction is taken back with it.
    """
    accepted = settled(records.allowed(registry.of(Lead), values, by), Company.current().country)
    links = "opportunity" in accepted
    opportunity = accepted.pop("opportunity", None)
    if accepted.get("captured_at", record.captured_at) is None:
        accepted.pop("captured_at")
    if batch is None and (links or FIRST_TOUCH_FIELDS & accepted.keys()):
        with changes.batch("edit", by=by, label=str(record)) as opened:
            return edit_lead(record=record, values=values, by=by, batch=opened)
    if accepted:
        for name, value in accepted.items():
            setattr(record, name, value)
        settle_medium(record)
        records.update(record, {}, by=by, batch=batch)
    if FIRST_TOUCH_FIELDS & accepted.keys():
        correct_first_touch(record, by=by, batch=batch, redated="captured_at" in accepted)
        rescore(record, versions=versions_in_force(), by=by, batch=batch)
    if links and (opportunity.pk if opportunity else None) != record.opportunity_id:
        link_opportunity(lead=record, opportunity=opportunity, by=by, batch=batch)
    return record


@transaction.atomic
def edit_leads(
    *, records: Sequence[Lead], values: Sequence[Mapping[str, Any]], by: User, batch: Batch | None = None
) -> None:
    """Correct fields of many leads, each its own; values are taken as checked by their fields.

    What the first touch shares is corrected there, too. What makes a score, a date or an opportunity is corrected lead
    by lead.
    """
    country = Company.current().country
    together, sources = [], []
    ready = allowed_rows(registry.of(Lead), values, by)
    for lead, row, accepted in zip(records, values, ready, strict=True):
        if "opportunity" in row or TELLING & row.keys():
            edit_lead(record=lead, values=dict(row), by=by, batch=batch)
            continue
        for name, value in settled(accepted, country).items():
            setattr(lead, name, value)
        together.append(lead)
        if FIRST_TOUCH_FIELDS & row.keys():
            sources.append(lead)
    attach_media(sources)
    for lead in sources:
        settle_medium(lead)
    changes.update_many(together, by=by, batch=batch)
    for lead in correct_first_touches(sources, by=by, batch=batch):
        correct_first_touch(lead, by=by, batch=batch, redated=False)
        rescore(lead, versions=versions_in_force(), by=by, batch=batch)


@transaction.atomic
def assign(*, lead: Lead, owner: User | None, by: User, batch: Batch | None = None) -> Lead:
    """Hand the lead to a person, or to nobody."""
    access.require(by, "change", lead)
    if owner is not None and not owner.is_active:
        raise Refused(_("%(name)s no longer works here. Choose somebody else.") % {"name": owner})
    lead.owner = owner
    changes.save(lead, by=by, verb="assign", batch=batch)
    return lead
