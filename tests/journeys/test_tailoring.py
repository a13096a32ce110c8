"""An administrator adds a field, a rule, a layout and an object; a representative works with them at once."""

from __future__ import annotations

import json
import re
from pathlib import Path
from urllib.parse import quote

import pytest
from playwright.sync_api import Page, expect

from tests.journeys.site import Site
from tests.journeys.visitor import Visit

pytestmark = pytest.mark.journey
ROWS = "table[data-rows] tbody tr"
LABELS = {
    "en": ("Tone", "Warm", "Cool"),
    "zh-hans": ("色调", "暖色", "冷色"),
    "zh-hant": ("色調", "暖調", "冷調"),
}


def saved(page: Page, address: str) -> None:
    page.locator("#form .k-form-foot .btn-primary").click()
    expect(page).to_have_url(re.compile(address))


def add_choice(page: Page, code: str) -> None:
    """The inputs of a choice come with the kind, those of other kinds stay away."""
    expect(page.locator("[name=formula]")).to_be_hidden()
    page.locator("[name=kind]").select_option("choice")
    expect(page.locator("[name=choices]")).to_be_visible()
    page.locator("[name=code]").fill(code)
    for language, (tone, _warm, _cool) in LABELS.items():
        page.locator(f"[name=label_{language.replace('-', '_')}]").fill(tone)
    lines = [
        " | ".join((one, *(LABELS[language][at] for language in LABELS)))
        for at, one in ((1, "warm"), (2, "cool"))
    ]
    page.locator("[name=choices]").fill("\n".join(lines))
    saved(page, r"/o/custom_field/\d+$")


@pytest.mark.parametrize("language", LABELS)
def test_a_field_is_there_for_the_representative_at_once(
    workplace: Site, visit: Visit, language: str
) -> None:
    tone, warm, _cool = LABELS[language]
    code = f"tone_{language.replace('-', '_')}"
    boss = visit(workplace, "admin", language)
    page = boss.go("/setup/fields")
    page.locator("tr", has=page.locator("a[href='/setup/layouts/lead/form']")).locator("a.btn").first.click()
    add_choice(page, code)

    rep = visit(workplace, "rep1", language)
    page = rep.go("/o/lead/new")
    page.locator("[name=name]").fill(f"Journey {language}")
    page.locator(f"[name='custom.{code}']").select_option(label=warm)
    saved(page, r"/o/lead/\d+$")
    expect(page.locator("#record")).to_contain_text(warm)
    page = rep.go(f"/o/lead?custom.{code}=warm&sort=custom.{code}")
    expect(page.locator(ROWS)).to_have_count(1)
    expect(page.locator(ROWS)).to_contain_text(warm)
    expect(page.locator("thead")).to_contain_text(tone)
    page = rep.go(f"/o/lead?custom.{code}=cool")
    expect(page.locator(ROWS)).to_have_count(0)


def test_an_object_made_by_an_administrator_takes_records(workplace: Site, visit: Visit) -> None:
    boss = visit(workplace, "admin")
    page = boss.go("/setup/fields")
    page.locator("a[href='/o/custom_object/new']").click()
    page.locator("[name=key]").fill("x_visit")
    page.locator("[name=label_en]").fill("Visit")
    page.locator("[name=plural_en]").fill("Visits")
    page.locator("[name=adders][value=sales_rep]").check()
    page.locator("[name=changers][value=sales_rep]").check()
    saved(page, r"/o/custom_object/\d+$")

    page = visit(workplace, "rep1").go("/")
    page.locator("nav#nav a[href='/o/x_visit']").click()
    expect(page.locator("h1")).to_have_text("Visits")
    page.locator("a[href='/o/x_visit/new']").first.click()
    page.locator("[name=title]").fill("Fair in Taipei")
    saved(page, r"/o/x_visit/\d+$")
    page.locator("input[name=q]").first.fill("fair")
    page.keyboard.press("Enter")
    expect(page.locator(".k-hits a").first).to_contain_text("Fair in Taipei")


