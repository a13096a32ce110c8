"""Finds text that nobody marked for translation on a page that is shown in the pseudo-language.

A marked text stands between ⟦ and ⟧. Outside of them only data may stand: what the demo's people typed (Chinese
names, digits) and the few Latin words below. English left over is therefore a text without a mark. Text that no
user reads (code, keys of the keyboard, names of languages) is marked by its element and passed over.
"""

from __future__ import annotations

import re
from html.parser import HTMLParser

from kehu.sales.models import SEEDED_PIPELINE, SEEDED_STAGES
from kehu.shell.demo import company

READ_ALOUD = ("title", "aria-label", "aria-description", "placeholder", "alt", "data-confirm", "label")
PASSED_OVER = frozenset({"script", "style", "pre", "code", "kbd"})
EMPTY = frozenset(
    ["area", "base", "br", "col", "embed", "hr", "img", "input", "link", "meta", "source", "track", "wbr"]
)
MARKED = re.compile(r"⟦[^⟦⟧]*⟧")
WORD = re.compile(r"[A-Za-z][\w'’-]+", re.ASCII)
# Masked values, addresses of mail and web, record numbers such as L-2010-000123, amounts with their unit.
SHAPED = re.compile(r"•+\w*|\S+@\S+|https?://\S+|\b[A-Z]{1,4}-?\d[\w-]*|\b\d[\d,.]*\s?[kKMB]\b")
# Names and codes of the demo, and of the samples in the gallery; parameters of addresses, which have no other name.
DATA = frozenset(
    {
        "Kehu", "PDF", "TWD", "NT", "EUR", "iXX", "hX", "Launch", "Mary", "Chen", "MC", "Bo",
        *(row.name for row in company.MEDIA), *(user.username for user in company.users()),
        *(row.code for row in (*company.CHANNELS, *company.REGIONS, *company.CAMPAIGNS)),
        "utm_source", "utm_medium", "utm_campaign", SEEDED_PIPELINE[0], *(code for code, *_rest in SEEDED_STAGES),
    }
)  # fmt: skip


class Texts(HTMLParser):
    """Every text that a page shows or reads aloud, with where it stands."""

    def __init__(self) -> None:
        super().__init__()
        self.found: list[tuple[str, str]] = []
        self._open: list[str] = []
        self._silent = 0

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        values = {name: value or "" for name, value in attrs}
        if not self._silent:
            self.found += [(f"{tag}[{name}]", values[name]) for name in READ_ALOUD if name in values]
            if tag == "input" and values.get("type") in {"submit", "button"}:
                self.found.append((f"{tag}[value]", values.get("value", "")))
        if tag in EMPTY:
            return
        self._open.append(tag)
        codes = values.get("translate") == "no" or ("lang" in values and tag != "html")
        if self._silent or tag in PASSED_OVER or codes:
            self._silent += 1

    def handle_endtag(self, tag: str) -> None:
        if tag not in self._open:
            return
        while self._open:
            closed = self._open.pop()
            self._silent = max(0, self._silent - 1)
            if closed == tag:
                break

    def handle_data(self, data: str) -> None:
        if not self._silent and data.strip():
            self.found.append((self._open[-1] if self._open else "", " ".join(data.split())))


def unmarked(html: str) -> set[str]:
    """The texts of a page that are neither marked nor data."""
    texts = Texts()
    texts.feed(html)
    return {f"{where}: {text}" for where, text in texts.found if words(text)}


def words(text: str) -> list[str]:
    """The Latin words of a text that stand outside of marks and are no data."""
    bare, before = text, ""
    while bare != before:  # a marked text may hold another one
        bare, before = MARKED.sub(" ", bare), bare
    return [word for word in WORD.findall(SHAPED.sub(" ", bare)) if word not in DATA]
