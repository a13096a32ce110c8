"""Every object that people write takes a custom field, through its own actions."""

from __future__ import annotations

import pytest
from django.urls import reverse

from kehu.core import changes, registry
from kehu.core.actions import custom
from kehu.core.models import Change

from .examples import EXAMPLES
from .test_objects import made, some_record
from .visitor import has, kinds

pytestmark = pytest.mark.django_db
TAKING = [
    key
    for key in ["team", "user", *kinds()]
    if has(key, "form") and (key.startswith("x_") or registry.get(key).extensible)
]


def add(administrator, key):
    values = {"object_type": key, "code": "zq_thing", "kind": "number", "label_en": "Thing", "indexed": True}
    custom.add_field(values=values, by=administrator.user)


@pytest.mark.parametrize("key", [key for key in TAKING if EXAMPLES[key].values])
def test_a_new_record_holds_its_value_and_is_found_by_it(administrator, key):
    add(administrator, key)
    answer = administrator.send(
        "post", f"/api/{key}", {**made(administrator.market, key), "custom.zq_thing": "12.5"}
    )
    assert answer.status_code == 201, answer.content
    assert answer.json()["custom.zq_thing"] == "12.5"
    page = administrator.get(
        f"/api/{key}?custom.zq_thing-from=12.5&custom.zq_thing-to=13&sort=-custom.zq_thing"
    )
    assert [item["id"] for item in page.json()["items"]] == [answer.json()["id"]]
    assert "custom.zq_thing" in administrator.get(reverse("record-new", args=[key])).context["form"].fields
    assert administrator.part(reverse("list", args=[key]) + "?sort=custom.zq_thing").status_code == 200


# The people of the market have no password, without which no edit of theirs is valid.
@pytest.mark.parametrize("key", [key for key in TAKING if key != "user"])
def test_a_stored_record_takes_a_value_and_gives_it_back(administrator, key):
    add(administrator, key)
    record = some_record(administrator.market, key)
    answer = administrator.send("patch", f"/api/{key}/{record.pk}", {"custom.zq_thing": 7})
    if answer.status_code == 409:
        return  # an adopted scoring model stays as it is
    assert answer.status_code == 200, answer.content
    change = Change.objects.filter(object_type=key, object_id=record.pk).latest("id")
    assert (change.before["custom.zq_thing"], change.after["custom.zq_thing"]) == (None, 7)
    changes.undo_change(change=change, by=administrator.user)
    assert "zq_thing" not in registry.get(key).model.objects.get(pk=record.pk).custom
