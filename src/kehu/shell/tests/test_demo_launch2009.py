"""The generated rows of campaign Launch 2009 against the printed tables, counted by hand."""

from collections import Counter

import pytest

from kehu.shell.demo.case_files import bookings, case, visits
from kehu.shell.demo.company import LAUNCH_2009
from kehu.shell.demo.moments import END, LAUNCH_START, moment, week_of
from kehu.shell.tests.generated import customers, demo, lead_of, leads, qualified


def by_week_and_region(kind: str) -> Counter[tuple[int, str]]:
    return Counter(
        (week_of(touch.at.date(), LAUNCH_START), lead_of()[touch.lead_id].region)
        for touch in demo().touches
        if touch.campaign == LAUNCH_2009 and touch.kind == kind
    )


def test_week_one_begins_on_a_tuesday() -> None:
    assert LAUNCH_START.isoformat() == "2009-06-02"
    assert LAUNCH_START.isoweekday() == 2


@pytest.mark.parametrize(
    ("kind", "table", "total"), [("test_drive_booked", bookings, 485), ("showroom_visit", visits, 203)]
)
def test_the_week_and_region_tables_are_met_to_the_digit_and_nothing_lies_outside(kind, table, total) -> None:  # type: ignore[no-untyped-def]
    found = by_week_and_region(kind)
    assert found == {(cell.week, cell.column): cell.value for cell in table()}
    assert sum(found.values()) == total


def test_leads_by_channel_are_a_tenth_of_the_plan_of_ixx() -> None:
    found = Counter(lead.channel for lead in leads(LAUNCH_2009, END))
    assert {channel: count * 10 for channel, count in found.items()} == case()["plan"]["leads_by_channel"]
    assert sum(found.values()) == 7143


@pytest.mark.parametrize("until", [moment(2009, 12, 31, 23), moment(2010, 9, 6), END])
def test_seven_percent_qualify_and_twenty_percent_of_them_buy_at_any_later_date(until) -> None:  # type: ignore[no-untyped-def]
    assert len(qualified(LAUNCH_2009, until)) == 500
    assert len(customers(LAUNCH_2009, until)) == 100


def test_every_touch_lies_within_the_campaign() -> None:
    days = {touch.at.date() for touch in demo().touches if touch.campaign == LAUNCH_2009}
    assert min(days) >= LAUNCH_START
    assert max(days).year == 2009


def test_someone_who_came_to_a_showroom_had_booked_before() -> None:
    booked = {
        touch.lead_id: touch.at
        for touch in demo().touches
        if touch.campaign == LAUNCH_2009 and touch.kind == "test_drive_booked"
    }
    for touch in demo().touches:
        if touch.campaign == LAUNCH_2009 and touch.kind == "showroom_visit":
            assert booked[touch.lead_id] < touch.at
