"""One valid record of every object type, as a person would type it in: all that a new object has to add here."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import Any

from kehu.leads.models import ScoringModel

from .market import CUSTOM, Market
from .people import saved

Values = Mapping[str, Any]


@dataclass(frozen=True)
class Example:
    """`values` fill the form; records stand for themselves. `change` is one field with another value.

    Object types that only other actions write name nothing, or only what may be changed later.
    """

    values: Callable[[Market], Values] | None = None
    change: Values = field(default_factory=dict)


def always(**values: Any) -> Callable[[Market], Values]:
    return lambda market: values


def draft(market: Market) -> Any:
    return saved(ScoringModel(number=7, name="Draft", threshold=4))


PERIOD = {"starts_on": "2010-03-01", "ends_on": "2010-04-01"}
MARCH = "2010-03-02"

EXAMPLES: dict[str, Example] = {
    "team": Example(always(name="Example"), {"name": "Other"}),
    "user": Example(
        always(name="Example", username="example", role="analyst", is_active=True), {"name": "Other"}
    ),
    "custom_field": Example(
        always(object_type="lead", code="example", kind="text", label_en="Example"), {"label_en": "Other"}
    ),
    "custom_object": Example(
        always(key="x_example", label_en="Example", icon="box", place="sell", access="everyone"),
        {"label_en": "Other"},
    ),
    "field_rule": Example(
        always(object_type="lead", path="company_name", effect="required", when="kind", op="eq", value="company"),
        {"value": "person"},
    ),
    "layout": Example(),
    CUSTOM: Example(always(title="Example"), {"title": "Other"}),
    "webhook": Example(
        lambda m: {
            "name": "Example", "address": "https://example.com/told", "active": True,
            "owner": m.people.by_role["administrator"],
        },
        {"name": "Other"},
    ),
    "file": Example(),
    "tag": Example(always(name="Example"), {"name": "Other"}),
    "region": Example(always(code="example", name="Example"), {"name": "Other"}),
    "account": Example(always(name="Example", kind="company", status="potential"), {"name": "Other"}),
    "contact": Example(always(name="Example", email="person@example.com"), {"name": "Other"}),
    "task": Example(always(title="Example", kind="call", priority="high"), {"title": "Other"}),
    "note": Example(always(text="Example"), {"text": "Other"}),
    "product": Example(always(code="example", name="Example", list_price="1234.5"), {"list_price": "7"}),
    "channel": Example(always(code="example", name="Example", budget_class="other"), {"name": "Other"}),
    "medium": Example(lambda m: {"name": "Example", "channel": m.only("channel")}, {"name": "Other"}),
    "campaign": Example(always(code="example", name="Example", state="planned"), {"name": "Other"}),
    "budget_phase": Example(
        lambda m: {
            "campaign": m.only("campaign"), "number": 2, "amount": "100", **PERIOD, "digital_share": "1",
            "traditional_share": "0", "other_share": "0",
        },
        {"amount": "200"},
    ),
    "spend_line": Example(
        lambda m: {
            "campaign": m.only("campaign"), "channel": m.only("channel"), "day": MARCH, "amount": "9.5",
            "note": "Example",
        },
        {"amount": "10"},
    ),
    "pipeline": Example(always(code="example", name="Example"), {"name": "Other"}),
    "stage": Example(
        lambda m: {
            "pipeline": m.only("pipeline"), "code": "example", "name": "Example", "rank": 2, "probability": 50,
            "kind": "open",
        },
        {"probability": 60},
    ),
    "opportunity": Example(
        lambda m: {"title": "Example", "stage": m.only("stage"), "method": "direct", "probability": 20},
        {"title": "Other"},
    ),
    "stage_change": Example(),
    "order": Example(always(number="example", ordered_on=MARCH, amount="100"), {"note": "Other"}),
    "order_line": Example(
        lambda m: {
            "order": m.records["order"]["own"], "product": m.only("product"), "quantity": 2, "unit_price": "5",
        },
        {"quantity": 3},
    ),
    "receipt": Example(
        lambda m: {
            "order": m.records["order"]["own"], "received_on": MARCH, "amount": "5", "method": "cash",
            "note": "Example",
        },
        {"note": "Other"},
    ),
    "target": Example(always(scope="company", **PERIOD, revenue="1000"), {"revenue": "2000"}),
    "lead": Example(always(name="Example", kind="person", first_kind="download"), {"name": "Other"}),
    "touch": Example(
        lambda m: {"lead": m.records["lead"]["own"], "kind": "download", "at": f"{MARCH}T09:00"},
        {"detail": "Other"},
    ),
    "lead_stage_change": Example(),
    "score_entry": Example(),
    "scoring_model": Example(always(name="Example", threshold=4), {"threshold": 3}),
    "predictive_model": Example(always(name="Example"), {"note": "Other"}),
    "scoring_rule": Example(
        lambda m: {"scoring_model": draft(m), "touch_kind": "scan", "points": 3}, {"points": 4}
    ),
    "plan": Example(
        lambda m: {"name": "Example", "campaign": m.only("campaign"), **PERIOD, "currency": "TWD"},
        {"name": "Other"},
    ),
    "plan_version": Example(change={"note": "Other"}),
    "plan_line": Example(),
    "site": Example(
        always(name="Example", origins="https://www.example.com", consent="ask", respects_signals=True, active=True),
        {"name": "Other"},
    ),
    "event": Example(),
    "visitor": Example(),
    "form": Example(always(name="Example", language="en", touch_kind="entry_form"), {"name": "Other"}),
    "submission": Example(),
    "consent": Example(),
    "consent_purpose": Example(
        always(code="example", name="Example", basis="consent", text_en="Yes."), {"name": "Other"}
    ),
    "utm_value": Example(change={"medium": None}),
    "experiment": Example(always(name="Example", measure="form", effect_percent=20), {"name": "Other"}),
    "experiment_variant": Example(
        lambda m: {"experiment": m.only("experiment"), "code": "example", "name": "Example", "share": 10},
        {"name": "Other"},
    ),
}  # fmt: skip
