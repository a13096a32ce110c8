"""What a column makes of a text is what one value would make of it, quick forms or not."""

from __future__ import annotations

from datetime import UTC, datetime

import pytest

from kehu.core import imports, registry
from kehu.core.imports.blocks import Typist
from kehu.core.imports.values import Reader
from kehu.core.models import Company
from kehu.core.tests.company import person
from kehu.kit.tables import Row

pytestmark = pytest.mark.django_db
FIELDS = {
    "name": {"column": "name"},
    "email": {"column": "mail"},
    "phone": {"column": "phone"},
    "captured_at": {"column": "when"},
    "language": {"column": "language", "values": {"繁體": "zh-hant"}},
    "birth_year": {"column": "year"},
    "landing_page": {"columns": ["name", "mail"], "join": "/"},
    "kind": {"value": "company"},
    "region": {"column": "language"},
}
TEXTS = {
    "name": [
        "王小明",
        " 王 小明 ",
        "Ann",
        "Zoë",
        "a\u200bb",
        "\u202eevil",
        "a\nb",
        "𠮷田",
        "x" * 200,
        "x" * 201,
        "<b>",
        "",
        "e\u0301",
    ],
    "mail": [
        "a@b.cn",
        "A.b+c@Sub-x.Example.COM",
        "a@b",
        "a@b..cn",
        "x@" + "d" * 60 + ".cn",
        "王@例子.cn",
        "<a@b.cn>",
        "a b@c.cn",
        "",
    ],
    "phone": [
        "0912345678",
        "0912-345-678",
        "+886 912 345 678",
        "09123",
        "02-2345-6789",
        "+86 138 1234 5678",
        "n/a",
        "０９１２３４５６７８",
        "",
    ],
    "when": [
        "2010-08-31 07:05",
        "2010-08-31T07:05:09",
        "2010-08-31",
        "2010-02-30 10:00",
        "2010-08-31 7:05",
        "31st of May",
        "2010-08-31 24:00",
        "",
    ],
    "language": ["zh-hant", "繁體", "Traditional Chinese", "klingon", ""],
    "year": ["1970", "1,970", "-5", "x", "99999999", ""],
}
HEADER = tuple(TEXTS)


def rows() -> list[Row]:
    """Every text in its column, beside sound ones."""
    sound = {name: texts[0] for name, texts in TEXTS.items()}
    cells = [[{**sound, name: text}[column] for column in HEADER] for name in TEXTS for text in TEXTS[name]]
    return [Row(number, row) for number, row in enumerate(cells, 2)]


@pytest.mark.parametrize("country", ["TW", "CN"])
@pytest.mark.parametrize("written", ["", "ymd", "%Y-%m-%d %H:%M"])
def test_a_column_says_of_each_text_what_one_value_says(country, written):
    Company.objects.update_or_create(pk=1, defaults={"country": country})
    kind = registry.get("lead")
    fields = {**FIELDS, "captured_at": {"column": "when", "format": written}}
    mapping = imports.mapping_of({"fields": fields}, kind)
    reader = Reader(kind, mapping, HEADER, person("admin"), None)
    block = Typist(reader).block(rows())
    told = {reject.row.number: reject.problem for reject in block.rejected}
    places = {number: place for place, number in enumerate(block.numbers)}
    for row in rows():
        expected, problem = {}, ""
        for name, source in mapping.fields.items():
            try:
                expected[name] = reader.settled(name, source, reader.given(source, row.cells))
            except ValueError as error:
                problem = problem or f"{source.label or name}: {error}"
        assert told.get(row.number, "") == problem
        if not problem:
            place = places[row.number]
            found = {name: values[place] for name, values in block.columns.items()}
            if not row.cells[HEADER.index("when")]:  # the moment of the reading
                assert isinstance(found.pop("captured_at"), datetime) and expected.pop("captured_at")
            assert found == expected
            assert block.row(place) == row


def test_moments_come_in_one_zone_so_that_two_processes_mean_the_same():
    kind = registry.get("lead")
    mapping = imports.mapping_of({"fields": FIELDS}, kind)
    reader = Reader(kind, mapping, HEADER, person("admin"), None)
    block = Typist(reader).block(rows()[:1])
    assert block.columns["captured_at"][0].tzinfo is UTC


def test_a_block_is_cut_into_parts_that_hold_each_row_once():
    kind = registry.get("lead")
    mapping = imports.mapping_of({"fields": FIELDS}, kind)
    block = Typist(Reader(kind, mapping, HEADER, person("admin"), None)).block(rows())
    parts = list(block.parts(7))
    numbers = [number for part in parts for number in part.numbers]
    rejected = [reject.row.number for part in parts for reject in part.rejected]
    assert (numbers, sorted(rejected)) == (block.numbers, sorted(r.row.number for r in block.rejected))
    assert sum(part.read for part in parts) == block.read and parts[-1].last == block.last
    assert all(number <= part.last for part in parts for number in part.numbers)
    assert all(len(part.texts.open_texts) == len(part.numbers) for part in parts)
