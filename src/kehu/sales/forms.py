"""What the buttons of sales ask for."""

from __future__ import annotations

from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from kehu.core import clock
from kehu.kit.money import AmountFormField
from kehu.sales.models import Opportunity, Receipt, Stage


def moment_field() -> forms.DateTimeField:
    return forms.DateTimeField(
        label=_("When"),
        required=False,
        help_text=_("Empty: now."),
        widget=forms.DateTimeInput(format="%Y-%m-%dT%H:%M", attrs={"type": "datetime-local"}),
    )


def day_field() -> forms.DateField:
    return forms.DateField(
        label=_("Day"),
        initial=clock.today,
        widget=forms.DateInput(format="%Y-%m-%d", attrs={"type": "date"}),
    )


class OpportunityForm(forms.ModelForm):
    """Asks for the outcome only where there is one, and leaves the stage to the buttons once it is opened."""

    class Meta:
        model = Opportunity
        fields = ("title",)

    def __init__(self, *args: Any, **options: Any) -> None:
        super().__init__(*args, **options)
        record = self.instance
        unused = {"won_at", "lost_at", "lost_reason"}
        if record.pk is not None:
            unused.add("stage")
            if record.won_at is not None:
                unused -= {"won_at"}
            if record.lost_at is not None:
                unused -= {"lost_at", "lost_reason"}
        for name in unused & set(self.fields):
            del self.fields[name]
        for name in {"stage", "probability", "method"} & set(self.fields):
            self.fields[name].required = False


class MoveForm(forms.Form):
    to = forms.ModelChoiceField(Stage.objects.all(), label=_("Stage"))
    at = moment_field()


class WinForm(forms.Form):
    amount = AmountFormField(label=_("Amount"), required=False, help_text=_("Empty: the expected amount."))
    at = moment_field()
    order = forms.BooleanField(label=_("Place the order"), required=False, initial=True)


class LoseForm(forms.Form):
    reason = forms.CharField(label=_("Reason of the loss"), max_length=200)
    at = moment_field()


class ReceiptForm(forms.Form):
    amount = AmountFormField(label=_("Amount"))
    received_on = day_field()
    method = forms.ChoiceField(label=_("Method"), choices=Receipt.Method.choices)
    note = forms.CharField(label=_("Note"), required=False, max_length=300)
    accept_surplus = forms.BooleanField(label=_("More than outstanding was really received"), required=False)


class DeliverForm(forms.Form):
    on = day_field()


class CancelForm(forms.Form):
    reason = forms.CharField(label=_("Reason"), max_length=300)
