"""Pages of records: filters, order, fields, and what lies in the recycle bin."""

from __future__ import annotations

from typing import Any

from django.db.models import Q, QuerySet
from django.http import HttpRequest
from django.utils.translation import gettext as _

from kehu.core import filters, sorting
from kehu.core.access import Nothing, tokens
from kehu.core.api.values import as_json, selected
from kehu.core.asked import Asked
from kehu.core.errors import Forbidden, Refused
from kehu.core.registry import ObjectType
from kehu.core.views import list as listing
from kehu.kit import paging

PAGE = 50
MOST_IN_PAGE = 500
PAGING = {"sort", "page", "size", "fields", "include_deleted", "where"}


def list_of(
    kind: ObjectType, request: HttpRequest, *, sort: str, token: str, size: int, fields: str, deleted: bool
) -> dict[str, Any]:
    """A page of the records that the user may see; the list's filters are parameters of the address."""
    asked = _asked(kind, request)
    paths = selected(kind, fields, request)
    ordering = asked.ordering(sort)
    counted = asked.narrow(with_deleted(kind, request)) if deleted else asked.records()
    found = counted if deleted else asked.walked(ordering)
    page = paging.page(listing.with_references(kind, found, request.user), ordering, token=token, size=size)
    count, capped = paging.capped_count(counted)
    return {
        "items": as_json(kind, page.rows, request.user, paths),
        "next": page.next_token or None,
        "count": count,
        "count_capped": capped,
    }


def narrowed(kind: ObjectType, request: HttpRequest, *, deleted: bool = False) -> QuerySet:
    """The visible records that pass the filters of the address: the same as on the list's page."""
    asked = _asked(kind, request)
    found = asked.narrow(with_deleted(kind, request)) if deleted else asked.records()
    return listing.with_references(kind, found, request.user)


def _asked(kind: ObjectType, request: HttpRequest) -> Asked:
    """The filters of the address; refused where a page would leave one out."""
    asked = Asked(request, kind)
    simple = filters.form_for(kind, request.user, {}, whole=True).fields
    tokens.require_paths(request, kind, [leaf.field.path for leaf in asked.condition.leaves()])
    refuse_unknown(kind, request, {*simple, *(name for part in asked.narrowed for name in part.parameters)})
    if errors := asked.form.errors:
        raise Refused(
            _("A filter has a value that makes no sense."),
            fields={name: " ".join(str(text) for text in texts) for name, texts in errors.items()},
        )
    return asked


def with_deleted(kind: ObjectType, request: HttpRequest) -> QuerySet:
    """The visible records with those in the recycle bin that the user may take out of it."""
    scope = kind.policy.scope("delete", request.user)
    if isinstance(scope, Nothing) or not kind.deletable:
        raise Forbidden(_("Your role does not allow this. Ask your administrator if you need it."))
    within = Q(deleted_at=None) | (Q(deleted_at__isnull=False) & scope.q(request.user))
    return kind.model.everything.visible_to(request.user).filter(within)


def refuse_unknown(kind: ObjectType, request: HttpRequest, known: set[str]) -> None:
    """A misspelt filter would give all records. What the user may not read is as unknown as what is not there."""
    unknown = sorted(set(request.GET) - known - PAGING)
    if unknown:
        sentence = _("There is no filter “%(name)s” here. There are: %(known)s.")
        known_here = ", ".join(sorted(known | PAGING))
        fields = {name: sentence % {"name": name, "known": known_here} for name in unknown}
        raise Refused(" ".join(fields.values()), fields=fields)
    path = request.GET.get("sort", "").removeprefix("-")
    if path and not sorting.sortable(kind, path, request.user):
        able = sorting.offered(kind, request.user)
        told = _("These records cannot be sorted by “%(name)s”, but by: %(known)s.")
        sentence = told % {"name": path, "known": ", ".join(able)}
        raise Refused(sentence, fields={"sort": sentence})
    tokens.require_paths(request, kind, [path])
