"""`poise link` and `poise calibrate --anchors`, as a person at a terminal meets them."""

import json
from pathlib import Path

import numpy as np
import numpy.typing as npt
import pytest
from typer.testing import CliRunner, Result

from poise.cli.commands import app
from poise.measurement.many.manyparameters import ManyParameters
from poise.measurement.people.manysimulation import draw_answers, draw_latents, draw_parameters

IntArray = npt.NDArray[np.integer]


def poise(*words: str | Path) -> Result:
    return CliRunner().invoke(app, [str(word) for word in words])


def write_table(path: Path, answers: IntArray, names: list[str]) -> Path:
    rows = [f"{p}," + ",".join(map(str, row)) for p, row in enumerate(answers.tolist())]
    path.write_text("\n".join(["person," + ",".join(names), *rows]) + "\n")
    return path


def make_pair(folder: Path, dimensions: int = 1) -> tuple[ManyParameters, Path, Path]:
    """Two tables with items 1 to 10 a dimension in common, the second of people further up who spread more."""
    rng = np.random.default_rng(1)
    true = draw_parameters(dimensions, 10, 3, rng)
    names = [f"q{n}" for n in range(10 * dimensions)]
    here = draw_answers(true, draw_latents(true, 900, rng), rng)
    there = draw_answers(true, 0.5 + 1.3 * draw_latents(true, 900, rng), rng)
    return true, write_table(folder / "old.csv", here, names), write_table(folder / "new.csv", there, names)


def test_a_calibration_is_brought_to_the_scale_of_an_older_one(tmp_path: Path) -> None:
    _, before, after = make_pair(tmp_path)
    for source, name in ((before, "old.json"), (after, "new.json")):
        assert poise("calibrate", source, "--out", tmp_path / name).exit_code == 0
    done = poise("link", tmp_path / "old.json", tmp_path / "new.json", "--out", tmp_path / "linked.json")
    assert done.exit_code == 0, done.output
    assert "OLD = slope x NEW + intercept, by stocking-lord" in done.output
    assert "| theta     | 1." in done.output
    old, new, linked = (json.loads((tmp_path / f"{name}.json").read_text()) for name in ("old", "new", "linked"))
    told = linked["link"]["dimensions"]["theta"]
    assert abs(told["slope"] - 1.3) < 3.5 * told["se"]["slope"] < 0.3
    assert abs(told["intercept"] - 0.5) < 3.5 * told["se"]["intercept"] < 0.3
    for key, item in linked["items"].items():
        assert item["discrimination"] == pytest.approx(new["items"][key]["discrimination"] / told["slope"])
        assert item["thresholds"] == pytest.approx(
            [told["slope"] * b + told["intercept"] for b in new["items"][key]["thresholds"]]
        )
        assert item["se"]["discrimination"] == pytest.approx(
            new["items"][key]["se"]["discrimination"] / told["slope"], rel=1e-6
        )
        assert item["thresholds"] == pytest.approx(old["items"][key]["thresholds"], abs=0.6)
    assert linked["groups"]["all"]["means"]["theta"] == pytest.approx(told["intercept"])
    assert linked["groups"]["all"]["sds"]["theta"] == pytest.approx(told["slope"])
    assert set(linked["link"]["drift"]) == set(old["items"])
    assert linked["loglik"] == new["loglik"]
    for name in ("new", "linked"):
        scored = poise(
            "score", after, "--parameters", tmp_path / f"{name}.json", "--out", tmp_path / f"{name}_scores.csv"
        )
        assert scored.exit_code == 0, scored.output
    raw, moved = (np.loadtxt(tmp_path / f"{name}_scores.csv", delimiter=",", skiprows=1) for name in ("new", "linked"))
    assert moved[:, 1] == pytest.approx(told["slope"] * raw[:, 1] + told["intercept"], abs=1e-3)
    assert moved[:, 2] == pytest.approx(told["slope"] * raw[:, 2], abs=1e-3)


