"""What others tell the warehouse to do."""

from kehu.warehouse.feed import rebuild, refresh

__all__ = ["rebuild", "refresh"]
