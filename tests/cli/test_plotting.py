"""`poise plot`: every kind of file, and what is said where a picture cannot be made."""

import importlib.util
import json
from pathlib import Path

import altair as alt
import pytest

from poise.cli.plotting import save_chart
from poise.measurement.tables import BadTableError

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
