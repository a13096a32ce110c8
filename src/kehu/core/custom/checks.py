"""What makes sense as a definition; every refusal names the input to blame."""

from __future__ import annotations

from typing import Any

from django.utils.translation import gettext as _

from kehu.core import registry
from kehu.core.access import roles
from kehu.core.custom import asking, definitions, formula, making, rollup
from kehu.core.errors import NotFound, Refused
from kehu.core.models import CustomField, CustomObject, FieldRule
from kehu.core.models.values import PREFIX, code_of
from kehu.core.registry import ObjectType

Kind = CustomField.Kind


def refuse(name: str, sentence: Any) -> Any:
    raise Refused(str(sentence), fields={name: str(sentence)})


def field(definition: CustomField) -> None:
    """Refuse choices, a reference, formula, roll-up or default that make no sense; settle what follows from them."""
    if not any(definition.labels.values()):
        refuse("label_en", _("The field needs a name in at least one language."))
    kind = _kind(definition.object_type)
    if not kind.extensible or not kind.form:
        refuse("object_type", _("This object takes no further fields."))
    if definition.kind in {Kind.CHOICE, Kind.CHOICES}:
        _choices(definition)
    elif definition.kind == Kind.REFERENCE and not registry.known(definition.target):
        refuse("target", _("Say which object the field refers to."))
    elif definition.kind == Kind.FORMULA:
        _formula(definition, kind)
    elif definition.kind == Kind.ROLL_UP:
        _roll_up(definition, kind)
    if definition.kind in making.COMPUTED:
        definition.required = definition.searchable = False
        definition.default = ""
        if definition.indexed:
            _indexed(definition, kind)
    if definition.kind not in {Kind.TEXT, Kind.LONG_TEXT}:
        definition.searchable = False
    _default(definition)


def _kind(key: str) -> ObjectType:
    try:
        return registry.get(key)
    except NotFound:
        return refuse("object_type", _("There is no object “%(name)s”.") % {"name": key})


def _choices(definition: CustomField) -> None:
    try:
        options = making.options_of(definition.choices)
    except ValueError as error:
        refuse("choices", error)
    if not any(option.offered for option in options):
        refuse("choices", _("Write at least one choice."))
    if definition.loaded:
        # A choice that records may hold is not taken away: it is offered no more.
        kept = {option.code for option in options}
        gone = [
            option for option in making.options_of(definition.loaded["choices"]) if option.code not in kept
        ]
        if gone:
            refuse(
                "choices",
                _("Records may hold “%(choice)s”. Write a # before it instead: it is then offered no more.")
                % {"choice": gone[0].code},
            )


def _formula(definition: CustomField, kind: ObjectType) -> None:
    try:
        made = formula.read(definition.formula)
        formula.check(made, lambda name: _operand(kind, name, definition), definition.result)
    except formula.Unreadable as error:
        refuse("formula", error)
    if _leads_back(definition, made.names, kind):
        refuse("formula", _("The formula leads back to itself."))


def _indexed(definition: CustomField, kind: ObjectType) -> None:
    """Refuse an index that no database could keep for a computed field."""
    built: Any = definitions.built(definition)
    if built is None:
        return
    asking.settle_one(definition.code, built, lambda name: built if name == built.name else kind.field(name))
    why = built.index_reason
    if not why and definition.object_type.startswith("x_"):
        # All custom objects share one table, in whose indexes the code stands for one formula.
        others = CustomField.everything.filter(code=definition.code, object_type__startswith="x_")
        if others.exclude(pk=definition.pk).exists():
            why = _("another custom object has a field with this code")
    if why:
        refuse("indexed", _("This field cannot have an index: %(why)s.") % {"why": why})


def _operand(kind: ObjectType, name: str, definition: CustomField) -> str:
    if name == PREFIX + definition.code:
        return {"money": "money", "text": "text", "date": "date", "yesno": "yesno"}.get(
            definition.result, "number"
        )
    found: Any = kind.field(name)
    if found is None or ("." in name and not code_of(name)) or found.name == "custom" or name in kind.pointer:
        return ""
    return (
        registry.kind_of_field(found) if getattr(found, "editable", True) or code_of(name) else _stated(found)
    )


