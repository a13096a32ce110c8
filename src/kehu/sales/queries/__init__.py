"""Reads of sales: stages and open deals, what is still to be paid, how targets stand."""

from .deals import (
    closing_soon,
    converted_stage,
    first_stage,
    last_change,
    lost_stage,
    open_opportunities,
    outstanding,
    pipeline,
    received,
    slipped,
    stage_on,
    stages,
    unpaid,
    without_next_step,
    won_stage,
)
from .targets import Attainment, attainments, running

__all__ = [
    "Attainment",
    "attainments",
    "closing_soon",
    "converted_stage",
    "first_stage",
    "last_change",
    "lost_stage",
    "open_opportunities",
    "outstanding",
    "pipeline",
    "received",
    "running",
    "slipped",
    "stage_on",
    "stages",
    "unpaid",
    "without_next_step",
    "won_stage",
]
