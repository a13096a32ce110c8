"""Lists at any size: server time of list, board, groups and calendar (in process) against the same query by hand.

`ROWS=1000000 DB=sqlite bench/bench_list.py`; DB is sqlite, postgres or both.
"""

from __future__ import annotations

import os
import time
from typing import Any

import market
import measure
import multitude

TIMES = 20
BASES = {"sqlite": "sqlite", "postgres": "postgresql", "postgresql": "postgresql"}
FAR = 1_000
# What the address says; who asks; the rows by hand: condition and order.
CASES: dict[str, tuple[str, str, str, str]] = {
    "as it opens": ("", "head", "", "captured_at DESC, id DESC"),
    "by first contact": ("sort=captured_at", "head", "", "captured_at, id"),
    "by score": ("sort=-score", "head", "", "score DESC, id DESC"),
    "by name": ("sort=name", "head", "", "name, id"),
    "by stage": ("sort=stage", "head", "", "stage, id"),
    "by channel": ("sort=channel", "head", "", "channel_id, id"),
    "by owner": ("sort=owner", "head", "", "owner_id, id"),
    "by region": ("sort=region", "head", "", "region_id, id"),
    "by campaign": ("sort=campaign", "head", "", "campaign_id, id"),
    "by day of qualification": (
        "sort=-qualified_at", "head", "AND qualified_at IS NOT NULL", "qualified_at DESC, id DESC",
    ),
    "one stage": ("stage=qualified", "head", "AND stage = 'qualified'", "captured_at DESC, id DESC"),
    "score from 4": ("score-from=4", "head", "AND score >= 4", "captured_at DESC, id DESC"),
    "one owner and stage": (
        "owner={rep}&stage=potential", "head", "AND owner_id = {rep} AND stage = 'potential'",
        "captured_at DESC, id DESC",
    ),
    "one channel": ("channel={channel}", "head", "AND channel_id = {channel}", "captured_at DESC, id DESC"),
    "a week": (
        "captured_at-from=2010-05-04&captured_at-to=2010-05-10", "head",
        "AND captured_at >= '2010-05-03 16:00:00+00:00' AND captured_at < '2010-05-10 16:00:00+00:00'",
        "captured_at DESC, id DESC",
    ),
    "own leads of a representative": ("", "rep0", "AND owner_id = {rep}", "captured_at DESC, id DESC"),
    "own leads by score": ("sort=-score", "rep0", "AND owner_id = {rep}", "score DESC, id DESC"),
    "stage by name": (
        "stage=potential&sort=name", "head", "AND stage = 'potential'", "name, id",
    ),
    "channel by score": (
        "channel={channel}&sort=-score", "head", "AND channel_id = {channel}", "score DESC, id DESC",
    ),
    "own leads by name": ("sort=name", "rep0", "AND owner_id = {rep}", "name, id"),
    "the team's leads": (
        "", "chief", "AND (owner_id IN ({rep}, {chief}) OR owner_id IS NULL)", "captured_at DESC, id DESC",
    ),
    "the team's by name": (
        "sort=name", "chief", "AND (owner_id IN ({rep}, {chief}) OR owner_id IS NULL)", "name, id",
    ),
    "a group of conditions": (
        'where={{"or":[{{"field":"score","op":"gte","value":4}},{{"field":"channel.name","op":"eq","value":"Website"}}]}}',
        "head", "AND (score >= 4 OR channel_id = {channel})", "captured_at DESC, id DESC",
    ),
    "two characters": ("q=王志", "head", "AND name LIKE '王志%%'", "captured_at DESC, id DESC"),
}  # fmt: skip


def by_hand(condition: str, order: str, offset: int = 0) -> dict[str, float]:
    """The 51 rows that a page needs, without names of what they refer to, without Django."""
    from django.db import connection

    sql = (
        f"SELECT * FROM leads_lead WHERE deleted_at IS NULL {condition} ORDER BY {order} "
        f"LIMIT 51 OFFSET {offset}"
    ).replace("%%", "%")

    def ask() -> None:
        with connection.cursor() as cursor:
            cursor.execute(sql)
            cursor.fetchall()

    return measure.milliseconds(ask, TIMES)


