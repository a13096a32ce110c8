"""Every role at the search box: found is what may be seen, by what may be read."""

from __future__ import annotations

import pytest
from django.urls import reverse

from kehu.core import search

from . import expected
from .market import BINNED, word
from .visitor import has, kinds

pytestmark = pytest.mark.django_db
# Found by their name; receipts and spend lines are called by day and order.
SEARCHED = [key for key in kinds() if has(key, "search") and key not in ("receipt", "spend_line")]


def test_a_name_finds_the_record_for_those_who_see_it_and_nobody_else(visitor, wrong):
    for key in SEARCHED:
        for slot in set(visitor.market.records[key]) - {BINNED}:
            record = visitor.market.records[key][slot]
            hits = {(hit.kind.key, hit.id) for hit in search.find(word(key, slot), user=visitor.user)}
            if hits != ({(key, record.pk)} if slot in visitor.visible(key) else set()):
                wrong.append(f"{key} of {slot}: {hits}")


def test_what_is_in_the_recycle_bin_is_not_found(visitor, wrong):
    for key in ("account", "contact", "lead", "opportunity", "task"):
        if search.find(word(key, BINNED), user=visitor.user):
            wrong.append(key)


def test_a_common_beginning_finds_all_of_ones_own_and_no_other(visitor, wrong):
    for key in SEARCHED:
        hits = search.find(word(key, ""), user=visitor.user, limit=100, object_types=(key,))
        if {hit.id for hit in hits} != visitor.ids(key):
            wrong.append(f"{key}: {[hit.title for hit in hits]}")


@pytest.mark.parametrize("address", ["search", "palette"])
def test_the_pages_of_the_search_show_the_same(visitor, wrong, address):
    for key in ("account", "lead", "opportunity", "task", "plan"):
        text = visitor.get(f"{reverse(address)}?q={word(key, '')}").text_read
        if visitor.words_of(key, text) != visitor.visible(key) & set(visitor.market.records[key]) - {BINNED}:
            wrong.append(f"{key}: {visitor.words_of(key, text)}")


def test_a_telephone_number_or_address_finds_only_for_those_who_may_read_it(visitor, wrong):
    for key, phone, mail in (
        ("lead", "88622345{}733", "zqmaillead{}"),
        ("contact", "88622345{}722", "zqmailcontact{}"),
    ):
        for number, slot in enumerate(visitor.market.people.owners, start=1 if key == "lead" else 0):
            record = visitor.market.records[key][slot]
            reads = slot in visitor.visible(key) and not expected.closed(key, visitor.role)
            for text in (phone.format(number), mail.format(slot)):
                hits = {hit.id for hit in search.find(text, user=visitor.user, object_types=(key,))}
                if hits != ({record.pk} if reads else set()):
                    wrong.append(f"{key} by {text}: {hits}")
                page = visitor.get(f"/api/{key}?q={text}") if expected.opens(key, visitor.role) else None
                if page is not None and page.json()["count"] != int(reads):
                    wrong.append(f"{key}: the list counts {page.json()['count']} for {text}")
