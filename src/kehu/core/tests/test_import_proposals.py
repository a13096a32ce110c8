"""What is proposed for a file: by the names of its columns, by what they hold, with the reasons."""

from __future__ import annotations

import argparse
import json
import tomllib
from pathlib import Path
from typing import Any

import pytest

from kehu.core import imports, registry
from kehu.core.access import roles
from kehu.core.cli import add_commands
from kehu.core.imports import proposals, words
from kehu.core.models import User
from kehu.core.tests.company import make, person
from kehu.core.tests.files import counts
from kehu.kit.tests.real_data import real_files

pytestmark = pytest.mark.django_db


@pytest.fixture
def by() -> User:
    return person("admin")


def proposed(folder: Path, kind: str, text: str, by: User, encoding: str = "utf-8") -> proposals.Proposal:
    path = folder / "file.csv"
    path.write_text(text, encoding=encoding)
    return imports.propose(registry.get(kind), imports.opened(path), by)


def columns(proposal: proposals.Proposal) -> dict[str, Any]:
    return {
        name: item.source.get("column") or item.source.get("columns")
        for name, item in proposal.fields.items()
    }


@pytest.mark.parametrize(
    ("header", "fields"),
    [
        ("Name,Phone,E-mail,Company", {"name", "phone", "email", "company_name"}),
        ("姓名,手机号,邮箱,公司名称", {"name", "phone", "email", "company_name"}),
        ("姓名,行動電話,電子郵件,公司名稱", {"name", "phone", "email", "company_name"}),
        ("name,phone,email,external_key", {"name", "phone", "email", "external_key"}),
        ("Full Name,Lead Source,Notes nobody has", {"name", "channel"}),
    ],
)
def test_columns_are_known_by_their_names_in_three_languages(tmp_path, by, header, fields):
    assert set(proposed(tmp_path, "lead", f"{header}\n", by).fields) == fields


def test_columns_without_a_telling_name_are_known_by_what_they_hold(tmp_path, by):
    rows = "\n".join(f"Ann {n},who{n}@example.com,+88691234567{n},qqq" for n in range(9))
    proposal = proposed(tmp_path, "lead", f"Name,x,y,z\n{rows}\n", by)
    assert columns(proposal) == {"name": "Name", "email": "x", "phone": "y"}
    assert proposal.fields["email"].why == "It holds e-mail addresses."
    assert proposal.unused == ["z"]


def test_the_order_of_dates_and_the_decimal_sign_are_proved_by_a_value(tmp_path, by):
    text = "Campaign;Day;Amount\nixx;5/6/2010;1.234,50\nixx;31/8/2010;7\n"
    fields = proposed(tmp_path, "spend_line", text, by).fields
    assert fields["day"].source["format"] == "dmy"
    assert fields["day"].format_why == "“31/8/2010” can only be day, month, year."
    assert fields["amount"].source["format"] == "comma"
    assert "1.234,50" in fields["amount"].format_why
    unclear = proposed(tmp_path, "spend_line", "Day;Amount\n5/6/2010;1\n", by).fields["day"]
    assert "format" not in unclear.source
    assert "may begin with the day or with the month" in unclear.format_why


def test_names_are_put_together_as_their_language_does(tmp_path, by):
    name = proposed(tmp_path, "contact", "First Name,Last Name\nAnn,Lee\n", by).fields["name"].source
    assert name == {"columns": ["First Name", "Last Name"], "join": " "}
    name = proposed(tmp_path, "contact", "名,姓\n小明,王\n", by).fields["name"].source
    assert name == {"columns": ["姓", "名"], "join": ""}


def test_records_are_looked_up_by_what_the_file_calls_them(tmp_path, by):
    make("channel", code="web", name="Website")
    text = "Name,Channel\nAnn,{}\n"
    assert proposed(tmp_path, "lead", text.format("Website"), by).fields["channel"].source["lookup"] == "name"
    assert proposed(tmp_path, "lead", text.format("web"), by).fields["channel"].source["lookup"] == "code"


def test_a_key_is_proposed_only_where_every_row_has_its_own(tmp_path, by):
    assert proposed(tmp_path, "lead", "Name,E-mail\nA,a@x.test\nB,b@x.test\n", by).key == "email"
    assert proposed(tmp_path, "lead", "Name,E-mail\nA,a@x.test\nB,A@x.test\n", by).key == ""
    assert proposed(tmp_path, "lead", "Name,E-mail\nA,a@x.test\nB,\n", by).key == ""


