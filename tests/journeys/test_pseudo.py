"""Every page of every role in the pseudo-language: whatever is not between ⟦ and ⟧ is not marked for translation."""

from __future__ import annotations

import re
from collections.abc import Iterator
from pathlib import Path

import pytest
from playwright.sync_api import Page

from kehu.shell.demo import company
from scripts import pseudo
from tests.journeys.site import Site, copy_of, served
from tests.journeys.visitor import Visit, Visitor
from tests.journeys.wording import unmarked

pytestmark = pytest.mark.journey
LANGUAGE = "zh-hant"
ROLES = {user.role: user.username for user in reversed(company.users())}
OTHERS = sorted(set(ROLES.values()) - {"admin"})
# Pages that differ by role: Today, and records with their buttons and panels.
VARIES = re.compile(r"^/(o/(lead|opportunity|order|account|contact|campaign|plan|task|target)(/N)?)?$")
ADDRESS = re.compile(r'href="(/[^"#?]*)(?:\?[^"]*)?"')


@pytest.fixture(scope="session")
def disguised(demo: Path, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Site]:
    """A site whose traditional Chinese is the pseudo-language."""
    catalogues = pseudo.write(tmp_path_factory.mktemp("pseudo"))
    data = copy_of(demo, tmp_path_factory.mktemp("disguised") / "data")
    settings = {
        "DJANGO_SETTINGS_MODULE": "tests.journeys.pseudo_settings",
        "KEHU_JOURNEYS_PSEUDO": str(catalogues),
    }
    with served(data, **settings) as site:
        yield site


class Walk:
    """Opens addresses once each and collects the unmarked texts with the first page that shows them."""

    def __init__(self, visitor: Visitor, seen: set[str]) -> None:
        self.visitor = visitor
        self.seen = seen
        self.found: dict[str, str] = {}

    def read(self, address: str, html: str) -> None:
        for text in unmarked(html):
            self.found.setdefault(text, address)

    def open(self, address: str) -> Page:
        """In the browser, with what its scripts add."""
        page = self.visitor.go(address)
        self.read(address, page.content())
        return page

    def fetch(self, address: str) -> str:
        """As the server answers it; the scripts of a page are the same for every role."""
        answer = self.visitor.context.request.get(address)
        assert answer.status < 500, f"{address}: {answer.status}"
        self.read(address, answer.text())
        return answer.text()

    def new(self, addresses: list[str]) -> list[str]:
        fresh = [address for address in dict.fromkeys(addresses) if shape(address) not in self.seen]
        self.seen.update(map(shape, fresh))
        return list({shape(address): address for address in fresh}.values())


def shape(address: str) -> str:
    """Addresses that differ by a number alone are the same page with other data."""
    return re.sub(r"\d+", "N", address)


def addresses(html: str) -> list[str]:
    """Where the links of a page lead, apart from files."""
    return [found for found in ADDRESS.findall(html) if not re.match(r"/static/|/api/|.*\.(csv|pdf)$", found)]


def walk(visitor: Visitor, seen: set[str], *, fetch: bool) -> Walk:
    """From the navigation to the lists, boards and new forms, to the first record of each and what it offers."""
    steps = Walk(visitor, seen)
    turn = steps.fetch if fetch else lambda address: steps.open(address).content()
    waiting = ["/"]
    while waiting:
        html = turn(waiting.pop(0))
        waiting += steps.new(addresses(html))
    return steps


def report(found: dict[str, str]) -> str:
    return "\n".join(
        f"{address}  {text}" for text, address in sorted(found.items(), key=lambda item: item[1])
    )


def test_every_text_on_every_page_is_marked(disguised: Site, visit: Visit) -> None:
    """The administrator reaches every page; on lists and records the other roles see other buttons and panels."""
    steps = walk(visit(disguised, "admin", LANGUAGE), set(), fetch=False)
    assert len(steps.seen) > 60
    found = steps.found
    forms = {page for page in steps.seen if not VARIES.match(page)}
    for username in OTHERS:
        steps = walk(visit(disguised, username, LANGUAGE), set(forms), fetch=True)
        found = {**steps.found, **found}
        assert len(steps.seen) > len(forms) + 5, username
    assert not found, report(found)
