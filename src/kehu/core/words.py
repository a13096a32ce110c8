"""What stands for a value when it is read: the word of a choice, the mark of something withheld."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from django.utils.translation import gettext as _

WITHHELD = "•••"


@dataclass(frozen=True)
class Choice:
    """A stored code with the word that the user reads."""

    code: Any
    label: str

    def __str__(self) -> str:
        return self.label


@dataclass(frozen=True)
class Chosen:
    """Several choices at once."""

    choices: tuple[Choice, ...]

    def __str__(self) -> str:
        return _(", ").join(str(one) for one in self.choices)

    @property
    def codes(self) -> list[Any]:
        return [one.code for one in self.choices]
