"""What sales declares, and what it adds to the pages of customers, products and campaigns."""

from django.utils.translation import gettext_lazy as _

from kehu.core.registry import Panel
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
    "account": (Panel("opportunity", "account"), Panel("order", "account")),
    "contact": (Panel("opportunity", "contact"),),
    "product": (Panel("opportunity", "product"),),
    "campaign": (Panel("opportunity", "campaign"), Panel("target", "campaign")),
}
