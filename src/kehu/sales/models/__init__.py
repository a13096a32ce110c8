"""From an open opportunity to money received."""

from .opportunity import Opportunity, StageChange
from .order import Order, OrderLine, Receipt
from .pipeline import LEAD_STAGE, SEEDED_PIPELINE, SEEDED_STAGES, Pipeline, Stage
from .target import Target

__all__ = [
    "LEAD_STAGE",
    "SEEDED_PIPELINE",
    "SEEDED_STAGES",
    "Opportunity",
    "Order",
    "OrderLine",
    "Pipeline",
    "Receipt",
    "Stage",
    "StageChange",
    "Target",
]
