"""What an import may do: no more than its person may by hand, and no longer than that person may."""

from __future__ import annotations

from django.utils.translation import gettext as _

from kehu.core import access
from kehu.core.errors import Forbidden
from kehu.core.imports.values import Mapping, named_by
from kehu.core.models import ImportRun, User
from kehu.core.registry import ObjectType

# What a person's rights hang on.
RIGHTS = ("is_active", "deleted_at", "role", "team")


def refuse_closed_fields(kind: ObjectType, mapping: Mapping, by: User) -> None:
    """A file may fill only what its reader may write by hand, and name and make records only as its reader may."""
    for name, source in mapping.fields.items():
        if kind.policy.fixes(name, by):
            raise Forbidden(_("The field “%(field)s” cannot be set here.") % {"field": kind.label_of(name)})
        target = named_by(name, kind)
        if target is None:
            continue
        lookup = source.lookup or target.lookup
        if not target.policy.reads(lookup, by):
            raise Forbidden(
                _("Your role may not read “%(field)s”, so no %(kind)s can be looked up by it.")
                % {"field": target.label_of(lookup), "kind": target.label}
            )
        if source.create:
            access.require(by, "add", target)


def refuse_other_rights(run: ImportRun) -> None:
    """Refuse to go on where the rights of a run's person are others than those that it was taken up with.

    Whoever takes it up again does so with the rights of that moment.
    """
    person = run.actor
    now = User.everything.filter(pk=person.pk).values_list(*RIGHTS).first()
    if now == (person.is_active, person.deleted_at, person.role, person.team_id):
        return
    if now is None or not now[0] or now[1] is not None:
        told = _(
            "%(person)s may not sign in any more, so the import stopped here. What is in stays, or is undone."
        )
    else:
        told = _(
            "The role or team of %(person)s changed, so the import stopped here. What is in stays, or is undone. "
            "Go on to bring in the rest with the rights of now."
        )
    raise Forbidden(told % {"person": person})
