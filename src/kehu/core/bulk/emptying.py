"""Deleting many records of the recycle bin for good: looked at first, then done in steps. Nothing brings them back."""

from __future__ import annotations

from django.db.models import QuerySet
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from kehu.core import work
from kehu.core.actions import bin
from kehu.core.bulk import doing, picked
from kehu.core.bulk.picked import Picked, Preview, Write
from kehu.core.models import User, Work
from kehu.core.registry import ObjectType

WORK = "purge"


def preview(chosen: Picked, by: User) -> Preview:
    """Delete the first records and take all of it back again: which would go, and which would stay and why.

    Raises Forbidden where the user may not delete for good, as `begin` does.
    """
    return picked.tried(_records(chosen, by), _write(by))


def begin(chosen: Picked, by: User) -> Work:
    """Do it: a few at once, many in the background. There is no batch, as there is nothing to take back."""
    total = sum(rows.count() for _kind, rows in _records(chosen, by))
    start = work.do_now if total <= doing.AT_ONCE else work.start
    return start(WORK, label=_said(total), by=by, parameters=chosen.parameters, total=total)


def _said(total: int) -> str:
    told = ngettext("Delete %(count)s record for good", "Delete %(count)s records for good", total)
    return told % {"count": f"{total:,}"}


@work.step(WORK, said=lambda running: _said(running.total), told=doing.outcome)
def step(running: Work) -> bool:
    """The next records out of the bin and the database, with the rights of now."""
    by = running.actor
    gone = _("It is not in the recycle bin any more, or you may not delete it for good.")
    return picked.step(running, _records(Picked.read(running.parameters), by), _write(by), gone)


def _records(chosen: Picked, by: User) -> list[tuple[ObjectType, QuerySet]]:
    """What needs others goes before them."""
    bin.require_emptier(by)
    found = [(kind, rows.reverse()) for kind, rows in chosen.records(by) if bin.may_purge(kind, by)]
    return found[::-1]


def _write(by: User) -> Write:
    return lambda kind, records: bin.purge_many(kind, records, by=by)
