"""Which columns of a file play which part, where nobody said so: by their names and by what they hold."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterator, Sequence
from itertools import islice

from django.utils.translation import gettext as _

from kehu.capture.experiments.cells import folded
from kehu.kit.tables import Row, Table

LOOKED_AT = 5000
MOST_ARMS = 20
# So many rows show what their arm was to see; the others are mistakes of the test, not its arms.
SHOWN_AS_MEANT = 0.9
_UNIT = re.compile(
    r"(?:user|visitor|customer|client|member|person|session|device|lead|contact|account|subscriber|cookie|player)"
    r"[ _-]?(?:id|key|no|number|uuid)|uid|id|uuid"
    r"|(?:用户|使用者|访客|訪客|客户|客戶|会员|會員|联系人|聯絡人|顾客|顧客)(?:id|号|號|编号|編號|代码|代碼)?|编号|編號"
)
_SHOWN = re.compile(
    r".*(?:page|shown|variant|variation|version|layout|design|creative|页|頁|版|展示|顯示|变体|變體).*"
)
_CONTROL = re.compile(
    r"control(?: group)?|ctrl|a|0|baseline|base|old|original|holdout|no(?:ne|thing)?|no[ _-].*"
    r"|对照组?|對照組?|控制组?|控制組?|原版|旧版|舊版"
)


def propose_unit(table: Table, taken: Sequence[str]) -> str:
    """The column that names the person of a row; empty where none does."""
    for name in table.header:
        if name in taken or not _UNIT.fullmatch(folded(name)):
            continue
        place = table.header.index(name)
        values = [row.cells[place] for row in _first(table) if not row.problem]
        filled = [value for value in values if value.strip()]
        if filled and len(set(filled)) >= len(values) / 2:
            return name
    return ""


def propose_shown(table: Table, arm: str, taken: Sequence[str]) -> str:
    """The column that says what a row's person really saw, one value for each arm; empty where none does."""
    arm_place = table.column(arm)
    rows = [row.cells for row in _first(table) if not row.problem]
    for place, name in enumerate(table.header):
        if name in taken or name == arm or not _SHOWN.fullmatch(folded(name)):
            continue
        pairs = Counter((folded(cells[arm_place]), folded(cells[place])) for cells in rows)
        meant = meant_by(pairs)
        if meant and sum(pairs[pair] for pair in meant.items()) >= SHOWN_AS_MEANT * pairs.total():
            return name
    return ""


def meant_by(pairs: Counter[tuple[str, str]]) -> dict[str, str]:
    """What each arm was to see: its commonest value, where every arm has another; else nothing."""
    commonest: dict[str, str] = {}
    for (arm, value), _count in sorted(pairs.items(), key=lambda pair: -pair[1]):
        if arm and value:
            commonest.setdefault(arm, value)
    apart = len(set(commonest.values())) == len(commonest)
    return commonest if apart and 2 <= len(commonest) <= MOST_ARMS else {}


def propose_control(arms: Sequence[str]) -> tuple[str, str]:
    """The arm that the others are compared with, and why it is that one."""
    for arm in arms:
        if _CONTROL.fullmatch(folded(arm)):
            return arm, _("“%(arm)s” is what a control is usually called.") % {"arm": arm}
    return arms[0], _("No arm is called a control, so it is the first by name.")


def _first(table: Table) -> Iterator[Row]:
    return islice(table.rows(), LOOKED_AT)
