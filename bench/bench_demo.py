"""The demo: its load, the dashboard of the campaign against the same statements by hand, search, the planner."""

from __future__ import annotations

import itertools
import os
import resource
import subprocess
import sys
import time
from collections.abc import Callable
from datetime import date, timedelta
from typing import Any
from unittest.mock import patch

import measure

DAYS = 20
QUERIES = 40
EDITS = 20


def loaded() -> dict[str, Any]:
    """`kehu demo` into the empty installation, as a command of its own."""
    before, start = resource.getrusage(resource.RUSAGE_CHILDREN).ru_utime, time.perf_counter()
    command = [sys.executable, "-m", "kehu", "demo", "--no-serve"]
    subprocess.run(command, check=True, stdout=subprocess.DEVNULL, env=dict(os.environ))
    used = resource.getrusage(resource.RUSAGE_CHILDREN)
    return {
        "seconds": round(time.perf_counter() - start, 1),
        "user_cpu_seconds": round(used.ru_utime - before, 1),
        "peak_mb": used.ru_maxrss // 1024,
    }


def dashboard() -> dict[str, Any]:
    """All figures of the page, each time as of another day, so that no answer is a kept one; then the same statements
    by DuckDB alone; then the same day again; then the whole page."""
    from django.test import Client

    from kehu.campaigns.models import Campaign
    from kehu.core.models import User
    from kehu.planning.dashboard import figures
    from kehu.warehouse.duck import Warehouse

    user, campaign = User.objects.get(username="marketing"), Campaign.objects.get(name="iXX")
    days = itertools.cycle(date(2010, 8, 31) + timedelta(days=day) for day in range(3 * DAYS))
    asked: list[str] = []
    source: list[Warehouse] = []
    fetch = Warehouse.fetch

    def noting(self: Warehouse, sql: str, tables: Any) -> Any:
        asked.append(sql)
        source[:] = [self]
        return fetch(self, sql, tables)

    def figures_of(day: date) -> None:
        figures.state(campaign, as_of=day, user=user)

    with measure.timed() as first:
        figures_of(next(days))
    fresh = measure.milliseconds(lambda: figures_of(next(days)), DAYS)
    with patch.object(Warehouse, "fetch", noting):
        figures_of(next(days))
    connection = source[0]._connection()
    by_hand = measure.milliseconds(lambda: [connection.execute(sql).fetchall() for sql in asked], DAYS)
    again = measure.milliseconds(lambda: figures_of(date(2010, 8, 31)), DAYS, warm=2)
    client = Client()
    client.force_login(user, "allauth.account.auth_backends.AuthenticationBackend")
    page = measure.milliseconds(lambda: client.get(f"/state/{campaign.pk}?as_of={next(days)}"), DAYS)
    return {
        "first_of_a_process_ms": round(first.wall * 1000),
        "figures": fresh,
        "statements": len(asked),
        "same_statements_by_hand": by_hand,
        "ratio": round(fresh["p50_ms"] / by_hand["p50_ms"], 2),
        "figures_asked_again": again,
        "whole_page": page,
    }


def search() -> dict[str, Any]:
    """Two characters of people's names, over everything that the user may see, against the index alone."""
    from kehu.core import registry
    from kehu.core.models import User
    from kehu.core.search.find import find, matching
    from kehu.kit.chinese import query_tokens
    from kehu.leads.models import Lead

    names = Lead.objects.order_by("email").values_list("name", flat=True)[:QUERIES]
    words = [name[:2] for name in names]
    found: dict[str, Any] = {}
    for username in ("marketing", "rep1"):
        user = User.objects.get(username=username)
        turn = itertools.cycle(words)
        found[username] = measure.milliseconds(
            ask(lambda text, who: find(text, user=who), turn, user), QUERIES
        )
    turn, kind = itertools.cycle(words), registry.get("lead")

    def candidates(text: str, who: Any) -> list[int]:
        return matching(kind, query_tokens(text), who, with_closed=True, most=20)

    alone = ask(candidates, turn, User.objects.get(username="marketing"))
    found["index_alone"] = measure.milliseconds(alone, QUERIES)
    return found


def ask(call: Callable[[str, Any], object], words: Any, who: Any) -> Callable[[], object]:
    return lambda: call(next(words), who)


def planner() -> dict[str, Any]:
    """One number edited: the plan alone, and the request with the sheet that comes back."""
    from django.test import Client
    from django.urls import reverse

    from kehu.core.models import User
    from kehu.planning import actions
    from kehu.planning.models import PlanVersion

    user = User.objects.get(username="marketing")
    source = PlanVersion.objects.order_by("-number").first()
    draft = actions.new_version(source=source, by=user)
    units = itertools.count(1001)
    client = Client(headers={"HX-Request": "true"})
    client.force_login(user, "allauth.account.auth_backends.AuthenticationBackend")
    url = reverse("plan-version", args=[draft.plan_id, draft.number])

    def edit() -> None:
        actions.edit_cell(version=draft, cell="units", value=str(next(units)), by=user)

    def post() -> None:
        answer = client.post(url, {"name": "units", "value": str(next(units))})
        assert answer.status_code == 200, answer.status_code

    return {"edit": measure.milliseconds(edit, EDITS), "request": measure.milliseconds(post, EDITS)}


def measured() -> dict[str, Any]:
    load = loaded()
    return {
        "what": "the demo: 79,083 leads, 108,724 touches",
        "load": load,
        "dashboard": dashboard(),
        "search_two_characters": search(),
        "plan": planner(),
        "load_average": measure.load_average(),
    }


if __name__ == "__main__":
    measure.run(measured, __file__)
