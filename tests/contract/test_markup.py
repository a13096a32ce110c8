"""What people type is text wherever it is shown, and no formula in a spreadsheet."""

from __future__ import annotations

import pytest
from django.db import models
from django.urls import reverse

from kehu.core import registry

from .market import CUSTOM
from .people import saved
from .visitor import kinds

pytestmark = pytest.mark.django_db
# The reason is of a lost customer only; the others are languages of their own, and refused where they make no sense.
FORMAL = {
    "lost_reason",
    "code",
    "key",
    "path",
    "when",
    "formula",
    "related",
    "summed",
    "condition",
    "choices",
    "default",
}
NASTY = "\"'><svg onload=alert(1)>{{7*7}}"


def written_fields(key: str) -> list[str]:
    """The texts of a record that people may type freely."""
    if key == CUSTOM:
        return ["title"]
    kind = registry.get(key)
    return [
        name
        for name in kind.form_fields
        if isinstance(field := kind.field(name), models.CharField | models.TextField)
        and not field.choices
        and (field.max_length or 999) >= len(NASTY)
        and not field.unique
        and name not in FORMAL
        and not isinstance(field, models.EmailField | models.URLField)
    ]


@pytest.mark.parametrize("key", [key for key in kinds() if written_fields(key)])
def test_markup_in_a_record_stays_text_on_every_page(administrator, key):
    kind, slots = registry.get(key), administrator.market.records[key]
    record = kind.model.objects.get(pk=(slots.get("only") or slots["stranger"]).pk)
    for name in written_fields(key):
        setattr(record, name, NASTY)
    saved(record, administrator.user)
    addresses = [
        reverse("list", args=[key]),
        reverse("record", args=[key, record.pk]),
        "/search?q=svg",
        "/palette?q=svg",
    ]
    addresses += [reverse("record-edit", args=[key, record.pk])] if kind.form else []
    addresses += [reverse("board", args=[key])] if kind.board else []
    for address in addresses:
        page = administrator.get(address)
        assert page.status_code == 200
        assert b"<svg onload" not in page.content, address
    answer = administrator.post(reverse("record-delete", args=[key, record.pk]), follow=True)
    assert b"<svg onload" not in answer.content


def test_a_formula_in_an_export_is_disarmed(administrator):
    region = administrator.market.only("region")
    region.name = "=1+1"
    saved(region)
    export = administrator.get(reverse("list-export", args=["region"])).text_read
    assert "=1+1" in export
    assert not any(
        cell.startswith("=") for line in export.splitlines() for cell in line.replace('"', "").split(",")
    )
