"""Every role at actions on many records: they reach what the single action reaches, and tell of nothing else."""

from __future__ import annotations

import pytest
from django.urls import reverse

from kehu.core import bulk, registry
from kehu.core.actions import bin
from kehu.core.models import Change

from . import expected
from .market import BINNED
from .visitor import kinds

pytestmark = pytest.mark.django_db


def offered(visitor, key):
    return {action.key for action in bulk.offered(registry.get(key), visitor.user)}


def tried(visitor, key, name, **sent):
    """The status and the text of a preview of what would become of all records of a kind."""
    ids = ",".join(str(record.pk) for record in visitor.market.records[key].values())
    url = reverse("bulk", args=[key, name])
    return visitor.read(visitor.client.post(url, {"ids": ids, **sent}), url)


def test_deleting_is_offered_to_those_who_may_and_touches_what_they_may(visitor, wrong):
    for key in kinds():
        kind, records = registry.get(key), visitor.market.records[key]
        may = {
            slot
            for slot in expected.DELETE.get(key, {}).get(visitor.role, ())
            if slot in records and slot != BINNED and slot in visitor.visible(key)
        }
        if not (kind.deletable and expected.opens(key, visitor.role)):
            if "delete" in offered(visitor, key):
                wrong.append(f"{key}: deleting is offered")
            continue
        if "delete" not in offered(visitor, key):
            if may:
                wrong.append(f"{key}: deleting is not offered")
            continue
        before = Change.objects.count()
        answer = tried(visitor, key, "delete")
        if Change.objects.count() != before:
            wrong.append(f"{key}: the preview has changed something")
        for slot, record in records.items():
            shown = f"/o/{key}/{record.pk}" in answer.text_read
            if shown and (slot == BINNED or slot not in visitor.visible(key)):
                wrong.append(f"{key}: {slot} is shown")


def test_fields_that_may_not_be_set_alone_may_not_be_set_together(visitor, wrong):
    for key in kinds():
        kind = registry.get(key)
        if not expected.opens(key, visitor.role):
            continue
        for name in bulk.editable(kind, visitor.user):
            if kind.policy.fixes(name, visitor.user) or name not in kind.form_fields:
                wrong.append(f"{key}.{name}")
        fixed = [name for name in kind.form_fields if kind.policy.fixes(name, visitor.user)]
        if fixed and "edit" in offered(visitor, key):
            answer = tried(visitor, key, "edit", field=fixed[0], **{fixed[0]: ""})
            if answer.status_code != 422:
                wrong.append(f"{key}.{fixed[0]} answers {answer.status_code}")


def test_edits_reach_exactly_the_records_that_may_be_changed(visitor, wrong):
    """An owner for all of them: who sees a record without the right to change it is told so, by its name."""
    for key in ("account", "contact", "lead", "task", "opportunity"):
        if "assign" not in offered(visitor, key):
            continue
        answer = tried(visitor, key, "assign", owner=visitor.user.pk)
        changeable = expected.CHANGE[key].get(visitor.role, frozenset())
        for slot, record in visitor.market.records[key].items():
            row = f'href="/o/{key}/{record.pk}"' in answer.text_read
            visible = slot != BINNED and slot in visitor.visible(key)
            if row and not visible:
                wrong.append(f"{key} of {slot} is shown")
            if visible and slot not in changeable and not row:
                wrong.append(f"{key} of {slot} is not refused")


def test_programs_reach_no_more_records_than_the_page(visitor, wrong):
    """A dry run counts what the role may see, and refuses by name what it may not change."""
    for key in ("account", "contact", "lead", "task", "opportunity"):
        records = visitor.market.records[key]
        body = {
            "ids": [record.pk for record in records.values()],
            "values": {"owner": visitor.user.pk},
            "dry_run": True,
        }
        before = Change.objects.count()
        answer = visitor.send("post", f"/api/{key}/bulk-edit", body)
        if "assign" not in offered(visitor, key):
            if answer.status_code not in (403, 404):
                wrong.append(f"{key} answers {answer.status_code}")
            continue
        found = answer.json()
        visible = {slot for slot in records if slot != BINNED and slot in visitor.visible(key)}
        kept = visible - expected.CHANGE[key].get(visitor.role, frozenset())
        if (found["total"], found["refused"]) != (len(visible), len(kept)):
            wrong.append(
                f"{key}: {found['total']} of {len(visible)}, {found['refused']} of {len(kept)} refused"
            )
        shown = {line["id"] for line in found["lines"]}
        if shown - {records[slot].pk for slot in visible}:
            wrong.append(f"{key}: a hidden record is told of")
        if Change.objects.count() != before:
            wrong.append(f"{key}: the dry run has changed something")


def test_out_of_the_recycle_bin_comes_only_what_may_be_taken_out_of_it(visitor, wrong):
    """By naming every record there is, and by asking for all that was deleted."""
    for key in ("account", "contact", "lead", "opportunity", "task"):
        binned = visitor.market.records[key][BINNED]
        seen = "own" in expected.VIEW[key].get(visitor.role, expected.NONE)
        may = seen and "own" in expected.deletable(key, visitor.role)
        ids = ",".join(f"{key}.{record.pk}" for record in visitor.market.records[key].values())
        for query in (f"ids={ids}", f"all=1&list=kind%3D{key}"):
            page = visitor.get(f"{reverse('bin-restore-many')}?{query}").context["page"]
            told = [(line.kind.key, line.id) for line in page["preview"].lines]
            if "ids" in query and (told, page["preview"].total) != ([(key, binned.pk)] * may, int(may)):
                wrong.append(f"{key}: {told} in the preview")
            if (key, binned.pk) in told and not may:
                wrong.append(f"{key}: {told} of all")
            address = reverse("bin-purge-many")
            if visitor.role not in bin.EMPTIERS:
                answers = (visitor.get(f"{address}?{query}"), visitor.post(address, {"ids": ids}))
                if [answer.status_code for answer in answers] != [403, 403]:
                    wrong.append(f"{key}: is deleted for good")
                continue
            found = visitor.get(f"{address}?{query}").context["page"]["preview"]
            if {(line.kind.key, line.id) for line in found.lines} - {(key, binned.pk)} or found.total > may:
                wrong.append(f"{key}: {found.lines} would be deleted for good")
