"""Every role at the type-ahead of every object type: offered is what may be seen, told what may be read."""

from __future__ import annotations

import json

import pytest
from django.urls import reverse

from kehu.core import registry

from . import expected
from .market import BINNED, word
from .visitor import kinds

pytestmark = pytest.mark.django_db


def offered(visitor, key, words):
    """The ids that the type-ahead answers with; the visitor searches the answer for what must not be read."""
    answer = visitor.get(f"{reverse('lookup', args=[key])}?q={words}")
    if answer.status_code != 200:
        return answer.status_code
    return {int(found["id"]) for found in json.loads(answer.content)["results"]}


def test_without_words_it_offers_what_the_role_sees_and_nothing_else(visitor, wrong):
    for key in kinds():
        found = offered(visitor, key, "")
        if found != (visitor.ids(key) if expected.opens(key, visitor.role) else 404):
            wrong.append(f"{key}: {found}")


def test_a_name_is_offered_to_those_who_see_the_record_and_to_nobody_else(visitor, wrong):
    for key in kinds():
        if not expected.opens(key, visitor.role) or not registry.get(key).search:
            continue
        for slot, record in visitor.market.records[key].items():
            found = offered(visitor, key, word(key, slot))
            if slot == BINNED and found:
                wrong.append(f"{key} in the recycle bin: {found}")
            if slot not in visitor.visible(key) and record.pk in found:
                wrong.append(f"{key} of {slot}: {found}")


def test_a_closed_field_neither_finds_a_record_nor_stands_in_its_note(visitor, wrong):
    for key in ("lead", "contact", "account"):
        for slot in visitor.visible(key) - {BINNED}:
            record = visitor.market.records[key][slot]
            if expected.closed(key, visitor.role) and record.pk in offered(visitor, key, record.phone[-8:]):
                wrong.append(f"{key} of {slot} is found by a closed telephone number")