def test_a_rule_shows_and_asks_for_a_field_while_one_types(workplace: Site, visit: Visit) -> None:
    boss = visit(workplace, "admin")
    for effect in ("required", "visible"):
        page = boss.go("/o/field_rule/new?object_type=lead")
        page.locator("[name=path]").select_option(label="Company")
        page.locator("[name=effect]").select_option(effect)
        # What the field can hold comes when it is chosen; what was chosen before stays.
        page.locator("[name=when]").select_option("kind")
        page.locator("select[name=value]").select_option("company")
        expect(page.locator("[name=path]")).to_have_value("company_name")
        expect(page.locator("[name=effect]")).to_have_value(effect)
        saved(page, r"/o/field_rule/\d+$")
        expect(page.locator("h1")).to_contain_text("Company")
    rep = visit(workplace, "rep2")
    rep.expects(422)
    page = rep.go("/o/lead/new")
    expect(page.locator("[name=company_name]")).to_be_hidden()
    page.locator("[name=kind]").select_option("company")
    expect(page.locator("[name=company_name]")).to_be_visible()
    page.locator("[name=name]").fill("Journey rule")
    page.locator("#form .k-form-foot .btn-primary").click()
    expect(page.locator("[data-invalid] [name=company_name]")).to_have_count(1)
    page.locator("[name=company_name]").fill("Hsin")
    saved(page, r"/o/lead/\d+$")


def test_a_layout_is_arranged_by_dragging_and_by_keyboard(workplace: Site, visit: Visit) -> None:
    boss = visit(workplace, "admin")
    page = boss.go("/setup/layouts/account/list?role=sales_rep")
    names = page.locator(".k-arrange-field [data-label]")
    before = names.all_inner_texts()
    page.locator(".k-arrange-field").nth(3).drag_to(page.locator(".k-arrange-field").nth(1))
    page.locator("button[name=up]").nth(4).focus()
    page.keyboard.press("Enter")
    expect(page.locator("[data-said]")).to_contain_text(before[4])
    after = names.all_inner_texts()
    assert sorted(after) == sorted(before) and after != before
    page.locator("button[name=save]").click()
    expect(page.locator("kehu-toast").first).to_be_visible()
    page = visit(workplace, "rep1").go("/o/account")
    heads = page.locator("thead th").all_inner_texts()
    assert [text for text in heads if text in after] == after


FIELDS = (
    ("purpose", "text", {}),
    ("minutes_taken", "long_text", {}),
    ("hours", "number", {}),
    ("cost", "money", {}),
    ("held", "date", {}),
    ("useful", "yesno", {}),
    ("state", "choice", {"choices": "open | Open\ndone | Done"}),
    ("topics", "choices", {"choices": "price\nservice"}),
    ("client", "reference", {"target": "account"}),
    ("rate", "formula", {"formula": "custom.cost / custom.hours"}),
)


def add_field(page: Page, object_type: str, code: str, kind: str, more: dict[str, str]) -> None:
    page.goto(f"/o/custom_field/new?object_type={object_type}")
    page.locator("[name=kind]").select_option(kind)
    page.locator("[name=code]").fill(code)
    page.locator("[name=label_en]").fill(code.replace("_", " ").title())
    for name, value in more.items():
        control = page.locator(f"[name={name}]")
        if control.evaluate("control => control.tagName") == "SELECT":
            control.select_option(value)
        else:
            control.fill(value)
    if code in {"client", "rate"}:
        page.locator("[name=indexed]").check()
    if kind == "formula":
        page.locator("[name=result]").select_option("money")
    saved(page, r"/o/custom_field/\d+$")


def add_meeting(page: Page, title: str, hours: str, state: str, client: str) -> None:
    page.goto("/o/x_meeting/new")
    for name, value in {
        "title": title,
        "custom.hours": hours,
        "custom.cost": "1000",
        "custom.held": "2010-06-01",
    }.items():
        page.locator(f"[name='{name}']").fill(value)
    page.locator("[name='custom.state']").select_option(state)
    page.locator("[name='custom.topics'][value=price]").check()
    box = page.locator("kehu-lookup", has=page.locator("[name='custom.client']")).locator(
        "input[role=combobox]"
    )
    box.fill(client)
    expect(page.locator("kehu-lookup [role=option]").first).to_be_visible()
    box.press("ArrowDown")
    box.press("Enter")
    saved(page, r"/o/x_meeting/\d+$")


def titles(page: Page, query: str) -> list[str]:
    page.goto(f"/o/x_meeting?{query}")
    return page.locator(f"{ROWS} th").all_inner_texts()


