"""`poise simulate responses`: what is written is what was simulated, and calibrating it finds the parameters again."""

import csv
import json
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from measurement.questionnaires import BLOCKS, RATED, STATEMENTS, tell, tell_all
from typer.testing import CliRunner, Result

from poise.cli.commands import app
from poise.measurement.parameters.instrument import read_instrument
from poise.measurement.people.simulees import simulate_responses


def poise(*words: str | Path) -> Result:
    return CliRunner().invoke(app, [str(word) for word in words])


def simulate(folder: Path, told: dict[str, Any], *more: str | Path, number: int = 40) -> Result:
    (folder / "p.json").write_text(json.dumps(told))
    words = ("--parameters", folder / "p.json", "--out", folder / "r.csv", "--number", str(number))
    return poise("simulate", "responses", *words, *more)


def rows_of(path: Path) -> list[dict[str, str]]:
    with path.open() as file:
        return list(csv.DictReader(file))


def test_the_wide_form_holds_values_and_ranks_and_the_truth_is_beside_it(tmp_path: Path) -> None:
    done = simulate(tmp_path, tell_all(), "--truth", tmp_path / "t.csv", "--style", "faker=.25:2:.5", "--seed", "4")
    assert done.exit_code == 0, done.output
    assert "40 simulees (30 honest, 10 faker; seed 4): 200 answers to items, 80 to blocks." in done.output
    rows, truth = rows_of(tmp_path / "r.csv"), rows_of(tmp_path / "t.csv")
    assert list(rows[0]) == ["person", *RATED, *STATEMENTS]
    assert {row["g1"] for row in rows} <= {"1", "2", "3", "5"}
    assert all(sorted(row[name] for name in BLOCKS["b1"]["statements"]) == ["1", "2", "3"] for row in rows)
    plain = simulate_responses(read_instrument(tell_all()), 40, 4)
    assert [[float(row["calm"]), float(row["warm"])] for row in truth] == pytest.approx(plain.theta, abs=1e-6)
    assert sum(row["style"] == "faker" for row in truth) == 10
    honest = [p for p, row in enumerate(truth) if row["style"] == "honest"]
    names = list(STATEMENTS)
    assert [[int(rows[p][name]) for name in names] for p in honest] == plain.statements[honest].tolist()


def test_the_long_form_holds_the_same_answers(tmp_path: Path) -> None:
    told = tell_all(groups={"old": {"means": {"calm": 0.0}}, "new": {"means": {"calm": 0.5}}})
    simulate(tmp_path, told, "--missing", ".2")
    wide = rows_of(tmp_path / "r.csv")
    assert wide[0]["group"] == "old"
    simulate(tmp_path, told, "--missing", ".2", "--long")
    long = rows_of(tmp_path / "r.csv")
    given = {
        (row["person"], row["group"], name): row[name] for row in wide for name in (*RATED, *STATEMENTS) if row[name]
    }
    assert {(row["person"], row["group"], row["item"]): row["response"] for row in long} == given


def test_raters_and_what_was_dichotomised(tmp_path: Path) -> None:
    raters = {"ann": {"severity": 0.3, "consistency": 1.0}, "bo": {"severity": -0.3, "consistency": 1.0}}
    simulate(tmp_path, tell(RATED, raters=raters))
    rows = rows_of(tmp_path / "r.csv")
    assert list(rows[0]) == ["person", "item", "rater", "response"]
    assert {row["rater"] for row in rows} == {"ann", "bo"}
    yes_no = {"y": {"model": "2pl", "loadings": {"calm": 1.0}, "intercepts": [0.0], "values": [0, 1]}}
    simulate(tmp_path, tell(yes_no, dichotomise=2))
    assert {row["y"] for row in rows_of(tmp_path / "r.csv")} == {"0", "2"}


def test_readings_are_written_apart_from_blocks(tmp_path: Path) -> None:
    done = simulate(tmp_path, tell_all(), "--certainty", ".8", "--readings", tmp_path / "read.csv")
    assert done.exit_code == 0, done.output
    read, rest = rows_of(tmp_path / "read.csv"), rows_of(tmp_path / "r.csv")
    assert list(rest[0]) == ["person", *STATEMENTS]
    assert len(read) == 40 * len(RATED)
    for row in read:
        size = len(RATED[row["item"]]["intercepts"]) + 1
        for letter in "pb":
            told = [row[f"{letter}{k}"] for k in range(5)]
            assert told[size:] == [""] * (5 - size)
            assert sum(map(float, told[:size])) == pytest.approx(1.0, abs=1e-5)
    simulate(tmp_path, tell(RATED), "--certainty", ".8")
    assert rows_of(tmp_path / "r.csv") == read


