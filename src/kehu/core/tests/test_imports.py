"""Files of rows into records: mapped, matched by key, undone as one."""

from __future__ import annotations

from decimal import Decimal

import pytest

from kehu.core import changes, registry
from kehu.core.access import roles
from kehu.core.errors import Forbidden, Refused
from kehu.core.models import Batch, Change, ImportRun, User
from kehu.core.tests.company import person
from kehu.core.tests.files import HEADER, SPEND, counts, load, market, problems, spend

pytestmark = pytest.mark.django_db


@pytest.fixture
def by() -> User:
    market()
    return person("admin")


@pytest.fixture
def file(tmp_path):
    return tmp_path / "spend.csv"


def write(file, *rows: str) -> None:
    file.write_text("\n".join([HEADER, *rows, ""]), encoding="utf-8")


def test_rows_become_records_with_history(by, file):
    write(file, "a,ixx,web,2010-08-31,1234.5,first", 'b,ixx,web,2010-09-01,"1,000",')
    run = load(file, by)
    assert counts(run) == (2, 2, 0, 0, 0)
    assert {line.external_key: line.amount for line in spend().model.objects.all()} == {
        "a": Decimal("1234.5"), "b": Decimal(1000)
    }  # fmt: skip
    change = Change.objects.filter(object_type="spend_line").first()
    assert (change.verb, change.actor, change.batch) == ("import", by, run.batch)
    assert run.batch.state == Batch.State.RUNNING  # as it was handed out
    assert Batch.objects.get(pk=run.batch_id).state == Batch.State.DONE


def test_a_second_import_updates_what_differs_and_skips_the_rest(by, file):
    write(file, "a,ixx,web,2010-08-31,1,", "b,ixx,web,2010-08-31,2,")
    load(file, by)
    write(file, "a,ixx,web,2010-08-31,1,", "b,ixx,web,2010-08-31,3,", "c,ixx,web,2010-08-31,4,")
    assert counts(load(file, by)) == (3, 1, 1, 1, 0)


def test_a_trial_writes_nothing_and_says_what_would_be(by, file):
    write(file, "a,ixx,web,2010-08-31,1,", "b,nothing,web,2010-08-31,2,")
    assert counts(load(file, by, dry_run=True)) == (2, 1, 0, 0, 1)
    assert spend().model.objects.count() == 0
    assert ImportRun.objects.count() == Batch.objects.count() == 0


def test_an_import_is_undone_as_one(by, file):
    write(file, "a,ixx,web,2010-08-31,1,")
    load(file, by)
    write(file, "a,ixx,web,2010-08-31,5,", "b,ixx,web,2010-08-31,2,")
    run = load(file, by)
    changes.undo(batch=Batch.objects.get(pk=run.batch_id), by=by)
    assert {line.external_key: line.amount for line in spend().model.objects.all()} == {"a": Decimal(1)}


def test_names_that_are_missing_are_made_where_the_mapping_says_so(by, file):
    mapping = {**SPEND, "fields": {**SPEND["fields"], "channel": {"column": "channel", "create": True}}}
    write(file, "a,ixx,radio,2010-08-31,1,", "b,ixx,radio,2010-08-31,1,")
    run = load(file, by, mapping=mapping)
    radio = registry.get("channel").model.objects.get(code="radio")
    assert Change.objects.get(object_type="channel", object_id=radio.pk).batch_id == run.batch_id
    changes.undo(batch=Batch.objects.get(pk=run.batch_id), by=by)
    assert not registry.get("channel").model.objects.filter(code="radio").exists()


def test_who_may_not_add_may_not_import(by, file):
    write(file, "a,ixx,web,2010-08-31,1,")
    with pytest.raises(Forbidden):
        load(file, person("rep", roles.SALES_REP))


def test_a_row_may_name_only_what_its_reader_may_see_and_change(file):
    """The key of another's account is not matched, and what is pointed at must be visible."""
    rep, other = person("rep", roles.SALES_REP), person("other", roles.SALES_REP)
    account = registry.get("account").model(name="Secret", owner=other, external_key="x")
    changes.save(account, by=other)
    file.write_text("name,account\nC,Secret\n", encoding="utf-8")
    fields = {"name": {"column": "name"}, "account": {"column": "account", "lookup": "name"}}
    run = load(file, rep, kind="contact", mapping={"fields": fields})
    assert counts(run)[1] == 0
    assert "there is no Account “Secret”" in problems(file)[0][1]
    file.write_text("key,name\nx,Mine\n", encoding="utf-8")
    fields = {"external_key": {"column": "key"}, "name": {"column": "name"}}
    load(file, rep, kind="account", mapping={"fields": fields, "key": "external_key"})
    account.refresh_from_db()
    assert account.name == "Secret"


@pytest.mark.parametrize(
    ("mapping", "sentence"),
    [
        ({}, "names no fields"),
        ({"fields": {"salary": {"column": "x"}}}, "has no field “salary”"),
        ({"fields": {"note": {"colum": "x"}}}, "does not know colum"),
        ({**SPEND, "key": "day_of"}, "is not among the fields"),
    ],
)
def test_a_wrong_mapping_is_named(by, file, mapping, sentence):
    write(file, "a,ixx,web,2010-08-31,1,")
    with pytest.raises(Refused, match=sentence):
        load(file, by, mapping=mapping)
