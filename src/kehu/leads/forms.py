"""What the buttons of a lead's page ask for."""

from __future__ import annotations

from typing import Any

from django import forms
from django.core.exceptions import ValidationError
from django.utils.translation import gettext_lazy as _

from kehu.campaigns.models import Campaign, Channel, Medium
from kehu.core import clock
from kehu.core.models import Company, User
from kehu.customers.models import Account
from kehu.kit import phones
from kehu.kit.money import AmountFormField
from kehu.leads.models import Lead, TouchKind

OLDEST_BIRTH_YEAR = 1900


class LeadForm(forms.ModelForm):
    """Leaves out of a new lead what only comes later, and reads phone and year of birth closely.

    What stands in a stored lead already is no obstacle to the correction of another field.
    """

    class Meta:
        model = Lead
        fields = ("name",)

    def __init__(self, *args: Any, **options: Any) -> None:
        super().__init__(*args, **options)
        if self.instance.pk is None:
            for name in {"opportunity", "external_key"} & set(self.fields):
                del self.fields[name]

    def clean_phone(self) -> str:
        phone: str = self.cleaned_data["phone"]
        if "phone" not in self.changed_data or not phone:
            return phone
        if phones.normalise(phone, Company.current().country) is None:
            raise ValidationError(
                _("“%(phone)s” is not a telephone number. Check its digits, or write it with +."),
                params={"phone": phone},
            )
        return phone

    def clean_birth_year(self) -> int | None:
        year: int | None = self.cleaned_data["birth_year"]
        if "birth_year" not in self.changed_data or year is None:
            return year
        latest = clock.today().year
        if not OLDEST_BIRTH_YEAR <= year <= latest:
            raise ValidationError(
                _("A year of birth lies between %(first)s and %(last)s."),
                params={"first": OLDEST_BIRTH_YEAR, "last": latest},
            )
        return year


class ReasonForm(forms.Form):
    reason = forms.CharField(
        label=_("Reason"), max_length=300, widget=forms.Textarea(attrs={"rows": 2, "autofocus": True})
    )


class AssignForm(forms.Form):
    owner = forms.ModelChoiceField(
        label=_("Owner"),
        queryset=User.objects.filter(is_active=True),
        required=False,
        empty_label=_("Nobody"),
    )


class ConvertForm(forms.Form):
    """Empty fields are filled from the lead."""

    title = forms.CharField(
        label=_("Title"), max_length=200, required=False, help_text=_("Empty: name and product of the lead.")
    )
    amount = AmountFormField(
        label=_("Amount"), required=False, help_text=_("Empty: the list price of the product.")
    )
    expected_close_on = forms.DateField(
        label=_("Expected to close"), required=False, widget=forms.DateInput(attrs={"type": "date"})
    )
    account = forms.ModelChoiceField(
        label=_("Account"),
        queryset=Account.objects.all(),
        required=False,
        empty_label=_("A new account"),
    )


class CampaignForm(forms.Form):
    campaign = forms.ModelChoiceField(label=_("Campaign"), queryset=Campaign.objects.all())
    channel = forms.ModelChoiceField(label=_("Channel"), queryset=Channel.objects.all(), required=False)


class TouchForm(forms.Form):
    """A contact with the lead, now or earlier."""

    kind = forms.ChoiceField(label=_("Kind"), choices=TouchKind.choices)
    at = forms.DateTimeField(
        label=_("When"),
        initial=clock.now,
        widget=forms.DateTimeInput(attrs={"type": "datetime-local"}, format="%Y-%m-%dT%H:%M"),
    )
    channel = forms.ModelChoiceField(label=_("Channel"), queryset=Channel.objects.all(), required=False)
    medium = forms.ModelChoiceField(label=_("Medium"), queryset=Medium.objects.all(), required=False)
    campaign = forms.ModelChoiceField(
        label=_("Campaign"),
        queryset=Campaign.objects.all(),
        required=False,
        empty_label=_("The lead's own"),
    )
    detail = forms.CharField(label=_("Detail"), max_length=500, required=False)
