"""Whoever installs the wheel has everything: no Node, no compiler, no repository."""

import re
import zipfile
from pathlib import Path

import pytest

from tests.wheel.conftest import Site

pytestmark = pytest.mark.wheel


def names(wheel: Path) -> list[str]:
    with zipfile.ZipFile(wheel) as archive:
        return archive.namelist()


def test_the_wheel_holds_the_built_front_end_and_the_compiled_catalogues(wheel: Path) -> None:
    inside = names(wheel)
    for wanted in (
        "kehu/shell/static/kehu/kehu.js",
        "kehu/shell/static/kehu/kehu.css",
        "kehu/shell/static/kehu/icons.svg",
        "kehu/locale/zh_Hans/LC_MESSAGES/django.mo",
        "kehu/locale/zh_Hant/LC_MESSAGES/django.mo",
    ):
        assert wanted in inside


def test_the_wheel_holds_no_tests_and_no_sources_of_catalogues(wheel: Path) -> None:
    assert [
        name for name in names(wheel) if "/tests/" in name or "/testing/" in name or name.endswith(".po")
    ] == []


def test_the_sign_in_page_answers(site: Site) -> None:
    status, page = site.get("/accounts/login/")
    assert status == 200
    assert 'name="password"' in page


@pytest.mark.parametrize("kind", ["css", "js"])
def test_a_hashed_static_file_of_the_sign_in_page_answers(site: Site, kind: str) -> None:
    _, page = site.get("/accounts/login/")
    found = re.search(rf'"(/static/kehu/kehu\.[0-9a-f]{{12}}\.{kind})"', page)
    assert found, f"no hashed .{kind} in the page"
    status, text = site.get(found.group(1))
    assert status == 200 and text


def test_the_sign_in_page_speaks_the_reader_s_language(site: Site) -> None:
    english = site.get("/accounts/login/", "en")[1]
    taiwanese = site.get("/accounts/login/", "zh-Hant")[1]
    assert "登入" in taiwanese and "登入" not in english
