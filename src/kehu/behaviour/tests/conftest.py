"""A site, and calls to its door."""

from __future__ import annotations

import itertools
import json
from collections.abc import Callable, Iterator
from typing import Any

import pytest
from django.test import Client

from kehu.behaviour import queries
from kehu.behaviour.models import Site
from kehu.core import changes

ORIGIN = "https://www.example.com"
BROWSER = "Mozilla/5.0 (X11; Linux x86_64; rv:131.0) Gecko/20100101 Firefox/131.0"
_numbers = itertools.count(1)


def event(**more: Any) -> dict[str, Any]:
    """A page view, new each time."""
    number = next(_numbers)
    return {"id": f"event-{number:06}", "visitor": "visitor-one", "page": f"{ORIGIN}/{number}"} | more


@pytest.fixture
def site(db: None) -> Iterator[Site]:
    made = Site(name="Showroom", key="showroom", origins=ORIGIN)
    changes.save(made, by=None)
    queries.forget()
    yield made
    queries.forget()


@pytest.fixture
def send(site: Site) -> Callable[..., Any]:
    """Post events as a page of the site does."""

    def post(
        *events: Any, origin: str = ORIGIN, agent: str = BROWSER, headers: Any = None, **more: Any
    ) -> Any:
        body = json.dumps({"site": site.key, "events": list(events), **more})
        given = {"origin": origin, "user-agent": agent, **(headers or {})}
        return Client().post("/e", body, content_type="text/plain", headers=given)

    return post
