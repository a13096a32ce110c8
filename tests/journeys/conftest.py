"""One demo, one browser, and servers for the journeys that read and for those that write."""

from __future__ import annotations

import fcntl
import os
from collections.abc import Iterator
from pathlib import Path

import pytest
from playwright.sync_api import Browser, sync_playwright

from kehu.testing.browser import chromium
from tests.journeys.site import Site, copy_of, load_demo, served
from tests.journeys.visitor import Visit, Visitor

# A folder that `kehu demo` has loaded already saves a minute while a journey is being written.
LOADED = "KEHU_JOURNEYS_DEMO"
_loaded_by_hand = os.environ.get(LOADED, "")


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """The one long walk first: begun last, it would keep the other core waiting."""
    items.sort(key=lambda item: item.path.name != "test_pseudo.py")


@pytest.fixture(scope="session")
def demo(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The demo as `kehu demo` leaves it, loaded by whichever process comes first; nobody serves this copy."""
    if _loaded_by_hand:
        return Path(_loaded_by_hand)
    own = tmp_path_factory.getbasetemp()
    run = own.parent if "PYTEST_XDIST_WORKER" in os.environ else own
    loaded = run / "demo"
    with (run / "demo.lock").open("w") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        if not loaded.exists():
            load_demo(run / "loading").rename(loaded)
    return loaded


@pytest.fixture(scope="session")
def site(demo: Path, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Site]:
    """For journeys that only look: its figures stay those of the case."""
    with served(copy_of(demo, tmp_path_factory.mktemp("site") / "data")) as site:
        yield site


@pytest.fixture(scope="session")
def workplace(demo: Path, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Site]:
    """For journeys that write."""
    with served(copy_of(demo, tmp_path_factory.mktemp("workplace") / "data")) as site:
        yield site


@pytest.fixture(scope="session")
def browser() -> Iterator[Browser]:
    """Debian's Chromium, without a window."""
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=chromium(), args=["--no-sandbox"])
        yield browser
        browser.close()


@pytest.fixture
def visit(browser: Browser) -> Iterator[Visit]:
    """Brings somebody to a site; at the end each of them must have met no error."""
    visitors: list[Visitor] = []

    def come(site: Site, username: str = "", language: str = "en", **options: object) -> Visitor:
        visitor = Visitor(browser, site, **options)
        visitors.append(visitor)
        if username:
            visitor.sign_in(username).speak(language)
        return visitor

    yield come
    problems = []
    for visitor in visitors:
        try:
            visitor.leave()
        except AssertionError as error:
            problems.append(str(error))
    assert not problems, "\n".join(problems)
