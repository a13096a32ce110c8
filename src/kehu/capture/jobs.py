"""What is done for forms without anybody waiting."""

from __future__ import annotations

from datetime import timedelta

from kehu.capture import actions
from kehu.capture.actions.settling import follow
from kehu.capture.models import Submission, UtmValue
from kehu.core.jobs import job, periodic
from kehu.core.models import User


@periodic(every=timedelta(seconds=20))
def work_off() -> None:
    """Take over what a process that died left behind."""
    actions.work_off()


@job(attempts=5)
def ask_to_confirm(*, submission: int, base: str) -> None:
    """Mail the sender of a submission the link that confirms it."""
    found = Submission.objects.filter(pk=submission).first()
    if found is not None:
        actions.ask_to_confirm(submission=found, base=base)


@job(lane="long")
def follow_value(*, value: int, by: int, after: int = 0) -> None:
    """Have past touches follow what a source in addresses means now."""
    record, user = UtmValue.objects.filter(pk=value).first(), User.objects.get(pk=by)
    while record is not None:
        after = follow(value=record, by=user, after=after)
        if not after:
            return
