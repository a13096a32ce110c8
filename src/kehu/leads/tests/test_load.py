"""Many leads at once go the way of a single one."""

from __future__ import annotations

from kehu.core import changes
from kehu.core.models import Change
from kehu.leads import actions
from kehu.leads.actions import LeadHistory
from kehu.leads.models import Lead, LeadStageChange, ScoreEntry, Stage, Touch
from kehu.leads.tests.world import World, day
from kehu.sales import queries as sales_queries
from kehu.sales.models import Opportunity
from kehu.sales.seed import seed


def history(name: str, *touches: tuple[float, str], **more: object) -> LeadHistory:
    rows = [Touch(at=day(at), kind=kind) for at, kind in touches]
    return LeadHistory(Lead(name=name), rows, **more)


def told(lead: Lead) -> tuple[object, ...]:
    return (
        lead.stage,
        lead.score,
        lead.qualified_at,
        lead.captured_at,
        lead.last_touch_at,
        list(lead.stage_changes.order_by("at", "id").values_list("from_stage", "to_stage", "at")),
        list(lead.scores.order_by("at", "id").values_list("at", "score", "touch__kind", "scoring_model")),
        list(lead.touches.order_by("at", "id").values_list("at", "kind")),
    )


def test_a_loaded_lead_is_the_same_as_one_that_came_touch_by_touch(world: World) -> None:
    steps = [(0, "campaign_member"), (2, "entry_form"), (5, "showroom_visit"), (9, "download")]
    single = world.capture()
    for at, kind in steps[1:]:
        world.touch(single, kind, at=at)
    actions.load_leads([history("x", *reversed(steps))], by=world.marketing)
    loaded = Lead.objects.get(name="x")
    assert told(loaded) == told(Lead.objects.get(pk=single.pk))


def test_a_load_is_cut_into_chunks_and_keeps_its_order(world: World) -> None:
    names = [f"lead {number}" for number in range(25)]
    count = actions.load_leads(
        (history(name, (0, "download")) for name in names), by=world.marketing, chunk=10
    )
    assert count == 25 and list(Lead.objects.order_by("pk").values_list("name", flat=True)) == names


def test_a_load_is_undone_as_one(world: World) -> None:
    with changes.batch("import", by=world.marketing) as batch:
        actions.load_leads([history("x", (0, "showroom_visit"))], by=world.marketing, batch=batch)
    kinds = set(Change.objects.filter(batch=batch).values_list("object_type", flat=True))
    assert kinds == {"lead", "touch", "lead_stage_change", "score_entry"}
    changes.undo(batch=batch, by=world.marketing)
    assert not any(model.objects.exists() for model in (Lead, Touch, LeadStageChange, ScoreEntry))


def test_a_loaded_lead_carries_its_deal_and_its_refusal(world: World) -> None:
    seed()
    won = Opportunity(
        title="x", number="O-1", stage=sales_queries.won_stage(), won_at=day(20), owner=world.rep
    )
    changes.save(won, by=None)
    sold = history("sold", (0, "showroom_visit"), opportunity=won, opened_at=day(3))
    early = history("early", (0, "download"), opportunity=won, opened_at=day(3))
    out = history("out", (0, "download"), screened_out_at=day(4), screened_out_reason="no interest")
    actions.load_leads([sold, early, out], by=world.marketing)
    lead = Lead.objects.get(name="sold")
    assert lead.stage == Stage.CUSTOMER and lead.customer_at == day(20) and lead.qualified_at == day(0)
    assert Lead.objects.get(name="early").qualified_at == day(3)
    lead = Lead.objects.get(name="out")
    assert lead.stage == Stage.SCREENED_OUT and lead.screened_out_reason == "no interest"


def test_imported_values_become_leads_with_their_first_touch(world: World) -> None:
    rows = [
        {"name": "a", "external_key": "k1", "captured_at": day(1), "channel": world.events, "phone": "x"},
        {"name": "b", "external_key": "", "first_kind": "showroom_visit", "captured_at": day(2)},
    ]
    first, second = actions.insert_leads(values=rows, by=world.marketing, batch=None)
    assert Touch.objects.get(lead=first).channel == world.events
    assert Lead.objects.get(pk=second).stage == Stage.QUALIFIED
    assert Lead.objects.get(pk=second).external_key is None
