"""The nearest written example and the tone of a text: they belong to the encoder, and they explain only."""

from pathlib import Path

import numpy as np
import pytest

from poise.roleplay.training.examples import lay_out_examples
from poise.roleplay.training.exemplars import load_exemplars
from poise.roleplay.training.tones import CommentsError, fit_tones, judge_tones, load_comments, move_decisions
from poise.roleplay.understanding import Reader
from poise.roleplay.understanding.encoder import Encoder, ReaderError
from poise.roleplay.understanding.heads import ACTS, to_chance
from poise.roleplay.understanding.nearest import Examples
from poise.roleplay.understanding.tone import TONES, ToneHeads


def test_examples_and_tones_belong_to_the_encoder_that_ships() -> None:
    digest = Encoder().digest
    assert Examples.load().encoder == digest
    assert ToneHeads.load().encoder == digest


def test_every_exemplar_is_at_hand_with_its_acts() -> None:
    shipped, exemplars = Examples.load(), [one for one in load_exemplars() if one.acts]
    assert shipped.texts == tuple(one.say for one in exemplars)
    assert all(shipped.holds[row, ACTS.index(act)] for row, one in enumerate(exemplars) for act in one.acts)
    assert int(shipped.holds.sum()) == sum(len(one.acts) for one in exemplars)


def test_the_vectors_are_those_of_the_encoder(tmp_path: Path) -> None:
    few = [one for one in load_exemplars() if one.acts][::400]
    fresh = lay_out_examples(few, Encoder())
    fresh.save(tmp_path / "few.npz")
    held, shipped = Examples.load(tmp_path / "few.npz"), Examples.load()
    rows = [shipped.texts.index(text) for text in held.texts]
    assert np.abs(held.vectors - shipped.vectors[rows]).max() < 1e-12
    assert (held.vectors * fresh.vectors).sum(axis=1).min() > 0.9999


def test_an_example_is_its_own_nearest_and_holds_the_act(reader: Reader) -> None:
    assert reader.nearest("Checking now.", "check") == "Checking now."
    found = reader.nearest("I am looking at your order now.", "check")
    shipped = Examples.load()
    assert shipped.holds[shipped.texts.index(found), ACTS.index("check")]


def test_nothing_is_shown_where_nothing_is_near(reader: Reader) -> None:
    assert reader.nearest("Purple giraffes debate geometry.", "escalate") == ""


@pytest.mark.parametrize("load", [Examples.load, ToneHeads.load])
def test_missing_files_say_what_to_do(tmp_path: Path, load: object) -> None:
    with pytest.raises(ReaderError, match="reinstall poise"):
        load(tmp_path / "none.npz")  # type: ignore[operator] # both take a path


def test_tones_are_heard(reader: Reader) -> None:
    assert reader.tone("")["anger"] < 0.01
    for text, tone in (
        ("Thank you so much, I love it.", "warmth"),
        ("I am so angry, this is disgusting.", "anger"),
        ("I am so sorry, it makes me sad.", "sorrow"),
        ("Why is that? I do not understand it at all.", "doubt"),
    ):
        heard = reader.tone(text)
        assert set(heard) == set(TONES)
        assert max(heard, key=lambda one: heard[one]) == tone, (text, heard)


def write_comments(folder: Path, rows: str) -> None:
    (folder / "goemotions_labels.txt").write_text("anger\njoy\nneutral\n" + "\n".join(_others()), encoding="utf-8")
    (folder / "goemotions_train.tsv").write_text(rows, encoding="utf-8")


def _others() -> list[str]:
    from poise.roleplay.understanding.tone import EMOTIONS_OF  # noqa: PLC0415  only here

    return [one for own in EMOTIONS_OF.values() for one in own if one not in {"anger", "joy"}]


def test_comments_are_read_by_tone_and_faults_are_named(tmp_path: Path) -> None:
    write_comments(tmp_path, "So cross\t0\tx1\nFine day\t1,2\tx2\nA stone\t2\tx3\n")
    comments = load_comments(tmp_path, "train")
    assert comments.texts == ("So cross", "Fine day", "A stone")
    assert [[TONES[column] for column in np.flatnonzero(row)] for row in comments.tones] == [["anger"], ["cheer"], []]
    write_comments(tmp_path, "So cross\t0\tx1\nno tab here\n")
    with pytest.raises(CommentsError, match=r"goemotions_train\.tsv:2"):
        load_comments(tmp_path, "train")


def test_heads_of_tone_find_what_is_there_and_decide_at_a_half() -> None:
    rng = np.random.default_rng(3)
    tones = rng.random((600, len(TONES))) < 0.15
    vectors = rng.normal(size=(600, 384)) * 0.05
    vectors[:, : len(TONES)] += tones * 0.5
    fitted = fit_tones(vectors[:400], tones[:400], "digest")
    moved = move_decisions(fitted, vectors[:400], tones[:400])
    before, after = (judge_tones(one, vectors[:400], tones[:400]) for one in (fitted, moved))
    unseen = judge_tones(moved, vectors[400:], tones[400:])
    for tone in TONES:
        assert after[tone]["auc"] == before[tone]["auc"]
        assert unseen[tone]["auc"] > 0.9
        assert after[tone]["f1"] >= before[tone]["f1"]
    assert np.allclose(fitted.weights, moved.weights)
    assert (to_chance(np.zeros(384) @ moved.weights.T + moved.shifts) < 0.5).all()
