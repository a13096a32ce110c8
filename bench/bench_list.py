"""The list of leads: server time of its pages (Django's test client, in process) against the same query by hand."""

from __future__ import annotations

import time
from typing import Any

import market
import measure

TIMES = 20
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


def page(client: Any, query: str) -> list[float]:
    """Seconds of each request, after one that warms up."""
    seconds = []
    for number in range(TIMES + 1):
        start = time.perf_counter()
        answer = client.get(f"/o/lead?{query}")
        if number:
            seconds.append(time.perf_counter() - start)
        assert answer.status_code == 200, answer.status_code
    return seconds


def far_token(user: Any) -> str:
    """The token of page 1,000 of the list as it opens."""
    from kehu.core import registry
    from kehu.core.views.list import with_references
    from kehu.kit import paging

    kind = registry.get("lead")
    records = with_references(kind, kind.model.objects.visible_to(user), user)
    token = ""
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


def measured() -> dict[str, Any]:
    from django.db import connection
    from django.test import Client

    from kehu.campaigns.models import Channel
    from kehu.core.models import User
    from kehu.leads.actions import load_leads

    market.people()
    with measure.timed() as loading:
        load_leads(market.histories(measure.ROWS), by=None)
    with connection.cursor() as cursor:
        cursor.execute("ANALYZE")
    users = {name: User.objects.get(username=name) for name in ("head", "rep0")}
    clients = {name: Client() for name in users}
    for name, user in users.items():
        clients[name].force_login(user, "allauth.account.auth_backends.AuthenticationBackend")
    known = {"rep": users["rep0"].pk, "channel": Channel.objects.order_by("pk").first().pk}
    found, everything = {}, []
    for what, (query, who, condition, order) in CASES.items():
        seconds = page(clients[who], query.format(**known))
        everything += seconds
        found[what] = against(seconds, by_hand(condition.format(**known), order))
    token = far_token(users["head"])
    far = page(clients["head"], f"page={token}")
    found[f"page {FAR:,}"] = against(far, by_hand("", "captured_at DESC, id DESC", 50 * (FAR - 1)))
    return {
        "what": f"list of {measure.ROWS:,} leads, 50 a page",
        "all_together": measure.spread(everything + far),
        "queries_of_a_page": queries_of(clients["head"], ""),
        "pages": found,
        "leads_loaded_per_cpu_second": round(measure.ROWS / loading.cpu),
        "load_average": measure.load_average(),
    }


def against(seconds: list[float], hand: dict[str, float]) -> dict[str, Any]:
    ours = measure.spread(seconds)
    return {
        "page": ours,
        "query_by_hand": hand,
        "ratio": round(ours["p50_ms"] / max(hand["p50_ms"], 0.01), 1),
    }


if __name__ == "__main__":
    measure.run(measured, __file__, databases=("sqlite", "postgresql"))
