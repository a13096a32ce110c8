"""The pseudo-language marks what is translated and nothing else."""

from pathlib import Path

import pytest
from babel.messages.catalog import Catalog
from babel.messages.mofile import read_mo

from scripts import messages, pseudo


def written(folder: Path, monkeypatch: pytest.MonkeyPatch, **translations: str) -> Catalog:
    found = Catalog(fuzzy=False)
    known = Catalog(locale="zh_Hant", fuzzy=False)
    for text, translation in translations.items():
        found.add(text)
        known.add(text, translation)
    monkeypatch.setattr(messages, "extract", lambda: found)
    monkeypatch.setattr(messages, "load", lambda language: known)
    with (pseudo.write(folder) / "zh_Hant/LC_MESSAGES/django.mo").open("rb") as file:
        return read_mo(file)


def test_a_translated_text_is_marked(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    made = written(tmp_path, monkeypatch, **{"%(n)s leads": "%(n)s 筆名單"})
    assert made["%(n)s leads"].string == "⟦%(n)s leads⟧"


def test_a_text_without_a_translation_stays_bare(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    assert "Orders" not in written(tmp_path, monkeypatch, Orders="")
