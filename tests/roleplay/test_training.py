import json
from collections import Counter
from dataclasses import replace
from pathlib import Path
from random import Random

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from poise.content.act import ACTS, HEARD
from poise.roleplay.training.calibrating import calibrate_heads, gather, list_common_words, name_version
from poise.roleplay.training.corpus import CorpusReply, load_corpus
from poise.roleplay.training.crossvalidating import (
    Unheard,
    digest_lessons,
    fold_of,
    load_unheard,
    save_unheard,
)
from poise.roleplay.training.exemplars import Exemplar, ExemplarError, load_exemplars
from poise.roleplay.training.reporting import REPORT
from poise.roleplay.training.samples import (
    Lesson,
    Line,
    draw_lines,
    draw_samples,
    gather_lessons,
    gather_lines,
    roughen,
)
from poise.roleplay.understanding.encoder import DATA, ENCODER, Encoder, ReaderError
from poise.roleplay.understanding.heads import HEADS, Heads, load_heads, save_heads
from poise.roleplay.understanding.spelling import spell_plainly

MUCH_WANTED = ("offer", "ask", "acknowledge", "insult", "argue", "refuse", "dismiss")
CORPUS = Path(__file__).parents[2] / "corpus"


@pytest.fixture(scope="module")
def exemplars() -> tuple[Exemplar, ...]:
    return load_exemplars()


@pytest.fixture(scope="module")
def corpus() -> tuple[CorpusReply, ...]:
    return load_corpus(CORPUS)


@pytest.fixture(scope="module")
def lessons(corpus: tuple[CorpusReply, ...], exemplars: tuple[Exemplar, ...]) -> tuple[Lesson, ...]:
    return gather_lessons(corpus, exemplars)


@pytest.fixture(scope="module")
def lines(corpus: tuple[CorpusReply, ...]) -> tuple[Line, ...]:
    return gather_lines(corpus)


@pytest.fixture(scope="module")
def unheard() -> Unheard:
    return load_unheard(CORPUS / "unheard.npz")


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


def test_the_shipped_heads_come_from_these_lessons(
    lessons: tuple[Lesson, ...], lines: tuple[Line, ...], unheard: Unheard
) -> None:
    digest = digest_lessons(lessons, lines)
    assert unheard.digest == digest, "corpus or exemplars changed: run `make train`"
    version = name_version(digest, Encoder().digest)
    assert load_heads().version == version, "encoder, cues or code changed: run `make heads`"
    assert json.loads(REPORT.read_text(encoding="utf-8"))["version"] == version


def test_the_datasheet_counts_right(exemplars: tuple[Exemplar, ...]) -> None:
    words = (DATA / "DATASHEET.md").read_text(encoding="utf-8")
    assert f"{len(exemplars):,} replies" in words
    assert f"{len({one.voice for one in exemplars})} voices" in words


def test_calibrating_twice_gives_the_same_bytes(lessons: tuple[Lesson, ...], unheard: Unheard, tmp_path: Path) -> None:
    some = np.flatnonzero([lesson.voice in {"thumbs", "bank_letter"} for lesson in lessons])
    kept = np.isin(unheard.owner, some)
    part = replace(
        unheard,
        owner=np.searchsorted(some, unheard.owner[kept]),
        sentences=unheard.sentences[:, kept],
        whole=unheard.whole[:, some],
        conduct=unheard.conduct[:, some],
    )
    taught = gather([lessons[number] for number in some], part)
    files = [tmp_path / "one.npz", tmp_path / "two.npz"]
    for file in files:
        heads = calibrate_heads(taught, np.ones(len(some), dtype=bool), "v", "e")
        save_heads(heads, file)
    assert files[0].read_bytes() == files[1].read_bytes()
    stored = load_heads(files[0])
    assert np.array_equal(stored.joint, heads.joint)
    assert np.array_equal(stored.base_rates, heads.base_rates)
    with pytest.raises(ValueError, match="belong to other lessons"):
        gather(lessons[:5], part)


