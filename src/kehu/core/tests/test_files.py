"""Files of records: who sees the record sees them, nothing that a browser runs is ever handed out to be shown."""

from __future__ import annotations

from typing import Any

import pytest
from django.core.files.base import ContentFile
from django.core.files.storage import default_storage
from django.core.files.uploadedfile import SimpleUploadedFile
from django.urls import reverse

from kehu.core import changes, files
from kehu.core.access import roles
from kehu.core.actions import files as actions
from kehu.core.actions import records
from kehu.core.errors import Conflict, Forbidden, Refused
from kehu.core.models import File, User
from kehu.core.tests.company import fresh, last_change, make, person, team

pytestmark = pytest.mark.django_db
PNG = b"\x89PNG\r\n\x1a\n" + b"0" * 20


@pytest.fixture
def admin() -> User:
    return person("admin")


@pytest.fixture
def north() -> Any:
    return team("North")


def put(record: Any, name: str, content: bytes, by: User) -> File:
    return actions.add(record=record, name=name, content=ContentFile(content, name=name), by=by)


def content_of(file: File) -> bytes:
    with files.opened(file) as content:
        return content.read()


def get(client: Any, address: str) -> Any:
    answer = client.get(address)
    if answer.streaming:
        list(answer.streaming_content)  # read to its end, a file is closed
    return answer


@pytest.mark.parametrize(
    ("name", "content", "found"),
    [
        ("photo.txt", PNG, "image/png"),
        ("a.jpg", b"\xff\xd8\xff\xe0", "image/jpeg"),
        ("b", b"RIFF0000WEBPVP8 ", "image/webp"),
        ("c.exe", b"%PDF-1.7", "application/pdf"),
        ("page.html", b"<html><script>alert(1)</script>", "text/plain"),
        ("x.svg", b"<svg xmlns='http://www.w3.org/2000/svg'/>", "text/plain"),
        ("list.CSV", "名稱,電話".encode("gb18030"), "text/csv"),
        ("half.txt", "客戶".encode()[:-1], "text/plain"),
        ("d.csv", b"MZ\x00\x01", "application/octet-stream"),
    ],
)
def test_what_a_file_is_is_read_off_its_bytes(name, content, found):
    assert files.type_of(content, name) == found


@pytest.mark.parametrize(
    ("given", "kept"),
    [
        ("../../etc/passwd", "passwd"),
        ("C:\\temp\\報價.pdf", "報價.pdf"),
        ("a\x00b\u202ecod.exe", "abcod.exe"),
        ("...", "file"),
        ("\ud800.txt", "?.txt"),
    ],
)
def test_a_name_is_a_name_and_no_path(given, kept):
    assert actions.clean_name(given) == kept


def test_a_long_name_keeps_its_ending():
    assert len(actions.clean_name("n" * 9000 + ".pdf")) == 255
    assert actions.clean_name("n" * 9000 + ".pdf").endswith(".pdf")


def test_a_file_is_kept_with_its_size_type_and_digest(admin, north):
    file = put(north, "photo.png", PNG, admin)
    assert (file.size, file.content_type, file.added_by) == (28, "image/png", admin)
    assert len(file.sha256) == 64
    assert content_of(file) == PNG
    assert list(files.of_record(north)) == [file]


def test_refused_files_leave_nothing_behind(admin, north, settings):
    settings.FILE_MB = 1
    there = len(default_storage.listdir("attachments")[1]) if default_storage.exists("attachments") else 0
    for content, sentence in ((b"", "empty"), (b"x" * (1024 * 1024 + 1), "larger than 1 MB")):
        with pytest.raises(Refused, match=sentence):
            put(north, "a.txt", content, admin)
    with pytest.raises(Forbidden):
        put(north, "a.txt", b"x", person("ann", roles.ANALYST))
    records.delete(record=north, by=admin)
    with pytest.raises(Conflict):
        put(north, "a.txt", b"x", admin)
    assert not File.everything.exists()
    now = len(default_storage.listdir("attachments")[1]) if default_storage.exists("attachments") else 0
    assert now == there


def test_removing_a_file_is_taken_back_like_any_deletion(admin, north):
    file = put(north, "a.txt", b"x", admin)
    records.delete(record=file, by=admin)
    assert not files.of_record(north).exists()
    changes.undo_change(change=last_change(file), by=admin)
    assert list(files.of_record(north)) == [file]
    assert content_of(file) == b"x"


