"""Catalogues follow the code, keep translations, and are checked for what a reader would notice."""

from collections.abc import Iterator
from pathlib import Path

import pytest
from babel.messages.catalog import Catalog

from scripts import catalogues, messages, wording


@pytest.fixture
def code(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Path]:
    """A package with one text in Python and one in a template."""
    monkeypatch.setattr(messages, "ROOT", tmp_path)
    monkeypatch.setattr(messages, "SOURCES", tmp_path)
    (tmp_path / "sales/templates").mkdir(parents=True)
    (tmp_path / "sales/models.py").write_text('from x import gettext_lazy as _\nlabel = _("Order")\n')
    (tmp_path / "sales/templates/a.html").write_text('{% translate "Receipt" %}')
    (tmp_path / "sales/tests").mkdir()
    (tmp_path / "sales/tests/test_a.py").write_text('_("Not a text of the product")')
    yield tmp_path


def catalogue(language: str, **translations: str) -> Catalog:
    made = Catalog(locale=language, fuzzy=False)
    for text, translation in translations.items():
        made.add(text, translation)
    return made


def test_texts_of_python_and_templates_are_found_and_those_of_tests_are_not(code: Path) -> None:
    ids = {message.id for message in messages.texts(messages.extract(code))}
    assert ids == {"Order", "Receipt"}


def test_merging_keeps_translations_adds_new_texts_and_drops_old_ones(code: Path) -> None:
    merged = messages.merge(
        catalogue("zh_Hant", Order="訂單", Gone="不見"), messages.extract(code), "zh_Hant"
    )
    assert {message.id: message.string for message in messages.texts(merged)} == {
        "Order": "訂單",
        "Receipt": "",
    }


def test_a_text_that_gets_a_plural_keeps_its_translation() -> None:
    found = Catalog(fuzzy=False)
    found.add(("%(n)s lead", "%(n)s leads"))
    merged = messages.merge(catalogue("zh_Hant", **{"%(n)s lead": "%(n)s 筆名單"}), found, "zh_Hant")
    assert messages.texts(merged)[0].string == ("%(n)s 筆名單",)


def test_a_catalogue_is_written_the_same_twice_without_places_or_dates(code: Path) -> None:
    found = messages.extract(code)
    messages.write(messages.merge(messages.load("zh_Hans"), found, "zh_Hans"), "zh_Hans")
    first = messages.path_of("zh_Hans").read_text("utf-8")
    messages.write(messages.merge(messages.load("zh_Hans"), found, "zh_Hans"), "zh_Hans")
    assert messages.path_of("zh_Hans").read_text("utf-8") == first
    assert "#:" not in first and "Date" not in first


def test_missing_and_left_over_texts_are_named(code: Path) -> None:
    wrong = list(messages.problems(catalogue("zh_Hant", Gone="不見"), messages.extract(code), "zh_Hant"))
    assert [line for line in wrong if "'Order' is not in the catalogue" in line]
    assert [line for line in wrong if "'Gone' is no longer in the code" in line]


@pytest.mark.parametrize(
    ("language", "text", "translation", "complaint"),
    [
        ("zh_Hans", "Leads", "", "has no translation"),
        ("zh_Hans", "%(n)s leads", "线索", "%(n)s is missing"),
        ("zh_Hans", "Leads", "%(m)s 线索", "%(m)s is not in the original"),
        ("zh_Hans", "Leads", "線索", "looks traditional"),
        ("zh_Hant", "Leads", "名单", "looks simplified"),
        ("zh_Hant", "Software", "軟件", "write 軟體"),
        ("zh_Hant", "Opportunity", "商機", "write 機會"),
    ],
)
def test_a_wrong_translation_is_explained(language: str, text: str, translation: str, complaint: str) -> None:
    message = messages.texts(catalogue(language, **{text: translation}))[0]
    assert any(complaint in problem for problem in wording.problems(message, language))


def test_a_fuzzy_translation_counts_as_missing() -> None:
    made = Catalog(locale="zh_Hans", fuzzy=False)
    made.add("Leads", "线索", flags={"fuzzy"})
    assert any("fuzzy" in problem for problem in wording.problems(messages.texts(made)[0], "zh_Hans"))


def test_a_right_translation_passes() -> None:
    message = messages.texts(catalogue("zh_Hant", **{"%(n)s leads": "%(n)s 筆名單"}))[0]
    assert list(wording.problems(message, "zh_Hant")) == []


def test_compiled_catalogues_stand_beside_their_sources(code: Path) -> None:
    messages.write(catalogue("zh_Hans", Order="订单"), "zh_Hans")
    (compiled,) = catalogues.compile_all(code / "locale")
    assert compiled.name == "django.mo" and "订单".encode() in compiled.read_bytes()
