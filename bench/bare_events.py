"""The limit of bench_events.py: a server that reads a call and inserts a row an event, with one statement."""

from __future__ import annotations

import json
import os
from typing import Any

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "kehu.config.settings")
import django

django.setup()

from django.db import connection, transaction  # noqa: E402

TABLE = "bare_event"
INSERT = f"INSERT INTO {TABLE} (id, visitor, kind, at, page, title, referrer, utm, properties) VALUES "
ROW = "(%s, %s, %s, %s, %s, %s, %s, %s, %s)"


def application(environ: dict[str, Any], start: Any) -> list[bytes]:
    size = int(environ.get("CONTENT_LENGTH") or 0)
    values: list[Any] = []
    events = json.loads(environ["wsgi.input"].read(size))["events"]
    for one in events:
        values += (
            one["id"], one["visitor"], one["kind"], one["at"], one["page"], one["title"], one["referrer"],
            json.dumps(one["utm"]), json.dumps(one["properties"]),
        )  # fmt: skip
    with transaction.atomic(), connection.cursor() as cursor:
        cursor.execute(INSERT + ", ".join([ROW] * len(events)), values)
    start("202 Accepted", [("Content-Type", "application/json")])
    return [b"{}"]