def test_files_of_a_deleted_record_are_hidden_even_from_the_administrator(admin, north, client):
    file = put(north, "a.txt", b"x", admin)
    client.force_login(admin)
    addresses = [reverse(name, args=[file.pk]) for name in ("file", "file-download")]
    assert [get(client, address).status_code for address in addresses] == [200, 200]
    records.delete(record=north, by=admin)
    assert [get(client, address).status_code for address in addresses] == [404, 404]
    assert not File.objects.visible_to(admin).exists()
    records.restore(record=fresh(north), by=admin)
    assert [get(client, address).status_code for address in addresses] == [200, 200]


def test_content_is_saved_never_run(admin, north, client):
    client.force_login(admin)
    evil = put(north, "evil.html", b"<script>alert(1)</script>", admin)
    answer = get(client, reverse("file-download", args=[evil.pk]))
    assert answer["Content-Type"] == "application/octet-stream"
    assert answer["Content-Disposition"].startswith("attachment")
    assert answer["X-Content-Type-Options"] == "nosniff"
    assert "sandbox" in answer["Content-Security-Policy"]
    assert client.get(reverse("file-content", args=[evil.pk])).status_code == 404
    shown = client.get(reverse("file", args=[evil.pk])).content.decode()
    assert "&lt;script&gt;" in shown
    assert "<script>alert" not in shown


def test_pictures_and_pdf_are_shown_inside_our_own_pages_only(admin, north, client):
    client.force_login(admin)
    for name, content in (("a.png", PNG), ("b.pdf", b"%PDF-1.4 x")):
        file = put(north, name, content, admin)
        page, answer = (get(client, reverse(n, args=[file.pk])) for n in ("file", "file-content"))
        assert page.status_code == 200
        assert answer["X-Frame-Options"] == "SAMEORIGIN"
        assert "default-src 'none'" in answer["Content-Security-Policy"]
        assert "frame-ancestors 'self'" in answer["Content-Security-Policy"]


def test_the_beginning_of_a_table_and_of_a_text_is_shown(admin, north, client):
    client.force_login(admin)
    table = put(north, "p.csv", "產品,價格\niXX,700000\n".encode("utf-8-sig"), admin)
    context = client.get(reverse("file", args=[table.pk])).context
    assert (context["header"], context["rows"]) == (["產品", "價格"], [["iXX", "700000"]])
    text = put(north, "long.txt", "字".encode() * 60_000, admin)
    context = client.get(reverse("file", args=[text.pk])).context
    assert context["cut"]
    assert context["text"].startswith("字字")


def test_several_files_come_at_once_and_a_refused_one_keeps_none_away(admin, north, client):
    client.force_login(admin)
    given = [SimpleUploadedFile("a.txt", b"a"), SimpleUploadedFile("b.txt", b"")]
    answer = client.post(reverse("record-files", args=["team", north.pk]), {"file": given}, follow=True)
    assert [file.name for file in files.of_record(north)] == ["a.txt"]
    said = [str(message) for message in answer.context["messages"]]
    assert any("b.txt" in sentence for sentence in said)


def test_the_same_in_the_api(admin, north, client):
    client.force_login(admin)
    address = f"/api/team/{north.pk}/files"
    made = client.post(address, {"file": SimpleUploadedFile("a.txt", b"hello")})
    assert made.status_code == 201
    pk = made.json()["id"]
    assert [item["name"] for item in client.get(address).json()] == ["a.txt"]
    content = client.get(f"/api/file/{pk}/content")
    assert b"".join(content.streaming_content) == b"hello"
    assert client.delete(f"/api/file/{pk}").status_code == 204
    assert client.get(f"/api/file/{pk}/content").status_code == 404
    assert client.post(f"/api/file/{pk}/restore").status_code == 200
    assert client.post(address, {"file": SimpleUploadedFile("e.txt", b"")}).status_code == 422


def test_a_lost_content_is_a_sentence(admin, north, client):
    client.force_login(admin)
    file = put(north, "a.txt", b"x", admin)
    default_storage.delete(file.stored)
    for name in ("file", "file-download"):
        assert client.get(reverse(name, args=[file.pk])).status_code == 404
    assert make("team", name="x")  # the request left no broken transaction
