"""Finding in Chinese and otherwise, on both databases; never by what may not be read."""

from __future__ import annotations

import sys

import pytest

from kehu.core import search
from kehu.core.access import roles
from kehu.core.actions import records
from kehu.core.models import User
from kehu.core.tests.company import make, person

pytestmark = pytest.mark.django_db


def found(text: str, role: str = roles.ADMINISTRATOR, **options: object) -> list[str]:
    user = User.objects.filter(username=role).first() or person(role, role)
    return [hit.title for hit in search.find(text, user=user, object_types=("account", "lead"), **options)]


@pytest.fixture
def accounts() -> None:
    for name in ("台灣積體電路", "台中銀行", "银行台", "Grand Hotel", "王小明"):
        make("account", name=name)


@pytest.mark.parametrize(
    ("text", "names"),
    [
        ("积体", ["台灣積體電路"]),
        ("積體", ["台灣積體電路"]),
        ("银行", ["台中銀行", "银行台"]),
        ("台中", ["台中銀行"]),
        ("小明", ["王小明"]),
        ("wxm", ["王小明"]),
        ("wangxiaoming", ["王小明"]),
        ("xiaoming", ["王小明"]),
        ("hot", ["Grand Hotel"]),
        ("GRAND hotel", ["Grand Hotel"]),
        ("otel", []),
        ("王明", []),
        ("", []),
        ("%", []),
        ("' OR 1=1 --", []),
        ('"*', []),
    ],
)  # fmt: skip
def test_it_finds_what_it_should_and_nothing_else(accounts, text, names):
    assert sorted(found(text)) == sorted(names)


def test_parts_that_stand_far_apart_are_no_match(accounts):
    """台中 and 中灣 would each be a pair of some word; the text itself decides."""
    make("account", name="中行台中")
    assert found("台中行") == []


def test_a_number_is_found_by_its_beginning_and_by_its_end():
    make("lead", name="A", number="L-1", phone="+886912345678")
    for text in ("0912345678", "0912 345 678", "912345678", "+886912"):
        assert found(text) == ["A"], text


def test_a_field_that_a_role_reads_masked_does_not_find():
    make("lead", name="A", number="L-1", phone="+886912345678", email="someone@example.com")
    assert found("someone", roles.MARKETING_HEAD) == ["A"]
    assert found("someone", roles.ANALYST) == []
    assert found("0912345678", roles.ANALYST) == []
    assert found("L-1", roles.ANALYST) == ["A"]


def test_records_of_others_do_not_crowd_out_ones_own(monkeypatch):
    monkeypatch.setattr(sys.modules["kehu.core.search.find"], "CANDIDATES", 3)
    rep = person("rep", roles.SALES_REP)
    for number in range(6):
        make("account", name=f"王店{number}")
    make("account", name="王店主", owner=rep)
    assert [hit.title for hit in search.find("王店", user=rep, limit=3)] == ["王店主"]


def test_the_whole_name_comes_first_then_its_beginning():
    for name in ("The big bank", "Bank of Taipei", "Bank"):
        make("account", name=name)
    assert found("bank") == ["Bank", "Bank of Taipei", "The big bank"]


def test_a_changed_name_is_found_and_the_former_is_not():
    by = person("admin")
    account = make("account", name="北方")
    records.edit(record=account, values={"name": "南方"}, by=by)
    assert (found("北方"), found("南方")) == ([], ["南方"])


def test_a_deleted_record_is_not_found_and_a_restored_one_is():
    by = person("admin")
    account = make("account", name="北方")
    records.delete(record=account, by=by)
    assert found("北方") == []
    records.restore(record=account, by=by)
    assert found("北方") == ["北方"]


def test_the_index_keeps_object_types_apart(monkeypatch):
    """However many leads hold a word, the one account with it is among the candidates."""
    monkeypatch.setattr(sys.modules["kehu.core.search.find"], "CANDIDATES", 2)
    for number in range(5):
        make("lead", name="王小明", number=f"L-{number}")
    make("account", name="王小明商行")
    user = person("admin")
    assert [hit.title for hit in search.find("王小", user=user, object_types=("account",), limit=1)] == [
        "王小明商行"
    ]


def test_the_mark_of_a_type_is_nothing_that_can_be_asked_for():
    make("account", name="北方")
    assert found("\ue000account") == found("account") == []


def test_why_names_the_fields_that_hold_the_text_and_may_be_read():
    make("lead", name="王小明", number="L-1", phone="+886912345678", email="wang.xm@example.com")
    for text, role, fields in (
        ("0912-345-678", roles.ADMINISTRATOR, ["phone"]),
        ("wang", roles.ADMINISTRATOR, ["name", "email"]),
        ("wang", roles.ANALYST, ["name"]),
        ("小明", roles.ANALYST, ["name"]),
    ):
        user = User.objects.filter(username=role).first() or person(role, role)
        hits = search.find(text, user=user, object_types=("lead",))
        assert search.why(hits, text, user) == {("lead", hits[0].id): fields}, text
