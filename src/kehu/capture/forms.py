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
from kehu.leads.models import Lead

RENDERER = DjangoTemplates()
AUTOCOMPLETE = {
    "name": "name",
    "email": "email",
    "phone": "tel",
    "company_name": "organization",
    "birth_year": "bday-year",
}
LONGEST = 2000


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
