"""`poise score`: what it writes for each way of scoring, and what it says."""

import csv
import json
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from scipy.stats import norm
from typer.testing import CliRunner, Result

from poise.cli.commands import app

STATEMENT = {"model": "blocks", "intercepts": [0.0]}


def poise(*words: object) -> Result:
    return CliRunner().invoke(app, [str(word) for word in words])


def item(loadings: dict[str, float], *intercepts: float, model: str = "graded") -> dict[str, Any]:
    return {"model": model, "loadings": loadings, "intercepts": list(intercepts)}


def write_parameters(folder: Path, dimensions: int, **more: Any) -> Path:
    names = ["calm", "warm"][:dimensions]
    items = {
        f"{name}{number}": item({name: 1.0 + 0.2 * number}, 1.2 - 0.3 * number, -0.4 * number - 0.2)
        for name in names
        for number in range(6)
    }
    told = {
        "items": items | more.pop("items", {}),
        "dimensions": names,
        "correlations": [[1.0, 0.4], [0.4, 1.0]][:dimensions] if dimensions > 1 else [[1.0]],
        **more,
    }
    (folder / "p.json").write_text(json.dumps(told))
    return folder / "p.json"


def write_answers(folder: Path, dimensions: int, persons: int = 30) -> Path:
    rng, names = np.random.default_rng(1), ["calm", "warm"][:dimensions]
    columns = [f"{name}{number}" for name in names for number in range(6)]
    rows = [[f"p{p}", *rng.integers(0, 3, len(columns))] for p in range(persons)]
    rows.append(["silent", *[""] * len(columns)])
    with (folder / "a.csv").open("w", newline="") as file:
        csv.writer(file).writerows([["person", *columns], *rows])
    return folder / "a.csv"


def read_scores(path: Path) -> list[dict[str, str]]:
    with path.open() as file:
        return list(csv.DictReader(file))


def score(folder: Path, dimensions: int, *words: object) -> tuple[list[dict[str, str]], str]:
    parameters, answers = write_parameters(folder, dimensions), write_answers(folder, dimensions)
    done = poise("score", answers, "--parameters", parameters, "--out", folder / "s.csv", *words)
    assert done.exit_code == 0, done.output
    assert not list(folder.glob("*.part"))
    return read_scores(folder / "s.csv"), " ".join(done.output.split())


@pytest.mark.parametrize("dimensions", [1, 2])
@pytest.mark.parametrize("method", ["eap", "map", "wle"])
def test_every_column_is_there_and_every_note_is_told(tmp_path: Path, dimensions: int, method: str) -> None:
    words = ("--method", method, "--interval", 0.8, "--plausible", 3, "--fit")
    rows, told = score(tmp_path, dimensions, *words)
    own = ["calm", "calm_se", "calm_low", "calm_high", "calm_pv1", "calm_pv2", "calm_pv3"]
    fit = ["fit_lz", "fit_lz_star", "fit_chance", "fit_infit", "fit_outfit", "fit_answered"]
    other = [name.replace("calm", "warm") for name in own] if dimensions > 1 else []
    assert list(rows[0]) == ["person", *own, *other, *fit]
    assert [row["person"] for row in rows] == [*(f"p{p}" for p in range(30)), "silent"]
    assert all(row[name] for row in rows[:-1] for name in row)
    reach = [float(row["calm_high"]) - float(row["calm_low"]) for row in rows[:-1]]
    errors = [float(row["calm_se"]) for row in rows[:-1]]
    exact = method != "eap" or dimensions > 1
    assert reach == pytest.approx(2.0 * norm.ppf(0.9) * np.array(errors), rel=1e-4 if exact else 0.1)
    silent = rows[-1]
    assert silent["fit_lz_star"] == silent["fit_chance"] == ""
    assert silent["fit_answered"] == "0"
    if method == "wle":
        assert silent["calm"] == silent["calm_se"] == silent["calm_low"] == ""
        assert "1 answered nothing that was calibrated (silent): their cells are empty" in told
    else:
        assert float(silent["calm"]) == pytest.approx(0.0, abs=1e-6)
        assert float(silent["calm_se"]) == pytest.approx(1.0, abs=1e-5)
        assert "1 answered nothing that was calibrated (silent): they get what is known of their group" in told


@pytest.mark.parametrize("dimensions", [1, 2])
def test_a_seed_gives_the_same_draws_and_chunks_do_not_matter(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, dimensions: int
) -> None:
    words = ("--plausible", 2, "--interval", 0.9, "--fit", "--seed")
    first, _ = score(tmp_path, dimensions, *words, 5)
    again, _ = score(tmp_path, dimensions, *words, 5)
    other, _ = score(tmp_path, dimensions, *words, 6)
    assert again == first
    assert other[0]["calm_pv1"] != first[0]["calm_pv1"]
    assert other[0]["calm"] == first[0]["calm"]
    monkeypatch.setattr("poise.cli.scoring.CHUNK", 7)
    cut, told = score(tmp_path, dimensions, *words, 5)
    assert "1 answered nothing" in told
    for row, whole in zip(cut, first, strict=True):
        for name, number in whole.items():
            if name != "person" and number:
                assert float(row[name]) == pytest.approx(float(number), abs=2e-3), name


