"""Where the journeys find their browser: Debian's Chromium, never a download."""

import shutil

MISSING = "Chromium was not found. Install the Debian package `chromium`, or run `make setup-tests` as root."


class ChromiumMissing(Exception):
    """No Chromium on this machine; the text names the package."""


def chromium() -> str:
    """The path of the browser, for Playwright's `executable_path`."""
    found = shutil.which("chromium") or shutil.which("chromium-browser")
    if not found:
        raise ChromiumMissing(MISSING)
    return found
