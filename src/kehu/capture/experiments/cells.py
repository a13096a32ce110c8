"""What the cells of a file say: yes or no, an amount, nothing."""

from __future__ import annotations

import math
import unicodedata

from kehu.kit.amounts import parse_amount, plain_number

YES = {
    "1",
    "1.0",
    "true",
    "t",
    "yes",
    "y",
    "on",
    "converted",
    "won",
    "是",
    "有",
    "对",
    "對",
    "真",
    "已转化",
    "已轉換",
}
NO = {
    "0",
    "0.0",
    "false",
    "f",
    "no",
    "n",
    "off",
    "not converted",
    "lost",
    "否",
    "无",
    "無",
    "不",
    "假",
    "没有",
    "沒有",
    "未转化",
    "未轉換",
}
NOTHING = {"", "-", "–", "nan", "na", "n/a", "#n/a", "null", "none", "nil", "未知", "不明"}
UNKNOWN, UNREADABLE = -1, -2


def folded(text: str) -> str:
    """The text by which two spellings of one value are the same."""
    return " ".join(unicodedata.normalize("NFKC", text).split()).casefold()


def yes_or_no(text: str) -> int:
    """1, 0, UNKNOWN where the cell says nothing, UNREADABLE where it says something else."""
    if text == "1":
        return 1
    if text == "0":
        return 0
    said = folded(text)
    if said in YES:
        return 1
    if said in NO:
        return 0
    return UNKNOWN if said in NOTHING else UNREADABLE


def amount(text: str, written: str) -> float | None:
    """The amount in a cell; 0 where it says nothing, as who bought nothing has none; None where it is no finite number.

    `written` is the column's way: `point` (1,234.56) or `comma` (1.234,56).
    """
    if folded(text) in NOTHING:
        return 0.0
    try:
        found = float(plain_number(text, written))
    except ValueError:
        try:
            found = float(parse_amount(text, written))
        except ValueError:
            return None
    return found if math.isfinite(found) else None