@pytest.mark.parametrize(
    ("more", "told"),
    [
        (("--style", "faker"), "--style faker: expected STYLE=SHARE"),
        (("--style", "liar=.1"), "got 'liar', expected one of honest"),
        (("--style", "faker=.1:2:.5:1"), "--style faker=.1:2:.5:1: expected"),
        (("--desirable", "calm"), "--desirable calm: expected NAME=WEIGHT"),
        (("--desirable", "brave=1"), "'brave' is no dimension"),
        (("--skew", "3"), "skew: got 3.0"),
        (("--certainty", ".8"), "blocks are not read; say --readings FILE"),
        (("--certainty", "2", "--readings", "x.csv"), "certainty: got 2.0, expected a number between 0 and 1"),
        (("--readings", "x.csv"), "--readings: expected --certainty beside it"),
        (("--answered", "99"), "answered: got 99, expected at most the 7 questions"),
        (("--truth", "/nowhere/t.csv"), "/nowhere/t.csv: cannot be written"),
    ],
)
def test_what_cannot_be_is_said_in_a_line(tmp_path: Path, more: tuple[str, ...], told: str) -> None:
    done = simulate(tmp_path, tell_all(), *more)
    assert done.exit_code == 2, done.output
    assert told in " ".join(done.output.split())
    assert "Traceback" not in done.output


def draw_items(model: str, categories: int, *, crossed: bool = False) -> dict[str, Any]:
    rng = np.random.default_rng(11)
    items: dict[str, Any] = {}
    for i in range(16):
        home = ("calm", "warm")[i % 2]
        a = float(np.clip(rng.lognormal(0.2, 0.2), 0.7, 2.0))
        d = -a * (np.sort(rng.normal(0, 0.8, categories - 1)) + 0.3 * np.arange(categories - 1))
        if model == "gpcm":
            d = d.cumsum()
        items[f"i{i}"] = {"model": model, "loadings": {home: a}, "intercepts": d.tolist()}
    if crossed:
        items["i0"]["loadings"]["warm"] = 0.5
    return items


def draw_blocks() -> dict[str, Any]:
    """Return twelve blocks of three; every third has a statement of the low pole, and half name most and least."""
    rng = np.random.default_rng(12)
    items: dict[str, Any] = {}
    blocks: dict[str, Any] = {}
    for b in range(12):
        intercepts = rng.normal(0, 0.6, 3)
        names = [f"b{b}s{j}" for j in range(3)]
        for j, name in enumerate(names):
            pole = -1.0 if (b % 3, j) == (0, 1) else 1.0
            items[name] = {
                "model": "blocks",
                "loadings": {("calm", "warm")[(b + j) % 2]: pole * float(np.clip(rng.lognormal(0.2, 0.2), 0.7, 2.0))},
                "intercepts": [float(intercepts[j] - intercepts.mean())],
            }
        blocks[f"b{b}"] = {"statements": names, "task": ("rank", "most_least")[b % 2]}
    return tell(items, blocks=blocks)


RATERS = {
    "mild": {"severity": -0.6, "consistency": 1.25},
    "even": {"severity": 0.1, "consistency": 0.8},
    "hard": {"severity": 0.5, "consistency": 1.0},
}
CASES: dict[str, tuple[dict[str, Any], tuple[str, ...], tuple[str, ...]]] = {
    "2pl": (tell(draw_items("2pl", 2)), (), ("--model", "2pl")),
    "graded, crossed": (tell(draw_items("graded", 4, crossed=True)), (), ("--model", "graded")),
    "gpcm": (tell(draw_items("gpcm", 3)), (), ("--model", "gpcm")),
    "by design": (tell(draw_items("graded", 3)), ("--answered", "12"), ()),
    "raters": (tell(draw_items("graded", 3), raters=RATERS), (), ("--rater", "rater")),
    "readings": (tell(draw_items("graded", 3)), ("--certainty", ".85"), ()),
    "blocks": (draw_blocks(), (), ("--model", "blocks")),
}


@pytest.mark.parametrize("case", CASES)
def test_what_is_calibrated_on_simulees_is_what_they_were_made_of(tmp_path: Path, case: str) -> None:
    told, more, words = CASES[case]
    done = simulate(tmp_path, told, *more, number=2000)
    assert done.exit_code == 0, done.output
    items = told["items"]
    map_of = {d: [key for key, one in items.items() if d in one["loadings"]] for d in ("calm", "warm")}
    (tmp_path / "map.yaml").write_text(json.dumps(map_of | {k: v for k, v in told.items() if k == "blocks"}))
    found = tmp_path / "again.json"
    done = poise("calibrate", tmp_path / "r.csv", "--dimensions", tmp_path / "map.yaml", "--out", found, *words)
    assert done.exit_code == 0, done.output
    again = json.loads(found.read_text())
    z = np.array([z for key, item in items.items() for z in compare(item, again["items"][key])])
    for name, rater in told.get("raters", {}).items():
        own = again["raters"][name]
        z = np.append(z, [(own[one] - rater[one]) / own["se"][one] for one in rater])
    assert np.abs(z).max() < 4.2
    assert 0.7 < np.sqrt(np.mean(np.square(z))) < 1.3
    assert again["correlations"][0][1] == pytest.approx(0.5, abs=0.13)


def compare(item: dict[str, Any], found: dict[str, Any]) -> list[float]:
    """Return the errors of an item's parameters in their standard errors."""
    assert found["model"] == item["model"]
    z = [(found["loadings"][d] - a) / found["se"]["loadings"][d] for d, a in item["loadings"].items()]
    errors = zip(found["intercepts"], item["intercepts"], found["se"]["intercepts"], strict=True)
    return z + [(d - true) / se for d, true, se in errors]
