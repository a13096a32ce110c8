"""A condition while somebody builds it: may be incomplete, and is written in the inputs of one form.

Every part has a place: `0` is the outermost group, `0-2` its third part. A group has the input `join_<place>`, a
comparison `field_<place>`, `op_<place>`, `value_<place>` (any number), `other_<place>`, and `was_<place>`: the field
for which those were drawn.
"""

from __future__ import annotations

import json
import re
from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

from kehu.core.errors import Refused
from kehu.core.filters import dates, language, operators
from kehu.core.filters.fields import Named, named

if TYPE_CHECKING:
    from django.http import QueryDict

    from kehu.core.models import User
    from kehu.core.registry import ObjectType

JOINS = ("and", "or", "none")
# Kinds whose values belong to their field: record 5 of one object is not record 5 of another.
OWN = ("choice", "record", "tags")
PLACE = re.compile(r"^(field|join)_(0(?:-\d{1,3}){0,8})$", re.ASCII)


@dataclass
class Draft:
    """A group (`join`: and, or; none of its parts) or a comparison as typed."""

    join: str = ""
    parts: list[Draft] = field(default_factory=list)
    path: str = ""
    was: str = ""
    op: str = ""
    values: list[str] = field(default_factory=list)
    other: str = ""
    problem: str = ""
    place: str = "0"

    @property
    def is_group(self) -> bool:
        return bool(self.join)


def of_condition(condition: language.Condition) -> Draft:
    """A condition to be changed; the outermost part is always a group."""
    found = _of(condition.as_json())
    return _placed(found if found.is_group else Draft("and", [found]))


def of_form(data: QueryDict) -> Draft:
    """What stands in the form, in the order of its places."""
    found: dict[str, Draft] = {"0": Draft("and")}
    places = [match.groups() for name in data if (match := PLACE.match(name))]
    for what, place in sorted(places, key=lambda pair: [int(part) for part in pair[1].split("-")]):
        if what == "join":
            join = data.get(f"join_{place}", "and")
            made = Draft(join if join in JOINS else "and")
        else:
            made = Draft(
                path=data.get(f"field_{place}", ""),
                was=data.get(f"was_{place}", ""),
                op=data.get(f"op_{place}", ""),
                values=[value for value in data.getlist(f"value_{place}") if value != ""],
                other=data.get(f"other_{place}", ""),
            )
        parent = found.get(place.rpartition("-")[0])
        if place == "0":
            found["0"] = made if made.is_group else found["0"]
        elif parent is not None and parent.is_group:
            parent.parts.append(made)
            found[place] = made
    return _placed(found["0"])


def apply(draft: Draft, do: str) -> Draft:
    """One step: `add:<place>`, `group:<place>` or `remove:<place>`."""
    what, _colon, place = do.partition(":")
    target = find(draft, place)
    if target is None:
        return draft
    if what == "add" and target.is_group:
        target.parts.append(Draft())
    elif what == "group" and target.is_group:
        target.parts.append(Draft("or" if target.join == "and" else "and", [Draft()]))
    elif what == "remove":
        parent = find(draft, place.rpartition("-")[0])
        if parent is not None:
            parent.parts.remove(target)
    return _placed(draft)


def find(draft: Draft, place: str) -> Draft | None:
    if draft.place == place:
        return draft
    return next((found for part in draft.parts if (found := find(part, place)) is not None), None)


def focus(draft: Draft, do: str) -> str:
    """Where one goes on after a step: the place of what was added, is wrong or comes first, or `add:<place>`."""
    what, _colon, place = do.partition(":")
    target = find(draft, place if what != "remove" else place.rpartition("-")[0])
    if what in {"add", "group"} and target is not None and target.parts:
        return _first(target.parts[-1]).place
    if what == "remove" and target is not None:
        return f"add:{target.place}"
    if what in {"open", "apply"}:
        return next((part.place for part in _leaves(draft) if part.problem), _first(draft).place)
    return ""


