"""Somebody at the browser: signs in, goes about, and remembers everything that went wrong on the way."""

from __future__ import annotations

import re
from collections.abc import Callable
from typing import Any

from playwright.sync_api import Browser, BrowserContext, ConsoleMessage, Page, Response, expect

from kehu.shell.demo.company import PASSWORD
from tests.journeys.site import Site

DESKTOP = {"width": 1440, "height": 900}
PHONE = {"width": 390, "height": 844}
PATIENCE = 30_000
# What Chromium itself says about an answer that the journey asked for, such as a form with errors.
STATUS = re.compile(r"Failed to load resource: the server responded with a status of (\d+)")
# What htmx says of a request that was under way when the visitor went on to another page; a request that failed
# says `sendError` or `responseError` beside it.
LEFT = re.compile(r"^htmx:(sendAbort|afterRequest)\b")

expect.set_options(timeout=PATIENCE)


class Visitor:
    """One person in one browser context; `page` is the first tab."""

    def __init__(self, browser: Browser, site: Site, **options: Any) -> None:
        self.site = site
        self.problems: list[str] = []
        self.expected: set[int] = set()
        options = {"reduced_motion": "reduce", "timezone_id": "Asia/Taipei", "viewport": DESKTOP, **options}
        self.context: BrowserContext = browser.new_context(base_url=site.address, **options)
        self.context.set_default_timeout(PATIENCE)
        self.context.on("page", self._watch)
        self.page: Page = self.context.new_page()

    def _watch(self, page: Page) -> None:
        page.on("console", self._heard)
        page.on("pageerror", lambda error: self.problems.append(f"{page.url}: {error}"))
        page.on("response", self._answered)

    def _heard(self, message: ConsoleMessage) -> None:
        if message.type not in {"error", "warning"}:
            return
        if LEFT.search(message.text):
            return
        status = STATUS.search(message.text)
        if status and int(status.group(1)) in self.expected:
            return
        self.problems.append(f"{message.location.get('url', '')}: console {message.type}: {message.text}")

    def _answered(self, response: Response) -> None:
        if response.status >= 500:
            self.problems.append(f"{response.request.method} {response.url}: {response.status}")

    def expects(self, *statuses: int) -> None:
        """Answers of this kind are what the journey is about."""
        self.expected.update(statuses)

    def sign_in(self, username: str, password: str = PASSWORD) -> Visitor:
        self.page.goto("/accounts/login/")
        self.page.locator("#id_login").fill(username)
        self.page.locator("#id_password").fill(password)
        self.page.locator("main form button.btn-primary, form.k-stack button.btn-primary").first.click()
        self.page.wait_for_url(lambda url: "/accounts/login" not in url)
        return self

    def speak(self, language: str) -> Visitor:
        """Choose a language as the switch does."""
        return self._prefer("/language", "language", language)

    def look(self, theme: str) -> Visitor:
        """Choose light or dark as the switch does."""
        return self._prefer("/theme", "theme", theme)

    def _prefer(self, path: str, name: str, value: str) -> Visitor:
        token = self.page.locator('meta[name="csrf-token"]').get_attribute("content") or ""
        headers = {"X-CSRFToken": token, "Referer": self.site.address}
        answer = self.context.request.post(path, form={name: value}, headers=headers, max_redirects=0)
        assert answer.status == 302, answer.status
        return self

    def go(self, path: str) -> Page:
        """Open an address; whatever the page asks for is there when this returns."""
        answer = self.page.goto(path)
        assert answer is not None
        assert answer.status < 400 or answer.status in self.expected, f"{path}: {answer.status}"
        return self.page

    def tab(self, path: str) -> Page:
        """One more tab of the same person."""
        page = self.context.new_page()
        page.goto(path)
        return page

    def leave(self) -> None:
        """Close the browser and fail on anything that went wrong meanwhile."""
        self.context.close()
        assert not self.problems, "\n".join(self.problems)


Visit = Callable[..., Visitor]
