"""What came of an experiment: people by the mark of their touches, and what they did afterwards."""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from decimal import Decimal

from django.db.models import Min, QuerySet

from kehu.capture.experiments.assignment import assign
from kehu.capture.experiments.live import running
from kehu.capture.experiments.models import Experiment, ExperimentVariant
from kehu.capture.experiments.sequential import Tally
from kehu.core import clock, registry
from kehu.core.models import Company, User
from kehu.leads.models import Lead, Touch, TouchKind
from kehu.sales.models import Order

FORMS = (TouchKind.ENTRY_FORM, TouchKind.CONTACT_FORM)
# A page answers at once: of a larger test it counts the people who came first, and says so.
MOST_PEOPLE = 100_000


@dataclass(frozen=True)
class Counted:
    """Tallies up to each day by variant, the control first. `crossed` people saw several variants and count nowhere;
    `cut`: there were more people than are counted at once."""

    variants: tuple[ExperimentVariant, ...]
    days: tuple[date, ...]
    tallies: dict[str, list[Tally]]
    crossed: int
    cut: bool


def variants_of(experiment: Experiment) -> tuple[ExperimentVariant, ...]:
    """The variants that have a share, the control first."""
    found = experiment.variants.filter(deleted_at=None, share__gt=0).order_by("-is_control", "code", "id")
    variants = tuple(found)
    for variant in variants:
        variant.experiment = experiment
    return variants


def assigned(experiment: Experiment, visitor: str) -> str:
    """The mark of the variant that a visitor of this name sees: the same each time; nothing where there is none."""
    shares = [
        (variant.mark, variant.share) for variant in sorted(variants_of(experiment), key=lambda v: v.code)
    ]
    return assign(experiment.key, visitor, shares)


def may_count(experiment: Experiment, user: User) -> bool:
    """Whether the user reads what the experiment is measured by."""
    if experiment.measure != Experiment.Measure.REVENUE:
        return True
    kind = registry.get("order")
    return not registry.hides(kind, "amount", user) and not registry.masks(kind, "amount", user)


def counted(experiment: Experiment, user: User) -> Counted:
    """The people of a started experiment that the user may see, by the day of their first touch with its mark, and
    whether and when the measure came about for them, from then on until it was stopped."""
    variants = variants_of(experiment)
    marks = {variant.mark: variant.code for variant in variants}
    seen = _exposed(experiment, list(marks), user)
    rows = list(seen.values_list("lead_id", "variant").annotate(first=Min("at"))[: MOST_PEOPLE + 1])
    times = Counter(lead for lead, _mark, _first in rows)
    arm_of = {lead: (marks[mark], first) for lead, mark, first in rows[:MOST_PEOPLE] if times[lead] == 1}
    crossed = sum(count > 1 for count in times.values())
    days = _days(experiment)
    outcomes = _outcomes(experiment, seen.values("lead_id"), user)
    tallies = _by_day([variant.code for variant in variants], days, arm_of, outcomes)
    return Counted(variants, days, tallies, crossed, len(rows) > MOST_PEOPLE)


def _exposed(experiment: Experiment, marks: Sequence[str], user: User) -> QuerySet[Touch]:
    found = Touch.objects.visible_to(user).filter(variant__in=marks, at__gte=experiment.started_at)
    if experiment.stopped_at:
        found = found.filter(at__lte=experiment.stopped_at)
    return found.filter(lead__deleted_at=None).order_by()


def _days(experiment: Experiment) -> tuple[date, ...]:
    """Every day on which it ran, today included."""
    assert experiment.started_at is not None
    first = clock.local_date(experiment.started_at)
    last = clock.local_date(experiment.stopped_at) if experiment.stopped_at else clock.today()
    return tuple(first + timedelta(days=number) for number in range(max((last - first).days, 0) + 1))


def _outcomes(
    experiment: Experiment, leads: QuerySet, user: User
) -> Iterator[tuple[int, datetime | date, Decimal]]:
    """Lead, when the measure came about, and what it brought (1 where that is no money)."""
    since = experiment.started_at
    if experiment.measure == Experiment.Measure.FORM:
        sent = Touch.objects.visible_to(user).filter(kind__in=FORMS, lead_id__in=leads, at__gte=since)
        first = sent.order_by().values_list("lead_id").annotate(first=Min("at"))
        yield from ((lead, at, Decimal(1)) for lead, at in first)
    elif experiment.measure == Experiment.Measure.QUALIFIED:
        qualified = Lead.objects.visible_to(user).filter(pk__in=leads, qualified_at__gte=since)
        yield from ((lead, at, Decimal(1)) for lead, at in qualified.values_list("pk", "qualified_at"))
    else:
        orders = Order.objects.visible_to(user).filter(
            opportunity__leads__in=leads, opportunity__deleted_at=None
        )
        orders = orders.filter(currency=Company.current().currency).exclude(state=Order.State.CANCELLED)
        of_orders: set[int] = set()
        rows = orders.order_by("pk", "opportunity__leads").values_list(
            "pk", "opportunity__leads", "ordered_on", "amount"
        )
        for order, lead, day, amount in rows:
            if order not in of_orders:  # two leads of one deal brought its money once
                of_orders.add(order)
                yield lead, day, amount


def _by_day(
    codes: Sequence[str], days: Sequence[date], arm_of: dict[int, tuple[str, datetime]],
    outcomes: Iterable[tuple[int, datetime | date, Decimal]],
) -> dict[str, list[Tally]]:  # fmt: skip
    daily = {code: [[0, 0, 0.0, 0.0] for _ in days] for code in codes}
    place = {day: number for number, day in enumerate(days)}
    for code, first in arm_of.values():
        if (number := place.get(clock.local_date(first))) is not None:
            daily[code][number][0] += 1
    brought: defaultdict[int, float] = defaultdict(float)
    for lead, _day, number, worth in sorted(_dated(arm_of, outcomes, place), key=lambda item: item[1]):
        row, before = daily[arm_of[lead][0]][number], brought[lead]
        brought[lead] = after = before + worth
        row[1] += before == 0 and after > 0
        row[2] += worth
        row[3] += after**2 - before**2
    return {
        code: running([Tally(int(n), int(e), t, s) for n, e, t, s in rows]) for code, rows in daily.items()
    }


def _dated(
    arm_of: dict[int, tuple[str, datetime]], outcomes: Iterable[tuple[int, datetime | date, Decimal]],
    place: dict[date, int],
) -> Iterator[tuple[int, date, int, float]]:  # fmt: skip
    """Outcomes of people in the test, on or after the moment (of money: the day) at which they came into it."""
    for lead, at, worth in outcomes:
        if lead not in arm_of:
            continue
        first = arm_of[lead][1]
        if isinstance(at, datetime):
            day, late_enough = clock.local_date(at), at >= first
        else:
            day, late_enough = at, at >= clock.local_date(first)
        if late_enough and day in place:
            yield lead, day, place[day], float(worth)
