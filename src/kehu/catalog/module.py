"""What the catalog declares: products."""

from django.utils.translation import gettext_lazy as _

from kehu.catalog import actions
from kehu.catalog.models import Product
from kehu.core.access import EVERYTHING, Policy, everyone, roles
from kehu.core.registry import ObjectType, Section
from kehu.warehouse.metrics import Facts

KEEPERS = (roles.GENERAL_MANAGER, roles.MARKETING_HEAD, roles.SALES_HEAD)
# What a product costs us is for those who set prices.
OUTSIDE = tuple(role for role in roles.ALL if role not in (*KEEPERS, roles.ADMINISTRATOR, roles.ANALYST))

PRODUCT = ObjectType(
    key="product",
    model=Product,
    label=_("Product"),
    label_plural=_("Products"),
    few=True,
    icon="package",
    group="setup",
    policy=Policy(
        view=everyone(EVERYTHING),
        change=everyone(EVERYTHING, *KEEPERS),
        delete=everyone(EVERYTHING, *KEEPERS),
        add=KEEPERS,
        hidden={"cost": OUTSIDE},
    ),
    columns=("name", "code", "list_price", "unit", "active"),
    filters=("active",),
    form=(
        Section(_("Product"), ("code", "name", "unit", "active")),
        Section(_("Price"), ("list_price", "cost")),
    ),
    search=("name", "code"),
    keys=("code", "name"),
    lookup="code",
    ordering=("name", "id"),
    facts=Facts(("code", "name", "list_price", "active")),
    import_fields=("currency",),
    insert_many=actions.import_products,
)

OBJECTS = (PRODUCT,)
