"""A record on paper shows Chinese where no font is installed: the wheel's requirements bring one."""

import re
import zlib

import pytest

from tests.wheel.conftest import Site

pytestmark = pytest.mark.wheel
PASSWORD = "wheel-test-8231"


def streams(document: bytes) -> str:
    """The unpacked streams of a PDF; among them the tables from glyphs to characters."""
    found = []
    for packed in re.findall(rb"stream\r?\n(.*?)\r?\nendstream", document, re.S):
        try:
            found.append(zlib.decompress(packed).decode("latin-1"))
        except zlib.error:
            continue
    return "\n".join(found)


def test_a_pdf_shows_chinese(site: Site) -> None:
    site.command("user", "add", "wang", "--name", "王小明", "--role", "administrator", KEHU_PASSWORD=PASSWORD)
    browser = site.signed_in("wang", PASSWORD)

    answer = browser.open(f"{site.address}/o/user/1.pdf", timeout=30)
    document = answer.read()

    assert answer.headers["Content-Type"] == "application/pdf"
    assert b"NotoSansCJK" in document
    characters = streams(document).upper()
    assert all(f"{ord(character):04X}" in characters for character in "王小明")
