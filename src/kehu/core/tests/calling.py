"""Calls of the API as a program makes them."""

from __future__ import annotations

import json
from typing import Any

from django.test import Client

from kehu.core.actions import tokens
from kehu.core.models import User


def caller(user: User, *scopes: str) -> Client:
    """A client with a fresh token of this person."""
    token = tokens.issue_token(user=user, name="test", scopes=scopes or ("admin",))
    return Client(headers={"authorization": f"Bearer {token}"})


def send(client: Client, method: str, address: str, body: Any = None, **headers: str) -> Any:
    """A call with a JSON body; header names with underscores."""
    given = {name.replace("_", "-"): value for name, value in headers.items()}
    text = body if isinstance(body, str | bytes) else json.dumps(body if body is not None else {})
    return getattr(client, method)(address, text, content_type="application/json", headers=given)


def problem_of(answer: Any, status: int | None = None) -> dict[str, Any]:
    """The problem that an answer is; fails where it is none."""
    assert answer["Content-Type"] == "application/problem+json"
    body = answer.json()
    assert set(body) == {"type", "title", "status", "detail", "instance", "fields"}
    assert body["status"] == answer.status_code
    assert body["type"].startswith("urn:kehu:problem:")
    assert body["title"] and body["detail"]
    assert status is None or answer.status_code == status, body
    return body
