"""A company with channels, a campaign, people and a scoring model, and any number of leads in it."""

from __future__ import annotations

import csv
import random
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

START = datetime(2010, 1, 5, 1, tzinfo=UTC)
FAMILY = "王李張劉陳楊黃趙吳周徐孫馬朱胡郭何林高羅鄭梁謝宋唐許鄧韓馮曹"
GIVEN = "志明淑芬建宏雅婷俊傑怡君家豪美玲文雄麗華冠霖心瑜宗翰佳蓉承恩"
COMPANIES = ("和瑞汽車", "東昇貿易", "立大電子", "安泰物流", "永豐建設")
DAYS = 300
HEADER = [
    "姓名", "公司", "電話", "電子郵件", "地區", "活動", "管道", "媒體", "首次接觸", "首次日期", "出生年", "編號",
    "類別", "語言", "負責人", "到達頁", "產品", "職稱", "城市", "備註",
]  # fmt: skip
MAPPING: dict[str, Any] = {
    "key": "external_key",
    "fields": {
        "name": {"column": "姓名", "required": True},
        "company_name": {"column": "公司"},
        "phone": {"column": "電話"},
        "email": {"column": "電子郵件"},
        "region": {"column": "地區", "lookup": "code"},
        "campaign": {"column": "活動", "lookup": "code"},
        "channel": {"column": "管道", "lookup": "code"},
        "medium": {"column": "媒體", "lookup": "name"},
        "first_kind": {"column": "首次接觸"},
        "captured_at": {"column": "首次日期", "format": "%Y-%m-%d %H:%M"},
        "birth_year": {"column": "出生年"},
        "external_key": {"column": "編號"},
        "kind": {"column": "類別"},
        "language": {"column": "語言"},
        "owner": {"column": "負責人", "lookup": "username"},
        "landing_page": {"column": "到達頁"},
        "product": {"column": "產品", "lookup": "code"},
    },
}


def people() -> Any:
    """Users, a scoring model and what leads refer to; returns the head of marketing."""
    from kehu.campaigns.models import Campaign, Channel, Medium
    from kehu.catalog.models import Product
    from kehu.core import changes
    from kehu.core.models import Company, User
    from kehu.customers.models import Region
    from kehu.leads.models import LADDER, ScoringModel, ScoringRule

    def saved(record: Any) -> Any:
        changes.save(record, by=None)
        return record

    Company.objects.update(currency="TWD", country="TW", timezone="Asia/Taipei")
    head = saved(User(username="head", name="葉芷涵", role="marketing_head"))
    saved(User(username="boss", name="柯俊廷", role="administrator"))
    for number in range(20):
        saved(User(username=f"rep{number}", name=f"業務{number}", role="sales_rep"))
    for code in "NCSE":
        saved(Region(code=code, name=code))
    saved(Product(code="P1", name="iXX"))
    saved(Campaign(code="c1", name="iXX", starts_on=START.date(), ends_on=START.date() + timedelta(DAYS)))
    for channel in Channel.objects.order_by("pk"):
        saved(Medium(name=f"{channel.code} 1", channel=channel))
    model = saved(ScoringModel(number=1, name="ladder", threshold=4, state="in_force", in_force_from=START))
    for kind, points in LADDER.items():
        saved(ScoringRule(scoring_model=model, touch_kind=kind, points=points))
    return head


def write_csv(path: Path, rows: int) -> None:
    """A file of leads as another system exports it."""
    from kehu.campaigns.models import Channel
    from kehu.leads.models import LADDER

    chance = random.Random(1)
    channels, kinds = list(Channel.objects.order_by("pk").values_list("code", flat=True)), list(LADDER)
    with path.open("w", encoding="utf-8-sig", newline="") as file:
        writer = csv.writer(file)
        writer.writerow(HEADER)
        for number in range(rows):
            channel = chance.choice(channels)
            writer.writerow(
                [
                    name(chance),
                    chance.choice(COMPANIES) if number % 4 == 0 else "",
                    f"09{chance.randrange(10, 90)}-{number // 1000:03d}-{number % 1000:03d}",
                    f"user{number}@example.com",
                    chance.choice("NCSE"),
                    "c1",
                    channel,
                    f"{channel} 1",
                    chance.choice(kinds),
                    moment(chance).strftime("%Y-%m-%d %H:%M"),
                    chance.randrange(1940, 1992),
                    f"X{number}",
                    "company" if number % 4 == 0 else "person",
                    "zh-hant",
                    f"rep{chance.randrange(20)}" if number % 3 else "",
                    f"https://www.example.com/ixx/{number % 500}?c={channel}",
                    "P1" if number % 2 else "",
                    "經理",
                    "台北市",
                    "請於下午聯絡" if number % 5 == 0 else "",
                ]
            )


def histories(rows: int) -> Iterator[Any]:
    """Leads with one or two touches each, over all channels and users."""
    from kehu.campaigns.models import Campaign, Channel, Medium
    from kehu.core.models import User
    from kehu.customers.models import Region
    from kehu.leads.actions import LeadHistory
    from kehu.leads.models import LADDER, Lead, Touch

    chance, kinds = random.Random(2), list(LADDER)
    campaign = Campaign.objects.get(code="c1").pk
    regions, users = (list(model.objects.values_list("pk", flat=True)) for model in (Region, User))
    media = list(Medium.objects.order_by("pk").values_list("channel_id", "pk"))
    assert Channel.objects.exists()
    for number in range(rows):
        at, (channel, medium) = moment(chance), chance.choice(media)
        source = {"campaign_id": campaign, "region_id": chance.choice(regions)}
        lead = Lead.from_columns(
            name=name(chance),
            phone=f"+8869{number:08d}",
            email=f"user{number}@example.com",
            captured_at=at,
            owner_id=chance.choice(users) if number % 3 else None,
            **source,
        )
        touches = [
            Touch.from_columns(
                at=at + timedelta(days=day),
                kind=chance.choice(kinds),
                channel_id=channel,
                medium_id=medium,
                **source,
            )
            for day in range(1 + (number % 4 == 0))
        ]
        yield LeadHistory(lead, touches)


def name(chance: random.Random) -> str:
    return chance.choice(FAMILY) + chance.choice(GIVEN) + chance.choice(GIVEN)


def moment(chance: random.Random) -> datetime:
    return START + timedelta(minutes=chance.randrange(DAYS * 24 * 60))
