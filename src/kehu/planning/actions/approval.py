"""The way of a version from draft to the plan in force."""

from __future__ import annotations

from datetime import date

from django.db import transaction
from django.utils.translation import gettext as _

from kehu.core import access, changes, clock
from kehu.core.access import roles
from kehu.core.errors import Conflict, Forbidden
from kehu.core.models import User
from kehu.planning import queries
from kehu.planning.actions.plans import held, insert_lines
from kehu.planning.backward.phases import whole_phases
from kehu.planning.models import PlanVersion

APPROVERS = (roles.GENERAL_MANAGER, roles.MARKETING_HEAD, roles.ADMINISTRATOR)


def may_approve(user: User) -> bool:
    """Whether the user's role approves plans."""
    return user.role in APPROVERS


@transaction.atomic
def submit(*, version: PlanVersion, by: User) -> PlanVersion:
    """Ask for approval; the numbers rest until it is given or the version is taken back.

    Raises `Refused` while a phase has money that no budget class has been given.
    """
    access.require(by, "change", version)
    version = held(version)
    whole_phases(version.budgets)
    return _become(version, PlanVersion.State.SUBMITTED, by=by, verb="submit")


@transaction.atomic
def withdraw(*, version: PlanVersion, by: User) -> PlanVersion:
    """Make a submitted version a draft again."""
    access.require(by, "change", version)
    return _become(held(version), PlanVersion.State.DRAFT, by=by, verb="withdraw")


@transaction.atomic
def approve(*, version: PlanVersion, by: User, in_force_from: date | None = None) -> PlanVersion:
    """Put a version in force: its lines by week become what actual figures are compared with.

    The version in force before it is superseded from `in_force_from` on (today if not given). The first
    approved version of a plan covers the plan's whole period. Raises `Forbidden` for roles that do not
    approve, `Refused` while a phase has money that no budget class has been given, and `Conflict` where the
    version is approved already or would come into force before its predecessor.
    """
    access.require(by, "view", version)
    if not may_approve(by):
        raise Forbidden(_("Only the general manager or the head of marketing approves a plan."))
    version = held(version)
    whole_phases(version.budgets)
    day = in_force_from or clock.today()
    before = (
        PlanVersion.objects.select_for_update(of=("self",))
        .filter(plan=version.plan, state=PlanVersion.State.APPROVED)
        .first()
    )
    if before is None:
        day = min(day, version.plan.starts_on)
    elif before.in_force_from and day < before.in_force_from:
        raise Conflict(_("A version cannot come into force before the one that it replaces."))
    if before is not None and before.pk != version.pk:
        before.in_force_to = day
        _become(before, PlanVersion.State.SUPERSEDED, by=by, verb="supersede")
    version.approved_by, version.approved_at = by, clock.now()
    version.in_force_from = day
    _become(version, PlanVersion.State.APPROVED, by=by, verb="approve")
    insert_lines(version, queries.week_lines(version), by=by)
    return version


def _become(version: PlanVersion, state: str, *, by: User, verb: str) -> PlanVersion:
    if not version.may_become(state):
        raise Conflict(
            _("A version that is “%(state)s” cannot become “%(wanted)s”.")
            % {"state": version.get_state_display(), "wanted": PlanVersion.State(state).label}
        )
    version.state = state
    changes.save(version, by=by, verb=verb)
    return version