def make_meetings(page: Page) -> None:
    """The object, a field of each kind, and what its records sum up to on their accounts."""
    page.goto("/o/custom_object/new")
    page.locator("[name=key]").fill("x_meeting")
    page.locator("[name=label_en]").fill("Meeting")
    page.locator("[name=plural_en]").fill("Meetings")
    saved(page, r"/o/custom_object/\d+$")
    for code, kind, more in FIELDS:
        add_field(page, "x_meeting", code, kind, more)
    expect(page.locator("#record")).to_contain_text("lists are sorted by it")
    rolled = {"related": "x_meeting.custom.client", "function": "sum", "summed": "custom.cost"}
    add_field(page, "account", "meetings", "roll_up", rolled)
    expect(page.locator("#record")).to_contain_text("Lists cannot be sorted by it")


def bring_and_fetch(page: Page, file: Path) -> None:
    """A record by a file; then all of them by the API and as a file."""
    file.write_text("Name,Hours,Cost,State\nZebra import,5,50,Open\n", encoding="utf-8")
    page.goto("/o/x_meeting/import")
    page.locator("#id_file").set_input_files(file)
    page.locator("main form .btn-primary").click()
    page.wait_for_url("**/imports/files/*")
    page.locator("#mapping .btn-primary").click()
    page.locator("form[action$=begin] button").click()
    expect(page.locator("a[href*='batch=']")).to_be_visible()
    told = page.request.get(
        "/api/x_meeting?custom.rate-to=10&fields=title,custom.rate,custom.client.name"
    ).json()
    assert [(row["title"], row["custom.rate"]) for row in told["items"]] == [("Zebra import", "10")]
    written = page.request.get("/o/x_meeting/export.csv").text()
    assert "Zebra import" in written and "Rate" in written


def test_an_own_object_does_what_any_object_does(workplace: Site, visit: Visit, tmp_path: Path) -> None:
    """Made without code, with a field of each kind: list, filter, order, groups, board, import, export, API, search,
    timeline, bin, merge; a roll-up on the account that its records point at."""
    page = visit(workplace, "admin").go("/")
    make_meetings(page)
    page.goto("/o/account")
    client = page.locator(f"{ROWS} th").first.inner_text()

    add_meeting(page, "Zebra fair", "2", "open", client)
    expect(page.locator("#record")).to_contain_text("500")
    add_meeting(page, "Zebra call", "4", "done", client)
    expect(page.locator("#record")).to_contain_text(client)
    assert titles(page, "custom.rate-from=300") == ["Zebra fair"]
    assert titles(page, "sort=custom.rate") == ["Zebra call", "Zebra fair"]
    assert titles(
        page, f"where={quote(json.dumps({'field': 'custom.client.name', 'op': 'eq', 'value': client}))}"
    )
    page.goto("/o/account?custom.meetings-from=2000")
    expect(page.locator(f"{ROWS} th")).to_have_text([client])

    page.goto("/o/x_meeting?group=custom.state")
    expect(page.locator(".k-groups tfoot")).to_contain_text("2,000")
    page.goto("/o/x_meeting/board")
    expect(page.locator(".k-board-column")).to_have_count(3)
    page.locator(
        ".k-board-column[data-key=open] .k-board-card summary, .k-board-column[data-key=open] button"
    ).first.click()
    page.locator(".k-board-column[data-key=open] button[name=to][value=done]").click()
    expect(page.locator(".k-board-column[data-key=done]")).to_contain_text("Zebra fair")

    bring_and_fetch(page, tmp_path / "meetings.csv")

    page.goto("/search?q=zebra")
    expect(page.locator(".k-hits a")).to_have_count(3)
    page.goto("/o/x_meeting")
    ids = [row.get_attribute("data-id") for row in page.locator(ROWS).all()]
    page.goto(f"/o/x_meeting/merge?ids={ids[1]},{ids[2]}")
    page.locator(".k-merge .btn-primary").click()
    page.wait_for_url(re.compile(r"/o/x_meeting/\d+$"))
    page.goto("/o/x_meeting")
    expect(page.locator(ROWS)).to_have_count(2)
    page.goto("/bin?kind=x_meeting")
    expect(page.locator("main")).to_contain_text("Zebra")
