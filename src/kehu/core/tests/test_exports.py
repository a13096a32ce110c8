"""What a list shows goes into a file in the background, for its person alone, and comes back as it was."""

from __future__ import annotations

import argparse
import json
from datetime import date, timedelta
from decimal import Decimal
from pathlib import Path
from typing import Any

import pyarrow as pa
import pyarrow.parquet
import pytest
from django.test import Client
from django.urls import reverse
from django.utils import timezone, translation

from kehu.core import cli, exports, imports, registry, work
from kehu.core.access import roles
from kehu.core.actions import custom, records
from kehu.core.custom import definitions
from kehu.core.errors import Refused
from kehu.core.exports import background
from kehu.core.imports.values import mapping_of
from kehu.core.models import Batch, User, Work
from kehu.core.tests.company import make, person
from kehu.kit.tables import open_table

pytestmark = pytest.mark.django_db(transaction=True)
HOSTILE = (
    "=1+1", "+cmd|' /C calc'!A0", "-2+3", "@SUM(1)", "'=1+1", "''@x", "＝1+1", 'a"b,c;d', "<b>x</b>", "https://a.example",
    "שלום", "😀 𠮷", "0123", "1e5", "x" * 200,
)  # fmt: skip


@pytest.fixture(autouse=True)
def fresh() -> None:
    definitions.forget()


@pytest.fixture
def boss() -> User:
    return person("boss")


def run(started: Work) -> Work:
    work.run(pk=started.pk)
    started.refresh_from_db()
    return started


def begun(by: User, key: str = "account", query: str = "", format: str = "csv", *paths: str) -> Work:
    return exports.start(kind=registry.get(key), query=query, format=format, paths=paths or ("name",), by=by)


def file_of(by: User, key: str, query: str, format: str, *paths: str) -> Path:
    done = run(begun(by, key, query, format, *paths))
    assert done.state == Work.State.DONE, done.problem
    return Path(done.file)


def rows_of(path: Path) -> list[list[str]]:
    return [row.cells for row in open_table(path)]


def with_fields(boss: User) -> tuple[str, ...]:
    """Accounts with a field of every kind that administrators add; the paths that are taken out."""
    choices = "red | Red | 红 | 紅\nblue | Blue | 蓝 | 藍"
    for code, kind, more in (
        ("paint", "choice", {"choices": choices}),
        ("many", "choices", {"choices": choices}),
        ("weight", "number", {}),
        ("since", "date", {}),
        ("vip", "yesno", {}),
    ):
        values = {"object_type": "account", "code": code, "kind": kind, "label_en": code.title(), **more}
        custom.add_field(values=values, by=boss)
    model: Any = registry.get("account").model
    for number, name in enumerate(HOSTILE):
        values: dict[str, Any] = {
            "name": name, "external_key": f"k{number}", "phone": f"+8869123456{number:02}", "owner": boss,
            "custom.paint": "red", "custom.many": ["red", "blue"][: number % 3],
            "custom.weight": Decimal("-1.25") * number, "custom.since": date(2010, 5, 1 + number),
            "custom.vip": bool(number % 2),
        }  # fmt: skip
        records.create(model, values, by=boss)
    codes = ("paint", "many", "weight", "since", "vip")
    return ("external_key", "name", "phone", "owner", *(f"custom.{code}" for code in codes))


def values_of(paths: tuple[str, ...]) -> list[Any]:
    model: Any = registry.get("account").model
    found = model.objects.order_by("external_key")
    return [
        [
            one.custom.get(path[7:]) if path.startswith("custom.") else str(getattr(one, path))
            for path in paths
        ]
        for one in found
    ]


@pytest.mark.parametrize("format", sorted(exports.FORMATS))
def test_what_was_taken_out_and_is_brought_in_again_is_as_it_was(boss: User, format: str) -> None:
    paths = with_fields(boss)
    kind, before = registry.get("account"), values_of(paths)
    path = file_of(boss, "account", "", format, *paths)
    for one in kind.model.objects.all():
        emptied = {"name": "emptied", "phone": "", "custom.paint": None, "custom.many": None}
        emptied |= {"custom.weight": None, "custom.since": None, "custom.vip": None}
        records.edit(record=one, values=emptied, by=boss)
    assert values_of(paths) != before
    columns = exports.Columns(registry.get("account"), paths, boss)
    fields = {name: {"column": column.name} for name, column in zip(paths, columns.typed, strict=True)}
    mapping = mapping_of({"fields": fields, "key": "external_key"}, registry.get("account"))
    done = imports.import_file(registry.get("account"), path, mapping, by=boss)
    assert (done.updated, done.rejected) == (len(HOSTILE), 0)
    assert values_of(paths) == before


def test_parquet_keeps_the_types(boss: User) -> None:
    path = file_of(boss, "account", "", "parquet", *with_fields(boss), "created_at")
    schema = pyarrow.parquet.read_schema(path)
    found = {field.name: field.type for field in schema}
    assert found["Since"] == pa.date32()
    assert found["Many"] == pa.list_(pa.string())
    assert found["Vip"] == pa.bool_()
    assert pa.types.is_timestamp(found["Created"]) and found["Created"].tz


def test_no_text_of_a_file_is_a_formula_and_telephone_numbers_are_kept(boss: User) -> None:
    text = file_of(boss, "account", "", "csv", *with_fields(boss)).read_bytes().decode("utf-8")
    assert text.startswith("\ufeff") and "\r\n" in text
    assert "'=1+1" in text and ",=1+1" not in text and "\r\n=1+1" not in text
    assert ",+886912345600," in text