def test_long_tables_and_rows_without_names_are_scored_as_well(tmp_path: Path) -> None:
    rows, _ = score(tmp_path, 1, "--method", "map")
    with (tmp_path / "a.csv").open() as file:
        wide = list(csv.DictReader(file))
    long = [[row["person"], name, row[name]] for row in wide for name in row if name != "person" and row[name]]
    with (tmp_path / "long.csv").open("w", newline="") as file:
        csv.writer(file).writerows([["person", "item", "response"], *long])
    with (tmp_path / "bare.csv").open("w", newline="") as file:
        csv.writer(file).writerows([list(wide[0])[1:], *([row[name] for name in list(row)[1:]] for row in wide[:5])])
    for name, number in (("long.csv", 30), ("bare.csv", 5)):
        words = ("--parameters", tmp_path / "p.json", "--method", "map", "--out", tmp_path / "t.csv")
        done = poise("score", tmp_path / name, *words)
        assert done.exit_code == 0, done.output
        found = read_scores(tmp_path / "t.csv")
        assert [row["calm"] for row in found] == [row["calm"] for row in rows[:number]]
    assert [row["person"] for row in found] == ["1", "2", "3", "4", "5"]


def test_blocks_are_scored_beside_items(tmp_path: Path) -> None:
    statements = {
        f"s{number}": STATEMENT | {"loadings": {name: a}, "block": f"b{number // 2}"}
        for number, (name, a) in enumerate([("calm", 1.2), ("warm", 0.9), ("warm", -1.1), ("calm", 1.0)])
    }
    blocks = {f"b{b}": {"statements": [f"s{2 * b}", f"s{2 * b + 1}"], "task": "rank"} for b in range(2)}
    parameters = write_parameters(tmp_path, 2, items=statements, blocks=blocks)
    text = "person,calm0,calm1,warm2,s0,s1,s2,s3\nann,2,2,1,1,2,2,1\nbob,2,2,1,2,1,1,2\ncy,,,,,,,\n"
    (tmp_path / "b.csv").write_text(text)
    for method in ("eap", "map", "wle"):
        words = (
            "--parameters",
            parameters,
            "--method",
            method,
            "--fit",
            "--interval",
            0.9,
            "--out",
            tmp_path / "s.csv",
        )
        done = poise("score", tmp_path / "b.csv", *words)
        assert done.exit_code == 0, done.output
        ann, bob, cy = read_scores(tmp_path / "s.csv")
        assert float(ann["calm"]) > float(bob["calm"])
        assert all(0.0 < float(row["fit_chance"]) < 1.0 for row in (ann, bob))
        assert ann["fit_answered"] == "5"
        assert ann["fit_outfit"] == ""
        assert (cy["calm"] == "") == (method == "wle")
        assert method == "wle" or abs(float(cy["calm"])) < 1e-5


def test_what_is_wrong_is_told_and_nothing_is_left_behind(tmp_path: Path) -> None:
    parameters, answers = write_parameters(tmp_path, 1), write_answers(tmp_path, 1)
    (tmp_path / "bad.csv").write_text("person,calm0,calm1\na,1,2\nb,1,7\nb,0,-9\n")
    (tmp_path / "twice.csv").write_text("person,calm0,calm1\na,1,2\nb,1,2\nb,0,1\n")
    (tmp_path / "other.csv").write_text("person,curse,scold\na,1,2\n")
    cases = {
        (answers, "--interval", "1.5"): "--interval: got 1.5, expected a share between 0 and 1",
        (tmp_path / "bad.csv",): "person b, item calm1: the value 7 was not seen",
        (tmp_path / "twice.csv",): "'b' stands in line 3 already",
        (tmp_path / "other.csv",): "none of the items was calibrated: curse, scold",
        (tmp_path / "none.csv",): "none.csv: cannot be read",
        (answers, "--group", "sex"): "column 'sex': there is none",
    }
    for words, told in cases.items():
        done = poise("score", *words, "--parameters", parameters, "--out", tmp_path / "s.csv")
        assert done.exit_code == 2, done.output
        assert told in " ".join(done.output.split())
        assert "Traceback" not in done.output
        assert not list(tmp_path.glob("s.csv*"))


def test_groups_are_those_of_the_calibration(tmp_path: Path) -> None:
    groups = {"a": {"means": {"calm": 0.0}, "sds": {"calm": 1.0}}, "b": {"means": {"calm": 2.0}, "sds": {"calm": 0.5}}}
    parameters = write_parameters(tmp_path, 1, groups=groups)
    (tmp_path / "g.csv").write_text("person,team,calm0,calm1\nx,b,1,1\ny,a,1,1\nz,b,,\n")
    words = ("--parameters", parameters, "--out", tmp_path / "s.csv")
    for method in ("eap", "map"):
        done = poise("score", tmp_path / "g.csv", *words, "--group", "team", "--method", method)
        assert done.exit_code == 0, done.output
        x, y, z = read_scores(tmp_path / "s.csv")
        assert float(x["calm"]) > float(y["calm"]) + 0.5
        assert float(z["calm"]) == pytest.approx(2.0, abs=1e-6)
        assert float(z["calm_se"]) == pytest.approx(0.5, abs=1e-4)
    done = poise("score", tmp_path / "g.csv", *words)
    assert "without --group everybody counts as a" in " ".join(done.output.split())
    (tmp_path / "g.csv").write_text("person,team,calm0,calm1\nx,c,1,1\ny,a,1,1\n")
    done = poise("score", tmp_path / "g.csv", *words, "--group", "team")
    assert done.exit_code == 2
    assert "group 'c' was not calibrated" in " ".join(done.output.split())
