"""Commands that are given nonsense answer with a sentence, never with a traceback."""

from __future__ import annotations

import json
import os
from pathlib import Path

import pytest

from kehu.config.cli import main
from kehu.core.models import ImportRun
from kehu.core.tests.company import make, person

pytestmark = pytest.mark.django_db
NAME = os.fsdecode("客户.csv".encode("gb18030"))


@pytest.fixture(autouse=True)
def admin() -> None:
    person("admin")


def told(capsys: pytest.CaptureFixture[str], *arguments: str) -> tuple[int, str, str]:
    code = main(list(arguments))
    out = capsys.readouterr()
    return code, out.out, out.err


@pytest.mark.parametrize("limit", ["0", "-1", "x", "1001", "9" * 30, "²"])
def test_a_search_finds_from_one_to_a_thousand(capsys, limit):
    with pytest.raises(SystemExit):
        main(["search", "a", "--limit", limit])
    assert "a number from 1 to 1000" in capsys.readouterr().err


def test_a_user_who_is_written_in_another_encoding_is_not_there(capsys):
    code, _out, problem = told(capsys, "search", "a", "--as", "\udcff", "--json")
    assert (code, problem) == (2, "kehu: There is no user called “?”.\n")


def test_a_file_whose_name_is_not_utf_8_is_imported(capsys, tmp_path: Path):
    file, mapping = tmp_path / NAME, tmp_path / "map.toml"
    file.write_text("code,name\nn,North\n", encoding="utf-8")
    mapping.write_text('[fields.code]\ncolumn = "code"\n[fields.name]\ncolumn = "name"\n')
    assert told(capsys, "import", "region", str(file), "--propose")[0] == 0
    code, out, problem = told(capsys, "import", "region", str(file), "--map", str(mapping), "--json")
    assert code == 0, problem
    assert json.loads(out)["created"] == 1
    assert ImportRun.objects.get().file_name.endswith(".csv")


def test_a_file_of_very_many_columns_is_looked_at_in_no_time(capsys, tmp_path, django_assert_max_num_queries):
    file = tmp_path / "wide.csv"
    file.write_text("\n".join((",".join(f"c{number}" for number in range(3000)), ",".join("1" * 3000), "")))
    with django_assert_max_num_queries(60):
        assert told(capsys, "import", "contact", str(file), "--propose")[0] == 0


def test_a_file_without_anything_to_compare_is_refused_by_what_there_is(capsys, tmp_path):
    make("contact", name="Ann")
    file = tmp_path / "letters.csv"
    file.write_text("name,email\n" + "a,b,c,d,e\n" * 50)
    code, _out, problem = told(capsys, "duplicates", "scan", "contact", "--file", str(file), "--json")
    assert code == 2
    assert "No column of the file can be compared. Name one: --columns FIELD=COLUMN." in problem
