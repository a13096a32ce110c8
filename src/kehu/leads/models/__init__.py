"""Rows of this module: the lead, what happened to it, and how it is scored."""

from .consent import Consent, ConsentPurpose
from .lead import Lead, LeadStageChange
from .predictive import Prediction, PredictiveContent, PredictiveModel
from .scoring import ScoreEntry, ScoringModel, ScoringRule
from .stages import OPEN_STAGES, TRANSITIONS, Stage, may_move
from .touch import LADDER, Touch, TouchKind

__all__ = [
    "LADDER",
    "OPEN_STAGES",
    "TRANSITIONS",
    "Consent",
    "ConsentPurpose",
    "Lead",
    "LeadStageChange",
    "Prediction",
    "PredictiveContent",
    "PredictiveModel",
    "ScoreEntry",
    "ScoringModel",
    "ScoringRule",
    "Stage",
    "Touch",
    "TouchKind",
    "may_move",
]
