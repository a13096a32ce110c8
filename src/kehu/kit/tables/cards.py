"""The syntax of vCard 2.1, 3.0 and 4.0: folded lines, parameters, quoted-printable, escaped characters.

Read as a stream, a card at a time. Pictures, sounds and keys are passed over without being kept.
"""

from __future__ import annotations

import quopri
import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field

PASSED_OVER = {"PHOTO", "LOGO", "SOUND", "KEY", "X-ABCROP-RECTANGLE"}
LONGEST = 200_000
MOST_PROPERTIES = 1_000
_HEAD = re.compile(r'((?:[^":]|"[^"]*")*):(.*)', re.DOTALL)
_PARAMETER = re.compile(r';((?:[^";]|"[^"]*")*)')
_ESCAPED = re.compile(r"\\(.)", re.DOTALL)


@dataclass(frozen=True)
class Property:
    """One line of a card: `types` in lower case, the value still with its escapes."""

    name: str
    value: str
    types: frozenset[str] = frozenset()
    preference: int = 100

    @property
    def text(self) -> str:
        return unescaped(self.value)

    @property
    def parts(self) -> list[str]:
        """The parts of a name or an address, cut at semicolons that are not escaped."""
        return [unescaped(part) for part in re.split(r"(?<!\\);", self.value)]


@dataclass
class Card:
    properties: list[Property] = field(default_factory=list)
    complete: bool = False
    broken: str = ""


def cards_of(lines: Iterable[str]) -> Iterator[Card]:
    """The cards of a file; one without its end, or with a line that is no property, says so."""
    card: Card | None = None
    depth = 0
    last = ""
    for line in _unfolded(lines):
        start = line.strip().upper()
        if start == "BEGIN:VCARD":
            if card is not None and last == "AGENT":
                depth += 1  # the card of an assistant inside the card
                continue
            if card is not None:
                yield card
            card, depth, last = Card(), 0, ""
        elif card is None:
            continue
        elif start == "END:VCARD":
            if depth:
                depth -= 1
                continue
            card.complete = True
            yield card
            card = None
        elif not depth:
            last = _take(card, line, last)
    if card is not None:
        yield card


def _take(card: Card, line: str, last: str) -> str:
    """Add a line to a card; returns the name of its property."""
    found = parsed(line)
    if found is None:
        if line.strip() and last not in PASSED_OVER:
            card.broken = card.broken or line.strip()[:60]
        return last
    if found.name not in PASSED_OVER and len(card.properties) < MOST_PROPERTIES:
        card.properties.append(found)
    return found.name


def parsed(line: str) -> Property | None:
    """A property from its unfolded line; nothing where it has no colon."""
    split = _HEAD.fullmatch(line)
    if split is None:
        return None
    head, value = split.groups()
    name = head.partition(";")[0].rpartition(".")[2].strip().upper()
    parameters = [text for text in _PARAMETER.findall(head) if text]
    types: set[str] = set()
    charset, coded, preference = "utf-8", "", 100
    for parameter in parameters:
        key, equals, given = parameter.partition("=")
        given, key = given.strip().strip('"'), key.strip().upper()
        if not equals:
            types.add(key.lower())
            coded = key if key in ("QUOTED-PRINTABLE", "BASE64") else coded
        elif key == "TYPE":
            types.update(part.strip().lower() for part in given.split(","))
        elif key == "CHARSET":
            charset = given
        elif key == "ENCODING":
            coded = given.upper()
        elif key == "PREF" and given.isdecimal() and len(given) < 4:
            preference = int(given)
    if "pref" in types:
        preference = 0
    if coded == "QUOTED-PRINTABLE":
        value = _unquoted(value, charset)
    return Property(name, value, frozenset(types), preference)


def _unquoted(value: str, charset: str) -> str:
    raw = quopri.decodestring(value.encode("utf-8", "replace"))
    try:
        return raw.decode({"gb2312": "gb18030", "gbk": "gb18030"}.get(charset.lower(), charset), "replace")
    except (LookupError, ValueError):
        return raw.decode("utf-8", "replace")


def unescaped(text: str) -> str:
    return _ESCAPED.sub(lambda found: "\n" if found[1] in "nN" else found[1], text).strip()


def _unfolded(lines: Iterable[str]) -> Iterator[str]:
    """Whole lines: those that begin with a blank belong to the one before, as do soft breaks of quoted-printable."""
    held: str | None = None
    for raw in lines:
        line = raw.rstrip("\r\n")
        if held is not None and held.endswith("=") and _is_quoted(held):
            held = _longer(held[:-1], line)
        elif held is not None and line[:1] in (" ", "\t") and line.strip():
            held = _longer(held, line[1:])
        else:
            if held is not None:
                yield held
            held = line[:LONGEST]
    if held is not None:
        yield held


def _longer(held: str, more: str) -> str:
    """A line with its continuation; what is passed over anyway, or has no end, does not grow."""
    if len(held) > LONGEST or _name(held) in PASSED_OVER:
        return held
    return held + more


def _name(line: str) -> str:
    return re.split("[;:]", line[:80], maxsplit=1)[0].rpartition(".")[2].strip().upper()


def _is_quoted(line: str) -> bool:
    return "QUOTED-PRINTABLE" in line.partition(":")[0].upper()