def _first(draft: Draft) -> Draft:
    return next(_leaves(draft), draft)


def _leaves(draft: Draft) -> Iterator[Draft]:
    if not draft.is_group:
        yield draft
    for part in draft.parts:
        yield from _leaves(part)


def settle(draft: Draft, kind: ObjectType, user: User) -> None:
    """Comparisons that do not fit the field any more become its first one; values stay where they mean the same."""
    for part in draft.parts:
        settle(part, kind, user)
    known = named(kind, draft.path, user) if draft.path else None
    if known is None:
        return
    before = named(kind, draft.was, user) if draft.was else known
    if before is None or (before.path != known.path and (before.what != known.what or known.what in OWN)):
        draft.values, draft.other = [], ""
    if draft.op not in operators.ops_of(known):
        draft.op = operators.ops_of(known)[0]


def condition_of(draft: Draft, kind: ObjectType, user: User) -> language.Condition | None:
    """The condition, or nothing where a part is wrong: then each such part says what. Empty parts are left out."""
    given = _json(draft, kind, user)
    if _has_problem(draft):
        return None
    try:
        return language.read(kind, user, given) if given is not None else language.Every()
    except Refused as refused:
        draft.problem = str(refused)
        return None


def _json(draft: Draft, kind: ObjectType, user: User) -> Any:
    if not draft.is_group:
        return _comparison(draft, kind, user)
    parts = [found for part in draft.parts if (found := _json(part, kind, user)) is not None]
    if not parts:
        return None
    if draft.join == "none":
        return {"not": {"or": parts}}
    return {draft.join: parts}


def _comparison(draft: Draft, kind: ObjectType, user: User) -> Any:
    if not draft.path:
        return None
    known = named(kind, draft.path, user)
    found: dict[str, Any] = {"field": draft.path, "op": draft.op}
    if draft.op not in operators.BLANK:
        found["value"] = _value(draft, known)
    try:
        language.leaf(kind, user, draft.path, draft.op, found.get("value"))
    except Refused as refused:
        draft.problem = str(refused)
    return found


def _value(draft: Draft, known: Named | None) -> Any:
    if draft.op == "between":
        return [draft.values[0] if draft.values else "", draft.other]
    if draft.op in operators.SETS:
        if known is not None and known.what in {"text", "number", "money", "tags"}:
            return [line.strip() for value in draft.values for line in value.splitlines() if line.strip()]
        return draft.values
    first = draft.values[0] if draft.values else ""
    if draft.op == "within" and first.startswith("{"):
        try:
            found = json.loads(first)
        except (ValueError, RecursionError):
            return first
        return found if dates.span_of(found) is not None else first
    return first


def _has_problem(draft: Draft) -> bool:
    return bool(draft.problem) or any(_has_problem(part) for part in draft.parts)


def _of(given: Any) -> Draft:
    if "field" in given:
        return _comparison_of(given)
    join, parts = next(iter(given.items()))
    if join == "not":
        inner = parts["or"] if set(parts) == {"or"} else [parts]
        return Draft("none", [_of(part) for part in inner])
    return Draft(join, [_of(part) for part in parts])


def _comparison_of(given: Any) -> Draft:
    value, op = given.get("value"), given["op"]
    found = Draft(path=given["field"], op=op)
    if op == "between":
        found.values, found.other = [_text(value[0])], _text(value[1])
    elif isinstance(value, list):
        found.values = [_text(one) for one in value]
    elif value is not None:
        found.values = [json.dumps(value) if isinstance(value, dict) else _text(value)]
    return found


def _text(value: Any) -> str:
    return str(value).lower() if isinstance(value, bool) else str(value)


def _placed(draft: Draft, place: str = "0") -> Draft:
    draft.place = place
    for number, part in enumerate(draft.parts):
        _placed(part, f"{place}-{number}")
    return draft
