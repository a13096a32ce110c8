"""The company's habits and who changed them, for administrators."""

from __future__ import annotations

from typing import Any
from zoneinfo import available_timezones

from django import forms
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_http_methods

from kehu.core import history
from kehu.core.actions.company import set_company
from kehu.core.models import Company
from kehu.core.views.base import go_to
from kehu.core.views.form import attempt
from kehu.core.views.notices import done
from kehu.kit.text import whole_number
from kehu.shell.views.system import require_administrator


def zones() -> list[tuple[str, str]]:
    return [(name, name) for name in sorted(available_timezones())]


class CompanyForm(forms.ModelForm):
    timezone = forms.ChoiceField(
        label=gettext_lazy("Time zone"), choices=zones, widget=forms.Select(attrs={"translate": "no"})
    )

    class Meta:
        model = Company
        fields = ("name", "country", "currency", "timezone", "first_weekday", "duplicate_search")
        help_texts = {
            "country": gettext_lazy("Two letters: where telephone numbers without a prefix belong."),
            "currency": gettext_lazy("Three letters; it stays once amounts are stored in it."),
            "duplicate_search": gettext_lazy(
                "All leads, accounts and contacts are compared; whoever can merge the new pairs is told."
            ),
        }


@require_http_methods(["GET", "HEAD", "POST"])
def company(request: HttpRequest) -> HttpResponse:
    """Show and change the habits that figures and dates follow, with their history."""
    require_administrator(request)
    here = reverse("company")
    text = request.GET.get("history", "")
    timeline = history.of_company(here, before=whole_number(text))
    if text:
        return render(request, "core/components/timeline.html", {"page": {"timeline": timeline}})
    form: Any = CompanyForm(request.POST if request.method == "POST" else None, instance=Company.current())
    if request.method == "POST" and form.is_valid():
        values = {name: form.cleaned_data[name] for name in form.changed_data}
        if attempt(form, lambda: set_company(values=values, by=request.user)) is not None:
            done(request, _("The company is saved."))
            return go_to(request, here)
    page = {"title": _("Company"), "action_url": here, "timeline": timeline}
    status = 422 if form.errors else 200
    return render(request, "shell/company.html", {"page": page, "form": form}, status=status)
