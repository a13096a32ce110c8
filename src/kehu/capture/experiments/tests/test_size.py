"""How large a test has to be, by two published ways."""

import pytest

from kehu.capture.experiments.size import for_means, needed
from kehu.core.errors import Refused


def test_the_published_sizes_come_out_by_their_methods():
    assert needed(base=0.13, lift=0.02).arcsine == 4720
    assert needed(base=0.20, lift=0.05).miller == 1030


def test_a_fall_takes_about_as_many_as_a_rise_from_there():
    assert needed(base=0.15, lift=-0.02).arcsine == 4720


def test_more_arms_power_and_certainty_take_more_people():
    plain = needed(base=0.1, lift=0.02).arcsine
    assert needed(base=0.1, lift=0.02, arms=4).arcsine > plain
    assert needed(base=0.1, lift=0.02, power=0.9).arcsine > plain
    assert needed(base=0.1, lift=0.02, alpha=0.01).arcsine > plain
    assert needed(base=0.1, lift=0.02, arms=3).alpha == 0.025


@pytest.mark.parametrize(
    "base, lift", [(0.9999, 0.00005), (0.5, 0.4999), (0.97, -0.9), (0.0001, 0.5), (0.6, 0.39)]
)
def test_rates_at_the_ends_have_an_answer(base, lift):
    found = needed(base=base, lift=lift)
    assert found.arcsine >= 1
    assert found.miller >= 1


def test_means_take_sixteen_times_the_squared_spread():
    """Lehr's rule: 16 s²/d² for 80 % at 5 %."""
    assert for_means(deviation=10, difference=1) == pytest.approx(1600, rel=0.03)
    assert for_means(deviation=0, difference=1) == 0


@pytest.mark.parametrize(
    "given, sentence",
    [
        ({"base": 13, "lift": 2}, "The rate lies between 0 and 1"),
        ({"base": 0, "lift": 0.1}, "The rate lies between 0 and 1"),
        ({"base": float("nan"), "lift": 0.1}, "The rate lies between 0 and 1"),
        ({"base": 0.5, "lift": 0}, "The lift is the difference that matters"),
        ({"base": 0.9, "lift": 0.2}, "stays between 0 and 1"),
        ({"base": 0.9, "lift": float("nan")}, "stays between 0 and 1"),
        ({"base": 0.1, "lift": 0.1, "power": 1}, "The power lies between"),
        ({"base": 0.1, "lift": 0.1, "alpha": 0}, "The error (alpha) lies between"),
        ({"base": 0.1, "lift": 0.1, "arms": 1}, "two to twenty arms"),
        ({"base": 0.5, "lift": 1e-9}, "no test is large enough"),
    ],
)
def test_what_has_no_size_is_refused_by_a_sentence(given, sentence):
    with pytest.raises(Refused) as refused:
        needed(**given)
    assert sentence in str(refused.value)
