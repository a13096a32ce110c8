"""The questions of a form as a visitor answers them."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from django import forms
from django.core.exceptions import ValidationError
from django.forms.renderers import DjangoTemplates
from django.utils.translation import gettext as _

from kehu.capture import queries
from kehu.capture.models import CaptureForm
from kehu.capture.models.form import in_language
from kehu.core import registry
from kehu.core.models import Company
from kehu.kit import phones
from kehu.kit.text import clean_text
from kehu.leads.models import ConsentPurpose, Lead

RENDERER = DjangoTemplates()
AUTOCOMPLETE = {
    "name": "name",
    "email": "email",
    "phone": "tel",
    "company_name": "organization",
    "birth_year": "bday-year",
}
LONGEST = 2000


class Allowed(forms.BooleanField):
    """A box beside the words of a purpose; ticked, it says which version of them was read."""

    def __init__(self, purpose: ConsentPurpose, language: str, required: bool) -> None:
        attrs = {"value": str(purpose.version)}
        widget = Ticked(attrs=attrs, check_test=lambda value: value == attrs["value"])
        super().__init__(label=purpose.text(language), required=required, widget=widget)
        self.version = str(purpose.version)

    def to_python(self, value: Any) -> Any:
        return value

    def validate(self, value: Any) -> None:
        if self.required and not value:
            raise ValidationError(_("Without this we cannot take your message."), code="required")
        if value and value != self.version:
            raise ValidationError(
                _("These words have changed meanwhile. Read them, then tick the box again.")
            )


class Ticked(forms.CheckboxInput):
    """Gives the value of a ticked box, not just that it is ticked."""

    def value_from_datadict(self, data: Any, files: Any, name: str) -> Any:
        return data.get(name, "")


class Questions(forms.Form):
    """`languages` decide the labels; answers come out as JSON keeps them."""

    default_renderer = RENDERER
    use_required_attribute = True

    def __init__(self, form: CaptureForm, language: str, data: Mapping[str, Any] | None = None) -> None:
        super().__init__(data, renderer=RENDERER, label_suffix="", auto_id="kf-%s")
        kind = registry.of(Lead)
        for question in form.questions:
            path = question["path"]
            model_field: Any = kind.field(path)
            if model_field is None:
                continue
            label = in_language(question.get("label", {}), language, form.language)
            field = model_field.formfield(
                label=label or queries.ASKED.get(path) or kind.label_of(path), required=bool(question.get("required")),
                help_text=in_language(question.get("help", {}), language, form.language),
            )  # fmt: skip
            if field is not None:
                self.fields[path] = field
                self._dress(path, field)

        for purpose, required in queries.asked_consents(form):
            self.fields[f"{queries.ALLOWING}{purpose.pk}"] = Allowed(purpose, language, required)

    def _dress(self, path: str, field: forms.Field) -> None:
        field.localize = False
        if path in AUTOCOMPLETE:
            field.widget.attrs["autocomplete"] = AUTOCOMPLETE[path]
        if path == "phone":
            field.widget.input_type = "tel"  # type: ignore[attr-defined]

    def clean(self) -> dict[str, Any]:
        found: dict[str, Any] = super().clean() or {}
        for path, value in list(found.items()):
            if isinstance(value, str):
                try:
                    found[path] = clean_text(
                        value, lines="\n" in value and isinstance(self.fields[path].widget, forms.Textarea)
                    )
                except ValueError as error:
                    self.add_error(path, str(error))
        if (phone := found.get("phone")) and phones.normalise(phone, Company.current().country) is None:
            self.add_error(
                "phone",
                ValidationError(
                    _("“%(phone)s” is not a telephone number. Check its digits, or write it with +."),
                    params={"phone": phone},
                ),
            )
        if (
            "phone" in self.fields
            and "email" in self.fields
            and not self.errors
            and not (phone or found.get("email"))
        ):
            self.add_error(
                "email", _("Leave an e-mail address or a telephone number, so that we can answer.")
            )
        return found

    def answers(self) -> dict[str, Any]:
        """The checked answers as JSON keeps them: a record by its id, dates and numbers as text."""
        found = {}
        for path, value in self.cleaned_data.items():
            if value in (None, ""):
                continue
            plain = value.pk if hasattr(value, "pk") else value
            found[path] = plain if isinstance(plain, (bool, int, str, list)) else str(plain)
        return found
