"""The table of columns and fields: drawn from a mapping, read back into one."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, pgettext_lazy

from kehu.core.imports import drafts, evidence, fields, proposals
from kehu.core.imports.fields import Target
from kehu.core.models import ImportDraft, User
from kehu.core.registry import ObjectType

SHOWN_VALUES, SHOWN_LENGTH = 3, 60
DATE_FORMATS = (
    ("", gettext_lazy("as recognised")),
    ("ymd", gettext_lazy("2010-08-31 · year, month, day")),
    ("dmy", gettext_lazy("31/8/2010 · day, month, year")),
    ("mdy", gettext_lazy("8/31/2010 · month, day, year")),
    ("named", gettext_lazy("31 Aug 2010 · month written out")),
    ("roc", gettext_lazy("99/8/31 · years of the Republic of China")),
)
NUMBER_FORMATS = (
    ("", gettext_lazy("as recognised")),
    ("point", gettext_lazy("1,234.56 · decimal point")),
    ("comma", gettext_lazy("1.234,56 · decimal comma")),
)
MISSING = (
    ("", gettext_lazy("report the row where it is missing")),
    ("1", gettext_lazy("create what is missing")),
)
YES_NO = (("true", pgettext_lazy("value", "yes")), ("false", pgettext_lazy("value", "no")))
KEPT = ("join", "values", "when", "default", "required")


class MappingTable:
    """The columns of a draft with the field that takes each, for one person."""

    def __init__(self, draft: ImportDraft, kind: ObjectType, user: User) -> None:
        self.draft, self.kind, self.user = draft, kind, user
        self.targets = {target.name: target for target in fields.targets(kind, user)}
        self.mapping: dict[str, Any] = draft.mapping
        self.reasons = proposals.propose(kind, drafts.table_of(draft), user).fields

    @property
    def sources(self) -> dict[str, dict[str, Any]]:
        return self.mapping.get("fields", {})

    def field_of(self, column: str) -> str:
        """The field that takes a column; nothing where none does."""
        for name, source in self.sources.items():
            if column == source.get("column") or column in source.get("columns", ()):
                return name
        return ""

    def columns(self) -> list[dict[str, Any]]:
        return [self._column(place, name) for place, name in enumerate(self.draft.header)]

    def _column(self, place: int, name: str) -> dict[str, Any]:
        chosen = self.field_of(name)
        source = self.sources.get(chosen, {})
        together = source.get("columns", [])
        first = not together or together[0] == name
        reason = self.reasons.get(chosen)
        same = reason is not None and name in (reason.source.get("column"), *reason.source.get("columns", ()))
        return {
            "place": place,
            "name": name,
            "values": self._values(place),
            "chosen": chosen,
            "options": list(self.options(chosen, source)) if chosen and first else [],
            "together": ", ".join(other for other in together if other != name),
            "why": reason.why if same and reason else "",
            "format_why": self._format_why(place, chosen) if first and not together else "",
        }

    def _values(self, place: int) -> list[str]:
        held = (
            cells[place]
            for _number, cells, problem in self.draft.sample
            if not problem and place < len(cells)
        )
        shown = dict.fromkeys(" ".join(cell.split())[:SHOWN_LENGTH] for cell in held if cell.strip())
        return list(shown)[:SHOWN_VALUES]

    def _format_why(self, place: int, chosen: str) -> str:
        target = self.targets.get(chosen)
        if target is None or self.sources[chosen].get("format") not in (
            None,
            "",
            self._found(place, target)[0],
        ):
            return ""
        return self._found(place, target)[1]

    def _found(self, place: int, target: Target) -> tuple[str, str]:
        held = [
            cells[place]
            for _number, cells, problem in self.draft.sample
            if not problem and place < len(cells)
        ]
        return evidence.format_of(held, target.kind)

    def options(self, chosen: str, source: Mapping[str, Any]) -> Iterator[dict[str, Any]]:
        """What else is to be chosen for a field: format, by what a record is named, what becomes of missing ones."""
        target = self.targets.get(chosen)
        if target is None:
            return
        if target.kind in ("date", "time"):
            yield self._option(
                "format", _("Format"), with_own(DATE_FORMATS, source.get("format", "")), source
            )
        elif target.kind in ("money", "number"):
            yield self._option("format", _("Format"), NUMBER_FORMATS, source)
        elif (other := target.references) is not None:
            known = [(name, other.label_of(name)) for name in fields.lookups(other, self.user)]
            yield self._option("lookup", _("Found by"), known, source)
            if fields.importable(other, self.user):
                shown = {"create": "1" if source.get("create") else ""}
                yield self._option("create", _("Missing records"), MISSING, shown)

    def _option(self, name: str, label: str, choices: Any, source: Mapping[str, Any]) -> dict[str, Any]:
        return {"name": name, "label": label, "choices": list(choices), "chosen": source.get(name, "") or ""}

    def fixed(self) -> list[dict[str, Any]]:
        """Fields with one value for all rows, and an empty line for one more."""
        found = [
            self._fixed(name, source.get("value"))
            for name, source in self.sources.items()
            if "value" in source
        ]
        return [*found, {"chosen": "", "value": "", "choices": []}]

    def _fixed(self, name: str, value: Any) -> dict[str, Any]:
        target = self.targets.get(name)
        choices = target.choices if target else []
        if target and target.kind == "yesno":
            choices = [(code, str(label)) for code, label in YES_NO]
        shown = "" if value is None else {True: "true", False: "false"}.get(value, str(value))
        return {"chosen": name, "value": shown, "choices": choices, "kind": target.kind if target else ""}

    def free(self) -> list[Target]:
        """Fields that no column takes."""
        taken = {name for name, source in self.sources.items() if "value" not in source}
        return [target for target in self.targets.values() if target.name not in taken]

    def missing(self) -> list[str]:
        return [
            target.label
            for target in self.targets.values()
            if target.needed and target.name not in self.sources
        ]

    def keys(self) -> list[tuple[str, str]]:
        return [
            (name, self.targets[name].label)
            for name in fields.keys(self.kind, self.user)
            if name in self.sources and "value" not in self.sources[name]
        ]

    def read(self, data: Mapping[str, Any]) -> dict[str, Any]:
        """The mapping that a form says, as far as it is one. What the form does not show stays as it was."""
        taken: dict[str, list[str]] = {}
        for place, column in enumerate(self.draft.header):
            if (name := data.get(f"field-{place}", "")) in self.targets:
                taken.setdefault(name, []).append(column)
        found = {name: self._source(name, columns, data) for name, columns in taken.items()}
        for place in range(len(self.targets) + 1):
            name, value = data.get(f"fixed-{place}", ""), data.get(f"value-{place}", "").strip()
            if name in self.targets and name not in found:
                found[name] = {"value": {"true": True, "false": False}.get(value, value)
                               if self.targets[name].kind == "yesno" else value}  # fmt: skip
        key = data.get("key", "")
        known = key in found and key in fields.keys(self.kind, self.user)
        return {
            **({"key": key} if known else {}),
            "fields": {n: found[n] for n in self.targets if n in found},
        }

    def _source(self, name: str, columns: list[str], data: Mapping[str, Any]) -> dict[str, Any]:
        before = self.sources.get(name, {})
        held = before.get("columns") or [before.get("column")]
        source: dict[str, Any] = {"column": columns[0]}
        if len(columns) > 1:
            ordered = held if sorted(map(str, held)) == sorted(columns) else columns
            source = {"columns": ordered, "join": before.get("join") or " "}
        if set(map(str, held)) == set(columns):
            source |= {option: before[option] for option in KEPT if option in before and option not in source}
        target = self.targets[name]
        written = data.get(f"format-{name}", before.get("format", ""))
        if written and target.kind in ("date", "time", "money", "number"):
            source["format"] = written
        if target.references is not None:
            allowed = fields.lookups(target.references, self.user)
            wanted = data.get(f"lookup-{name}", before.get("lookup", ""))
            source["lookup"] = wanted if wanted in allowed else self._usual(name, allowed)
            if data.get(f"create-{name}"):
                source["create"] = True
        elif f"format-{name}" not in data and len(columns) == 1:
            place = self.draft.header.index(columns[0])
            if (written := self._found(place, target)[0]) and written != "point":
                source.setdefault("format", written)
        return source

    def _usual(self, name: str, allowed: list[str]) -> str:
        reason = self.reasons.get(name)
        proposed = reason.source.get("lookup", "") if reason else ""
        return proposed or (allowed[0] if allowed else "")


def with_own(choices: Any, chosen: str) -> Any:
    """The choices with a pattern of strptime that a saved mapping holds."""
    return choices if any(code == chosen for code, _label in choices) else (*choices, (chosen, chosen))
