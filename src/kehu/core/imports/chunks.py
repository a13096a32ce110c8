"""The rows of one chunk: their names looked up, matched with what is there, written."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Any

from django.core.exceptions import ValidationError
from django.db import DatabaseError, transaction
from django.utils.translation import gettext as _

from kehu.core import changes
from kehu.core.actions.many import sentence
from kehu.core.custom import rules
from kehu.core.custom.given import completed, folded
from kehu.core.errors import Refused, RowsRefused
from kehu.core.imports.blocks import Block
from kehu.core.imports.matching import Held, Seen, spelled
from kehu.core.imports.rejects import Reject
from kehu.core.imports.updating import update
from kehu.core.imports.values import Mapping, Reader, Unusable
from kehu.core.models import ImportRun
from kehu.core.registry import ObjectType

Places = list[int]


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
        self.references = [name for name in mapping.fields if reader.model_fields[name].is_relation]
        self.names = {name: reader.model_fields[name].attname for name in mapping.fields}
        # A field of another kind than the model's own is known to those who take rows.
        self.ruled = rules.concern(kind, run.actor)
        self.plain = not self.ruled and not any("." in name for name in mapping.fields)
        self.seen = Seen()
        self.held = Held(kind, mapping.key, run.actor) if mapping.key else None

    def close(self) -> None:
        self.seen.close()
        if self.held:
            self.held.close()

    def remember(self, block: Block) -> None:
        """Rows of an earlier run: their keys count as seen."""
        if key := self.mapping.key:
            found = [
                (spelled(self.reader.model_fields[key], value), number)
                for value, number in zip(block.columns[key], block.numbers, strict=True)
                if value not in (None, "")
            ]
            self.seen.add([text for text, _number in found], [number for _text, number in found])

    def write(self, block: Block) -> Result:
        """Write rows in the caller's transaction; a row that cannot be written is rejected with a sentence."""
        return Writing(self, block).write()


