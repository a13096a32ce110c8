"""What can be wrong with a translated text, beyond its being there."""

import re
from collections.abc import Iterator
from functools import cache
from pathlib import Path

from babel.messages.catalog import Message

TERMS = Path(__file__).with_name("mainland_terms.txt")
# Characters of one script are (nearly) all missing from the other's old standard.
STANDARD = {"zh_Hans": ("gb2312", "traditional"), "zh_Hant": ("big5", "simplified")}
_PLACEHOLDER = re.compile(r"%\(\w+\)[sd]|%[sd]|\{\w*\}")
_HAN = re.compile(r"[\u4e00-\u9fff]")


def strings(message: Message) -> list[str]:
    """The translations of a message; none while it is untranslated."""
    given = message.string if isinstance(message.string, tuple | list) else (message.string,)
    return [string for string in given if string]


def problems(message: Message, language: str) -> Iterator[str]:
    """Ends of sentences that begin with the text."""
    if message.fuzzy:
        yield "is marked fuzzy: check the translation and remove the mark"
    translated = strings(message)
    if not translated:
        yield "has no translation"
    for string in translated:
        yield from _placeholders(message, string)
        yield from _characters(string, language)
        if language == "zh_Hant":
            yield from _terms(string)


def _placeholders(message: Message, string: str) -> Iterator[str]:
    id_ = message.id
    wanted = {
        name
        for text in (id_ if isinstance(id_, tuple | list) else (id_,))
        for name in _PLACEHOLDER.findall(text)
    }
    found = set(_PLACEHOLDER.findall(string))
    if unknown := found - wanted:
        yield f"→ {string!r}: {', '.join(sorted(unknown))} is not in the original"
    if lost := wanted - found:
        yield f"→ {string!r}: {', '.join(sorted(lost))} is missing"


def _characters(string: str, language: str) -> Iterator[str]:
    encoding, other = STANDARD[language]
    for character in _HAN.findall(string):
        try:
            character.encode(encoding)
        except UnicodeEncodeError:
            yield f"→ {string!r}: {character} looks {other}"


def _terms(string: str) -> Iterator[str]:
    for word, better, allowed in terms():
        rest = string
        for compound in allowed:
            rest = rest.replace(compound, "")
        if word in rest:
            yield f"→ {string!r}: {word} is not Taiwan's word, write {better}"


@cache
def terms() -> tuple[tuple[str, str, tuple[str, ...]], ...]:
    """(word of the mainland in traditional characters, Taiwan's word, compounds in which it is right)."""
    lines = (line.split("#")[0].split() for line in TERMS.read_text("utf-8").splitlines())
    return tuple((line[0], line[1], tuple(line[2:])) for line in lines if line)
