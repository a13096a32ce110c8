"""The scoring rule: the highest step so far, under the version of the moment."""

from datetime import UTC, datetime, timedelta

from hypothesis import given
from hypothesis import strategies as st

from kehu.leads.models import LADDER
from kehu.leads.scoring import Version, score_history, version_at

START = datetime(2010, 6, 1, tzinfo=UTC)


def day(number: int) -> datetime:
    return START + timedelta(days=number)


FIRST = Version(1, 1, 5, day(-100), LADDER)
SECOND = Version(2, 2, 4, day(100), LADDER)


def test_the_score_is_the_highest_step_so_far() -> None:
    touches = [(day(0), "campaign_member"), (day(3), "entry_form"), (day(5), "download")]
    result = score_history(touches, [FIRST])
    assert [(step.at, step.score, step.touch) for step in result.steps] == [(day(0), 2, 0), (day(3), 3, 1)]
    assert result.score == 3 and result.qualified_at is None


def test_a_lead_qualifies_with_the_touch_that_reaches_the_threshold() -> None:
    result = score_history([(day(0), "entry_form"), (day(9), "showroom_visit")], [FIRST])
    assert result.qualified_at == day(9)
    assert result.qualified_by and result.qualified_by.touch == 1 and result.qualified_by.version == 1


def test_a_lower_threshold_qualifies_without_a_new_touch() -> None:
    result = score_history([(day(0), "test_drive_booked")], [FIRST, SECOND])
    assert result.qualified_at == day(100)
    assert result.qualified_by and result.qualified_by.version == 2
    assert [step.at for step in result.steps] == [day(0)]


def test_a_version_holds_for_a_touch_of_the_same_moment() -> None:
    assert score_history([(day(100), "contact_form")], [FIRST, SECOND]).qualified_at == day(100)


def test_other_points_score_again_from_the_day_of_the_version() -> None:
    third = Version(3, 3, 5, day(50), {"entry_form": 5})
    result = score_history([(day(0), "showroom_visit"), (day(1), "entry_form")], [FIRST, third])
    assert [(step.at, step.score, step.touch) for step in result.steps] == [(day(0), 5, 0)]
    lower = Version(3, 3, 5, day(50), {"entry_form": 1})
    result = score_history([(day(0), "showroom_visit"), (day(1), "entry_form")], [FIRST, lower])
    assert [(step.at, step.score, step.touch) for step in result.steps] == [(day(0), 5, 0), (day(50), 1, 1)]
    assert result.qualified_at == day(0)


def test_before_any_version_nothing_is_worth_anything() -> None:
    assert score_history([(day(-200), "showroom_visit")], []).score == 0
    assert score_history([(day(-200), "showroom_visit")], [FIRST]).qualified_at == day(-100)


def test_an_unknown_kind_earns_nothing() -> None:
    assert score_history([(day(0), "unknown"), (day(1), "other")], [FIRST]).steps == ()


def test_what_is_later_can_be_left_out() -> None:
    touches = [(day(0), "entry_form"), (day(9), "showroom_visit")]
    assert score_history(touches, [FIRST], until=day(8)).score == 3


def test_the_version_of_a_moment_is_the_latest_that_has_begun() -> None:
    assert version_at([FIRST, SECOND], day(99)) is FIRST
    assert version_at([FIRST, SECOND], day(100)) is SECOND
    assert version_at([FIRST], day(-101)) is None


kinds = st.sampled_from([*LADDER, "unknown"])
some_touches = st.lists(st.tuples(st.integers(0, 200).map(day), kinds), max_size=8)
some_versions = st.lists(
    st.builds(
        Version,
        st.just(1),
        st.just(1),
        st.integers(1, 5),
        st.integers(-50, 150).map(day),
        st.dictionaries(kinds, st.integers(1, 5), max_size=8),
    ),
    max_size=3,
    unique_by=lambda version: version.in_force_from,
)


@given(some_touches, some_versions, st.integers(-60, 260).map(day))
def test_the_score_of_any_day_is_the_best_touch_under_the_version_of_that_day(touches, versions, at) -> None:
    result = score_history(touches, versions)
    held = [step for step in result.steps if step.at <= at]
    version = version_at(versions, at)
    earned = [version.points.get(kind, 0) for when, kind in touches if when <= at] if version else []
    assert (held[-1].score if held else 0) == max(earned, default=0)


@given(some_touches, some_versions)
def test_a_lead_is_qualified_at_the_first_moment_at_the_threshold(touches, versions) -> None:
    result = score_history(touches, versions)
    moments = sorted({when for when, _ in touches} | {version.in_force_from for version in versions})
    reached = [
        moment
        for moment in moments
        if (version := version_at(versions, moment))
        and any(version.points.get(kind, 0) >= version.threshold for when, kind in touches if when <= moment)
    ]
    assert result.qualified_at == (reached[0] if reached else None)


@given(some_touches, some_versions, st.randoms())
def test_the_order_of_the_rows_does_not_matter(touches, versions, random) -> None:
    shuffled = touches[:]
    random.shuffle(shuffled)
    one, other = score_history(touches, versions), score_history(shuffled, versions)
    assert [(step.at, step.score) for step in one.steps] == [(step.at, step.score) for step in other.steps]
    assert one.qualified_at == other.qualified_at
