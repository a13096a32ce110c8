"""Leads of a file are written column by column; they come out like those that are composed one by one."""

from __future__ import annotations

import pytest

from kehu.core import changes, clock, imports, registry, search
from kehu.core.models import Batch, Change, Company, ImportRun
from kehu.leads.models import Lead, LeadStageChange, ScoreEntry, ScoringModel, ScoringRule, Touch
from kehu.leads.tests.world import World, day, saved

HEADER = "name,company,phone,email,channel,medium,campaign,region,kind,when,year,key,page"
ROWS = [
    "王小明,和瑞汽車,0912-345-678,a@example.com,website,Site,ixx,taipei,showroom_visit,2010-03-05 10:00,1970,k1,/a",
    "John O'Neil,,+886 912 345 679,B@Example.com,live_events,,ixx,,download,2010-03-02 09:00,,k2,",
    "李四,和瑞汽車,ext. 12,,,Site,,taipei,,2010-12-31 23:59,1981,k3,/b",
    "“Müller” é,,,,,,,,bought_list,,,,",
]
FIELDS = {
    "name": {"column": "name", "required": True},
    "company_name": {"column": "company"},
    "phone": {"column": "phone"},
    "email": {"column": "email"},
    "channel": {"column": "channel", "lookup": "code"},
    "medium": {"column": "medium", "lookup": "name"},
    "campaign": {"column": "campaign", "lookup": "code"},
    "region": {"column": "region", "lookup": "code"},
    "first_kind": {"column": "kind"},
    "captured_at": {"column": "when", "format": "%Y-%m-%d %H:%M"},
    "birth_year": {"column": "year"},
    "external_key": {"column": "key"},
    "landing_page": {"column": "page"},
}


@pytest.fixture(autouse=True)
def in_taiwan(db) -> None:
    Company.objects.update_or_create(pk=1, defaults={"country": "TW", "timezone": "Asia/Taipei"})
    clock.forget()


def load(tmp_path, by, *rows: str, key: str = "", **options) -> ImportRun:
    path = tmp_path / "leads.csv"
    path.write_text("\n".join([HEADER, *rows, ""]), encoding="utf-8")
    kind = registry.get("lead")
    mapping = imports.values.mapping_of({"fields": FIELDS, "key": key}, kind)
    return imports.import_file(kind, path, mapping, by=by, errors_to=path.with_suffix(".errors"), **options)


def second_model(world: World) -> None:
    model = saved(ScoringModel(number=2, name="later", threshold=2, state="in_force", in_force_from=day(30)))
    saved(ScoringRule(scoring_model=model, touch_kind="download", points=4))
    saved(ScoringRule(scoring_model=model, touch_kind="showroom_visit", points=3))


def rows_of(model, *without: str) -> list[dict]:
    names = {"id", "lead_id", "touch_id", "created_at", "updated_at", "number", *without}
    return [
        {name: value for name, value in row.items() if name not in names}
        for row in model.objects.order_by("id").values()
    ]


def everything() -> dict[str, list]:
    return {
        "leads": rows_of(Lead),
        "touches": rows_of(Touch),
        "stages": sorted(rows_of(LeadStageChange), key=str),
        "scores": sorted(rows_of(ScoreEntry), key=str),
        "history": sorted(
            (change.verb, change.object_type, sorted((change.after or {}).keys()))
            for change in Change.objects.filter(batch__verb="import")
        ),
    }


@pytest.mark.parametrize("user", ["marketing", "rep"])
def test_leads_by_column_are_the_same_as_leads_one_by_one(world: World, tmp_path, monkeypatch, user):
    second_model(world)
    by = getattr(world, user)
    kept = registry.get("lead").insert_columns
    results = []
    for hook in (kept, None):
        object.__setattr__(registry.get("lead"), "insert_columns", hook)
        try:
            run = load(tmp_path, by, *ROWS[:3])
        finally:
            object.__setattr__(registry.get("lead"), "insert_columns", kept)
        assert (run.created, run.rejected) == (3, 0)
        results.append(everything())
        for model in (ScoreEntry, LeadStageChange, Touch, Lead):
            model.everything.all().delete()
        Change.objects.filter(batch=run.batch_id).delete()
    assert results[0] == results[1]
    assert {row["phone"] for row in results[0]["leads"]} == {"+886912345678", "+886912345679", "ext. 12"}
    assert len(results[0]["scores"]) == 4  # the second version scores both again


