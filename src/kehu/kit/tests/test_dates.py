from __future__ import annotations

from datetime import UTC, date, datetime
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from kehu.kit.dates import evidence, parse_date, parse_moment

TAIPEI = ZoneInfo("Asia/Taipei")
BERLIN = ZoneInfo("Europe/Berlin")


@pytest.mark.parametrize(
    ("text", "written"),
    [
        ("2010-08-31", None),
        ("2010/8/31", None),
        ("2010.8.31", None),
        ("20100831", None),
        ("2010年8月31日", None),
        ("２０１０／０８／３１", None),
        ("31/8/2010", None),
        ("8/31/2010", None),
        ("31.08.2010", "dmy"),
        ("31-8-10", "dmy"),
        ("31 Aug 2010", None),
        ("August 31, 2010", None),
        ("2010-08-31 23:59:59", None),
        ("2010-08-31T10:20:30.123456789Z", None),
        ("99/8/31", "roc"),
        ("民國99年8月31日", "roc"),
        ("0990831", "roc"),
        ("31|08|10", "%d|%m|%y"),
    ],
)
def test_a_day_is_read_in_the_ways_it_is_written(text: str, written: str | None) -> None:
    assert parse_date(text, written) == date(2010, 8, 31)


@pytest.mark.parametrize(
    ("text", "written", "sentence"),
    [
        ("", None, "A date is missing."),
        ("5/6/2010", None, "may begin with the day or with the month"),
        ("2010-02-30", None, "“2010-02-30” is not a date."),
        ("31/8/2010", "mdy", "is not a date"),
        ("99/8/31", None, "is not a date"),
        ("民國99年8月31日", None, "is not a date"),
        ("2010-08/31", None, "is not a date"),
        ("2010-08-31x", None, "is not a date"),
        ("2010-08-31 25:00", None, "is not a date"),
        ("2010-08-31 12", None, "is not a date"),
        ("tomorrow", None, "is not a date"),
        ("31 Abc 2010", None, "is not a date"),
        ("2010-08-31", "%d.%m.%Y", "not a date of the form %d.%m.%Y"),
        ("2010-08-31", "ydm", "There are: ymd, dmy, mdy, named, roc, or a pattern like %d.%m.%Y."),
    ],
)
def test_what_is_no_single_day_is_refused_with_a_sentence(
    text: str, written: str | None, sentence: str
) -> None:
    with pytest.raises(ValueError) as refusal:
        parse_date(text, written)
    assert sentence in str(refusal.value)


def test_the_fifth_of_may_reads_the_same_either_way() -> None:
    assert parse_date("5/5/2010") == date(2010, 5, 5)


@pytest.mark.parametrize(
    ("samples", "written"),
    [
        (["2010-08-31", "", "2010年9月1日"], "ymd"),
        (["5/6/2010", "31/8/2010"], "dmy"),
        (["5/6/2010 10:00", "8/31/2010"], "mdy"),
        (["12/25/2026", "11/01/2026", "01/15/2027"], "mdy"),
        (["31 Aug 2010"], "named"),
    ],
)
def test_the_values_of_a_column_prove_its_format_together(samples: list[str], written: str) -> None:
    assert evidence(samples) == written


@pytest.mark.parametrize(
    ("samples", "sentence"),
    [
        (["5/6/2010", "7/8/2010"], "“5/6/2010” may begin with the day or with the month"),
        (["31/8/2010", "8/31/2010"], "not all written in one way"),
        (["2010-08-31", "soon"], "“soon” is not a date."),
        (["", " "], "holds no dates"),
    ],
)
def test_a_column_that_proves_nothing_is_refused_with_the_reason(samples: list[str], sentence: str) -> None:
    with pytest.raises(ValueError) as refusal:
        evidence(samples)
    assert sentence in str(refusal.value)


@pytest.mark.parametrize(
    ("text", "hour", "minute"),
    [
        ("2010-08-31", 0, 0),
        ("2010-08-31 14:05", 14, 5),
        ("2010-08-31T14:05:00", 14, 5),
        ("8/31/2010 2:05 PM", 14, 5),
        ("8/31/2010 12:05 AM", 0, 5),
        ("8/31/2010, 12:05 p.m.", 12, 5),
        ("2010/8/31 下午2:05", 14, 5),
        ("2010/8/31 上午 12:05", 0, 5),
        ("2010年8月31日14時05分", 14, 5),
        ("2010年8月31日 晚上8点", 20, 0),
        ("2010年8月31日 中午12点", 12, 0),
        ("2010-08-31T06:05:00Z", 14, 5),
        ("2010-08-31 06:05:00+00:00", 14, 5),
        ("2010-08-31 02:05 -0400", 14, 5),
        ("2010-08-31 06:05 UTC", 14, 5),
    ],
)
def test_a_moment_is_read_with_its_clock_time_in_the_zone(text: str, hour: int, minute: int) -> None:
    assert parse_moment(text, None, TAIPEI) == datetime(2010, 8, 31, hour, minute, tzinfo=TAIPEI)


def test_a_moment_before_the_calendar_begins_is_refused() -> None:
    with pytest.raises(ValueError, match="is not a date"):
        parse_moment("0001-01-01", None, TAIPEI)


def test_a_clock_time_that_summer_time_skipped_is_moved_on() -> None:
    assert parse_moment("2010-03-28 02:30", "ymd", BERLIN).isoformat() == "2010-03-28T03:30:00+02:00"


@given(st.datetimes(datetime(1900, 1, 1), datetime(2200, 1, 1)))
def test_iso_moments_come_back_unchanged(moment: datetime) -> None:
    aware = moment.replace(tzinfo=UTC)
    assert parse_moment(aware.isoformat(), None, UTC) == aware
    assert parse_moment(str(moment), "ymd", UTC) == aware


@given(st.dates(date(1969, 1, 1), date(2068, 12, 31)))
def test_each_format_reads_back_what_it_wrote(day: date) -> None:
    assert parse_date(f"{day:%d/%m/%y}", "dmy") == day
    assert parse_date(f"{day.month}-{day.day}-{day.year}", "mdy") == day
    assert parse_date(f"{day.year}年{day.month}月{day.day}日") == day
    assert parse_date(f"{day.year - 1911}.{day.month}.{day.day}", "roc") == day


@given(st.text(max_size=25))
def test_any_text_gives_a_day_or_a_sentence(text: str) -> None:
    try:
        parse_date(text)
    except ValueError as refusal:
        assert str(refusal).endswith(".")
