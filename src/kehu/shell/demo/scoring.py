"""The scoring ladder of the case in two versions: who is qualified, and when, from touches alone."""

from collections.abc import Sequence
from datetime import datetime

from kehu.shell.demo.moments import SECOND_VERSION, moment
from kehu.shell.demo.rows import ScoringVersionRow

POINTS = {
    "bought_list": 1,
    "campaign_member": 2,
    "resource_use": 2,
    "download": 2,
    "live_event": 3,
    "visiting_card": 3,
    "scan": 3,
    "entry_form": 3,
    "test_drive_booked": 4,
    "contact_form": 4,
    "phone_inquiry": 4,
    "test_drive_taken": 5,
    "showroom_visit": 5,
}

VERSIONS = (
    ScoringVersionRow(1, 5, moment(2009, 1, 1), POINTS, "首版：到店或試乘才算有望"),
    ScoringVersionRow(2, 4, SECOND_VERSION, POINTS, "兩個月檢討後降低門檻：預約、留言、來電也算有望"),
)


def threshold_at(at: datetime) -> int:
    """Threshold of the version in force at that moment."""
    return next(version.threshold for version in reversed(VERSIONS) if version.in_force_from <= at)


def qualified_at(touches: Sequence[tuple[datetime, str]]) -> datetime | None:
    """First moment at which the highest step so far reaches the threshold then in force.

    `touches` are (moment, kind), in order of time. A version that comes into force scores every lead again,
    so a lead may qualify on that moment without a new touch. None: never.
    """
    best = 0
    for number, (at, kind) in enumerate(touches):
        best = max(best, POINTS[kind])
        until = touches[number + 1][0] if number + 1 < len(touches) else None
        if best >= threshold_at(at):
            return at
        for version in VERSIONS:
            starts = version.in_force_from
            if starts > at and (until is None or starts <= until) and best >= version.threshold:
                return starts
    return None
