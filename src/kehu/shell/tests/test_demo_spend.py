"""The generated spend against the printed budget and media table."""

from collections import Counter
from datetime import date

from kehu.shell.demo.case_files import case, media_spend
from kehu.shell.demo.company import CHANNELS, IXX, LAUNCH_2009, MEDIA
from kehu.shell.demo.moments import END, LAUNCH_START, week_of
from kehu.shell.tests.generated import demo

CLASS_OF = {row.code: row.budget_class for row in CHANNELS}


def ixx_sum(start: date, end: date, budget_class: str = "") -> int:
    return sum(
        line.amount
        for line in demo().spend
        if line.campaign == IXX
        and start <= line.on <= end
        and (not budget_class or CLASS_OF[line.channel] == budget_class)
    )


def test_the_media_table_of_2009_is_met_to_the_digit_and_nothing_else_was_spent() -> None:
    found = Counter[tuple[int, str]]()
    names = {row.code: row.name for row in MEDIA}
    for line in demo().spend:
        if line.campaign == LAUNCH_2009:
            found[week_of(line.on, LAUNCH_START), names[line.medium]] += line.amount
    assert found == {(cell.week, cell.column): cell.value for cell in media_spend()}


def test_phase_one_costs_one_one_and_two_millions_a_month() -> None:
    months = [ixx_sum(date(2010, month, 1), date(2010, month, 31 - (month == 6))) for month in (6, 7, 8)]
    assert months == [1_000_000, 1_000_000, 2_000_000]


def test_the_budget_classes_have_their_shares_in_both_phases() -> None:
    budget = case()["budget"]
    for phase, start, end, amount in (
        (1, date(2010, 6, 1), date(2010, 8, 31), 4_000_000),
        (2, date(2010, 9, 1), date(2010, 12, 31), 6_000_000),
    ):
        for budget_class, share in budget[f"class_share_phase_{phase}"].items():
            assert ixx_sum(start, end, budget_class) == round(amount * share)


def test_a_sale_costs_6289_at_the_end_and_10724_after_two_months() -> None:
    assert ixx_sum(date(2010, 1, 1), END.date()) // 1590 == 6289
    assert round(ixx_sum(date(2010, 1, 1), date(2010, 8, 31)) / 373) == 10724


def test_a_line_names_a_medium_of_its_channel_and_a_positive_amount() -> None:
    channel_of = {row.code: row.channel for row in MEDIA}
    assert all(channel_of[line.medium] == line.channel and line.amount > 0 for line in demo().spend)
