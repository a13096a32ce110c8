"""What the columns of a file mean by their names: words in three languages, and the layouts of known systems."""

from __future__ import annotations

import re
import tomllib
from collections.abc import Iterable
from dataclasses import dataclass, field
from functools import cache
from pathlib import Path

from kehu.kit import chinese

_NO_WORD = re.compile(r"[\W_]+")
_IN_BRACKETS = re.compile(r"[(（\[【].*?[)）\]】]")
_MARKS_AT_LEAST, _SHARE_OF_MARKS = 3, 0.7


@dataclass(frozen=True)
class Layout:
    """The export of a known system; `means` gives folded names of columns a meaning, or none ("")."""

    label: str
    marks: frozenset[str]
    means: dict[str, str] = field(default_factory=dict)


def key(name: str) -> str:
    """A column's name as it is compared."""
    return _NO_WORD.sub("", chinese.fold(name))


def told_apart(label: str, path: str) -> str:
    """What an export calls a field whose label others have, too."""
    return f"{label} ({path})"


def meaning_of(name: str) -> str:
    """What a name means; empty where that is not known. Brackets, as in `Amount spent (INR)`, may be left out."""
    return _meanings().get(key(name)) or _meanings().get(key(_IN_BRACKETS.sub("", name)), "")


def stands_in(meaning: str) -> list[str]:
    """Fields that take what has this meaning where the object has no field of the very meaning."""
    return _words()["stands_in"].get(meaning, [])


def layout_of(header: Iterable[str]) -> Layout | None:
    """The known system whose export has this header: the one of which the largest share of marks is there."""
    there = {key(name) for name in header}
    fitting = []
    for layout in _layouts():
        count = len(layout.marks & there)
        if count >= _MARKS_AT_LEAST and count >= _SHARE_OF_MARKS * len(layout.marks):
            fitting.append((count / len(layout.marks), count, layout))
    return max(fitting, key=lambda found: found[:2])[2] if fitting else None


def _words() -> dict[str, dict[str, list[str]]]:
    return _read("words.toml")


@cache
def _read(name: str) -> dict:  # type: ignore[type-arg]
    return tomllib.loads(Path(__file__).with_name(name).read_text(encoding="utf-8"))


@cache
def _meanings() -> dict[str, str]:
    found: dict[str, str] = {}
    for meaning, names in _words()["meanings"].items():
        for name in (meaning, *names):
            found.setdefault(key(name), meaning)
    return found


@cache
def _layouts() -> list[Layout]:
    return [
        Layout(
            given["label"],
            frozenset(key(mark) for mark in given["marks"]),
            {key(name): meaning for name, meaning in given.get("means", {}).items()},
        )
        for given in _read("layouts.toml")["layout"]
    ]
