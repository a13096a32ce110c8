"""What every object type owes, proven by naming it once in examples.py."""

from __future__ import annotations

from functools import cache
from typing import Any

import pytest
from django.test import Client
from django.urls import reverse
from django.utils import translation

from kehu.core import history, registry, search
from kehu.core.api.endpoints import api
from kehu.core.models import Change, Record, Team, User

from .examples import EXAMPLES
from .market import Market
from .visitor import Visitor, has, kinds

pytestmark = pytest.mark.django_db
KINDS = ["team", "user", *kinds()]
WRITTEN = [key for key in KINDS if key in EXAMPLES and EXAMPLES[key].values]


def test_every_object_type_has_an_example():
    assert set(EXAMPLES) == set(KINDS)


def some_record(market: Market, key: str) -> Any:
    if key in ("team", "user"):
        return {"team": Team, "user": User}[key].objects.first()
    slots = market.records[key]
    return slots.get("only") or slots["own"]


def typed(values: Any) -> dict[str, Any]:
    """Values as a form or JSON carries them."""
    return {name: value.pk if isinstance(value, Record) else value for name, value in values.items()}


def made(market: Market, key: str) -> dict[str, Any]:
    return typed(EXAMPLES[key].values(market))


@cache
def described() -> Any:
    return api.get_openapi_schema()["paths"]


def filled(form: Any) -> dict[str, Any]:
    """What a browser sends of a form as it stands."""
    data = {}
    for name, field in form.fields.items():
        value = form[name].value()
        shown = value if isinstance(value, bool) else field.widget.format_value(value)
        if value is not None and value is not False and shown is not None:
            data[name] = shown
    return data


def newest(key: str) -> Any:
    return registry.get(key).model.objects.order_by("-pk").first()


@pytest.mark.parametrize("key", KINDS)
def test_it_is_shown(administrator, key):
    kind, record = registry.get(key), some_record(administrator.market, key)
    page = administrator.get(reverse("list", args=[key]))
    assert page.status_code == 200
    assert str(kind.label_plural) in page.text_read
    assert record.pk in [row["id"] for row in page.context["page"]["rows"]]
    assert administrator.get(reverse("record", args=[key, record.pk])).status_code == 200
    export = administrator.get(reverse("list-export", args=[key])).text_read
    header = export.lstrip("\ufeff").splitlines()[0]
    assert all(str(kind.label_of(column.path)) in header for column in kind.column_list)
    board = administrator.part(reverse("board", args=[key]))
    assert board.status_code == (200 if kind.board else 404)


@pytest.mark.parametrize("key", KINDS)
def test_it_is_in_the_api_and_described(administrator, key):
    record = some_record(administrator.market, key)
    page = administrator.get(f"/api/{key}").json()
    assert record.pk in [item["id"] for item in page["items"]]
    one = administrator.get(f"/api/{key}/{record.pk}").json()
    assert set(registry.get(key).paths) - set(one) <= {"numbers", "phases", "profile", "basis"}
    assert administrator.get(f"/api/{key}/{record.pk}/history").status_code == 200
    assert administrator.get(f"/api/{key}/987654321").status_code == 404
    paths = described()
    assert {f"/api/{key}", f"/api/{key}/{{pk}}", f"/api/{key}/{{pk}}/history"} <= set(paths)
    assert ("post" in paths[f"/api/{key}"]) == bool(registry.get(key).form)


@pytest.mark.parametrize("key", KINDS)
def test_it_is_closed_to_strangers(market, key):
    nobody, pk = Client(), some_record(market, key).pk
    for address in ("list", "record-new", "list-export"):
        assert nobody.get(reverse(address, args=[key])).status_code == 302
    assert nobody.get(reverse("record", args=[key, pk])).status_code == 302
    assert nobody.post(reverse("record-delete", args=[key, pk])).status_code == 302
    assert [nobody.get(f"/api/{key}").status_code, nobody.get(f"/api/{key}/{pk}").status_code] == [401, 401]


