"""What `kehu serve` tells whoever started it."""

from __future__ import annotations

import signal
from collections.abc import Iterator
from typing import Any

import pytest

from kehu.config import running


class Child:
    """A process that ends by itself after a few looks at it."""

    def __init__(self, *given: Any, **options: Any) -> None:
        self.looks, self.returncode = 0, 0

    def poll(self) -> int | None:
        self.looks += 1
        return None if self.looks < 4 else self.returncode

    def wait(self, seconds: float) -> int:
        return self.returncode


@pytest.fixture
def kept_signals() -> Iterator[None]:
    kept = {name: signal.getsignal(name) for name in (signal.SIGTERM, signal.SIGINT)}
    yield
    for name, handler in kept.items():
        signal.signal(name, handler)


@pytest.mark.usefixtures("kept_signals")
def test_serve_tells_its_address_once_it_answers(monkeypatch: pytest.MonkeyPatch, capsys: Any) -> None:
    ready = iter((False, True))
    monkeypatch.setattr(running, "migrate", lambda: 0)
    monkeypatch.setattr(running.subprocess, "Popen", Child)
    monkeypatch.setattr(running, "answers", lambda host, port: next(ready))
    assert running.serve(port=8123, web_only=True) == 0
    assert capsys.readouterr().out == "Kehu is at http://127.0.0.1:8123\n"


@pytest.mark.parametrize(
    ("host", "shown"),
    [
        ("127.0.0.1", "http://127.0.0.1:80"),
        ("0.0.0.0", "http://127.0.0.1:80"),
        ("::", "http://[::1]:80"),
        ("crm.test", "http://crm.test:80"),
    ],
)
def test_the_address_is_one_that_a_browser_opens(host: str, shown: str) -> None:
    assert running.address(host, 80) == shown
