"""The limit that bench_api.py is held against: a server that reads a call and inserts one row of the leads' table."""

from __future__ import annotations

import json
import os
from typing import Any

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "kehu.config.settings")
import django

django.setup()

from django.db import connection, transaction  # noqa: E402

TABLE = "leads_lead"
_row: dict[str, Any] = {}


def row() -> dict[str, Any]:
    """The newest lead, as columns: what is inserted again and again."""
    if not _row:
        with connection.cursor() as cursor:
            cursor.execute(f"SELECT * FROM {TABLE} ORDER BY id DESC LIMIT 1")
            names = [column[0] for column in cursor.description]
            _row.update(zip(names, cursor.fetchone(), strict=True))
        _row.pop("id")
        _row["external_key"] = None
        _row["custom"] = _row.get("custom")
        if _row["custom"] is None:
            _row.pop("custom")
    return _row


def application(environ: dict[str, Any], start: Any) -> list[bytes]:
    size = int(environ.get("CONTENT_LENGTH") or 0)
    given = json.loads(environ["wsgi.input"].read(size) or b"{}")
    values = row() | {"number": os.urandom(8).hex(), "name": given.get("name", "x")}
    names = ", ".join(values)
    marks = ", ".join(["%s"] * len(values))
    with transaction.atomic(), connection.cursor() as cursor:
        cursor.execute(f"INSERT INTO {TABLE} ({names}) VALUES ({marks})", list(values.values()))
    start("201 Created", [("Content-Type", "application/json")])
    return [b"{}"]
