"""Values in the form in which they are compared: one script, one case, no separators, no legal form of a company."""

from __future__ import annotations

import re
from functools import lru_cache
from itertools import groupby

from rapidfuzz.distance import OSA, JaroWinkler

from kehu.core.duplicates.rule import EXACT, NEAR, OTHER, SAME, SOUNDING
from kehu.kit import chinese, phones, text

ALIKE = 0.9
# Shorter codes differ by one character too easily.
LONG_CODE = 5
_DIGIT = re.compile(r"\d")
_WORDS = re.compile(r"[^\W_]+")
_HAN_FORM = re.compile(r"(?:股份|有限责任|责任|有限)*(?:有限)?公司$|(?:股份|有限责任)有限$")
_LATIN_FORM = frozenset(
    (
        "co",
        "company",
        "corp",
        "corporation",
        "inc",
        "incorporated",
        "ltd",
        "limited",
        "llc",
        "llp",
        "plc",
        "gmbh",
        "ag",
        "kg",
        "sa",
        "sas",
        "bv",
        "pte",
        "pty",
        "kk",
    )
)


def comparable(by: str, value: object, country: str) -> str:
    """A value as it is compared; nothing where it says nothing."""
    written = "" if value is None else str(value).strip()
    return _comparable(by, written, country) if written else ""


@lru_cache(maxsize=50_000)
def _comparable(by: str, written: str, country: str) -> str:
    if by == "phone":
        return phones.normalise(written, country) or _digits(written)
    if by == "email":
        try:
            return text.email_key(written)
        except ValueError:
            return chinese.fold(written)
    words = _WORDS.findall(chinese.fold(written))
    if by == "code":
        return "".join(words)
    if by == "text" and any(map(chinese.is_han, "".join(words))):
        return "".join(words)
    return _company(words) if by == "company" else _joined(words)


def _digits(written: str) -> str:
    found = "".join(re.findall(r"\d", chinese.fold(written)))
    return found if len(found) > LONG_CODE else ""


def _joined(words: list[str]) -> str:
    """王 小明 is 王小明; words in Latin letters stay apart."""
    return "".join(words) if all(map(chinese.is_han, words)) else " ".join(words)


def _company(words: list[str]) -> str:
    """The name without its legal form."""
    kept = list(words)
    while len(kept) > 1 and (kept[-1] in _LATIN_FORM or _HAN_FORM.fullmatch(kept[-1])):
        kept.pop()
    if kept:
        kept[-1] = _HAN_FORM.sub("", kept[-1]) or kept[-1]
    return _joined(kept)


@lru_cache(maxsize=50_000)
def sound(form: str) -> str:
    """How a comparable name sounds: pinyin of Han, words in one order."""
    return " ".join(sorted(map(_spoken, form.split())))


def _spoken(word: str) -> str:
    parts = groupby(word, chinese.is_han)
    return "".join(
        "".join(chinese.pinyin(run) if han else run) for han, some in parts for run in ["".join(some)]
    )


def level(by: str, one: str, other: str) -> str:
    """Whether two comparable values are the same, near each other, or other; the warehouse says it in SQL.

    Texts with other numbers in them are never near: the next house is another one.
    """
    if one == other:
        return SAME
    if by in SOUNDING and sound(one) == sound(other):
        return NEAR
    if by == "code":
        longest = max(len(one), len(other))
        return NEAR if longest >= LONG_CODE and OSA.distance(one, other) <= 1 else OTHER
    if by in EXACT or (by == "text" and _DIGIT.findall(one) != _DIGIT.findall(other)):
        return OTHER
    return NEAR if JaroWinkler.similarity(one, other) >= ALIKE else OTHER
