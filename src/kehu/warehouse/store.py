"""Fact tables as Delta tables: a base, and beside it the rows that changed since.

An append costs milliseconds where a merge rewrites files, so changes are appended to `TABLE__recent` and
merged into `TABLE` in the background. Whoever reads takes the base without the ids in recent, and of recent
the latest row of each id. Every append has a number (`_seq`); a merge or a full load commits the number that
the base now includes together with the rows, so a crash between that and the emptying of recent changes
nothing: rows with smaller numbers are ignored from that commit on.
"""

from __future__ import annotations

import tempfile
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from functools import cached_property, lru_cache
from threading import RLock
from typing import TYPE_CHECKING, Any

from kehu.warehouse.facts import Shape

if TYPE_CHECKING:
    import pyarrow as pa
    from deltalake import CommitProperties, DeltaTable
    from pyarrow.dataset import Dataset

SEQ, DELETED = "_seq", "_deleted"
# Merged when recent holds more rows or more commits than this.
RECENT_ROWS, RECENT_COMMITS = 2_000, 100
BASE_FILES = 20
# Tables up to this many cells are kept in the memory of a process that asks: some tens of megabytes.
HELD_CELLS = 4_000_000
KEEP_HOURS = 1
# Names under which positions stand in the Delta log, committed together with the data.
MERGED, SHAPE, FED = "kehu-merged", "kehu-shape", "kehu-fed"


@dataclass(frozen=True)
class Snapshot:
    """One table at one moment: the base, and the latest recent row of each changed id."""

    version: tuple[int, int]
    base: Dataset
    recent: pa.Table


