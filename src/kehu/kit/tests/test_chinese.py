from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from kehu.kit import chinese

han = st.text(st.characters(min_codepoint=0x4E00, max_codepoint=0x9FFF), min_size=2, max_size=8)


@given(st.text())
def test_folding_a_folded_text_changes_nothing(text: str) -> None:
    assert chinese.fold(chinese.fold(text)) == chinese.fold(text)


def test_width_case_script_and_spaces_do_not_count_when_texts_are_compared() -> None:
    assert chinese.fold("　ＡＢＣ　臺灣　 後臺\n") == "abc 台湾 后台"
    assert chinese.fold("乾隆") == chinese.fold("乾") + "隆"
    assert chinese.fold("Straße") == "strasse"


@given(han, han)
def test_any_two_neighbouring_characters_find_the_text(before: str, asked: str) -> None:
    text = before + asked
    tokens = set(chinese.search_tokens(text))
    for place in range(len(text) - 1):
        pair = text[place : place + 2]
        assert set(chinese.query_tokens(pair)) <= tokens
        assert chinese.match(pair, text)


@pytest.mark.parametrize(
    ("query", "text"),
    [
        ("王", "王小明"),
        ("小明", "王小明"),
        ("王 小明", "王小明"),
        ("王小明", "王 小明"),
        ("陈", "陳美玲"),
        ("陳美", "陈美玲"),
        ("台積", "臺灣積體 台积电"),
        ("wangxiaoming", "王小明"),
        ("Wang", "王小明"),
        ("xiaoming", "王小明"),
        ("wxm", "王小明"),
        ("xm", "王小明"),
        ("zeng", "曾國藩"),
        ("txkj", "騰訊科技有限公司"),
        ("zhongguoyinhang", "中國銀行"),
        ("王 xm", "王小明"),
        ("0912345678", "0912-345-678"),
        ("0912-345-678", "+886912345678"),
        ("0912 345 678", "+886912345678"),
        ("912345", "+886912345678"),
        ("51234567", "+852 5123 4567"),
        ("345-678", "王小明 12 0912-345-678"),
        ("2010-08", "2010-08-31"),
        ("ann@exam", "Ann.Lee <ann@example.com>"),
        ("so-2010-7", "SO-2010-7"),
        ("so-2010", "SO-2010-7"),
        ("3m", "3M 台灣"),
        ("cafe 24", "Cafe 24 7"),
    ],
)
def test_people_and_companies_are_found_the_way_they_are_typed(query: str, text: str) -> None:
    assert chinese.match(query, text)
    stored = chinese.search_tokens(text)
    for token in chinese.query_tokens(query):
        assert any(kept.startswith(token) if chinese.is_word(token) else kept == token for kept in stored), (
            token
        )


@pytest.mark.parametrize(
    ("query", "text"),
    [
        ("明王", "王小明"),
        ("王小明", "王小 小明"),
        ("", "王"),
        ("  ", "王"),
        ("ming", "Flaming"),
        ("李", "王小明"),
    ],
)
def test_what_the_text_does_not_hold_is_not_found(query: str, text: str) -> None:
    assert not chinese.match(query, text)


@given(st.text(max_size=30))
def test_a_text_finds_itself_whenever_it_holds_a_word(text: str) -> None:
    if chinese.query_tokens(text):
        assert chinese.match(text, text)


def test_tokens_hold_no_space_so_that_an_index_may_join_them_with_one() -> None:
    assert all(" " not in token for token in chinese.search_tokens("王 小明 a b 12 34 (0) 5"))


def test_names_stand_in_the_order_of_their_writing() -> None:
    assert chinese.name_order("王", "小明", "en") == "王小明"
    assert chinese.name_order("Smith", "John", "zh-hans") == "John Smith"
    assert chinese.name_order("王", "Peter", "zh-hant") == "王 Peter"
    assert chinese.name_order("王", "Peter", "en") == "Peter 王"
    assert chinese.name_order("王", "", "en") == "王"


def test_conversion_for_readers_goes_by_phrase() -> None:
    assert chinese.to_traditional_tw("软件") == "軟體"
    assert chinese.to_simplified("乾隆") == "乾隆"
