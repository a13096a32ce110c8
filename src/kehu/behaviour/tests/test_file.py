"""`kehu events post`: events from a file."""

from __future__ import annotations

import json
from importlib import import_module
from pathlib import Path
from typing import Any

import pytest

from kehu.behaviour import actions
from kehu.behaviour.actions import intake
from kehu.behaviour.models import Event, Site

from .conftest import event


def main(arguments: list[str]) -> int:
    """The command line, which stands above this module."""
    found: int = import_module("kehu.config.cli").main(arguments)
    return found


pytestmark = pytest.mark.django_db(transaction=True)


def digested() -> int:
    while actions.digest():
        pass
    return Event.objects.count()


def test_a_file_is_taken_in_and_broken_lines_are_named(site: Site, tmp_path: Path, capsys: Any) -> None:
    lines = [json.dumps(event()), "{broken", "", json.dumps(event(kind="dance")), json.dumps(event())]
    path = tmp_path / "events.ndjson"
    path.write_text("\n".join(lines))
    assert main(["events", "post", str(path), "--json"]) == 0
    told = capsys.readouterr()
    assert json.loads(told.out) == {"lines": 5, "accepted": 2, "refused": 2}
    assert "line 2:" in told.err and "line 4:" in told.err
    assert digested() == 2
    assert main(["events", "post", str(path), "--json"]) == 0
    assert digested() == 2


def test_a_file_that_was_stopped_goes_on_where_it_was(
    site: Site, tmp_path: Path, capsys: Any, monkeypatch: Any
) -> None:
    path = tmp_path / "events.ndjson"
    path.write_text("".join(json.dumps(event(visitor=f"visitor-{n}")) + "\n" for n in range(1200)))
    take, calls = intake.take, []

    def stopped(**given: Any) -> Any:
        calls.append(1)
        if len(calls) == 2:
            raise KeyboardInterrupt
        return take(**given)

    monkeypatch.setattr(intake, "take", stopped)
    assert main(["events", "post", str(path), "--json"]) == 130
    assert main(["events", "post", str(path), "--json"]) == 0
    assert json.loads(capsys.readouterr().out) == {"lines": 1200, "accepted": 700, "refused": 0}
    assert digested() == 1200


def test_a_line_without_end_is_refused_and_the_next_one_counts(
    site: Site, tmp_path: Path, capsys: Any
) -> None:
    path = tmp_path / "events.ndjson"
    path.write_text("[" * (3 << 20) + "\n" + json.dumps(event()) + "\n")
    assert main(["events", "post", str(path), "--json"]) == 0
    assert json.loads(capsys.readouterr().out) == {"lines": 2, "accepted": 1, "refused": 1}
