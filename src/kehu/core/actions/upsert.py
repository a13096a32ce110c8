"""Many records of one object type in one call: those that a key finds are changed, the others made."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

from django.core.exceptions import ValidationError
from django.db import DatabaseError, models, transaction
from django.utils.translation import gettext as _

from kehu.core import access, changes
from kehu.core.actions import records
from kehu.core.errors import Conflict, Forbidden, Refused
from kehu.core.models import Batch

if TYPE_CHECKING:
    from kehu.core.models import User
    from kehu.core.registry import ObjectType

# Rows per transaction where each row stands for itself: well under half a second of SQLite's write lock.
CHUNK = 100
CREATED, UPDATED, UNCHANGED, REJECTED = "created", "updated", "unchanged", "rejected"

Row = Mapping[str, Any] | Refused


@dataclass
class Outcome:
    """What became of one row: its record, or why it was refused."""

    status: str
    id: int | None = None
    problem: Refused | None = None


@dataclass
class Upsert:
    """One call: the rows in their order, and the batch that takes all of it back (none where nothing was written)."""

    batch: Batch | None
    outcomes: list[Outcome] = field(default_factory=list)

    def count(self, status: str) -> int:
        return sum(outcome.status == status for outcome in self.outcomes)


class AllRefused(Refused):
    """One row could not be written, so none was."""

    def __init__(self, outcomes: Sequence[Outcome]) -> None:
        found = [(place, o.problem) for place, o in enumerate(outcomes) if o.problem is not None]
        fields: dict[str, str] = {}
        for place, problem in found:
            for name in problem.fields or {"": ""}:
                fields[f"items[{place}].{name}".rstrip(".")] = problem.fields.get(name) or str(problem)
        sentence = _("Nothing was written: %(count)s rows are wrong. The first: row %(row)s: %(why)s")
        first, why = found[0]
        super().__init__(sentence % {"count": len(found), "row": first, "why": why}, fields=fields)


def upsert(kind: ObjectType, rows: Sequence[Row], *, key: str, by: User, atomic: bool = True) -> Upsert:
    """Write rows of field values; `key` is the field that finds existing records (empty: all are new).

    A row that was refused while it was read comes as its refusal. `atomic`: all in one transaction, refused whole
    where one row is wrong; otherwise row by row in short transactions, and the outcome says which were refused.
    """
    if key:
        access.require(by, "view", kind)
    else:
        access.require(by, "add", kind)
    if key and key not in keys_of(kind, by):
        known = ", ".join(keys_of(kind, by)) or "–"
        sentence = _("“%(key)s” is no key of these records. There are: %(known)s.") % {
            "key": key,
            "known": known,
        }
        raise Refused(sentence, fields={"key": sentence})
    if atomic:
        with transaction.atomic():
            return _write(kind, rows, key, by, size=len(rows) or 1, atomic=True)
    return _write(kind, rows, key, by, size=CHUNK, atomic=False)


def keys_of(kind: ObjectType, by: User) -> list[str]:
    """The fields by which this person may find records: those of imports, written in the form and read in full."""
    return [
        name
        for name in kind.keys
        if name in kind.form_fields and not kind.policy.fixes(name, by) and kind.policy.reads(name, by)
    ]


def _write(kind: ObjectType, rows: Sequence[Row], key: str, by: User, *, size: int, atomic: bool) -> Upsert:
    seen: dict[Any, int] = {}
    outcomes: list[Outcome] = []
    with changes.batch("import", by=by, label=_("API: %(kind)s") % {"kind": kind.label_plural}) as batch:
        for start in range(0, len(rows), size):
            with transaction.atomic():
                part = _Part(kind, key, by, batch, seen)
                outcomes += part.write(rows[start : start + size], start)
        if atomic and any(outcome.problem is not None for outcome in outcomes):
            raise AllRefused(outcomes)
    result = Upsert(batch, outcomes)
    if not result.count(CREATED) and not result.count(UPDATED):
        Batch.objects.filter(pk=batch.pk).delete()
        result.batch = None
    return result


@dataclass
class _Part:
    """The rows of one transaction."""

    kind: ObjectType
    key: str
    by: User
    batch: Batch
    seen: dict[Any, int]

    def write(self, rows: Sequence[Row], offset: int) -> list[Outcome]:
        outcomes: list[Outcome | None] = [None] * len(rows)
        good = {}
        for place, row in enumerate(rows):
            try:
                good[place] = self._checked(row, offset + place)
            except Refused as problem:
                outcomes[place] = Outcome(REJECTED, problem=problem)
        there = self._existing([values[self.key] for values in good.values()]) if self.key else {}
        new = {}
        for place, values in good.items():
            if found := there.get(values.get(self.key)) if self.key else None:
                outcomes[place] = self._update(found, values)
            else:
                new[place] = values
        for place, outcome in self._create(new):
            outcomes[place] = outcome
        return [outcome for outcome in outcomes if outcome is not None]

    def _checked(self, row: Row, number: int) -> dict[str, Any]:
        if isinstance(row, Refused):
            raise row
        values = records.allowed(self.kind, row, self.by)
        if not self.key:
            return values
        value = values.get(self.key)
        if value in (None, ""):
            raise Refused(_("The key is empty."), fields={self.key: _("The key is empty.")})
        if value in self.seen:
            sentence = _("Row %(row)s has the same key.") % {"row": self.seen[value]}
            raise Refused(sentence, fields={self.key: sentence})
        self.seen[value] = number
        return values

    def _existing(self, wanted: list[Any]) -> dict[Any, list[Any]]:
        found: dict[Any, list[Any]] = {}
        visible = self.kind.model.objects.visible_to(self.by)
        for record in visible.filter(**{f"{self.key}__in": wanted}):
            found.setdefault(getattr(record, self.key), []).append(record)
        return found

    def _update(self, found: list[Any], values: dict[str, Any]) -> Outcome:
        if len(found) > 1:
            sentence = _("More than one record has this key.")
            return Outcome(REJECTED, problem=Conflict(sentence, fields={self.key: sentence}))
        record = found[0]
        before = record.updated_at
        try:
            with transaction.atomic():
                edited = records.edit(
                    record=record, values=values, by=self.by, batch=self.batch, verb="import"
                )
        except Refused as problem:
            return Outcome(REJECTED, problem=problem)
        return Outcome(UPDATED if edited.updated_at != before else UNCHANGED, edited.pk)

    def _create(self, new: dict[int, dict[str, Any]]) -> Iterator[tuple[int, Outcome]]:
        """The new rows: all at once where the object type can, and one by one where that fails."""
        if new and not access.can(self.by, "add", self.kind):
            refused = Forbidden(_("Your role does not allow this. Ask your administrator if you need it."))
            yield from ((place, Outcome(REJECTED, problem=refused)) for place in new)
            return
        sound = {}
        for place, values in new.items():
            if problem := self._unsound(values):
                yield place, Outcome(REJECTED, problem=problem)
            else:
                sound[place] = values
        if ids := self._together(list(sound.values())):
            yield from ((place, Outcome(CREATED, pk)) for place, pk in zip(sound, ids, strict=True))
            return
        for place, values in sound.items():
            yield place, self._alone(values)

    def _unsound(self, values: dict[str, Any]) -> Refused | None:
        """What the fields' own rules say of rows that are stored together; uniqueness is the database's."""
        if self.kind.insert_many is None:
            return None
        record = self.kind.model(**values)
        given = {name for name, value in values.items() if value not in (None, "")}
        fields: list[Any] = [f for f in record._meta.concrete_fields if f.name in self.kind.form_fields]
        missing = [f for f in fields if not f.blank and not f.has_default() and f.name not in given]
        if missing:
            required = str(models.Field.default_error_messages["blank"])
            return records.refusal_of(record, ValidationError({f.name: required for f in missing}))
        leave = {f.name for f in record._meta.concrete_fields if f.name not in given or f.is_relation}
        try:
            records.refuse_broken_text(record)
            record.clean_fields(exclude=leave)
        except ValidationError as error:
            return records.refusal_of(record, error)
        except Refused as problem:
            return problem
        return None

    def _together(self, rows: list[dict[str, Any]]) -> list[int]:
        if self.kind.insert_many is None or not rows:
            return []
        try:
            with transaction.atomic():
                return self.kind.insert_many(values=rows, by=self.by, batch=self.batch) or []
        except (Refused, ValidationError, DatabaseError):
            return []

    def _alone(self, values: dict[str, Any]) -> Outcome:
        try:
            with transaction.atomic():
                made = records.create(self.kind.model, values, by=self.by, batch=self.batch, verb="import")
        except Refused as problem:
            return Outcome(REJECTED, problem=problem)
        return Outcome(CREATED, made.pk)
