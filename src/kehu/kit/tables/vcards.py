"""Address cards (vCard 2.1 to 4.0) as a table: a row for each card, a column for whatever any card says."""

from __future__ import annotations

import re
from collections.abc import Iterator
from functools import partial
from pathlib import Path

from django.utils.translation import gettext

from kehu.kit.tables.cards import Card, Property, cards_of
from kehu.kit.tables.delimited import given_encoding
from kehu.kit.tables.detect import Encoding, encoding_of
from kehu.kit.tables.model import Row, Table, TableError

# In the order of the table. The names are those of the file format's world, the same in every language.
COLUMNS = (
    "Full name", "Last name", "First name", "Middle name", "Name prefix", "Name suffix", "Nickname", "Company",
    "Department", "Job title", "Role", "E-mail", "Mobile", "Phone", "Fax", "Address", "Street", "City", "State",
    "Postal code", "Country", "Website", "Birthday", "Anniversary", "Gender", "Language", "Categories", "Note", "UID",
)  # fmt: skip
_NAME = ("Last name", "First name", "Middle name", "Name prefix", "Name suffix")
_PLACE = {"Street": 2, "City": 3, "State": 4, "Postal code": 5, "Country": 6}
_SINGLE = {
    "NICKNAME": "Nickname", "TITLE": "Job title", "ROLE": "Role", "BDAY": "Birthday", "ANNIVERSARY": "Anniversary",
    "GENDER": "Gender", "CATEGORIES": "Categories", "NOTE": "Note", "UID": "UID",
}  # fmt: skip
_CJK = re.compile("[\u3400-\u9fff]")
_DAY = re.compile(r"(\d{4})-?(\d\d)-?(\d\d)(?:T.*)?")


def open_vcards(path: Path, *, encoding: str | None = None) -> Table:
    """A table from a file of cards. It is read twice: first for the columns that any card fills."""
    found, _lines = encoding_of(path) if encoding is None else given_encoding(path, encoding)
    used: set[str] = set()
    count = 0
    for card in _cards(path, found):
        used |= values_of(card).keys()
        count += 1
    if not used:
        raise TableError(gettext("The file holds no address card."))
    header = tuple(sorted(used, key=_order))
    rows = partial(_rows, path, found, header)
    return Table(
        header,
        "vcard",
        rows,
        encoding=found.name,
        estimate=count,
        header_row=0,
        evidence={"encoding": found.why},
    )


def _cards(path: Path, encoding: Encoding) -> Iterator[Card]:
    with path.open(encoding=encoding.codec, errors="replace", newline=None) as file:
        yield from cards_of(iter(partial(file.readline, 1 << 20), ""))


def _rows(path: Path, encoding: Encoding, header: tuple[str, ...]) -> Iterator[Row]:
    """The number of a row is that of its card."""
    for number, card in enumerate(_cards(path, encoding), 1):
        values = values_of(card)
        cells = [values.get(name, "") for name in header]
        problem = ""
        if not card.complete:
            problem = gettext("The card has no end.")
        elif card.broken:
            problem = gettext("The card holds a line that says nothing: “%(line)s”.") % {"line": card.broken}
        elif any("\ufffd" in cell for cell in cells):
            problem = gettext("The card holds bytes that are not %(encoding)s.") % {
                "encoding": encoding.name.upper()
            }
        elif any("\0" in cell for cell in cells):
            problem = gettext("The card holds a zero character.")
        yield Row(number, cells, problem)


def values_of(card: Card) -> dict[str, str]:
    """What a card says, by column; the preferred of several comes first, the others are numbered from 2."""
    found: dict[str, list[str]] = {}
    for item in sorted(card.properties, key=lambda item: item.preference):
        for column, value in _columns(item):
            if value and value not in found.setdefault(column, []):
                found[column].append(value)
    values = {
        (column if place == 1 else f"{column} {place}"): value
        for column, several in found.items()
        for place, value in enumerate(several, 1)
    }
    if values and "Full name" not in values and (name := _composed(values)):
        values["Full name"] = name
    return values


def _composed(values: dict[str, str]) -> str:
    """The name of a card without FN, in the order of its writing; else its company."""
    last, first = values.get("Last name", ""), values.get("First name", "")
    if _CJK.search(last + first):
        return last + first
    return " ".join(part for part in (first, last) if part) or values.get("Company", "")


def _columns(item: Property) -> Iterator[tuple[str, str]]:
    name = item.name
    if name == "FN":
        yield "Full name", item.text
    elif name == "N":
        yield from zip(_NAME, item.parts, strict=False)
    elif name == "ORG":
        yield from zip(
            ("Company", "Department"), [item.parts[0], " / ".join(filter(None, item.parts[1:]))], strict=True
        )
    elif name == "EMAIL":
        yield "E-mail", re.sub("^mailto:", "", item.text, flags=re.IGNORECASE)
    elif name == "TEL":
        yield _kind_of_phone(item), _phone(item.text)
    elif name == "ADR":
        parts = [" ".join(part.split()) for part in item.parts]
        yield "Address", ", ".join(filter(None, parts))
        yield from ((column, parts[place]) for column, place in _PLACE.items() if place < len(parts))
    elif name == "URL":
        yield "Website", item.text
    elif name == "LANG":
        yield "Language", item.text
    elif column := _SINGLE.get(name):
        yield column, _DAY.sub(r"\1-\2-\3", item.text) if column in ("Birthday", "Anniversary") else item.text


def _kind_of_phone(item: Property) -> str:
    if "fax" in item.types:
        return "Fax"
    return "Mobile" if item.types & {"cell", "mobile", "iphone"} else "Phone"


def _phone(text: str) -> str:
    """`tel:+1-418-656-9254;ext=102` as people write it."""
    number = re.sub("^tel:", "", text, flags=re.IGNORECASE)
    return re.sub(";ext=", " ext. ", number, flags=re.IGNORECASE)


def _order(column: str) -> tuple[int, int]:
    name, _space, number = column.rpartition(" ")
    if number.isdecimal() and name in COLUMNS:
        return COLUMNS.index(name), int(number)
    return COLUMNS.index(column), 1
