"""The examples on a handful of invented rows in the form of the published files."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.examples.installation import Installation

OLIST = {
    "olist_marketing_qualified_leads_dataset.csv": """mql_id,first_contact_date,landing_page_id,origin
m1,2018-02-01,p1,social
m2,2018-03-05,p1,
m3,2018-03-07,p2,unknown
m4,2018-03-08,p2,social
""",
    "olist_closed_deals_dataset.csv": """mql_id,seller_id,sr_id,won_date,business_segment
m1,s1,r1,2018-02-20 19:58:54,pet
m2,s2,r1,2018-03-01 10:00:00,toys
m9,s9,r2,2018-03-02 10:00:00,toys
""",
    "sellers_won.csv": """seller_id,seller_zip_code_prefix,seller_city,seller_state
s1,13530,itirapina,SP
""",
    "order_items_of_won_sellers.csv": """order_id,order_item_id,seller_id,shipping_limit_date,price,freight_value
o1,1,s1,2018-07-06 14:10:56,53.99,11.4
o1,2,s1,2018-07-06 14:10:56,6.01,11.4
o2,1,s7,2018-07-07 14:10:56,8,11.4
""",
}
MAVEN = {
    "sales_teams.csv": "sales_agent,manager,regional_office\nAda,Zoe,East\nBo,Yan,West\n",
    "products.csv": "product,series,sales_price\nGTX Pro,GTX,4821\n",
    "accounts.csv": """account,sector,employees,office_location,subsidiary_of
Child,technolgy,12,Kenya,Mother
Mother,retail,120,Kenya,
""",
    "sales_pipeline.csv": (
        "opportunity_id,sales_agent,product,account,deal_stage,engage_date,close_date,close_value\n"
        "A,Ada,GTXPro,Child,Won,2016-10-20,2016-10-30,4514\n"
        "B,Bo,GTX Pro,,Lost,2016-10-25,2017-03-11,0\n"
        "C,Bo,GTX Pro,,Prospecting,,,\n"
        "D,Bo,Toaster,Mother,Engaging,2016-11-01,,\n"
        "E,Bo,GTX Pro,Aunt,Engaging,2016-11-01,,\n"
    ),
}


def installation(example: str, files: dict[str, str], folder: Path) -> Installation:
    data = folder / "data"
    data.mkdir()
    for name, text in files.items():
        (data / name).write_text(text, encoding="utf-8")
    return Installation(example, folder / "home", data)


def test_rows_that_name_nobody_are_rejected_and_the_rest_is_linked(tmp_path: Path) -> None:
    olist = installation("olist", OLIST, tmp_path)
    counts = olist.run()
    assert {name: count["rejected"] for name, count in counts.items()} == {
        "leads": 0, "accounts": 0, "sellers": 0, "deals": 0, "links": 1, "orders": 1,
    }  # fmt: skip
    found = olist.by("kehu metric leads sales lead_to_sale --by channel --json")
    # The deal of a lead that is not in the file stays a sale, of no known channel.
    assert found == {"(blank)": [1, 2, 1.0], "social": [2, 1, 0.5], "unknown": [1, 0, 0.0]}
    assert olist.answer("kehu metric revenue active_accounts --json")["rows"] == [[60, 1]]
    assert olist.rows("sales_opportunity", "won_before_contact") == 1


def test_opportunities_of_unknown_products_and_accounts_are_rejected(tmp_path: Path) -> None:
    maven = installation("maven", MAVEN, tmp_path)
    assert maven.run()["deals"] == {
        "read": 5, "created": 3, "updated": 0, "skipped": 0, "rejected": 2, "batch": 5,
    }  # fmt: skip
    (row,) = maven.answer("kehu metric opportunities won lost won_value win_rate sales_cycle --json")["rows"]
    assert row == [3, 1, 1, 4514, pytest.approx(0.5), 10]
    assert maven.rows("customers_account", "parent_id IS NOT NULL AND industry = 'technology'") == 1


def test_a_script_asks_for_its_folder(tmp_path: Path) -> None:
    here = Installation("olist", tmp_path, tmp_path / "nowhere")
    with pytest.raises(AssertionError, match="FOLDER"):
        here.run()
