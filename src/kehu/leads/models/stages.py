"""The stages of a lead, and the one set of moves between them."""

from django.db import models
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy


class Stage(models.TextChoices):
    NEW = "new", pgettext_lazy("stage of a lead", "New")
    POTENTIAL = "potential", _("Potential")
    QUALIFIED = "qualified", _("Qualified")
    OPPORTUNITY = "opportunity", _("Opportunity")
    CUSTOMER = "customer", _("Customer")
    SCREENED_OUT = "screened_out", _("Screened out")
    RECYCLED = "recycled", _("Recycled")


# Draws the buttons and the board, and is the check that every action makes.
TRANSITIONS: frozenset[tuple[str, str]] = frozenset(
    {
        (Stage.NEW, Stage.POTENTIAL),
        (Stage.NEW, Stage.SCREENED_OUT),
        (Stage.POTENTIAL, Stage.QUALIFIED),
        (Stage.POTENTIAL, Stage.SCREENED_OUT),
        (Stage.QUALIFIED, Stage.OPPORTUNITY),
        (Stage.QUALIFIED, Stage.SCREENED_OUT),
        (Stage.QUALIFIED, Stage.RECYCLED),
        (Stage.OPPORTUNITY, Stage.CUSTOMER),
        (Stage.OPPORTUNITY, Stage.RECYCLED),
        (Stage.SCREENED_OUT, Stage.RECYCLED),
        (Stage.RECYCLED, Stage.QUALIFIED),
        (Stage.RECYCLED, Stage.SCREENED_OUT),
        # A sale that is taken back: the order was cancelled, or the deal was marked won by mistake.
        (Stage.CUSTOMER, Stage.OPPORTUNITY),
    }
)
# Leads that a score can still qualify.
OPEN_STAGES = (Stage.NEW, Stage.POTENTIAL, Stage.RECYCLED)


def may_move(from_stage: str, to_stage: str) -> bool:
    return (from_stage, to_stage) in TRANSITIONS


def moves_from(stage: str) -> list[str]:
    """The stages that may follow, in the order of the funnel."""
    return [to for to in Stage.values if may_move(stage, to)]
