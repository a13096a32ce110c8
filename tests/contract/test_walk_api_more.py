"""Every role at what the API adds to the pages: many rows, fields, the recycle bin, versions, batches, tokens."""

from __future__ import annotations

import json

import pytest
from django.db import transaction
from django.test import Client

from kehu.core import changes, registry
from kehu.core.actions import tokens

from . import expected
from .examples import EXAMPLES
from .market import BINNED
from .people import saved
from .test_objects import made
from .visitor import has, kinds, some

pytestmark = pytest.mark.django_db
WRITTEN = [key for key in kinds() if has(key, "form")]


def test_many_rows_follow_the_right_to_add(visitor, wrong):
    for key in (key for key in WRITTEN if EXAMPLES[key].values):
        rows = {"items": [made(visitor.market, key)]}
        with transaction.atomic():
            got = visitor.send("post", f"/api/{key}/bulk", rows).status_code
            transaction.set_rollback(True)
        there, may = expected.opens(key, visitor.role), expected.may_add(key, visitor.role)
        # Closed fields and records that the role may not see are refused though it may add.
        if got not in ((404,) if not there else (200, 422) if may else (403,)):
            wrong.append(f"{key}: {got}")


def test_keys_find_only_records_that_the_role_may_see(visitor, wrong):
    for key in ("account", "contact", "lead"):
        name = registry.get(key).keys[-1]
        field = "email" if key != "account" else name
        for slot in visitor.hidden(key) - {BINNED}:
            record = visitor.market.records[key][slot]
            value = getattr(record, field, None)
            if not value:
                continue
            with transaction.atomic():
                body = {"items": [{"name": "Zz", field: value}]}
                answer = visitor.send("post", f"/api/{key}/bulk?atomic=false&key={field}", body)
                transaction.set_rollback(True)
            found = answer.json().get("results", []) if answer.status_code == 200 else []
            if any(row["id"] == record.pk for row in found):
                wrong.append(f"{key} of {slot}: found by {field}")


def test_fields_answer_no_more_than_the_whole_record(visitor, wrong):
    for key in kinds():
        kind = registry.get(key)
        paths = [
            *kind.paths,
            *(f"{name}.{path}" for name in kind.form_fields for path in further(kind, name)),
        ]
        for slot, record in some(visitor, key):
            if slot not in visitor.visible(key):
                continue
            for path in paths:
                answer = visitor.get(f"/api/{key}/{record.pk}?fields={path}")
                if answer.status_code not in (200, 422):
                    wrong.append(f"{key} {path}: {answer.status_code}")
            break


def further(kind: registry.ObjectType, name: str) -> list[str]:
    field = kind.field(name)
    model = field.related_model if field is not None and field.is_relation else None
    return list(registry.of(model).paths) if registry.declares_model(model) else []


def test_the_recycle_bin_is_listed_for_those_who_may_take_out_of_it(visitor, wrong):
    for key in ("account", "contact", "lead", "opportunity", "task"):
        answer = visitor.get(f"/api/{key}?include_deleted=true&size=500")
        shown = {item["id"] for item in answer.json().get("items", [])}
        binned = visitor.market.records[key][BINNED]
        own = "own" in expected.deletable(key, visitor.role)
        if not expected.opens(key, visitor.role):
            right = answer.status_code == 404
        elif not registry.get(key).policy.delete.get(visitor.role) and visitor.role != expected.AD:
            right = answer.status_code == 403
        else:
            right = answer.status_code == 200 and (binned.pk in shown) == own
        if not right:
            wrong.append(f"{key}: {answer.status_code}, in the bin {binned.pk in shown}")


def test_a_version_tells_nothing_of_a_hidden_record(visitor, wrong):
    for key in WRITTEN:
        for slot, record in some(visitor, key):
            if slot in visitor.visible(key):
                continue
            for method in ("patch", "delete"):
                call = getattr(visitor.client, method)
                answer = call(
                    f"/api/{key}/{record.pk}",
                    "{}",
                    content_type="application/json",
                    headers={"If-Match": '"x"'},
                )
                if answer.status_code != 404:
                    wrong.append(f"{method} {key} of {slot}: {answer.status_code}")


def test_batches_belong_to_who_ran_them(visitor, wrong):
    mate = visitor.market.people.owners["mate"]
    with changes.batch("import", by=mate, label="ZqBatch") as batch:
        saved(registry.get("region").model(code="zq-more", name="batch"))
    sees = visitor.role == expected.AD
    got = visitor.get(f"/api/batches/{batch.pk}").status_code
    with transaction.atomic():
        undone = visitor.send("post", f"/api/batches/{batch.pk}/undo").status_code
        transaction.set_rollback(True)
    if (got, undone) != ((200, 200) if sees else (404, 404)):
        wrong.append(f"{got}, {undone}")


def test_a_token_shows_its_person_no_more_than_the_browser(visitor, wrong):
    secret = tokens.issue_token(user=visitor.user, name="walk", scopes=["read"])
    program = Client(headers={"authorization": f"Bearer {secret}", "accept-language": "en"})
    for key in kinds():
        told, seen = program.get(f"/api/{key}"), visitor.get(f"/api/{key}")
        if told.status_code != seen.status_code:
            wrong.append(f"{key}: {told.status_code}")
        elif told.status_code == 200 and json.loads(told.content) != json.loads(seen.content):
            wrong.append(f"{key}: another answer")
        if registry.get(key).form and expected.opens(key, visitor.role):
            answer = program.post(f"/api/{key}", "{}", content_type="application/json")
            if answer.status_code != 403:
                wrong.append(f"{key}: written with a reading token: {answer.status_code}")


def test_everyone_has_a_page_of_tokens_and_sees_the_own(visitor, wrong):
    page = visitor.get("/tokens")
    if page.status_code != 200:
        wrong.append(f"{page.status_code}")
    owners = {row["token"].user_id for row in page.context["rows"]}
    if visitor.role != expected.AD and owners - {visitor.user.pk}:
        wrong.append(f"sees tokens of {owners}")
