"""A running test of two or three arms, day by day."""

import numpy as np
import pytest

from kehu.capture.experiments.live import judge, planned_size, running
from kehu.capture.experiments.sequential import PLANNED, Tally


def arm(generator, rate, days=40, daily=200):
    return running([Tally.of_rate(daily, int(generator.binomial(daily, rate))) for _ in range(days)])


def test_the_best_arm_wins_once_it_has_beaten_each_other():
    generator = np.random.default_rng(5)
    found = judge(
        {"a": arm(generator, 0.10), "b": arm(generator, 0.11), "c": arm(generator, 0.16)},
        shares=[1, 1, 1], effect=0.1,
    )  # fmt: skip
    assert (found.verdict, found.winner, found.ratio) == ("c wins", "c", "ok")
    assert 0 < found.decided < 39
    assert found.arms[0].course is None


def test_several_arms_alike_have_hardly_ever_a_winner():
    generator = np.random.default_rng(6)
    winners = sum(
        bool(judge({name: arm(generator, 0.1, 30) for name in "abcd"}, shares=[1] * 4, effect=0).winner)
        for _ in range(100)
    )
    assert winners <= 5


def test_outcomes_that_come_days_later_are_no_difference():
    """Whoever comes today answers within two weeks: the last days look worse in all arms alike."""
    generator, wrong = np.random.default_rng(8), 0
    for _ in range(200):
        arms = {}
        for name in "ab":
            events = np.zeros(60, int)
            for day in range(30):
                late = generator.integers(0, 14, generator.binomial(200, 0.1))
                np.add.at(events, day + late, 1)
            arms[name] = running([Tally.of_rate(200, int(count)) for count in events[:30]])
        wrong += judge(arms, shares=[1, 1], effect=0).winner != ""
    assert wrong / 200 <= 0.05 + 4 * (0.05 * 0.95 / 200) ** 0.5


def test_a_broken_split_silences_the_figures():
    generator = np.random.default_rng(9)
    found = judge(
        {"a": arm(generator, 0.1, daily=200), "b": arm(generator, 0.3, daily=230)}, shares=[1, 1], effect=0.1
    )
    assert (found.verdict, found.winner) == ("sample ratio broken", "")


def test_before_anybody_came_there_is_no_winner():
    assert judge({"a": [], "b": []}, shares=[1, 1], effect=0.1).verdict == "no winner yet"
    nobody = [Tally(0, 0, 0, 0)]
    assert judge({"a": nobody, "b": nobody}, shares=[1, 1], effect=0.1).verdict == "no winner yet"


@pytest.mark.parametrize("rate, effect", [(0, 0.1), (1, 0.1), (0.1, 0), (0.5, 1e-9)])
def test_without_a_rate_the_usual_size_is_planned(rate, effect):
    assert planned_size(rate, effect, 2) == PLANNED


def test_the_planned_size_is_the_advice():
    assert planned_size(0.13, 0.02 / 0.13, 2) == 4720
    assert planned_size(0.13, 0.02 / 0.13, 3) > 4720
    assert planned_size(0.13, 0.1, 2, money=True) > planned_size(0.13, 0.1, 2)
    assert planned_size(0.9, 0.5, 2) > 0
