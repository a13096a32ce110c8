"""What core itself declares: people and teams."""

from django.utils.translation import gettext_lazy as _

from kehu.core.access import EVERYTHING, Policy, everyone, roles
from kehu.core.actions import people
from kehu.core.models import Team, User
from kehu.core.registry import Column, ObjectType, Panel, Section
from kehu.core.tailoring import TAILORED
from kehu.core.verbs import Verb

TEAM = ObjectType(
    key="team",
    model=Team,
    label=_("Team"),
    label_plural=_("Teams"),
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
)

USER = ObjectType(
    key="user",
    model=User,
    label=_("User"),
    label_plural=_("Users"),
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

OBJECTS = (TEAM, USER, *TAILORED)
VERBS = (
    Verb("retire", _("retired"), icon="archive", undoable=True),
    Verb("revive", _("brought back"), icon="restore", undoable=True),
    Verb("arrange", _("arranged anew"), icon="layout", undoable=True),
)