def test_an_imported_lead_is_found_by_name_company_number_phone_and_mail(world: World, tmp_path):
    load(tmp_path, world.marketing, *ROWS[:2])
    lead = Lead.objects.get(name="王小明")
    for text in ("王小明", "wangxiaoming", "和瑞", "王小明 和瑞", lead.number, "0912345678", "a@example"):
        assert [hit.id for hit in search.find(text, user=world.marketing)][:1] == [lead.pk], text


def test_a_lead_without_date_and_kind_gets_those_of_one_that_is_typed_in(world: World, tmp_path):
    assert load(tmp_path, world.marketing, ROWS[3]).created == 1
    lead = Lead.objects.get()
    assert (lead.name, lead.first_kind, lead.external_key) == ("“Müller” é", "bought_list", None)
    assert lead.captured_at == lead.touches.get().at


def test_a_medium_of_another_channel_costs_its_row_only(world: World, tmp_path):
    wrong = ROWS[0].replace("website", "live_events").replace("k1", "k9")
    run = load(tmp_path, world.marketing, ROWS[0], wrong, ROWS[1])
    assert (run.created, run.rejected) == (2, 1)
    assert "does not belong to the channel" in (tmp_path / "leads.errors").read_text(encoding="utf-8-sig")


def test_a_key_that_the_database_refuses_costs_its_row_only(world: World, tmp_path):
    load(tmp_path, world.marketing, ROWS[0])
    run = load(tmp_path, world.marketing, *ROWS[1:], ROWS[0])
    assert (run.created, run.rejected) == (3, 1)


def test_leads_are_matched_by_mail_whatever_its_case_and_by_phone_however_it_is_written(world, tmp_path):
    load(tmp_path, world.marketing, *ROWS)
    again = ROWS[1].replace("B@Example.com", "b@EXAMPLE.COM").replace("O'Neil", "Smith")
    run = load(tmp_path, world.marketing, again, key="email")
    assert (run.created, run.updated) == (0, 1)
    assert Lead.objects.get(external_key="k2").name == "John Smith"
    again = ROWS[0].replace("0912-345-678", "+886-912 345 678").replace("王小明", "王大明")
    new = ROWS[0].replace("0912-345-678", "0912-345-000").replace("k1", "k7")
    run = load(tmp_path, world.marketing, again, new, key="phone")
    assert (run.created, run.updated, run.rejected) == (1, 1, 0)
    assert Lead.objects.get(external_key="k1").name == "王大明"
    assert [hit.title for hit in search.find("王大明", user=world.marketing)] == ["王大明"]


def test_a_key_that_several_records_hold_is_refused(world: World, tmp_path):
    load(tmp_path, world.marketing, ROWS[0], ROWS[0].replace("k1", "k4"))
    run = load(tmp_path, world.marketing, ROWS[0], key="phone")
    assert (run.updated, run.rejected) == (0, 1)
    assert "names more than one" in (tmp_path / "leads.errors").read_text(encoding="utf-8-sig")


def test_many_updates_say_of_each_record_what_changed(world: World, tmp_path):
    rows = [f"N{n},,0912-345-{n:03d},,,,,,,2010-03-05 10:00,,k{n}," for n in range(50)]
    load(tmp_path, world.marketing, *rows)
    run = load(
        tmp_path,
        world.marketing,
        *[row.replace("N", "M", 1) for row in rows[:40]],
        *rows[40:],
        key="external_key",
    )
    assert (run.created, run.updated, run.skipped) == (0, 40, 10)
    found = Change.objects.filter(batch=run.batch_id).order_by("object_id")
    assert [(c.before, c.after) for c in found[:2]] == [
        ({"name": "N0"}, {"name": "M0"}),
        ({"name": "N1"}, {"name": "M1"}),
    ]
    assert len(search.find("M7", user=world.marketing)) == 1 and not search.find("N7", user=world.marketing)
    changes.undo(batch=Batch.objects.get(pk=run.batch_id), by=world.marketing)
    assert Lead.objects.get(external_key="k7").name == "N7"
