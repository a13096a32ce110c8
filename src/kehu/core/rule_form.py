"""The form of a field rule: fields and values are chosen by what they are called, the rule keeps their codes."""

from __future__ import annotations

from typing import Any

from django import forms
from django.db import models
from django.utils.translation import gettext_lazy as _

from kehu.core import registry
from kehu.core.models import FieldRule
from kehu.core.models.custom import tell_rules
from kehu.core.registry import ObjectType

Op = FieldRule.Op
# What has no order is the same or not, there or not.
UNORDERED = (Op.EQ, Op.NE, Op.EMPTY, Op.NOT_EMPTY)
YES_NO = (("yes", _("yes")), ("no", _("no")))
FIRST: tuple[str, Any] = ("", _("Choose a field"))
# The inputs on which others hang ask for the form anew; what is chosen travels along.
ANEW = {
    "hx-get": "",
    "hx-trigger": "change",
    "hx-include": "closest form",
    "hx-target": "#form",
    "hx-swap": "outerHTML",
    "hx-params": "object_type,path,effect,when,op,value,role",
}


class RuleForm(forms.ModelForm):
    """`path` and `when` offer the fields of the chosen object, `value` what the field `when` can hold."""

    class Meta:
        model = FieldRule
        fields = ("object_type",)

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        if "when" not in self.fields:
            return
        self.fields["object_type"].widget.attrs |= ANEW
        kind = _kind(str(self["object_type"].value() or ""))
        names = [] if kind is None else choosable(kind, kind.form_fields)
        whens = [] if kind is None else choosable(kind, kind.paths)
        self.fields["path"] = _choice(self.fields["path"], names, kind)
        self.fields["when"] = _choice(self.fields["when"], whens, kind)
        self.fields["when"].widget.attrs |= ANEW
        when = str(self["when"].value() or "")
        if kind is not None and when in dict(whens):
            self._fit(kind, when)

    def _fit(self, kind: ObjectType, when: str) -> None:
        """The conditions and the input of the value become those of the field that is asked about."""
        held = kind.field(when)
        what = _what(held)
        if what in {"choice", "yesno", "record"}:
            self.fields["op"].choices = [(op.value, op.label) for op in UNORDERED]  # type: ignore[attr-defined]
        self.fields["value"] = value_field(held, what, self.fields["value"])

    def clean_value(self) -> str:
        """As the rule keeps it: a record by its id, everything else as rules compare it."""
        value = self.cleaned_data.get("value")
        return str(value.pk if isinstance(value, models.Model) else "" if value is None else value)


def _kind(key: str) -> ObjectType | None:
    return registry.get(key) if registry.known(key) else None


def _what(held: Any) -> str:
    if options_of(held):
        return "choice"
    refers = getattr(held, "related_model", None)
    return "record" if refers and registry.declares_model(refers) else registry.kind_of_field(held)


def options_of(held: Any) -> list[tuple[str, Any]]:
    """The choices of a field, also those that are offered no more: records may still hold them."""
    known = getattr(held, "words", None) or dict(getattr(held, "flatchoices", None) or ())
    return [(str(code), label) for code, label in known.items() if code not in ("", None)]


def choosable(kind: ObjectType, paths: tuple[str, ...]) -> list[tuple[str, str]]:
    """Fields on which a rule can rest, each by its name, in the order of the form."""
    found = []
    for path in paths:
        field: Any = kind.field(path)
        if (
            field is not None
            and "." not in path.removeprefix("custom.")
            and not getattr(field, "computed", False)
        ):
            found.append((path, str(kind.label_of(path))))
    return found


def _choice(field: Any, names: list[tuple[str, str]], kind: ObjectType | None) -> forms.ChoiceField:
    hint = "" if kind is not None else _("Choose the object first.")
    return forms.ChoiceField(label=field.label, choices=[FIRST, *names], help_text=hint)


def value_field(held: Any, what: str, field: Any) -> Any:
    """The input for a value of the field that is asked about."""
    known: dict[str, Any] = {"label": field.label, "required": False}
    if what == "choice":
        return forms.ChoiceField(choices=[("", "—"), *options_of(held)], **known)
    if what == "yesno":
        return forms.ChoiceField(choices=[("", "—"), *YES_NO], **known)
    if what == "record":
        return forms.ModelChoiceField(held.related_model._default_manager.all(), **known)
    if what == "date":
        return forms.CharField(widget=forms.DateInput(attrs={"type": "date"}), **known)
    if what in {"number", "money"}:
        return forms.CharField(widget=forms.TextInput(attrs={"inputmode": "decimal"}), **known)
    return field


def told(rule: FieldRule) -> str:
    """The rule as a sentence in the words of its fields; codes where something is there no more."""
    kind = _kind(rule.object_type)
    if kind is None:
        return ""
    return _("%(field)s %(effect)s: %(when)s %(op)s %(value)s") % {
        "field": kind.label_of(rule.path),
        "effect": rule.get_effect_display(),
        "when": kind.label_of(rule.when),
        "op": rule.get_op_display(),
        "value": "" if rule.op in {Op.EMPTY, Op.NOT_EMPTY} else worded(kind, rule.when, rule.value),
    }


def worded(kind: ObjectType, path: str, value: str) -> str:
    """A value by what it is called. Of records only few and common ones have their name here: it is read by all who
    read the rule."""
    held: Any = kind.field(path)
    what = _what(held)
    if what == "choice":
        return str(dict(options_of(held)).get(value, value))
    if what == "yesno":
        return str(dict(YES_NO).get(value, value))
    if what == "record" and value.isdecimal():
        target = registry.of(held.related_model)
        found = target.model._default_manager.filter(pk=int(value)).first() if target.few else None
        return str(found) if found is not None else f"#{value}"
    return value


tell_rules(told)
