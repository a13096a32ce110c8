"""Every role at what surrounds a record: files, tags, followers, notices, timeline, history, recycle bin."""

from __future__ import annotations

from typing import Any

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.urls import reverse

from kehu.core import notices
from kehu.core.access import roles
from kehu.core.models import Change, File, Follow, Notice, Tagging

from . import expected
from .market import BINNED
from .visitor import Visitor, has, kinds, some

pytestmark = pytest.mark.django_db
CARRYING = [key for key in kinds() if has(key, "carries")]
BINNED_KINDS = ("account", "contact", "lead", "opportunity", "task")


def page_of(visitor: Visitor, name: str, key: str, record: Any) -> int:
    return visitor.part(reverse(name, args=[key, record.pk])).status_code


def test_files_are_seen_with_their_record_and_held_from_everybody_else(visitor, wrong):
    for slot, file in visitor.market.records["file"].items():
        sees = slot in visitor.visible("file")
        addresses = [reverse(name, args=[file.pk]) for name in ("file", "file-download")]
        for address in (*addresses, f"/api/file/{file.pk}", f"/api/file/{file.pk}/content"):
            got = visitor.get(address).status_code
            if got != (200 if sees else 404):
                wrong.append(f"{address} of {slot}: {got}")
        got = visitor.get(reverse("file-content", args=[file.pk])).status_code
        if got != 404:  # a text is not handed out as what it is
            wrong.append(f"content of {slot}: {got}")


def test_files_are_listed_and_added_by_the_rights_of_the_record(visitor, wrong):
    for key in CARRYING:
        for slot, record in some(visitor, key):
            sees, may = slot in visitor.visible(key), slot in expected.changeable(key, visitor.role)
            if page_of(visitor, "record-files", key, record) != (200 if sees else 404):
                wrong.append(f"{key} of {slot}: list")
            status = 404 if not sees else 201 if may else 403
            for address, done in (
                (f"/api/{key}/{record.pk}/files", 201),
                (reverse("record-files", args=[key, record.pk]), 302),
            ):
                got = visitor.post(address, {"file": SimpleUploadedFile("a.txt", b"a")}).status_code
                if got != (done if status == 201 else status):
                    wrong.append(f"{address} of {slot}: {got}, not {status}")
            if File.objects.filter(object_type=key, object_id=record.pk, name="a.txt").exists() != may:
                wrong.append(f"{key} of {slot}: stored")


def test_files_are_taken_away_by_who_may_change_the_record(visitor, wrong):
    for slot, file in visitor.market.records["file"].items():
        sees, may = slot in visitor.visible("file"), slot in expected.deletable("file", visitor.role)
        got = visitor.send("delete", f"/api/file/{file.pk}").status_code
        if got != (404 if not sees else 204 if may and slot != BINNED else 403):
            wrong.append(f"{slot}: {got}")


def test_tags_and_following_follow_the_record(visitor, wrong):
    for key in CARRYING:
        for slot, record in some(visitor, key):
            sees, may = slot in visitor.visible(key), slot in expected.changeable(key, visitor.role)
            tagged = visitor.htmx(reverse("record-tags", args=[key, record.pk]), {"name": "t"}).status_code
            if tagged != (404 if not sees else 200 if may else 403):
                wrong.append(f"tag on {key} of {slot}: {tagged}")
            if Tagging.objects.filter(object_type=key, object_id=record.pk).exists() != may:
                wrong.append(f"tag on {key} of {slot}: stored")
            followed = visitor.htmx(reverse("record-follow", args=[key, record.pk])).status_code
            if followed != (200 if sees else 404):
                wrong.append(f"follow {key} of {slot}: {followed}")
            if (
                Follow.objects.filter(object_type=key, object_id=record.pk, user=visitor.user).exists()
                != sees
            ):
                wrong.append(f"follow {key} of {slot}: stored")


