"""Records of every kind. Those with an owner come once per owner, each with a word found nowhere else."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import UTC, date, datetime
from decimal import Decimal
from typing import Any

from django.core.files.base import ContentFile
from django.core.files.storage import default_storage

from kehu.activities.models import Note, Task
from kehu.behaviour.models import Event, Site, Visitor
from kehu.campaigns.models import BudgetPhase, Campaign, Channel, Medium, SpendLine
from kehu.catalog.models import Product
from kehu.core import registry
from kehu.core.access import roles
from kehu.core.custom import definitions
from kehu.core.models import CustomField, CustomObject, FieldRule, File, Layout, Tag, User, Webhook
from kehu.customers.models import Account, Contact, Region
from kehu.leads.models import (
    Consent,
    Lead,
    LeadStageChange,
    PredictiveModel,
    ScoreEntry,
    ScoringModel,
    ScoringRule,
    Touch,
)
from kehu.planning import actions as planning
from kehu.planning.models import Plan, PlanLine
from kehu.sales.models import Opportunity, Order, OrderLine, Pipeline, Receipt, Stage, StageChange, Target

from .asked import asked
from .names import word
from .people import People, saved

MOMENT = datetime(2010, 3, 2, 9, tzinfo=UTC)
DAY = date(2010, 3, 2)
SLOTS = ("own", "mate", "below", "stranger", "nobody")
# Owned by the representative, and in the recycle bin.
BINNED = "binned"
# An object that an administrator has made; it is there only while the market is.
CUSTOM = "x_zqproject"


@dataclass
class Market:
    """`records[object type][slot]`; what has no owner stands in the slot `only`."""

    people: People
    records: dict[str, dict[str, Any]] = field(default_factory=dict)

    def put(self, key: str, slot: str, record: Any, by: User | None = None) -> Any:
        self.records.setdefault(key, {})[slot] = saved(record, by)
        return record

    def only(self, key: str) -> Any:
        return self.records[key]["only"]

    def owned(self) -> Iterator[tuple[str, User | None]]:
        yield from self.people.owners.items()
        yield BINNED, self.people.owners["own"]

    def person(self, role: str) -> User:
        return User.objects.select_related("team").get(pk=self.people.by_role[role].pk)


def build(people: People) -> Market:
    market = Market(people)
    for part in (common, customers, selling, leads, visits, planned, about, administered):
        part(market)
    for key, slots in market.records.items():
        if BINNED in slots and key in ("account", "contact", "lead", "opportunity", "task"):
            slots[BINNED].deleted_at = MOMENT
            saved(slots[BINNED])
    return market


def common(market: Market) -> None:
    """What the whole company shares."""

    def put(key: str, record: Any) -> Any:
        return market.put(key, "only", record)

    put("tag", Tag(name=word("tag", "only"), folded=word("tag", "only").lower()))
    region = put("region", Region(code="zq-region", name=word("region", "only")))
    channel = put("channel", Channel(code="zq-channel", name=word("channel", "only"), budget_class="digital"))
    medium = put("medium", Medium(name=word("medium", "only"), channel=channel))
    product = put(
        "product",
        Product(code="zq-product", name=word("product", "only"), list_price=Decimal(700), cost=Decimal("418273.5")),
    )  # fmt: skip
    campaign = put(
        "campaign",
        Campaign(
            code="zq-campaign", name=word("campaign", "only"), product=product, starts_on=DAY, state="running",
            ends_on=date(2010, 12, 31), owner=market.people.by_role[roles.CAMPAIGN_MANAGER],
        ),
    )  # fmt: skip
    phase = BudgetPhase(campaign=campaign, number=1, name=word("budget_phase", "only"), amount=Decimal(5000))
    phase.starts_on, phase.ends_on, phase.digital_share = DAY, date(2010, 12, 31), Decimal(1)
    put("budget_phase", phase)
    spend = SpendLine(campaign=campaign, channel=channel, medium=medium, region=region, day=DAY)
    spend.amount, spend.note = Decimal(1234), word("spend_line", "only")
    put("spend_line", spend)
    pipeline = put("pipeline", Pipeline(code="zq-pipeline", name=word("pipeline", "only")))
    put("stage", Stage(pipeline=pipeline, code="zq-open", name=word("stage", "only"), rank=1, probability=10))
    model = ScoringModel(number=1, name=word("scoring_model", "only"), threshold=5, state="in_force")
    model.in_force_from = MOMENT
    put("scoring_model", model)
    put("predictive_model", PredictiveModel(number=1, name=word("predictive_model", "only"), state="learned"))
    hook = Webhook(name=word("webhook", "only"), address="https://example.com/hook", secret="whsec_emFxcQ==")
    hook.owner = market.people.by_role[roles.ADMINISTRATOR]
    put("webhook", hook)
    asked(put, market)
    put("scoring_rule", ScoringRule(scoring_model=model, touch_kind="download", points=2))


def customers(market: Market) -> None:
    for number, (slot, owner) in enumerate(market.owned()):
        account = Account(name=word("account", slot), owner=owner, region=market.only("region"))
        account.phone = f"+88622345{number}711"
        market.put("account", slot, account)
        contact = Contact(name=word("contact", slot), owner=owner, account=account)
        contact.email, contact.phone = f"zqmailcontact{slot}@example.com", f"+88622345{number}722"
        market.put("contact", slot, contact)
        file = File(object_type="account", object_id=account.pk, name=word("file", slot), size=12)
        file.content_type, file.stored = (
            "text/plain",
            default_storage.save("attachments/zq", ContentFile(file.name.encode())),
        )
        market.put("file", slot, file)
    point_across(market, "account", "parent", "account")
    point_across(market, "contact", "account", "account")


def source(market: Market) -> dict[str, Any]:
    return {name: market.only(name) for name in ("campaign", "channel", "medium", "region")}


def selling(market: Market) -> None:
    for number, (slot, owner) in enumerate(market.owned(), start=1):
        deal = Opportunity(
            title=word("opportunity", slot), number=f"O-{number}", owner=owner, **source(market)
        )
        deal.stage, deal.amount = market.only("stage"), Decimal(f"27182{number}")
        deal.account, deal.opened_on = market.records["account"][slot], DAY
        market.put("opportunity", slot, deal)
        step = StageChange(opportunity=deal, to_stage=deal.stage, changed_at=MOMENT)
        market.put("stage_change", slot, step)
        if slot == BINNED:
            continue
        order = Order(number=word("order", slot), owner=owner, ordered_on=DAY, **source(market))
        order.amount, order.account = Decimal(f"31415{number}"), market.records["account"][slot]
        order.opportunity = deal
        market.put("order", slot, order)
        line = OrderLine(order=order, product=market.only("product"), quantity=number, unit_price=Decimal(1))
        line.amount = Decimal(number)
        market.put("order_line", slot, line)
        receipt = Receipt(order=order, received_on=DAY, amount=Decimal(10), note=word("receipt", slot))
        market.put("receipt", slot, receipt)
    for name in ("own", "stranger"):
        target = Target(scope="person", person=market.people.owners[name], starts_on=DAY, ends_on=DAY)
        target.revenue = Decimal(1000)
        market.put("target", name, target)
    market.put("target", "company", Target(starts_on=DAY, ends_on=DAY, revenue=Decimal(2000)))
    point_across(market, "opportunity", "account", "account")
    point_across(market, "order", "account", "account")
    point_across(market, "order", "opportunity", "opportunity")


def leads(market: Market) -> None:
    model = market.only("scoring_model")
    for number, (slot, owner) in enumerate(market.owned(), start=1):
        lead = Lead(name=word("lead", slot), number=f"L-{number}", owner=owner, **source(market))
        lead.captured_at, lead.stage, lead.phone = MOMENT, "potential", f"+88622345{number}733"
        lead.email, lead.score = f"zqmaillead{slot}@example.com", 2
        market.put("lead", slot, lead)
        touch = Touch(lead=lead, at=MOMENT, kind="download", detail=word("touch", slot), **source(market))
        market.put("touch", slot, touch)
        step = LeadStageChange(lead=lead, from_stage="new", to_stage="potential", at=MOMENT)
        step.reason, step.scoring_model = word("lead_stage_change", slot), model
        market.put("lead_stage_change", slot, step)
        consent = Consent(lead=lead, purpose=market.only("consent_purpose"), basis="consent", version=1)
        consent.text, consent.place, consent.given_at = "Words", word("consent", slot), MOMENT
        market.put("consent", slot, consent)
        score = ScoreEntry(lead=lead, at=MOMENT, score=2, touch=touch, scoring_model=model)
        market.put("score_entry", slot, score)
    point_across(market, "lead", "opportunity", "opportunity")


def visits(market: Market) -> None:
    """A browser for each lead, and one page that it has seen."""
    site = Site(name=word("site", "only"), key="zq-site", origins="https://www.example.com")
    market.put("site", "only", site)
    for slot, _owner in market.owned():
        lead = market.records["lead"][slot]
        known = Visitor(visitor=word("visitor", slot), object_type="lead", object_id=lead.pk, known_at=MOMENT)
        market.put("visitor", slot, known)
        event = Event(site=site, key=f"zq-key-{slot}", visitor=known.visitor, at=MOMENT)
        event.created_at, event.title = MOMENT, word("event", slot)
        market.put("event", slot, event)


def planned(market: Market) -> None:
    boss = market.people.by_role[roles.GENERAL_MANAGER]
    plan = Plan(name=word("plan", "only"), campaign=market.only("campaign"), owner=boss)
    plan.starts_on, plan.ends_on = DAY, date(2010, 12, 31)
    market.put("plan", "only", plan)
    version = planning.plan_from_history(
        plan=plan, revenue=700_000, price=700, by=boss, note=word("plan_version", "only"), method="aggregate",
        rates={"lead_to_qualified": "7%", "qualified_to_sale": "20%"},
    )  # fmt: skip
    market.put("plan_version", "only", version)
    line = PlanLine(version=version, channel=market.only("channel"), week=DAY, starts_on=DAY, leads=7)
    line.ends_on, line.phase = date(2010, 3, 8), word("plan_line", "only")
    market.put("plan_line", "only", line)


def about(market: Market) -> None:
    """Tasks and notes; the representative's own point at a lead that the representative may not see."""
    stranger = market.records["lead"]["stranger"]
    for slot, owner in market.owned():
        task = Task(title=word("task", slot), owner=owner, due_on=MOMENT)
        task.object_type, task.object_id = "lead", stranger.pk
        market.put("task", slot, task)
        if owner is not None and slot != BINNED:
            note = Note(text=word("note", slot), author=owner, object_type="lead", object_id=stranger.pk)
            market.put("note", slot, note)


