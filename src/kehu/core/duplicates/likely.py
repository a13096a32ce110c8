"""While somebody types: the records that this one may already be, among those that they may see."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from django.utils.translation import gettext as _

from kehu.core import access, search
from kehu.core.duplicates import forms
from kehu.core.duplicates.pairs import apart_from
from kehu.core.duplicates.rule import LIKENESSES, NEAR, OTHER, SAME, SOUNDING, Compared, probability
from kehu.core.models import Company
from kehu.core.models.values import held
from kehu.kit import chinese

if TYPE_CHECKING:
    from kehu.core.models import User
    from kehu.core.registry import ObjectType

# Whoever types a record often has met it before: not one in a million, as two rows of a file.
PRIOR = 1e-3
CANDIDATES = 40
SHOWN = 5
LONGEST = 200


@dataclass(frozen=True)
class Likely:
    """A record that may be the same, and why: the fields that agree, as the user reads them."""

    record: Any
    probability: float
    reasons: tuple[str, ...]


def likely(
    kind: ObjectType, values: Mapping[str, Any], user: User, *, but: int | None = None
) -> list[Likely]:
    """At most five records that these values may be about, likeliest first; nothing for an object without a rule.

    Only what the user may see is compared, and only by fields that the user reads in full: a warning never tells
    what a list would not. `but` is the record that is being edited.
    """
    if kind.duplicates is None or not access.sees(user, kind):
        return []
    country = Company.current().country
    asked = _asked(kind, values, user, country)
    ids = _candidates(kind, asked, user) - {but} - (apart_from(kind, but) if but else set())
    records = kind.model.objects.visible_to(user).in_bulk(sorted(ids))
    found = [
        weighed
        for record in records.values()
        if (weighed := _weigh(kind, asked, record, country)).probability >= kind.duplicates.warns_from
    ]
    found.sort(key=lambda one: (-one.probability, -one.record.pk))
    return found[:SHOWN]


Asked = list[tuple[Compared, set[str]]]


def readable(kind: ObjectType, user: User) -> list[Compared]:
    """What of the rule the user may read in full."""
    compared: list[Compared] = []
    for part in kind.duplicates.compared if kind.duplicates else ():
        fields = tuple(name for name in part.fields if kind.policy.reads(name, user))
        if fields:
            compared.append(Compared(part.by, fields))
    return compared


def _asked(kind: ObjectType, values: Mapping[str, Any], user: User, country: str) -> Asked:
    found = [
        (part, _forms(part, (values.get(name) for name in part.fields), country))
        for part in readable(kind, user)
    ]
    return [(part, asked) for part, asked in found if asked]


def _forms(part: Compared, values: Iterable[Any], country: str) -> set[str]:
    return {
        form
        for value in values
        if (form := forms.comparable(part.by, str(value or "").replace("\x00", "")[:LONGEST], country))
    }


def _candidates(kind: ObjectType, asked: Asked, user: User) -> set[int]:
    """By the search index: each value by itself, names also by their sound and with a typing mistake."""
    found: set[int] = set()
    for part, values in asked:
        for value in values:
            texts = [value, *((_heard(value),) if part.by in SOUNDING else ())]
            hits = [hit for text in texts for hit in _find(kind, text, user)]
            if not hits and part.by in SOUNDING:
                hits = search.find_similar(value, user=user, limit=CANDIDATES, object_types=(kind.key,))[1]
            found |= {hit.id for hit in hits}
    return found


def _heard(name: str) -> str:
    return "".join(chinese.pinyin(name)) or ""


def _find(kind: ObjectType, text: str, user: User) -> list[search.Hit]:
    # One character or letter is held by half of all names.
    if len(text) < 2:
        return []
    return search.find(text, user=user, limit=CANDIDATES, object_types=(kind.key,))


def _weigh(kind: ObjectType, asked: Asked, record: Any, country: str) -> Likely:
    weight, reasons = 0.0, []
    for part, values in asked:
        stored = _forms(part, (held(record, name) for name in part.fields), country)
        if not stored:
            continue
        levels = {forms.level(part.by, one, other) for one in values for other in stored}
        best = SAME if SAME in levels else NEAR if NEAR in levels else OTHER
        weight += LIKENESSES[part.by].weight(best)
        if best != OTHER:
            reasons.append(reason(kind.label_of(part.fields[0]), best))
    return Likely(record, probability(weight, PRIOR), tuple(reasons))


def reason(label: Any, level: str) -> str:
    """Why two records look alike, as a user reads it."""
    if level == SAME:
        return _("%(field)s: the same") % {"field": label}
    return _("%(field)s: alike") % {"field": label}
