"""The comparison behind `kehu duplicates scan`: made-up persons, one in nine of them twice, typed worse."""

from __future__ import annotations

import json
import os
import random
import resource
import time
from collections.abc import Iterator
from typing import Any

ROWS = int(os.environ.get("ROWS") or 1_000_000)
SURNAMES = (
    "王李張劉陳楊黃趙吳周徐孫馬朱胡郭何林高羅鄭梁謝宋唐許鄧韓馮曹彭曾蕭田董潘袁蔡蔣余"
    "于杜葉程魏蘇呂丁任盧姚沈鍾姜崔譚陸范汪廖石金韋賈夏付方鄒熊白孟秦邱侯江尹薛閻段雷"
    "龍黎史陶賀毛郝顧龔邵萬錢"
)
GIVEN = "偉芳敏靜麗軍勇明秀平剛桂英華玉蘭志文建慧欣怡婷雅俊宏家豪恩宇軒詩琪潔"
# What sounds alike is what somebody types who only heard the name.
HEARD = str.maketrans("偉芳靜麗明英華文慧婷宏軒", "瑋方靖莉銘瑛樺雯惠亭弘萱")


def person(number: int, dice: random.Random) -> list[str]:
    name = dice.choice(SURNAMES) + dice.choice(GIVEN) + dice.choice(GIVEN)
    return [name, f"+8869{number:08d}", f"p{number}@example.com"]


def worse(row: list[str], dice: random.Random) -> list[str]:
    """The same person as somebody else types it: the name perhaps as heard, and number or mailbox unknown."""
    name, phone, email = row
    if dice.random() < 0.3:
        name = name[0] + name[1:].translate(HEARD)
    return [name, phone, ""] if dice.random() < 0.5 else [name, "", email]


def rows(count: int) -> Iterator[list[str]]:
    """Each tenth row is a worse copy of the row nine places before it."""
    dice, first = random.Random(1), [""]
    for number in range(count):
        if number % 10 == 9:
            yield worse(first, dice)
            continue
        row = person(number, dice)
        first = row if number % 10 == 0 else first
        yield row


def measured() -> dict[str, Any]:
    from kehu.warehouse.duplicates import Column, compare

    columns = [Column("Name", "name"), Column("Phone", "phone"), Column("E-mail", "email")]
    given = ([name, [phone] if phone else [], email] for name, phone, email in rows(ROWS))
    start = time.perf_counter()
    found = compare(columns, given, at_least=0.9)
    seconds = time.perf_counter() - start
    right = sum(1 for pair in found if pair.one % 10 == 0 and pair.other == pair.one + 9)
    return {
        "rows": ROWS,
        "seconds": round(seconds, 1),
        "pairs": len(found),
        "precision": round(right / max(len(found), 1), 5),
        "recall": round(right / (ROWS // 10), 5),
        "peak_mb": resource.getrusage(resource.RUSAGE_SELF).ru_maxrss // 1024,
    }


def main() -> None:
    import django

    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "kehu.config.settings")
    django.setup()
    print(json.dumps({"duplicates": measured()}, indent=1))


if __name__ == "__main__":
    main()
