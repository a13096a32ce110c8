"""Import of leads from a CSV file of 20 columns against raw loads into tables with the same indexes in the same run.

Two limits: the leads alone, and every row that the import leaves behind (history, search, touches, stages, scores).
`ROWS=1000000 DB=sqlite|postgres`; without DB both.
"""

from __future__ import annotations

import json
import os
import resource
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import market
import measure

# Leads of a raw load are fetched and written so many at a time: the limit is to be the database, not our memory.
AT_ONCE = 20_000


def imported(by: Any) -> dict[str, Any]:
    """Map, check, match by key, score, number, write with history and search rows."""
    from kehu.core import imports, registry
    from kehu.core.imports.values import mapping_of

    kind = registry.get("lead")
    path = Path(os.environ["KEHU_DATA"]) / "leads.csv"
    market.write_csv(path, measure.ROWS)
    shares = Shares()
    children = cpu(resource.RUSAGE_CHILDREN)
    own, backend = cpu(resource.RUSAGE_SELF), measure.backend_cpu()
    holds: list[float] = []
    with Memory() as memory, shares.watching(), measure.timed() as spent:
        last = time.perf_counter()

        def progress(run: Any) -> None:
            nonlocal last
            memory.rows = run.read
            holds.append(time.perf_counter() - last)
            last = time.perf_counter()

        run = imports.import_file(kind, path, mapping_of(market.MAPPING, kind), by=by, progress=progress)
    assert (run.created, run.rejected) == (measure.ROWS, 0), (run.created, run.rejected)
    reading, writing = cpu(resource.RUSAGE_CHILDREN) - children, cpu(resource.RUSAGE_SELF) - own
    backend = measure.backend_cpu() - backend
    return {
        "rows_per_second": round(measure.ROWS / spent.wall),
        "seconds": round(spent.wall, 1),
        "cpu_seconds": {
            "reading_and_typing": round(reading, 1),
            "writing": round(writing, 1),
            "backend": round(backend, 1),
            "of_which": shares.seconds(),
        },
        "seconds_of_a_chunk": measure.spread(holds[1:] or holds),
        "peak_mb_of_all_processes": memory.peaks,
    }


def cpu(of: int) -> float:
    """Seconds of the processor that this process, or its children that have ended, have had in all."""
    used = resource.getrusage(of)
    return used.ru_utime + used.ru_stime


class Shares:
    """CPU seconds of parts of the writing, by what is wrapped."""

    def __init__(self) -> None:
        self.spent: dict[str, float] = {}

    @contextmanager
    def watching(self) -> Iterator[None]:
        from kehu.core import search
        from kehu.core.changes import bulk
        from kehu.core.imports import chunks

        places = [
            (bulk, "insert_changes", "history"),
            (search, "write", "search"),
            (chunks.Writing, "_matched", "keys"),
            (chunks.Writing, "_resolved", "references"),
        ]
        kept = [(owner, name, getattr(owner, name)) for owner, name, _part in places]
        for owner, name, part in places:
            setattr(owner, name, self._timed(getattr(owner, name), part))
        try:
            yield
        finally:
            for owner, name, function in kept:
                setattr(owner, name, function)

    def _timed(self, function: Any, part: str) -> Any:
        def call(*arguments: Any, **named: Any) -> Any:
            start = time.thread_time()
            try:
                return function(*arguments, **named)
            finally:
                self.spent[part] = self.spent.get(part, 0.0) + time.thread_time() - start

        return call

    def seconds(self) -> dict[str, float]:
        return {part: round(spent, 1) for part, spent in self.spent.items()}


class Memory:
    """The most that this process and its children have held together, sampled: up to 100,000 rows and to the end.

    The pages of the database's file that SQLite maps are counted apart: they are the system's, not ours.
    """

    def __init__(self) -> None:
        self.samples: list[tuple[int, dict[str, int]]] = []
        self.rows = 0
        self.done = threading.Event()

    def __enter__(self) -> Memory:
        self.thread = threading.Thread(target=self._sample, daemon=True)
        self.thread.start()
        return self

    def __exit__(self, *_: object) -> None:
        self.done.set()
        self.thread.join()

    def _sample(self) -> None:
        while not self.done.wait(0.5):
            try:
                self.samples.append((self.rows, memory_of(measure.family(os.getpid()))))
            except OSError:
                continue  # a process has just ended

    @property
    def peaks(self) -> dict[str, dict[str, int]]:
        parts = {"to 100,000 rows": [one for rows, one in self.samples if rows <= 100_000]}
        parts["whole"] = [one for _rows, one in self.samples]
        return {
            name: {key: max(sample[key] for sample in part) for key in part[0]}
            for name, part in parts.items()
            if part
        }


