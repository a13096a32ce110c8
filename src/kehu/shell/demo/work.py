"""The tasks around 2010-12-31 that fill everybody's Today: overdue, ahead, done."""

from datetime import date, datetime, timedelta
from random import Random

from kehu.shell.demo.company import IXX
from kehu.shell.demo.moments import CLOCK, moment
from kehu.shell.demo.rows import LeadRow, OpportunityRow, OrderRow, PersonRow, TaskRow

NEXT_STEP = {
    "set_up": ("call", "了解需求與預算：{name}"),
    "proposal": ("meeting", "當面說明提案與配備：{name}"),
    "evaluation": ("meeting", "陪同第二次試乘：{name}"),
    "negotiation": ("call", "回覆價格與贈品條件：{name}"),
    "contract": ("meeting", "簽約並收訂金：{name}"),
}
TODAY = CLOCK.date()
# Who, what, kind, due (month, day, hour) of December 2010 or January 2011, priority.
OFFICE_WORK = (
    ("gm", "核定 2011 年第一季行銷預算", "todo", (12, 31, 16), "high"),
    ("gm", "iXX 年終檢討會議", "meeting", (1, 4, 10), "high"),
    ("gm", "與原廠確認一月份配車量", "call", (12, 30, 17), "normal"),
    ("marketing", "iXX 結案報告：每台行銷成本與去年比較", "todo", (12, 31, 17), "high"),
    ("marketing", "審閱第一季活動提案", "todo", (1, 5, 15), "normal"),
    ("marketing", "與業務部檢視名單品質", "meeting", (1, 3, 14), "normal"),
    ("campaign", "整理十二月現場活動成效", "todo", (12, 29, 18), "high"),
    ("campaign", "確認農曆年前親子體驗日場地", "call", (12, 31, 14), "normal"),
    ("campaign", "更新 iXX 活動網站車主心得", "todo", (1, 4, 12), "normal"),
    ("channel", "核對十二月媒體帳單", "todo", (12, 31, 15), "high"),
    ("channel", "Mobile01 與 yahoo 版位續約議價", "meeting", (1, 5, 11), "normal"),
    ("channel", "看板網檔期到期：決定是否續租", "todo", (12, 30, 12), "normal"),
    ("segment", "30–40 歲家庭客層輪廓更新", "todo", (1, 6, 17), "normal"),
    ("segment", "比較已購與未購名單的差異", "todo", (12, 31, 18), "normal"),
    ("analyst", "驗證門檻 4 分以來的成交率", "todo", (12, 31, 17), "high"),
    ("analyst", "各通路首次接觸到成交天數", "todo", (1, 4, 17), "normal"),
    ("privacy", "清查外購名單的同意紀錄", "todo", (12, 30, 17), "high"),
    ("privacy", "回覆兩件刪除個資的要求", "todo", (12, 31, 12), "high"),
    ("saleshead", "檢視本週預計成交的案件", "meeting", (12, 31, 13), "high"),
    ("saleshead", "分派尚未聯絡的有望名單", "todo", (12, 31, 11), "high"),
    ("saleshead", "設定一月份業務目標", "todo", (1, 3, 17), "normal"),
    ("admin", "新進業務帳號與權限", "todo", (1, 3, 10), "normal"),
)


def working_moment(rng: Random, day: date) -> datetime:
    """A half hour between 09:30 and 18:00 of a day."""
    return moment(day.year, day.month, day.day, 9) + timedelta(minutes=30 * rng.randint(1, 18))


class Work:
    """Collects tasks; numbers are given at the end, in order of the due moment."""

    def __init__(self, rng: Random) -> None:
        self.rng = rng
        self.tasks: list[TaskRow] = []

    def add(
        self,
        subject: str,
        kind: str,
        owner: str,
        due: datetime,
        about: tuple[str, int | str],
        *,
        priority: str = "normal",
        done: bool = False,
    ) -> None:
        created = min(due, CLOCK) - timedelta(days=self.rng.randint(2, 6), hours=1)
        done_at = min(due + timedelta(minutes=self.rng.randint(-300, 90)), CLOCK) if done else None
        self.tasks.append(TaskRow(0, subject, kind, owner, due, priority, *about, created, done_at))

    def next_steps(self, opportunities: list[OpportunityRow], names: dict[int, str]) -> None:
        """One next step for most open opportunities; the others show up as having none."""
        for row in opportunities:
            if row.status != "open" or self.rng.random() < 0.12:
                continue
            kind, subject = NEXT_STEP[row.stage]
            days = self.rng.choice((-4, -2, -1, 0, 0, 0, 1, 1, 2, 3, 4, 5, 6, 8))
            due = working_moment(self.rng, TODAY + timedelta(days=days))
            closing = row.expected_on <= TODAY + timedelta(days=7)
            name = subject.format(name=names[row.lead_id])
            about = ("opportunity", row.id)
            self.add(name, kind, row.owner, due, about, priority="high" if closing else "normal")

    def first_calls(self, leads: list[LeadRow], names: dict[int, str]) -> None:
        """A first call within a working day for the leads that qualified in the last days."""
        for lead in leads:
            if lead.stage != "qualified" or not lead.owner or not lead.qualified_at:
                continue
            if lead.qualified_at < CLOCK - timedelta(days=5):
                continue
            due = working_moment(self.rng, lead.qualified_at.date() + timedelta(days=1))
            self.add(
                f"首次聯絡：{names[lead.id]}", "call", lead.owner, due, ("lead", lead.id), priority="high"
            )

    def deliveries(
        self, orders: list[OrderRow], deals: dict[int, OpportunityRow], names: dict[int, str]
    ) -> None:
        """Cars to hand over around the turn of the year, and service's call a week after a delivery."""
        for order in orders:
            deal = deals[order.opportunity_id]
            name, about = names[deal.lead_id], ("order", order.id)
            if order.delivered_on is None:
                if order.promised_on <= TODAY + timedelta(days=7):
                    due = working_moment(self.rng, order.promised_on)
                    self.add(f"交車：{name}", "meeting", deal.owner, due, about)
            elif order.delivered_on >= TODAY - timedelta(days=12):
                due = working_moment(self.rng, order.delivered_on + timedelta(days=7))
                self.add(f"交車後關懷電話：{name}", "call", "service", due, about, done=due < CLOCK)

    def office(self) -> None:
        for owner, subject, kind, (month, day, hour), priority in OFFICE_WORK:
            due = moment(2010 if month == 12 else 2011, month, day, hour)
            self.add(subject, kind, owner, due, ("campaign", IXX), priority=priority)


def tasks(
    rng: Random,
    leads: list[LeadRow],
    people: list[PersonRow],
    opportunities: list[OpportunityRow],
    orders: list[OrderRow],
) -> list[TaskRow]:
    """All tasks in order of their due moment."""
    names = {person.id: person.name for person in people}
    work = Work(rng)
    work.next_steps(opportunities, names)
    work.first_calls(leads, names)
    work.deliveries(orders, {row.id: row for row in opportunities}, names)
    work.office()
    work.tasks.sort(key=lambda task: (task.due_at, task.owner, task.subject))
    for number, task in enumerate(work.tasks, start=1):
        task.id = number
    return work.tasks
