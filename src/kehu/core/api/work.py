"""Long work for programs: how far it is, what came of it, its file; stopped and gone on with.

An export, a bulk edit, a search for duplicates and what came out of the recycle bin go by their number, an import as
`import-5`. No postponed annotations here: the schemas are read off the functions.
"""

from collections.abc import Callable
from datetime import datetime
from pathlib import Path
from typing import Any

from django.http import FileResponse, HttpRequest
from django.utils.translation import gettext as _
from ninja import Router, Schema
from pydantic import Field

from kehu.core import work as long_work
from kehu.core.access import tokens
from kehu.core.api.answers import answered
from kehu.core.errors import NotFound
from kehu.core.exports import EXPORT
from kehu.core.imports import runs
from kehu.core.models import Batch, ImportRun, Work
from kehu.kit.text import whole_number

router = Router()
LISTED = 50
IMPORT = "import-"
GREATEST = 2**63 - 1
BYTES = {200: {"description": "The file.", "content": {"application/octet-stream": {}, "text/csv": {}}}}


class WorkOut(Schema):
    """How a piece of long work stands."""

    id: str = Field(description="`12`, or `import-5` for an import.")
    url: str = Field(description="Ask here how far it is; DELETE stops it.")
    what: str = Field(description="export, bulk, restore, duplicates, import or what else modules do.")
    label: str
    state: str = Field(description="waiting, running, done, stopped or failed")
    undone: bool = Field(description="Whether it has been taken back since.")
    done: int = Field(description="How many records or rows it has done.")
    total: int | None = Field(description="Of how many; null while nobody knows.")
    rate: float | None = Field(description="How many a second so far.")
    seconds_left: int | None = Field(description="By the rate; null where that cannot be said.")
    interrupted: int = Field(description="How often its process died and another took it up by itself.")
    outcome: str = Field(description="What came of it, as a sentence.")
    problem: str = Field(description="Why it failed, as a sentence.")
    file: str | None = Field(
        description="Where its file is: the export, or what a bulk edit or import refused."
    )
    batch: int | None = Field(description="Undo it with /api/batches/{id}/undo.")


class WorksOut(Schema):
    """Your own long work, the newest first."""

    items: list[WorkOut]


@router.get("", response=WorksOut, operation_id="work_all", summary="Your long work, the newest first")
def all_of_mine(request: HttpRequest) -> Any:
    """The latest 50: exports, bulk edits, searches for duplicates, imports."""
    tokens.require_general(request, tokens.READ)
    work: list[Work | ImportRun] = list(long_work.visible_to(request.user).select_related("batch")[:LISTED])
    imports = ImportRun.objects.filter(actor=request.user).select_related("batch")[:LISTED]
    found = sorted([*work, *imports], key=begun, reverse=True)[:LISTED]
    return answered({"items": [told(one) for one in found]})


@router.get("/{work}", response=WorkOut, operation_id="work_state", summary="How long work stands")
def state(request: HttpRequest, work: str) -> Any:
    return answered(told(found(request, work, tokens.READ)))


@router.delete("/{work}", response=WorkOut, operation_id="work_end", summary="Stop long work")
def end(request: HttpRequest, work: str) -> Any:
    """The same as the call that stops it: what it has done so far stays, until its batch is undone."""
    return stop(request, work)


@router.post("/{work}/stop", response=WorkOut, operation_id="work_stop", summary="Stop long work")
def stop(request: HttpRequest, work: str) -> Any:
    """After its step: `state` says when. What it has done so far stays, until its batch is undone."""
    return done(request, work, runs.stop, long_work.stop)


@router.post("/{work}/go-on", response=WorkOut, operation_id="work_go_on", summary="Go on with long work")
def go_on(request: HttpRequest, work: str) -> Any:
    """With what was stopped or has failed, from where it ended."""
    return done(request, work, runs.go_on, long_work.go_on)


