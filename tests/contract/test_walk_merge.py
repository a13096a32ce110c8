"""Every role at duplicates: pages, merging, keeping apart reach what may be changed and deleted, and tell no more."""

from __future__ import annotations

from itertools import pairwise

import pytest
from django.urls import reverse

from kehu.core import registry
from kehu.core.duplicates import pairs
from kehu.core.models import DuplicatePair

from . import expected
from .market import BINNED
from .visitor import kinds

pytestmark = pytest.mark.django_db
MERGED = ("account", "contact", "lead", "x_zqproject")


def couples(visitor, key):
    """Neighbours among the records of a kind, each with its slot."""
    return list(pairwise(visitor.market.records[key].items()))


def reachable(visitor, key, *slots):
    """Whether the role may see and change all of these."""
    seen = all(slot != BINNED and slot in visitor.visible(key) for slot in slots)
    return seen and all(slot in expected.changeable(key, visitor.role) for slot in slots)


def test_who_may_merge_is_who_may_change_and_delete(visitor, wrong):
    for key in kinds():
        kind = registry.get(key)
        may = (
            key in MERGED
            and expected.opens(key, visitor.role)
            and bool(expected.changeable(key, visitor.role))
            and bool(expected.deletable(key, visitor.role))
        )
        url = reverse("duplicates-of", args=[key])
        status = visitor.read(visitor.client.get(url), url).status_code
        offered = key in MERGED and pairs.may_merge(kind, visitor.user)
        if (status == 200) != offered or (status == 200 and not may):
            wrong.append(f"{key} answers {status}")


def test_two_are_shown_side_by_side_to_who_may_change_both(visitor, wrong):
    for key in MERGED:
        kind = registry.get(key)
        for (slot, one), (next_slot, other) in couples(visitor, key):
            url = f"{reverse('object-merge', args=[key])}?ids={one.pk},{other.pk}"
            status = visitor.read(visitor.client.get(url), url).status_code
            good = pairs.may_merge(kind, visitor.user) and reachable(visitor, key, slot, next_slot)
            if (status == 200) != good or status not in (200, 403, 404):
                wrong.append(f"{key}: {slot} and {next_slot} answer {status}")


def test_the_queue_shows_the_pairs_of_which_both_may_be_changed(visitor, wrong):
    for key in MERGED:
        kind = registry.get(key)
        found = [
            (one.pk, other.pk, 0.99, {"name": "same"}) for (_s, one), (_t, other) in couples(visitor, key)
        ]
        pairs.remember(kind, found)
        if not pairs.may_merge(kind, visitor.user):
            continue
        url = reverse("duplicates-of", args=[key])
        text = visitor.read(visitor.client.get(url), url).text_read
        for (slot, one), (next_slot, other) in couples(visitor, key):
            low, high = sorted((one.pk, other.pk))
            if (f'value="{low},{high}"' in text) != reachable(visitor, key, slot, next_slot):
                wrong.append(f"{key}: the pair of {slot} and {next_slot}")


def test_nobody_decides_about_what_they_may_not_change(visitor, wrong):
    for key in MERGED:
        for (slot, one), (next_slot, other) in couples(visitor, key):
            if reachable(visitor, key, slot, next_slot):
                continue
            sent = {"ids": f"{one.pk},{other.pk}", "survivor": one.pk}
            for name in ("pair-apart", "object-merge"):
                url = reverse(name, args=[key])
                status = visitor.read(visitor.client.post(url, sent), url).status_code
                if status not in (403, 404):
                    wrong.append(f"{key}: {name} of {slot} and {next_slot} answers {status}")
    assert not DuplicatePair.objects.exclude(state=DuplicatePair.State.OPEN).exists()
