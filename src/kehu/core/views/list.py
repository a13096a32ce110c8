"""The list of an object type: filters, sorting, pages by key, export of what is seen."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any
from urllib.parse import urlencode

from django.db.models import QuerySet
from django.http import HttpRequest, HttpResponse, StreamingHttpResponse
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.http import require_safe

from kehu.core import access, filters, registry
from kehu.core.custom import layouts
from kehu.core.errors import Refused
from kehu.core.imports import importable
from kehu.core.models import User
from kehu.core.reading import Reading
from kehu.core.registry import ObjectType
from kehu.core.views.base import kind_for, show
from kehu.kit import paging, tables

PAGE = 50
MOST_EXPORTED = 100_000


@require_safe
def list_page(request: HttpRequest, key: str) -> HttpResponse:
    """One page of the records that the user may see, narrowed and sorted as the address says."""
    kind = kind_for(request, key)
    form = filters.form_for(kind, request.user, request.GET)
    narrowed = registry.narrowed(request, kind)
    records = narrow(kind, form, narrowed, request.user)
    ordering = ordering_of(kind, request.GET.get("sort", ""), request.user)
    page = paging.page(records, ordering, token=request.GET.get("page", ""), size=PAGE)
    count, capped = paging.capped_count(records)
    context = {
        "page": {
            "title": kind.label_plural,
            "object": kind,
            "filters": form,
            "narrowed": narrowed,
            "columns": columns(kind, request),
            "rows": rows(kind, page.rows, request.user),
            "count": count,
            "count_label": count_label(count, capped),
            "next_url": page_url(request, page.next_token),
            "prev_url": page_url(request, page.previous_token),
            "create_url": create_url(kind, request.user),
            "import_url": import_url(kind, request.user),
            "export_url": f"{reverse('list-export', args=[kind.key])}?{request.GET.urlencode()}",
            "clear_url": reverse("list", args=[kind.key]) if form.active or narrowed else "",
            "tabs": tabs(kind, "list"),
        }
    }
    return show(request, "list", context)


@require_safe
def export(request: HttpRequest, key: str) -> StreamingHttpResponse:
    """What the list shows, as a CSV file that spreadsheets open."""
    kind = kind_for(request, key)
    form = filters.form_for(kind, request.user, request.GET)
    records = narrow(kind, form, registry.narrowed(request, kind), request.user)
    count, _capped = paging.capped_count(records, cap=MOST_EXPORTED)
    if count > MOST_EXPORTED:
        raise Refused(_("That is more than 100,000 rows. Narrow the list with a filter first."))
    paths = kind.readable(request.user, [column.path for column in layouts.columns(kind, request.user)])
    ordering = ordering_of(kind, request.GET.get("sort", ""), request.user)
    header = [str(kind.label_of(path)) for path in paths]
    rows = _export_rows(kind, records.order_by(*ordering), paths, request.user)
    response = StreamingHttpResponse(tables.csv_lines(header, rows), content_type="text/csv; charset=utf-8")
    response.headers["Content-Disposition"] = f'attachment; filename="{kind.key}.csv"'
    return response


def narrow(
    kind: ObjectType, form: filters.FilterForm, narrowed: list[registry.Narrowed], user: User
) -> QuerySet:
    records = kind.model.objects.visible_to(user)
    for found in narrowed:
        records = records.filter(found.condition)
    return filters.narrow(with_references(kind, records, user), kind, form, user)


def with_references(kind: ObjectType, records: QuerySet, user: User) -> QuerySet:
    """Join what the columns show, so that a page costs the same few queries for any number of rows."""
    joins = []
    for path in kind.readable(user):
        parts = path.split(".")
        field = kind.field(parts[0])
        if field is not None and field.is_relation:
            joins.append("__".join(parts[:-1] or parts) if len(parts) > 1 else parts[0])
    return records.select_related(*dict.fromkeys(joins)) if joins else records


def create_url(kind: ObjectType, user: User) -> str:
    may = bool(kind.form) and access.can(user, "add", kind)
    return reverse("record-new", args=[kind.key]) if may else ""


def import_url(kind: ObjectType, user: User) -> str:
    return reverse("import-new", args=[kind.key]) if importable(kind, user) else ""


def columns(kind: ObjectType, request: HttpRequest) -> list[dict[str, Any]]:
    """Headings with the address that sorts by them; none where the user may not read the whole value."""
    sort = request.GET.get("sort", "")
    found = []
    for column in layouts.columns(kind, request.user):
        if registry.hides(kind, column.path, request.user):
            continue
        may_sort = sortable(kind, column.path, request.user)
        descending = sort == column.path
        query = request.GET.copy()
        query.pop("page", None)
        query["sort"] = f"-{column.path}" if descending else column.path
        found.append(
            {
                "label": kind.label_of(column.path),
                "key": column.path,
                "sort_url": f"?{query.urlencode()}" if may_sort else "",
                "sorted": "ascending" if descending else "descending" if sort == f"-{column.path}" else "",
                "numeric": kind.kind_of(column.path) in {"number", "money", "percent", "score"},
            }
        )
    return found


def sortable(kind: ObjectType, path: str, user: User) -> bool:
    column = next((column for column in kind.column_list if column.path == path), None)
    if column is None or not column.sortable or column.value or kind.field(path) is None:
        return False
    if registry.hides(kind, path, user) or registry.masks(kind, path, user):
        return False
    # The order of rows, and the mark of the next page, would tell names that the user may not see.
    return all(access.sees_all(user, target) for target in registry.passed(kind, path))


def ordering_of(kind: ObjectType, sort: str, user: User) -> tuple[str, ...]:
    path = sort.removeprefix("-")
    if not path or not sortable(kind, path, user):
        return kind.ordering
    sign = "-" if sort.startswith("-") else ""
    return (sign + sort_field(kind, path), sign + "id")


def sort_field(kind: ObjectType, path: str) -> str:
    """The column to sort by; a reference sorts by its name as the user reads it."""
    field: Any = kind.field(path)
    lookup = path.replace(".", "__")
    if field.is_relation:
        target = registry.of(field.related_model)
        name = target.lookup or target.column_list[0].path
        return f"{lookup}__{name}"
    return lookup


def rows(kind: ObjectType, records: list[Any], user: User) -> list[dict[str, Any]]:
    reading = Reading(kind, records, user)
    paths = reading.readable([column.path for column in layouts.columns(kind, user)])
    return [
        {
            "id": record.pk,
            "url": reverse("record", args=[kind.key, record.pk]),
            "title": str(record),
            "cells": reading.cells(record, paths),
            "state": state,
        }
        for record, state in zip(records, kind.health(records, user), strict=True)
    ]


def _export_rows(kind: ObjectType, records: QuerySet, paths: list[str], user: User) -> Iterator[list[Any]]:
    chunk: list[Any] = []
    for record in records.iterator(1000):
        chunk.append(record)
        if len(chunk) == 1000:
            yield from _chunk_rows(kind, chunk, paths, user)
            chunk = []
    yield from _chunk_rows(kind, chunk, paths, user)


def _chunk_rows(kind: ObjectType, records: list[Any], paths: list[str], user: User) -> Iterator[list[Any]]:
    reading = Reading(kind, records, user)
    for record in records:
        yield [
            cell.value if cell.kind in {"number", "money", "percent"} else cell.text
            for cell in reading.cells(record, paths)
        ]


def count_label(count: int, capped: bool) -> str:
    if capped:
        return _("more than %(count)s") % {"count": f"{count:,}"}
    return ngettext("%(count)s record", "%(count)s records", count) % {"count": f"{count:,}"}


def page_url(request: HttpRequest, token: str) -> str:
    if not token:
        return ""
    return "?" + urlencode([*((k, v) for k, v in request.GET.items() if k != "page"), ("page", token)])


def tabs(kind: ObjectType, active: str) -> list[dict[str, Any]]:
    """List and board, where the object has a board."""
    if kind.board is None:
        return []
    return [
        {
            "label": _("List"),
            "url": reverse("list", args=[kind.key]),
            "active": active == "list",
            "icon": "list",
        },
        {
            "label": _("Board"),
            "url": reverse("board", args=[kind.key]),
            "active": active == "board",
            "icon": "layout-kanban",
        },
    ]
