"""How targets stand: what is counted for them up to today, and the part of the period that has passed."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date
from decimal import Decimal
from typing import TYPE_CHECKING, Any

from django.utils.translation import get_language, pgettext
from django.utils.translation import gettext as _

from kehu.core import access, clock, registry
from kehu.core.access.scopes import members
from kehu.core.models import User
from kehu.core.templatetags.formats import percent
from kehu.kit.amounts import shorten
from kehu.sales.models import Order, Target
from kehu.warehouse import drill, engine
from kehu.warehouse.catalog import catalog
from kehu.warehouse.engine import Answer

if TYPE_CHECKING:
    from django.db.models import QuerySet

    from kehu.core.registry import State

METRICS = ("revenue", "sales")
NEARLY = Decimal("0.9")


@dataclass(frozen=True)
class Attainment:
    """One target as it stands at the end of today: `actual` by metric, only what the user may read in full.

    `due` is the part of the period that has passed, `urls` lead to the records behind each figure.
    """

    target: Target
    day: date
    actual: Mapping[str, Decimal] = field(default_factory=dict)
    urls: Mapping[str, str] = field(default_factory=dict)

    @property
    def due(self) -> Decimal:
        start, end = self.target.starts_on, self.target.ends_on
        passed = (min(self.day, end) - start).days + 1
        return Decimal(max(passed, 0)) / ((end - start).days + 1)

    @property
    def measure(self) -> str:
        """What the target is held against: its revenue, or its number of sales where it names no revenue."""
        return "revenue" if self.target.revenue else "sales"

    @property
    def reached(self) -> Decimal | None:
        """The part of the target that is there; nothing where it may not be told or nothing is asked for."""
        wanted, there = getattr(self.target, self.measure), self.actual.get(self.measure)
        return there / wanted if wanted and there is not None else None

    @property
    def look(self) -> str:
        return self.state[0] if self.state else ""

    @property
    def cards(self) -> list[dict[str, Any]]:
        """What is there against what was asked for, each with its records."""
        found = []
        for name, value in self.actual.items():
            wanted = getattr(self.target, name)
            card: dict[str, Any] = {
                "label": catalog().metric(name).label,
                "value": shorten(value, get_language() or "en"),
                "url": self.urls.get(name, ""),
            }
            if wanted:
                share, text = value / wanted, shorten(wanted, get_language() or "en")
                card |= {
                    "delta": _("%(share)s reached") % {"share": percent(share)},
                    "meaning": self.look,
                    "against": _("of %(target)s, %(due)s due by today")
                    % {"target": text, "due": percent(self.due)},
                    "progress": float(min(share, Decimal(1))),
                }
            found.append(card)
        return found

    @property
    def state(self) -> State:
        """A colour of meaning and a word."""
        if self.day < self.target.starts_on:
            return "", _("Not started")
        if self.reached is None:
            return None
        if self.reached >= 1:
            return "good", pgettext("target", "Reached")
        if self.day > self.target.ends_on:
            return "bad", _("Missed")
        if self.reached >= self.due:
            return "good", _("On course")
        return ("warn", _("Slightly behind")) if self.reached >= self.due * NEARLY else ("bad", _("Behind"))


def attainments(targets: Sequence[Target], user: User) -> list[Attainment]:
    """How each target stands, as far as the user sees all the records that count for it.

    One question to the metric engine for each campaign and period among the targets.
    """
    day = clock.today()
    metrics = [name for name in METRICS if name in engine.visible_metrics(user)]
    names = _owner_names() if metrics and targets else {}
    asked: dict[tuple[Any, ...], Answer] = {}
    found = []
    for target in targets:
        people = _people(target)
        if not metrics or target.starts_on > day or not _sees_all(user, people):
            found.append(Attainment(target, day))
            continue
        key = (target.campaign_id, target.starts_on, target.ends_on)
        if key not in asked:
            asked[key] = engine.ask(
                metrics, by=["owner"], where=_where(target), start=target.starts_on,
                end=min(target.ends_on, day), as_of=day, user=user,
            )  # fmt: skip
        owners = None if people is None else [names[pk] for pk in people if pk in names]
        actual = {name: _sum(asked[key], name, owners) for name in metrics}
        found.append(Attainment(target, day, actual, _urls(target, day, metrics, owners)))
    return found


def running(user: User) -> QuerySet[Target]:
    """The targets that the user may see and whose period holds today: the company's first, then teams', people's."""
    today = clock.today()
    visible = Target.objects.visible_to(user).filter(starts_on__lte=today, ends_on__gte=today)
    return visible.select_related("team", "person", "campaign").order_by("scope", "-revenue", "id")


def _people(target: Target) -> list[int] | None:
    """Whose deals count: the person, the team and those below it; nothing for the whole company."""
    if target.person_id is not None:
        return [target.person_id]
    if target.team is not None:
        return list(
            User.everything.filter(team__path__startswith=target.team.path).values_list("pk", flat=True)
        )
    return None


def _sees_all(user: User, people: list[int] | None) -> bool:
    """Whether no record of these people is hidden from the user: a part of a sum would be taken for the whole."""
    if access.sees_all(user, registry.of(Order)):
        return True
    return people is not None and set(people) <= set(members(user))


def _where(target: Target) -> dict[str, list[str]]:
    return {"campaign": [target.campaign.name]} if target.campaign is not None else {}


def _sum(answer: Answer, metric: str, owners: list[str] | None) -> Decimal:
    if owners is None:
        return Decimal(answer.totals[metric] or 0)
    return sum((Decimal(row[metric] or 0) for row in answer.dicts() if row["owner"] in owners), Decimal(0))


def _owner_names() -> dict[int, str]:
    """What the metric engine calls each person: by name, two of one name with their user name."""
    people = list(User.everything.values_list("pk", "name", "username"))
    counts: dict[str, int] = {}
    for _pk, name, _username in people:
        counts[name] = counts.get(name, 0) + 1
    return {pk: name if counts[name] == 1 else f"{name} ({username})" for pk, name, username in people}


def _urls(target: Target, day: date, metrics: Sequence[str], owners: list[str] | None) -> dict[str, str]:
    where: dict[str, list[str]] = {**_where(target), **({} if owners is None else {"owner": owners})}
    if owners == []:
        return {}
    period = {"start": target.starts_on, "end": min(target.ends_on, day)}
    return {name: drill.url(name, where=where, as_of=day, **period) for name in metrics}
