"""The evaluation runs on small made-up data, its figures are right, and its page has the tables that it prints."""

import importlib
import json
from itertools import pairwise
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from scipy.stats import spearmanr
from sklearn.metrics import f1_score, roc_auc_score

from poise.content.library import Library
from poise.content.quality import QUALITIES
from poise.roleplay.understanding import Reader

ROOT = Path(__file__).parents[2]
TEXT = ROOT.parent / "shared" / "data" / "text"
GOOD = "I am so sorry about the lamp. It was our fault. Would a new one tomorrow help?"
BAD = "You should have read the label, genius. Stop shouting and calm down."
PARTS = ("acts", "training", "public", "flips", "ratings", "time")
MARKS = {part: (f"<!-- printed by make evaluate: {part} -->", f"<!-- end of {part} -->") for part in PARTS}
REPORT = {
    "version": "words-made-up",
    "what": "made up",
    "macro_f1": 0.8,
    "macro_f1_by_voice": {"thumbs": 0.7},
    "acts": {"ask": {"positives": 9, "precision": 0.8, "recall": 0.7, "f1": 0.747, "auc": 0.949}},
}


@pytest.fixture
def benchmarks(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.syspath_prepend(str(ROOT / "benchmarks"))


@pytest.fixture
def quick(benchmarks: None, monkeypatch: pytest.MonkeyPatch, reader: Reader, library: Library) -> None:
    """What is loaded already need not be loaded again."""
    del benchmarks
    monkeypatch.setattr(Reader, "load", lambda: reader)
    monkeypatch.setattr(load("evaluate_setting"), "load_library", lambda: library)


def load(name: str) -> Any:
    return importlib.import_module(name)


def write_lines(file: Path, rows: list[dict[str, Any]]) -> None:
    file.parent.mkdir(parents=True)
    file.write_text("".join(json.dumps(row) + "\n" for row in rows))


def make_data(folder: Path) -> None:
    """Make replies by two writers, conversations rated by three, and a corpus of one voice."""
    write_lines(
        folder / "replies" / "replies.jsonl",
        [
            {"id": f"r{n}", "writer": "ab"[n % 2], "customer": "My lamp is broken!", "kind": "plain"}
            | ({"reply": GOOD, "acts": ["apologise", "own", "offer"], "quality": "good"} if n % 3 else
               {"reply": BAD, "acts": ["blame_customer", "insult", "dismiss"], "quality": "bad"})
            for n in range(8)
        ],
    )  # fmt: skip
    conversations = []
    for n in range(11):
        level = 1 + n % 3
        turns = [{"who": "customer", "text": "My lamp is broken!"}, {"who": "rep", "text": GOOD if n % 2 else BAD}]
        ratings = [
            {
                "rater": name,
                "overall": 20 * level,
                "would_return": 10 * level,
                "ratings": dict.fromkeys(QUALITIES, rate),
            }
            for name, rate in (("x", level), ("y", level), ("z", None))
        ]
        conversations.append({"id": f"c{n}", "turns": turns, "ratings": ratings})
    write_lines(folder / "conversations" / "conversations.jsonl", conversations)
    replies = [
        {"setting": "shop", "customer": "My lamp is broken!", "heard": ["fact"], "conduct": "good", "kind": "plain",
         "say": [[f"I am so sorry about lamp {n}.", ["apologise"]], ["Would a new one help?", ["offer"]]]}
        for n in range(9)
    ]  # fmt: skip
    (folder / "corpus").mkdir()
    told = {"voice": "made_up", "about": "nobody", "replies": replies}
    (folder / "corpus" / "made_up.yaml").write_text(json.dumps(told))
    (folder / "report.json").write_text(json.dumps(REPORT))


def evaluate(folder: Path, *words: str) -> None:
    where = ["--data", str(folder), "--corpus", str(folder / "corpus"), "--report", str(folder / "report.json")]
    load("evaluate").main([*words, *where])


def heads(text: str) -> list[str]:
    lines = text.splitlines()
    return [line for line, below in pairwise(lines) if below.startswith("|---")]


@pytest.mark.usefixtures("quick")
def test_every_part_prints_its_tables_and_what_is_missing_is_said(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    make_data(tmp_path)
    evaluate(tmp_path, "--few", "4")
    told, said = capsys.readouterr()
    assert "public: not done, as" in said
    assert [line[3:] for line in told.splitlines() if line[:3] == "## "] == [part for part in PARTS if part != "public"]
    row = next(line for line in told.splitlines() if line.startswith("| `apologise`"))
    assert row.split("|")[2].strip() == "2"
    assert ".95: missed" in next(line for line in told.splitlines() if line.startswith("| `ask` | 9"))
    assert "11 conversations, 3 raters each; 11 were reviewed." in told
    assert any(line.startswith("| patience | 11 |") for line in told.splitlines())
    assert "4 replies, said to" in told
    assert told.count("Read by `") == 4


@pytest.mark.usefixtures("benchmarks")
def test_a_page_gets_what_was_printed_between_its_marks_and_nothing_else(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    make_data(tmp_path)
    page = tmp_path / "page.md"
    page.write_text("# Title\n\n" + "\nprose\n\n".join("{}\n{}\n".format(*MARKS[part]) for part in PARTS))
    with pytest.raises(SystemExit):
        evaluate(tmp_path, "training", "--few", "6", "--page", str(page))
    for _ in range(2):  # the second time it stands there already
        capsys.readouterr()
        evaluate(tmp_path, "training", "public", "--page", str(page))
        written, told = page.read_text(), capsys.readouterr().out
        assert "`words-made-up`" in written
        assert written.count("prose") == len(PARTS) - 1
        assert "\n".join(MARKS["public"]) in written
        assert heads(written) == heads(told) != []
    page.write_text("no marks")
    with pytest.raises(SystemExit, match="expected the marks"):
        evaluate(tmp_path, "training", "--page", str(page))


def test_the_page_has_a_place_for_every_part() -> None:
    page = (ROOT / "docs" / "evaluation.md").read_text()
    for begin, end in MARKS.values():
        assert page.count(begin) == page.count(end) == 1
        assert page.index(begin) < page.index(end)


@pytest.mark.usefixtures("benchmarks")
def test_f1_and_auc_are_what_others_compute_and_lie_in_their_intervals() -> None:
    figures = load("evaluate_figures")
    rng = np.random.default_rng(1)
    holds = rng.random((60, 3)) < (0.1, 0.4, 0.7)
    chances = np.round(np.clip(0.3 * holds + 0.7 * rng.random((60, 3)), 0, 1), 1)  # with ties
    for place in range(3):
        assert figures.judge_f1(chances, holds)[1][place].value == pytest.approx(
            f1_score(holds[:, place], chances[:, place] >= 0.5)
        )
        auc = figures.judge_auc(chances, holds)[1][place]
        assert auc.value == pytest.approx(roc_auc_score(holds[:, place], chances[:, place]))
        assert auc.low < auc.value < auc.high
    # A draw is the same as writing every reply down as often as it came.
    times = figures.draw(60)[:5]
    for one in times:
        rows = np.repeat(np.arange(60), one.astype(int))
        expected = roc_auc_score(holds[rows, 1], chances[rows, 1])
        assert figures.auc_of(one[None], chances[:, 1], holds[:, 1])[0] == pytest.approx(expected)
        expected = f1_score(holds[rows, 1], chances[rows, 1] >= 0.5)
        assert figures.f1_of(one[None], chances, holds)[0, 1] == pytest.approx(expected)


@pytest.mark.usefixtures("benchmarks")
def test_an_act_that_nobody_shows_is_left_out_of_the_means() -> None:
    figures = load("evaluate_figures")
    holds = np.array([[True, False], [False, False], [True, False]])
    chances = np.array([[0.9, 0.9], [0.1, 0.9], [0.8, 0.1]])
    mean, each = figures.judge_f1(chances, holds)
    assert mean.value == each[0].value == 1.0
    assert str(each[1]) == "–"
    assert figures.judge_auc(chances, holds)[0].value == 1.0


@pytest.mark.usefixtures("benchmarks")
def test_shares_bounds_and_ranks() -> None:
    figures = load("evaluate_figures")
    assert figures.bound_share(0, 150) == pytest.approx(1 - 0.05 ** (1 / 150))
    assert figures.bound_share(3, 3) == 1.0
    alone = figures.share_of([True, False] * 20)
    assert alone.value == 0.5
    assert 0.3 < alone.low < 0.5 < alone.high < 0.7
    # What comes in clusters that are all alike is known less well than its number says.
    together = figures.share_of([True] * 20 + [False] * 20, [0] * 10 + [1] * 10 + [2] * 10 + [3] * 10)
    assert together.high - together.low > 2 * (alone.high - alone.low)
    rng = np.random.default_rng(2)
    one = rng.integers(0, 9, 25).astype(float)
    two = one + rng.normal(0, 3, 25)
    found = figures.correlate_ranks(np.append(one, np.nan), np.append(two, 1.0))
    assert found.value == pytest.approx(spearmanr(one, two).statistic)
    assert found.low < found.value < found.high
    assert [figures.tell(value) for value in (0.5, -0.25, 1.0, -0.0001, np.nan)] == [
        ".500",
        "-.250",
        "1.000",
        ".000",
        "–",
    ]


@pytest.mark.usefixtures("benchmarks")
def test_the_median_of_raters_needs_two_and_ratings_are_rounded_upwards() -> None:
    ratings = load("evaluate_ratings")

    def middle(*told: int | None) -> int | None:
        found: int | None = ratings.middle_of([{"ratings": {"patience": one}} for one in told], "patience")
        return found

    assert [middle(1, 4, 3), middle(2, None, 3), middle(2, None, None)] == [3, 2, None]
    said = [{"ratings": {"patience": {"expected": value}}} for value in (0.49, 1.5, 4.0)]
    assert [ratings.level_of(one, "patience") for one in said] == [0, 2, 4]
    assert ratings.level_of(said[0], "courtesy") is None
    assert ratings.level_of(None, "patience") is None
    few = ratings.pair_up([1, 2, 3, None] * 3, [1, 2, 3, 4] * 3)
    assert few.number == 9
    assert np.isnan(few.kappa(np.ones((1, 12)))).all()


@pytest.mark.usefixtures("benchmarks")
def test_rows_of_a_page_that_were_not_run_anew_stay() -> None:
    telling = load("telling")
    old = ["| case |", "|---|", "| a: one |", "| a |", "| b: two |", "| w: three |"]
    assert telling.keep_other_cases(old, ["| case |", "|---|", "| b: new |", "| x: newer |"]) == [
        "| case |", "|---|", "| a: one |", "| a |", "| b: new |", "| w: three |", "| x: newer |",
    ]  # fmt: skip


@pytest.mark.skipif(not TEXT.is_dir(), reason=f"the shared collections are not here: {TEXT}")
@pytest.mark.usefixtures("benchmarks")
def test_every_label_that_is_matched_occurs_in_its_collection_and_the_sample_keeps_its_limit() -> None:
    public, setting = load("evaluate_public"), load("evaluate_setting")
    where = setting.Setting(TEXT.parent, ROOT / "corpus", ROOT / "none.json")
    read = 0
    for _, read_all, matches in public.COLLECTIONS.values():
        sentences = read_all(TEXT)
        drawn = public.draw_sentences(sentences, matches, where)
        assert drawn == public.draw_sentences(sentences, matches, where)
        read += len(drawn.of)
        for match in matches:
            for label in match.labels:
                assert sum(label in labels for _, labels in drawn.of) >= 20, label
            assert sum(not labels.intersection(match.labels) for _, labels in drawn.of) >= 100
    assert 1000 < read <= public.MOST