def test_what_the_role_may_not_fill_is_not_proposed(tmp_path, by):
    text = "Name,Phone,E-mail\nA,0912345678,a@x.test\n"
    assert "email" in proposed(tmp_path, "contact", text, by).fields
    analyst = person("analyst", roles.ANALYST)  # sees addresses and numbers covered
    assert set(proposed(tmp_path, "contact", text, analyst).fields) == {"name"}


def test_the_columns_of_an_error_file_are_no_columns_of_the_file(tmp_path, by):
    proposal = proposed(tmp_path, "lead", "Name,row,problem\nA,2,wrong\n", by)
    assert columns(proposal) == {"name": "Name"}
    assert proposal.unused == []


@pytest.mark.parametrize(
    ("file", "kind", "layout", "some"),
    [
        ("hubspot_contacts.csv", "contact", "HubSpot", {"email": "Email", "external_key": "Record ID"}),
        (
            "hubspot_deals.csv",
            "opportunity",
            "HubSpot",
            {"title": "Deal Name", "expected_close_on": "Close Date"},
        ),
        (
            "salesforce_contacts_header.csv",
            "contact",
            "Salesforce",
            {"title": "Title", "account": "Account Name"},
        ),
        (
            "outlook_contacts_header.csv",
            "contact",
            "Outlook",
            {"email": "E-mail Address", "title": "Job Title"},
        ),
        ("google_contacts_2024_header.csv", "contact", "Google Contacts", {"email": "E-mail 1 - Value"}),
        ("google_contacts_legacy_header.csv", "contact", "Google Contacts", {"phone": "Phone 1 - Value"}),
        (
            "meta_ads_report.csv",
            "spend_line",
            "Meta",
            {"day": "Reporting starts", "amount": "Amount spent (INR)"},
        ),
    ],
)
def test_published_exports_are_known(by, file, kind, layout, some):
    found = real_files("19_import_standards", "crm_exports", file)
    if not found:
        pytest.skip("The published exports are not there: set KEHU_REAL_DATA to read them.")
    proposal = imports.propose(registry.get(kind), imports.opened(found[0]), by)
    assert proposal.layout == layout
    assert some.items() <= columns(proposal).items()


@pytest.mark.parametrize(
    ("header", "layout"),
    [
        ("id,created_time,ad_id,adset_id,form_id,is_organic,platform,full_name,email", "Meta"),
        ("Lead Type,Form Name,Campaign Name,First Name,Last Name,Email Address", "LinkedIn"),
        ("Campaign,Clicks,Impr.,Cost,Currency code", "Google Ads"),
        ("Email Address,First Name,Last Name,MEMBER_RATING,OPTIN_TIME,LEID,EUID", "Mailchimp"),
        ("Name,Phone,Email", ""),
    ],
)
def test_exports_of_advertising_and_mail_are_known(header, layout):
    found = words.layout_of(header.split(","))
    assert (found.label if found else "") == layout


def test_the_printed_mapping_is_one_that_an_import_takes(tmp_path, by, capsys):
    make("channel", code="web", name="Web")
    path = tmp_path / "leads.xls"
    text = 'Exported by someone\n\nName;手機;"E ""1""";Channel;First contact\n'
    rows = "".join(f"王小明{n};091234567{n};who{n}@x.test;Web;31/8/2010\n" for n in range(5))
    path.write_bytes((text + rows).encode("gb18030"))
    parse = argparse.ArgumentParser()
    add_commands(parse.add_subparsers())

    def run(*options: str) -> str:
        given = parse.parse_args(["import", "lead", str(path), *options])
        assert given.run(given) == 0
        return capsys.readouterr().out

    told = json.loads(run("--propose", "--json"))
    assert told["file"]["encoding"]["value"] == "gb18030"
    assert told["file"]["header_row"]["value"] == 3
    assert told["file"]["header_row"]["evidence"]
    printed = run("--propose")
    assert tomllib.loads(printed) == told["mapping"]
    mapping = tmp_path / "map.toml"
    mapping.write_text(printed, encoding="utf-8")
    read = imports.import_file(
        registry.get("lead"), path, imports.read_mapping(mapping, registry.get("lead")), by=by
    )
    assert counts(read) == (5, 5, 0, 0, 0)
