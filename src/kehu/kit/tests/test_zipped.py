"""A table in a zip archive: found, unpacked within bounds, or refused by a sentence."""

import zipfile

import pytest

from kehu.kit.tables import TableError, open_table, write_xlsx
from kehu.kit.tables.zipped import unzipped


@pytest.fixture
def archive(tmp_path):
    def packed(**files):
        path = tmp_path / "data.zip"
        with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as target:
            for name, text in files.items():
                target.writestr(name, text)
        return path

    return packed


def test_the_one_file_is_read_whatever_lies_beside_it(archive):
    path = archive(**{"data.csv": "a,b\n1,2\n", "__MACOSX/._data.csv": "x", ".DS_Store": "x"})
    with unzipped(path) as plain:
        assert [row.cells for row in open_table(plain)] == [["1", "2"]]
        folder = plain.parent
    assert not folder.exists()


def test_a_name_that_leads_elsewhere_stays_in_the_folder(archive, tmp_path):
    with unzipped(archive(**{"../../../away.csv": "a\nx\n"})) as plain:
        assert plain.name == "away.csv"
        assert "kehu-zip-" in plain.parent.name
    assert not (tmp_path.parent / "away.csv").exists()


def test_spreadsheets_and_plain_files_are_left_as_they_are(tmp_path):
    book, text = tmp_path / "book.xlsx", tmp_path / "text.csv"
    write_xlsx(book, ["a"], [["1"]])
    text.write_text("a\n1\n")
    for path in (book, text, tmp_path / "absent"):
        with unzipped(path) as plain:
            assert plain == path


@pytest.mark.parametrize(
    "files, sentence",
    [
        ({"a.csv": "x", "b.csv": "y"}, "several files (a.csv, b.csv)"),
        ({"__MACOSX/._a": "x"}, "holds no file"),
        ({"a.csv": "0" * 3000}, "too large"),
    ],
)
def test_what_is_no_single_table_is_refused(archive, files, sentence):
    with pytest.raises(TableError) as refused, unzipped(archive(**files), limit=2000):
        pass
    assert sentence in str(refused.value)


def test_a_damaged_archive_is_refused(archive):
    path = archive(**{"a.csv": "\n".join(str(number**3) for number in range(2000))})
    data = bytearray(path.read_bytes())
    data[2000:2010] = b"\xff" * 10
    path.write_bytes(data)
    with pytest.raises(TableError, match="damaged"), unzipped(path):
        pass