@pytest.mark.parametrize("key", WRITTEN)
def test_it_is_created_and_edited_by_form_and_an_edit_is_taken_back(administrator, key):
    kind = registry.get(key)
    blank = administrator.get(reverse("record-new", args=[key])).context["form"]
    before = newest(key)
    data = {**filled(blank), **made(administrator.market, key)}
    answer = administrator.post(reverse("record-new", args=[key]), data)
    assert answer.status_code == 302, answer.context["form"].errors
    record = newest(key)
    assert before is None or record.pk != before.pk
    assert answer.url == reverse("record", args=[key, record.pk])
    assert Change.objects.filter(
        object_type=key, object_id=record.pk, actor=administrator.user, before__isnull=True
    ).exists()

    name, value = next(iter(EXAMPLES[key].change.items()))
    was = getattr(record, name)
    form = administrator.get(reverse("record-edit", args=[key, record.pk])).context["form"]
    answer = administrator.post(reverse("record-edit", args=[key, record.pk]), {**filled(form), name: value})
    assert answer.status_code == 302, answer.context["form"].errors
    record = kind.model.objects.get(pk=record.pk)
    assert str(getattr(record, name)) == str(kind.field(name).to_python(value)) != str(was)
    change = Change.objects.filter(object_type=key, object_id=record.pk).latest("id")
    assert {name} <= set(change.after)
    page = administrator.get(reverse("record", args=[key, record.pk])).text_read
    assert str(kind.label_of(name)) in page and "edited" in page

    back = history.way_back(change, record, administrator.user)
    assert administrator.post(back).status_code == 302
    assert getattr(kind.model.objects.get(pk=record.pk), name) == was


@pytest.mark.parametrize("key", WRITTEN)
def test_it_is_created_and_edited_through_the_api(administrator, key):
    values = made(administrator.market, key)
    answer = administrator.send("post", f"/api/{key}", values)
    assert answer.status_code == 201, answer.content
    pk = answer.json()["id"]
    name, value = next(iter(EXAMPLES[key].change.items()))
    answer = administrator.send("patch", f"/api/{key}/{pk}", {name: value})
    assert answer.status_code == 200, answer.content
    assert str(newest(key).__dict__[name]) == str(registry.get(key).field(name).to_python(value))
    history = administrator.get(f"/api/{key}/{pk}/history").json()
    assert {"create", "edit"} <= {entry["verb"] for entry in history}


@pytest.mark.parametrize("key", [key for key in KINDS if has(key, "form")])
def test_what_makes_no_sense_is_refused_with_the_field(administrator, key):
    record = some_record(administrator.market, key)
    for method, address in (("post", f"/api/{key}"), ("patch", f"/api/{key}/{record.pk}")):
        answer = administrator.send(method, address, {"no_such_field": 1})
        assert answer.status_code == 422
        assert answer["Content-Type"] == "application/problem+json"
        assert "no_such_field" in answer.json()["fields"]


@pytest.mark.parametrize("key", WRITTEN)
def test_it_is_deleted_and_restored_or_says_that_it_is_kept(administrator, key):
    kind = registry.get(key)
    pk = administrator.send("post", f"/api/{key}", made(administrator.market, key)).json()["id"]
    answer = administrator.send("delete", f"/api/{key}/{pk}")
    if not kind.deletable:
        assert answer.status_code == 403
        assert kind.model.objects.filter(pk=pk).exists()
        return
    assert answer.status_code == 204
    assert administrator.get(f"/api/{key}/{pk}").status_code == 404
    assert pk not in [item["id"] for item in administrator.get(f"/api/{key}").json()["items"]]
    assert administrator.get(reverse("record", args=[key, pk])).context["page"]["deleted"]
    assert administrator.post(reverse("record-restore", args=[key, pk])).status_code == 302
    assert administrator.get(f"/api/{key}/{pk}").status_code == 200
    assert administrator.htmx(reverse("record-delete", args=[key, pk])).status_code == 204
    assert administrator.send("post", f"/api/{key}/{pk}/restore").status_code == 200


@pytest.mark.parametrize("key", [key for key in WRITTEN if has(key, "search")])
def test_it_is_found_until_it_is_deleted(administrator, key):
    market = administrator.market
    administrator.send("post", f"/api/{key}", made(market, key))
    record = newest(key)
    words = next(str(value) for name in registry.get(key).search if (value := getattr(record, name)))
    assert record.pk in [hit.id for hit in search.find(words, user=administrator.user, object_types=(key,))]
    if registry.get(key).deletable:
        administrator.send("delete", f"/api/{key}/{record.pk}")
        assert record.pk not in [
            hit.id for hit in search.find(words, user=administrator.user, object_types=(key,))
        ]


@pytest.mark.parametrize("language", ["zh-hans", "zh-hant"])
def test_lists_open_in_every_language(administrator, language):
    administrator.client.cookies["django_language"] = language
    try:
        for key in KINDS:
            assert administrator.part(reverse("list", args=[key])).status_code == 200
    finally:
        del administrator.client.cookies["django_language"]
        translation.activate("en")


def test_a_visitor_without_a_role_sees_nothing_at_all(market: Market):
    """An unknown role is no role: no grant names it."""
    user = User.objects.create_user("ghost", name="ghost", role="ghost")
    market.people.by_role["ghost"] = user
    ghost = Visitor(market, "ghost")
    for key in KINDS:
        assert ghost.part(reverse("list", args=[key])).status_code == 404
    assert ghost.leaks == []
