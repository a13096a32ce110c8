"""Chinese text: folding for comparison, tokens for search, pinyin, the order of names.

Characters are folded one by one, never by phrase: a phrase table keeps 乾 in 乾隆 and makes it 干 elsewhere,
so that two characters of a text would no longer be found in it.
"""

from __future__ import annotations

import os
import re
import unicodedata
from collections.abc import Iterable
from functools import cache
from typing import Any

_HAN = "\u3005\u3007\u3400-\u4dbf\u4e00-\u9fff\uf900-\ufaff\U00020000-\U000323af"
_RUN = re.compile(rf"[{_HAN}]+")
_GAP_IN_HAN = re.compile(rf"(?<=[{_HAN}])[\s·‧・•]+(?=[{_HAN}])")
_NUMBER = re.compile(r"\d+(?:[-. ()/]{1,3}\d+)*")
_GROUPS = re.compile(r"\d+")
_CODE = re.compile(r"([A-Za-z]{1,4})(\d{1,30})")
_WORD = re.compile(rf"[^\W_{_HAN}]+")
_LONGEST_WORD = 40
_LONGEST_RUN_WITH_PINYIN = 30
_LONGEST_NAME = 4
_TRUNK_ZERO = ("886", "86", "81", "82")
_NO_TRUNK = ("852", "853", "65")

_SURNAMES = {
    "曾": "zeng", "单": "shan", "仇": "qiu", "解": "xie", "查": "zha", "区": "ou", "朴": "piao", "翟": "zhai",
    "乐": "yue", "缪": "miao", "盖": "ge", "种": "chong", "尉": "wei", "秘": "bi", "折": "she", "黑": "he",
}  # fmt: skip
_PHRASES = {
    "银行": ("yin", "hang"),
    "重庆": ("chong", "qing"),
    "长城": ("chang", "cheng"),
    "长江": ("chang", "jiang"),
    "厦门": ("xia", "men"),
}


class _FoldedCharacters(dict[int, str]):
    """The simplified form of each character, looked up once and kept."""

    def __missing__(self, code: int) -> str:
        character = chr(code)
        folded = character
        if _RUN.match(character):
            while (simpler := _converter("t2s").convert(folded)) != folded:
                folded = simpler
        self[code] = folded
        return folded


class _Readings(dict[str, str]):
    """The first reading of each character in pinyin without tones, looked up once and kept."""

    def __missing__(self, character: str) -> str:
        reading = _lazy_pinyin()(character, errors="ignore")
        self[character] = reading[0] if reading else ""
        return self[character]


_FOLDED = _FoldedCharacters()
_READINGS = _Readings()


def fold(text: str) -> str:
    """The form in which texts are compared: one width, one case, simplified characters, single spaces."""
    if text.isascii():
        return " ".join(text.lower().split())
    folded = text
    while (again := unicodedata.normalize("NFKC", folded).casefold()) != folded:
        folded = again
    return " ".join(folded.translate(_FOLDED).split())


def search_tokens(text: str) -> list[str]:
    """What an index stores for a text, each token once.

    Han: every character, every pair, and for each run its pinyin and initials (for names also from the second
    character on). Other words whole: the index looks them up by their beginning. Numbers without their
    separators from every group on, so that 0912-345-678 is found by 0912345 and by 345678.
    """
    if text.isascii() and (code := _CODE.fullmatch(text)):  # such as a record's number
        return [code[2], text.lower()]
    folded = fold(text)
    tokens: dict[str, None] = {}
    if not folded.isascii():
        joined = _GAP_IN_HAN.sub("", folded)
        for run in _RUN.findall(folded):
            if joined != folded or len(run) > _LONGEST_NAME:
                tokens.update(dict.fromkeys(_pinyin_tokens(run)))
        folded = joined
        for run in _RUN.findall(folded):
            tokens.update(dict.fromkeys(run))
            tokens.update(dict.fromkeys(_pairs(run)))
            if len(run) <= _LONGEST_NAME:
                tokens.update(dict.fromkeys(_pinyin_tokens(run)))
    for number in _NUMBER.finditer(folded):
        tokens.update(dict.fromkeys(_number_tokens(number, folded)))
    for word in _WORD.findall(folded):
        tokens[word[:_LONGEST_WORD]] = None
    return list(tokens)


def query_tokens(text: str) -> list[str]:
    """What to look up: all of these must be found, those that are words (`is_word`) by their beginning."""
    folded = _GAP_IN_HAN.sub("", fold(text))
    tokens: dict[str, None] = {}
    for run in _RUN.findall(folded):
        tokens.update(dict.fromkeys(_pairs(run) if len(run) > 1 else run))
    tokens.update(dict.fromkeys(_words_asked(folded)))
    return list(tokens)


def is_word(token: str) -> bool:
    """Whether a query token is looked up by its beginning (a word or number) instead of exactly (Han)."""
    return _RUN.match(token) is None


