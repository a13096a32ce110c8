"""What the door takes, what it refuses, and that an event counts once."""

from __future__ import annotations

import json
from datetime import timedelta
from typing import Any

import pytest
from django.test import Client
from django.utils import timezone

from kehu.behaviour import actions, queries
from kehu.behaviour.models import Arrival, Event, Site, SiteDay
from kehu.core import clock
from kehu.core.actions.tokens import issue_token
from kehu.core.tests.company import person

from .conftest import BROWSER, ORIGIN, event

pytestmark = pytest.mark.django_db


def counted(site: Site) -> dict[str, int]:
    row = SiteDay.objects.get(site=site)
    return {name: getattr(row, name) for name in queries.COUNTED}


def test_what_a_page_sends_is_an_event_when_it_has_been_taken_apart(site: Site, send: Any) -> None:
    utm = {"source": "news", "medium": "cpc", "campaign": "ixx"}
    sent = event(title="The new one", utm=utm, referrer="https://news.example.org/", properties={"depth": 3})
    answer = send(sent)
    assert (answer.status_code, answer.json()) == (202, {"accepted": 1, "refused": []})
    assert answer["Access-Control-Allow-Origin"] == ORIGIN
    assert actions.digest() == 1
    kept = Event.objects.get()
    assert (kept.key, kept.title, kept.utm_campaign, kept.properties) == (
        sent["id"],
        "The new one",
        "ixx",
        {"depth": 3},
    )
    assert abs(kept.at - clock.now()) < timedelta(minutes=1)
    assert not Arrival.objects.exists()


def test_the_same_event_sent_again_counts_once(site: Site, send: Any) -> None:
    one, other = event(), event()
    assert send(one, one).json()["accepted"] == 2
    actions.digest()
    send(one, other)
    actions.digest()
    assert Event.objects.count() == 2
    assert counted(site) == {"taken": 2, "bots": 0, "repeated": 2, "refused": 0}


@pytest.mark.parametrize(
    "wrong",
    [
        {"id": "short"},
        {"id": None},
        {"visitor": "a b c d e f g"},
        {"kind": "dance"},
        {"kind": ["view"]},
        {"at": "yesterday"},
        {"at": "2010-03-02T09:00:00"},
        {"at": 1e300},
        {"at": True},
        {"title": 7},
        {"title": "a\x00b"},
        {"title": "a\ud800b"},
        {"utm": "news"},
        {"utm": {"source": 1}},
        {"colour": "red"},
        {"kind": "custom"},
        {"properties": []},
        {"properties": {"": 1}},
        {"properties": {"deep": {"er": 1}}},
        {"properties": {"much": "x" * 501}},
        {"properties": {"large": 10**400}},
        {"properties": {str(n): n for n in range(31)}},
    ],
    ids=str,
)
def test_a_broken_event_is_refused_by_its_position_and_the_others_count(
    site: Site, send: Any, wrong: Any
) -> None:
    answer = send(event(), event() | wrong, event())
    assert answer.status_code == 202
    told = answer.json()
    assert told["accepted"] == 2
    assert [one["position"] for one in told["refused"]] == [1]
    assert told["refused"][0]["reason"].endswith(".")
    actions.digest()
    assert counted(site) == {"taken": 2, "bots": 0, "repeated": 0, "refused": 1}


@pytest.mark.parametrize(
    ("body", "status"),
    [
        (b"", 422),
        (b"\xff\xfe", 422),
        (b"{", 422),
        (b"7", 422),
        (b"[" * 100_000, 422),
        (b'{"site":"nowhere","events":[]}', 404),
        (b'{"site":["showroom"],"events":[]}', 404),
        (b'{"site":"showroom","events":{}}', 422),
        (b'{"site":"showroom","events":[],"more":1}', 422),
        (b'{"site":"showroom","events":[],"sent":"NaN"}', 422),
        (b'{"site":"showroom","events":[NaN]}', 422),
        (b'{"site":"showroom","events":[],"identify":"forged","visitor":"visitor-one"}', 422),
        (b'{"site":"showroom","events":[' + b"1," * 1000 + b"1]}", 422),
        (b"x" * (300 << 10), 413),
    ],
    ids=lambda value: str(value)[:50],
)
def test_a_call_that_makes_no_sense_is_refused_with_a_sentence(site: Site, body: bytes, status: int) -> None:
    answer = Client().post("/e", body, content_type="text/plain", headers={"origin": ORIGIN})
    assert answer.status_code == status, answer.content
    assert answer.json()["detail"].endswith(".")
    assert not Arrival.objects.exists()


