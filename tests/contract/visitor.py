"""A browser that is signed in as one role and reads every answer with suspicion."""

from __future__ import annotations

import html
import json
import re
from typing import Any

from django.test import Client

from kehu.core import registry
from kehu.core.models import User

from . import expected
from .market import BINNED, CUSTOM, Market, word

LINK = re.compile(r"/(?:api|o)/([a-z_]+)/(\d+)\b")
WORD = re.compile(r"Zq[A-Z][A-Za-z]+")


class Visitor:
    """Every answer is searched for hidden words, numbers and links to hidden records; finds are kept in `leaks`."""

    def __init__(self, market: Market, role: str) -> None:
        self.market, self.role = market, role
        self.leaks: list[str] = []
        self.user: User = market.person(role)
        self.client = Client(headers={"accept-language": "en"}, raise_request_exception=True)
        self.client.force_login(self.user)
        self.words = {word(key, slot) for key in market.records for slot in self.hidden(key)}
        self.links = {
            (key, market.records[key][slot].pk) for key in market.records for slot in self.hidden(key)
        }

    def visible(self, key: str) -> set[str]:
        """The slots of live records that the role may see."""
        return set(self.market.records[key]) & expected.visible(key, self.role)

    def hidden(self, key: str) -> set[str]:
        """Records in the recycle bin are left out: a test of its own asks for them."""
        return set(self.market.records[key]) - expected.visible(key, self.role) - {BINNED}

    def ids(self, key: str) -> set[int]:
        return {self.market.records[key][slot].pk for slot in self.visible(key)}

    def get(self, url: str, **options: Any) -> Any:
        return self.read(self.client.get(url, **options), url)

    def part(self, url: str) -> Any:
        """The page without its frame, as htmx asks for it."""
        return self.get(url, headers={"HX-Request": "true"})

    def post(self, url: str, data: Any = None, **options: Any) -> Any:
        return self.read(self.client.post(url, data or {}, **options), url)

    def htmx(self, url: str, data: Any = None) -> Any:
        """A write from a part of a page."""
        return self.post(url, data, headers={"HX-Request": "true"})

    def send(self, method: str, url: str, body: Any = None) -> Any:
        """A request to the API with a JSON body."""
        send = getattr(self.client, method)
        return self.read(send(url, json.dumps(body or {}), content_type="application/json"), url)

    def read(self, answer: Any, url: str) -> Any:
        content = b"".join(answer.streaming_content) if answer.streaming else answer.content
        answer.text_read = html.unescape(content.decode(errors="replace"))
        self.search(answer.text_read, url)
        return answer

    def search(self, text: str, url: str) -> None:
        """Search a text for what the role may not see; `url` is where it stood, or what was asked."""
        shown = set(WORD.findall(text)) & self.words
        # A word that was asked for may stand in the search box.
        shown -= set(WORD.findall(url))
        if shown:
            self.leaks.append(f"{self.role} reads {sorted(shown)} on {url}")
        if links := {(key, int(pk)) for key, pk in LINK.findall(text)} & self.links - asked(url):
            self.leaks.append(f"{self.role} gets links to {sorted(links)} on {url}")
        for secret in expected.SECRETS.get(self.role, ()):
            if secret in text and secret not in url:
                self.leaks.append(f"{self.role} reads “{secret}” on {url}")

    def words_of(self, key: str, text: str) -> set[str]:
        """The slots of an object type whose word stands in a text."""
        found = set(WORD.findall(text))
        return {slot for slot in self.market.records[key] if word(key, slot) in found}


def asked(url: str) -> set[tuple[str, int]]:
    return {(key, int(pk)) for key, pk in LINK.findall(url)}


def kinds() -> list[str]:
    """Everything but people and teams, which everyone sees; with the custom object of the market."""
    return [kind.key for kind in registry.declared() if kind.key not in ("team", "user")] + [CUSTOM]


def has(key: str, part: str) -> bool:
    """Whether a declaration has a part, asked before there is a market: a custom object has all but a board."""
    return part in ("form", "search") if key == CUSTOM else bool(getattr(registry.get(key), part))


def some(visitor: Visitor, key: str) -> list[tuple[str, Any]]:
    """The records worth a visit: all that are hidden, and of those that all look alike to the role two."""
    slots = {slot: record for slot, record in visitor.market.records[key].items() if slot != BINNED}
    if expected.VIEW[key].get(visitor.role) != expected.ALL:
        return list(slots.items())
    return [
        (slot, record) for slot, record in slots.items() if slot in ("own", "stranger", "only", "company")
    ]
