"""Every role at the warning of likely duplicates: it names what may be seen, by what may be read in full."""

from __future__ import annotations

import pytest
from django.urls import reverse

from kehu.core import registry

from . import expected
from .market import BINNED, word
from .visitor import LINK, kinds

pytestmark = pytest.mark.django_db
WARNING = ("account", "contact", "lead")


def warned(visitor, key, values, pk=None):
    """The ids that the warning links to; the visitor searches the answer for what must not be read."""
    name, place = ("record-likely", [key, pk]) if pk else ("record-likely-new", [key])
    answer = visitor.htmx(reverse(name, args=place), values)
    if answer.status_code != 200:
        return answer.status_code
    return {int(found) for of, found in LINK.findall(answer.text_read) if of == key}


def refused(visitor, key):
    """The status with which a role is refused at the form of a new record; nothing where it is not."""
    if not expected.opens(key, visitor.role):
        return 404
    return None if visitor.role in expected.ADD.get(key, ()) else 403


def test_what_is_typed_is_found_by_those_who_see_the_record_and_by_nobody_else(visitor, wrong):
    for key in WARNING:
        for slot, record in visitor.market.records[key].items():
            found = warned(visitor, key, {"name": word(key, slot), "phone": record.phone})
            if status := refused(visitor, key):
                good = found == status
            elif slot == BINNED or slot not in visitor.visible(key):
                good = record.pk not in found
            else:
                good = record.pk in found
            if not good:
                wrong.append(f"{key} of {slot}: {found}")


def test_a_number_that_may_not_be_read_warns_of_nobody(visitor, wrong):
    for key in WARNING:
        if refused(visitor, key) or "phone" not in expected.closed(key, visitor.role):
            continue
        for slot, record in visitor.market.records[key].items():
            if found := warned(visitor, key, {"phone": record.phone, "email": getattr(record, "email", "")}):
                wrong.append(f"{key} of {slot} by a closed field: {found}")


def test_who_edits_a_record_is_not_warned_of_itself(visitor, wrong):
    for key in WARNING:
        for slot, record in visitor.market.records[key].items():
            found = warned(visitor, key, {"name": word(key, slot), "phone": record.phone}, record.pk)
            if slot == BINNED or slot not in visitor.visible(key):
                good = found == 404
            elif slot in expected.CHANGE[key].get(visitor.role, ()):
                good = found not in (403, 404) and record.pk not in found
            else:
                good = found == 403
            if not good:
                wrong.append(f"{key} of {slot}: {found}")


def test_other_records_have_no_warning_and_odd_values_no_fault(visitor, wrong):
    for key in kinds():
        if registry.get(key).duplicates is None and warned(visitor, key, {"name": "x"}) != 404:
            wrong.append(f"{key} answers")
    for key in WARNING:
        for value in ("", "\x00", "%'\"\\", "9" * 5000, "王", "\U0010ffff", "*", " OR ", "²"):
            found = warned(visitor, key, {"name": value, "phone": value, "email": value, "address": value})
            if found != (refused(visitor, key) or set()):
                wrong.append(f"{key} at {value[:9]!r}: {found}")
