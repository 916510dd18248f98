"""`poise calibrate` and `poise score`, as a person at a terminal meets them."""

import csv
import json
from pathlib import Path

import pytest
from typer.testing import CliRunner, Result

from poise.cli.commands import app
from poise.measurement.grid.calibration import Settings

ROOT = Path(__file__).parents[2]
ANGER = ROOT / "examples" / "verbal_aggression.csv"
GOLDEN = ROOT / "tests" / "golden"


def poise(*words: str | Path) -> Result:
    return CliRunner().invoke(app, [str(word) for word in words])


@pytest.mark.parametrize(("more", "name"), [((), "verbagg_grm"), (("--dichotomise", "1"), "verbagg_2pl")])
def test_the_shipped_answers_are_calibrated_and_scored(tmp_path: Path, more: tuple[str, ...], name: str) -> None:
    parameters, scores = tmp_path / "parameters.json", tmp_path / "scores.csv"
    done = poise("calibrate", ANGER, *more, "--out", parameters)
    assert done.exit_code == 0, done.output
    assert "316 persons, 24 items" in done.output
    found, told = json.loads(parameters.read_text()), json.loads((GOLDEN / f"{name}.json").read_text())
    assert found["loglik"] == pytest.approx(told["loglik"], abs=0.01)
    assert found["converged"] is True
    assert found["dimensions"] == ["theta"]
    assert found["correlations"] == [[1.0]]
    assert found["n"] == 316
    assert found["seconds"] > 0
    for key, item in found["items"].items():
        own = told["items"][key]
        assert item["loadings"]["theta"] == item["discrimination"] == pytest.approx(own["slope"], abs=0.005)
        assert item["intercepts"] == pytest.approx(own["intercepts"], abs=0.005)
        assert item["thresholds"] == pytest.approx(own["thresholds"], abs=0.005)
        assert item["se"]["loadings"]["theta"] == pytest.approx(own["slope_se"], rel=0.02)
        assert item["se"]["thresholds"] == pytest.approx(own["thresholds_se"], rel=0.02)
    done = poise("score", ANGER, "--parameters", parameters, "--out", scores)
    assert done.exit_code == 0, done.output
    with scores.open() as file:
        rows = list(csv.DictReader(file))
    assert list(rows[0]) == ["person", "theta", "theta_se"]
    assert len(rows) == 316
    first = [float(row["theta"]) for row in rows[:20]]
    assert first == pytest.approx(told["eap_first20"]["theta"], abs=0.002)


def test_groups_and_a_map_of_one_dimension(tmp_path: Path) -> None:
    (tmp_path / "map.yaml").write_text("curse: [S1WantCurse, S2WantCurse, S1DoCurse, S2DoCurse]\n")
    words = ("--group", "gender", "--dimensions", tmp_path / "map.yaml", "--out", tmp_path / "p.json")
    done = poise("calibrate", ANGER, *words)
    assert done.exit_code == 0, done.output
    assert "group F: curse mean" in done.output
    told = json.loads((tmp_path / "p.json").read_text())
    assert list(told["items"]) == ["S1WantCurse", "S2WantCurse", "S1DoCurse", "S2DoCurse"]
    assert told["groups"]["M"]["means"] == {"curse": 0.0}


def test_bad_input_is_told_in_plain_lines(tmp_path: Path) -> None:
    out = ("--out", tmp_path / "p.json")
    (tmp_path / "bad.csv").write_text("person,a,b\n1,0,-9\n2,1,0.5\n")
    cases = {
        ("calibrate", tmp_path / "bad.csv", *out): ["column b, line 2: got -9", "column b, line 3: got 0.5"],
        ("calibrate", tmp_path / "none.csv", *out): ["none.csv: cannot be read"],
        ("calibrate", ANGER, "--model", "2pl", *out): ["2pl has two categories", "dichotomise"],
        ("calibrate", ANGER, "--nodes", "9", *out): ["nodes: got 9", "needs"],
        ("calibrate", ANGER, "--dimensions", tmp_path / "no.yaml", *out): ["no.yaml: cannot be read"],
        ("score", ANGER, "--parameters", tmp_path / "bad.csv", *out): ["bad.csv: is not JSON"],
    }
    for words, expected in cases.items():
        done = poise(*words)
        assert done.exit_code == 2, done.output
        assert "Traceback" not in done.output
        told = " ".join(done.output.split())
        for line in expected:
            assert line in told, told
    assert not (tmp_path / "p.json").exists()


def test_a_map_that_names_unknown_or_no_items_is_refused(tmp_path: Path) -> None:
    for text, told in (("calm: [Nobody]\n", "item 'Nobody'"), ("calm: []\n", "dimension calm: expected a list")):
        (tmp_path / "map.yaml").write_text(text)
        done = poise("calibrate", ANGER, "--dimensions", tmp_path / "map.yaml", "--out", tmp_path / "p.json")
        assert done.exit_code == 2
        assert told in " ".join(done.output.split())


