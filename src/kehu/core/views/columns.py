"""The columns of a list: which a user may choose, which are chosen, and their headings."""

from __future__ import annotations

from typing import Any

from kehu.core import sorting
from kehu.core.asked import Asked
from kehu.core.filters.fields import label_of
from kehu.core.views import inline

NUMERIC = frozenset({"number", "money", "percent", "score"})


def headings(asked: Asked, paths: list[str]) -> list[dict[str, Any]]:
    """Headings with the address that sorts by them; none where that is not offered."""
    kind, sort = asked.kind, asked.request.GET.get("sort", "")
    changeable = inline.editable(kind, asked.user)
    found = []
    for path in paths:
        falls = sort == path
        found.append(
            {
                "label": label_of(kind, path),
                "key": path,
                "editable": path in changeable,
                "sort_url": f"?{asked.query(sort=f'-{path}' if falls else path)}"
                if sorting.sortable(kind, path, asked.user)
                else "",
                "sorted": "ascending" if falls else "descending" if sort == f"-{path}" else "",
                "numeric": kind.kind_of(path) in NUMERIC,
            }
        )
    return found
