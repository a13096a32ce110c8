"""What is done in sales: opportunities move, orders are placed, money is received, history is loaded."""

from .loads import (
    import_opportunities,
    import_order_lines,
    import_orders,
    import_receipts,
    load_opportunities,
    load_order_lines,
    load_orders,
    load_receipts,
)
from .opportunities import (
    create_opportunity,
    edit_opportunity,
    open_opportunity,
    refuse_undo_since_close,
    take_source,
)
from .orders import (
    cancel_order,
    check_order,
    create_line,
    create_order,
    deliver,
    edit_line,
    edit_order,
    place_order,
)
from .pipelines import rename
from .receipts import check_receipt, create_receipt, edit_receipt, record_receipt
from .stages import lose, move, move_or_close, reopen, win

__all__ = [
    "cancel_order",
    "check_order",
    "check_receipt",
    "create_line",
    "create_opportunity",
    "create_order",
    "create_receipt",
    "deliver",
    "edit_line",
    "edit_opportunity",
    "edit_order",
    "edit_receipt",
    "import_opportunities",
    "import_order_lines",
    "import_orders",
    "import_receipts",
    "load_opportunities",
    "load_order_lines",
    "load_orders",
    "load_receipts",
    "lose",
    "move",
    "move_or_close",
    "open_opportunity",
    "place_order",
    "record_receipt",
    "refuse_undo_since_close",
    "rename",
    "reopen",
    "take_source",
    "win",
]
