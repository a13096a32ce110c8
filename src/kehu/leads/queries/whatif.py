"""What would change if a scoring version had other points or another threshold: who qualifies, and what they bring."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace
from decimal import Decimal
from typing import TYPE_CHECKING, Any

from django.utils.translation import gettext as _

from kehu.core import access, clock, registry
from kehu.core.errors import Refused
from kehu.leads.models import OPEN_STAGES, ScoringModel, Stage, TouchKind
from kehu.leads.queries.backtest import Backtest, Cell
from kehu.leads.queries.scored import score_sql
from kehu.leads.queries.scoring import version_of, versions_in_force
from kehu.leads.scoring import Version, version_at
from kehu.warehouse.queries import select

if TYPE_CHECKING:
    from kehu.core.models import User

LOWEST, HIGHEST = 1, 5
MOST_LISTED = 10_000
# Those that would qualify and do not now, those of them that are open still, those that no longer would.
SIDES = ("more", "at_once", "fewer")
# A recycled lead is judged by what it did since.
COUNTS = "since.at IS NULL OR touch.touched_at > since.at"
OPEN = ", ".join(f"'{stage.value}'" for stage in OPEN_STAGES)


@dataclass(frozen=True)
class Key:
    """Leads alike: their channel, whether a score can still qualify them, and both scores."""

    channel: int | None
    open: bool
    before: int
    after: int


@dataclass(frozen=True)
class Part:
    """How many leads qualify now and then; `at_once` are those of `more` that would qualify on adoption, being open."""

    now: int
    then: int
    more: int
    fewer: int
    at_once: int


@dataclass(frozen=True)
class Expected:
    """What the leads of one score that would qualify at once bring, by the closed leads of that score."""

    score: int
    leads: int
    evidence: Cell

    @property
    def sales(self) -> tuple[float, float, float]:
        """Low, middle, high; the bounds are those of the 95 % interval of the rate."""
        low, high = self.evidence.interval
        return self.leads * low, self.leads * (self.evidence.rate or 0.0), self.leads * high

    @property
    def money(self) -> tuple[Decimal, Decimal, Decimal]:
        """The same in money, each sale worth what the won leads of this score were worth on average."""
        each = self.evidence.money / self.evidence.won if self.evidence.won else Decimal(0)
        low, middle, high = (Decimal(number) * each for number in self.sales)
        return low, middle, high


@dataclass(frozen=True)
class WhatIf:
    """Every lead that the user may see, scored under the version in force and under another one."""

    before: Version | None
    after: Version
    counts: Mapping[Key, int]

    def qualifies_now(self, key: Key) -> bool:
        return self.before is not None and key.before >= self.before.threshold

    def part(self, threshold: int, channel: int | str | None = "") -> Part:
        """The counts at a threshold, of one channel (None: leads of none) or of all (the empty text)."""
        found: Counter[str] = Counter()
        for key, count in self.counts.items():
            if channel != "" and key.channel != channel:
                continue
            now, then = self.qualifies_now(key), key.after >= threshold
            found["now"] += count * now
            found["then"] += count * then
            found["more"] += count * (then and not now)
            found["fewer"] += count * (now and not then)
            found["at_once"] += count * (then and not now and key.open)
        return Part(found["now"], found["then"], found["more"], found["fewer"], found["at_once"])

    def channels(self) -> list[int | None]:
        """Channels of leads that there are, those of the most new ones first."""
        known = {key.channel for key in self.counts}
        return sorted(
            known, key=lambda channel: (-self.part(self.after.threshold, channel).more, str(channel))
        )

    def expected(self, evidence: Backtest) -> list[Expected]:
        """The leads that would qualify at once by score, with the closed leads of that score; highest first."""
        found: Counter[int] = Counter()
        for key, count in self.counts.items():
            if key.open and key.after >= self.after.threshold and not self.qualifies_now(key):
                found[key.after] += count
        return [
            Expected(score, count, evidence.cells.get(score, Cell()))
            for score, count in sorted(found.items(), reverse=True)
        ]


def hypothesis(
    model: ScoringModel, *, threshold: int | None = None, points: Mapping[str, int] | None = None
) -> Version:
    """A version with another threshold or other points by kind of touch; points of 0 earn nothing.

    Refused where a kind is unknown or a number lies outside of the steps.
    """
    version = version_of(model, clock.now())
    own = dict(version.points)
    for kind, worth in (points or {}).items():
        if kind not in TouchKind.values:
            raise Refused(
                _("There is no kind of touch “%(kind)s”. There are: %(kinds)s.")
                % {"kind": kind, "kinds": ", ".join(TouchKind.values)}
            )
        if not 0 <= worth <= HIGHEST:
            raise Refused(
                _("“%(kind)s” is worth 0 to %(most)s points.")
                % {"kind": TouchKind(kind).label, "most": HIGHEST}
            )
        own[kind] = worth
    wanted = version.threshold if threshold is None else threshold
    if not LOWEST <= wanted <= HIGHEST:
        raise Refused(
            _("A threshold is a whole number from %(least)s to %(most)s.")
            % {"least": LOWEST, "most": HIGHEST}
        )
    return replace(version, threshold=wanted, points={kind: worth for kind, worth in own.items() if worth})


def may_ask(user: User) -> bool:
    """Whether the user's role sees what a what-if is reckoned from."""
    return all(access.sees(user, registry.get(key)) for key in ("lead", "touch", "opportunity"))