def test_only_pages_of_the_sites_origins_may_send(site: Site, send: Any) -> None:
    assert send(event(), origin="https://evil.example").status_code == 403
    assert send(event(), origin="null").status_code == 403
    assert Client().options("/e", headers={"origin": "https://evil.example"}).status_code == 403
    assert Client().options("/e", headers={"origin": ORIGIN}).status_code == 204
    site.active = False
    site.save()
    queries.forget()
    assert send(event()).status_code == 403


def test_a_wrong_clock_is_put_right_by_what_it_shows(site: Site, send: Any) -> None:
    """The browser's clock is a year ahead; the page was seen a minute before it was sent."""
    wrong = timezone.now() + timedelta(days=365)
    seen = wrong - timedelta(minutes=1)
    answer = send(event(at=seen.isoformat()), sent=wrong.timestamp() * 1000)
    assert answer.json()["accepted"] == 1, answer.content
    actions.digest()
    assert abs(Event.objects.get().at - (clock.now() - timedelta(minutes=1))) < timedelta(seconds=10)


def test_what_lies_in_the_future_or_long_ago_is_refused(site: Site, send: Any) -> None:
    later, before = timezone.now() + timedelta(hours=1), timezone.now() - timedelta(days=8)
    told = send(event(at=later.isoformat()), event(at=before.isoformat())).json()
    assert [one["position"] for one in told["refused"]] == [0, 1]


@pytest.mark.parametrize(
    "how",
    [
        {"agent": "Mozilla/5.0 (compatible; Googlebot/2.1; +http://www.google.com/bot.html)"},
        {"agent": "python-requests/2.32"},
        {"agent": "Mozilla/5.0 (X11; Linux x86_64) AppleWebKit/537.36 HeadlessChrome/131.0 Safari/537.36"},
        {"agent": ""},
        {"headers": {"sec-purpose": "prefetch;prerender"}},
    ],
    ids=str,
)
def test_bots_and_pages_loaded_ahead_are_counted_apart(site: Site, send: Any, how: Any) -> None:
    assert send(event(), **how).status_code == 202
    actions.digest()
    assert not Event.objects.exists()
    assert counted(site) == {"taken": 0, "bots": 1, "repeated": 0, "refused": 0}


def test_a_visitor_faster_than_a_person_is_a_bot(site: Site, send: Any) -> None:
    moment = timezone.now().isoformat()
    send(*(event(at=moment) for _n in range(200)), event(at=moment, visitor="slow-visitor"))
    actions.digest()
    assert [one.visitor for one in Event.objects.all()] == ["slow-visitor"]
    assert counted(site)["bots"] == 200


def test_a_server_sends_with_a_token_that_may_write_events(site: Site) -> None:
    caller, stranger = person("marketer", "marketing_head"), person("rep", "sales_rep")
    body = json.dumps({"site": site.key, "events": [event(at="2009-05-01T08:00:00+08:00")]})

    def post(token: str) -> Any:
        headers = {"authorization": f"Bearer {token}", "user-agent": "python-requests/2"}
        return Client().post("/api/events", body, content_type="application/json", headers=headers)

    assert post("kehu_wrong").status_code == 401
    assert post(issue_token(user=caller, name="reads", scopes=["read"])).status_code == 403
    assert post(issue_token(user=stranger, name="rep")).status_code == 403
    assert post(issue_token(user=caller, name="site", scopes=["event:write"])).json()["accepted"] == 1
    actions.digest()
    assert Event.objects.get().at.year == 2009


def test_a_server_may_send_one_event_a_line(site: Site) -> None:
    token = issue_token(user=person("marketer", "marketing_head"), name="site")
    lines = "\n".join([json.dumps(event()), "{broken", json.dumps(event()), ""])
    answer = Client().post(
        f"/api/events?site={site.key}",
        lines,
        content_type="application/x-ndjson",
        headers={"authorization": f"Bearer {token}"},
    )
    assert answer.json()["accepted"] == 2
    assert [one["position"] for one in answer.json()["refused"]] == [1]


def test_two_workers_on_the_same_calls_count_nothing_twice(site: Site, send: Any, monkeypatch: Any) -> None:
    """The other took the call apart after this one had read it."""
    send(event(), agent=BROWSER)
    from kehu.behaviour.actions import apart

    fresh = apart._fresh

    def slow(*arguments: Any) -> Any:
        Arrival.objects.all().delete()
        return fresh(*arguments)

    monkeypatch.setattr(apart, "_fresh", slow)
    with pytest.raises(apart.Lost):
        actions.digest()
    assert not Event.objects.exists()
