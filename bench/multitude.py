"""A million leads in a minute: a few thousand made by the product itself, then copies written to the table."""

from __future__ import annotations

import random
from collections.abc import Iterator
from typing import Any

import market

SEED = 20_000


def leads(rows: int) -> None:
    """Fill the data base with so many leads and their search rows; touches and history only of the first 20,000."""
    from kehu.leads.actions import load_leads

    load_leads(market.histories(min(rows, SEED)), by=None)
    spread()
    if rows > SEED:
        multiply(rows)


def spread() -> None:
    """Stages, products of chance and deals that the load does not make, so that every sort has something to do."""
    from kehu.leads.models import Lead

    Lead.everything.filter(pk__gt=0, pk__lte=SEED // 10).update(stage="screened_out")


def multiply(rows: int) -> None:
    """Copies of the leads there are, each with a name, a date, an address and a search row of its own."""
    from django.db import connection, transaction

    from kehu.core.database import insert_rows

    chance = random.Random(3)
    with connection.cursor() as cursor:
        cursor.execute("SELECT * FROM leads_lead ORDER BY id")
        columns = [column[0] for column in cursor.description]
        stock = [list(row) for row in cursor.fetchall()]
    at = {name: columns.index(name) for name in columns}
    # Values travel as the driver read them; JSON and booleans of SQLite are plain there already.

    def copies() -> Iterator[list[Any]]:
        last = max(row[at["id"]] for row in stock)
        for number in range(len(stock), rows):
            row = list(stock[number % len(stock)])
            row[at["id"]] = last + number
            row[at["name"]] = market.name(chance)
            row[at["number"]] = f"M{number}"
            row[at["email"]] = f"many{number}@example.com"
            row[at["phone"]] = f"+8868{number:08d}"
            row[at["captured_at"]] = chance.choice(stock)[at["captured_at"]]
            row[at["external_key"]] = None
            if "custom" in at and not isinstance(row[at["custom"]], str):
                row[at["custom"]] = "{}"
            yield row

    with transaction.atomic():
        batch: list[list[Any]] = []
        for row in copies():
            batch.append(row)
            if len(batch) == 20_000:
                insert_rows("leads_lead", columns, batch)
                make_found(batch, at)
                batch = []
        insert_rows("leads_lead", columns, batch)
        make_found(batch, at)
    with connection.cursor() as cursor:
        cursor.execute("ANALYZE")


def make_found(rows: list[list[Any]], at: dict[str, int]) -> None:
    """The search rows of leads written as plain rows."""
    from kehu.core import registry
    from kehu.core.search.index import Texts, fields_of, write

    live = [row for row in rows if row[at["deleted_at"]] is None]
    texts = Texts()

    def text(row: list[Any], names: list[str]) -> str:
        return " ".join(str(row[at[name]]) for name in names if row[at[name]] not in (None, ""))

    open_fields, closed_fields = fields_of(registry.get("lead"))
    for row in live:
        texts.add(row[at["name"]], text(row, open_fields), text(row, closed_fields))
    if live:
        write("lead", [row[at["id"]] for row in live], texts)