def test_base_rates_are_the_mean_reading_and_stand_near_how_often_acts_are_there() -> None:
    """The odds are moved to where deciding errs least, so the mean reading may stand above the share, hardly below."""
    figures = json.loads(REPORT.read_text(encoding="utf-8"))["whole_replies"]
    assert set(figures) == set(ACTS)
    off = {act: one["mean_probability"] - one["share"] for act, one in figures.items()}
    assert {act: by for act, by in off.items() if not -0.05 <= by <= 0.1} == {}
    stored = dict(zip(ACTS, load_heads().base_rates, strict=True))
    assert stored == pytest.approx({act: one["mean_probability"] for act, one in figures.items()}, abs=1e-4)
    assert max(stored.values()) < 0.5


def test_heads_for_other_acts_or_a_missing_encoder_are_refused(tmp_path: Path) -> None:
    heads = load_heads()
    file = tmp_path / "heads.npz"
    save_heads(Heads(**{**heads.__dict__, "version": "x"}), file)
    with np.load(file) as stored:
        np.savez(file, **{**stored, "acts": np.array(["ask"])})
    with pytest.raises(ReaderError, match="make train"):
        load_heads(file)
    with pytest.raises(ReaderError, match="missing"):
        Encoder(tmp_path / "nowhere.onnx")
    assert HEADS.stat().st_size < 1_000_000
    assert ENCODER.stat().st_size < 30_000_000


def test_an_epoch_shows_every_reply_whole_or_sentence_by_sentence(lessons: tuple[Lesson, ...]) -> None:
    some = lessons[:300]
    samples = list(draw_samples(some, Random(1)))
    assert samples == list(draw_samples(some, Random(1)))
    assert len(some) < len(samples) < sum(len(lesson.say) for lesson in some)
    assert any(one.conduct for one in samples)
    assert any(not one.before for one in samples)
    assert any(" | " in one.before for one in samples)
    assert all(len(one.labels) == len(ACTS) for one in samples)


def test_lines_of_customers_carry_their_acts(lines: tuple[Line, ...]) -> None:
    drawn = list(draw_lines(lines[:50], Random(2)))
    assert [sum(one.labels) for one in drawn] == [len(line.heard) for line in lines[:50]]
    assert all(len(one.labels) == len(HEARD) for one in drawn)


@given(st.text(alphabet="abc .!,", max_size=60), st.integers())
def test_a_rough_text_stays_nearly_the_same(text: str, seed: int) -> None:
    rough = roughen(text, Random(seed))
    assert abs(len(rough) - len(text.rstrip(".! "))) <= len(text) - len(text.rstrip(".! ")) + len("right, ") + 1


def test_each_voice_is_left_out_once(lessons: tuple[Lesson, ...]) -> None:
    folds = fold_of([lesson.voice for lesson in lessons])
    corpus_voices = [voice for voice in folds if not voice.startswith("x_")]
    assert Counter(folds[voice] for voice in corpus_voices) == {0: 4, 1: 4, 2: 4}


def test_scores_of_unheard_voices_survive_the_file(unheard: Unheard, tmp_path: Path) -> None:
    save_unheard(unheard, tmp_path / "unheard.npz")
    again = load_unheard(tmp_path / "unheard.npz")
    assert np.array_equal(again.sentences, unheard.sentences)
    assert again.digest == unheard.digest


def test_the_digest_follows_text_labels_and_voices(lessons: tuple[Lesson, ...], lines: tuple[Line, ...]) -> None:
    first, *rest = lessons[:3]
    text, acts = first.say[0]
    for other in (
        replace(first, voice="other"),
        replace(first, customer="other"),
        replace(first, say=((text, acts ^ {"offer"}), *first.say[1:])),
    ):
        assert digest_lessons([other, *rest], lines[:3]) != digest_lessons(lessons[:3], lines[:3])


def test_common_words_are_words(lessons: tuple[Lesson, ...]) -> None:
    words = list_common_words(lessons[:500])
    assert "sorry" in words
    assert all(word == spell_plainly(word) for word in words[:200])


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
