"""What sales declares, and what it adds to the pages of customers, products and campaigns."""

from django.utils.translation import gettext_lazy as _

from kehu.core.registry import Panel
from kehu.core.timeline import Source
from kehu.core.verbs import Verb

from .opportunities import OPPORTUNITY, STAGE_CHANGE
from .orders import ORDER, ORDER_LINE, RECEIPT
from .pipelines import PIPELINE, STAGE
from .targets import TARGET

OBJECTS = (PIPELINE, STAGE, OPPORTUNITY, STAGE_CHANGE, ORDER, ORDER_LINE, RECEIPT, TARGET)
VERBS = (
    Verb("win", _("won"), icon="trophy", undoable=True),
    Verb("lose", _("lost"), icon="x", undoable=True),
    Verb("reopen", _("reopened"), icon="rotate", undoable=True),
)
PANELS = {
    "account": (Panel("opportunity", "account", told=True), Panel("order", "account", told=True)),
    "contact": (Panel("opportunity", "contact", told=True),),
    "product": (Panel("opportunity", "product"),),
    "campaign": (Panel("opportunity", "campaign"), Panel("target", "campaign")),
}

DEALS, MONEY = ("deals", _("Opportunities")), ("money", _("Money"))
STEP = ("from_stage", "to_stage")
ORDERED, PAID = ("number", "amount", "state"), ("order", "amount", "method", "note")


def told(to_deal: str, to_order: str, to_account: str = "") -> tuple[Source, ...]:
    """What sales tells on a page: steps of opportunities, orders, money; the paths lead from the rows to its record."""
    about = () if to_deal == "opportunity" else ("opportunity",)
    found = [
        Source("receipt", "received_on", *MONEY, path=to_order, what=_("Payment received"), facts=PAID),
        Source("stage_change", "changed_at", *DEALS, path=to_deal, facts=about, who="changed_by", step=STEP),
    ]
    if to_account:
        found.append(
            Source(
                "order",
                "ordered_on",
                *MONEY,
                path=to_account,
                what=_("Ordered goods"),
                facts=ORDERED,
                who="owner",
            )
        )
        found.append(
            Source("opportunity", "opened_on", *DEALS, path=to_account, what=_("Opportunity opened"),
                   facts=("title", "amount"), who="owner")
        )  # fmt: skip
    return tuple(found)


TIMELINE = {
    "account": told("opportunity__account", "order__account", "account"),
    "contact": told("opportunity__contact", "order__opportunity__contact"),
    "opportunity": (
        *told("opportunity", "order__opportunity"),
        Source(
            "order",
            "ordered_on",
            *MONEY,
            path="opportunity",
            what=_("Ordered goods"),
            facts=ORDERED,
            who="owner",
        ),
    ),
    "order": (
        Source("receipt", "received_on", *MONEY, path="order", what=_("Payment received"), facts=PAID),
    ),
}