def test_a_large_file_is_calibrated_from_disk(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("poise.cli.calibrating.LARGE", 1)
    done = poise("calibrate", ANGER, "--no-errors", "--out", tmp_path / "p.json")
    assert done.exit_code == 0, done.output
    told = json.loads((GOLDEN / "verbagg_grm.json").read_text())
    assert json.loads((tmp_path / "p.json").read_text())["loglik"] == pytest.approx(told["loglik"], abs=0.01)


def test_two_dimensions_are_calibrated_and_scored(tmp_path: Path) -> None:
    with ANGER.open() as file:
        names = next(csv.reader(file))[2:]
    want, do = [name for name in names if "ant" in name], [name for name in names if "Do" in name]
    (tmp_path / "map.yaml").write_text(json.dumps({"want": want, "do": do}))
    words = ("--dimensions", tmp_path / "map.yaml", "--out", tmp_path / "p.json")
    done = poise("calibrate", ANGER, *words)
    assert done.exit_code == 0, done.output
    found = json.loads((tmp_path / "p.json").read_text())
    assert found["dimensions"] == ["want", "do"]
    assert 0.6 < found["correlations"][0][1] < 0.95
    done = poise("score", ANGER, "--parameters", tmp_path / "p.json", "--out", tmp_path / "s.csv")
    assert done.exit_code == 0, done.output
    with (tmp_path / "s.csv").open() as file:
        assert next(csv.reader(file)) == ["person", "want", "want_se", "do", "do_se"]


def test_a_large_file_is_calibrated_in_many_dimensions_as_from_memory(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    with ANGER.open() as file:
        names = next(csv.reader(file))[2:]
    want, do = [name for name in names if "ant" in name], [name for name in names if "Do" in name]
    (tmp_path / "map.yaml").write_text(json.dumps({"want": want, "do": do}))
    words = ("--dimensions", tmp_path / "map.yaml", "--no-errors", "--out")
    assert poise("calibrate", ANGER, *words, tmp_path / "whole.json").exit_code == 0
    monkeypatch.setattr("poise.cli.calibrating.LARGE", 1)
    assert poise("calibrate", ANGER, *words, tmp_path / "spooled.json").exit_code == 0
    whole, spooled = (json.loads((tmp_path / f"{name}.json").read_text()) for name in ("whole", "spooled"))
    assert spooled["loglik"] == pytest.approx(whole["loglik"], abs=1e-3)
    assert spooled["correlations"][0] == pytest.approx(whole["correlations"][0], abs=1e-4)


def test_what_does_not_converge_is_written_and_told_by_the_exit_code(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("poise.cli.calibrating.Settings", lambda **own: Settings(most_cycles=2, **own))
    done = poise("calibrate", ANGER, "--no-errors", "--out", tmp_path / "p.json")
    assert done.exit_code == 1, done.output
    assert "NOT converged" in done.output
    assert json.loads((tmp_path / "p.json").read_text())["converged"] is False


def test_what_was_left_out_of_a_calibration_does_not_stand_in_the_way_of_scores(tmp_path: Path) -> None:
    rows = ["person,a,b,c,age", *(f"{p},{p % 2},{p % 3 // 2},{(p + p // 4) % 2},{20 + 7 * p}" for p in range(40))]
    (tmp_path / "wide.csv").write_text("\n".join(rows) + "\n")
    header = rows[0].split(",")
    cells = [
        (row.split(",")[0], name, cell) for row in rows[1:] for name, cell in zip(header, row.split(","), strict=True)
    ]
    long = [",".join(cell) for cell in cells if cell[1] != "person"]
    (tmp_path / "long.csv").write_text("person,item,response\n" + "\n".join(long) + "\n")
    words = ("--without", "age", "--out", tmp_path / "p.json")
    assert poise("calibrate", tmp_path / "wide.csv", *words).exit_code == 0
    told = []
    for form in ("wide.csv", "long.csv"):
        done = poise("score", tmp_path / form, "--parameters", tmp_path / "p.json", "--out", tmp_path / "s.csv")
        assert done.exit_code == 0, done.output
        assert "not calibrated are left out: age" in " ".join(done.output.split())
        told.append((tmp_path / "s.csv").read_text())
    assert told[0] == told[1]
    (tmp_path / "other.csv").write_text("person,x,y\n1,0,1\n2,1,0\n")
    done = poise("score", tmp_path / "other.csv", "--parameters", tmp_path / "p.json", "--out", tmp_path / "t.csv")
    assert done.exit_code == 2
    assert "none of the items was calibrated: x, y; are these the right parameters?" in " ".join(done.output.split())