@pytest.mark.parametrize("dimensions", [1, 2])
def test_anchored_items_keep_their_parameters(tmp_path: Path, dimensions: int) -> None:
    true, before, after = make_pair(tmp_path, dimensions)
    where: tuple[str | Path, ...] = ()
    if dimensions > 1:
        names = [[f"q{10 * d + n}" for n in range(10)] for d in range(dimensions)]
        (tmp_path / "map.yaml").write_text(json.dumps({"calm": names[0], "quick": names[1]}))
        where = ("--dimensions", tmp_path / "map.yaml")
    assert poise("calibrate", before, *where, "--out", tmp_path / "old.json").exit_code == 0
    old = json.loads((tmp_path / "old.json").read_text())
    # Half of the items have new names in the second table, and nobody chose the middle of an old one.
    lines = after.read_text().splitlines()
    kept = ["person", *(name if int(name[1:]) % 2 == 0 else f"new{name}" for name in lines[0].split(",")[1:])]
    rows = [line.split(",") for line in lines[1:]]
    rows = [[row[0], "" if row[1] == "1" else row[1], *row[2:]] for row in rows]
    after.write_text("\n".join([",".join(kept), *(",".join(row) for row in rows)]) + "\n")
    renamed = (tmp_path / "map.yaml").read_text() if dimensions > 1 else ""
    for name in (f"q{n}" for n in range(1, 20, 2)):
        renamed = renamed.replace(f'"{name}"', f'"new{name}"')
    if dimensions > 1:
        (tmp_path / "map.yaml").write_text(renamed)
    done = poise("calibrate", after, *where, "--anchors", tmp_path / "old.json", "--out", tmp_path / "new.json")
    assert done.exit_code == 0, done.output
    assert "group all: " in done.output
    new = json.loads((tmp_path / "new.json").read_text())
    for n in range(0, 10 * dimensions, 2):
        one, other = new["items"][f"q{n}"], old["items"][f"q{n}"]
        assert one["loadings"] == other["loadings"]
        assert one["intercepts"] == other["intercepts"]
        assert one["values"] == other["values"] == [0, 1, 2]
    for name, mean in new["groups"]["all"]["means"].items():
        assert mean == pytest.approx(0.5, abs=0.25)
        assert new["groups"]["all"]["sds"][name] == pytest.approx(1.3, abs=0.25)
        assert new["groups"]["all"]["se"]["sds"][name] > 0.0
    own = np.array([new["items"][f"newq{n}"]["discrimination"] for n in range(1, 10 * dimensions, 2)])
    errors = np.array([new["items"][f"newq{n}"]["se"]["discrimination"] for n in range(1, 10 * dimensions, 2)])
    assert np.max(np.abs(own - true.slopes.sum(axis=1)[1::2]) / errors) < 5.0


def test_anchors_hold_in_a_large_file_too(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    _, before, after = make_pair(tmp_path)
    assert poise("calibrate", before, "--out", tmp_path / "old.json").exit_code == 0
    words = ("calibrate", after, "--anchors", tmp_path / "old.json", "--out")
    assert poise(*words, tmp_path / "whole.json").exit_code == 0
    monkeypatch.setattr("poise.cli.calibrating.LARGE", 1)
    done = poise(*words, tmp_path / "parts.json")
    assert done.exit_code == 0, done.output
    whole, parts = (json.loads((tmp_path / f"{name}.json").read_text()) for name in ("whole", "parts"))
    assert parts["groups"]["all"]["means"]["theta"] == pytest.approx(whole["groups"]["all"]["means"]["theta"], abs=1e-4)
    assert parts["loglik"] == pytest.approx(whole["loglik"], abs=1e-3)
    rows = [line.split(",") for line in after.read_text().splitlines()]
    after.write_text("\n".join(",".join([row[0], row[1].replace("1", ""), *row[2:]]) for row in rows) + "\n")
    done = poise(*words, tmp_path / "cut.json")
    assert done.exit_code == 2
    assert "anchor 'q0': has the values (0, 2), expected (0, 1, 2)" in " ".join(done.output.split())


def test_groups_may_spread_differently(tmp_path: Path) -> None:
    _, before, after = make_pair(tmp_path)
    rows = [f"h{row},here" for row in before.read_text().splitlines()[1:]]
    rows += [f"t{row},there" for row in after.read_text().splitlines()[1:]]
    table = tmp_path / "both.csv"
    table.write_text("\n".join([before.read_text().splitlines()[0] + ",place", *rows]) + "\n")
    done = poise("calibrate", table, "--group", "place", "--free-sds", "--out", tmp_path / "both.json")
    assert done.exit_code == 0, done.output
    groups = json.loads((tmp_path / "both.json").read_text())["groups"]
    assert groups["here"]["sds"]["theta"] == 1.0
    assert abs(groups["there"]["sds"]["theta"] - 1.3) < 4 * groups["there"]["se"]["sds"]["theta"] < 0.4
    assert groups["there"]["n"] == 900


def test_bad_input_is_told_in_plain_lines(tmp_path: Path) -> None:
    _, before, after = make_pair(tmp_path)
    assert poise("calibrate", before, "--out", tmp_path / "old.json").exit_code == 0
    (tmp_path / "bad.json").write_text("{}")
    other = json.loads((tmp_path / "old.json").read_text())
    other["items"] = {f"other{key}": item for key, item in other["items"].items()}
    (tmp_path / "other.json").write_text(json.dumps(other))
    (tmp_path / "cut.json").write_text(json.dumps(other | {"dichotomise": 1}))
    good, out = tmp_path / "old.json", ("--out", tmp_path / "out.json")
    cases = {
        ("link", good, tmp_path / "none.json", *out): "none.json: cannot be read",
        ("link", good, tmp_path / "bad.json", *out): "bad.json: expected items, dimensions and correlations",
        ("link", good, tmp_path / "other.json", *out): "dimension theta: 0 common items",
        ("link", good, tmp_path / "cut.json", *out): "different --dichotomise",
        ("link", good, good, "--out", tmp_path / "no" / "out.json"): "is not there",
        ("calibrate", after, "--anchors", tmp_path / "other.json", *out): "anchors: none of the items q0",
        ("calibrate", after, "--anchors", tmp_path / "cut.json", *out): "was calibrated with --dichotomise 1",
        ("calibrate", after, "--model", "gpcm", "--anchors", good, *out): "was calibrated as graded",
    }
    for words, told in cases.items():
        done = poise(*words)
        assert done.exit_code == 2, done.output
        assert told in " ".join(done.output.split()), done.output
    assert not (tmp_path / "out.json").exists()
