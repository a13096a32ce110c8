"""Every role tries to write everywhere: refusals come from the right, and say nothing of what is hidden."""

from __future__ import annotations

import pytest
from django.db import transaction
from django.urls import reverse

from kehu.core import changes, registry
from kehu.core.models import Batch, Change

from . import expected
from .market import BINNED
from .people import saved
from .visitor import has, kinds, some

pytestmark = pytest.mark.django_db
WRITTEN = [key for key in kinds() if has(key, "form")]


def test_changing_through_the_api(visitor, wrong):
    for key in WRITTEN:
        for slot, record in some(visitor, key):
            may, sees = slot in expected.changeable(key, visitor.role), slot in visitor.visible(key)
            got = visitor.send("patch", f"/api/{key}/{record.pk}").status_code
            # An adopted scoring model stays as it is, whoever asks.
            if got not in ((404,) if not sees else (200, 409) if may else (403,)):
                wrong.append(f"{key} of {slot}: {got}")


def test_deleting_through_the_api_and_on_the_page(visitor, wrong):
    """What is refused; test_objects deletes."""
    for key in WRITTEN:
        for slot, record in some(visitor, key):
            if slot in expected.deletable(key, visitor.role):
                continue
            status = 403 if slot in visitor.visible(key) else 404
            got = visitor.send("delete", f"/api/{key}/{record.pk}").status_code
            page = visitor.htmx(reverse("record-delete", args=[key, record.pk])).status_code
            if (got, page) != (status, status):
                wrong.append(f"{key} of {slot}: {got}, page {page}")


def test_what_one_may_not_see_cannot_be_restored(visitor, wrong):
    for key in ("account", "contact", "lead", "opportunity", "task"):
        binned = visitor.market.records[key][BINNED]
        if "own" not in visitor.visible(key):
            got = visitor.send("post", f"/api/{key}/{binned.pk}/restore").status_code
            page = visitor.htmx(reverse("record-restore", args=[key, binned.pk])).status_code
            if (got, page) != (404, 404):
                wrong.append(f"{key}: {got}, page {page}")


def test_adding_through_the_api(visitor, wrong):
    for key in WRITTEN:
        got = visitor.send("post", f"/api/{key}").status_code
        there, may = expected.opens(key, visitor.role), expected.may_add(key, visitor.role)
        if got not in ((404,) if not there else (422, 201) if may else (403,)):
            wrong.append(f"{key}: {got}")


def test_closed_fields_cannot_be_set(visitor, wrong):
    for key in WRITTEN:
        for name in expected.closed(key, visitor.role) & set(registry.get(key).form_fields):
            for slot in visitor.visible(key) & set(visitor.market.records[key]):
                pk = visitor.market.records[key][slot].pk
                got = visitor.send("patch", f"/api/{key}/{pk}", {name: "1"}).status_code
                if got != 403:
                    wrong.append(f"{key}.{name}: {got}")


def test_pointing_at_hidden_records_is_answered_as_if_there_were_none(visitor, wrong):
    for key in WRITTEN:
        kind = registry.get(key)
        own = next((slot for slot in visitor.visible(key) & expected.changeable(key, visitor.role)), None)
        if own is None or own not in visitor.market.records[key]:
            continue
        pk = visitor.market.records[key][own].pk
        for name in (name for name in kind.form_fields if kind.kind_of(name) == "record"):
            target = registry.of(kind.field(name).related_model).key
            for slot in visitor.hidden(target) if target in visitor.market.records else ():
                hidden, nobody = visitor.market.records[target][slot].pk, 987_654_321
                answers = [
                    visitor.send("patch", f"/api/{key}/{pk}", {name: given}) for given in (hidden, nobody)
                ]
                if answers[0].status_code != 422 or answers[0].content != answers[1].content:
                    wrong.append(f"{key}.{name} to the {target} of {slot}: {answers[0].content!r}")
                page = visitor.htmx(reverse("record-edit", args=[key, pk]), {name: hidden})
                form = page.context["form"]
                if name in form.fields and name not in form.errors:
                    wrong.append(f"{key}.{name}: the form takes the {target} of {slot}")


def test_buttons_of_hidden_records_are_not_there(visitor, wrong):
    for key in kinds():
        for slot, record in some(visitor, key):
            if slot in visitor.visible(key):
                continue
            addresses = [
                reverse("record-action", args=[key, record.pk, a.key]) for a in registry.get(key).actions
            ]
            addresses += [reverse("record-move", args=[key, record.pk])] if registry.get(key).board else []
            for address in addresses:
                got = visitor.htmx(address, {"to": "qualified"}).status_code
                if got != 404:
                    wrong.append(f"{address}: {got}")


