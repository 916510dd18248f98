"""Blocks, effects, raters and readings at the command line: calibrated, stored, and scored with what was stored."""

import csv
import json
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from typer.testing import CliRunner, Result

from poise.cli.commands import app

ROOT = Path(__file__).parents[2]
EXAMPLES = ROOT / "examples"
ANGER = EXAMPLES / "verbal_aggression.csv"


def poise(*words: str | Path) -> Result:
    return CliRunner().invoke(app, [str(word) for word in words])


def run(*words: str | Path) -> str:
    """Run a command that must succeed; return what it said."""
    done = poise(*words)
    assert done.exit_code == 0, done.output
    return " ".join(done.output.split())


def read(path: Path) -> dict[str, Any]:
    told: dict[str, Any] = json.loads(path.read_text())
    return told


def column(path: Path, name: str) -> np.ndarray[Any, Any]:
    with path.open() as file:
        return np.array([float(row[name]) for row in csv.DictReader(file)])


def test_the_shipped_forced_choice_answers_are_calibrated_and_scored(tmp_path: Path) -> None:
    answers, mapping, truth = (EXAMPLES / f"forced_choice{end}" for end in (".csv", "_map.yaml", "_truth.json"))
    out, scores = tmp_path / "p.json", tmp_path / "s.csv"
    told = run("calibrate", answers, "--model", "blocks", "--dimensions", mapping, "--out", out)
    assert "600 persons, 0 items, 20 blocks" in told
    assert "converged in" in told
    found, known = read(out), read(truth)
    assert found["blocks"] == known["blocks"]
    assert found["dimensions"] == known["dimensions"]
    assert list(found["items"]) == list(known["items"])
    misses = []
    for key, item in found["items"].items():
        [(name, a)] = known["items"][key]["loadings"].items()
        assert (item["model"], item["block"]) == ("blocks", known["items"][key]["block"])
        misses.append((item["loadings"][name] - a) / item["se"]["loadings"][name])
        misses.append((item["intercepts"][0] - known["items"][key]["intercepts"][0]) / item["se"]["intercepts"][0])
    assert np.mean(np.abs(misses) < 1.96) > 0.88
    for block in found["blocks"].values():
        assert sum(found["items"][key]["intercepts"][0] for key in block["statements"]) == pytest.approx(0.0, abs=1e-9)
    run("score", answers, "--parameters", out, "--out", scores)
    drawn = ("--number", "600", "--seed", "7", "--truth", tmp_path / "truth.csv", "--out", tmp_path / "same.csv")
    run("simulate", "responses", "--parameters", truth, *drawn)
    assert (tmp_path / "same.csv").read_text() == answers.read_text()
    for name in found["dimensions"]:
        estimates, own = column(scores, name), column(tmp_path / "truth.csv", name)
        assert np.corrcoef(estimates, own)[0, 1] > 0.75
        assert np.sqrt(np.mean((estimates - own) ** 2)) == pytest.approx(column(scores, f"{name}_se").mean(), rel=0.15)


MIXED: dict[str, Any] = {
    "items": {
        **{
            f"{d}{j}": {"model": "blocks", "loadings": {d: a}, "intercepts": [c], "block": f"b{j}"}
            for j in range(8)
            for d, a, c in (("calm", 1.4, 0.3), ("warm", -1.2 if j % 3 == 0 else 1.2, -0.3))
        },
        **{
            f"own_{d}{j}": {"model": "graded", "loadings": {d: 1.3}, "intercepts": [1.0, -0.8]}
            for d in ("calm", "warm")
            for j in range(2)
        },
    },
    "blocks": {f"b{j}": {"statements": [f"calm{j}", f"warm{j}"], "task": "rank"} for j in range(8)},
    "dimensions": ["calm", "warm"],
    "correlations": [[1.0, 0.4], [0.4, 1.0]],
}


def test_items_in_no_block_are_calibrated_beside_the_blocks(tmp_path: Path) -> None:
    (tmp_path / "truth.json").write_text(json.dumps(MIXED))
    drawn = ("--number", "400", "--out", tmp_path / "a.csv", "--missing", "0.1")
    run("simulate", "responses", "--parameters", tmp_path / "truth.json", *drawn)
    own = {d: [key for key in MIXED["items"] if key.removeprefix("own_").startswith(d)] for d in ("calm", "warm")}
    blocks = {key: {"statements": one["statements"]} for key, one in MIXED["blocks"].items()}
    (tmp_path / "map.yaml").write_text(json.dumps(own | {"blocks": blocks}))
    words = ("--model", "blocks", "--dimensions", tmp_path / "map.yaml", "--out", tmp_path / "p.json")
    assert "400 persons, 4 items, 8 blocks" in run("calibrate", tmp_path / "a.csv", *words)
    found = read(tmp_path / "p.json")
    assert {item["model"] for item in found["items"].values()} == {"graded", "blocks"}
    for key, item in found["items"].items():
        [(name, a)] = MIXED["items"][key]["loadings"].items()
        assert item["loadings"][name] == pytest.approx(a, abs=4.0 * item["se"]["loadings"][name])
    run("score", tmp_path / "a.csv", "--parameters", tmp_path / "p.json", "--out", tmp_path / "s.csv")
    assert len(column(tmp_path / "s.csv", "calm")) == 400


