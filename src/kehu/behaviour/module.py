"""What behaviour declares: sites, events, visitors who are known; and events as part of a person's story."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Any

from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from kehu.behaviour import queries
from kehu.behaviour.models import Event, Site, Visitor
from kehu.core import registry
from kehu.core.access import EVERYTHING, Pointed, Policy, Scope, everyone, roles
from kehu.core.models import User
from kehu.core.registry import Column, ObjectType, Panel, Section
from kehu.core.timeline import Source

SEEING = (roles.GENERAL_MANAGER, *roles.MARKETING, roles.ANALYST, roles.PRIVACY_MANAGER)
KEEPERS = (roles.MARKETING_HEAD, roles.CAMPAIGN_MANAGER, roles.CHANNEL_MANAGER)


@dataclass(frozen=True)
class OfVisible(Scope):
    """Events of visitors who are a record that the user may see."""

    def q(self, user: User) -> Q:
        return Q(visitor__in=queries.visitors_around(Pointed().q(user)))


def state_of(site: Site) -> tuple[str, Any] | None:
    return ("good", _("Takes events")) if site.active else ("warn", _("Closed"))


def about_site(site: Site, user: User) -> dict[str, Any]:
    return {
        "site": site,
        "counts": queries.counts_of(site),
        "visitors": queries.visitors_of(site),
        "newest": queries.newest(site, user),
    }


SITE = ObjectType(
    key="site",
    model=Site,
    label=_("Site"),
    label_plural=_("Sites"),
    few=True,
    icon="world",
    group="capture",
    rank=80,
    policy=Policy(
        view=everyone(EVERYTHING, *SEEING),
        change=everyone(EVERYTHING, *KEEPERS),
        add=KEEPERS,
    ),
    columns=("name", "consent", "active", "key"),
    filters=("active", "consent"),
    form=(Section(_("Site"), ("name", "origins", "consent", "respects_signals", "active")),),
    search=("name",),
    ordering=("name", "id"),
    panels=(
        Panel(title=_("Visits of the last 30 days"), template="behaviour/site.html", context=about_site),
    ),
    state=state_of,
    state_field="active",
    deletable=False,
    help=_(
        "Web sites whose visitors are counted: where events may come from, and whether consent is asked for."
    ),
)

EVENT = ObjectType(
    key="event",
    model=Event,
    label=_("Event"),
    label_plural=_("Events"),
    icon="pointer",
    group="capture",
    rank=85,
    policy=Policy(view={**everyone(EVERYTHING, *SEEING), **everyone(OfVisible(), *roles.SALES)}),
    columns=(
        Column("what", _("What"), value=str, sortable=False), "kind", "name", "page", "at", "referrer",
        "utm_source", "utm_medium", "utm_campaign", "site", "visitor",
    ),
    filters=("kind", "site", "visitor", "at"),
    ordering=("-at", "-id"),
    deletable=False,
    extensible=False,
)  # fmt: skip

VISITOR = ObjectType(
    key="visitor",
    model=Visitor,
    label=_("Visitor"),
    label_plural=_("Visitors"),
    icon="fingerprint",
    policy=Policy(view={**everyone(EVERYTHING, *SEEING), **everyone(Pointed(), *roles.SALES)}),
    columns=("visitor", "known_at", "how"),
    ordering=("-known_at", "-id"),
    pointer=("object_type", "object_id"),
    deletable=False,
    extensible=False,
)


@dataclass(frozen=True)
class Visits(Source):
    """Events of the visitors who are the record, or one that is told with it."""

    def rows(self, record: Any, around: Q, user: User, before: Any, most: int) -> list[Any]:
        events = Q(visitor__in=queries.visitors_around(around))
        return super().rows(record, events, user, before, most)


def of_visitors(kind: ObjectType, ids: Sequence[int]) -> Iterator[tuple[ObjectType, Sequence[int]]]:
    """With a person who is deleted for good go the browsers and what was done with them."""
    known = Visitor.everything.filter(object_type=kind.key, object_id__in=ids)
    events = Event.everything.filter(visitor__in=known.values("visitor"))
    yield registry.get("event"), list(events.values_list("pk", flat=True))
    yield registry.get("visitor"), list(known.values_list("pk", flat=True))


OBJECTS = (SITE, EVENT, VISITOR)
TIMELINE = {
    "*": (
        Visits(
            "event", "at", "behaviour", _("Behaviour"), facts=("kind", "title", "name", "page", "referrer")
        ),
    )
}
PURGED = (of_visitors,)
