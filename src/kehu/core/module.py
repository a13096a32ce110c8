"""What core itself declares: people, teams, webhooks."""

from __future__ import annotations

from typing import TYPE_CHECKING

from django.utils.translation import gettext as _now
from django.utils.translation import gettext_lazy as _

from kehu.core import access
from kehu.core.access import EVERYTHING, Pointed, Policy, everyone, roles
from kehu.core.actions import people, tags
from kehu.core.forms import MergeTagForm, WebhookForm
from kehu.core.imports import runs
from kehu.core.models import File, Tag, Team, User, Webhook
from kehu.core.registry import Column, ObjectType, Panel, RecordAction, Section, State
from kehu.core.tailoring import TAILORED
from kehu.core.verbs import Verb
from kehu.core.views.files import ABOUT_FILE
from kehu.core.webhooks import actions as webhooks

if TYPE_CHECKING:
    from typing import Any

TEAM = ObjectType(
    key="team",
    model=Team,
    label=_("Team"),
    label_plural=_("Teams"),
    few=True,
    icon="users-group",
    group="setup",
    policy=Policy(view=everyone(EVERYTHING), add=(roles.ADMINISTRATOR,)),
    columns=("name", "parent"),
    form=(Section(_("Team"), ("name", "parent")),),
    search=("name",),
    keys=("name",),
    lookup="name",
    ordering=("path",),
    panels=(Panel("user", "team"),),
    create=people.create_team,
    edit=people.edit_team,
    undo_guard=people.refuse_to_leave_teams_behind,
)

USER = ObjectType(
    key="user",
    model=User,
    label=_("User"),
    label_plural=_("Users"),
    few=True,
    icon="user-cog",
    group="setup",
    policy=Policy(view=everyone(EVERYTHING), add=(roles.ADMINISTRATOR,)),
    columns=("name", "username", Column("role", kind="pill"), "team", "email", "is_active"),
    filters=("role", "team", "is_active"),
    form=(
        Section(_("Person"), ("name", "username", "email")),
        Section(_("Work"), ("role", "team", "language", "is_active")),
    ),
    search=("name", "username", "email"),
    keys=("username",),
    lookup="username",
    ordering=("name", "id"),
    create=people.create_user,
)


def webhook_state(hook: Webhook) -> State:
    if hook.active:
        return "good", _now("Active")
    return ("bad", _now("Stopped")) if hook.stopped_reason else ("", _now("Switched off"))


def webhook_panel(hook: Webhook, user: User) -> dict[str, Any]:
    from kehu.core.webhooks.views import panel  # its addresses are known only when pages are asked for

    return panel(hook, user)


WEBHOOK = ObjectType(
    key="webhook",
    model=Webhook,
    label=_("Webhook"),
    label_plural=_("Webhooks"),
    icon="webhook",
    group="setup",
    policy=Policy(add=(roles.ADMINISTRATOR,), delete=everyone(EVERYTHING, roles.ADMINISTRATOR)),
    columns=("name", "address", "owner", "active"),
    filters=("owner", "active"),
    form=(
        Section(_("Webhook"), ("name", "address", "owner", "active")),
        Section(_("What is told"), ("objects_told", "verbs_told"), on_page=False),
    ),
    form_class=WebhookForm,
    ordering=("name", "id"),
    panels=(Panel(title=_("Messages"), template="core/webhook.html", context=webhook_panel),),
    actions=(
        RecordAction(
            "test",
            _("Send a test message"),
            lambda record, by: webhooks.send_test(webhook=record, by=by),
            allowed=lambda hook, user: hook.active,
            icon="send",
            done=_("A test message is sent in a moment."),
        ),
    ),
    create=webhooks.create_webhook,
    edit=webhooks.edit_webhook,
    preset=lambda user: {"owner": user.pk},
    extensible=False,
    state=webhook_state,
    help=_("A webhook tells another program what changed here, the moment it happens."),
)

FILE = ObjectType(
    key="file",
    model=File,
    label=_("File"),
    label_plural=_("Files"),
    icon="paperclip",
    # Who sees the record sees its files, who may change it may take them away; the administrator is no exception,
    # or files of deleted records would show.
    policy=Policy(
        view=everyone(Pointed()),
        delete=everyone(Pointed("change")),
        administered=False,
    ),
    columns=("name", "content_type", "size", "added_by", "created_at"),
    filters=("added_by",),
    search=("name",),
    panels=(ABOUT_FILE,),
)


def may_merge(tag: Tag, user: User) -> bool:
    return access.can(user, "delete", tag)


TAG = ObjectType(
    key="tag",
    model=Tag,
    label=_("Tag"),
    label_plural=_("Tags"),
    icon="tag",
    group="setup",
    policy=Policy(
        view=everyone(EVERYTHING),
        change=everyone(EVERYTHING, roles.MARKETING_HEAD, roles.SALES_HEAD),
        delete=everyone(EVERYTHING, roles.MARKETING_HEAD, roles.SALES_HEAD),
        add=(roles.MARKETING_HEAD, roles.SALES_HEAD),
    ),
    columns=("name", "created_at"),
    form=(Section(_("Tag"), ("name",)),),
    keys=("name",),
    lookup="name",
    ordering=("name", "id"),
    actions=(
        RecordAction(
            "merge",
            _("Merge into another tag"),
            run=tags.merge,
            allowed=may_merge,
            form=MergeTagForm,
            icon="arrows-join",
            done=_("“%(record)s” is now “%(into)s” everywhere."),
        ),
    ),
    create=tags.create,
    edit=tags.rename,
    extensible=False,
)

OBJECTS = (TEAM, USER, FILE, TAG, WEBHOOK, *TAILORED)
VERBS = (
    Verb("retire", _("retired"), icon="archive", undoable=True),
    Verb("revive", _("brought back"), icon="restore", undoable=True),
    Verb("arrange", _("arranged anew"), icon="layout", undoable=True),
)
NARROWERS = (runs.narrow,)