class Writing:
    """One block on its way in. `named` holds the records that the rows refer to, by field and by what names them."""

    def __init__(self, chunk: Chunk, block: Block) -> None:
        self.chunk, self.block = chunk, block
        self.kind, self.reader, self.run = chunk.kind, chunk.reader, chunk.run
        self.result = Result(rejected=list(block.rejected))
        self.named: dict[str, dict[Any, Any]] = {}

    def write(self) -> Result:
        live = self._resolved(list(range(len(self.block.numbers))))
        there: dict[int, int] = {}
        if self.chunk.held:
            live, there = self._matched(live, self.chunk.held)
        if there:
            update(self, there)
        self._create([place for place in live if place not in there] if there else live)
        self.result.rejected.sort(key=lambda reject: reject.row.number)
        return self.result

    def reject(self, place: int, problem: str) -> None:
        self.result.rejected.append(Reject(self.block.row(place), problem))

    def _resolved(self, live: Places) -> Places:
        """Look the names up that the rows give for other records."""
        bad: dict[int, str] = {}
        for name in self.chunk.references:
            column = self.block.columns[name]
            known: dict[Any, Any] = {value: value for value in set(column)}
            texts = [value for value in known if type(value) is str]
            self.reader.look_up_all(name, texts)
            problems: dict[str, str] = {}
            for text in texts:
                try:
                    known[text] = self.reader.record(name, text)
                except (Unusable, Refused, ValidationError, ValueError) as error:
                    problems[text] = sentence(error)
                    known[text] = None
            if problems:
                where = self.reader.mapping.fields[name].label or name
                for place, value in enumerate(column):
                    if value in problems:
                        bad.setdefault(place, f"{where}: {problems[value]}")
            self.named[name] = known
        for place in sorted(bad):
            self.reject(place, bad[place])
        return [place for place in live if place not in bad] if bad else live

    def _matched(self, live: Places, held: Held) -> tuple[Places, dict[int, int]]:
        """Drop rows without a key and those whose key came before; of the others say which record has it already."""
        key, numbers = self.chunk.mapping.key, self.block.numbers
        column = self.block.columns[key]
        label = self.reader.mapping.fields[key].label
        empty = _("%(column)s: the key is empty.") % {"column": label}
        bad = {place: empty for place in live if column[place] in (None, "")}
        live = [place for place in live if place not in bad] if bad else live
        texts = {place: spelled(held.field, column[place]) for place in live}
        repeated = self.chunk.seen.add(list(texts.values()), [numbers[place] for place in live])
        if repeated:
            for place in live:
                if numbers[place] in repeated:
                    said = {"column": label, "row": repeated[numbers[place]], "key": column[place]}
                    bad[place] = _("%(column)s: row %(row)s has the same key, “%(key)s”.") % said
            live = [place for place in live if place not in bad]
        found = held.find([column[place] for place in live])
        there: dict[int, int] = {}
        for place in live if found else ():
            ids = found.get(texts[place], ())
            if len(ids) > 1:
                said = {"text": str(column[place])[:60], "kind": self.kind.label}
                bad[place] = f"{label}: " + _("“%(text)s” names more than one %(kind)s.") % said
            elif ids:
                there[place] = ids[0]
        for place, problem in sorted(bad.items()):
            self.reject(place, problem)
        return [place for place in live if place not in bad] if bad else live, there

    def values(self, place: int) -> dict[str, Any]:
        """The values of one row by field."""
        return {
            name: self.named[name][values[place]] if name in self.named else values[place]
            for name, values in self.block.columns.items()
        }

    def _whole(self, place: int) -> dict[str, Any]:
        """The values of a new record with its custom ones in their place; Refused where a field is lacking."""
        values = self.values(place)
        if not self.chunk.ruled:
            return values
        whole = completed(self.kind, values)
        rules.check(self.kind, whole, by=self.run.actor)
        return folded(self.kind, whole)

    def _create(self, new: Places) -> None:
        """All at once; where the database refuses, in halves, until the rows to blame stand alone."""
        if not new:
            return
        try:
            with transaction.atomic():
                self._insert(new)
            self.result.created += len(new)
        except RowsRefused as refusal:
            for place, problem in refusal.rows.items():
                self.reject(new[place], problem)
            self._create([number for place, number in enumerate(new) if place not in refusal.rows])
        except (Refused, ValidationError, DatabaseError) as error:
            if len(new) == 1:
                self.reject(new[0], self._reason(self.values(new[0]), error))
                return
            middle = len(new) // 2
            self._create(new[:middle])
            self._create(new[middle:])

    def _insert(self, new: Places) -> None:
        options: dict[str, Any] = {"by": self.run.actor, "batch": self.reader.batch}
        if self.kind.insert_columns is not None and self.chunk.plain:
            ids = self.kind.insert_columns(**self._columns(new), **options)
            if ids is not None:
                self._note(ids)
                return
        rows = [self._whole(place) for place in new]
        if self.kind.insert_many is not None:
            self._note(self.kind.insert_many(values=rows, **options))
        elif self.kind.create is not None:
            for values in rows:
                self.kind.create(values=values, **options)
        else:
            made = [self.kind.model(**values) for values in rows]
            self._note(changes.insert_many(self.kind.model, made, **options))

    def _note(self, ids: Any) -> None:
        if self.chunk.held and isinstance(ids, list) and all(type(pk) is int for pk in ids[:1]):
            self.chunk.held.note(ids)

    def _columns(self, new: Places) -> dict[str, Any]:
        """The rows by column, references as ids."""
        whole = len(new) == len(self.block.numbers)
        columns = {}
        for name, given in self.block.columns.items():
            values: Sequence[Any] = given
            if name in self.named:
                ids = {value: getattr(found, "pk", found) for value, found in self.named[name].items()}
                values = [ids[value] for value in given]
            columns[self.chunk.names[name]] = values if whole else [values[place] for place in new]
        texts = self.block.texts
        return {
            "columns": columns,
            "count": len(new),
            "texts": texts.pick(range(len(new)) if whole else new) if texts else None,
        }

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
