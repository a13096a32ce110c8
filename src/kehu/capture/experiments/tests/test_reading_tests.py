"""Files of tests as they are found: repeated people, mistakes, columns nobody named, other languages."""

import pytest

from kehu.core.errors import Refused

LANDING = ["user_id,group,landing_page,won"]
LANDING += [
    f"{number},{('control,old', 'treatment,new')[number % 2]},{number % 3 % 2}" for number in range(40)
]


def reasons(found):
    return {each.reason: each.rows for each in found.dropped}


def test_who_saw_what_the_other_arm_was_to_see_is_left_out(sample):
    found = sample([*LANDING, "90,control,new,1", "91,treatment,old,1"], arm="group")
    assert (found.columns.unit, found.columns.shown) == ("user_id", "landing_page")
    assert reasons(found) == {"mismatch": 2}
    assert (found.rows, found.units) == (42, 40)
    assert "landing_page" in found.evidence["shown"]


def test_columns_that_are_found_can_be_turned_off(sample):
    found = sample(
        [*LANDING, "90,control,new,1", "1,treatment,new,1"], arm="group", shown="none", unit="none"
    )
    assert reasons(found) == {}
    assert found.units == 42


def test_a_person_counts_once_with_any_outcome_and_all_money(sample):
    lines = ["who,arm,won,paid", "x,a,0,5", "x,a,1,7", "x,a,0,5", "y,b,0,", "z,a,1,1", "z,b,1,1"]
    found = sample(lines, unit="who", money="paid")
    assert reasons(found) == {"repeat": 1, "copy": 1, "crossed": 2}
    assert found.units == 2
    assert list(found.outcomes["won"]) == [1, 0]
    assert list(found.money) == [12, 0]


@pytest.mark.parametrize("encoding", ["utf-8-sig", "gb18030", "utf-16"])
def test_chinese_files_are_read(sample, encoding):
    lines = [
        "用户编号,组别,成交",
        *(f"{n},{'对照组' if n % 2 else '新版'},{'是' if n % 5 else '否'}" for n in range(30)),
    ]
    found = sample(lines, arm="组别", outcomes=["成交"], encoding=encoding)
    assert sorted(found.arms) == sorted(["对照组", "新版"])
    assert (found.units, found.columns.unit) == (30, "用户编号")


def test_one_arm_in_two_spellings_is_one(sample):
    found = sample(["arm,won", "Control,1", "control ,0", "ＣＯＮＴＲＯＬ,0", "new,1"])
    assert found.arms == ("Control", "new")


def test_a_column_that_knows_only_yes_says_no_by_an_empty_cell(sample):
    found = sample(["arm,won,seen", "a,1,yes", "a,,no", "b,,", "b,1,no"], outcomes=["won", "seen"])
    assert list(found.outcomes["won"]) == [1, 0, 0, 1]
    assert list(found.outcomes["seen"]) == [1, 0, -1, 0]
    assert "won" in found.evidence


def test_rows_without_arm_or_person_or_with_too_many_cells_are_told(sample):
    lines = ["who,arm,won", "1,a,1", "2,,1", "3,nan,0", ",a,1", "5,b,0", "6,b,1,7,8", "7,b,1"]
    found = sample(lines, unit="who")
    assert reasons(found) == {"arm_missing": 2, "unit_missing": 1, "unreadable": 1}
    assert found.units == 3


@pytest.mark.parametrize(
    "lines, columns, sentence",
    [
        (["arm,won", "a,1", "a,0"], {}, "A test compares at least two arms; “arm” has “a”."),
        (["arm,won", ",1", ",0"], {}, "A test compares at least two arms"),
        (["arm,won", "a,1", "b,0"], {"outcomes": ["bought"]}, "The file has: arm, won."),
        (["arm,won", "a,1", "b,0"], {"arm": "group"}, "The column “group” is missing."),
        (["arm,won", "a,1", "b,0"], {"money": "paid"}, "The column “paid” is missing."),
        (["arm,won", "a,1", "b,0"], {"outcomes": ["arm"]}, "Each column plays one part"),
        (["arm,won", "a,", "b,"], {}, "“won” is empty"),
        (["arm,won", "a,3", "b,many"], {}, "“won” is no outcome: 2 people"),
        (["arm,won", *(f"arm {n},1" for n in range(30))], {}, "at most 20 arms"),
        (["arm,won,paid", 'a,1,"1,234.50"', 'b,0,"1.234,50"'], {"money": "paid"}, "not written in one way"),
        (["arm,won,page", "a,1,x", "b,0,x"], {"shown": "page"}, "“page” does not tell what was shown"),
        (["", "  "], {}, "The file is empty."),
        (['{"a": 1}'], {}, "JSON"),
    ],
)  # fmt: skip
def test_what_is_no_test_is_refused_by_a_sentence(sample, lines, columns, sentence):
    with pytest.raises(Refused) as refused:
        sample(lines, **columns)
    assert sentence in str(refused.value)