class Table:
    """One fact table in the store. Writing is for the holder of the feed's lease; reading for everyone."""

    def __init__(self, url: str, shape: Shape, options: dict[str, str] | None = None) -> None:
        self.shape = shape
        self.base_url = f"{url.rstrip('/')}/{shape.table}"
        self.recent_url = f"{self.base_url}__recent"
        self.options = options
        self._lock = RLock()
        self._open: dict[str, DeltaTable] = {}
        self._snapshot: Snapshot | None = None
        self._held: tuple[int, pa.Table] | None = None

    @cached_property
    def recent_schema(self) -> pa.Schema:
        import pyarrow as pa

        return self.shape.schema().append(pa.field(SEQ, pa.int64())).append(pa.field(DELETED, pa.bool_()))

    def fits(self, zone: str) -> bool:
        """Whether the table was loaded with these columns and this time zone."""
        base = self._delta(self.base_url)
        return base is not None and base.transaction_version(SHAPE) == self.shape.fingerprint(zone)

    def load(self, batches: Iterable[pa.RecordBatch], *, zone: str) -> None:
        """Replace all rows in one commit. Rows appended before the call are superseded."""
        import pyarrow as pa
        import pyarrow.ipc
        from deltalake import write_deltalake

        recent = self._recent()
        number = recent.version()
        fingerprint = self.shape.fingerprint(zone)
        with tempfile.TemporaryFile() as spool:
            # Delta's writer reads in threads of its own, where Django would open connections that nobody closes.
            with pa.ipc.new_stream(spool, self.shape.schema()) as stream:
                for batch in batches:
                    stream.write_batch(batch)
            spool.seek(0)
            write_deltalake(
                self.base_url,
                pa.ipc.open_stream(spool),
                mode="overwrite",
                schema_mode="overwrite",
                storage_options=self.options,
                commit_properties=_marks({MERGED: number, SHAPE: fingerprint}),
            )
        self._empty_recent()

    def append(self, rows: pa.Table, deleted: Iterable[int], *, fed: int) -> None:
        """Add the present state of changed rows, and the ids of those that are gone.

        `fed` is the change up to which this brings the table; two writers that race for it conflict in
        the Delta log, and one of them fails.
        """
        import pyarrow as pa
        from deltalake import write_deltalake

        recent = self._recent()
        number = recent.version() + 1
        gone = list(deleted)
        empty = pa.Table.from_pydict(
            {"id": gone} | {name: [None] * len(gone) for name in self.shape.names if name != "id"},
            schema=self.shape.schema(),
        )
        both = pa.concat_tables([rows, empty])
        both = both.append_column(SEQ, pa.array([number] * both.num_rows, pa.int64()))
        both = both.append_column(DELETED, pa.array([False] * rows.num_rows + [True] * len(gone), pa.bool_()))
        write_deltalake(
            recent,
            both.select(self.recent_schema.names),
            mode="append",
            commit_properties=_marks({FED: fed}),
        )

    def fed(self) -> int:
        """The newest change that was fed; 0 before the first."""
        recent = self._delta(self.recent_url)
        return (recent.transaction_version(FED) or 0) if recent is not None else 0

    def snapshot(self) -> Snapshot | None:
        """The table as it is now, or nothing where it was never loaded.

        Recent is opened before the base: a merge between the two then shows rows twice, which
        their ids undo, never not at all.
        """
        with self._lock:
            recent, base = self._delta(self.recent_url), self._delta(self.base_url)
            if recent is None or base is None:
                return None
            version = (base.version(), recent.version())
            if self._snapshot is None or self._snapshot.version != version:
                merged = base.transaction_version(MERGED) or 0
                kept = self._snapshot
                same_base = kept is not None and kept.version[0] == version[0]
                dataset = kept.base if kept and same_base else base.to_pyarrow_dataset()
                self._snapshot = Snapshot(version, dataset, _latest(recent, merged, self.options))
            return self._snapshot

    def scanned(self, snapshot: Snapshot) -> Dataset | pa.Table:
        """The base as an engine should scan it: small tables from memory, five times faster than from files."""
        with self._lock:
            version = snapshot.version[0]
            if self._held is None or self._held[0] != version:
                if snapshot.base.count_rows() * len(self.shape.columns) > HELD_CELLS:
                    self._held = None
                    return snapshot.base
                self._held = version, snapshot.base.to_table(columns=list(self.shape.names))
            return self._held[1]

    def wants_merge(self) -> bool:
        """Whether recent has grown long; the log of the table says so without its rows being read."""
        import pyarrow as pa
        import pyarrow.compute as pc

        with self._lock:
            recent = self._delta(self.recent_url)
            if recent is None or self._delta(self.base_url) is None:
                return False
            files = pa.table(recent.get_add_actions())
        rows = pc.sum(files["num_records"]).as_py() or 0
        return rows > RECENT_ROWS or files.num_rows > RECENT_COMMITS

    def merge(self, after_commit: Callable[[], None] = lambda: None) -> int:
        """Bring recent into the base; returns how many rows. `after_commit` is where tests fail."""
        snapshot = self.snapshot()
        if snapshot is None:
            return 0
        base, recent = self._open[self.base_url], self._open[self.recent_url]
        if snapshot.recent.num_rows:
            columns = [name for name in self.shape.names if name != "id"]
            (
                base.merge(
                    snapshot.recent,
                    predicate="t.id = s.id",
                    source_alias="s",
                    target_alias="t",
                    commit_properties=_marks({MERGED: recent.version()}),
                )
                .when_matched_delete(predicate=f"s.{DELETED}")
                .when_matched_update({name: f's."{name}"' for name in columns})
                .when_not_matched_insert(
                    {name: f's."{name}"' for name in self.shape.names}, predicate=f"NOT s.{DELETED}"
                )
                .execute()
            )
            after_commit()
        self._empty_recent()
        self._tidy()
        return snapshot.recent.num_rows

    def count(self, snapshot: Snapshot) -> int:
        """How many rows readers see: the base's, with what recent adds and takes away."""
        import pyarrow.compute as pc

        base = int(snapshot.base.count_rows())
        if not snapshot.recent.num_rows:
            return base
        known = snapshot.base.count_rows(filter=pc.field("id").isin(snapshot.recent["id"].combine_chunks()))
        live = pc.sum(pc.invert(snapshot.recent[DELETED])).as_py()
        return base - int(known) + int(live or 0)

    def rows(self) -> pa.Table:
        """All rows as one Arrow table ordered by id: for tests and comparisons."""
        import pyarrow as pa
        import pyarrow.compute as pc

        snapshot = self.snapshot()
        if snapshot is None:
            return self.shape.schema().empty_table()
        base = snapshot.base.to_table(columns=list(self.shape.names)).cast(self.shape.schema())
        kept = base.filter(pc.invert(pc.is_in(base["id"], value_set=snapshot.recent["id"])))
        changed = snapshot.recent.filter(pc.invert(snapshot.recent[DELETED])).select(self.shape.names)
        return pa.concat_tables([kept, changed.cast(self.shape.schema())]).sort_by("id")

    def _tidy(self) -> None:
        base, recent = self._open[self.base_url], self._open[self.recent_url]
        if len(base.file_uris()) > BASE_FILES:
            base.optimize.compact()
        for table in (base, recent):
            table.vacuum(retention_hours=KEEP_HOURS, dry_run=False, enforce_retention_duration=False)

    def _recent(self) -> DeltaTable:
        """The recent table, made where it is missing or has other columns."""
        from deltalake import DeltaTable, write_deltalake

        recent = self._delta(self.recent_url)
        if recent is None:
            return DeltaTable.create(self.recent_url, self.recent_schema, storage_options=self.options)
        names = [field.name for field in recent.schema().fields]
        if names != self.recent_schema.names:
            empty = self.recent_schema.empty_table()
            write_deltalake(recent, empty, mode="overwrite", schema_mode="overwrite")
            recent.update_incremental()
        return recent

    def _empty_recent(self) -> None:
        from deltalake import write_deltalake

        recent = self._recent()
        if recent.file_uris():
            write_deltalake(recent, self.recent_schema.empty_table(), mode="overwrite")

    def _delta(self, url: str) -> DeltaTable | None:
        """The Delta table at its newest version; nothing where there is none."""
        from deltalake import DeltaTable
        from deltalake.exceptions import TableNotFoundError

        with self._lock:
            if url in self._open:
                try:
                    self._open[url].update_incremental()
                    return self._open[url]
                except Exception:
                    # The folder was replaced under us, or the log behind us cleaned up: open it again.
                    del self._open[url]
            try:
                self._open[url] = DeltaTable(url, storage_options=self.options)
            except TableNotFoundError:
                return None
            return self._open[url]


