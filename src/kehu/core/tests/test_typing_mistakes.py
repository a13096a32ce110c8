"""A name with a typing mistake still leads to the record, for those who may see it."""

from __future__ import annotations

import pytest

from kehu.core import search
from kehu.core.access import roles
from kehu.core.actions import records
from kehu.core.search import words
from kehu.core.tests.company import make, person

pytestmark = pytest.mark.django_db(transaction=True)


@pytest.fixture(autouse=True)
def nothing_known():
    words._known.cache_clear()
    yield
    words._known.cache_clear()


@pytest.fixture
def accounts(nothing_known) -> None:
    for name in ("Johnson Controls", "Grand Hotel", "Müller Maschinenbau", "Grander"):
        make("account", name=name)


@pytest.mark.parametrize(
    ("text", "meant", "names"),
    [
        ("Jonson", "johnson", ["Johnson Controls"]),
        ("Johnsno", "johnson", ["Johnson Controls"]),
        ("johnson contrlos", "johnson controls", ["Johnson Controls"]),
        ("Grnad hotel", "grand hotel", ["Grand Hotel"]),
        ("mashcinenbau", "maschinenbau", ["Müller Maschinenbau"]),
        ("Zzzzzz", "", []),
        ("jon", "", []),
    ],
)  # fmt: skip
def test_the_nearest_word_that_finds_something_is_taken(accounts, text, meant, names):
    user = person("admin")
    assert search.find(text, user=user, object_types=("account",)) == []
    found, hits = search.find_similar(text, user=user, object_types=("account",))
    assert (found, [hit.title for hit in hits]) == (meant, names)


def test_a_word_of_records_that_one_may_not_see_is_never_offered(accounts):
    rep = person("rep", roles.SALES_REP)
    assert search.find_similar("Jonson", user=rep) == ("", [])


def test_a_word_of_a_record_that_is_gone_is_not_offered():
    by = person("admin")
    account = make("account", name="Johnson Controls")
    records.delete(record=account, by=by)
    assert search.find_similar("Jonson", user=by) == ("", [])
