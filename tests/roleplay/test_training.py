import json
from collections import Counter
from pathlib import Path

import numpy as np
import pytest

from poise.content.act import ACTS
from poise.roleplay.training.exemplars import Exemplar, ExemplarError, hash_exemplars, load_exemplars
from poise.roleplay.training.heads import REPORT, build_corpus, name_version, save_heads, stitch_replies, train_heads
from poise.roleplay.understanding.reader import DATA, HEADS, Encoder, load_heads

MUCH_WANTED = ("offer", "ask", "acknowledge", "insult", "argue", "refuse", "dismiss")


@pytest.fixture(scope="module")
def exemplars() -> tuple[Exemplar, ...]:
    return load_exemplars()


@pytest.fixture(scope="module")
def encoder() -> Encoder:
    return Encoder()


def test_there_are_enough_exemplars_of_every_act(exemplars: tuple[Exemplar, ...]) -> None:
    counts = Counter(act for one in exemplars for act in one.acts)
    assert len(exemplars) >= 900
    assert len({one.voice for one in exemplars}) >= 8
    assert {act: counts[act] for act in ACTS if counts[act] < 35} == {}
    assert {act: counts[act] for act in MUCH_WANTED if counts[act] < 60} == {}
    assert sum(not one.acts for one in exemplars) >= 40


def test_no_act_belongs_to_one_voice(exemplars: tuple[Exemplar, ...]) -> None:
    voices = {act: {one.voice for one in exemplars if act in one.acts} for act in ACTS}
    assert {act: found for act, found in voices.items() if len(found) < 8} == {}


def test_the_shipped_heads_come_from_these_exemplars(exemplars: tuple[Exemplar, ...], encoder: Encoder) -> None:
    version = name_version(exemplars, encoder.digest)
    assert load_heads().version == version, "exemplars, cues or code changed: run `make train`"
    assert json.loads(REPORT.read_text(encoding="utf-8"))["version"] == version


def test_the_datasheet_counts_right(exemplars: tuple[Exemplar, ...]) -> None:
    words = (DATA / "DATASHEET.md").read_text(encoding="utf-8")
    assert f"{len(exemplars):,} replies" in words
    assert f"{len({one.voice for one in exemplars})} voices" in words


def test_training_twice_gives_the_same_bytes(exemplars: tuple[Exemplar, ...], encoder: Encoder, tmp_path: Path) -> None:
    voices = sorted({one.voice for one in exemplars})[:3]
    some = [one for one in exemplars if one.voice in voices]
    files = [tmp_path / "one.npz", tmp_path / "two.npz"]
    for file in files:
        heads, _ = train_heads(build_corpus(some, encoder), encoder.digest)
        save_heads(heads, file)
    assert files[0].read_bytes() == files[1].read_bytes()
    stored = load_heads(files[0])
    assert np.array_equal(stored.weights, heads.weights)
    assert stored.version == heads.version
    assert HEADS.stat().st_size < 1_000_000


def test_base_rates_are_honest_for_whole_replies() -> None:
    figures = json.loads(REPORT.read_text(encoding="utf-8"))["whole_replies"]
    assert set(figures) == set(ACTS)
    assert {act: one for act, one in figures.items() if abs(one["share"] - one["mean_probability"]) > 0.05} == {}
    stored = dict(zip(ACTS, load_heads().base_rates, strict=True))
    assert stored == pytest.approx({act: one["mean_probability"] for act, one in figures.items()}, abs=1e-4)


def test_stitched_replies_keep_one_voice_and_a_real_length(exemplars: tuple[Exemplar, ...], encoder: Encoder) -> None:
    voices = sorted({one.voice for one in exemplars})[:2]
    corpus = build_corpus([one for one in exemplars if one.voice in voices], encoder)
    replies = stitch_replies(corpus)
    lengths = [sum(len(corpus.rows[piece]) for piece in reply) for reply in replies]
    assert all(len({corpus.voices[piece] for piece in reply}) == 1 for reply in replies)
    assert set(range(1, 6)) <= set(lengths)
    assert 2.3 < float(np.mean(lengths)) < 3.3
    assert replies == stitch_replies(corpus)


def test_the_version_follows_text_and_labels(exemplars: tuple[Exemplar, ...]) -> None:
    first, *rest = exemplars
    relabelled = Exemplar(first.voice, first.say, first.acts ^ {"offer"})
    assert hash_exemplars([relabelled, *rest]) != hash_exemplars(exemplars)
    assert name_version(exemplars, "a") != name_version(exemplars, "b")


def test_faults_are_listed_all_at_once_with_their_lines(tmp_path: Path) -> None:
    (tmp_path / "odd.yaml").write_text(
        'exemplars:\n  - {say: "Hello.", acts: [courtesy]}\n  - {say: "", acts: [ask]}\n'
        '  - {say: "Why?", acts: [wonder]}\n  - {say: "hello", acts: []}\n  - {say: "No acts."}\n',
        encoding="utf-8",
    )
    with pytest.raises(ExemplarError) as raised:
        load_exemplars(tmp_path)
    message = str(raised.value)
    assert "odd.yaml:3: say is ''" in message
    assert "odd.yaml:4: unknown acts ['wonder']" in message
    assert "odd.yaml:6:" in message
    assert "'hello' is said already" in message


def test_an_empty_folder_is_refused(tmp_path: Path) -> None:
    with pytest.raises(ExemplarError, match="no exemplars"):
        load_exemplars(tmp_path)
