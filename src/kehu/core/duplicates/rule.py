"""What makes two records look like one: the fields that are compared, and what their agreement says.

Every field adds or takes weight: the logarithm (base 2) of how much more often two rows about one thing agree in it
than two rows about different things do (Fellegi and Sunter). What is empty says nothing.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from math import log2

SAME, NEAR, OTHER = "same", "near", "other"
LEAST_CHANCE = 1e-7


@dataclass(frozen=True)
class Likeness:
    """How often two rows about one thing have the same value, and a near one; then the same for unrelated rows."""

    same: float
    near: float
    chance_same: float
    chance_near: float = 0.0

    def weight(self, level: str) -> float:
        """What it says when two values are the same, near, or other."""
        if level == SAME:
            return log2(self.same / max(self.chance_same, LEAST_CHANCE))
        if level == NEAR:
            return log2(max(self.near, LEAST_CHANCE) / max(self.chance_near, LEAST_CHANCE))
        chance = 1 - min(self.chance_same + self.chance_near, 0.99)
        return log2((1 - self.same - self.near) / chance)

    def with_chances(self, same: float, near: float) -> Likeness:
        """The same with what was counted in the rows at hand."""
        return Likeness(self.same, self.near, same, near)


# The chances are those of a company's own address book; a scan counts them in its rows instead.
LIKENESSES = {
    "name": Likeness(same=0.75, near=0.2, chance_same=1e-3, chance_near=5e-3),
    "company": Likeness(same=0.75, near=0.2, chance_same=1e-4, chance_near=1e-3),
    "phone": Likeness(same=0.8, near=0.0, chance_same=1e-5),
    # Mailboxes of namesakes look alike, so that a near one says nothing.
    "email": Likeness(same=0.8, near=0.0, chance_same=1e-6),
    # What names one thing, such as a serial number.
    "key": Likeness(same=0.8, near=0.0, chance_same=1e-5),
    "code": Likeness(same=0.8, near=0.15, chance_same=1e-4, chance_near=1e-3),
    "text": Likeness(same=0.7, near=0.15, chance_same=1e-3, chance_near=5e-3),
}
# By how they sound they are found, too: typed in other characters or in another order of words.
SOUNDING = ("name", "company")
# Only as they are, or not at all.
EXACT = ("phone", "email", "key")


@dataclass(frozen=True)
class Compared:
    """Fields that are compared as one: any value of one record with any value of the other.

    `by` is name (of a person), company, phone, email, key (of one thing), code (numbers and dates) or text.
    Several fields only as phone.
    """

    by: str
    fields: tuple[str, ...]

    def __post_init__(self) -> None:
        if self.by not in LIKENESSES or not self.fields or (len(self.fields) > 1 and self.by != "phone"):
            raise ValueError(f"{self.fields} cannot be compared by {self.by}")


@dataclass(frozen=True)
class DuplicateRule:
    """The duplicate rule of an object type.

    `warns_from` is the probability from which whoever types a new record is warned.
    Where two are merged, rows of the object types `stays` do not move, fields that `follow` from what moved are not
    chosen, and `merged(survivor=, other=, by=, batch=)` draws the conclusions; it may refuse.
    """

    compared: tuple[Compared, ...]
    warns_from: float = 0.3
    stays: tuple[str, ...] = ()
    follow: tuple[str, ...] = ()
    merged: Callable[..., None] | None = None


def probability(weight: float, prior: float) -> float:
    """How likely two rows are about one thing, after their weight; `prior` is that of any two rows."""
    exponent = max(min(-(weight + log2(prior / (1 - prior))), 60.0), -60.0)
    return 1 / (1 + 2**exponent)
