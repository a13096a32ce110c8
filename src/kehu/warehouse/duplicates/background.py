"""All records of an object type compared in the background; what is likely the same waits to be reviewed."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import Any

from django.db import transaction
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from kehu.core import registry, work
from kehu.core.duplicates import pairs, searching
from kehu.core.duplicates.likely import readable
from kehu.core.models import Work
from kehu.warehouse.duplicates.compare import Found, compare
from kehu.warehouse.duplicates.sources import Source, from_records

AT_LEAST = 0.9
CHUNK = 500
EVERY = 5_000


@work.step(
    searching.SEARCH,
    writes=False,
    said=lambda work: pairs.search_of(registry.get(work.parameters["kind"])),
    told=lambda work: _outcome(work.result["pairs"], work.result["new"]),
)
def scan(running: Work) -> bool:
    """Read, compare, and add what is found to the queue of pairs."""
    kind, user = registry.get(running.parameters["kind"]), running.actor
    source = from_records(kind, user)
    running.total = kind.model.objects.visible_to(user).count()
    found = compare(source.columns, _counted(source, running), at_least=AT_LEAST)
    paths = [part.fields[0] for part in readable(kind, user)]
    new: list[tuple[int, int]] = []
    for start in range(0, len(found), CHUNK):
        with transaction.atomic():
            new += pairs.remember(kind, _told(source, found[start : start + CHUNK], paths))
        work.progress(running, running.done)
    if running.parameters.get("alone") and new:
        searching.announce(kind, new)
    running.outcome = _outcome(len(found), len(new))
    running.result = {"pairs": len(found), "new": len(new)}
    return False


def _counted(source: Source, running: Work) -> Iterator[Sequence[Any]]:
    for number, row in enumerate(source.rows(), start=1):
        yield row
        if number % EVERY == 0 or number == running.total:
            work.progress(running, number)


def _told(source: Source, found: Sequence[Found], paths: Sequence[str]) -> Iterator[pairs.Told]:
    for pair in found:
        agrees = {
            path: level for path, level in zip(paths, pair.levels, strict=True) if level in ("same", "near")
        }
        yield source.names[pair.one], source.names[pair.other], pair.probability, agrees


def _outcome(count: int, new: int) -> str:
    told = ngettext("%(count)s likely pair found", "%(count)s likely pairs found", count) % {
        "count": f"{count:,}"
    }
    return _("%(told)s, %(new)s of them new.") % {"told": told, "new": f"{new:,}"}
