"""Loads scoring versions and leads with their touches; scores and stages follow from the touches alone."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator

from kehu.core.models import User
from kehu.leads.actions.compose import LeadHistory
from kehu.leads.actions.load import load_leads as load_histories
from kehu.leads.models import Lead, ScoringModel, ScoringRule, Touch
from kehu.sales.models import Opportunity
from kehu.shell.demo import rows
from kehu.shell.demo.generate import Demo
from kehu.shell.demo.loading import Load

PROGRESS = 10_000


def load_scoring(load: Load, demo: Demo) -> None:
    """Both versions of the scoring model, signed by the heads of marketing and sales."""
    heads = {user.username: user for user in User.objects.filter(username__in=("marketing", "saleshead"))}

    def model(row: rows.ScoringVersionRow) -> ScoringModel:
        return ScoringModel(
            number=row.number,
            name="iXX",
            note=row.note,
            threshold=row.threshold,
            state=ScoringModel.State.IN_FORCE,
            in_force_from=row.in_force_from,
            marketing_signer=heads["marketing"],
            marketing_signed_at=row.in_force_from,
            sales_signer=heads["saleshead"],
            sales_signed_at=row.in_force_from,
            created_at=row.in_force_from,
            updated_at=row.in_force_from,
        )

    ids = load.insert(ScoringModel, demo.scoring_versions, model)
    pairs = [
        (pk, row, kind, points)
        for pk, row in zip(ids, demo.scoring_versions, strict=True)
        for kind, points in row.points.items()
    ]

    def rule(pair: tuple[int, rows.ScoringVersionRow, str, int]) -> ScoringRule:
        pk, row, kind, points = pair
        at = row.in_force_from
        return ScoringRule(scoring_model_id=pk, touch_kind=kind, points=points, created_at=at, updated_at=at)

    load.insert(ScoringRule, pairs, rule)


class Histories:
    """Unsaved leads with their touches, in the order of the generator."""

    def __init__(self, load: Load, demo: Demo) -> None:
        self.load, self.demo = load, demo
        self.touches: dict[int, list[rows.TouchRow]] = defaultdict(list)
        for touch in demo.touches:
            self.touches[touch.lead_id].append(touch)
        self.products = {row.code: row.product for row in demo.campaigns}
        self.deals = {row.lead_id: row for row in demo.opportunities}
        self.screened = {row.lead_id: row for row in demo.stage_changes if row.stage == "screened_out"}
        stored = Opportunity.objects.in_bulk(load.keys["opportunity"].values())
        self.stored = {number: stored[pk] for number, pk in load.keys["opportunity"].items()}

    def __iter__(self) -> Iterator[LeadHistory]:
        """Histories of the leads that the batch does not hold yet; says how far the load is."""
        done = len(self.load.loaded(Lead))
        label = str(Lead._meta.verbose_name_plural)
        pairs = list(zip(self.demo.leads, self.demo.people, strict=True))
        for number, (lead, person) in enumerate(pairs[done:], start=done + 1):
            yield self.history(lead, person)
            if number % PROGRESS == 0 or number == len(pairs):
                self.load.tell(label, number, len(pairs))

    def history(self, row: rows.LeadRow, person: rows.PersonRow) -> LeadHistory:
        deal, screened = self.deals.get(row.id), self.screened.get(row.id)
        return LeadHistory(
            self.lead(row, person),
            [self.touch(touch, row) for touch in self.touches[row.id]],
            self.stored[deal.id] if deal else None,
            deal.created_at if deal else None,
            screened.at if screened else None,
            screened.reason if screened else "",
        )

    def lead(self, row: rows.LeadRow, person: rows.PersonRow) -> Lead:
        keys = self.load.keys
        return Lead.from_columns(
            number=row.number,
            name=person.name,
            company_name=person.company,
            phone=person.phone,
            email=person.email,
            birth_year=person.birth_year,
            language="zh-hant",
            region_id=keys["region"][row.region],
            product_id=keys["product"][self.products[row.campaign]],
            captured_at=row.created_at,
            owner_id=keys["user"][row.owner] if row.owner else None,
            created_at=row.created_at,
            updated_at=row.created_at,
        )

    def touch(self, row: rows.TouchRow, lead: rows.LeadRow) -> Touch:
        keys = self.load.keys
        return Touch.from_columns(
            at=row.at,
            kind=row.kind,
            channel_id=keys["channel"][row.channel],
            medium_id=keys["medium"][row.medium],
            campaign_id=keys["campaign"][row.campaign],
            region_id=keys["region"][lead.region],
            created_at=row.at,
            updated_at=row.at,
        )


def load_leads(load: Load, demo: Demo) -> None:
    """All leads through the bulk action of leads, which scores them under the versions of the time."""
    load_histories(Histories(load, demo), by=load.by, batch=load.batch)
    load.keys["lead"] = dict(zip((row.id for row in demo.leads), load.loaded(Lead), strict=True))
