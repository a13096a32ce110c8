"""What the tags of a page write."""

from __future__ import annotations

from datetime import datetime, timedelta
from decimal import Decimal
from pathlib import Path
from types import SimpleNamespace

import pytest
from django.template import Context, Template
from django.utils import timezone, translation

import kehu
from kehu.core import clock, registry
from kehu.core.reading import text_of
from kehu.core.templatetags import cells, drawings, formats, marks


def written(source: str, **context: object) -> str:
    return Template(source).render(Context(context))


def test_an_amount_is_shortened_in_the_readers_habit() -> None:
    company = SimpleNamespace(currency="TWD")
    with translation.override("en"):
        assert ">700 M<" in written("{% money 700000000 %}", company=company)
    with translation.override("zh-hans"):
        assert ">7 亿<" in written("{% money 700000000 %}", company=company)
    with translation.override("zh-hant"):
        assert ">7 億<" in written("{% money 700000000 %}", company=company)


def test_an_amount_keeps_its_whole_value_for_machines_and_on_hover() -> None:
    html = written(
        '{% money amount "EUR" %}', amount=Decimal("1234567.5"), company=SimpleNamespace(currency="TWD")
    )
    assert 'value="1234567.5"' in html
    assert "€1,234,567.50" in html
    assert ">EUR 1.23 M<" in html


@pytest.mark.parametrize("nothing", [None, "", "none at all"])
def test_a_missing_amount_is_a_dash(nothing: object) -> None:
    assert "–" in written("{% money amount %}", amount=nothing)
    assert formats.amount(nothing) == formats.short(nothing) == formats.percent(nothing) == "–"


def test_numbers_are_grouped_and_ratios_are_percent() -> None:
    assert written("{{ 71940|amount }}|{{ 0.0714|percent }}|{{ 0.0714|percent:0 }}") == "71,940|7.1%|7%"
    assert [formats.percent(share) for share in (0, 0.0996, 0.4567, -0.031, -0.52)] == [
        "0%",
        "10%",
        "46%",
        "−3.1%",
        "−52%",
    ]
    assert written("{{ up|signed }} {{ down|signed }}", up=12, down=-3) == "+12 −3"


def test_a_pill_says_its_state_in_a_word_with_a_mark() -> None:
    html = written('{% pill "Late" "warn" "No answer since Monday" %}')
    assert "Late" in html
    assert "#alert-triangle" in html
    assert 'title="No answer since Monday"' in html


def test_what_users_write_never_becomes_markup() -> None:
    evil = "<b>x</b>"
    html = written("{% pill evil %}{% person evil %}{% stage_meter 1 2 evil %}{% money 1 evil %}", evil=evil)
    assert evil not in html


def test_a_meter_fills_as_many_steps_as_are_done() -> None:
    svg = drawings.segments(2, 5)
    assert svg.count("<rect") == 5
    assert svg.count('class="k-on"') == 2
    assert drawings.segments(5, 5, "won").count('class="k-won"') == 5


def test_a_sparkline_needs_two_points_and_leaves_gaps_out() -> None:
    assert drawings.spark([1]) == ""
    assert drawings.spark([1, None, 3]).count(",") == drawings.spark([1, 2, 3]).count(",") - 2


@pytest.mark.parametrize(
    ("name", "face"), [("陳志明", "志明"), ("林雅", "雅"), ("Mary Chen", "MC"), ("Bo", "B"), ("", "?")]
)
def test_a_face_shows_what_a_name_is_called_by(name: str, face: str) -> None:
    assert formats.initials(name) == face


@pytest.mark.django_db
def test_days_near_today_are_words_only_where_work_waits() -> None:
    today = clock.today()
    with translation.override("en"):
        assert formats.near_day(today) == "Today"
        assert formats.near_day(today - timedelta(days=1)) == "Yesterday"
        assert formats.near_day(today + timedelta(days=1)) == "Tomorrow"
        assert formats.day(today) == today.isoformat()
    far = today - timedelta(days=90)
    assert formats.near_day(far) == formats.day(far) == far.isoformat()


@pytest.mark.parametrize("language", ["en", "zh-hans", "zh-hant"])
def test_a_moment_is_written_the_same_in_every_language(language: str) -> None:
    moment = datetime(2010, 12, 31, 9, 45, tzinfo=timezone.get_current_timezone())
    with translation.override(language):
        assert ">2010-12-31 09:45</time>" in marks.when(moment)
        assert ">2010-12-31</time>" in marks.date_of(moment)
        assert 'title="2010-12-31 09:45"' in marks.date_of(moment)


def test_nothing_on_a_page_is_styled_inline() -> None:
    """The content security policy would drop it without a word."""
    folder = Path(kehu.__file__).parent
    found = [
        str(path.relative_to(folder))
        for path in folder.glob("*/templates/**/*.html")
        if any(mark in path.read_text() for mark in (" style=", "<style", " onclick=", "javascript:"))
    ]
    assert found == []


def test_a_cell_is_drawn_by_its_kind() -> None:
    kind = SimpleNamespace(
        field=lambda path: SimpleNamespace(flatchoices=[("new", "New"), ("won", "Won"), ("lost", "Lost")])
    )

    def drawn(**cell: object) -> str:
        return str(cells.drawn(SimpleNamespace(url="", **cell), kind, "stage"))

    assert drawn(kind="meter", text="New", value="new").count("<rect") == 2
    assert "k-won" in drawn(kind="meter", text="Won", value="won")
    assert "k-on" not in drawn(kind="meter", text="Lost", value="lost")
    assert 'class="k-on"' in drawn(kind="meter", text="Step", value=SimpleNamespace(meter=(3, 5, "")))
    assert "#circle-check" in drawn(kind="pill", text="Paid", value="paid")
    assert "–" in drawn(kind="text", text="", value=None)
    assert drawn(kind="text", text="<i>", value="<i>") == "&lt;i&gt;"


def test_a_year_stands_without_a_separator_and_an_amount_with_one() -> None:
    assert text_of(1975, "number", path="birth_year") == "1975"
    assert text_of(1975, "number", path="units") == "1,975"


def test_a_list_shows_no_state_beside_the_column_that_says_the_same() -> None:
    account, lead = registry.get("account"), registry.get("lead")
    assert account.has_state and not account.lists_state and lead.lists_state
    assert account.state_field in [column.path for column in account.column_list]
