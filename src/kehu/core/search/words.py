"""Words of names in Latin letters, kept so that a typing mistake still finds them.

Each is stored under itself and under itself without one of its letters; so is what is asked. Two words that share
such a key differ by one letter more, less, other or changed places, or by little more (the idea of SymSpell).
"""

from __future__ import annotations

import re
from collections.abc import Iterable
from functools import cache

from django.db import transaction
from rapidfuzz.distance import OSA

from kehu.core.models.search import SearchWord
from kehu.kit import chinese

WORD = re.compile(r"[a-zà-öø-ɏ]+")
SHORTEST, LONGEST = 4, 24
# From this length on two mistakes are forgiven.
LONG = 8
MOST_KNOWN = 200_000
OFFERED = 3


def learn(titles: Iterable[str]) -> None:
    """Keep the words of names, once the caller's transaction is through: a word that got lost costs nobody a record."""
    found = {word for title in titles for word in latin(title)} - _known()
    if found:
        transaction.on_commit(lambda: _store(found))


def latin(text: str) -> list[str]:
    """The words that typing mistakes are looked for in."""
    folded = chinese.fold(text)
    return [word for word in WORD.findall(folded) if SHORTEST <= len(word) <= LONGEST]


def similar(word: str) -> list[str]:
    """Known words that this one may be meant for, the nearest first."""
    allowed = 2 if len(word) >= LONG else 1
    found = SearchWord.objects.filter(key__in=_keys(word)).values_list("word", flat=True).distinct()
    measured = ((OSA.distance(word, other), other) for other in found if other != word)
    return [other for distance, other in sorted(measured) if distance <= allowed][:OFFERED]


def _store(found: set[str]) -> None:
    rows = [SearchWord(key=key, word=word) for word in sorted(found) for key in sorted(_keys(word))]
    SearchWord.objects.bulk_create(rows, ignore_conflicts=True, batch_size=300)
    if len(_known()) + len(found) < MOST_KNOWN:
        _known().update(found)


def _keys(word: str) -> set[str]:
    return {word, *(word[:place] + word[place + 1 :] for place in range(len(word)))}


@cache
def _known() -> set[str]:
    """What this process has stored already."""
    return set()
