"""A bulk action as it is done: a few records at once, many as long work; one batch, taken back as a whole."""

from __future__ import annotations

import csv
import io
from array import array
from collections.abc import Callable, Sequence
from pathlib import Path
from time import monotonic
from typing import Any

from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from kehu.core import registry, work
from kehu.core.actions import many
from kehu.core.bulk import asking
from kehu.core.bulk.offered import BulkAction, Values, offered
from kehu.core.database import is_postgresql
from kehu.core.errors import Forbidden
from kehu.core.imports.rejects import BOM
from kehu.core.models import User, Work
from kehu.core.registry import ObjectType
from kehu.core.selection import Selection
from kehu.kit.tables.writers import guarded

# Up to so many are done while the user waits.
AT_ONCE = 200
# Records of the first step; the next ones are cut so that SQLite's write lock is held for about `LOCKED` seconds.
# PostgreSQL locks these records only, so there it is about telling how far it is: each step costs some 15 ms.
FIRST, MOST = 200, 4000
LOCKED, TOLD = 0.25, 1.0
WORK = "bulk"


def begin(
    action: BulkAction, kind: ObjectType, selection: Selection, data: str, total: int, by: User
) -> Work:
    """Do it: a few at once, many in the background. `data` is what the user has filled in, as it was sent."""
    label = _said(action, total, kind)
    parameters = {"kind": kind.key, "action": action.key, "data": data, **selection.parameters}
    start = work.do_now if total <= AT_ONCE else work.start
    return start(WORK, label=label, by=by, parameters=parameters, total=total, verb=action.verb)


def _said(action: BulkAction, total: int, kind: ObjectType) -> str:
    return _("%(action)s: %(count)s × %(kind)s") % {
        "action": action.label, "count": f"{total:,}", "kind": kind.label,
    }  # fmt: skip


def _label(running: Work) -> str:
    kind = registry.get(running.parameters["kind"])
    known = {action.key: action for action in offered(kind, running.actor)}
    return _said(known[running.parameters["action"]], running.total, kind)


@work.step(WORK, said=_label, told=lambda running: outcome(running))
def step(running: Work) -> bool:
    """The next records of a bulk action. Which they are is settled when it begins."""
    given, by, batch = running.parameters, running.actor, running.batch
    assert batch is not None
    kind = registry.get(given["kind"])
    action = next((action for action in offered(kind, by) if action.key == given["action"]), None)
    if action is None:
        raise Forbidden(_("Your role does not allow this. Ask your administrator if you need it."))
    values = asking.read(action, kind, by, given["data"])
    ids = work.path_of(running, ".ids")
    if not running.cursor:
        running.total = _settle(ids, Selection.read(given).records(kind, by))
        running.cursor = {"at": 0, "size": FIRST, "refused": 0, "written": 0}
    at, size = running.cursor["at"], running.cursor["size"]
    chunk = ids_in(ids, at, size)
    if chunk:
        timed(running, lambda: _do(running, action, kind, values, chunk))
    running.cursor["at"] = running.done = at + len(chunk)
    running.outcome = outcome(running)
    if running.done >= running.total:
        ids.unlink(missing_ok=True)
        return False
    return True


def timed(running: Work, write: Callable[[], None]) -> None:
    """Do a step, and cut the next one by how long it took."""
    size, began = running.cursor["size"], monotonic()
    write()
    took = max(monotonic() - began, 0.001)
    wanted = TOLD if is_postgresql() else LOCKED
    running.cursor["size"] = round(min(MOST, max(20, min(size * 2, size * wanted / took))))


def _do(running: Work, action: BulkAction, kind: ObjectType, values: Values, chunk: list[int]) -> None:
    by, batch = running.actor, running.batch
    assert batch is not None
    # Held until the step ends, always in one order: what is written over is what the log says, and nobody waits round.
    mine = kind.model.objects.visible_to(by).select_for_update(of=("self",)).order_by("pk")
    found = mine.in_bulk(chunk)
    records = [found[pk] for pk in chunk if pk in found]
    refusals = action.write(records, values, by, batch)
    gone = [pk for pk in chunk if pk not in found]
    sentence = _("There is no such record, or you may not see it.")
    rows = [(pk, "", sentence) for pk in gone]
    rows += [(record.pk, str(record), why) for record, why in many.told(refusals, records)]
    refuse(running, rows, f"{kind.key}-{action.key}.csv")


def refuse(running: Work, rows: Sequence[tuple[int, str, str]], name: str) -> None:
    """Keep which records stay as they are (id, name, why) in the work's file, which is called `name`."""
    if rows:
        file = work.path_of(running, ".csv")
        running.cursor["refused"] += len(rows)
        running.cursor["written"] = _append(file, rows, running.cursor["written"])
        running.file, running.file_name = str(file), name


def _append(file: Path, rows: Sequence[tuple[int, str, str]], size: int) -> int:
    """Write refused records behind the first `size` bytes; what a step that was taken back left there goes."""
    text = io.StringIO(newline="")
    lines = csv.writer(text)
    if not size:
        text.write(BOM)
        lines.writerow(["id", _("name"), _("problem")])
    lines.writerows([pk, guarded(name), guarded(why)] for pk, name, why in rows)
    data = text.getvalue().encode()
    with file.open("r+b" if size else "wb") as out:
        out.truncate(size)
        out.seek(size)
        out.write(data)
    return size + len(data)


def _settle(file: Path, records: Any) -> int:
    """Write down the ids of the selected records, as they are now; how many there are."""
    ids = array("q")
    ids.extend(records.values_list("pk", flat=True).iterator(10_000))
    with file.open("wb") as out:
        ids.tofile(out)
    return len(ids)


def ids_in(file: Path, at: int, size: int) -> list[int]:
    """Of the ids that were written down, so many from a place on."""
    found = array("q")
    with file.open("rb") as source:
        source.seek(at * found.itemsize)
        found.frombytes(source.read(size * found.itemsize))
    return found.tolist()


def outcome(running: Work) -> str:
    """How many are done and how many stayed, as a sentence."""
    refused = running.cursor["refused"]
    changed = running.done - refused
    told = ngettext("%(count)s record is done.", "%(count)s records are done.", changed)
    parts = [told % {"count": f"{changed:,}"}]
    if refused:
        told = ngettext(
            "%(count)s stayed as it was: the file says why.",
            "%(count)s stayed as they were: the file says why.",
            refused,
        )
        parts.append(told % {"count": f"{refused:,}"})
    return " ".join(parts)