def test_a_rank_that_is_wrong_is_told_and_nothing_is_written(tmp_path: Path) -> None:
    lines = (EXAMPLES / "forced_choice.csv").read_text().splitlines()
    lines[1] = ",".join(["p1", "2", "2", "3", *lines[1].split(",")[4:]])
    lines[2] = ",".join(["p2", "", *lines[2].split(",")[2:]])
    (tmp_path / "a.csv").write_text("\n".join(lines) + "\n")
    mapping = EXAMPLES / "forced_choice_map.yaml"
    done = poise(
        "calibrate", tmp_path / "a.csv", "--model", "blocks", "--dimensions", mapping, "--out", tmp_path / "p.json"
    )
    told = " ".join(done.output.split())
    assert done.exit_code == 2
    where = "block t01 (patience_1, warmth_1, order_1): got"
    assert f"person p1, {where} 2, 2, 3; expected the ranks 1 to 3, each once, or none at all" in told
    assert f"person p2, {where} nothing, " in told
    assert not (tmp_path / "p.json").exists()


def test_an_effect_is_a_dimension_that_correlates_with_none(tmp_path: Path) -> None:
    with ANGER.open() as file:
        names = next(csv.reader(file))[2:]
    shout = [name for name in names if name.endswith("Shout")]
    (tmp_path / "map.yaml").write_text(json.dumps({"anger": names, "effects": {"shouting": shout}}))
    words = ("--dimensions", tmp_path / "map.yaml", "--no-errors", "--out", tmp_path / "p.json")
    run("calibrate", ANGER, *words)
    found = read(tmp_path / "p.json")
    assert found["dimensions"] == ["anger", "shouting"]
    assert found["correlations"] == [[1.0, 0.0], [0.0, 1.0]]
    assert set(found["items"]["S1DoShout"]["loadings"]) == {"anger", "shouting"}
    assert set(found["items"]["S1DoCurse"]["loadings"]) == {"anger"}
    assert found["items"]["S1DoShout"]["loadings"]["shouting"] > 0.3
    run("calibrate", ANGER, "--no-errors", "--out", tmp_path / "plain.json")
    assert found["loglik"] > read(tmp_path / "plain.json")["loglik"] + 20.0


RATED: dict[str, Any] = {
    "items": {
        f"reply{j}": {"model": "graded", "loadings": {"calm": 1.6}, "intercepts": [1.5 - 0.2 * j, 0.0, -1.5]}
        for j in range(6)
    },
    "dimensions": ["calm"],
    "correlations": [[1.0]],
    "raters": {f"r{k}": {"severity": (k - 2) * 0.5, "consistency": 1.0} for k in range(5)},
}


def test_raters_are_calibrated_and_their_ratings_scored(tmp_path: Path) -> None:
    (tmp_path / "truth.json").write_text(json.dumps(RATED))
    drawn = ("--number", "500", "--out", tmp_path / "a.csv")
    run("simulate", "responses", "--parameters", tmp_path / "truth.json", *drawn)
    told = run("calibrate", tmp_path / "a.csv", "--rater", "rater", "--out", tmp_path / "p.json")
    assert "500 persons, 6 items, 5 raters" in told
    found = read(tmp_path / "p.json")["raters"]
    for key, rater in found.items():
        assert rater["severity"] == pytest.approx(RATED["raters"][key]["severity"], abs=4 * rater["se"]["severity"])
    words = ("--rater", "rater", "--parameters", tmp_path / "p.json")
    run("score", tmp_path / "a.csv", *words, "--out", tmp_path / "s.csv")
    assert len(column(tmp_path / "s.csv", "theta")) == 500
    (tmp_path / "b.csv").write_text((tmp_path / "a.csv").read_text().replace(",r4", ",r9"))
    done = poise("score", tmp_path / "b.csv", *words, "--out", tmp_path / "t.csv")
    assert done.exit_code == 2
    assert "rater 'r9' was not calibrated (known: r" in " ".join(done.output.split())
    assert not (tmp_path / "t.csv").exists()