def test_buttons_in_the_api_follow_the_right_to_change(visitor, wrong):
    for key in kinds():
        for action in registry.get(key).actions:
            for slot, record in some(visitor, key):
                with transaction.atomic():  # what one button did must not change what the next may
                    fresh = type(record).everything.get(pk=record.pk)
                    may = slot in expected.changeable(key, visitor.role) or action.allowed(
                        fresh, visitor.user
                    )
                    got = visitor.send("post", f"/api/{key}/{record.pk}/do/{action.key}").status_code
                    transaction.set_rollback(True)
                if slot not in visitor.visible(key):
                    right = got == 404
                else:
                    right = got in (200, 403, 409, 422) if may else got == 403
                if not right:
                    wrong.append(f"{action.key} {key} of {slot}: {got}")


def test_a_button_that_is_not_offered_does_nothing_through_the_api_either(visitor, wrong):
    for kind in (kind for kind in registry.all() if kind.actions):
        for slot, record in some(visitor, kind.key):
            fresh = kind.model.objects.get(pk=record.pk)
            for action in kind.actions:
                offered = action.allowed(fresh, visitor.user)
                with transaction.atomic():
                    got = visitor.send("post", f"/api/{kind.key}/{record.pk}/do/{action.key}").status_code
                    transaction.set_rollback(True)
                if slot not in visitor.visible(kind.key):
                    right = got == 404
                elif offered or slot in expected.changeable(kind.key, visitor.role):
                    right = got in (200, 409, 422) if offered else got in (403, 409, 422)
                else:
                    right = got == 403
                if not right:
                    wrong.append(f"{action.key} {kind.key} of {slot}: {got}")


def test_undo_reaches_no_further_than_the_right(visitor, wrong):
    for change in Change.objects.exclude(object_type__in=("team", "user")):
        slots = visitor.market.records[change.object_type]
        # Definitions that have no slot of their own are the administrator's like those that have one.
        slot = next((name for name, record in slots.items() if record.pk == change.object_id), "only")
        if slot in visitor.visible(change.object_type) or slot == BINNED:
            continue
        answer = visitor.htmx(reverse("change-undo", args=[change.pk]))
        if answer.status_code != 404:
            wrong.append(f"{change} of {slot}: {answer.status_code}")


def test_nobody_undoes_the_batch_of_another(visitor, wrong):
    by = visitor.market.people.owners["mate"]
    with changes.batch("import", by=by, label="ZqBatch") as batch:
        saved(registry.get("region").model(code="zq-batch", name="batch"))
    answer = visitor.post(reverse("batch-undo", args=[batch.pk]))
    if answer.status_code != (302 if visitor.role == expected.AD else 404):
        wrong.append(f"{answer.status_code}")
    assert Batch.objects.get(pk=batch.pk).label == "ZqBatch"


def test_a_refused_deletion_counts_no_records_that_the_role_may_not_see(visitor, wrong):
    """The privacy manager may delete accounts and does not see opportunities."""
    if visitor.role != expected.PM:
        return
    market = visitor.market
    account = saved(registry.get("account").model(name="lonely"))
    deal = registry.get("opportunity").model(
        title="x", number="x", stage=market.only("stage"), account=account
    )
    saved(deal)
    answer = visitor.send("delete", f"/api/account/{account.pk}")
    assert answer.status_code == 409
    sentence = answer.json()["detail"]
    assert "may not see" in sentence
    assert "pportunit" not in sentence
    assert not any(figure in sentence for figure in "0123456789")


def test_a_form_leaves_a_hidden_reference_alone(visitor, wrong):
    """The representative's contact belongs to an account of a stranger; saving the form must not empty it."""
    if visitor.role != expected.SR:
        return
    contact = visitor.market.records["contact"]["own"]
    page = visitor.get(reverse("record-edit", args=["contact", contact.pk]))
    form = page.context["form"]
    assert "account" not in form.fields
    data = {name: form[name].value() or "" for name in form.fields}
    answer = visitor.post(reverse("record-edit", args=["contact", contact.pk]), {**data, "title": "Boss"})
    assert answer.status_code == 302
    stranger = visitor.market.records["account"]["stranger"]
    fresh = registry.get("contact").model.objects.get(pk=contact.pk)
    assert (fresh.title, fresh.account_id) == ("Boss", stranger.pk)
