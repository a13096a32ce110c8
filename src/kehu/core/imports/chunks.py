"""The rows of one chunk: read, matched with what is there, written."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Any

from django.core.exceptions import ValidationError
from django.db import DatabaseError, transaction
from django.utils.translation import gettext as _

from kehu.core import access, changes
from kehu.core.actions import records
from kehu.core.custom import rules
from kehu.core.custom.given import completed, folded
from kehu.core.custom.making import stored
from kehu.core.errors import Refused
from kehu.core.imports.rejects import Reject
from kehu.core.imports.values import Mapping, Reader, Unusable
from kehu.core.models import ImportRun
from kehu.core.models.values import code_of
from kehu.core.registry import ObjectType
from kehu.kit.tables import Row


@dataclass
class Result:
    created: int = 0
    updated: int = 0
    skipped: int = 0
    rejected: list[Reject] = field(default_factory=list)


class Chunk:
    """Writes chunks of one import. Remembers the keys of all rows so far: a key may come once in a file."""

    def __init__(self, kind: ObjectType, mapping: Mapping, reader: Reader, run: ImportRun) -> None:
        self.kind, self.mapping, self.reader, self.run = kind, mapping, reader, run
        self.seen: dict[Any, int] = {}
        self.ruled = rules.concern(kind, run.actor)

    def write(self, rows: list[Row]) -> Result:
        """Write rows in the caller's transaction; a row that cannot be written is rejected with a sentence."""
        result = Result()
        good: list[tuple[Row, dict[str, Any]]] = []
        for row in rows:
            try:
                good.append((row, self._values(row)))
            except Unusable as problem:
                result.rejected.append(Reject(row, str(problem)))
        there = self._existing(good)
        new: list[tuple[Row, dict[str, Any]]] = []
        for row, values in good:
            record = there.get(values.get(self.mapping.key)) if self.mapping.key else None
            if record is None:
                try:
                    new.append((row, self._whole(values) if self.ruled else values))
                except Refused as refusal:
                    result.rejected.append(Reject(row, str(refusal)))
            else:
                self._update(row, record, values, result)
        self._create(new, result)
        result.rejected.sort(key=lambda reject: reject.row.number)
        return result

    def _whole(self, values: dict[str, Any]) -> dict[str, Any]:
        """The values of a new record with its custom ones in their place; Refused where a field is lacking."""
        whole = completed(self.kind, values)
        rules.check(self.kind, whole, by=self.run.actor)
        return folded(self.kind, whole)

    def remember(self, row: Row) -> None:
        """A row of an earlier run: its key counts as seen."""
        if not self.mapping.key or row.problem:
            return
        try:
            source = self.mapping.fields[self.mapping.key]
            self.seen.setdefault(self.reader.value(self.mapping.key, source, row.cells), row.number)
        except (ValueError, Refused):
            return

    def _values(self, row: Row) -> dict[str, Any]:
        if row.problem:
            raise Unusable(row.problem)
        values = self.reader.values(row.cells)
        if self.mapping.key:
            key = values.get(self.mapping.key)
            column = self.mapping.fields[self.mapping.key].label
            if key in (None, ""):
                raise Unusable(_("%(column)s: the key is empty.") % {"column": column})
            if key in self.seen:
                raise Unusable(
                    _("%(column)s: row %(row)s has the same key, “%(key)s”.")
                    % {"column": column, "row": self.seen[key], "key": key}
                )
            self.seen[key] = row.number
        return values

    def _existing(self, good: list[tuple[Row, dict[str, Any]]]) -> dict[Any, Any]:
        key = self.mapping.key
        if not key:
            return {}
        wanted = [values[key] for _row, values in good]
        found = self.kind.model.objects.visible_to(self.run.actor).filter(**{f"{key}__in": wanted})
        return {getattr(record, key): record for record in found}

    def _update(self, row: Row, record: Any, values: dict[str, Any], result: Result) -> None:
        changed = {name: value for name, value in values.items() if self._differs(record, name, value)}
        if not changed:
            result.skipped += 1
            return
        try:
            with transaction.atomic():
                access.require(self.run.actor, "change", record)
                rules.check(self.kind, changed, by=self.run.actor, record=record)
                if self.kind.edit is not None:
                    self.kind.edit(record=record, values=changed, by=self.run.actor, batch=self.reader.batch)
                else:
                    ready = folded(self.kind, changed)
                    records.update(record, ready, by=self.run.actor, batch=self.reader.batch, verb="import")
            result.updated += 1
        except (Refused, ValidationError, DatabaseError) as error:
            result.rejected.append(Reject(row, sentence(error)))

    def _differs(self, record: Any, name: str, value: Any) -> bool:
        """Whether the file says something else; of references only the ids are read."""
        field: Any = self.kind.field(name)
        if code := code_of(name):
            return (record.custom or {}).get(code) != stored(field, value)
        attname = field.attname
        held = getattr(record, attname)
        return held != (value if attname == name else value and value.pk)

    def _create(self, new: list[tuple[Row, dict[str, Any]]], result: Result) -> None:
        """All at once; where the database refuses, in halves, until the rows to blame stand alone."""
        if not new:
            return
        try:
            with transaction.atomic():
                self._insert([values for _row, values in new])
            result.created += len(new)
        except (Refused, ValidationError, DatabaseError) as error:
            if len(new) == 1:
                result.rejected.append(Reject(new[0][0], self._reason(new[0][1], error)))
                return
            middle = len(new) // 2
            self._create(new[:middle], result)
            self._create(new[middle:], result)

    def _insert(self, rows: list[dict[str, Any]]) -> None:
        if self.kind.insert_many is not None:
            self.kind.insert_many(values=rows, by=self.run.actor, batch=self.reader.batch)
            return
        if self.kind.create is not None:
            for values in rows:
                self.kind.create(values=values, by=self.run.actor, batch=self.reader.batch)
            return
        made = [self.kind.model(**values) for values in rows]
        changes.insert_many(self.kind.model, made, by=self.run.actor, batch=self.reader.batch)

    def _reason(self, values: dict[str, Any], error: Exception) -> str:
        """The database's refusal as a sentence: the model's rules say it better."""
        if isinstance(error, DatabaseError):
            try:
                self.kind.model(**values).full_clean(exclude=["number"])
            except ValidationError as better:
                return sentence(better)
            except (TypeError, ValueError):
                pass
        return sentence(error)


def sentence(error: Exception) -> str:
    if isinstance(error, ValidationError):
        return " ".join(error.messages)
    if isinstance(error, DatabaseError):
        return _("the database refuses this row: %(why)s") % {"why": str(error).splitlines()[0]}
    return str(error)