def write_readings(path: Path, sure: float) -> None:
    """Write the shipped answers as readings that give the true category so much more than its base rate."""
    with ANGER.open() as file:
        rows = list(csv.DictReader(file))
    items = [name for name in rows[0] if name.startswith("S")][:8]
    lines = ["person,item,p0,p1,p2"]
    for row in rows:
        for item in items:
            chances = [(1.0 - sure) / 3.0 + sure * (row[item] == str(k)) for k in range(3)]
            lines.append(f"{row['person']},{item}," + ",".join(f"{chance:.6f}" for chance in chances))
    path.write_text("\n".join(lines) + "\n")


def test_readings_that_are_nearly_certain_are_nearly_answers(tmp_path: Path) -> None:
    write_readings(tmp_path / "read.csv", 0.999)
    told = run("calibrate", tmp_path / "read.csv", "--out", tmp_path / "p.json")
    assert "the mean reading of each item stands for them" in told
    found = read(tmp_path / "p.json")
    (tmp_path / "map.yaml").write_text(json.dumps({"theta": list(found["items"])}))
    run("calibrate", ANGER, "--dimensions", tmp_path / "map.yaml", "--out", tmp_path / "hard.json")
    for key, item in read(tmp_path / "hard.json")["items"].items():
        own = found["items"][key]
        assert own["discrimination"] == pytest.approx(item["discrimination"], abs=0.05)
        assert own["intercepts"] == pytest.approx(item["intercepts"], abs=0.05)
        assert sum(own["base_rates"]) == pytest.approx(1.0)
    run("score", tmp_path / "read.csv", "--parameters", tmp_path / "p.json", "--out", tmp_path / "s.csv")
    run("score", ANGER, "--parameters", tmp_path / "hard.json", "--out", tmp_path / "t.csv")
    assert column(tmp_path / "s.csv", "theta") == pytest.approx(column(tmp_path / "t.csv", "theta"), abs=0.06)


def test_readings_beside_answers_use_the_base_rates_of_the_calibration(tmp_path: Path) -> None:
    write_readings(tmp_path / "read.csv", 0.8)
    with ANGER.open() as file:
        rows = list(csv.reader(file))
    some = [0, *(place for place, name in enumerate(rows[0]) if place > 9 and name.startswith("S"))]
    (tmp_path / "a.csv").write_text("\n".join(",".join(row[place] for place in some) for row in rows) + "\n")
    out = ("--out", tmp_path / "p.json")
    told = run("calibrate", tmp_path / "a.csv", "--readings", tmp_path / "read.csv", "--no-errors", *out)
    assert "316 persons, 24 items" in told
    found = read(tmp_path / "p.json")
    read_items = [key for key, item in found["items"].items() if "base_rates" in item]
    assert len(read_items) == 8
    rates = found["items"][read_items[0]]["base_rates"]
    one = ["person,item,p0,p1,p2", f"solo,{read_items[0]}," + ",".join(map(str, rates))]
    (tmp_path / "one.csv").write_text("\n".join(one) + "\n")
    run("score", tmp_path / "one.csv", "--parameters", tmp_path / "p.json", "--out", tmp_path / "s.csv")
    assert column(tmp_path / "s.csv", "theta")[0] == pytest.approx(0.0, abs=1e-6)
    assert column(tmp_path / "s.csv", "theta_se")[0] == pytest.approx(1.0, abs=1e-6)


def test_a_rater_of_whom_nothing_is_left_is_left_out_and_spreads_by_group_are_refused(tmp_path: Path) -> None:
    rows = [f"p{p},i{i},{r},{(p * (i + 2) + p // 7 + r) % 3}" for p in range(60) for i in range(4) for r in (p % 2, 2)]
    rows += [f"p{p},alike,9,1" for p in range(60)]
    table = tmp_path / "a.csv"
    table.write_text("\n".join(["person,item,rater,response", *rows]) + "\n")
    done = poise("calibrate", table, "--rater", "rater", "--no-errors", "--out", tmp_path / "p.json")
    told = " ".join(done.output.split())
    assert "raters 9 rated nothing that is calibrated: left out" in told
    assert sorted(read(tmp_path / "p.json")["raters"]) == ["0", "1", "2"]
    done = poise("calibrate", table, "--rater", "rater", "--free-sds", "--out", tmp_path / "q.json")
    assert done.exit_code == 2
    assert "--free-sds: with blocks, ratings and readings" in " ".join(done.output.split())


def test_what_is_read_is_not_written_over(tmp_path: Path) -> None:
    table = tmp_path / "a.csv"
    table.write_text("person,a,b\n1,0,1\n2,1,0\n")
    done = poise("calibrate", table, "--out", table)
    assert done.exit_code == 2
    assert "would be written over" in done.output
    assert table.read_text().startswith("person,a,b")
