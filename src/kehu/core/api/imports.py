"""Imports for programs: `POST /api/import/<object>` takes a file, `/api/imports/<id>` says how far it has come.

No postponed annotations here: the input schemas are read off the functions.
"""

import json
import tomllib
from pathlib import Path
from typing import Any

from django.http import FileResponse, HttpRequest
from django.utils.translation import gettext as _
from ninja import File, Form, Router, Schema, Status
from ninja.files import UploadedFile

from kehu.core import registry, uploads
from kehu.core.access import tokens
from kehu.core.errors import NotFound, Refused
from kehu.core.imports import drafts, fields, proposals, runs
from kehu.core.imports.shape import shaped
from kehu.core.models import ImportRun
from kehu.core.registry import ObjectType

router = Router()
NO_FILE = File(None)


class Run(Schema):
    """How an import stands. `state`: waiting, running, done, stopped or failed; `undone` once it is taken back."""

    id: int
    object: str
    file: str
    state: str
    undone: bool
    problem: str
    rows: int
    read: int
    created: int
    updated: int
    skipped: int
    rejected: int
    seconds_left: int | None
    batch: int


@router.post(
    "/import/{object}",
    response={200: dict[str, Any], 202: Run},
    operation_id="import_start",
    summary="Import a file, or propose a mapping for it",
)
def start(
    request: HttpRequest,
    object: str,
    file: UploadedFile | None = NO_FILE,
    mapping: str = Form(""),
    key: str = Form(""),
    propose: bool = Form(False),
) -> Any:
    """`mapping` is a mapping file (TOML) or the same as JSON; without it the proposed one is used.

    With `propose` nothing is read in: the answer is the mapping that the file seems to need, with the evidence.
    """
    kind = kind_named(object, request)
    given = parsed(mapping)
    draft = drafts.keep(kind=kind, upload=uploads.given(request), by=request.user)
    try:
        if propose:
            table = drafts.table_of(draft)
            return proposals.as_json(proposals.propose(kind, table, request.user), table)
        if reading := given.pop("file", None):
            drafts.read_again(draft=draft, reading=told(reading), by=request.user)
        chosen = given if given.get("fields") else draft.mapping
        chosen = {**chosen, "key": key} if key else chosen
        drafts.choose(draft=draft, mapping=chosen, by=request.user)
        run = drafts.begin(draft=draft, by=request.user)
    finally:
        if draft.pk:
            drafts.discard(draft=draft, by=request.user)
    return Status(202, as_json(run))


@router.get("/imports/{int:pk}", response=Run, operation_id="import_state", summary="How an import stands")
def state(request: HttpRequest, pk: int) -> Any:
    return as_json(found(request, pk, tokens.READ))


@router.post("/imports/{int:pk}/stop", response=Run, operation_id="import_stop", summary="Stop an import")
def stop(request: HttpRequest, pk: int) -> Any:
    runs.stop(run=found(request, pk), by=request.user)
    return as_json(found(request, pk))


@router.post(
    "/imports/{int:pk}/go-on", response=Run, operation_id="import_go_on", summary="Go on with an import"
)
def go_on(request: HttpRequest, pk: int) -> Any:
    runs.go_on(run=found(request, pk), by=request.user)
    return as_json(found(request, pk))


@router.post(
    "/imports/{int:pk}/undo", response=Run, operation_id="import_undo", summary="Undo a whole import"
)
def undo(request: HttpRequest, pk: int) -> Any:
    """A large one is undone in the background: `undone` says when."""
    runs.undo(run=found(request, pk), by=request.user)
    return as_json(found(request, pk))


@router.get("/imports/{int:pk}/errors", operation_id="import_errors", summary="The rejected rows as CSV")
def errors(request: HttpRequest, pk: int) -> FileResponse:
    run = found(request, pk, tokens.READ)
    path = Path(run.errors_to)
    if not run.rejected or not run.errors_to or not path.exists():
        raise NotFound(_("There is no such file. It may be too old: make it again."))
    return FileResponse(path.open("rb"), content_type="text/csv; charset=utf-8")


def kind_named(key: str, request: HttpRequest) -> ObjectType:
    if not registry.known(key):
        raise NotFound(_("There is no such page."))
    kind = registry.get(key)
    tokens.require(request, key, tokens.WRITE)
    fields.require_importable(kind, request.user)
    return kind


def found(request: HttpRequest, pk: int, verb: str = tokens.WRITE) -> ImportRun:
    if pk >= 2**63:
        raise NotFound(_("There is no such import, or you may not see it."))
    run = runs.find(pk, request.user)
    tokens.require(request, run.object_type, verb)
    return run


def parsed(text: str) -> dict[str, Any]:
    """A mapping as TOML or JSON."""
    if not text.strip():
        return {}
    try:
        given = json.loads(text) if text.lstrip().startswith("{") else tomllib.loads(text)
    except (ValueError, RecursionError) as error:
        sentence = _("The mapping cannot be read: %(why)s") % {"why": str(error)[:200]}
        raise Refused(sentence, fields={"mapping": sentence}) from error
    return shaped(given)


def told(reading: Any) -> dict[str, Any]:
    """How the file is to be read, as the mapping says it."""
    wanted = {"encoding": str, "delimiter": str, "header_row": int, "sheet": str}
    known = isinstance(reading, dict) and all(
        name in wanted and type(value) is wanted[name] for name, value in reading.items()
    )
    if not known:
        sentence = _("The table [file] of the mapping takes: %(names)s.") % {"names": ", ".join(wanted)}
        raise Refused(sentence, fields={"mapping": sentence})
    return reading


def as_json(run: ImportRun) -> dict[str, Any]:
    left = run.time_left
    counts = {name: getattr(run, name) for name in ("read", "created", "updated", "skipped", "rejected")}
    return {
        "id": run.pk,
        "object": run.object_type,
        "file": run.file_name,
        "state": run.state,
        "undone": run.batch.state == run.batch.State.UNDONE,
        "problem": run.problem,
        "rows": run.estimate,
        **counts,
        "seconds_left": None if left is None else round(left.total_seconds()),
        "batch": run.batch_id,
    }
