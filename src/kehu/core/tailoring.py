"""Fields, objects, rules and layouts that administrators make, declared like any object: list, form, record page,
history, undo, import and API of the definitions come with that."""

from __future__ import annotations

from typing import Any

from django.utils.translation import gettext_lazy as _

from kehu.core import access, registry
from kehu.core.access import Policy, roles
from kehu.core.actions import custom
from kehu.core.custom import asking, rules
from kehu.core.custom.rules import Rule
from kehu.core.forms import CustomObjectForm
from kehu.core.models import CustomField, CustomObject, FieldRule, Layout
from kehu.core.registry import Column, ObjectType, RecordAction, Section
from kehu.core.rule_form import RuleForm

# Whoever may not administer the company does not learn what is planned.
POLICY = Policy(add=(roles.ADMINISTRATOR,))
Kind = CustomField.Kind


def _may(*, retired: bool) -> Any:
    return lambda record, user: (
        (record.retired_at is not None) == retired and access.can(user, "change", record)
    )


def _asked(record: CustomField) -> str:
    """Whether filters and orders can ask for a computed field, and if not, why."""
    field: Any = (
        registry.get(record.object_type).field(f"custom.{record.code}")
        if registry.known(record.object_type)
        else None
    )
    return asking.told(field) if field is not None and field.computed else ""


FIELD = ObjectType(
    key="custom_field",
    model=CustomField,
    label=_("Custom field"),
    label_plural=_("Custom fields"),
    icon="forms",
    policy=POLICY,
    columns=(
        "code",
        Column("label", _("Name"), value=str),
        "object_type",
        "kind",
        "required",
        "in_list",
        Column("index_state", kind="text"),
        Column("asked", _("Filters and order"), value=_asked),
        "retired_at",
    ),
    filters=("object_type", "kind", "required"),
    form=(
        Section(_("Field"), ("object_type", "kind", "code", "label_en", "label_zh_hans", "label_zh_hant", "help")),
        Section(
            _("What it holds"),
            ("choices", "target", "formula", "result", "related", "function", "summed", "condition", "default"),
        ),
        Section(_("How it is used"), ("required", "in_list", "searchable", "indexed", "rank")),
    ),
    search=("code", "label_en", "label_zh_hans", "label_zh_hant"),
    keys=("code",),
    lookup="code",
    ordering=("object_type", "rank", "id"),
    actions=(
        RecordAction(
            "retire", _("Retire"), lambda record, by: custom.retire_field(record=record, by=by),
            allowed=_may(retired=False), icon="archive", done=_("“%(record)s” is retired; its values stay."),
        ),
        RecordAction(
            "revive", _("Bring back"), lambda record, by: custom.revive_field(record=record, by=by),
            allowed=_may(retired=True), icon="restore", done=_("“%(record)s” is back with its values."),
        ),
    ),
    create=lambda values, by, batch: custom.add_field(values=values, by=by, batch=batch),
    edit=lambda record, values, by, batch: custom.change_field(record=record, values=values, by=by, batch=batch),
    deletable=False,
    extensible=False,
)  # fmt: skip

OBJECT = ObjectType(
    key="custom_object",
    model=CustomObject,
    label=_("Custom object"),
    label_plural=_("Custom objects"),
    icon="box",
    policy=POLICY,
    columns=("key", Column("label", _("Name"), value=str), "place", "access", "created_at"),
    filters=("place", "access"),
    form=(
        Section(
            _("Object"),
            ("key", "label_en", "plural_en", "label_zh_hans", "label_zh_hant", "icon", "place", "help"),
        ),
        Section(_("Rights"), ("access", "adders", "changers", "deleters")),
    ),
    search=("key", "label_en", "label_zh_hans", "label_zh_hant"),
    keys=("key",),
    lookup="key",
    ordering=("key", "id"),
    form_class=CustomObjectForm,
    create=lambda values, by, batch: custom.add_object(values=values, by=by, batch=batch),
    edit=lambda record, values, by, batch: custom.change_object(
        record=record, values=values, by=by, batch=batch
    ),
    undo_guard=custom.guard_object,
    deletable=False,
    extensible=False,
)

RULE = ObjectType(
    key="field_rule",
    model=FieldRule,
    label=_("Field rule"),
    label_plural=_("Field rules"),
    icon="arrows-split",
    policy=POLICY,
    columns=(Column("rule", _("Rule"), value=str), "object_type", "role"),
    filters=("object_type", "effect", "role"),
    form_class=RuleForm,
    form=(Section(_("Rule"), ("object_type", "path", "effect", "when", "op", "value", "role")),),
    ordering=("object_type", "path", "id"),
    create=lambda values, by, batch: custom.set_rule(values=values, by=by, batch=batch),
    edit=lambda record, values, by, batch: custom.set_rule(record=record, values=values, by=by, batch=batch),
    extensible=False,
)

LAYOUT = ObjectType(
    key="layout",
    model=Layout,
    label=_("Layout"),
    label_plural=_("Layouts"),
    icon="layout",
    policy=POLICY,
    columns=(Column("name", _("Name"), value=str), "object_type", "page", "role", "updated_at"),
    filters=("object_type", "page", "role"),
    ordering=("object_type", "page", "id"),
    extensible=False,
)

TAILORED = (FIELD, OBJECT, RULE, LAYOUT)

rules.declare(
    "custom_field",
    *(Rule("choices", "visible", "kind", "eq", kind) for kind in (Kind.CHOICE, Kind.CHOICES)),
    Rule("choices", "required", "kind", "eq", Kind.CHOICE),
    Rule("choices", "required", "kind", "eq", Kind.CHOICES),
    Rule("target", "visible", "kind", "eq", Kind.REFERENCE),
    Rule("target", "required", "kind", "eq", Kind.REFERENCE),
    *(Rule(name, "visible", "kind", "eq", Kind.FORMULA) for name in ("formula", "result")),
    Rule("formula", "required", "kind", "eq", Kind.FORMULA),
    *(Rule(n, "visible", "kind", "eq", Kind.ROLL_UP) for n in ("related", "function", "summed", "condition")),
    Rule("related", "required", "kind", "eq", Kind.ROLL_UP),
)
rules.declare(
    "field_rule",
    *(
        Rule("value", effect, "op", "eq", op)
        for effect in ("visible", "required")
        for op in ("eq", "ne", "gte", "lte")
    ),
)
