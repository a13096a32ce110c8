"""The finder of unmarked text finds it, and nothing else."""

from tests.journeys.wording import unmarked


def test_a_marked_text_and_data_pass() -> None:
    assert not unmarked(
        "<p title='⟦Close⟧'>⟦Leads⟧ 1,447 · 網站 · iXX · L-2010-000123 · gm@herui.example</p>"
    )


def test_a_mark_around_a_mark_passes() -> None:
    assert not unmarked("<p>⟦Channel: ⟦Website⟧, as of 2010-08-31⟧</p>")


def test_a_text_without_a_mark_is_found_wherever_it_is_read() -> None:
    page = (
        "<input placeholder='Name'><button aria-label='Close'><svg></svg></button><p>Leads <b>⟦here⟧</b></p>"
    )
    assert unmarked(page) == {"input[placeholder]: Name", "button[aria-label]: Close", "p: Leads"}


def test_code_keys_and_names_of_languages_are_passed_over() -> None:
    assert not unmarked("<pre>SELECT <b>count</b></pre><kbd>Ctrl K</kbd><button lang='en'>English</button>")
    assert unmarked("<pre>SELECT <br> 1</pre><p>Leads</p>") == {"p: Leads"}