def test_timeline_and_history_open_with_the_record(visitor, wrong):
    for key in kinds():
        for slot, record in some(visitor, key):
            status = 200 if slot in visitor.visible(key) else 404
            for query in ("?timeline=", "?timeline=&show=changes", "?timeline=2011-01-01T00:00:00Z~z~1"):
                got = visitor.part(reverse("record", args=[key, record.pk]) + query).status_code
                if got != status:
                    wrong.append(f"{key} of {slot}{query}: {got}")
            for query in ("", "?day=2030-01-01"):
                got = visitor.part(reverse("record-history", args=[key, record.pk]) + query).status_code
                if got != status:
                    wrong.append(f"history of {key} of {slot}: {got}")


def test_nobody_sets_back_what_may_not_be_changed(visitor, wrong):
    for key in ("account", "contact", "lead", "opportunity"):
        for slot, record in some(visitor, key):
            sees, may = slot in visitor.visible(key), slot in expected.changeable(key, visitor.role)
            status = 404 if not sees else 302
            change = Change.objects.filter(object_type=key, object_id=record.pk).first()
            posts = (
                (reverse("field-restore", args=[change.pk, "owner"]), {}),
                (reverse("record-as-on", args=[key, record.pk]), {"day": "2030-01-01"}),
            )
            before = Change.objects.count()
            for address, data in posts:
                got = visitor.post(address, data).status_code
                if got != status:
                    wrong.append(f"{address} of {slot}: {got}")
            if not may and Change.objects.count() != before:
                wrong.append(f"{key} of {slot}: changed")


def test_the_bin_holds_what_the_role_may_delete_and_nothing_else(visitor, wrong):
    page = visitor.get(reverse("bin"))
    rows = {(row["gone"].kind.key, row["gone"].record.pk): row for row in page.context["rows"]}
    empties = visitor.role in (roles.ADMINISTRATOR, roles.PRIVACY_MANAGER)
    for key in BINNED_KINDS:
        record = visitor.market.records[key][BINNED]
        may = "own" in expected.deletable(key, visitor.role)
        row = rows.pop((key, record.pk), None)
        if (row is not None) != may:
            wrong.append(f"{key}: {'missing' if may else 'shown'}")
        if row is not None and bool(row["purge_url"]) != empties:
            wrong.append(f"{key}: {row['purge_url']!r}")
        if not may:
            for name in ("bin-restore", "bin-purge"):
                got = visitor.post(reverse(name, args=[key, record.pk])).status_code
                record.refresh_from_db()
                if got not in (302, 403, 404) or record.deleted_at is None:
                    wrong.append(f"{name} {key}: {got}")
    wrong.extend(f"also {place}" for place in rows)


def test_notices_say_nothing_of_hidden_records(visitor, wrong):
    """As if somebody had been told of every record before the rights were taken away."""
    seen = 0
    for key in ("account", "lead", "opportunity", "task", "note"):
        for slot, record in visitor.market.records[key].items():
            change = Change.objects.filter(object_type=key, object_id=record.pk).first()
            Notice.objects.create(
                user=visitor.user, kind="followed", object_type=key, object_id=record.pk, change=change
            )
            seen += slot in visitor.visible(key) and slot != BINNED
    if notices.unread(visitor.user) != min(seen, notices.MOST_COUNTED):
        wrong.append(f"counts {notices.unread(visitor.user)}, not {seen}")
    page = visitor.get(reverse("notices"))
    if page.status_code != 200 or len(page.context["notices"]) != seen:
        wrong.append(f"shows {len(page.context['notices'])}, not {seen}")


def test_names_are_offered_only_about_records_that_one_sees(visitor, wrong):
    for slot, record in visitor.market.records["account"].items():
        got = visitor.get(f"{reverse('mentions')}?object_type=account&object_id={record.pk}&q=").status_code
        if got != (200 if slot in visitor.visible("account") and slot != BINNED else 404):
            wrong.append(f"{slot}: {got}")
