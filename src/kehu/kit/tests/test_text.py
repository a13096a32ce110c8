from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from kehu.kit.text import clean_text, email_key, normalise_email, slug


def test_control_and_unseen_characters_are_taken_out() -> None:
    assert clean_text(" a\x07b\u202ec\ufeff\x7f ") == "abc"
    assert clean_text("one\r\ntwo\tthree") == "one two three"
    assert clean_text(" one \r\ntwo\u2028three ", lines=True) == "one\ntwo\nthree"
    assert clean_text("家\u200d") == "家\u200d"


@pytest.mark.parametrize("text", ["a\x00b", "\ud800"])
def test_text_that_no_database_keeps_is_refused(text: str) -> None:
    with pytest.raises(ValueError, match="cannot be kept"):
        clean_text(text)


@given(st.text(st.characters(exclude_categories=["Cs"], exclude_characters="\x00")), st.booleans())
def test_cleaning_a_clean_text_changes_nothing(text: str, lines: bool) -> None:
    once = clean_text(text, lines=lines)
    assert clean_text(once, lines=lines) == once
    assert "\r" not in once


@pytest.mark.parametrize(
    ("text", "address"),
    [
        ("Ann.Lee@Example.COM", "Ann.Lee@example.com"),
        ("　ann＠example.com ", "ann@example.com"),
        ("<mailto:ann@example.com>", "ann@example.com"),
        ("ann@例子.中国", "ann@xn--fsqu00a.xn--fiqs8s"),
        ("ann@example.com.", "ann@example.com"),
    ],
)
def test_mail_addresses_take_one_form(text: str, address: str) -> None:
    assert normalise_email(text) == address


@pytest.mark.parametrize(
    "text", ["", "ann", "@example.com", "ann@", "a b@example.com", "ann@exa..com", "ann@" + "a" * 70]
)
def test_what_is_no_mail_address_is_refused_with_a_sentence(text: str) -> None:
    with pytest.raises(ValueError, match="is not an e-mail address"):
        normalise_email(text)


def test_two_spellings_of_one_mailbox_share_their_key() -> None:
    assert email_key("ANN@Example.com") == email_key("ann@example.com")


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("春季促销 2010", "chun-ji-cu-xiao-2010"),
        ("iXX上市發表", "ixx-shang-shi-fa-biao"),
        ("Café d'Été", "cafe-dete"),
        ("../../etc/passwd", "etc-passwd"),
        ("🙂", "page"),
    ],
)
def test_slugs_are_plain_letters_and_digits_in_chinese_too(text: str, expected: str) -> None:
    assert slug(text) == expected


@given(st.text())
def test_every_text_gives_a_slug_that_an_address_can_hold(text: str) -> None:
    made = slug(text)
    assert made
    assert made == slug(made)
    assert set(made) <= set("abcdefghijklmnopqrstuvwxyz0123456789-")
