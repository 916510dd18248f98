"""`poise simulate tests`, as a person at a terminal meets it."""

import csv
import json
import re
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from typer.testing import CliRunner, Result

from poise.cli.commands import app


def simulate(*words: str | Path | int) -> Result:
    return CliRunner().invoke(app, ["simulate", "tests", *(str(word) for word in words)])


def parameters(items: int, blocks: int = 0, dimensions: tuple[str, ...] = ("theta",), **more: Any) -> dict[str, Any]:
    """Return a made-up calibration."""
    rng = np.random.default_rng(5)
    told: dict[str, Any] = {"items": {}, "blocks": {}, "dimensions": list(dimensions), "correlations": []}
    size = len(dimensions)
    told["correlations"] = (0.4 * np.ones((size, size)) + 0.6 * np.eye(size)).tolist()
    for i in range(items):
        a = float(rng.uniform(0.8, 2.0))
        steps = np.add(np.sort(rng.normal(size=3))[::-1], [0.2, 0.1, 0.0]).tolist()
        model = "gpcm" if i % 4 == 3 else "graded"
        told["items"][f"i{i:02}"] = {"model": model, "loadings": {dimensions[i % size]: a}, "intercepts": steps}
    for b in range(blocks):
        names = [f"b{b:02}{letter}" for letter in "xyz"]
        for k, name in enumerate(names):
            loadings = {dimensions[(b + k) % size]: float(rng.uniform(0.8, 2.0) * (1 - 2 * (k == 2)))}
            told["items"][name] = {"model": "blocks", "loadings": loadings, "intercepts": [0.0], "block": f"b{b:02}"}
        told["blocks"][f"b{b:02}"] = {"statements": names, "task": more.get("task", "rank")}
    return told


@pytest.fixture(scope="module")
def line(tmp_path_factory: pytest.TempPathFactory) -> Path:
    path = tmp_path_factory.mktemp("line") / "parameters.json"
    path.write_text(json.dumps(parameters(60)))
    return path


def test_a_table_by_band_and_the_exposure_are_printed(line: Path) -> None:
    done = simulate("--parameters", line, "--number", 500, "--length", 12)
    assert done.exit_code == 0, done.output
    rows = [[cell.strip() for cell in row.strip("|").split("|")] for row in done.output.splitlines() if "|" in row]
    head = next(row for row in rows if "RMSE" in row)
    whole = dict(zip(head, next(row for row in rows if row[0] == "all"), strict=True))
    assert whole["people"] == "500"
    assert float(whole["length"]) == 12.0
    assert abs(float(whole["bias"])) < 0.06
    assert float(whole["RMSE"]) == pytest.approx(float(whole["sd"]), rel=0.15)
    assert float(whole["in 90 %"]) == pytest.approx(0.9, abs=0.05)
    assert float(whole["r"]) > 0.85
    bands = [row for row in rows if row[0] in {"below -2", "-2 to -1", "-1 to 0", "0 to 1", "1 to 2", "above 2"}]
    assert sum(int(row[1]) for row in bands) == 500
    assert "ended 500 by length" in done.output
    assert re.search(
        r"Exposure: largest 1\.000, never used [\d.]+% of the bank, overlap of two tests 0\.\d+", done.output
    )


def test_precision_exposure_a_file_and_a_picture(line: Path, tmp_path: Path) -> None:
    tests, picture = tmp_path / "tests.csv", tmp_path / "tests.svg"
    words = ("--stop-sd", "0.4", "--shortest", 4, "--exposure", "0.4", "--out", tests, "--plot", picture)
    done = simulate("--parameters", line, "--number", 300, "--length", 15, *words)
    assert done.exit_code == 0, done.output
    assert "by precision" in done.output
    assert re.search(r"Exposure parameters for at most 0\.4: largest rate 1\.000 before, 0\.4\d\d after", done.output)
    with tests.open() as file:
        rows = list(csv.DictReader(file))
    assert len(rows) == 300
    assert list(rows[0]) == ["person", "length", "reason", "theta", "theta_se", "theta_true", "items"]
    for row in rows:
        assert len(row["items"].split()) == int(row["length"]) >= 4
        assert (float(row["theta_se"]) <= 0.4) == (row["reason"] == "precision") or row["length"] == "15"
    assert picture.read_text().startswith("<svg")
    assert "posterior sd" in picture.read_text()


def test_the_same_seed_gives_the_same_table(line: Path) -> None:
    one, same, other = (
        simulate("--parameters", line, "--number", 50, "--length", 5, "--seed", seed).stdout for seed in (1, 1, 2)
    )
    assert one == same
    assert one != other


def test_blocks_and_items_in_several_dimensions(tmp_path: Path) -> None:
    path = tmp_path / "parameters.json"
    path.write_text(json.dumps(parameters(12, 18, ("calm", "kind", "fair"), task="most_least")))
    tests = tmp_path / "tests.csv"
    words = ("--least", 3, "--block-time", "2.5", "--out", tests)
    done = simulate("--parameters", path, "--number", 40, "--length", 10, *words)
    assert done.exit_code == 0, done.output
    assert "40 tests from a bank of 30 for calm, kind, fair; seed 1." in done.output
    assert all(f"| {name}" in done.output for name in ("calm", "kind", "fair", "all"))
    with tests.open() as file:
        given = [row["items"].split() for row in csv.DictReader(file)]
    told = json.loads(path.read_text())["items"]
    for keys in given:
        own = [
            {d for name, one in told.items() if name == key or one.get("block") == key for d in one["loadings"]}
            for key in keys
        ]
        assert all(sum(name in one for one in own) >= 3 for name in ("calm", "kind", "fair"))
    assert any(key.startswith("b") for keys in given for key in keys)
    assert any(key.startswith("i") for keys in given for key in keys)


def test_what_cannot_be_done_is_said(line: Path, tmp_path: Path) -> None:
    quads = parameters(3, 2, ("calm", "kind"), task="most_least")
    for block, one in quads["blocks"].items():
        quads["items"][f"{block}w"] = quads["items"][one["statements"][0]]
        one["statements"].append(f"{block}w")
    (tmp_path / "quads.json").write_text(json.dumps(quads))
    for words, said in (
        (("--parameters", line, "--length", 99), "longest: got 99, expected at most the 60 items of the bank"),
        (("--parameters", line, "--length", 30, "--exposure", "0.2"), "target: got 0.2, expected more than 0.500"),
        (("--parameters", line, "--length", 9, "--plot", "a.gif"), "a.gif: expected a name that ends in"),
        (("--parameters", tmp_path / "quads.json", "--length", 2), "block 'b01': most and least of 4 statements"),
        (("--parameters", tmp_path / "none.json", "--length", 2), "none.json: cannot be read"),
    ):
        done = simulate("--number", 10, *words)
        assert done.exit_code == 2, done.output
        assert said in done.output.replace("\n", " ")
