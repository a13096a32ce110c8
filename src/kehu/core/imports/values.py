"""From the texts of a row to the values of a record, as a mapping file says."""

from __future__ import annotations

import tomllib
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any
from zoneinfo import ZoneInfo

from django.core.exceptions import ValidationError
from django.db import models
from django.utils.translation import gettext as _

from kehu.core import clock, registry
from kehu.core.actions import records
from kehu.core.errors import Refused
from kehu.core.models import Batch, Company, User
from kehu.core.registry import ObjectType
from kehu.kit import amounts, dates, phones, text

YES = {"1", "true", "yes", "y", "t", "是", "x", "✓"}
# Records and refusals remembered by their names, and names looked up in one statement.
MOST_KNOWN = 50_000
LOOKUPS = 2000
NO = {"0", "false", "no", "n", "f", "否"}
OPTIONS = {
    "column", "columns", "join", "value", "format", "lookup", "create", "values", "when", "default", "required",
}  # fmt: skip


class Unusable(ValueError):
    """A sentence about one value."""


@dataclass(frozen=True)
class Source:
    """Where a field's value comes from: a column of the file, several joined, or one value for all rows.

    `columns` are joined by `join`, empty ones left out; `format` is a date format, or a number's decimal sign
    (point, comma); `values` translates texts (`""`
    stands for an empty one), of several columns each; `when` names columns and the texts that they must hold, else
    the field is empty; `lookup` is the field by which a record is named, `create` makes the ones that are missing.
    """

    column: str = ""
    columns: list[str] = field(default_factory=list)
    join: str = "-"
    value: Any = None
    format: str = ""
    lookup: str = ""
    create: bool = False
    values: dict[str, Any] = field(default_factory=dict)
    when: dict[str, str] = field(default_factory=dict)
    default: Any = None
    required: bool = False

    @property
    def label(self) -> str:
        """What the source is called in a message; empty where it is no column."""
        return self.column or " + ".join(self.columns)


@dataclass(frozen=True)
class Mapping:
    """A mapping file, checked against the object type that it fills."""

    fields: dict[str, Source]
    key: str = ""
    encoding: str = ""
    delimiter: str = ""
    header_row: int = 0
    sheet: str = ""

    @property
    def columns(self) -> list[str]:
        named = []
        for source in self.fields.values():
            named += [*([source.column] if source.column else source.columns), *source.when]
        return list(dict.fromkeys(named))


def read_mapping(path: Path, kind: ObjectType, *, key: str = "") -> Mapping:
    """The mapping of a TOML file; a sentence says what is wrong with it."""
    try:
        given = tomllib.loads(path.read_text(encoding="utf-8"))
    except (OSError, UnicodeDecodeError, tomllib.TOMLDecodeError) as error:
        raise Refused(
            _("The mapping %(path)s cannot be read: %(why)s") % {"path": path, "why": error}
        ) from error
    return mapping_of(given, kind, key=key)


def mapping_of(given: dict[str, Any], kind: ObjectType, *, key: str = "") -> Mapping:
    fields = {name: _source(name, options, kind) for name, options in given.get("fields", {}).items()}
    if not fields:
        raise Refused(_('The mapping names no fields. Write a table like [fields.name] with column = "…".'))
    options = given.get("file", {})
    key = key or given.get("key", "")
    if key and key not in fields:
        raise Refused(_("The key “%(key)s” is not among the fields of the mapping.") % {"key": key})
    return Mapping(fields, key, **_reading(options))


def _reading(options: dict[str, Any]) -> dict[str, Any]:
    """How the file is to be read, of the table [file]."""
    known = {"encoding": str, "delimiter": str, "header_row": int, "sheet": str}
    for name, value in options.items():
        if name not in known or not isinstance(value, known[name]):
            raise Refused(_("The table [file] of the mapping: “%(name)s” makes no sense.") % {"name": name})
    return options


def _source(name: str, options: dict[str, Any], kind: ObjectType) -> Source:
    allowed = {*kind.form_fields, *kind.import_fields, *kind.keys}
    if name not in allowed:
        raise Refused(
            _("“%(kind)s” has no field “%(name)s” that an import may set. There are: %(names)s.")
            % {"kind": kind.key, "name": name, "names": ", ".join(sorted(allowed))}
        )
    if unknown := set(options) - OPTIONS:
        raise Refused(
            _("Field “%(name)s”: the mapping does not know %(options)s.")
            % {"name": name, "options": ", ".join(sorted(unknown))}
        )
    source = Source(**options)
    if source.lookup or source.create:
        _check_lookup(name, source, kind)
    return source


