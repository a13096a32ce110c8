"""The words of words.toml: of names that are suspicious, and of values that are an outcome."""

from __future__ import annotations

import tomllib
from functools import cache
from pathlib import Path


@cache
def _read() -> dict[str, tuple[str, ...]]:
    with (Path(__file__).parent / "words.toml").open("rb") as file:
        return {kind: tuple(words) for kind, words in tomllib.load(file).items()}


def suspicious() -> dict[str, tuple[str, ...]]:
    """What columns are called that may know the outcome, by kind of suspicion."""
    return {kind: _read()[kind] for kind in ("later", "judged")}


def outcomes() -> tuple[frozenset[str], frozenset[str]]:
    """Values that mean success, and values that mean none, folded."""
    return frozenset(_read()["won"]), frozenset(_read()["lost"])
