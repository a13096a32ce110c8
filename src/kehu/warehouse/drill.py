"""From a figure to its records: an address that says what was asked, and the list narrowed to the answer."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import date
from urllib.parse import urlencode

from django.db.models import Q
from django.http import HttpRequest
from django.urls import reverse
from django.utils.translation import gettext as _

from kehu.core.errors import Forbidden
from kehu.core.registry import Narrowed, ObjectType
from kehu.warehouse import engine
from kehu.warehouse.catalog import catalog

PARAMETER = "figure"
DAYS = ("from", "to", "as_of")


def url(
    metric: str,
    *,
    where: Mapping[str, str | Sequence[str]] | None = None,
    start: date | None = None,
    end: date | None = None,
    as_of: date | None = None,
) -> str:
    """The list of the records that a figure counts: those of the values given, within the dates given."""
    found = catalog()
    declared = found.ingredients(metric)[0]
    parameters: dict[str, str | Sequence[str]] = {
        PARAMETER: metric,
        **{f"{PARAMETER}.{name}": value for name, value in (where or {}).items()},
    }
    for name, day in zip(DAYS, (start, end, as_of), strict=True):
        if day is not None:
            parameters[f"{PARAMETER}.{name}"] = day.isoformat()
    address = reverse("list", args=[found.dataset_of(declared).object])
    return f"{address}?{urlencode(parameters, doseq=True)}"


def narrow(request: HttpRequest, kind: ObjectType) -> Narrowed | None:
    """The records behind the figure that the address names; nothing where it names none."""
    metric = str(request.GET.get(PARAMETER, ""))
    if not metric:
        return None
    given = {
        name.removeprefix(f"{PARAMETER}."): [str(value) for value in values]
        for name, values in request.GET.lists()
        if name.startswith(f"{PARAMETER}.")
    }
    start, end, as_of = (request.GET.get(f"{PARAMETER}.{name}") for name in DAYS)
    where = {name: values for name, values in given.items() if name not in DAYS}
    found = engine.records(metric, user=request.user, where=where, start=start, end=end, as_of=as_of)
    if found.object != kind.key:
        raise Forbidden(_("This figure counts other records."))
    parameters = frozenset(name for name in request.GET if name.partition(".")[0] == PARAMETER)
    label = sentence(metric, where, start=start, end=end, as_of=as_of, more=found.more)
    return Narrowed(Q(pk__in=found.ids), label, parameters)


def sentence(
    metric: str,
    where: Mapping[str, Sequence[str]],
    *,
    start: str | None,
    end: str | None,
    as_of: str | None,
    more: bool,
) -> str:
    """What the list shows: `Qualified leads · Channel: Website · as of 2010-08-31`."""
    known = catalog()
    parts = [str(known.metric(metric).label)]
    for name, values in where.items():
        dimension = known.dimension(name)
        parts.append(f"{dimension.label}: {', '.join(dimension.text(value) for value in values)}")
    if start and end:
        parts.append(f"{start} – {end}")
    elif start or end:
        parts.append(_("from %(day)s") % {"day": start} if start else _("until %(day)s") % {"day": end})
    if as_of:
        parts.append(_("as of %(day)s; the rows show how they stand today") % {"day": as_of})
    if more:
        parts.append(_("the newest %(count)s") % {"count": f"{engine.CAP:,}"})
    return " · ".join(parts)
