"""`poise plot`: every kind of file, and what is said where a picture cannot be made."""

import importlib.util
import json
from pathlib import Path

import altair as alt
import pytest
from hypothesis import given
from hypothesis import strategies as st
from measurement.questionnaires import tell, tell_all
from typer.testing import CliRunner, Result

from poise.cli.charts import shorten
from poise.cli.commands import app
from poise.cli.plotting import save_chart
from poise.measurement.tabular.tables import BadTableError

BEGINNINGS = {".png": b"\x89PNG", ".svg": b"<svg", ".html": b"<!DOCTYPE html>", ".json": b"{"}


def make_chart() -> alt.Chart:
    values = alt.InlineData(values=[{"x": 0, "y": 1}, {"x": 1, "y": 3}])
    chart: alt.Chart = alt.Chart(values).mark_line().encode(x="x:Q", y="y:Q")
    return chart


@pytest.mark.parametrize("ending", BEGINNINGS)
def test_a_chart_is_written_by_the_ending_of_its_name(tmp_path: Path, ending: str) -> None:
    save_chart(make_chart(), tmp_path / f"chart{ending}")
    written = (tmp_path / f"chart{ending}").read_bytes()
    assert written.lstrip().startswith(BEGINNINGS[ending])
    if ending == ".html":
        assert b'src="http' not in written, "a page must not need the network"
    if ending == ".json":
        assert json.loads(written)["mark"]["type"] == "line"


