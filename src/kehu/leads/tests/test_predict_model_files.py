"""Files of models: what was written is read back, and nothing else is taken for a model."""

import json
import pickle

import pytest

from kehu.core.errors import NotFound, Refused
from kehu.leads.predictive import storing
from kehu.leads.predictive.columns import CATEGORY, NUMBER, Column
from kehu.leads.predictive.scorecard import Scorecard

CUTS = (0.9, 0.8, 0.7, 0.6, 0.5, 0.4, 0.3, 0.2, 0.1)
MODEL = Scorecard(
    (
        Column("minutes", NUMBER, edges=(10.0, 60.0)),
        Column("源", CATEGORY, values=("朋友",), labels=("朋友",)),
    ),
    ((0.1, -0.5, 0.0, 0.7), (0.0, -0.2, 1.5)),
    ((0.1, 0.3, 0.3, 0.3), (0.0, 0.5, 0.5)),
    -0.4,
    CUTS,
    {"target": "won"},
)


def test_a_model_that_was_written_is_read_back_as_it_was(tmp_path):
    storing.write(MODEL, tmp_path / "deep" / "m.json")
    assert storing.read(tmp_path / "deep" / "m.json") == MODEL
    assert [path.name for path in (tmp_path / "deep").iterdir()] == ["m.json"]


def test_points_add_up_to_the_probability_and_what_is_unknown_counts_as_average():
    scored = MODEL.score({"minutes": "75", "源": "朋友"})
    assert scored.probability == pytest.approx(1 / (1 + 2.718281828459045**-1.8))
    assert [(reason.column, reason.points) for reason in scored.reasons] == [("源", 1.5), ("minutes", 0.7)]
    assert MODEL.score({}).probability == pytest.approx(1 / (1 + 2.718281828459045**0.4))
    assert MODEL.probabilities({"minutes": ["75", "x"], "源": ["朋友", ""]}, 2)[0] == scored.probability
    assert [MODEL.decile(p) for p in (0.95, 0.85, 0.11, 0.05)] == [1, 2, 9, 10]


def changed(**parts):
    return {**storing.as_data(MODEL), **parts}


def column(**parts):
    first, second = storing.as_data(MODEL)["columns"]
    return changed(columns=[{**first, **parts}, second])


@pytest.mark.parametrize(
    "data",
    [
        [], "model", None, {}, changed(format="other"), changed(base="1"), changed(base=1e300), changed(base=True),
        changed(cuts=[0.5]), changed(cuts=list(reversed(CUTS))), changed(card=[]), changed(columns={}),
        column(points=[0.1]), column(points=[0.1, 0, 0, "x"]), column(edges=[60, 10]), column(kind="code"),
        column(name="源"), column(name=3), column(shares=[2, 0, 0, 0]), column(values=[{}]),
    ],
)  # fmt: skip
def test_data_that_are_no_model_are_refused(tmp_path, data):
    path = tmp_path / "m.json"
    path.write_text(json.dumps(data), encoding="utf-8")
    with pytest.raises(Refused, match="is not a model"):
        storing.read(path)


@pytest.mark.parametrize(
    "content",
    [
        b"",
        b"\xff\xfe",
        b"[" * 100_000,
        b'{"base": NaN}',
        b'{"base": ' + b"9" * 5000 + b"}",
        pickle.dumps(MODEL),
    ],
)
def test_files_that_are_no_model_are_refused(tmp_path, content):
    path = tmp_path / "m.json"
    path.write_bytes(content)
    with pytest.raises(Refused, match="is not a model"):
        storing.read(path)


def test_a_file_that_is_missing_or_too_large_is_refused(tmp_path, monkeypatch):
    with pytest.raises(NotFound, match="Train one first"):
        storing.read(tmp_path / "none.json")
    storing.write(MODEL, tmp_path / "m.json")
    monkeypatch.setattr(storing, "MOST_BYTES", 10)
    with pytest.raises(Refused, match="too large"):
        storing.read(tmp_path / "m.json")
