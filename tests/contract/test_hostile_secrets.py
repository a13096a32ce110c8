"""What a role may not read whole tells it nothing by the order of rows, by groups, counts, totals, views or keys."""

from __future__ import annotations

import json
from collections.abc import Iterator

import pytest
from django.urls import reverse

from kehu.core import exports, registry, work
from kehu.core.actions import views
from kehu.core.registry import ObjectType

from . import expected
from .market import CUSTOM
from .visitor import Visitor, kinds

pytestmark = pytest.mark.django_db


def closed(visitor: Visitor) -> Iterator[tuple[ObjectType, str, bool]]:
    """Each object type with the paths to what the role may not read whole, over references too; whether masked."""
    for key in kinds():
        if not expected.opens(key, visitor.role):
            continue
        kind = registry.get(key)
        for name in sorted(expected.closed(key, visitor.role)):
            yield kind, name, (key, name) in expected.MASKED
        for path in kind.paths:
            field = kind.field(path)
            if field is None or not field.is_relation or not registry.declares_model(field.related_model):
                continue
            target = registry.of(field.related_model)
            for name in sorted(expected.closed(target.key, visitor.role)):
                if expected.opens(target.key, visitor.role):
                    yield kind, f"{path}.{name}", (target.key, name) in expected.MASKED


def ids(page) -> list[int]:
    return [row["id"] for row in page.context["page"]["rows"]]


def test_rows_are_not_put_in_its_order(visitor, wrong):
    for kind, path, _masked in closed(visitor):
        place = reverse("list", args=[kind.key])
        plain = ids(visitor.get(place))
        for sort in (path, f"-{path}"):
            if ids(visitor.get(f"{place}?sort={sort}")) != plain:
                wrong.append(f"{kind.key} is sorted by {sort}")
            if visitor.get(f"/api/{kind.key}?sort={sort}").status_code != 422:
                wrong.append(f"the API sorts {kind.key} by {sort}")


def test_nothing_is_grouped_summed_or_dated_by_it(visitor, wrong):
    for kind, path, _masked in closed(visitor):
        query = f"group={path}&measure=sum:{path}&by={path}"
        if "grouped" in visitor.get(f"{reverse('list', args=[kind.key])}?{query}").context["page"]:
            wrong.append(f"{kind.key} is grouped by {path}")
        grouping = visitor.get(f"{reverse('chart', args=[kind.key])}?{query}").context["page"]["grouping"]
        if grouping["by"] == path or grouping["measure"] or path in str(grouping["fields"]):
            wrong.append(f"{kind.key} is drawn by {path}")
        days = visitor.get(f"{reverse('calendar', args=[kind.key])}?{query}")
        if days.status_code == 200 and days.context["page"]["by"] == path:
            wrong.append(f"{kind.key} is dated by {path}")


def test_it_is_no_condition_of_any_address(visitor, wrong):
    for kind, path, _masked in closed(visitor):
        for op in ("contains", "empty"):
            where = json.dumps({"not": {"field": path, "op": op, "value": "2"}})
            for name in ("list", "list-export", "object-export", "chart"):
                answer = visitor.client.get(reverse(name, args=[kind.key]), {"where": where})
                if answer.status_code not in (404, 422):
                    wrong.append(f"{name} of {kind.key} compares {path}")
            if visitor.client.get(f"/api/{kind.key}", {"where": where}).status_code != 422:
                wrong.append(f"the API of {kind.key} compares {path}")


def test_a_view_that_somebody_shares_does_not_ask_for_it(visitor, administrator, wrong):
    for number, (kind, path, _masked) in enumerate(closed(visitor)):
        field = registry.get(kind.key).field(path)
        if field is None or getattr(field, "computed", False):
            continue
        where = json.dumps({"field": path, "op": "not_empty"})
        view = views.save_view(
            kind=kind, by=administrator.user, name=f"View {number}", query=f"where={where}&sort={path}",
            shared="everyone",
        )  # fmt: skip
        place = reverse("list", args=[kind.key])
        if f"View {number}" in visitor.get(reverse("list-views", args=[kind.key])).text_read:
            wrong.append(f"a view of {kind.key} by {path} is offered")
        if ids(visitor.get(f"{place}?view={view.pk}")) != ids(visitor.get(f"{place}?view=0")):
            wrong.append(f"a view of {kind.key} by {path} is opened")


def test_no_record_is_found_by_it_and_no_file_holds_it(visitor, wrong):
    for kind, path, masked in closed(visitor):
        if "." not in path and kind.form and kind.key != CUSTOM:
            body = {"items": [{path: "x"}]}
            answer = visitor.send("post", f"/api/{kind.key}/bulk?key={path}", body)
            if answer.status_code not in (403, 404, 422):
                wrong.append(f"{kind.key} is found by {path}")
        if visitor.get(f"/api/{kind.key}?fields={path}").status_code == 200 and not masked:
            wrong.append(f"the API of {kind.key} gives {path}")
        paths = [column.path for column in kind.column_list[:1]] + [path]
        started = exports.start(kind=kind, query="", format="csv", paths=paths, by=visitor.user)
        work.run(pk=started.pk)
        answer = visitor.get(reverse("work-file", args=[started.pk]))
        if answer.status_code != 200:
            wrong.append(f"no file of {kind.key} with {path}")
        width = len(answer.text_read.splitlines()[0].split(","))
        if width != (2 if masked and path not in paths[:1] else 1):
            wrong.append(f"the file of {kind.key} has {width} columns with {path}")