def test_what_cannot_be_written_is_said_in_one_sentence(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    with pytest.raises(BadTableError, match=r"chart\.gif: expected a name that ends in one of \.svg, \.png"):
        save_chart(make_chart(), tmp_path / "chart.gif")
    with pytest.raises(BadTableError, match=r"chart\.svg: cannot be written \(No such file"):
        save_chart(make_chart(), tmp_path / "nowhere" / "chart.svg")
    monkeypatch.setattr(importlib.util, "find_spec", lambda _: None)
    with pytest.raises(BadTableError, match=r"pip install 'poise\[plot\]' \(missing: altair, vl_convert\)"):
        save_chart(make_chart(), tmp_path / "chart.svg")


@given(names=st.lists(st.text("abcdefghij ", min_size=1, max_size=60), unique=True, max_size=30))
def test_short_labels_fit_and_differ_where_names_do(names: list[str]) -> None:
    short = shorten(names, 17)
    assert list(short) == names
    assert len(set(short.values())) == len(names)
    assert all(len(label) <= 17 or label == name for name, label in short.items())
    assert all(label == name for name, label in short.items() if len(name) <= 17)


def poise(*words: str | Path) -> Result:
    return CliRunner().invoke(app, [str(word) for word in words])


def write_parameters(folder: Path) -> Path:
    path = folder / "p.json"
    path.write_text(json.dumps(tell_all()))
    return path


def rows_in(path: Path) -> list[dict[str, object]]:
    """Return all rows that a Vega-Lite chart holds."""
    return [row for rows in json.loads(path.read_text())["datasets"].values() for row in rows]


@pytest.mark.parametrize(
    ("kind", "told", "figures"),
    [
        ("curves", {"g1", "c1", "s1", "t4"}, "warm: b2: t4 first"),
        ("information", {"g1", "b2"}, "calm: standard error"),
        ("map", {"g1", "p1"}, "-1.43"),
        ("tests", {"calm", "warm"}, "calm: expected"),
    ],
)
def test_every_kind_is_drawn_with_what_it_shows_and_its_figures_are_printed(
    tmp_path: Path, kind: str, told: set[str], figures: str
) -> None:
    done = poise("plot", write_parameters(tmp_path), "--kind", kind, "--out", tmp_path / "c.json", "--table")
    assert done.exit_code == 0, done.output
    assert figures in done.output
    words = {str(value) for row in rows_in(tmp_path / "c.json") for value in row.values()}
    assert told <= words
    done = poise("plot", write_parameters(tmp_path), "--kind", kind, "--out", tmp_path / "c.svg")
    assert done.exit_code == 0, done.output
    assert (tmp_path / "c.svg").read_text().count("<path") > 3


RATED = {key: one for key, one in tell_all()["items"].items() if one["model"] in {"graded", "2pl"}}


@pytest.mark.parametrize(
    ("told", "more", "shown"),
    [
        (tell(RATED), (), {"g1", "c1"}),
        (tell_all(), (), {"g1", "c1"}),
        (tell(RATED, raters={"ann": {"severity": 0.0, "consistency": 1.0}}), ("--rater", "rater"), set()),
    ],
    ids=["items", "items and blocks", "ratings"],
)
def test_answers_are_set_beside_the_curves_of_the_chosen_items(
    tmp_path: Path, told: dict[str, object], more: tuple[str, ...], shown: set[str]
) -> None:
    parameters = tmp_path / "p.json"
    parameters.write_text(json.dumps(told))
    words = ("--parameters", parameters, "--number", "400", "--out", tmp_path / "r.csv")
    assert poise("simulate", "responses", *words).exit_code == 0
    words = ("--responses", tmp_path / "r.csv", "--items", "g1,c1", "--out", tmp_path / "c.json")
    done = poise("plot", parameters, *words, *more)
    assert done.exit_code == 0, done.output
    people = [row for row in rows_in(tmp_path / "c.json") if row.get("mark") == "people"]
    assert {row["item"] for row in people} == shown
    assert all(0 <= float(str(row["low"])) <= float(str(row["high"])) <= 1 for row in people)
    done = poise("plot", parameters, *words[:2], "--kind", "map", "--out", tmp_path / "m.json", *more)
    assert done.exit_code == 0, done.output
    shares = [float(str(row["share"])) for row in rows_in(tmp_path / "m.json") if "share" in row]
    assert sum(shares) == pytest.approx(2.0, abs=0.01)


def test_the_shipped_answers_are_placed_by_group(tmp_path: Path) -> None:
    answers = Path(__file__).parents[2] / "examples" / "verbal_aggression.csv"
    parameters = tmp_path / "p.json"
    done = poise("calibrate", answers, "--group", "gender", "--no-errors", "--out", parameters)
    assert done.exit_code == 0, done.output
    words = ("--kind", "map", "--responses", answers, "--group", "gender", "--out", tmp_path / "m.json")
    done = poise("plot", parameters, *words)
    assert done.exit_code == 0, done.output
    assert sum(float(str(row.get("share", 0))) for row in rows_in(tmp_path / "m.json")) == pytest.approx(1.0, abs=0.01)
    told = json.loads(parameters.read_text())
    told["groups"]["X"] = told["groups"].pop("F")
    parameters.write_text(json.dumps(told))
    done = poise("plot", parameters, *words)
    assert done.exit_code == 2
    assert "group 'F' was not calibrated" in done.output


def test_what_cannot_be_drawn_is_said_in_a_line(tmp_path: Path) -> None:
    parameters = write_parameters(tmp_path)
    blocks = {key: one for key, one in tell_all()["items"].items() if one["model"] == "blocks"}
    (tmp_path / "b.json").write_text(json.dumps(tell(blocks, blocks=tell_all()["blocks"])))
    cases = {
        (parameters,): "expected --out FILE, or --table",
        (parameters, "--items", "nobody", "--table"): "'nobody' is not in the parameters",
        (parameters, "--out", "c.gif"): "c.gif: expected a name that ends in",
        (tmp_path / "none.json", "--table"): "none.json: cannot be read",
        (tmp_path / "b.json", "--kind", "map", "--out", tmp_path / "c.svg"): "--kind map: needs rated items",
    }
    for words, told in cases.items():
        done = poise("plot", *words)
        assert done.exit_code == 2, done.output
        assert told in " ".join(done.output.split())
        assert "Traceback" not in done.output