def _check_lookup(name: str, source: Source, kind: ObjectType) -> None:
    """A record is named by what its object type offers for that; another field would be a question about its values."""
    target = named_by(name, kind)
    offered = sorted({*target.keys, target.lookup} - {""}) if target is not None else []
    if target is None or not offered:
        raise Refused(_("Field “%(name)s” names no record, so nothing is looked up for it.") % {"name": name})
    if source.lookup and source.lookup not in offered:
        raise Refused(
            _("Field “%(name)s”: a %(kind)s is not looked up by “%(lookup)s”, but by: %(offered)s.")
            % {"name": name, "kind": target.label, "lookup": source.lookup, "offered": ", ".join(offered)}
        )


def named_by(name: str, kind: ObjectType) -> ObjectType | None:
    """The object type of the records that a field refers to; nothing for any other field."""
    found: Any = kind.field(name)
    related = found.related_model if found is not None and found.is_relation else None
    return registry.of(related) if related is not None and registry.declares_model(related) else None


class Reader:
    """Turns rows into values. Records and choices named in rows are looked up once per name."""

    def __init__(
        self,
        kind: ObjectType,
        mapping: Mapping,
        header: tuple[str, ...],
        by: User | None,
        batch: Batch | None,
        *,
        place: tuple[ZoneInfo, str] | None = None,
    ) -> None:
        """`place`: time zone and country, where the company is not to be asked (the process that only reads)."""
        self.kind, self.mapping, self.by, self.batch = kind, mapping, by, batch
        self.places = {column: header.index(column) for column in mapping.columns}
        self.zone, self.country = place or (clock.zone(), Company.current().country)
        self.known: dict[tuple[str, str], Any] = {}
        self.model_fields: dict[str, Any] = {name: kind.field(name) for name in mapping.fields}
        self.kinds = {name: registry.kind_of_field(found) for name, found in self.model_fields.items()}
        self.formats: dict[str, str | None] = {}

    def learn_formats(self, rows: Iterable[list[str]]) -> None:
        """Settle the format of dates and numbers that the mapping gives none for, from what the first rows hold."""
        sample = list(rows)
        proofs = {"date": dates.evidence, "time": dates.evidence}
        proofs |= dict.fromkeys(("money", "number"), amounts.evidence)
        for name, source in self.mapping.fields.items():
            if not source.column or source.format or self.kinds[name] not in proofs:
                continue
            place = self.places[source.column]
            try:
                held = (cells[place] for cells in sample if len(cells) > place)
                self.formats[name] = proofs[self.kinds[name]](held)
            except ValueError:
                self.formats[name] = None  # each value then has to be clear by itself

    def values(self, cells: list[str]) -> dict[str, Any]:
        """The values of one row; Unusable, with the column, for the first that makes no sense."""
        found = {}
        for name, source in self.mapping.fields.items():
            try:
                found[name] = self.value(name, source, cells)
            except (ValueError, Refused) as error:
                where = source.label or name
                raise Unusable(f"{where}: {error}") from error
        return found

    def value(self, name: str, source: Source, cells: list[str]) -> Any:
        value = self.settled(name, source, self.given(source, cells))
        if self.model_fields[name].is_relation and isinstance(value, str):
            return self.record(name, value)
        return value

    def settled(self, name: str, source: Source, given: Any) -> Any:
        """The value that a given one stands for. A record is not looked up yet: a text says its name."""
        if given is None or given == "":
            given = source.default
        model_field = self.model_fields[name]
        if given is None or given == "":
            return self._empty(model_field, required=source.required)
        if model_field.is_relation:
            return str(given)
        return self._checked(name, model_field, source, given)

    def _checked(self, name: str, model_field: Any, source: Source, given: Any) -> Any:
        value = self._typed(name, model_field, source, given)
        try:
            return model_field.clean(value, None)
        except ValidationError as error:
            raise Unusable(" ".join(error.messages)) from error

    def given(self, source: Source, cells: list[str]) -> Any:
        """What the row holds for a field, translated; not yet typed."""
        if any(cells[self.places[column]].strip() != wanted for column, wanted in source.when.items()):
            return None
        if source.column:
            text_here = cells[self.places[source.column]].strip()
            return source.values.get(text_here, text_here)
        if source.columns:
            parts = [cells[self.places[column]].strip() for column in source.columns]
            translated = [source.values.get(part, part) for part in parts]
            return source.join.join(part for part in translated if part)
        return (
            source.values.get(source.value, source.value) if isinstance(source.value, str) else source.value
        )

    def _empty(self, model_field: Any, *, required: bool) -> Any:
        if required or not (model_field.blank or model_field.null or model_field.has_default()):
            raise Unusable(_("is empty, but needed."))
        if model_field.null:
            return None
        return model_field.get_default() if model_field.has_default() else ""

    def _typed(self, name: str, model_field: Any, source: Source, given: Any) -> Any:
        if not isinstance(given, str):
            return given
        kind, written = self.kinds[name], source.format or self.formats.get(name)
        if kind == "money":
            return amounts.parse_amount(given, written)
        if kind == "date":
            return dates.parse_date(given, written)
        if kind == "time":
            return dates.parse_moment(given, written, self.zone)
        if kind == "yesno":
            return self._yes_or_no(given)
        if kind == "choice":
            return self._choice(model_field, given)
        if isinstance(model_field, models.EmailField):
            return text.normalise_email(given)
        if name in {"phone", "mobile"}:
            return phones.normalise(given, self.country) or text.clean_text(given)
        if isinstance(model_field, models.CharField | models.TextField):
            return text.clean_text(given, lines=isinstance(model_field, models.TextField))
        return amounts.plain_number(given, written) if kind == "number" else given

    @staticmethod
    def _yes_or_no(given: str) -> bool:
        if given.casefold() in YES:
            return True
        if given.casefold() in NO:
            return False
        raise Unusable(_("“%(text)s” is neither yes nor no.") % {"text": given[:60]})

    @staticmethod
    def _choice(model_field: Any, given: str) -> Any:
        for code, label in model_field.flatchoices:
            if given in (str(code), str(label)):
                return code
        known = ", ".join(str(code) for code, _label in model_field.flatchoices if code != "")
        raise Unusable(_("“%(text)s” is not one of: %(known)s.") % {"text": given[:60], "known": known})

    def record(self, name: str, given: str) -> Any:
        """The record that a text names, looked up once; Unusable where there is none or more than one."""
        if (name, given) not in self.known:
            try:
                found = self._look_up(name, given)
            except (Unusable, Refused) as problem:
                found = problem
            self.known[name, given] = found
        found = self.known[name, given]
        if isinstance(found, Exception):
            raise found
        return found

    def look_up_all(self, name: str, given: Iterable[str]) -> None:
        """Look many names up at once; those that are not found this way stay for `record`."""
        if len(self.known) > MOST_KNOWN:
            self.known.clear()
        target, lookup = self._target(name)
        if not isinstance(target.field(lookup), models.CharField):
            return
        wanted = [text_here for text_here in given if (name, text_here) not in self.known]
        found: dict[str, list[Any]] = {text_here: [] for text_here in wanted}
        for start in range(0, len(wanted), LOOKUPS):
            part = wanted[start : start + LOOKUPS]
            for record in target.model.objects.visible_to(self.by).filter(**{f"{lookup}__in": part}):
                found.setdefault(getattr(record, lookup), []).append(record)
        create = self.mapping.fields[name].create
        for text_here in wanted:
            if len(found[text_here]) == 1:
                self.known[name, text_here] = found[text_here][0]
            elif found[text_here] or not create:
                self.known[name, text_here] = self._unclear(target, text_here, found[text_here])

    def _target(self, name: str) -> tuple[ObjectType, str]:
        target = registry.of(self.model_fields[name].related_model)
        return target, self.mapping.fields[name].lookup or target.lookup

    def _look_up(self, name: str, given: str) -> Any:
        target, lookup = self._target(name)
        visible = target.model.objects.visible_to(self.by)
        found = list(visible.filter(**{lookup: given})[:2])
        if len(found) == 1:
            return found[0]
        if found or not self.mapping.fields[name].create:
            raise self._unclear(target, given, found)
        assert self.by is not None  # the process that only reads looks nothing up
        values: dict[str, Any] = {lookup: given}
        title = target.column_list[0].path
        if title in target.form_fields:
            values.setdefault(title, given)
        return records.create(target.model, values, by=self.by, batch=self.batch, verb="import")

    @staticmethod
    def _unclear(target: ObjectType, given: str, found: Sequence[Any]) -> Unusable:
        said = {"text": given[:60], "kind": target.label}
        if found:
            return Unusable(_("“%(text)s” names more than one %(kind)s.") % said)
        return Unusable(_("there is no %(kind)s “%(text)s”.") % said)

    def forget_created(self) -> None:
        """Look names up anew: records made in a chunk that was rolled back are gone."""
        self.known.clear()
