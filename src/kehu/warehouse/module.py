"""What the warehouse adds to the pages of others: lists of the records behind a figure."""

from kehu.warehouse import drill

NARROWERS = (drill.narrow,)