class Store:
    """All fact tables below one address: a folder, or a bucket such as s3://…"""

    def __init__(self, url: str, options: dict[str, str] | None = None) -> None:
        self.url = url
        self.options = options
        # The time zone in which this process has found every table to be loaded.
        self.ready = ""
        self._tables: dict[Shape, Table] = {}

    def table(self, shape: Shape) -> Table:
        if shape not in self._tables:
            self._tables[shape] = Table(self.url, shape, self.options)
        return self._tables[shape]


@lru_cache(maxsize=8)
def _store(url: str) -> Store:
    return Store(url)


def current() -> Store:
    """The store of this installation (setting WAREHOUSE_URL)."""
    from django.conf import settings

    return _store(str(settings.WAREHOUSE_URL))


def forget() -> None:
    """Open every table anew: for who has replaced the folder under a running process."""
    _store.cache_clear()


def _marks(marks: dict[str, int]) -> CommitProperties:
    from deltalake import CommitProperties, Transaction

    return CommitProperties(app_transactions=[Transaction(name, value) for name, value in marks.items()])


def _latest(recent: DeltaTable, merged: int, options: dict[str, str] | None) -> Any:
    """Of the rows that the base does not include yet, the last of each id."""
    import pyarrow.compute as pc

    rows = _dataset(recent, options).to_table(filter=pc.field(SEQ) > merged)
    if not rows.num_rows:
        return rows
    last = rows.group_by("id").aggregate([(SEQ, "max")])
    return last.join(rows, keys=["id", f"{SEQ}_max"], right_keys=["id", SEQ]).rename_columns(
        {f"{SEQ}_max": SEQ}
    )


def _dataset(table: DeltaTable, options: dict[str, str] | None) -> Dataset:
    """As `to_pyarrow_dataset`, without the least and greatest value of every column of every file: many small files
    are all read anyway, and those bounds cost more than the reading (10 ms a file)."""
    import pyarrow as pa
    from deltalake.fs import DeltaStorageHandler
    from pyarrow.dataset import FileSystemDataset, ParquetFileFormat
    from pyarrow.fs import PyFileSystem

    actions = pa.table(table.get_add_actions())
    sizes = dict(zip(actions["path"].to_pylist(), actions["size_bytes"].to_pylist(), strict=True))
    place = PyFileSystem(DeltaStorageHandler(table.table_uri, options, sizes))
    form = ParquetFileFormat()
    fragments = [form.make_fragment(path, filesystem=place) for path in sizes]
    return FileSystemDataset(fragments, pa.schema(table.schema().to_arrow()), form, place)
