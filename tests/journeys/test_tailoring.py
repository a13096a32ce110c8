"""An administrator adds a field, a rule, a layout and an object; a representative works with them at once."""

from __future__ import annotations

import re

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