def memory_of(pids: list[int]) -> dict[str, int]:
    """MB that processes hold in all, and without what files have lent them."""
    sums = {"RssAnon": 0, "VmRSS": 0}
    for pid in pids:
        for line in Path(f"/proc/{pid}/status").read_text().splitlines():
            name = line.split(":")[0]
            if name in sums:
                sums[name] += int(line.split()[1])
    return {"rss": sums["VmRSS"] // 1024, "without_mapped_files": sums["RssAnon"] // 1024}


def written() -> dict[str, int]:
    """Rows that the import has left, by table."""
    from kehu.core.models import Change, SearchRow
    from kehu.leads.models import Lead, LeadStageChange, ScoreEntry, Touch

    models = (Lead, Touch, LeadStageChange, ScoreEntry, Change, SearchRow)
    return {model._meta.db_table: model._default_manager.count() for model in models}


class Spent:
    """Seconds on the wall and of the processor, added up."""

    def __init__(self) -> None:
        self.wall = self.cpu = 0.0

    @contextmanager
    def more(self) -> Iterator[None]:
        wall, used = time.perf_counter(), time.process_time() + measure.backend_cpu()
        yield
        self.wall += time.perf_counter() - wall
        self.cpu += time.process_time() + measure.backend_cpu() - used


def raw(table: str) -> Spent:
    """Seconds to load the rows of a table, ready-made, into one with the same indexes by the driver's fastest way."""
    from django.db import connection, transaction

    from kehu.core.database import insert_rows

    with connection.cursor() as cursor:
        cursor.execute(f"SELECT * FROM {table} LIMIT 0")
        columns = [column[0] for column in cursor.description]
        make_like(cursor, table)
    names = ", ".join(connection.ops.quote_name(name) for name in columns)
    spent, newest = Spent(), 0
    while True:
        with connection.cursor() as cursor:
            cursor.execute(f"SELECT {names} FROM {table} WHERE id > {newest} ORDER BY id LIMIT {AT_ONCE}")
            rows = cursor.fetchall()
        if not rows:
            return spent
        newest = rows[-1][columns.index("id")]
        rows = [[json.dumps(v) if isinstance(v, dict) else v for v in row] for row in rows]
        with spent.more(), transaction.atomic():
            insert_rows(f"raw_{table}", columns, rows)


def raw_tokens() -> Spent:
    """Seconds to load the tokens of the search into a table of the same kind."""
    from django.db import connection, transaction

    from kehu.core.database import is_postgresql

    if is_postgresql():
        with connection.cursor() as cursor:
            cursor.execute("CREATE TABLE raw_tokens (LIKE core_searchtoken INCLUDING ALL)")
        names, key = "id, open_tokens, closed_tokens", "id"
    else:
        with connection.cursor() as cursor:
            cursor.execute(
                "CREATE VIRTUAL TABLE raw_tokens USING fts5(open_tokens, closed_tokens, tokenize='unicode61')"
            )
        names, key = "rowid, open_tokens, closed_tokens", "rowid"
    spent, newest = Spent(), 0
    while True:
        with connection.cursor() as cursor:
            cursor.execute(
                f"SELECT {names} FROM core_searchtoken WHERE {key} > {newest} ORDER BY {key} LIMIT {AT_ONCE}"
            )
            rows = cursor.fetchall()
        if not rows:
            return spent
        newest = rows[-1][0]
        with spent.more(), transaction.atomic(), connection.cursor() as cursor:
            if is_postgresql():
                from kehu.core.database import insert_rows

                insert_rows("raw_tokens", ["id", "open_tokens", "closed_tokens"], rows)
            else:
                cursor.executemany(f"INSERT INTO raw_tokens ({names}) VALUES (%s, %s, %s)", rows)


def make_like(cursor: Any, table: str) -> None:
    """An empty table with the columns and indexes of another."""
    from kehu.core.database import is_postgresql

    if is_postgresql():
        cursor.execute(f"CREATE TABLE raw_{table} (LIKE {table} INCLUDING ALL)")
        return
    cursor.execute("SELECT name, sql FROM sqlite_master WHERE tbl_name = %s AND sql IS NOT NULL", [table])
    for name, sql in sorted(cursor.fetchall(), key=lambda found: found[0] != table):
        statement = sql.replace(f'"{table}"', f'"raw_{table}"')
        cursor.execute(statement if name == table else statement.replace(f'"{name}"', f'"raw_{name}"'))


def measured() -> dict[str, Any]:
    by = market.people()
    ours = imported(by)
    rows = written()
    limits = {table: raw(table) for table in rows} | {"core_searchtoken": raw_tokens()}
    every = sum(limit.wall for limit in limits.values())
    used = sum(limit.cpu for limit in limits.values())
    # On idle cores the longer of the two takes the time: the reading, or the writing with its database process.
    spent = ours["cpu_seconds"]
    longest = max(spent["reading_and_typing"], spent["writing"] + spent["backend"])
    return {
        "what": f"import of {measure.ROWS:,} leads, {len(market.MAPPING['fields'])} mapped columns",
        "import": ours,
        "rows_written": rows,
        "raw_load_seconds": {table: round(limit.wall, 1) for table, limit in limits.items()},
        "raw_load_cpu_seconds": {table: round(limit.cpu, 1) for table, limit in limits.items()},
        "ratio_by_cpu": {
            "same rows": round(used / longest, 3),
            "leads alone": round(limits["leads_lead"].cpu / longest, 3),
        },
        "ratio_by_wall": {
            "same rows": round(every / ours["seconds"], 3),
            "leads alone": round(limits["leads_lead"].wall / ours["seconds"], 3),
        },
        "rows_a_lead": round(sum(rows.values()) / measure.ROWS, 1),
        "load_average": measure.load_average(),
    }


if __name__ == "__main__":
    measure.run(measured, __file__, databases=("sqlite", "postgresql"))
