"""Taking many records out of the recycle bin: looked at first, then done in steps and taken back as one batch."""

from __future__ import annotations

from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from kehu.core import work
from kehu.core.actions import many
from kehu.core.bulk import doing, picked
from kehu.core.bulk.picked import Picked, Preview, Write
from kehu.core.models import Batch, User, Work

WORK = "restore"


def preview(chosen: Picked, by: User) -> Preview:
    """Bring the first records back and take all of it back again: which would come, and which would not and why."""
    return picked.tried(chosen.records(by), _write(by, None))


def begin(chosen: Picked, by: User) -> Work:
    """Do it: a few at once, many in the background."""
    total = sum(rows.count() for _kind, rows in chosen.records(by))
    start = work.do_now if total <= doing.AT_ONCE else work.start
    return start(WORK, label=_said(total), by=by, parameters=chosen.parameters, total=total, verb=WORK)


def _said(total: int) -> str:
    told = ngettext("Restore %(count)s record", "Restore %(count)s records", total)
    return told % {"count": f"{total:,}"}


@work.step(WORK, said=lambda running: _said(running.total), told=doing.outcome)
def step(running: Work) -> bool:
    """The next records out of the bin."""
    by = running.actor
    gone = _("It is not in the recycle bin any more, or you may not restore it.")
    rows = Picked.read(running.parameters).records(by)
    return picked.step(running, rows, _write(by, running.batch), gone)


def _write(by: User, batch: Batch | None) -> Write:
    return lambda kind, records: many.restore(kind, records, by=by, batch=batch)
