"""Rows whose records are there already: only what differs is written, many at once where nothing speaks against it."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from django.core.exceptions import ValidationError
from django.db import DatabaseError, transaction

from kehu.core import access
from kehu.core.actions import records
from kehu.core.custom import rules
from kehu.core.custom.given import folded
from kehu.core.custom.making import stored
from kehu.core.errors import Refused
from kehu.core.imports.rejects import sentence
from kehu.core.models.values import code_of

if TYPE_CHECKING:
    from kehu.core.imports.chunks import Writing

# Place in the block, the record, its new values.
Changed = tuple[int, Any, dict[str, Any]]


def update(writing: Writing, there: dict[int, int]) -> None:
    """Write the rows of a block whose records `there` names by place."""
    Updating(writing, there).write()


class Updating:
    def __init__(self, writing: Writing, there: dict[int, int]) -> None:
        self.writing, self.there = writing, there
        self.kind, self.run, self.batch = writing.kind, writing.run, writing.reader.batch

    def write(self) -> None:
        found = self.kind.model.objects.visible_to(self.run.actor).in_bulk(list(self.there.values()))
        rows: list[Changed] = []
        for place, pk in self.there.items():
            record = found[pk]
            values = self.writing.values(place)
            changed = {name: value for name, value in values.items() if self._differs(record, name, value)}
            if changed:
                rows.append((place, record, changed))
            else:
                self.writing.result.skipped += 1
        if rows:
            self._together(self._allowed(rows))

    def _allowed(self, rows: list[Changed]) -> list[Changed]:
        """Those whose record the user may change; the others are refused."""
        scope = self.kind.policy.scope("change", self.run.actor).q(self.run.actor)
        mine = self.kind.model.objects.filter(scope, pk__in=[record.pk for _place, record, _changed in rows])
        may = set(mine.values_list("pk", flat=True))
        for place, record, _changed in rows:
            if record.pk not in may:
                try:
                    access.require(self.run.actor, "change", record)
                except Refused as refusal:
                    self.writing.reject(place, str(refusal))
                else:
                    may.add(record.pk)
        return [row for row in rows if row[1].pk in may]

    def _together(self, rows: list[Changed]) -> None:
        """All at once; where something refuses, one by one."""
        rows = self._obeying(rows) if self.writing.chunk.ruled else rows
        many = self.kind.edit_many or (records.update_many if self.kind.edit is None else None)
        if many is not None and len(rows) > 1:
            options: dict[str, Any] = {"by": self.run.actor, "batch": self.batch}
            try:
                with transaction.atomic():
                    many(records=[row[1] for row in rows], values=[row[2] for row in rows], **options)
                self.writing.result.updated += len(rows)
                return
            except (Refused, ValidationError, DatabaseError):
                fresh = self.kind.model.objects.in_bulk([row[1].pk for row in rows])
                rows = [(place, fresh[record.pk], changed) for place, record, changed in rows]
        for place, record, changed in rows:
            self._one(place, record, changed)

    def _obeying(self, rows: list[Changed]) -> list[Changed]:
        """Those that the rules of fields let through; custom values come to stand in their column."""
        ready: list[Changed] = []
        for place, record, changed in rows:
            try:
                rules.check(self.kind, changed, by=self.run.actor, record=record)
                ready.append((place, record, folded(self.kind, changed)))
            except Refused as refusal:
                self.writing.reject(place, str(refusal))
        return ready

    def _one(self, place: int, record: Any, changed: dict[str, Any]) -> None:
        try:
            with transaction.atomic():
                if self.kind.edit is not None:
                    self.kind.edit(record=record, values=changed, by=self.run.actor, batch=self.batch)
                else:
                    records.update(record, changed, by=self.run.actor, batch=self.batch, verb="import")
            self.writing.result.updated += 1
        except (Refused, ValidationError, DatabaseError) as error:
            self.writing.reject(place, sentence(error))

    def _differs(self, record: Any, name: str, value: Any) -> bool:
        """Whether the file says something else; of references only the ids are read."""
        if code := code_of(name):
            return (record.custom or {}).get(code) != stored(self.kind.field(name), value)
        attname = self.writing.chunk.names[name]
        held = getattr(record, attname)
        return held != (value if attname == name else value and getattr(value, "pk", value))
