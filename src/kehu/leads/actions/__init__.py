"""What other modules may do with leads."""

from .capture import FIRST_TOUCH_FIELDS, assign, capture, create_lead, edit_lead, edit_leads, insert_leads
from .columns import insert_lead_columns
from .compose import LeadHistory
from .consents import edit_purpose, give_consent, withdraw_consent
from .convert import convert, follow_opportunity, link_opportunity, title_of
from .load import load_leads
from .merging import merged
from .predictive import adopt_predictive_model, create_predictive_model, learn, note_drift, predict
from .rescoring import start_rescoring
from .scoring import (
    adopt_scoring_model,
    create_rule,
    create_scoring_model,
    edit_rule,
    edit_scoring_model,
    may_sign,
    sign,
    take_points,
)
from .stages import drop_undone_stages, move_on_board, qualify, recycle, screen_out
from .touches import add_to_campaign, add_touch, create_touch, edit_touch, insert_touches, rescore

__all__ = [
    "FIRST_TOUCH_FIELDS",
    "LeadHistory",
    "add_to_campaign",
    "add_touch",
    "adopt_predictive_model",
    "adopt_scoring_model",
    "assign",
    "capture",
    "convert",
    "create_lead",
    "create_predictive_model",
    "create_rule",
    "create_scoring_model",
    "create_touch",
    "drop_undone_stages",
    "edit_lead",
    "edit_leads",
    "edit_purpose",
    "edit_rule",
    "edit_scoring_model",
    "edit_touch",
    "follow_opportunity",
    "give_consent",
    "insert_lead_columns",
    "insert_leads",
    "insert_touches",
    "learn",
    "link_opportunity",
    "load_leads",
    "may_sign",
    "merged",
    "move_on_board",
    "note_drift",
    "predict",
    "qualify",
    "recycle",
    "rescore",
    "screen_out",
    "sign",
    "start_rescoring",
    "take_points",
    "title_of",
    "withdraw_consent",
]
