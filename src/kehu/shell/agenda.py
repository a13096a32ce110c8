"""What wants a person now, and what comes this week: gathered from every module that the person's role reaches."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import Any
from urllib.parse import urlencode

from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from kehu.activities.models import Task
from kehu.activities.queries import about, due_soon, due_today, overdue
from kehu.campaigns.models import Campaign
from kehu.core import access, clock, registry
from kehu.core.models import ImportRun, User, Webhook
from kehu.leads.models import Lead
from kehu.leads.queries import stale, unanswered, unassigned
from kehu.planning.models import PlanVersion
from kehu.sales.models import Opportunity

EACH = 5
MOST = 20


@dataclass(frozen=True)
class Item:
    """One line: what it is, why it waits, since or until when, and the button that does it."""

    title: str
    note: str = ""
    url: str = ""
    when: date | datetime | None = None
    icon: str = "checkbox"
    look: str = ""
    action_url: str = ""
    action_label: str = ""
    post: bool = False


Source = Callable[[User], Iterable[Item]]


def now(user: User) -> list[Item]:
    """At most twenty things that wait for the user, the most pressing kind first."""
    sources: tuple[Source, ...] = (
        failed_imports, stopped_webhooks, versions_to_approve, tasks_overdue, leads_nobody_has, leads_unanswered,
        tasks_today, deals_slipped, leads_gone_quiet,
    )  # fmt: skip
    return [item for source in sources for item in source(user)][:MOST]


def week(user: User) -> list[Item]:
    """What falls into the seven days after today, in order of time."""
    found = [item for source in (tasks_soon, deals_closing, campaigns_turning) for item in source(user)]
    found.sort(key=lambda item: str(item.when))
    return found[:MOST]


def record_url(record: Any) -> str:
    return reverse("record", args=[registry.of(record).key, record.pk])


def list_url(key: str, **filters: str) -> str:
    return f"{reverse('list', args=[key])}?{urlencode(filters)}"


def sees(user: User, model: type[Any]) -> bool:
    return registry.declares_model(model) and access.sees(user, registry.of(model))


def stopped_webhooks(user: User) -> list[Item]:
    """Addresses outside that are called no more, for whoever can set them right."""
    if not sees(user, Webhook):
        return []
    stopped = Webhook.objects.filter(active=False).exclude(stopped_reason="").order_by("-updated_at")[:EACH]
    return [
        Item(
            title=_("The webhook “%(name)s” is stopped") % {"name": hook},
            note=hook.stopped_reason,
            url=record_url(hook),
            when=hook.updated_at,
            icon="webhook",
            look="bad",
        )
        for hook in stopped
    ]


def task_item(task: Task, user: User, look: str = "") -> Item:
    link = about(task, user)
    return Item(
        title=task.title,
        note=_("%(label)s: %(value)s") % {"label": link.kind, "value": link.title}
        if link
        else str(task.get_kind_display()),
        url=link.url if link else record_url(task),
        when=task.due_on,
        icon={"call": "phone", "mail": "mail", "meeting": "users", "visit": "map-pin"}.get(
            task.kind, "checkbox"
        ),
        look=look,
        action_url=reverse("record-action", args=["task", task.pk, "complete"]),
        action_label=_("Done"),
        post=True,
    )


def tasks_overdue(user: User) -> list[Item]:
    return [task_item(task, user, "bad") for task in overdue(user)[:EACH]]


def tasks_today(user: User) -> list[Item]:
    return [task_item(task, user) for task in due_today(user)[:EACH]]


def tasks_soon(user: User) -> list[Item]:
    return [task_item(task, user) for task in due_soon(user)[:MOST]]


def leads_nobody_has(user: User) -> list[Item]:
    """One line for all: whoever hands leads out does it from the list."""
    if not sees(user, Lead) or not access.can(user, "change", registry.of(Lead)):
        return []
    waiting = unassigned(user)
    count = waiting[:1000].count()
    if not count:
        return []
    title = ngettext(
        "%(count)s qualified lead has no owner", "%(count)s qualified leads have no owner", count
    )
    url = list_url("lead", stage="qualified", owner="none", sort="qualified_at")
    return [
        Item(
            title=title % {"count": f"{count:,}"},
            note=_("The one that waits longest qualified then"),
            url=url,
            when=waiting[0].qualified_at,
            icon="user-question",
            look="bad",
            action_url=url,
            action_label=_("Hand out"),
        )
    ]


def leads_unanswered(user: User) -> list[Item]:
    if not sees(user, Lead):
        return []
    return [
        Item(
            title=lead.name,
            note=_("Qualified with score %(score)s, waits for your call") % {"score": lead.score},
            url=record_url(lead),
            when=lead.qualified_at,
            icon="user-check",
            look="warn",
            action_url=reverse("record-action", args=["lead", lead.pk, "convert"]),
            action_label=_("Convert"),
        )
        for lead in unanswered(user)[:EACH]
    ]


def leads_gone_quiet(user: User) -> list[Item]:
    if not sees(user, Lead):
        return []
    return [
        Item(
            title=lead.name,
            note=_("No touch since"),
            url=record_url(lead),
            when=lead.last_touch_at,
            icon="moon",
        )
        for lead in stale(user)[:EACH]
    ]


def deals_slipped(user: User) -> list[Item]:
    """Own open opportunities whose expected day has passed."""
    if not sees(user, Opportunity):
        return []
    return [
        Item(
            title=deal.title,
            note=_("Should have closed; give it a new day or a next step"),
            url=record_url(deal),
            when=deal.expected_close_on,
            icon="calendar-due",
            look="warn",
            action_url=reverse("record-edit", args=["opportunity", deal.pk]),
            action_label=_("Update"),
        )
        for deal in open_deals(user).filter(owner=user, expected_close_on__lt=clock.today())[:EACH]
    ]


def deals_closing(user: User) -> list[Item]:
    if not sees(user, Opportunity):
        return []
    today = clock.today()
    closing = open_deals(user).filter(owner=user, expected_close_on__range=(today, today + timedelta(days=7)))
    return [
        Item(title=deal.title, note=str(deal.stage), url=record_url(deal), when=deal.expected_close_on)
        for deal in closing[:EACH]
    ]


def open_deals(user: User) -> Any:
    found = Opportunity.objects.visible_to(user).filter(won_at=None, lost_at=None)
    return found.select_related("stage").order_by("expected_close_on", "pk")


def versions_to_approve(user: User) -> list[Item]:
    if not sees(user, PlanVersion) or user.role not in (
        access.roles.GENERAL_MANAGER,
        access.roles.MARKETING_HEAD,
    ):
        return []
    waiting = PlanVersion.objects.visible_to(user).filter(state="submitted").select_related("plan")
    return [
        Item(
            title=str(version),
            note=_("Waits for approval"),
            url=reverse("plan-version", args=[version.plan_id, version.number]),
            when=version.updated_at,
            icon="route",
            look="warn",
            action_url=reverse("plan-version", args=[version.plan_id, version.number]),
            action_label=_("Look"),
        )
        for version in waiting[:EACH]
    ]


def campaigns_turning(user: User) -> list[Item]:
    """Campaigns that start or end within the week."""
    if not sees(user, Campaign):
        return []
    span = (clock.today(), clock.today() + timedelta(days=7))
    found = []
    for campaign in Campaign.objects.visible_to(user).filter(ends_on__range=span)[:EACH]:
        found.append(Item(campaign.name, _("The campaign ends"), record_url(campaign), campaign.ends_on))
    for campaign in Campaign.objects.visible_to(user).filter(starts_on__range=span)[:EACH]:
        found.append(Item(campaign.name, _("The campaign starts"), record_url(campaign), campaign.starts_on))
    return found


def failed_imports(user: User) -> list[Item]:
    failed = ImportRun.objects.filter(actor=user, state=ImportRun.State.FAILED, batch__undone_by=None)
    return [
        Item(run.file_name, _("The import stopped: %(why)s") % {"why": run.problem}, when=run.started_at, look="bad",
             icon="file-alert")
        for run in failed[:EACH]
    ]  # fmt: skip