# Other looks at the same records; there is no single query to hold them against.
LOOKS = {
    "board": "/o/lead/board",
    "board of the score from 4": "/o/lead/board?score-from=4",
    "groups by stage": "/o/lead?group=stage",
    "calendar, a month": "/o/lead/calendar?day=2010-05-05",
    "calendar, a week": "/o/lead/calendar?day=2010-05-05&span=week",
    "count, narrowed": "/o/lead/count?score-from=4",
    "editor of filters": "/o/lead/filter",
    "menu of a filter": "/o/lead/filter/menu?menu=owner",
    "records to choose from": "/o/lead/choices?q=",
}


def page(client: Any, address: str) -> dict[str, list[float]]:
    """Seconds of each request on the wall and of the CPU, after one that warms up."""
    found: dict[str, list[float]] = {"wall": [], "cpu": []}
    for number in range(TIMES + 1):
        start, cpu = time.perf_counter(), time.process_time()
        answer = client.get(address)
        if number:
            found["wall"].append(time.perf_counter() - start)
            found["cpu"].append(time.process_time() - cpu)
        assert answer.status_code == 200, (address, answer.status_code)
    return found


def far_token(user: Any) -> str:
    """The token of page 1,000 of the list as it opens."""
    from kehu.core import registry
    from kehu.kit import paging

    kind = registry.get("lead")
    records, token = kind.model.objects.visible_to(user), ""
    for _ in range(FAR - 1):
        found = paging.page(records, kind.ordering, token=token)
        token = found.next_token or token
    return token


def queries_of(client: Any, query: str) -> int:
    from django.db import connection
    from django.test.utils import CaptureQueriesContext

    with CaptureQueriesContext(connection) as captured:
        client.get(f"/o/lead?{query}")
    return len(captured)


def fill() -> None:
    """The company, its leads, and a team of a head of sales and one representative."""
    from kehu.core import changes
    from kehu.core.models import Team, User

    market.people()
    multitude.leads(measure.ROWS)
    team = Team(name="North", path="/1/")
    changes.save(team, by=None)
    Team.objects.filter(pk=team.pk).update(path=f"/{team.pk}/")
    User.objects.filter(username="rep0").update(team=team)
    changes.save(User(username="chief", name="chief", role="sales_head", team=team), by=None)


def measured() -> dict[str, Any]:
    from django.test import Client

    from kehu.campaigns.models import Channel
    from kehu.core.models import User

    loading = measure.filled(fill, measure.ROWS)
    users = {name: User.objects.get(username=name) for name in ("head", "rep0", "chief")}
    clients = {name: Client() for name in users}
    for name, user in users.items():
        clients[name].force_login(user, "allauth.account.auth_backends.AuthenticationBackend")
    known = {
        "rep": users["rep0"].pk,
        "chief": users["chief"].pk,
        "channel": Channel.objects.order_by("pk").first().pk,
    }
    found, everything = {}, {"wall": [], "cpu": []}
    for what, (query, who, condition, order) in CASES.items():
        seconds = page(clients[who], f"/o/lead?{query.format(**known)}")
        for clock, taken in seconds.items():
            everything[clock] += taken
        found[what] = against(seconds, by_hand(condition.format(**known), order))
    far = page(clients["head"], f"/o/lead?page={far_token(users['head'])}")
    found[f"page {FAR:,}"] = against(far, by_hand("", "captured_at DESC, id DESC", 50 * (FAR - 1)))
    return {
        "what": f"lists of {measure.ROWS:,} leads, 50 a page",
        "all_pages": {clock: measure.spread(taken) for clock, taken in everything.items()},
        "queries_of_a_page": queries_of(clients["head"], ""),
        "pages": found,
        "looks": {
            what: {clock: measure.spread(taken) for clock, taken in page(clients["head"], address).items()}
            for what, address in LOOKS.items()
        },
        "seconds_of_cpu_to_fill": round(loading),
        "load_average": measure.load_average(),
    }


def against(seconds: dict[str, list[float]], hand: dict[str, float]) -> dict[str, Any]:
    ours = {clock: measure.spread(taken) for clock, taken in seconds.items()}
    ratio = ours["wall"]["p50_ms"] / max(hand["p50_ms"], 0.01)
    return {**ours, "query_by_hand": hand, "ratio": round(ratio, 1)}


if __name__ == "__main__":
    chosen = os.environ.get("DB", "both")
    measure.run(
        measured, __file__, databases=("sqlite", "postgresql") if chosen == "both" else (BASES[chosen],)
    )
