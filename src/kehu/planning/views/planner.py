"""The planner: one version of a plan, every number editable, the others following at once."""

from __future__ import annotations

from typing import Any

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from kehu.core import access, clock, history, registry
from kehu.core.errors import NotFound, Refused
from kehu.core.models import Change
from kehu.core.views.base import go_to, is_fragment, record_for
from kehu.core.views.notices import done
from kehu.planning import actions, queries
from kehu.planning.actions.approval import may_approve
from kehu.planning.forms import ApproveForm, StartForm
from kehu.planning.models import Plan, PlanVersion
from kehu.planning.tables import sheet_of, with_refusal


def plan_for(request: HttpRequest, pk: int) -> Plan:
    """The plan of an address, if the user may see it."""
    return record_for(request, registry.get("plan"), pk)


def version_for(request: HttpRequest, plan: Plan, number: int) -> PlanVersion:
    """A version of the plan by its number."""
    found = PlanVersion.objects.visible_to(request.user).filter(plan=plan, number=number)
    version = found.select_related("plan__campaign", "approved_by").first()
    if version is None:
        raise NotFound(_("There is no such record, or you may not see it."))
    return version


@require_safe
def latest(request: HttpRequest, pk: int) -> HttpResponse:
    """The version that is worked on, or the form that starts the first one."""
    plan = plan_for(request, pk)
    version = queries.latest_version(plan)
    if version is None:
        return redirect("plan-start", pk)
    return redirect("plan-version", pk, version.number)


@require_http_methods(["GET", "HEAD", "POST"])
def planner(request: HttpRequest, pk: int, number: int) -> HttpResponse:
    """Show a version; a posted cell (`name`, `value`) is written first. htmx gets the sheet alone."""
    plan = plan_for(request, pk)
    version = version_for(request, plan, number)
    fragment, refused = is_fragment(request), ""
    cell, value = request.POST.get("name", ""), request.POST.get("value", "")
    if request.method == "POST":
        try:
            version = actions.edit_cell(version=version, cell=cell, value=value, by=request.user)
        except Refused as refusal:
            version, refused = version_for(request, plan, number), str(refusal)
            if not fragment:
                messages.error(request, refused)
        if not fragment:
            return redirect("plan-version", pk, number)
    context = context_of(request, version)
    if refused:
        at_the_cell = with_refusal(context["sheet"], cell, value, refused)
        context["sheet"] = at_the_cell or context["sheet"]
        if at_the_cell is None:
            messages.error(request, refused)
    template = "planning/planner_fragment.html" if fragment else "planning/planner.html"
    return render(request, template, context, status=422 if refused else 200)


def context_of(request: HttpRequest, version: PlanVersion) -> dict[str, Any]:
    """The sheet and what may be done with it."""
    plan, may_change = version.plan, access.can(request.user, "change", version)
    editable = may_change and version.state == PlanVersion.State.DRAFT
    figure = request.GET.get("figure", "leads")
    where = [plan.pk, version.number]
    last = Change.objects.filter(object_type="plan_version", object_id=version.pk, actor=request.user)
    newest = last.order_by("-id").first()
    return {
        "page": {
            "title": plan.name,
            "subtitle": f"{plan.campaign} · {plan.starts_on:%Y-%m-%d} – {plan.ends_on:%Y-%m-%d}",
            "list_url": reverse("list", args=["plan"]),
            "plan_url": reverse("record", args=["plan", plan.pk]),
            "url": reverse("plan-version", args=where),
            "timeline": history.of_record(version, request.user),
        },
        "sheet": sheet_of(version, editable=editable, figure=figure),
        "versions": list(
            PlanVersion.objects.filter(plan=plan).select_related("approved_by").order_by("-number")
        ),
        "may_change": may_change,
        "may_submit": editable,
        "may_withdraw": may_change and version.state == PlanVersion.State.SUBMITTED,
        "may_approve": may_approve(request.user) and version.may_become("approved"),
        "approve_form": ApproveForm(initial={"in_force_from": clock.today()}),
        "undo": newest if editable and newest is not None and newest.verb == "edit" else None,
        "steps": [1, 5, 10, 50, 100, 500, 1000],
    }


@require_http_methods(["GET", "HEAD", "POST"])
def start(request: HttpRequest, pk: int) -> HttpResponse:
    """Compute a version backwards from a revenue target and past campaigns."""
    plan = plan_for(request, pk)
    access.require(request.user, "change", plan)
    form = StartForm(request.POST or None, plan=plan, user=request.user)
    if request.method == "POST" and form.is_valid():
        try:
            version = actions.plan_from_history(plan=plan, by=request.user, **form.calculation())
        except Refused as refusal:
            form.add_error(None, str(refusal))
        else:
            return go_to(request, reverse("plan-version", args=[pk, version.number]))
    sections = (
        (_("Goal"), ("revenue", "price")),
        (_("History"), ("campaigns", "lead_to_qualified", "qualified_to_sale", "method")),
        (_("How it is shown"), ("step", "note")),
    )
    context = {
        "page": {
            "title": _("Plan backwards"),
            "subtitle": plan.name,
            "object": registry.get("plan"),
            "back_url": reverse("record", args=["plan", pk]),
            "sections": [
                {"label": label, "fields": [form[name] for name in names]} for label, names in sections
            ],
        },
        "form": form,
        "submit": _("Compute"),
    }
    template = "core/pages/form_fragment.html" if is_fragment(request) else "core/pages/form.html"
    return render(request, template, context, status=422 if form.errors else 200)


@require_POST
def change_state(request: HttpRequest, pk: int, number: int, verb: str) -> HttpResponse:
    """Submit, take back, approve or copy a version."""
    plan = plan_for(request, pk)
    version = version_for(request, plan, number)
    if verb == "submit":
        actions.submit(version=version, by=request.user)
        done(request, _("Version %(number)s is submitted.") % {"number": number})
    elif verb == "withdraw":
        actions.withdraw(version=version, by=request.user)
        done(request, _("Version %(number)s is a draft again.") % {"number": number})
    elif verb == "approve":
        form = ApproveForm(request.POST)
        day = form.cleaned_data["in_force_from"] if form.is_valid() else None
        actions.approve(version=version, by=request.user, in_force_from=day)
        done(request, _("Version %(number)s is approved and in force.") % {"number": number})
    elif verb != "copy":
        raise NotFound(_("There is no such page."))
    else:
        version = actions.new_version(source=version, by=request.user)
        done(request, _("Version %(number)s is ready to be edited.") % {"number": version.number}, version)
    return go_to(request, reverse("plan-version", args=[pk, version.number]))
