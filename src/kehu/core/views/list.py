"""The list of an object type: filters, sorting, pages by key."""

from __future__ import annotations

from typing import Any
from urllib.parse import urlencode

from django.db.models import QuerySet
from django.http import HttpRequest, HttpResponse
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.http import require_safe

from kehu.core import access, bulk, grouping, listing, table
from kehu.core.asked import Asked
from kehu.core.models import User
from kehu.core.registry import ObjectType
from kehu.core.views import columns as choosing
from kehu.core.views import groups, saved
from kehu.core.views.bar import bar
from kehu.core.views.base import kind_for, show
from kehu.kit import paging

PAGE = 50


@require_safe
def list_page(request: HttpRequest, key: str) -> HttpResponse:
    """One page of the records that the user may see, narrowed and sorted as the address says."""
    kind = kind_for(request, key)
    habits = listing.habits_of(kind, request.user)
    if (opening := saved.opening(request, kind, habits)) is not None:
        return opening
    asked = Asked(request, kind)
    by = grouping.by_of(kind, request.user, request.GET.get("group", ""))
    if by is not None:
        return grouped_page(asked, by)
    ordering = asked.ordering(request.GET.get("sort", ""))
    page = paging.page(asked.walked(ordering), ordering, token=request.GET.get("page", ""), size=PAGE)
    view = saved.chosen(request, kind)
    paths = listing.columns_of(kind, request.user, view, habits)
    context = {
        "page": {
            **bar(asked, "list", view),
            "narrowed": asked.narrowed,
            "grouping": groups.choices(asked, None),
            "columns": choosing.headings(asked, paths),
            "body": table.body(kind, page.rows, paths, request.user, pick=True),
            "selecting": bulk.selecting(asked),
            "rows": [{"id": record.pk} for record in page.rows],
            **count_of(asked, page),
            "next_url": page_url(request, page.next_token),
            "prev_url": page_url(request, page.previous_token),
        }
    }
    return show(request, "list", context)


def grouped_page(asked: Asked, by: grouping.By) -> HttpResponse:
    """The list in groups: a row for each with its totals, its records a click below."""
    page = {
        **bar(asked, "list", saved.chosen(asked.request, asked.kind)),
        "narrowed": asked.narrowed,
        "grouping": groups.choices(asked, by),
        **groups.context(asked, by),
    }
    return show(asked.request, "list", {"page": page})


@require_safe
def count(request: HttpRequest, key: str) -> HttpResponse:
    """How many records the address asks for: a fragment that the list asks for when it stands."""
    asked = Asked(request, kind_for(request, key))
    return HttpResponse(
        count_label(*paging.capped_count(asked.records())), content_type="text/plain; charset=utf-8"
    )


def count_of(asked: Asked, page: paging.Page) -> dict[str, Any]:
    """How many there are: at once where the page holds all or nothing is narrowed, else where to ask."""
    if not page.next_token and not page.previous_token:
        return {"count": len(page.rows), "count_label": count_label(len(page.rows), False)}
    if not asked.active and access.sees_all(asked.user, asked.kind):
        count, capped = paging.capped_count(asked.records())
        return {"count": count, "count_label": count_label(count, capped)}
    return {"count_url": f"{reverse('list-count', args=[asked.kind.key])}?{asked.query()}"}


def with_references(kind: ObjectType, records: QuerySet, user: User) -> QuerySet:
    """Join what the columns show, so that a page costs the same few queries for any number of rows."""
    joins = []
    for path in kind.readable(user):
        parts = path.split(".")
        field = kind.field(parts[0])
        if field is not None and field.is_relation:
            joins.append("__".join(parts[:-1] or parts) if len(parts) > 1 else parts[0])
    return records.select_related(*dict.fromkeys(joins)) if joins else records


def columns(kind: ObjectType, request: HttpRequest) -> list[dict[str, Any]]:
    """Headings of a table that is not sorted, such as a panel of a record's page."""
    return [
        {"label": kind.label_of(path), "key": path, "numeric": kind.kind_of(path) in choosing.NUMERIC}
        for path in listing.declared(kind, request.user)
    ]


def count_label(count: int, capped: bool) -> str:
    if capped:
        return _("more than %(count)s") % {"count": f"{count:,}"}
    return ngettext("%(count)s record", "%(count)s records", count) % {"count": f"{count:,}"}


def page_url(request: HttpRequest, token: str) -> str:
    if not token:
        return ""
    return "?" + urlencode([*((k, v) for k, v in request.GET.items() if k != "page"), ("page", token)])
