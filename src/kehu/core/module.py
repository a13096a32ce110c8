"""What core itself declares: people and teams."""

from django.utils.translation import gettext_lazy as _

from kehu.core.access import EVERYTHING, Policy, everyone, roles
from kehu.core.actions import people
from kehu.core.imports import runs
from kehu.core.models import Team, User
from kehu.core.registry import Column, ObjectType, Panel, Section

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

OBJECTS = (TEAM, USER)
NARROWERS = (runs.narrow,)