def match(query: str, text: str) -> bool:
    """Whether the text truly answers the query: pairs found far apart do not, for instance."""
    asked = _GAP_IN_HAN.sub("", fold(query))
    runs, words = _RUN.findall(asked), list(_words_asked(asked))
    if not runs and not words:
        return False
    folded = _GAP_IN_HAN.sub("", fold(text))
    if not all(run in folded for run in runs):
        return False
    if not words:
        return True
    stored = search_tokens(text)
    return all(any(token.startswith(word) for token in stored) for word in words)


def runs(text: str) -> list[str]:
    """The Han characters of a text as they stand together, folded."""
    return _RUN.findall(_GAP_IN_HAN.sub("", fold(text)))


def holds(asked: Iterable[str], folded: str) -> bool:
    """Whether a folded text holds all of these runs of Han characters."""
    joined = _GAP_IN_HAN.sub("", folded)
    return all(run in joined for run in asked)


def pinyin(text: str) -> list[str]:
    """The syllables of the Han characters of a text, without tones; everything else is left out."""
    return [syllable for run in _RUN.findall(fold(text)) for syllable in _syllables(run)]


def name_order(family: str, given: str, language: str) -> str:
    """A person's full name: 王小明 everywhere, John Smith; with one Han part the language decides."""
    family, given = family.strip(), given.strip()
    if not family or not given:
        return family or given
    family_is_han, given_is_han = is_han(family), is_han(given)
    if family_is_han and given_is_han:
        return family + given
    if (family_is_han or given_is_han) and language.lower().startswith("zh"):
        return f"{family} {given}"
    return f"{given} {family}"


def is_han(text: str) -> bool:
    """Whether a text is written in Chinese characters only."""
    return _RUN.fullmatch(text) is not None


def to_simplified(text: str) -> str:
    """By phrase, for readers; to compare texts use `fold`."""
    return _converter("t2s").convert(text)


def to_traditional_tw(text: str) -> str:
    """Taiwan's characters and terms, by phrase. For tests: interface texts are written, never converted."""
    return _converter("s2twp").convert(text)


def _pairs(run: str) -> list[str]:
    return [run[place : place + 2] for place in range(len(run) - 1)]


def _pinyin_tokens(run: str) -> Iterable[str]:
    syllables = _syllables(run[:_LONGEST_RUN_WITH_PINYIN])
    starts = range(len(syllables)) if len(run) <= _LONGEST_NAME else range(1)
    for start in starts:
        yield "".join(syllables[start:])[:_LONGEST_WORD]
        if len(syllables) - start > 1:
            yield "".join([syllable[0] for syllable in syllables[start:]])


def _syllables(run: str) -> list[str]:
    syllables = [_READINGS[character] for character in run]
    if len(run) <= _LONGEST_NAME and run[0] in _SURNAMES:
        syllables[0] = _SURNAMES[run[0]]
    for phrase, reading in _PHRASES.items():
        if (place := run.find(phrase)) >= 0:
            syllables[place : place + len(reading)] = reading
    return [syllable for syllable in syllables if syllable]


def _number_tokens(number: re.Match[str], text: str) -> Iterable[str]:
    groups = _GROUPS.findall(number[0])
    for start in range(len(groups)):
        yield "".join(groups[start:])[:_LONGEST_WORD]
    if text[number.start() - 1 : number.start()] == "+":
        digits = "".join(groups)
        yield from (
            form for code in _TRUNK_ZERO if digits.startswith(code) for form in _national(digits, code)
        )
        yield from (digits[len(code) :] for code in _NO_TRUNK if digits.startswith(code))


def _national(digits: str, code: str) -> tuple[str, str]:
    rest = digits[len(code) :].removeprefix("0")
    return rest, f"0{rest}"


def _words_asked(folded: str) -> Iterable[str]:
    """Digits that form one number count as one word, other words as they are."""
    place = 0
    for number in _NUMBER.finditer(folded):
        groups = _GROUPS.findall(number[0])
        before, after = folded[number.start() - 1 : number.start()], folded[number.end() : number.end() + 1]
        if len(groups) == 1 or _WORD.match(before) or _WORD.match(after):
            continue
        if " " in number[0] and len("".join(groups)) < 7:
            continue
        yield from _words(folded[place : number.start()])
        yield "".join(groups)[:_LONGEST_WORD]
        place = number.end()
    yield from _words(folded[place:])


def _words(folded: str) -> Iterable[str]:
    return (word[:_LONGEST_WORD] for word in _WORD.findall(folded))


@cache
def _converter(name: str) -> Any:
    import opencc

    return opencc.OpenCC(name)


@cache
def _lazy_pinyin() -> Any:
    # Its phrase table costs 45 MB a process; names are read character by character anyway.
    os.environ.setdefault("PYPINYIN_NO_PHRASES", "true")
    from pypinyin import lazy_pinyin

    return lazy_pinyin