def test_the_file_says_words_and_times_as_its_person_reads_them(boss: User) -> None:
    make("account", name="A")
    with translation.override("zh-hant"):
        path = file_of(boss, "account", "", "csv", "name", "kind", "created_at")
    header, row = path.read_text("utf-8-sig").splitlines()
    with translation.override("zh-hant"):
        kind = registry.get("account")
        assert header.split(",")[1] == str(kind.label_of("kind"))
        record = kind.model.objects.get()
        assert row.split(",")[1] == record.get_kind_display()
    assert row.split(",")[2] == f"{timezone.localtime(record.created_at, background.clock.zone()):%F %T}"


def test_it_follows_filter_order_and_what_is_picked(boss: User) -> None:
    pks = {name: make("account", name=name).pk for name in ("b", "a", "c")}
    assert rows_of(file_of(boss, "account", "sort=name", "csv", "name")) == [["a"], ["b"], ["c"]]
    assert rows_of(file_of(boss, "account", "sort=-name", "csv", "name")) == [["c"], ["b"], ["a"]]
    where = 'where={"field":"name","op":"eq","value":"b"}'
    assert rows_of(file_of(boss, "account", where, "csv", "name")) == [["b"]]
    picked = f"sort=name&ids={pks['c']},{pks['a']}"
    assert rows_of(file_of(boss, "account", picked, "xlsx", "name")) == [["a"], ["c"]]


def test_the_file_is_its_persons_alone_and_who_took_it_is_known(boss: User) -> None:
    make("account", name="A")
    done = run(begun(boss))
    mine, other = Client(), Client()
    mine.force_login(boss)
    other.force_login(person("other"))
    address = reverse("work-file", args=[done.pk])
    assert b"A" in b"".join(mine.get(address).streaming_content)  # type: ignore[attr-defined]
    assert other.get(address).status_code == 404
    noted = Batch.objects.get(verb="export")
    assert (noted.actor, noted.label) == (boss, "account, csv: 1")
    Work.objects.filter(pk=done.pk).update(finished_at=timezone.now() - work.KEPT - timedelta(hours=1))
    work.forget_old_work()
    assert not Path(done.file).exists()
    assert mine.get(address).status_code == 404
    assert Batch.objects.filter(verb="export").exists()


def test_who_lost_the_right_meanwhile_gets_no_file(boss: User) -> None:
    make("account", name="A")
    rep = person("rep", roles.SALES_REP)
    started = begun(rep)
    User.objects.filter(pk=rep.pk).update(is_active=False)
    assert run(started).state == Work.State.FAILED
    assert not started.file


def test_senseless_wishes_are_refused_with_a_sentence(boss: User) -> None:
    page = Client()
    page.force_login(boss)
    address = reverse("object-export", args=["account"])
    for data in (
        {"format": "exe", "columns": "name"},
        {"format": "csv"},
        {"format": "csv", "columns": "owner.password"},
    ):
        assert page.post(address, data).status_code in {400, 409, 422}, data
    for query in ("?ids=1,x", "?where={"):
        assert page.get(address + query).status_code in {400, 409, 422}, query
    nonsense = page.post(f"{address}?owner=nobody", {"format": "csv", "columns": "name"})
    assert nonsense.status_code in {400, 409, 422}
    assert not Work.objects.exists()


def test_stopped_it_leaves_no_file_and_gone_on_with_it_is_whole(boss: User, monkeypatch) -> None:
    monkeypatch.setattr(background, "BLOCK", 2)
    for number in range(5):
        make("account", name=f"A{number}")
    started = begun(boss, "account", "sort=name")
    real = exports.Columns.block

    def stopping(self: Any, ids: Any) -> Any:
        work.stop(work=started, by=boss)
        return real(self, ids)

    monkeypatch.setattr(exports.Columns, "block", stopping)
    assert (run(started).state, started.done, started.file) == (Work.State.STOPPED, 2, "")
    assert not list(work.path_of(started, ".csv").parent.glob("*.part"))
    monkeypatch.setattr(exports.Columns, "block", real)
    work.go_on(work=started, by=boss)
    assert (run(started).state, len(rows_of(Path(started.file)))) == (Work.State.DONE, 5)


def commanded(*words: str) -> int:
    parser = argparse.ArgumentParser()
    cli.add_commands(parser.add_subparsers())
    options = parser.parse_args(["export", "account", *words])
    return int(options.run(options))


def test_the_command_line_writes_a_file_as_somebody(boss: User, tmp_path: Path, capsys: Any) -> None:
    for name in ("a", "b"):
        make("account", name=name)
    path = tmp_path / "accounts.xlsx"
    where = '{"field":"name","op":"eq","value":"b"}'
    assert commanded("--to", str(path), "--where", where, "--columns", "name", "--as", "boss", "--json") == 0
    assert (json.loads(capsys.readouterr().out)["rows"], rows_of(path)) == (1, [["b"]])
    with pytest.raises(Refused, match="csv, xlsx, parquet"):
        commanded("--to", str(tmp_path / "accounts.exe"))
    with pytest.raises(Refused, match=r"no column “owner\.password”"):
        commanded("--to", str(path), "--columns", "owner.password")