def administered(market: Market) -> None:
    """What an administrator has added: an object with records of all owners, fields of every kind that could leak.

    The words stand in the traditional label: the walks read English, in which everyone sees the labels.
    """
    made = CustomObject(key=CUSTOM, label_en="Project", access="team", adders=["sales_head", "sales_rep"])
    made.changers, made.deleters = ["sales_head", "sales_rep"], ["sales_head"]
    made.label_zh_hant = word("custom_object", "only")
    market.put("custom_object", "only", made)

    def field(object_type: str, code: str, kind: str, **more: Any) -> CustomField:
        return CustomField(object_type=object_type, code=code, kind=kind, label_en=code, in_list=True, **more)

    fields = (
        field("lead", "zq_colour", "choice", choices="red\nblue"),
        field(
            "account",
            "zq_won",
            "roll_up",
            related="opportunity.account",
            function="sum",
            summed="amount",
            result="money",
        ),
        field("account", "zq_deals", "roll_up", related="opportunity.account", function="count"),
        field("lead", "zq_call", "formula", formula="concat(phone, email)", result="text"),
        field(CUSTOM, "zq_lead", "reference", target="lead"),
        field(CUSTOM, "zq_worth", "money"),
    )
    for slot, one in zip(("only", *SLOTS), fields, strict=True):
        one.label_zh_hant = word("custom_field", slot)
        market.put("custom_field", slot, one)
    rule = FieldRule(
        object_type="lead", path="company_name", when="kind", op="eq", value="company", effect="required"
    )
    market.put("field_rule", "only", rule)
    layout = Layout(object_type="lead", page="list", sections=[{"title": "", "of": 0, "fields": ["name"]}])
    market.put("layout", "only", layout)
    definitions.forget()
    model: Any = registry.get(CUSTOM).model
    for slot, owner in market.owned():
        if slot != BINNED:
            market.put(CUSTOM, slot, model(title=word(CUSTOM, slot), owner=owner))
    own = market.records[CUSTOM]["own"]
    own.custom = {"zq_lead": market.records["lead"]["stranger"].pk, "zq_worth": 70_000}
    saved(own, market.people.by_role[roles.ADMINISTRATOR])


def point_across(market: Market, key: str, name: str, target: str) -> None:
    """The representative's own record comes to refer to one of a stranger: its history says so, too."""
    record = market.records[key]["own"]
    setattr(record, name, market.records[target]["stranger"])
    saved(record, market.people.by_role[roles.ADMINISTRATOR])
