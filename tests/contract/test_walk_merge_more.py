"""Every role at duplicates: pairs, the merge page and the merge itself reach what may be changed and deleted."""

from __future__ import annotations

from itertools import pairwise

import pytest
from django.urls import reverse

from kehu.core import registry
from kehu.core.duplicates import pairs
from kehu.core.models import Change, DuplicatePair

from . import expected
from .market import BINNED
from .visitor import LINK, kinds

pytestmark = pytest.mark.django_db
MERGED = ("account", "contact", "lead", "x_zqproject")


def may(visitor, key):
    """Whether the role merges records of a kind at all: it changes and deletes some of them."""
    grants = (expected.CHANGE.get(key, {}), expected.DELETE.get(key, {}))
    return key in MERGED and expected.opens(key, visitor.role) and all(visitor.role in one for one in grants)


def reached(visitor, key, slots):
    """Whether the role sees and changes all of these."""
    good = set(visitor.visible(key)) & expected.changeable(key, visitor.role)
    return all(slot != BINNED and slot in good for slot in slots)


def couples(visitor, key):
    """Each record with the next one, in both orders; where nobody merges, the first and the last couple."""
    records = list(visitor.market.records[key].items())
    near = list(pairwise(records))
    if key not in MERGED:
        near = [*near[:1], *near[1:][-1:]]
    return [*near, *((other, one) for one, other in near)]


def paired(visitor, key):
    kind = registry.get(key)
    found = [(a[1].pk, b[1].pk, 0.95, {"name": "same", "phone": "same"}) for a, b in couples(visitor, key)]
    pairs.remember(kind, found)


def test_the_queue_shows_the_pairs_of_which_both_may_be_changed(visitor, wrong):
    for key in kinds():
        url = reverse("duplicates-of", args=[key])
        if not may(visitor, key):
            if (status := visitor.get(url).status_code) != 404:
                wrong.append(f"{key} answers {status}")
            continue
        paired(visitor, key)
        page, api = visitor.get(url), visitor.get(f"/api/{key}/duplicates?size=500")
        shown = {int(pk) for of, pk in LINK.findall(page.text_read) if of == key}
        told = {(pair["one"]["id"], pair["other"]["id"]) for pair in api.json()["items"]}
        want = {
            tuple(sorted((a[1].pk, b[1].pk)))
            for a, b in couples(visitor, key)
            if reached(visitor, key, (a[0], b[0]))
        }
        if told != want:
            wrong.append(f"{key}: a program is told of {sorted(told ^ want)}")
        if shown - {pk for pair in want for pk in pair}:
            wrong.append(f"{key}: the page shows {shown}")
        closed = expected.closed(key, visitor.role)
        if any(reason["field"] in closed for pair in api.json()["items"] for reason in pair["reasons"]):
            wrong.append(f"{key}: what agrees in a closed field is told")
    if not any(may(visitor, key) for key in MERGED) and visitor.get(reverse("duplicates")).status_code != 404:
        wrong.append("the queue is there for nobody")


def test_both_sides_are_shown_to_those_who_may_change_both(visitor, wrong):
    for key in kinds():
        for (one, first), (other, second) in couples(visitor, key):
            url = f"{reverse('object-merge', args=[key])}?ids={first.pk},{second.pk}"
            status = visitor.get(url).status_code
            if not may(visitor, key) or any(
                s == BINNED or s not in visitor.visible(key) for s in (one, other)
            ):
                good = status == 404
            else:
                good = status == (200 if reached(visitor, key, (one, other)) else 403)
            if not good:
                wrong.append(f"{key} {one}, {other} answers {status}")


def test_nobody_merges_or_parts_what_they_may_not(visitor, wrong):
    """Refused by page and program alike, and nothing is written."""
    for key in kinds():
        before = Change.objects.count()
        for (one, first), (other, second) in couples(visitor, key):
            deletes = other in expected.deletable(key, visitor.role)
            if may(visitor, key) and reached(visitor, key, (one, other)):
                if deletes:
                    continue
            else:
                ids = f"{first.pk},{second.pk}"
                parted = visitor.post(reverse("pair-apart", args=[key]), {"ids": ids}).status_code
                told = visitor.send("post", f"/api/{key}/duplicates/apart", {"ids": [first.pk, second.pk]})
                if parted not in (403, 404) or told.status_code not in (403, 404, 405):
                    wrong.append(f"{key} {one}, {other} are parted: {parted}, {told.status_code}")
            sent = {"ids": f"{first.pk},{second.pk}", "survivor": first.pk}
            page = visitor.post(reverse("object-merge", args=[key]), sent).status_code
            body = {"survivor": first.pk, "other": second.pk}
            api = visitor.send("post", f"/api/{key}/merge", body).status_code
            if page not in (403, 404, 422) or api not in (403, 404, 405):
                wrong.append(f"{key} {one}, {other}: {page}, {api}")
        if Change.objects.count() != before or DuplicatePair.objects.filter(object_type=key).exists():
            wrong.append(f"{key}: something was written")


def test_who_may_merges_and_takes_it_back(visitor, wrong):
    for key in MERGED:
        mine = [
            (first, second)
            for (one, first), (other, second) in couples(visitor, key)
            if reached(visitor, key, (one, other)) and other in expected.deletable(key, visitor.role)
        ]
        if not may(visitor, key) or not mine:
            continue
        first, second = mine[0]
        body = {"survivor": first.pk, "other": second.pk}
        done = visitor.send("post", f"/api/{key}/merge", body)
        if done.status_code != 200:
            wrong.append(f"{key}: {done.status_code} {done.text_read[:200]}")
            continue
        gone = visitor.get(f"/api/{key}/{second.pk}").status_code
        back = visitor.send("post", f"/api/batches/{done.json()['batch']}/undo").status_code
        again = visitor.get(f"/api/{key}/{second.pk}").status_code
        good = (gone, back, again) == (404, 200, 200)
        if not good:
            wrong.append(f"{key}: {gone}, {back}, {again}")


def test_odd_requests_are_refused_by_a_sentence(visitor, wrong):
    for key in MERGED:
        if not may(visitor, key):
            continue
        url = reverse("object-merge", args=[key])
        for ids in ("", "x", "1,2,3", "9" * 400, "-1,-2", "\x00", "²", f"{2**64},{2**64 + 1}"):
            for answer in (
                visitor.client.get(url, {"ids": ids}),
                visitor.client.post(url, {"ids": ids, "of.x": "nonsense"}),
                visitor.client.post(reverse("pair-apart", args=[key]), {"ids": ids}),
            ):
                if answer.status_code not in (404, 422):
                    wrong.append(f"{key} at {ids[:9]!r}: {answer.status_code}")