@router.get(
    "/{work}/file",
    operation_id="work_file",
    summary="The file of long work",
    openapi_extra={"responses": BYTES},
)
def file(request: HttpRequest, work: str) -> FileResponse:
    """The rows of an export; what refused in a bulk edit or an import. Kept for two weeks."""
    one = found(request, work, tokens.READ)
    path, name = place_of(one)
    if path is None or not path.exists():
        raise NotFound(_("There is no such file. It may be too old: make it again."))
    return FileResponse(path.open("rb"), as_attachment=True, filename=name)


def begun(one: Work | ImportRun) -> datetime:
    """When it was asked for."""
    return one.started_at if isinstance(one, ImportRun) else one.created_at


def done(request: HttpRequest, given: str, to_import: Callable[..., Any], to_work: Callable[..., Any]) -> Any:
    """Do to an import or to other work what its action does, and say how it stands now."""
    one = found(request, given, tokens.WRITE)
    if isinstance(one, ImportRun):
        to_import(run=one, by=request.user)
    else:
        to_work(work=one, by=request.user)
    return state(request, given)


def found(request: HttpRequest, given: str, verb: str) -> Work | ImportRun:
    """The caller's work of that name; refused to a token that does not reach what it is about."""
    pk = whole_number(given.removeprefix(IMPORT))
    if pk is None or not 0 < pk <= GREATEST:
        raise NotFound(_("There is no such page."))
    if given.startswith(IMPORT):
        run = runs.find(pk, request.user)
        tokens.require(request, run.object_type, verb)
        return run
    work = long_work.find(pk, request.user)
    key = work.parameters.get("kind") or work.parameters.get("object")
    # An export only reads, so who may read may also end it.
    needed = tokens.READ if work.name == EXPORT else verb
    tokens.require(request, key, needed) if key else tokens.require_general(request, needed)
    return work


def place_of(one: Work | ImportRun) -> tuple[Path | None, str]:
    """The file that is ready to be fetched, and what it is called."""
    if isinstance(one, ImportRun):
        ready = bool(one.rejected and one.errors_to)
        return (Path(one.errors_to) if ready else None), f"{one.object_type}-errors.csv"
    ready = bool(one.file) and one.state == Work.State.DONE
    return (Path(one.file) if ready else None), one.file_name


def told(one: Work | ImportRun) -> dict[str, Any]:
    """How it stands, as JSON."""
    facts = of_import(one) if isinstance(one, ImportRun) else of_work(one)
    url = f"/api/work/{facts['id']}"
    batch = one.batch
    return {
        **facts,
        "url": url,
        "state": str(one.state),
        "undone": batch is not None and batch.state == Batch.State.UNDONE,
        "problem": one.problem,
        "file": f"{url}/file" if place_of(one)[0] is not None else None,
        "batch": one.batch_id,
    }


def of_work(work: Work) -> dict[str, Any]:
    rate, left = long_work.pace(work)
    return {
        **{"id": str(work.pk), "what": work.name, "label": long_work.label_of(work)},
        **{"done": work.done, "total": work.total or None},
        "rate": None if rate is None else round(rate, 1),
        "seconds_left": None if left is None else round(left.total_seconds()),
        **{"interrupted": long_work.interrupted(work), "outcome": long_work.outcome_of(work)},
    }


def of_import(run: ImportRun) -> dict[str, Any]:
    left, seconds = run.time_left, (run.beat_at - run.begun_at).total_seconds()
    rows = run.read - run.begun_with
    counts = _("%(created)s created, %(updated)s updated, %(rejected)s rejected")
    return {
        **{"id": f"{IMPORT}{run.pk}", "what": "import", "label": run.file_name},
        **{"done": run.read, "total": run.estimate or None},
        "rate": round(rows / seconds, 1) if rows > 0 and seconds > 0 else None,
        "seconds_left": None if left is None else round(left.total_seconds()),
        "interrupted": run.interrupted,
        "outcome": counts % {"created": run.created, "updated": run.updated, "rejected": run.rejected},
    }
