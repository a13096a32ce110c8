"""Lists at any size: server time of list, board, groups, calendar, search and record pages, in process.

`ROWS=1000000 DB=sqlite bench/bench_list.py`; DB is sqlite, postgres or both. `KEEP=folder` keeps the filled databases
there and finds them again, `CASE=board` measures only what has that in its name, `TIMES=20` says how often.

Of each: p50 and p95 of the CPU of this process (`cpu`), of PostgreSQL's for it (`server`), of both (`both`) and of the
wall. The limit of a list is the same query by hand; of everything else the smallest page (the bell: session, sign-in,
one count).
"""

from __future__ import annotations

import os
import time
from collections.abc import Callable
from typing import Any

import market
import measure
import multitude

TIMES = int(os.environ.get("TIMES") or 20)
CASE = os.environ.get("CASE", "")
BASES = {"sqlite": "sqlite", "postgres": "postgresql", "postgresql": "postgresql"}
FAR = 1_000
SMALLEST = "/notices/bell"
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

    found = timed_calls(ask)
    return measure.spread(found["wall"]) | {"both_ms": measure.spread(found["both"])["p50_ms"]}


# Other looks at the same records; there is no single query to hold them against. Who asks: the head of marketing.
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
    "e-mail contains, few": 'where={"field":"email","op":"contains","value":"many50000"}',
    "name contains, many": 'where={"field":"name","op":"contains","value":"志明"}',
    "palette, opened": "/palette?q=",
    "palette, two characters": "/palette?q=王志",
    "record": "/o/lead/{lead}",
    "record beside the list": "/o/lead/{lead} HX",
}
WORDS = {
    "two characters": "王志", "three characters": "王志明", "one character": "王",
    "an e-mail address": "many5000@example.com", "a common word": "example",
}  # fmt: skip


def page(client: Any, address: str) -> dict[str, list[float]]:
    """Seconds of each request on the wall and of CPU, here and at PostgreSQL, after one that warms up."""
    address, _space, htmx = address.partition(" ")
    if address.startswith("where="):
        address = f"/o/lead?{address}"
    headers = {"HX-Request": "true"} if htmx else {}
    return timed_calls(lambda: answered(client, address, headers))


def answered(client: Any, address: str, headers: dict[str, str]) -> None:
    answer = client.get(address, headers=headers)
    assert answer.status_code == 200, (address, answer.status_code)


def timed_calls(call: Callable[[], object]) -> dict[str, list[float]]:
    found: dict[str, list[float]] = {"wall": [], "cpu": [], "server": [], "both": []}
    there = measure.server_cpu()
    for number in range(TIMES + 1):
        start, cpu, server = time.perf_counter(), time.process_time(), there()
        call()
        wall, cpu = time.perf_counter() - start, time.process_time() - cpu
        server = there() - server
        if number:
            for clock, taken in (("wall", wall), ("cpu", cpu), ("server", server), ("both", cpu + server)):
                found[clock].append(taken)
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
    from kehu.leads.models import Lead

    loading = measure.filled(fill, measure.ROWS)
    users = {name: User.objects.get(username=name) for name in ("head", "rep0", "chief")}
    clients = {name: Client() for name in users}
    for name, user in users.items():
        clients[name].force_login(user, "allauth.account.auth_backends.AuthenticationBackend")
    known = {
        "rep": users["rep0"].pk,
        "chief": users["chief"].pk,
        "channel": Channel.objects.order_by("pk").first().pk,
        "lead": Lead.objects.order_by("pk")[5].pk,
    }
    bare = timed_calls(lambda: answered(clients["head"], SMALLEST, {}))
    limit = measure.spread(bare["both"])
    pages = dict(_pages(clients, users, known))
    everything = [taken for _what, seconds, _hand in pages.values() for taken in seconds["both"]]
    return {
        "what": f"lists of {measure.ROWS:,} leads, 50 a page",
        "yardstick_ms": measure.yardstick(),
        "smallest_page": limit,
        "all_pages": measure.spread(everything) if everything else None,
        "queries_of_a_page": queries_of(clients["head"], ""),
        "pages": {what: against(seconds, hand) for what, seconds, hand in pages.values()},
        "looks": {
            what: against(page(clients["head"], in_place(address, known)), limit)
            for what, address in LOOKS.items()
            if CASE in what
        },
        "search": dict(_searches(users, limit)),
        "seconds_of_cpu_to_fill": round(loading),
        "load_average": measure.load_average(),
    }


def in_place(address: str, known: dict[str, int]) -> str:
    return address.replace("{lead}", str(known["lead"]))


def _pages(clients: dict[str, Any], users: dict[str, Any], known: dict[str, int]) -> Any:
    for what, (query, who, condition, order) in CASES.items():
        if CASE not in what:
            continue
        seconds = page(clients[who], f"/o/lead?{query.format(**known)}")
        yield what, (what, seconds, by_hand(condition.format(**known), order))
    what = f"page {FAR:,}"
    if CASE in what:
        far = page(clients["head"], f"/o/lead?page={far_token(users['head'])}")
        yield what, (what, far, by_hand("", "captured_at DESC, id DESC", 50 * (FAR - 1)))


def _searches(users: dict[str, Any], limit: dict[str, float]) -> Any:
    from kehu.core import search

    for who, user in users.items():
        for what, words in WORDS.items():
            name = f"{what}, {who}"
            if CASE in name:
                found = timed_calls(lambda words=words, user=user: search.find(words, user=user))
                yield name, against(found, limit)


def against(seconds: dict[str, list[float]], limit: dict[str, float]) -> dict[str, Any]:
    ours = {clock: measure.spread(taken) for clock, taken in seconds.items()}
    ratio = ours["both"]["p50_ms"] / max(limit.get("both_ms", limit["p50_ms"]), 0.01)
    return {**ours, "limit": limit, "ratio": round(ratio, 1)}


if __name__ == "__main__":
    chosen = os.environ.get("DB", "both")
    measure.run(
        measured, __file__, databases=("sqlite", "postgresql") if chosen == "both" else (BASES[chosen],)
    )
