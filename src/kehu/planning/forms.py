"""The form that starts a plan's numbers from history."""

from __future__ import annotations

from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from kehu.campaigns.models import Campaign
from kehu.core.errors import Refused
from kehu.core.models import User
from kehu.kit.money import AmountFormField
from kehu.planning.backward.rates import checked_rate
from kehu.planning.backward.rounding import exact
from kehu.planning.models import METHODS, Plan


class RateField(forms.CharField):
    """A conversion rate as people write it: 7 % or 0.07."""

    def __init__(self, **options: Any) -> None:
        super().__init__(required=False, max_length=20, help_text=_("Empty: as in the history."), **options)

    def clean(self, value: Any) -> str:
        text = super().clean(value)
        if text:
            try:
                checked_rate(str(self.label), exact(text))
            except Refused as refusal:
                raise forms.ValidationError(str(refusal)) from None
        return text


class StartForm(forms.Form):
    """What a first version is computed from."""

    revenue = AmountFormField(label=_("Revenue target"))
    price = AmountFormField(label=_("Price"), required=False, help_text=_("Empty: as in the history."))
    campaigns = forms.ModelMultipleChoiceField(
        label=_("Past campaigns to learn from"),
        queryset=Campaign.objects.none(),
        required=False,
        widget=forms.CheckboxSelectMultiple,
    )
    lead_to_qualified = RateField(label=_("Lead to qualified"))
    qualified_to_sale = RateField(label=_("Qualified to sale"))
    method = forms.ChoiceField(label=_("Method"), choices=METHODS)
    step = forms.IntegerField(label=_("Rounding step"), min_value=1, initial=10)
    note = forms.CharField(label=_("Note"), required=False, max_length=300)

    def __init__(self, *args: Any, plan: Plan, user: User, **options: Any) -> None:
        super().__init__(*args, **options)
        others = Campaign.objects.visible_to(user).exclude(pk=plan.campaign_id)
        self.fields["campaigns"].queryset = others.order_by("-starts_on")  # type: ignore[attr-defined]
        self.fields["price"].initial = plan.campaign.price

    def calculation(self) -> dict[str, Any]:
        """The answers as `plan_from_history` takes them."""
        given = self.cleaned_data
        rates = {stage: given[stage] for stage in ("lead_to_qualified", "qualified_to_sale") if given[stage]}
        return {
            "revenue": given["revenue"],
            "price": given["price"],
            "campaigns": list(given["campaigns"]),
            "rates": rates,
            "method": given["method"],
            "step": given["step"],
            "note": given["note"],
        }


class ApproveForm(forms.Form):
    """From which day an approved version is in force."""

    in_force_from = forms.DateField(
        label=_("In force from"),
        required=False,
        widget=forms.DateInput(format="%Y-%m-%d", attrs={"type": "date"}),
    )
