"""The screenshots of docs/: `python -m scripts.screenshots FOLDER`, where FOLDER is what `kehu demo` has loaded.

Serves a copy of the demo, walks through its main pages in every language, on a screen and on a phone, and in
one language also in the dark, and writes docs/screenshots/PAGE-LANGUAGE-WIDTH[-dark].png.
"""

from __future__ import annotations

import sys
import tempfile
from collections.abc import Callable
from pathlib import Path

from playwright.sync_api import Browser, Page, sync_playwright

from kehu.testing.browser import chromium
from tests.journeys.site import ROOT, Site, copy_of, served
from tests.journeys.visitor import Visitor

TARGET = ROOT / "docs/screenshots"
LANGUAGES = ("zh-hans", "zh-hant", "en")
IN_THE_DARK = ("zh-hans", 1440)
SIZES = {1440: 960, 390: 844}


def first_customer(visitor: Visitor) -> Page:
    """A lead that went all the way, with the reasons for its score."""
    page = visitor.go("/o/lead?stage=customer")
    return visitor.go(page.locator("table[data-rows] tbody tr").first.get_attribute("data-url") or "")


def at(path: str) -> Callable[[Visitor], Page]:
    return lambda visitor: visitor.go(path)


# What is shown, and to whom.
SHOTS: dict[str, tuple[str, Callable[[Visitor], Page]]] = {
    "signin": ("", at("/accounts/login/")),
    "today": ("gm", at("/")),
    "state": ("gm", at("/state")),
    "plan": ("marketing", at("/plans/1/v1")),
    "leads": ("marketing", at("/o/lead")),
    "lead": ("marketing", first_customer),
    "board": ("rep1", at("/o/opportunity/board")),
}


def visitors(browser: Browser, site: Site, width: int, dark: bool) -> dict[str, Visitor]:
    """One signed-in visitor for each person of the shots, on a screen of that width."""
    options = {
        "viewport": {"width": width, "height": SIZES[width]},
        "is_mobile": width < 600,
        "color_scheme": "dark" if dark else "light",
    }
    people = {
        name: Visitor(browser, site, **options) for name in dict.fromkeys(who for who, _to in SHOTS.values())
    }
    for name, visitor in people.items():
        if name:
            visitor.sign_in(name).look("dark" if dark else "light")
    return people


def take(people: dict[str, Visitor], language: str, width: int, dark: bool) -> None:
    """All shots in one language."""
    for name, (who, go) in SHOTS.items():
        visitor = people[who]
        if who:
            visitor.speak(language)
        else:
            visitor.context.add_cookies(
                [{"name": "django_language", "value": language, "url": visitor.site.address}]
            )
        page = go(visitor)
        page.wait_for_load_state("networkidle")
        page.mouse.move(0, 0)
        file = TARGET / f"{name}-{language}-{width}{'-dark' if dark else ''}.png"
        page.screenshot(path=file, scale="css", animations="disabled")


def main(folder: Path) -> None:
    TARGET.mkdir(parents=True, exist_ok=True)
    with (
        tempfile.TemporaryDirectory() as temporary,
        served(copy_of(folder, Path(temporary) / "data")) as site,
        sync_playwright() as playwright,
    ):
        browser = playwright.chromium.launch(executable_path=chromium(), args=["--no-sandbox"])
        for width in SIZES:
            for dark in (False, True):
                languages = [one for one in LANGUAGES if not dark or (one, width) == IN_THE_DARK]
                if not languages:
                    continue
                people = visitors(browser, site, width, dark)
                for language in languages:
                    take(people, language, width, dark)
                for visitor in people.values():
                    visitor.leave()
        browser.close()


if __name__ == "__main__":
    if len(sys.argv) != 2:
        sys.exit(__doc__)
    main(Path(sys.argv[1]))
