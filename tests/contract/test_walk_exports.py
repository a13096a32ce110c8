"""Every role takes out every list: the file holds what the list shows that role, and nothing beside it."""

from __future__ import annotations

import pytest
from django.urls import reverse

from kehu.core import exports, listing, registry, table, work
from kehu.core.exports.columns import plain
from kehu.core.models import Batch, Work
from kehu.core.reading import Reading

from . import expected
from .visitor import WORD, Visitor, kinds

pytestmark = pytest.mark.django_db


def exported(visitor: Visitor, key: str, *paths: str) -> str:
    """The file that this role gets for these columns, through the pages; empty where it is refused."""
    answer = visitor.post(reverse("object-export", args=[key]), {"format": "csv", "columns": paths})
    if answer.status_code != 302:
        return ""
    begun = Work.objects.latest("id")
    work.run(pk=begun.pk)
    begun.refresh_from_db()
    assert begun.state == Work.State.DONE, begun.problem
    return str(visitor.get(reverse("work-file", args=[begun.pk])).text_read)


def test_the_file_holds_the_rows_of_the_list_and_none_else(visitor, wrong):
    for key in kinds():
        page = visitor.get(reverse("object-export", args=[key]))
        if not expected.opens(key, visitor.role):
            answer = visitor.post(reverse("object-export", args=[key]), {"format": "csv", "columns": "id"})
            if (page.status_code, answer.status_code) != (404, 404):
                wrong.append(f"{key}: may be exported")
            continue
        offered = [path for path, _label in (*page.context["page"]["picked"], *page.context["page"]["rest"])]
        if held := set(offered) & set(expected.HIDDEN.get((key, visitor.role), ())):
            wrong.append(f"{key}: offers {held}")
        text = exported(visitor, key, *registry.get(key).paths)
        own = {word for word in WORD.findall(text) if word in visitor.hidden(key)}
        if own:
            wrong.append(f"{key}: tells {own}")
        if (rows := Work.objects.latest("id").result.get("rows")) != len(visitor.visible(key)):
            wrong.append(f"{key}: {rows} rows")
        if not Batch.objects.filter(verb="export", actor=visitor.user, label__startswith=f"{key}, ").exists():
            wrong.append(f"{key}: nobody knows of the export")


def test_read_by_column_every_value_is_what_reading_says(visitor, wrong):
    """Also where it is masked or withheld, and for the paths over other objects that may be chosen."""
    for key in kinds():
        if not expected.opens(key, visitor.role):
            continue
        kind, user = registry.get(key), visitor.user
        paths = listing.offered(kind, user)
        records = list(kind.model.objects.visible_to(user).order_by("pk"))
        columns = exports.Columns(kind, paths, user)
        block = columns.block([record.pk for record in records])
        table.attach(kind, records, paths)
        reading = Reading(kind, records, user)
        for path, column, values in zip(columns.paths, columns.typed, block, strict=True):
            told = [plain(reading.value(record, path), column.what) for record in records]
            if list(values) != told and [value or None for value in values] != [one or None for one in told]:
                wrong.append(f"{key}.{path}: {list(values)}, not {told}")


def test_a_column_that_is_closed_to_a_role_is_left_out_however_it_is_asked_for(visitor, wrong):
    for key in kinds():
        hidden = expected.HIDDEN.get((key, visitor.role), ())
        if not expected.opens(key, visitor.role) or not hidden:
            continue
        if text := exported(visitor, key, *hidden):
            wrong.append(f"{key}: {text}")


def test_programs_take_out_the_same_rows_and_no_closed_column(visitor, wrong):
    for key in kinds():
        address = f"/api/{key}/export"
        answer = visitor.send("post", address, {"columns": list(registry.get(key).paths)[:1]})
        if not expected.opens(key, visitor.role):
            if answer.status_code != 404:
                wrong.append(f"{key}: {answer.status_code}")
            continue
        for path in expected.HIDDEN.get((key, visitor.role), ()):
            if (status := visitor.send("post", address, {"columns": [path]}).status_code) != 422:
                wrong.append(f"{key}.{path}: {status}")
        begun = visitor.send("post", address, {})
        work.run(pk=int(begun.json()["id"]))
        told = visitor.get(begun.json()["url"]).json()
        if (told["state"], told["done"]) != ("done", len(visitor.visible(key))):
            wrong.append(f"{key}: {told['state']}, {told['done']} rows")


def test_work_is_there_for_its_person_alone(visitor, wrong):
    mate = visitor.market.people.owners["mate"]
    other = exports.start(kind=registry.get("region"), query="", format="csv", paths=["code"], by=mate)
    own = visitor.user.pk == mate.pk
    for address in (f"/api/work/{other.pk}", reverse("work", args=[other.pk])):
        if (visitor.get(address).status_code == 200) != own:
            wrong.append(address)
    for address in (f"/api/work/{other.pk}/stop", f"/api/work/{other.pk}/go-on"):
        if not own and visitor.send("post", address, {}).status_code != 404:
            wrong.append(address)
