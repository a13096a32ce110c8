"""What core itself declares: people and teams."""

from django.utils.translation import gettext_lazy as _

from kehu.core import access
from kehu.core.access import EVERYTHING, Pointed, Policy, everyone, roles
from kehu.core.actions import people, tags
from kehu.core.forms import MergeTagForm
from kehu.core.imports import runs
from kehu.core.models import File, Tag, Team, User
from kehu.core.registry import Column, ObjectType, Panel, RecordAction, Section
from kehu.core.views.files import ABOUT_FILE

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
)

OBJECTS = (TEAM, USER, FILE, TAG)
NARROWERS = (runs.narrow,)
