"""In which form values are compared, and what their agreement says."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from kehu.core.duplicates.forms import comparable, level
from kehu.core.duplicates.rule import LIKENESSES, NEAR, OTHER, SAME, Compared, probability


@pytest.mark.parametrize(
    ("by", "one", "other", "expected"),
    [
        ("company", "鼎新電腦股份有限公司", "鼎新电脑", SAME),
        ("company", "上海某某有限责任公司", "上海某某", SAME),
        ("company", "Acme Trading Co., Ltd.", "ACME TRADING", SAME),
        ("company", "Acme Trading", "Beta Trading", OTHER),
        ("company", "公司", "有限公司", OTHER),
        ("company", "台灣ABC有限公司", "台灣XYZ有限公司", OTHER),
        ("name", "王 小明", "王小明", SAME),
        ("name", "陳麗華", "陈丽华", SAME),
        ("name", "王小明", "王晓明", NEAR),
        ("name", "Smith John", "John Smith", NEAR),
        ("name", "Jonathan Smith", "Jonathon Smith", NEAR),
        ("name", "王小明", "李大同", OTHER),
        ("phone", "0912-345-678", "+886 912 345 678", SAME),
        ("phone", "+886912345678", "+886912345679", OTHER),
        ("email", "Wang@Example.COM", "wang@example.com", SAME),
        ("email", "wang1@example.com", "wang2@example.com", OTHER),
        ("text", "信義路一段 7 號", "信义路一段7号", SAME),
        ("text", "12 Giblin Street East", "13 Giblin Street East", OTHER),
        ("code", "1999-01-01", "19990101", SAME),
        ("code", "19990101", "19990110", NEAR),
        ("code", "12", "13", OTHER),
    ],
)
def test_two_writings_are_the_same_near_or_other(by, one, other, expected):
    assert level(by, comparable(by, one, "TW"), comparable(by, other, "TW")) == expected


@pytest.mark.parametrize("by", LIKENESSES)
@given(one=st.text(max_size=30), other=st.text(max_size=30))
def test_comparing_knows_no_order_and_fails_at_nothing(by, one, other):
    one, other = comparable(by, one, "TW"), comparable(by, other, "TW")
    assert level(by, one, one) == SAME
    assert level(by, one, other) == level(by, other, one)


@pytest.mark.parametrize("by", LIKENESSES)
def test_agreement_speaks_for_a_pair_and_difference_against_it(by):
    likeness = LIKENESSES[by]
    assert likeness.weight(SAME) > 0 > likeness.weight(OTHER)
    assert likeness.weight(SAME) > likeness.weight(NEAR) or not likeness.near


def test_without_any_weight_a_pair_is_as_likely_as_before():
    assert probability(0, 0.001) == pytest.approx(0.001)
    assert probability(1e9, 0.001) == 1
    assert probability(-1e9, 0.001) < 1e-15


def test_a_rule_that_cannot_be_compared_is_refused_when_it_is_declared():
    with pytest.raises(ValueError):
        Compared("colour", ("name",))
    with pytest.raises(ValueError):
        Compared("name", ("name", "company_name"))
