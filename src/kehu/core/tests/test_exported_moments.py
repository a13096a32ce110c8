"""Moments that are read by the column are what each is by itself."""

from __future__ import annotations

from zoneinfo import ZoneInfo

import pyarrow.parquet as parquet
import pytest

from kehu.core.exports.columns import as_moments, shown_in
from kehu.kit.tables.sinks import Column, local, sink


@pytest.mark.parametrize("zone", ["Asia/Shanghai", "UTC", "America/New_York"])
def test_columns_of_moments_say_what_each_moment_says(zone):
    texts = [
        None, "2010-01-05 01:00:00", "2010-01-05 01:00:59", "1900-01-01 00:00:07", "1890-06-01 12:00:00.123456",
        "9999-12-31 23:59:59", "0001-01-01 00:00:00",
    ]  # fmt: skip
    here = [None if at is None else local(at, ZoneInfo(zone)) for at in as_moments(texts)]
    shown = shown_in(ZoneInfo(zone))
    expected = [None if at is None else at.isoformat(" ", "seconds") for at in here]
    assert shown(texts) == shown(texts) == expected


def test_parquet_reads_moments_from_texts_as_from_moments(tmp_path):
    texts = ["2010-01-05 01:00:00", None, "2010-01-05 01:00:00.123456", "1890-06-01 12:00:00"]
    odd = ["2010-01-05 01:00:00+08:00", None, "2010-01-05", "9999-12-31 23:59:59"]
    for number, given in enumerate((texts, odd)):
        found = []
        for name, values in (("texts", given), ("moments", as_moments(given))):
            path = tmp_path / f"{name}{number}.parquet"
            file = sink(path, [Column("at", "time")], format="parquet", zone=ZoneInfo("Asia/Taipei"))
            file.write([values])
            file.close()
            found.append(parquet.read_table(path))
        assert found[0].equals(found[1])
        assert found[0].schema == found[1].schema