def _stated(found: Any) -> str:
    """Fields that only actions set may be reckoned with, but not what the record keeps for itself."""
    return "" if found.name in {"deleted_at", "password", "path", "id"} else registry.kind_of_field(found)


def _leads_back(definition: CustomField, names: Any, kind: ObjectType) -> bool:
    own, seen, left = PREFIX + definition.code, set(), list(names)
    while left:
        name = left.pop()
        if name == own:
            return True
        if name in seen or not code_of(name):
            continue
        seen.add(name)
        left += getattr(getattr(kind.field(name), "formula", None), "names", ())
    return False


def _roll_up(definition: CustomField, kind: ObjectType) -> None:
    definition.function = definition.function or "count"
    try:
        definition.result = rollup.check(rollup.read(definition), kind)
    except rollup.Unreadable as error:
        refuse("related", error)


def _default(definition: CustomField) -> None:
    if not definition.default:
        return
    models = {one.key: one.model for one in registry.all()}
    try:
        making.field_of(definition, models.get)
    except ValueError as error:
        refuse("default", error)


def custom_object(made: CustomObject) -> None:
    if not any(made.labels.values()):
        refuse("label_en", _("The object needs a name in at least one language."))
    for name in ("adders", "changers", "deleters"):
        given = getattr(made, name)
        if not isinstance(given, list) or any(role not in roles.ALL for role in given):
            refuse(name, _("There are these roles: %(known)s.") % {"known": ", ".join(roles.ALL)})


def rule(made: FieldRule) -> None:
    kind = _kind(made.object_type)
    for name in ("path", "when"):
        path = getattr(made, name)
        found: Any = kind.field(path)
        if path not in kind.form_fields and (name == "path" or path not in kind.paths):
            refuse(name, _("There is no field “%(name)s” here.") % {"name": path})
        if found is None or getattr(found, "computed", False):
            refuse(name, _("“%(name)s” is computed, so no rule can rest on it.") % {"name": path})
    if made.op in {"eq", "ne", "gte", "lte"} and not made.value:
        refuse("value", _("Say which value."))
    known = [
        str(code) for code, _word in getattr(kind.field(made.when), "flatchoices", ()) or () if code != ""
    ]
    if known and made.op in {"eq", "ne"} and made.value not in known:
        refuse(
            "value",
            _("“%(text)s” is not one of: %(known)s.") % {"text": made.value, "known": ", ".join(known)},
        )


def arranged(
    kind: ObjectType, page: str, sections: Any, hidden: Any
) -> tuple[list[dict[str, Any]], list[str]]:
    """A layout as it is stored: known paths only, each once, titles as short text."""
    known, seen = {*kind.paths, *(c.path for c in kind.column_list)}, set()
    kept = []
    if not isinstance(sections, list) or not isinstance(hidden, list):
        refuse("sections", _("This layout makes no sense. Load the page again."))
    unseen = [path for path in dict.fromkeys(map(str, hidden)) if path in known]
    for path in unseen:
        found: Any = kind.field(path)
        if page == "form" and found is not None and not found.blank and not found.has_default():
            refuse(
                "hidden",
                _("“%(field)s” is needed, so the form cannot leave it out.") % {"field": kind.label_of(path)},
            )
    for section in sections:
        if not isinstance(section, dict) or not isinstance(section.get("fields"), list):
            refuse("sections", _("This layout makes no sense. Load the page again."))
        paths = [p for p in section["fields"] if isinstance(p, str) and p in known and p not in seen]
        seen.update(paths)
        of = section.get("of")
        kept.append(
            {
                "title": str(section.get("title", ""))[:80],
                "of": of if isinstance(of, int) else None,
                "fields": paths,
            }
        )
    return kept, unseen
