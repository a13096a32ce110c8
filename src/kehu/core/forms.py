"""Forms of what core itself declares."""

from __future__ import annotations

from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from kehu.core import registry, verbs
from kehu.core.access import tokens
from kehu.core.models import Tag, Webhook

EXPIRY = ((30, _("30 days")), (90, _("90 days")), (365, _("a year")), (1095, _("three years")))
# What is told of beside these is told only where nothing is chosen.
OFTEN = ("create", "edit", "delete", "restore", "import", "undo", "move", "approve")


def objects() -> list[tuple[str, Any]]:
    return [(kind.key, kind.label_plural) for kind in registry.all()]


def occasions() -> list[tuple[str, Any]]:
    return [(key, verbs.get(key).label) for key in sorted(verbs.known(), key=order)]


def order(key: str) -> tuple[int, str]:
    return (OFTEN.index(key) if key in OFTEN else len(OFTEN), key)


class WebhookForm(forms.ModelForm):
    """Which changes an address is told of: none chosen means all."""

    objects_told = forms.MultipleChoiceField(
        label=_("Of these records"), choices=objects, required=False,
        help_text=_("None chosen: of all that the person may see."),
        widget=forms.CheckboxSelectMultiple,
    )  # fmt: skip
    verbs_told = forms.MultipleChoiceField(
        label=_("When they are"), choices=occasions, required=False,
        help_text=_("None chosen: whatever happens."),
        widget=forms.CheckboxSelectMultiple,
    )  # fmt: skip

    class Meta:
        model = Webhook
        fields = ("name",)


def scopes() -> list[tuple[str, Any]]:
    """What a token may be given: everything, all reading or writing, or that of one object type."""
    general: list[tuple[str, Any]] = [
        (tokens.READ, _("Read everything that I may read")),
        (tokens.WRITE, _("Read and write everything that I may write")),
        (tokens.ADMIN, _("All of that, and people, teams and webhooks")),
    ]
    return general


class TokenForm(forms.Form):
    """A token of one's own."""

    name = forms.CharField(
        label=_("Name"), max_length=100, help_text=_("What it is for: the name of the program.")
    )
    days = forms.TypedChoiceField(label=_("Good for"), choices=EXPIRY, coerce=int, initial=90)
    scope = forms.ChoiceField(
        label=_("It may"), choices=[*scopes(), ("some", _("Only what is chosen below"))], initial=tokens.READ
    )
    reads = forms.MultipleChoiceField(
        label=_("Read"), choices=objects, required=False, widget=forms.CheckboxSelectMultiple
    )
    writes = forms.MultipleChoiceField(
        label=_("Read and write"), choices=objects, required=False, widget=forms.CheckboxSelectMultiple
    )

    def clean(self) -> dict[str, Any]:
        found: dict[str, Any] = super().clean() or {}
        if found.get("scope") == "some" and not (found.get("reads") or found.get("writes")):
            self.add_error("scope", _("Choose below what the token may read or write."))
        return found

    def scopes(self) -> list[str]:
        """The scopes that were chosen."""
        given = self.cleaned_data
        if given["scope"] != "some":
            return [given["scope"]]
        return [f"{key}:read" for key in given["reads"]] + [f"{key}:write" for key in given["writes"]]


class MergeTagForm(forms.Form):
    into = forms.ModelChoiceField(Tag.objects.none(), label=_("Merge into"))
