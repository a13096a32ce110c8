"""Every role at every cell of every list: what the form cannot change cannot be changed in place either."""

from __future__ import annotations

import pytest
from django.urls import reverse

from kehu.core import registry
from kehu.core.models import Change
from kehu.core.views import inline

from . import expected
from .market import BINNED
from .visitor import kinds

pytestmark = pytest.mark.django_db


def test_cells_open_exactly_where_the_form_has_the_field(visitor, wrong):
    for key in kinds():
        kind = registry.get(key)
        offered = inline.editable(kind, visitor.user) if expected.opens(key, visitor.role) else frozenset()
        for slot, record in visitor.market.records[key].items():
            form = visitor.client.get(reverse("record-edit", args=[key, record.pk]))
            text = form.content.decode() if form.status_code == 200 else ""
            for path in sorted(offered)[:4] or ["name"]:
                url = reverse("record-cell", args=[key, record.pk, path])
                answer = visitor.read(visitor.client.get(url), url)
                if (answer.status_code == 200) != (f'name="{path}"' in text):
                    wrong.append(f"{key}.{path} of {slot} answers {answer.status_code}")


def test_what_is_fixed_for_a_role_or_set_by_actions_is_refused(visitor, wrong):
    before = Change.objects.count()
    for key in kinds():
        kind = registry.get(key)
        opens = expected.opens(key, visitor.role)
        closed = set(kind.paths) - set(inline.editable(kind, visitor.user) if opens else ())
        slot = next((slot for slot in visitor.market.records[key] if slot != BINNED), None)
        if slot is None:
            continue
        for path in sorted(closed):
            url = reverse("record-cell", args=[key, visitor.market.records[key][slot].pk, path])
            answer = visitor.client.post(url, {path: "1", "shown": ""})
            if answer.status_code not in {403, 404}:
                wrong.append(f"{key}.{path} answers {answer.status_code}")
        for path in kind.form_fields:
            if kind.policy.fixes(path, visitor.user) and path not in closed:
                wrong.append(f"{key}.{path} is fixed and offered")
    if Change.objects.count() != before:
        wrong.append("something was changed")


def test_a_row_is_shown_exactly_where_its_record_is(visitor, wrong):
    for key in kinds():
        alive = set(registry.get(key).model.objects.values_list("pk", flat=True))
        for slot, record in visitor.market.records[key].items():
            url = reverse("record-row", args=[key, record.pk])
            answer = visitor.read(visitor.client.get(url), url)
            shown = answer.status_code == 200 and f'data-id="{record.pk}"' in answer.content.decode()
            page = visitor.part(reverse("record", args=[key, record.pk])).status_code
            if shown != (page == 200 and record.pk in alive):
                wrong.append(f"the row of {slot} of {key} answers {answer.status_code}, its page {page}")
