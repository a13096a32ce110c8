"""Verbs of the change log: every one that the code writes is declared, and undo is offered where it can be done."""

from __future__ import annotations

import ast
from collections.abc import Iterator
from typing import Any

import pytest
from django.urls import reverse
from django.utils import translation
from django.utils.functional import Promise

from kehu.core import changes, registry, verbs
from kehu.core.models import Batch, Change
from tests.architecture.tree import PACKAGE, is_test, parsed, python_files, shown

OPENERS = {"batch", "open_batch", "together"}


def written() -> Iterator[tuple[str, str]]:
    """(where, verb) of every literal verb: a keyword, a default, a name that holds one, the verb of a batch."""
    for path in python_files(PACKAGE):
        if is_test(path) or "migrations" in path.parts:
            continue
        for node in ast.walk(parsed(path)):
            for value in given(node):
                for found in ast.walk(value):
                    if isinstance(found, ast.Constant) and isinstance(found.value, str) and found.value:
                        yield f"{shown(path)}:{found.lineno}", found.value


def given(node: ast.AST) -> list[ast.expr]:
    if isinstance(node, ast.Call):
        called = getattr(node.func, "attr", getattr(node.func, "id", ""))
        found = [keyword.value for keyword in node.keywords if keyword.arg == "verb"]
        place = 1 if called == "together" else 0
        return found + (node.args[place : place + 1] if called in OPENERS else [])
    if isinstance(node, ast.FunctionDef):
        late = zip(node.args.kwonlyargs, node.args.kw_defaults, strict=True)
        return [value for argument, value in late if argument.arg == "verb" and value is not None]
    if isinstance(node, ast.Assign) and getattr(node.targets[0], "id", "") in {"verb", "VERB"}:
        return [node.value] if isinstance(node.value, ast.Constant | ast.Call | ast.IfExp) else []
    return []


def test_every_verb_that_is_written_is_declared():
    missing = [f"{where}: {verb}" for where, verb in written() if verb not in verbs.known()]
    assert missing == [], "declare it as VERBS in the module's manifest (module.py)"
    assert {"convert", "win", "submit", "demo", "touch"} <= {verb for _where, verb in written()}


def test_every_verb_has_a_word_in_the_readers_language():
    for key in verbs.known():
        assert isinstance(verbs.get(key).label, Promise), key
    with translation.override("zh-hant"):
        assert str(verbs.get("create").label) != "created"


def test_a_verb_of_an_older_version_speaks_for_itself():
    assert (str(verbs.get("put_away").label), verbs.get("put_away").undoable) == ("put away", False)


@pytest.fixture
def region(administrator) -> Any:
    """A region that the administrator has created in the API."""
    pk = administrator.send("post", "/api/region", {"code": "zq-verb", "name": "Verbs"}).json()["id"]
    return registry.get("region").model.objects.get(pk=pk)


def offered(administrator, record) -> list[str]:
    """The addresses of undo on the record's page, newest entry first."""
    kind = registry.of(record)
    page = administrator.get(reverse("record", args=[kind.key, record.pk]))
    return [entry.undo_url for entry in page.context["page"]["timeline"].entries]


@pytest.mark.django_db
def test_a_record_is_not_undone_once_it_was_changed(administrator, region):
    created = Change.objects.get(object_type="region", object_id=region.pk)
    address = reverse("change-undo", args=[created.pk])
    assert offered(administrator, region) == [address]
    administrator.send("patch", f"/api/region/{region.pk}", {"name": "Verbs again"})
    edited = Change.objects.filter(object_type="region", object_id=region.pk).latest("id")
    assert offered(administrator, region) == [reverse("change-undo", args=[edited.pk]), ""]

    answer = administrator.client.post(address, follow=True)
    assert answer.redirect_chain[0][0] == reverse("record", args=["region", region.pk])
    assert "was changed since then" in answer.content.decode()
    region.refresh_from_db()
    assert region.deleted_at is None


@pytest.mark.django_db
def test_a_step_is_taken_back_as_a_whole_and_a_load_record_by_record(administrator, region):
    for verb, name in (("move", "Moved"), ("import", "Loaded")):
        with changes.batch(verb, by=administrator.user) as batch:
            region.name = name
            changes.save(region, by=administrator.user, verb=verb, batch=batch)
    load, step, _created = offered(administrator, region)
    newest = Change.objects.filter(object_type="region", object_id=region.pk).latest("id")
    assert load == reverse("change-undo", args=[newest.pk])
    assert step == reverse("batch-undo", args=[Batch.objects.get(verb="move").pk])

    here = reverse("record", args=["region", region.pk])
    answer = administrator.client.post(step, {"next": here}, follow=True)
    assert answer.redirect_chain[0][0] == here
    assert "was changed again later" in answer.content.decode()
