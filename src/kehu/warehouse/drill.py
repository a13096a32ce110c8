"""From a figure to its records: an address that says what was asked, and the list narrowed to the answer."""

from __future__ import annotations

from collections.abc import Mapping
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


def url(metric: str, *, where: Mapping[str, str] | None = None, as_of: date | None = None) -> str:
    """The list of the records that a figure counts, for one value per dimension."""
    found = catalog()
    declared = found.ingredients(metric)[0]
    parameters = {
        PARAMETER: metric,
        **{f"{PARAMETER}.{name}": value for name, value in (where or {}).items()},
    }
    if as_of is not None:
        parameters[f"{PARAMETER}.as_of"] = as_of.isoformat()
    return f"{reverse('list', args=[found.dataset_of(declared).object])}?{urlencode(parameters)}"


def narrow(request: HttpRequest, kind: ObjectType) -> Narrowed | None:
    """The records behind the figure that the address names; nothing where it names none."""
    metric = str(request.GET.get(PARAMETER, ""))
    if not metric:
        return None
    given = {
        name.removeprefix(f"{PARAMETER}."): str(value)
        for name, value in request.GET.items()
        if name.startswith(f"{PARAMETER}.")
    }
    as_of = given.pop("as_of", None)
    found = engine.records(metric, user=request.user, where=given, as_of=as_of)
    if found.object != kind.key:
        raise Forbidden(_("This figure counts other records."))
    parameters = frozenset(name for name in request.GET if name.partition(".")[0] == PARAMETER)
    return Narrowed(Q(pk__in=found.ids), sentence(metric, given, as_of, more=found.more), parameters)


def sentence(metric: str, where: Mapping[str, str], as_of: str | None, *, more: bool) -> str:
    """What the list shows: `Qualified leads · Channel: Website · as of 2010-08-31`."""
    known = catalog()
    parts = [str(known.metric(metric).label)]
    for name, value in where.items():
        dimension = known.dimension(name)
        parts.append(f"{dimension.label}: {dimension.text(value)}")
    if as_of:
        parts.append(_("as of %(day)s; the rows show how they stand today") % {"day": as_of})
    if more:
        parts.append(_("the newest %(count)s") % {"count": f"{engine.CAP:,}"})
    return " · ".join(parts)