def way_to_whatif(model: ScoringModel, user: User) -> dict[str, Any]:
    """The panel on the page of a version."""
    return {"model": model, "may_ask": may_ask(user)}


def version_points(model: ScoringModel) -> dict[str, int]:
    """Points by kind of touch, as the version has them."""
    return dict(version_of(model, clock.now()).points)


def what_if(version: Version, *, user: User | None) -> WhatIf:
    """Compare a version with the one in force, over all leads that the user may see but those screened out.

    `user=None` is the machine itself. Forbidden where the role sees no leads.
    """
    before = version_at(versions_in_force(), clock.now())
    rows = select(
        f"""{_scored(before, version)}
        SELECT channel_id, stage IN ({OPEN}), before, after, count(*) FROM scored GROUP BY ALL
        """,
        user=user,
    )
    return WhatIf(before, version, {Key(*row[:4]): row[4] for row in rows})


def leads_of(
    version: Version, *, user: User | None, side: str, channel: int | str | None = ""
) -> tuple[list[int], bool]:
    """The leads on one side of the comparison (one of SIDES), the newest first, and whether there are more."""
    if side not in SIDES:
        raise Refused(_("There is no such list."))
    before = version_at(versions_in_force(), clock.now())
    now = f"before >= {before.threshold}" if before else "FALSE"
    then = f"after >= {version.threshold}"
    condition = f"{now} AND NOT {then}" if side == "fewer" else f"{then} AND NOT {now}"
    if side == "at_once":
        condition += f" AND stage IN ({OPEN})"
    if channel != "":
        condition += " AND channel_id IS NULL" if channel is None else f" AND channel_id = {int(channel)}"
    scored = _scored(before, version)
    text = f"{scored} SELECT id FROM scored WHERE {condition} ORDER BY id DESC LIMIT {MOST_LISTED + 1}"
    ids = [row[0] for row in select(text, user=user)]
    return ids[:MOST_LISTED], len(ids) > MOST_LISTED


def _scored(before: Version | None, after: Version) -> str:
    """Every lead with both scores; touches are added up first, as they are the many."""
    first = score_sql(before, COUNTS) if before else "0"
    return f"""
    WITH since AS (
      SELECT lead_stage_change.lead_id, max(lead_stage_change.changed_at) AS at
      FROM lead_stage_change JOIN lead ON lead.id = lead_stage_change.lead_id
      WHERE lead_stage_change.to_stage = '{Stage.RECYCLED.value}' AND lead.stage = '{Stage.RECYCLED.value}'
      GROUP BY lead_stage_change.lead_id
    ),
    touched AS (
      SELECT touch.lead_id, {first} AS before, {score_sql(after, COUNTS)} AS after
      FROM touch LEFT JOIN since ON since.lead_id = touch.lead_id GROUP BY touch.lead_id
    ),
    scored AS (
      SELECT lead.id, lead.channel_id, lead.stage,
        coalesce(touched.before, 0) AS before, coalesce(touched.after, 0) AS after
      FROM lead LEFT JOIN touched ON touched.lead_id = lead.id WHERE lead.stage <> '{Stage.SCREENED_OUT.value}'
    )
    """


def read_points(pairs: Iterable[str], sign: str = "=") -> dict[str, int]:
    """`scan=3` and more, as the command line and addresses write them."""
    found = {}
    for pair in pairs:
        kind, there, worth = pair.partition(sign)
        if not there or not (worth.isascii() and worth.isdigit() and len(worth) < 4):
            raise Refused(
                _("“%(pair)s” are no points; write them as KIND%(sign)s3.") % {"pair": pair, "sign": sign}
            )
        found[kind.strip()] = int(worth)
    return found
