"""What other modules ask of the warehouse."""

from kehu.warehouse.catalog import Catalog, catalog
from kehu.warehouse.dialects import to_dialect
from kehu.warehouse.engine import Answer, Found, ask, records, select, visible_metrics
from kehu.warehouse.feed import Status, status, version

__all__ = [
    "Answer",
    "Catalog",
    "Found",
    "Status",
    "ask",
    "catalog",
    "records",
    "select",
    "status",
    "to_dialect",
    "version",
    "visible_metrics",
]
