"""What is sold, as figures break it down."""

from django.utils.translation import gettext_lazy as _

from kehu.warehouse.metrics import Dimension

DIMENSIONS = (Dimension("product", _("Product"), table="product", unique="code"),)
