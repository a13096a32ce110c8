"""Every role at the door of imports: who may bring in what, which fields are offered, what may be looked up by."""

from __future__ import annotations

from typing import Any

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.urls import reverse

from kehu.core import registry
from kehu.core.imports import fields
from kehu.core.models import ImportDraft

from . import expected
from .visitor import Visitor, kinds

pytestmark = pytest.mark.django_db


def file_for(key: str) -> SimpleUploadedFile:
    """A file with a column for every field that anybody may fill, called as the field is in code."""
    kind = registry.get(key)
    names = dict.fromkeys((*kind.form_fields, *kind.import_fields, *kind.keys))
    return SimpleUploadedFile("all.csv", f"{','.join(names)}\n{',' * (len(names) - 1)}x\n".encode())


def offered(visitor: Visitor, key: str) -> Any:
    """The page of columns after an upload; nothing where there is none."""
    answer = visitor.post(reverse("import-new", args=[key]), {"file": file_for(key)})
    if answer.status_code != 302:
        return None
    return visitor.get(answer.headers["Location"]).context["page"]


def test_the_door_is_open_to_who_may_add_and_offers_no_closed_field(visitor, wrong):
    for key in kinds():
        kind = registry.get(key)
        status = visitor.get(reverse("import-new", args=[key])).status_code
        there = bool(kind.form) and expected.opens(key, visitor.role)
        may = expected.may_add(key, visitor.role)
        if status != (404 if not there else 200 if may else 403):
            wrong.append(f"import of {key}: {status}")
        if there:
            button = visitor.part(reverse("list", args=[key])).context["page"]["import_url"]
            if bool(button) != may:
                wrong.append(f"{key}: button for imports is {button!r}")
        if not (there and may):
            continue
        page = offered(visitor, key)
        if page is None:
            wrong.append(f"{key}: the file is refused")
            continue
        closed = expected.closed(key, visitor.role)
        if held := closed & {target.name for target in page["targets"]}:
            wrong.append(f"{key}: offers {held}")
        if held := closed & {name for name, _label in page["keys"]}:
            wrong.append(f"{key}: finds by {held}")


def test_nothing_is_looked_up_by_what_the_role_does_not_read(visitor, wrong):
    for key in kinds():
        if held := expected.closed(key, visitor.role) & set(fields.lookups(registry.get(key), visitor.user)):
            wrong.append(f"{key}: looks up by {held}")


def test_programs_meet_the_same_door(visitor, wrong):
    for key in kinds():
        answer = visitor.post(f"/api/import/{key}", {"file": file_for(key), "propose": "true"})
        there = bool(registry.get(key).form) and expected.opens(key, visitor.role)
        may = expected.may_add(key, visitor.role)
        if answer.status_code != (404 if not there else 200 if may else 403):
            wrong.append(f"POST /api/import/{key}: {answer.status_code}")
        elif answer.status_code == 200 and (
            held := expected.closed(key, visitor.role) & set(answer.json()["mapping"]["fields"])
        ):
            wrong.append(f"POST /api/import/{key}: proposes {held}")
    assert not ImportDraft.objects.filter(actor=visitor.user).exists()


def test_the_imports_of_others_are_not_there(visitor, wrong):
    assert visitor.get(reverse("imports")).status_code == 200
    for address in ("import-run", "import-errors", "import-file", "import-preview"):
        if (status := visitor.get(reverse(address, args=[987654])).status_code) != 404:
            wrong.append(f"{address}: {status}")
