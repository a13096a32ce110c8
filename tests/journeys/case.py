"""The figures of the case, read from the published files, never from what the demo computed."""

from __future__ import annotations

import csv
from pathlib import Path

import kehu.shell.demo as demo
from kehu.shell.demo.company import REGIONS

FOLDER = Path(demo.__file__).parent
MIDDLE, END = "2010-08-31", "2010-12-31"
# Leads, qualified leads, sales, and what a sale has cost.
IN_THE_MIDDLE = (3_274, 1_447, 373, 10_724)
AT_THE_END = (71_940, 6_040, 1_590, 6_289)

# At the middle: shares of leads, qualified leads and customers in percent.
SHARES = {"website": (29, 21, 32), "outdoor": (15, 17, 18), "live_events": (15, 16, 32)}
LEADS_BY_CHANNEL = {
    "live_events": 16_700,
    "website": 26_500,
    "telephone": 1_120,
    "print": 2_200,
    "digital_ads": 8_300,
    "bought_lists": 320,
    "outdoor": 16_800,
}


def table(name: str) -> dict[tuple[int, str], int]:
    """The cells of one of the three tables, by week and column; zero cells are left out, regions by their name."""
    names = {region.code: region.name for region in REGIONS}
    (path,) = FOLDER.rglob(f"{name}.csv")
    with path.open(encoding="utf-8", newline="") as file:
        rows = list(csv.DictReader(file))
    return {
        (int(row["week"]), names.get(column, column)): int(value)
        for row in rows
        if row["week"].isdigit()
        for column, value in row.items()
        if column not in ("week", "total", "total_as_printed") and int(value)
    }
