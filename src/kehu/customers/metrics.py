"""Where customers are, as figures break it down."""

from django.utils.translation import gettext_lazy as _

from kehu.warehouse.metrics import Dimension

DIMENSIONS = (Dimension("region", _("Region"), table="region", unique="code"),)
