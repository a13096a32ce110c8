"""The four things that a finished test can say, and the figures under them."""

import pytest

from kehu.core.errors import Refused


def test_a_small_test_has_no_winner_yet_and_says_how_many_people_it_takes(analysed):
    found = analysed(control=(500, 65), treatment=(500, 75)).outcomes[0]
    assert (found.verdict, found.winner) == ("no winner yet", "")
    assert found.margin == pytest.approx(0.13 * 0.05)
    assert found.needed > 40_000


def test_a_clear_difference_has_a_winner(analysed):
    found = analysed(control=(5000, 650), treatment=(5000, 800)).outcomes[0]
    assert found.verdict == "treatment wins"
    better = found.arms[1]
    assert better.verdict == "better"
    assert 0.01 < better.against.interval[0] < better.against.difference < better.against.interval[1]


def test_the_control_may_win(analysed):
    found = analysed(control=(5000, 800), treatment=(5000, 650)).outcomes[0]
    assert (found.verdict, found.arms[1].verdict) == ("control wins", "worse")


def test_a_large_test_without_difference_says_so(analysed):
    assert (
        analysed(control=(60_000, 30_000), treatment=(60_000, 30_010)).outcomes[0].verdict == "no difference"
    )


def test_a_margin_decides_what_no_difference_is(analysed):
    arms = {"control": (2000, 1000), "treatment": (2000, 1010)}
    assert analysed(**arms).outcomes[0].verdict == "no winner yet"
    assert analysed({"margin": 0.06}, **arms).outcomes[0].verdict == "no difference"


def test_arms_that_are_not_as_large_as_meant_are_not_to_be_trusted(analysed):
    arms = {"control": (9000, 900), "treatment": (1000, 300)}
    found = analysed(**arms)
    assert found.ratio == "broken"
    assert found.outcomes[0].verdict == "sample ratio broken"
    assert not found.outcomes[0].winner
    meant = analysed({"shares": {"treatment": 0.1}}, **arms)
    assert (meant.ratio, meant.ratio_p) == ("ok", 1.0)
    assert meant.outcomes[0].verdict == "treatment wins"


def test_the_best_of_three_wins_only_where_it_beats_the_second_too(analysed):
    found = analysed(control=(5000, 500), red=(5000, 700), blue=(5000, 710)).outcomes[0]
    assert found.verdict == "no winner yet"
    assert {arm.name: arm.verdict for arm in found.arms} == {"control": "", "blue": "better", "red": "better"}
    assert analysed(control=(5000, 500), red=(5000, 700), blue=(5000, 900)).outcomes[0].winner == "blue"


def test_several_comparisons_make_each_p_less_sure(analysed):
    """Holm: the smallest of two is doubled."""
    found = analysed(control=(1000, 100), red=(1000, 127), blue=(1000, 101)).outcomes[0]
    red = next(arm for arm in found.arms if arm.name == "red")
    assert red.p == pytest.approx(2 * red.against.p)
    assert red.against.p < red.p


@pytest.mark.parametrize("won", [0, 400])
def test_where_everybody_answers_the_same_nothing_is_said(analysed, won):
    found = analysed(control=(400, won), treatment=(400, won)).outcomes[0]
    assert found.arms[1].against.p is None
    assert found.arms[1].against.score is None
    assert found.verdict in ("no winner yet", "no difference")
    assert found.winner == ""


def test_few_people_are_judged_exactly(analysed):
    """The lady tasting tea: 3 of 4 right is p = 0.486 by Fisher."""
    found = analysed(control=(4, 1), treatment=(4, 3)).outcomes[0].arms[1]
    assert found.against.method == "fisher"
    assert found.against.p == pytest.approx(0.4857, abs=1e-4)


def test_newcombe_answers_as_he_published(analysed):
    """Newcombe 1998, table II, case (a): 56/70 − 48/80, method 10."""
    against = analysed({"control": "b"}, a=(70, 56), b=(80, 48)).outcomes[0].arms[1].against
    assert against.interval == pytest.approx((0.0524, 0.3339), abs=1e-4)


@pytest.mark.parametrize(
    "options, sentence",
    [
        ({"control": "green"}, "There is no arm “green”. There are: control, treatment."),
        ({"alpha": 1.0}, "The error (alpha) lies between 0 and 0.5"),
        ({"margin": -0.1}, "The margin is a difference of rates"),
        ({"shares": {"treatment": 1.5}}, "The shares of all arms are above 0 and add up to 1."),
        ({"shares": {"treatment": 0.5, "control": 0.6}}, "add up to 1"),
        ({"shares": {"green": 0.5}}, "There is no arm “green”."),
    ],
)
def test_what_cannot_be_asked_is_refused_by_a_sentence(analysed, options, sentence):
    with pytest.raises(Refused) as refused:
        analysed(options, control=(50, 5), treatment=(50, 6))
    assert sentence in str(refused.value)
