"""Files of records in the API: list, add, save. Taking one away is undone like any deletion.

No postponed annotations here: the framework reads those of the endpoints.
"""

from typing import Any

from django.http import HttpRequest
from django.utils.translation import gettext as _
from ninja import File, Router, Status, UploadedFile

from kehu.core import files
from kehu.core.access import tokens
from kehu.core.actions import files as actions
from kehu.core.actions import records
from kehu.core.api.answers import find
from kehu.core.api.values import as_json
from kehu.core.registry import ObjectType, get
from kehu.core.views.files import handed_out


def add_files(router: Router, kind: ObjectType) -> None:
    """The endpoints of the files of one object type; of `file` itself the content and the way to the recycle bin."""
    name = kind.key
    if kind.key == "file":
        _add_content(router, kind)
    if not kind.carries:
        return

    @router.get(
        "/{int:pk}/files",
        response=list[dict[str, Any]],
        operation_id=f"{name}_files",
        summary=f"List the files of one {name}",
    )
    def list_files(request: HttpRequest, pk: int) -> Any:
        return as_json(get("file"), list(files.of_record(find(kind, request, pk))), request.user)

    @router.post(
        "/{int:pk}/files",
        response={201: dict[str, Any]},
        operation_id=f"{name}_add_file",
        summary=f"Add a file to one {name}",
    )
    def add_file(request: HttpRequest, pk: int, file: File[UploadedFile]) -> Any:
        record = find(kind, request, pk, verb=tokens.WRITE)
        added = actions.add(record=record, name=file.name or _("file"), content=file, by=request.user)
        return Status(201, as_json(get("file"), [added], request.user)[0])


def _add_content(router: Router, kind: ObjectType) -> None:
    @router.get("/{int:pk}/content", operation_id="file_content", summary="Save the content of one file")
    def get_content(request: HttpRequest, pk: int) -> Any:
        return handed_out(find(kind, request, pk))

    @router.delete("/{int:pk}", response={204: None}, operation_id="file_delete", summary="Delete one file")
    def delete_file(request: HttpRequest, pk: int) -> Any:
        records.delete(record=find(kind, request, pk, verb=tokens.WRITE), by=request.user)
        return Status(204, None)

    @router.post("/{int:pk}/restore", response=dict[str, Any], operation_id="file_restore")
    def restore_file(request: HttpRequest, pk: int) -> Any:
        record = find(kind, request, pk, verb=tokens.WRITE, deleted=True)
        records.restore(record=record, by=request.user)
        return as_json(kind, [record], request.user)[0]
