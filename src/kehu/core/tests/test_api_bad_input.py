"""Whatever is sent is kept as it is, or refused with a sentence; nothing fails."""

from __future__ import annotations

import json

import pytest

from kehu.core import registry
from kehu.core.tests.calling import caller, problem_of, send
from kehu.core.tests.company import make, person

pytestmark = pytest.mark.django_db
KEPT = [
    "<script>alert(1)</script>",
    '"><img src=x onerror=alert(1)>',
    "{{ 7*7 }}{% debug %}",
    "👨‍👩‍👧‍👦 emoji 🇹🇼",
    "مرحبا \u202eright to left\u202c",
    "Ａ全角　空白",
    "=HYPERLINK(1)",
    "'; DROP TABLE leads_lead; --",
    "\u0301combining first",
    "line\nbreak\ttab",
    "𠮷野家",
]


@pytest.fixture
def client():
    return caller(person("admin"))


@pytest.mark.parametrize("text", KEPT)
def test_text_is_kept_as_it_is_and_shown_safely(client, text):
    answer = send(client, "post", "/api/lead", {"name": text, "company_name": text})
    assert answer.status_code == 201, answer.content
    pk = answer.json()["id"]
    assert client.get(f"/api/lead/{pk}").json()["name"] == text
    client.force_login(person("boss"))
    page = client.get(f"/o/lead/{pk}").content.decode() + client.get("/o/lead").content.decode()
    assert "<script>alert" not in page and "<img src=x" not in page


@pytest.mark.parametrize("kind", [kind.key for kind in registry.all() if kind.form])
def test_every_text_field_of_every_object_withstands_every_text(client, kind):
    declared = registry.get(kind)
    for text in (
        "<b>x</b>",
        "x" * 10_000,
        "a\x00b",
        "🐉" * 300,
        "\u202e",
        " ",
        "\ufffe",
        "1e400",
        "-0",
        "9" * 400,
    ):
        for name in declared.form_fields:
            for body in ({name: text}, {name: [text]}, {name: {"a": text}}):
                answer = send(client, "post", f"/api/{kind}", body)
                assert answer.status_code in (201, 403, 404, 409, 422), (name, text[:20], answer.content)
                if answer.status_code != 201:
                    problem_of(answer)


NUMBERS = [
    "0",
    "-1",
    "1e999",
    "-1e999",
    "9" * 30,
    "1" + "0" * 400,
    "0.1e-400",
    "true",
    "null",
    "[]",
    "{}",
    '""',
    "1.5",
]


@pytest.mark.parametrize("kind", [kind.key for kind in registry.all() if kind.form])
def test_every_field_withstands_every_number_and_moment(client, kind):
    declared = registry.get(kind)
    moments = [
        "0001-01-01T00:00:00+14:00",
        "9999-12-31T23:59:59-14:00",
        "2010-02-30",
        "-1",
        "10000-01-01",
        "2010",
    ]
    for text in [*NUMBERS, *(json.dumps(moment) for moment in moments)]:
        for name in declared.form_fields:
            answer = send(client, "post", f"/api/{kind}", f'{{"{name}": {text}}}')
            assert answer.status_code in (201, 400, 403, 404, 409, 422), (name, text[:20], answer.content)


@pytest.mark.parametrize(
    "body",
    [
        '{"name": "\\ud800"}',
        '{"name": "a\\udfffb"}',
        '{"\\ud800": 1}',
        '{"name": NaN}',
        '{"name": Infinity}',
        '{"name": ' + "[" * 20_000 + "]" * 20_000 + "}",
        '{"name": ' + '{"a":' * 2_000 + "1" + "}" * 2_000 + "}",
        '{"birth_year": ' + "9" * 5_000 + "}",
        b'{"name": "\xff\xfe"}',
        b"\xff\xfe",
        '{"name": "x"',
        "x" * 100_000,
        b"\xef\xbb\xbf{}",
    ],
)
def test_what_is_no_sound_json_is_refused(client, body):
    answer = send(client, "post", "/api/lead", body)
    assert answer.status_code in (400, 422), answer.content
    problem_of(answer)
    assert not registry.get("lead").model.objects.exists()


@pytest.mark.parametrize(
    "query",
    [
        "q=%00", "q=%ED%A0%80", "q=" + "x" * 5_000, "sort=%00", "page=%00", "page=" + "x" * 5_000, "size=1e3",
        "size=99999999999999999999", "score-from=1e999999", "score-from=NaN", "captured_at-from=0000-00-00",
        "captured_at-to=9999-12-31", "captured_at-from=0001-01-01", "owner=99999999999999999999", "owner=%00",
        "stage=%00", "fields=%00", "fields=" + "x." * 500 + "y", "include_deleted=maybe", "owner=" + "9" * 5000,
    ],
)  # fmt: skip
def test_a_query_that_makes_no_sense_is_refused_or_finds_nothing(client, query):
    make("lead", name="A", number="1")
    answer = client.get(f"/api/lead?{query}")
    assert answer.status_code in (200, 422), answer.content


@pytest.mark.parametrize("pk", ["0", "9" * 18, str(2**63 - 1), str(2**63), "9" * 100])
def test_a_number_that_no_record_has_is_not_found(client, pk):
    for address in (f"/api/lead/{pk}", f"/api/lead/{pk}/history", f"/api/batches/{pk}"):
        problem_of(client.get(address), 404)
    problem_of(send(client, "patch", f"/api/lead/{pk}", {"name": "x"}), 404)
    problem_of(send(client, "post", f"/api/batches/{pk}/undo"), 404)


def test_huge_marks_of_history_are_refused(client):
    lead = make("lead", name="A", number="1")
    for before in ("-1", str(2**63), "x"):
        problem_of(client.get(f"/api/lead/{lead.pk}/history?before={before}"), 422)
