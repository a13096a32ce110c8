"""Qualified follows from the touches and the model version of the date, never from a flag."""

from collections import defaultdict
from datetime import datetime

from kehu.shell.demo.case_files import case
from kehu.shell.demo.moments import SECOND_VERSION, moment
from kehu.shell.demo.scoring import POINTS, qualified_at
from kehu.shell.tests.generated import demo

JULY, SEPTEMBER = moment(2010, 7, 1), moment(2010, 9, 20)


def test_five_points_qualify_at_once_under_the_first_version() -> None:
    assert qualified_at([(JULY, "scan"), (moment(2010, 7, 3), "showroom_visit")]) == moment(2010, 7, 3)


def test_four_points_qualify_on_the_day_on_which_the_threshold_falls() -> None:
    assert qualified_at([(JULY, "contact_form")]) == SECOND_VERSION
    assert qualified_at([(JULY, "contact_form"), (SEPTEMBER, "showroom_visit")]) == SECOND_VERSION


def test_four_points_qualify_at_once_under_the_second_version() -> None:
    assert qualified_at([(SEPTEMBER, "phone_inquiry")]) == SEPTEMBER


def test_three_points_never_qualify() -> None:
    assert qualified_at([(JULY, "live_event"), (SEPTEMBER, "visiting_card")]) is None


def test_the_ladder_has_as_many_kinds_per_step_as_the_case() -> None:
    kinds_per_step = defaultdict(int)
    for points in POINTS.values():
        kinds_per_step[str(points)] += 1
    assert kinds_per_step == {step: len(names) for step, names in case()["scoring_ladder"].items()}


def test_every_lead_is_qualified_exactly_when_its_touches_say_so() -> None:
    touches: dict[int, list[tuple[datetime, str]]] = defaultdict(list)
    for touch in demo().touches:
        touches[touch.lead_id].append((touch.at, touch.kind))
    for lead in demo().leads:
        own = touches[lead.id]
        assert own == sorted(own, key=lambda pair: pair[0])
        assert lead.qualified_at == qualified_at(own)
        assert lead.score == max(POINTS[kind] for _, kind in own)


def test_the_first_touch_is_the_creation_and_gives_channel_and_medium() -> None:
    first: dict[int, tuple[datetime, str, str, str]] = {}
    for touch in demo().touches:
        first.setdefault(touch.lead_id, (touch.at, touch.channel, touch.medium, touch.campaign))
    for lead in demo().leads:
        assert first[lead.id] == (lead.created_at, lead.channel, lead.medium, lead.campaign)
