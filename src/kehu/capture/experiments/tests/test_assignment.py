"""Visitors and the arms they are in."""

from collections import Counter

from scipy.stats import chi2_contingency, chisquare

from kehu.capture.experiments.assignment import assign

SHARES = [("a", 50), ("b", 30), ("c", 20)]


def test_a_visitor_stays_in_an_arm_for_good():
    """The exact arms: another way of working them out would move people who are in a test."""
    assert [assign("spring", f"visitor {n}", SHARES) for n in range(12)] == list("bcbcbbaccaca")


def test_visitors_are_split_by_the_shares():
    counts = Counter(assign("spring", str(n), SHARES) for n in range(20_000))
    assert chisquare([counts[arm] for arm in "abc"], [10_000, 6000, 4000]).pvalue > 0.001


def test_two_experiments_split_the_same_visitors_independently():
    pairs = Counter((assign("one", str(n), SHARES), assign("two", str(n), SHARES)) for n in range(20_000))
    table = [[pairs[one, other] for other in "abc"] for one in "abc"]
    assert chi2_contingency(table).pvalue > 0.001


def test_names_that_run_together_are_kept_apart():
    arms = [(assign("x:1", str(n), SHARES), assign("x", f"1:{n}", SHARES)) for n in range(100)]
    assert any(one != other for one, other in arms)


def test_an_arm_without_a_share_gets_nobody():
    assert {assign("e", str(n), [("a", 0), ("b", 1)]) for n in range(50)} == {"b"}
    assert assign("e", "v", [("a", 0)]) == ""
    assert assign("e", "\ud800 ", [("a", 1)]) == "a"
