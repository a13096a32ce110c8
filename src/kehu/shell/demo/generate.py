"""Puts the demo together: every row of the demo company, the same for the same seed."""

from collections import defaultdict
from dataclasses import dataclass
from datetime import datetime, timedelta
from random import Random

from kehu.shell.demo import company, ixx, launch2009, rows
from kehu.shell.demo.moments import moment
from kehu.shell.demo.people import people
from kehu.shell.demo.plan import plan_versions, targets
from kehu.shell.demo.sales import Sales
from kehu.shell.demo.scoring import POINTS, VERSIONS, qualified_at
from kehu.shell.demo.spend import spend_lines
from kehu.shell.demo.work import tasks

SEED = 2010
STAGE_OF = {"won": "customer", "lost": "opportunity", "open": "opportunity", "waiting": "qualified"}
SCREENED_REASONS = ("無法聯絡", "已買別家的車", "沒有購車打算", "預算不足", "資料錯誤")
CLEANED_UP = moment(2010, 1, 15, 11)
CLEANED_UP_SHARE = 0.35  # of the potential leads of Launch 2009, when the campaign was closed


@dataclass(slots=True)
class Demo:
    """Everything that `kehu demo` loads, in order of time; `people[i].id == leads[i].id == i + 1`."""

    regions: list[rows.RegionRow]
    channels: list[rows.ChannelRow]
    media: list[rows.MediumRow]
    products: list[rows.ProductRow]
    campaigns: list[rows.CampaignRow]
    teams: list[rows.TeamRow]
    users: list[rows.UserRow]
    scoring_versions: list[rows.ScoringVersionRow]
    people: list[rows.PersonRow]
    leads: list[rows.LeadRow]
    touches: list[rows.TouchRow]
    stage_changes: list[rows.StageChangeRow]
    accounts: list[rows.AccountRow]
    contacts: list[rows.ContactRow]
    opportunities: list[rows.OpportunityRow]
    opportunity_stages: list[rows.OpportunityStageRow]
    orders: list[rows.OrderRow]
    receipts: list[rows.ReceiptRow]
    spend: list[rows.SpendRow]
    plans: list[rows.PlanVersionRow]
    targets: list[rows.TargetRow]
    tasks: list[rows.TaskRow]


class Owners:
    """Hands qualified leads to the representatives of their region in turn."""

    def __init__(self) -> None:
        self.given: dict[str, int] = defaultdict(int)

    def next(self, region: str) -> str:
        self.given[region] += 1
        reps = company.REPS_OF[region]
        return reps[self.given[region] % len(reps)]


def stage_changes(rng: Random, lead: rows.LeadRow, draft: ixx.Draft) -> list[rows.StageChangeRow]:
    """The dated stages that follow from the touches and from what sales did; sets the lead's last stage."""
    found = [rows.StageChangeRow(lead.id, "potential", lead.created_at)]
    line = draft.line
    if lead.qualified_at:
        found.append(rows.StageChangeRow(lead.id, "qualified", lead.qualified_at))
    elif lead.campaign == company.LAUNCH_2009 and rng.random() < CLEANED_UP_SHARE:
        at = CLEANED_UP + timedelta(seconds=rng.randrange(18_000))
        found.append(rows.StageChangeRow(lead.id, "screened_out", at, rng.choice(SCREENED_REASONS)))
    if line.opened:
        found.append(rows.StageChangeRow(lead.id, "opportunity", line.opened))
    if draft.outcome == "won" and line.closed:
        found.append(rows.StageChangeRow(lead.id, "customer", line.closed))
    if draft.outcome == "screened" and line.closed:
        reason = rng.choice(SCREENED_REASONS)
        found.append(rows.StageChangeRow(lead.id, "screened_out", line.closed, reason))
    lead.stage = found[-1].stage
    return found


def lead_rows(
    rng: Random, drafts: list[ixx.Draft]
) -> tuple[list[rows.LeadRow], list[rows.TouchRow], list[rows.StageChangeRow]]:
    """Numbers the drafts; qualification comes from scoring their touches."""
    leads, touches, stages = [], [], []
    owners = Owners()
    for number, draft in enumerate(drafts, start=1):
        for touch in draft.touches:
            touch.lead_id = number
        score = max(POINTS[touch.kind] for touch in draft.touches)
        qualified: datetime | None = None
        if score > 3:
            qualified = qualified_at([(touch.at, touch.kind) for touch in draft.touches])
        lead = rows.LeadRow(
            number,
            f"L{number:06d}",
            draft.campaign,
            draft.channel,
            draft.medium,
            draft.region,
            draft.line.created,
            owners.next(draft.region) if qualified else None,
            score,
            "potential",
            qualified,
        )
        leads.append(lead)
        touches += draft.touches
        stages += stage_changes(rng, lead, draft)
    return leads, touches, stages


def generate(seed: int = SEED) -> Demo:
    """Every row of the demo. Pure: no database, no clock; the same seed gives the same rows."""
    rng = Random(seed)
    drafts = launch2009.drafts(rng) + ixx.drafts(rng)
    drafts.sort(key=lambda draft: draft.line.created)
    leads, touches, stages = lead_rows(rng, drafts)
    persons = list(people(rng, [lead.region for lead in leads]))
    sales = Sales(rng)
    dealt = [number for number, draft in enumerate(drafts) if draft.line.opened]
    for number in sorted(dealt, key=lambda number: (drafts[number].line.opened, number)):
        sales.add(leads[number], persons[number], drafts[number])
    return Demo(
        list(company.REGIONS),
        list(company.CHANNELS),
        list(company.MEDIA),
        list(company.PRODUCTS),
        list(company.CAMPAIGNS),
        list(company.TEAMS),
        company.users(),
        list(VERSIONS),
        persons,
        leads,
        touches,
        stages,
        sales.accounts,
        sales.contacts,
        sales.opportunities,
        sales.stages,
        sales.orders,
        sales.receipts,
        spend_lines(rng),
        plan_versions(),
        targets(),
        tasks(rng, leads, persons, sales.opportunities, sales.orders),
    )
