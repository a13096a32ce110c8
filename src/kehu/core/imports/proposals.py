"""A mapping proposed for a file: from what its columns are called and from what they hold, with the reasons told."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Any

from django.conf import settings
from django.utils import translation
from django.utils.translation import gettext as _

from kehu.core.imports import evidence, toml, words
from kehu.core.imports.fields import Target, keys, targets
from kehu.core.models import Company, User
from kehu.core.registry import ObjectType
from kehu.kit.tables import Row, Table

SAMPLE = 200
_CURRENCY = re.compile(r"[(（]([A-Z]{3})[)）]")
_ADDRESS = ("street", "city", "state", "postal_code", "country")
_PERSON = ("first_name", "middle_name", "last_name")


@dataclass
class Proposed:
    """A field with where its value comes from, as a mapping file says it, and why."""

    target: Target
    source: dict[str, Any]
    why: str
    format_why: str = ""


@dataclass
class Proposal:
    """What would be imported how. `unused` are columns that no field takes, `missing` fields that must be filled."""

    fields: dict[str, Proposed] = field(default_factory=dict)
    key: str = ""
    key_why: str = ""
    layout: str = ""
    unused: list[str] = field(default_factory=list)
    missing: list[Target] = field(default_factory=list)

    @property
    def mapping(self) -> dict[str, Any]:
        """The mapping as a file holds it, without how the file is read."""
        named = {"key": self.key} if self.key else {}
        return {**named, "fields": {name: item.source for name, item in self.fields.items()}}


def propose(kind: ObjectType, table: Table, user: User, sample: Sequence[Row] | None = None) -> Proposal:
    """Propose a mapping for what the user may fill; `sample` are the first rows where they are known already."""
    if sample is None:
        sample = first_of(table)
    return _Proposing(kind, table.header, sample, user).proposal()


def as_text(proposal: Proposal, table: Table) -> str:
    """The proposal as a mapping file, with what speaks for it as comments."""
    notes = {f"file.{name}": why for name, why in table.evidence.items()}
    notes |= {
        name: " ".join(filter(None, (item.why, item.format_why))) for name, item in proposal.fields.items()
    }
    notes["key"] = proposal.key_why
    head = [_("Known layout: %(system)s.") % {"system": proposal.layout}] if proposal.layout else []
    if proposal.unused:
        head.append(_("No field takes: %(columns)s.") % {"columns": ", ".join(proposal.unused)})
    if proposal.missing:
        needed = ", ".join(target.name for target in proposal.missing)
        head.append(_("Needed, but in no column: %(fields)s.") % {"fields": needed})
    comments = [f"# {' '.join(line.split())}" for line in head]
    return "\n".join(
        [*comments, *[""][: len(comments)], toml.mapping_text(proposal.mapping, reading_of(table), notes)]
    )


def as_json(proposal: Proposal, table: Table) -> dict[str, Any]:
    """The proposal for programs; `mapping` is what an import takes."""
    return {
        "file": {
            "kind": table.kind,
            "rows": table.estimate,
            **{
                name: {"value": getattr(table, name), "evidence": table.evidence.get(name, "")}
                for name in ("encoding", "delimiter", "header_row", "sheet")
                if getattr(table, name)
            },
        },
        "layout": proposal.layout,
        "key": {"field": proposal.key, "evidence": proposal.key_why},
        "fields": {
            name: {
                **item.source,
                "label": item.target.label,
                "evidence": item.why,
                "format_evidence": item.format_why,
            }
            for name, item in proposal.fields.items()
        },
        "unused": proposal.unused,
        "missing": [target.name for target in proposal.missing],
        "mapping": {**proposal.mapping, "file": reading_of(table)},
    }


def reading_of(table: Table) -> dict[str, Any]:
    """How the file is read, as a mapping says it."""
    names = ("encoding", "delimiter", "header_row", "sheet")
    return {name: value for name in names if (value := getattr(table, name))}


def first_of(table: Table, most: int = SAMPLE) -> list[Row]:
    found = []
    for row in table.rows():
        found.append(row)
        if len(found) == most:
            break
    return found


class _Proposing:
    def __init__(self, kind: ObjectType, header: Sequence[str], sample: Sequence[Row], user: User) -> None:
        self.kind, self.header, self.user = kind, header, user
        good = [row.cells for row in sample if not row.problem and len(row.cells) == len(header)]
        self.values = {name: [cells[place] for cells in good] for place, name in enumerate(header)}
        self.rows = len(good)
        self.free = {target.name: target for target in targets(kind, user)}
        self.layout = words.layout_of(header)
        added = {words.key(name) for name in added_columns()}
        self.columns = [name for name in header if words.key(name) not in added]
        self.result = Proposal(layout=self.layout.label if self.layout else "")

    def proposal(self) -> Proposal:
        everything = list(self.free.values())
        self._named_by_company()
        self._by_own_name()
        self._by_meaning()
        self._joined("name", _PERSON)
        self._joined("address", _ADDRESS)
        self._by_content()
        self._currency()
        result = self.result
        order = {target.name: place for place, target in enumerate(everything)}
        result.fields = dict(sorted(result.fields.items(), key=lambda item: order[item[0]]))
        used = self._used()
        result.unused = [column for column in self.columns if column not in used]
        result.missing = [
            target for target in everything if target.needed and target.name not in result.fields
        ]
        self._choose_key()
        return result

    def _used(self) -> set[str]:
        sources = [item.source for item in self.result.fields.values()]
        return {name for source in sources for name in [source.get("column", ""), *source.get("columns", [])]}

    def _take(self, target: Target, source: dict[str, Any], why: str) -> None:
        column = source.get("column", "")
        values = self.values.get(column, [])
        written, proof = evidence.format_of(values, target.kind) if column else ("", "")
        if written and written != "point":
            source["format"] = written
        if target.references is not None:
            source["lookup"] = evidence.best_lookup(target, values, self.user)
        self.result.fields[target.name] = Proposed(target, source, why, proof)
        self.free.pop(target.name, None)

    def _meaning(self, column: str) -> str:
        special = self.layout.means.get(words.key(column)) if self.layout else None
        return words.meaning_of(column) if special is None else special

    def _named_by_company(self) -> None:
        """What has neither a company nor an address for mail is one: it is called as the company is."""
        companies = [column for column in self.columns if self._meaning(column) == "company_name"]
        of_person = {"email", "account", "company_name"} & self.free.keys()
        if companies and not of_person and {"name", "website"} <= self.free.keys():
            self._take(self.free["name"], {"column": companies[0]}, self._why(companies[0]))

    def _by_own_name(self) -> None:
        """Columns that are called as a field is: first by a label in any language, then in code."""
        labels = {name: own_names(self.kind, target) for name, target in self.free.items()}
        for names in (labels, {name: {words.key(name)} for name in self.free}):
            used = self._used()
            for column in self.columns:
                if column in used or (self.layout and words.key(column) in self.layout.means):
                    continue
                found = next((name for name in self.free if words.key(column) in names[name]), None)
                if found is not None:
                    self._take(self.free[found], {"column": column}, _("The column is called as the field."))

    def _by_meaning(self) -> None:
        """Columns whose name means a field; then those that may stand in for one."""
        meanings = {column: self._meaning(column) for column in self.columns}
        fields = {name: {name, words.meaning_of(_label(self.kind, name, "en"))} for name in self.free}
        used = self._used()
        for column, meaning in meanings.items():
            found = next((name for name in self.free if meaning and meaning in fields[name]), None)
            if found is not None and column not in used:
                self._take(self.free[found], {"column": column}, self._why(column))
        used = self._used()
        for column, meaning in meanings.items():
            for name in words.stands_in(meaning) if meaning and column not in used else ():
                if name in self.free and not (name == "name" and self._has_person(meanings)):
                    self._take(self.free[name], {"column": column}, self._why(column))
                    break

    def _has_person(self, meanings: dict[str, str]) -> bool:
        """Whether the object's name is a person's, so that the company's name is not meant by it."""
        return "email" in {target.name for target in targets(self.kind, self.user)} or any(
            meaning in _PERSON for meaning in meanings.values()
        )

    def _why(self, column: str) -> str:
        if self.layout and self.layout.means.get(words.key(column)):
            return _("So it stands in exports of %(system)s.") % {"system": self.layout.label}
        return _("The name of the column means this field.")

    def _joined(self, name: str, meanings: Sequence[str]) -> None:
        """One field out of several columns: a person's name, an address."""
        if name not in self.free:
            return
        used = self._used()
        found: dict[str, str] = {}
        for column in self.columns:
            meaning = self._meaning(column)
            empty = self.rows and not any(map(str.strip, self.values[column]))
            if meaning in meanings and column not in used and not empty:
                found.setdefault(meaning, column)
        columns = [found[meaning] for meaning in meanings if meaning in found]
        if not columns:
            return
        join = ", " if name == "address" else " "
        if name == "name" and evidence.are_chinese([v for column in columns for v in self.values[column]]):
            columns, join = columns[::-1], ""
        source = {"column": columns[0]} if len(columns) == 1 else {"columns": columns, "join": join}
        self._take(self.free[name], source, _("Put together from its parts."))

    def _by_content(self) -> None:
        used = self._used()
        # Whoever is not stored asks of a file alone, on a machine that may have no database.
        country = (Company.current() if self.user.pk else Company()).country
        for column in self.columns:
            if (
                column in used
                or self._meaning(column)
                or (self.layout and words.key(column) in self.layout.means)
            ):
                continue
            values = self.values[column]
            if "email" in self.free and evidence.are_mails(values):
                self._take(self.free["email"], {"column": column}, _("It holds e-mail addresses."))
            elif (
                name := next((n for n in ("phone", "mobile") if n in self.free), "")
            ) and evidence.are_phones(values, country):
                self._take(self.free[name], {"column": column}, _("It holds telephone numbers."))
            elif target := next((t for t in self.free.values() if evidence.are_choices(values, t)), None):
                self._take(target, {"column": column}, _("Every value is one of the field's."))
        self._only_date()

    def _only_date(self) -> None:
        """A single column of dates goes to the single date of the form."""
        used = self._used()
        fields = [
            target for target in self.free.values() if target.kind in ("date", "time") and target.needed
        ]
        dated = [
            c
            for c in self.columns
            if c not in used and not self._meaning(c) and evidence.are_dates(self.values[c])
        ]
        if len(fields) == 1 and len(dated) == 1:
            self._take(fields[0], {"column": dated[0]}, _("It is the only column of dates."))

    def _currency(self) -> None:
        """`Amount spent (TWD)` names the currency of the whole column."""
        for item in list(self.result.fields.values()):
            found = _CURRENCY.search(item.source.get("column", "")) if item.target.kind == "money" else None
            if found and "currency" in self.free:
                self._take(self.free["currency"], {"value": found[1]}, _("The name of the column says it."))

    def _choose_key(self) -> None:
        """The first field that tells records apart, and that every row fills with something of its own."""
        for name in keys(self.kind, self.user):
            item = self.result.fields.get(name)
            if item is None or name == "name" or not item.source.get("column"):
                continue
            held = [value.strip().casefold() for value in self.values[item.source["column"]]]
            if held and all(held) and len(set(held)) == len(held):
                self.result.key = name
                self.result.key_why = _("Every row looked at has one of its own.")
                return


def own_names(kind: ObjectType, target: Target) -> set[str]:
    """What a field is called in every language, also as an export tells it from a namesake."""
    labels = [_label(kind, target.name, code) for code, _name in settings.LANGUAGES]
    told_apart = [words.told_apart(label, target.name) for label in labels]
    return {words.key(name) for name in (*labels, *told_apart)}


def _label(kind: ObjectType, name: str, language: str) -> str:
    with translation.override(language):
        return str(kind.label_of(name))


def added_columns() -> set[str]:
    """What the error file adds to a file, in every language: no columns of the file."""
    found = set()
    for code, _name in settings.LANGUAGES:
        with translation.override(code):
            found |= {_("row"), _("problem")}
    return found
