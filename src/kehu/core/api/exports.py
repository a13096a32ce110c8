"""Exports for programs: `POST /api/<object>/export` begins one, `/api/work/<id>` says how far it is and has the file.

No postponed annotations here: the schemas are read off the functions.
"""

from typing import Any, Literal

from django.http import HttpRequest, HttpResponse
from django.utils.translation import gettext as _
from ninja import Query, Router
from pydantic import Field

from kehu.core import exports
from kehu.core.access import tokens
from kehu.core.api.answers import answered, enter
from kehu.core.api.idempotency import once
from kehu.core.api.lists import PAGING, narrowed
from kehu.core.api.schemas import Strict
from kehu.core.api.work import WorkOut, told
from kehu.core.errors import Refused
from kehu.core.registry import ObjectType

ABOUT = (
    "Which records: the filters of the list in the address, with `where` and `sort`. The file is made in the "
    "background with your rights: ask `url` how far it is, then fetch `file`. Only you can; it is kept for two weeks."
)
# What the address of a list takes and an export has no use for.
USELESS = PAGING - {"where", "sort"}


class ExportIn(Strict):
    """What the file holds, and how it is written."""

    format: Literal["csv", "xlsx", "parquet"] = Field("csv", description="CSV comes with a BOM, for Excel.")
    columns: list[str] = Field(
        [], max_length=500, description="Paths as in `fields`; without any, the list's."
    )


def add_export(router: Router, kind: ObjectType) -> None:
    """The endpoint of one object type."""

    @router.post(
        "/export", response={202: WorkOut}, operation_id=f"{kind.key}_export",
        summary=f"Export {kind.key} records", description=ABOUT,
    )  # fmt: skip
    def export(
        request: HttpRequest,
        payload: ExportIn,
        sort: str = Query("", description="A column of the list; a minus sorts downwards."),
        where: str = Query("", description="A condition as JSON, as in lists."),
    ) -> Any:
        enter(kind, request, tokens.READ)
        return once(request, lambda: begun(kind, request, payload))


def begun(kind: ObjectType, request: HttpRequest, given: ExportIn) -> HttpResponse:
    """Queue it. A misspelt filter is refused: without it all would go out."""
    if useless := sorted(USELESS & set(request.GET)):
        sentence = _("An export takes no “%(name)s”.") % {"name": useless[0]}
        raise Refused(sentence, fields={useless[0]: sentence})
    narrowed(kind, request)
    columns = exports.columns_named(kind, given.columns, request.user)
    started = exports.start(
        kind=kind, query=request.GET.urlencode(), format=given.format, paths=columns, by=request.user
    )
    answer = answered(told(started), 202)
    answer["Location"] = f"/api/work/{started.pk}"
    return answer
