"""Learns the heads that read a reply: ``python -m poise.roleplay.training.heads``.

One logistic regression an act, over the sentence's vector, cues and phrases. Every figure comes from voices that the
weights did not learn from: each voice is held out in turn, and the scores it then gets calibrate the heads.
"""

import hashlib
import json
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

import numpy as np
import numpy.typing as npt
from sklearn.linear_model import LogisticRegression
from sklearn.metrics import roc_auc_score
from threadpoolctl import threadpool_limits  # type: ignore[import-untyped] # it ships no types

from poise.content.act import HARM
from poise.roleplay.training.exemplars import Exemplar, hash_exemplars, load_exemplars
from poise.roleplay.understanding.caution import RULES
from poise.roleplay.understanding.cues import FEATURES, TABLES, as_features, find_cues
from poise.roleplay.understanding.reader import (
    ACTS,
    DATA,
    HEADS,
    Encoder,
    FloatArray,
    Heads,
    Phrases,
    combine_features,
    combine_sentences,
    find_phrases,
    hold_back_acts,
    split_sentences,
)
from poise.roleplay.understanding.spelling import SPELLING_TABLE, mend_spelling, spell_plainly

CODE_VERSION = "2"
"""Raise it when the code reads the same words differently. The tables of cues are followed without it."""

REPORT = DATA / "training_report.json"
STRENGTH = 4.0
FEWEST = 3
"""A phrase is learned when at least so many sentences hold it."""
SEED = 20251
STITCHED = 3000
LENGTHS = (0.20, 0.25, 0.25, 0.20, 0.10)
"""How often a reply in a conversation has one, two ... five sentences."""
POOR = 0.25
"""How many replies in a conversation come from somebody who is behaving badly at the time."""
HARM_WHEN_POOR, HARM_WHEN_DECENT = 0.7, 0.05
"""How much of what is said then does harm. With `POOR`, about every fifth sentence."""

IntArray = npt.NDArray[np.int64]
BoolArray = npt.NDArray[np.bool_]


@dataclass(frozen=True)
class Corpus:
    """Every exemplar cut into sentences.

    Attributes
    ----------
    exemplars
        The labelled replies, n of them.
    labels
        Which acts each reply holds, (n, 27).
    voices
        The voice of each reply, (n,).
    rows
        For each reply, the rows of its sentences in `features`.
    features
        Vector, cues and phrases of each sentence, (sentences, 384 + cues + phrases).
    cues
        The names of the cues of each sentence.
    phrases
        The phrases that the sentences share.
    """

    exemplars: tuple[Exemplar, ...]
    labels: BoolArray
    voices: tuple[str, ...]
    rows: tuple[tuple[int, ...], ...]
    features: FloatArray
    cues: tuple[frozenset[str], ...]
    phrases: Phrases


@dataclass(frozen=True)
class Scores:
    """Linear weights before calibration: (27, d) and (27,)."""

    weights: FloatArray
    bias: FloatArray


def build_corpus(exemplars: Sequence[Exemplar], encoder: Encoder) -> Corpus:
    """Cut the exemplars into sentences, and turn each into a vector and its cues."""
    sentences: list[str] = []
    rows = []
    for one in exemplars:
        spans = split_sentences(one.say) or ((0, len(one.say)),)
        rows.append(tuple(range(len(sentences), len(sentences) + len(spans))))
        sentences += [one.say[start:end] for start, end in spans]
    common = _collect_phrases(sentences).list_words()
    sentences = [mend_spelling(sentence, common, encoder.knows) for sentence in sentences]
    cues = tuple(find_cues(sentence) for sentence in sentences)
    vectors = np.array([encoder.encode(spell_plainly(sentence)) for sentence in sentences])
    phrases = _collect_phrases(sentences)
    return Corpus(
        tuple(exemplars),
        np.array([[act in one.acts for act in ACTS] for one in exemplars]),
        tuple(one.voice for one in exemplars),
        tuple(rows),
        combine_features(
            vectors,
            np.array([as_features(found) for found in cues]),
            np.array([phrases.weigh(sentence) for sentence in sentences]),
        ),
        cues,
        phrases,
    )


def _collect_phrases(sentences: Sequence[str]) -> Phrases:
    counts = Counter(phrase for sentence in sentences for phrase in find_phrases(sentence))
    shared = sorted(phrase for phrase, count in counts.items() if count >= FEWEST)
    rarity = [1.0 + np.log((1 + len(sentences)) / (1 + counts[phrase])) for phrase in shared]
    return Phrases(tuple(shared), _shorten(np.array(rarity)))


def train_heads(corpus: Corpus, encoder_digest: str) -> tuple[Heads, dict[str, object]]:
    """Learn, calibrate and judge one head an act; return the heads and the report."""
    scores = _score_unheard_voices(corpus)
    slope, shift = _calibrate(corpus, scores)
    probabilities = hold_back_acts(1.0 / (1.0 + np.exp(-(slope * scores + shift))), corpus.cues)
    replies = stitch_replies(corpus)
    any_of = _choose_combination(corpus, probabilities, replies)
    stitched = np.array([_combine(corpus, probabilities, reply, any_of) for reply in replies])
    whole = np.array([_combine(corpus, probabilities, [reply], any_of) for reply in range(len(corpus.rows))])
    final = _fit(corpus, np.arange(len(corpus.rows)))
    heads = Heads(
        version=name_version(corpus.exemplars, encoder_digest),
        encoder=encoder_digest,
        weights=_shorten(final.weights),
        bias=_shorten(final.bias),
        slope=_shorten(slope),
        shift=_shorten(shift),
        base_rates=_shorten(stitched.mean(axis=0)),
        any_of=any_of,
        phrases=corpus.phrases,
    )
    return heads, _report(corpus, whole, heads) | {"whole_replies": _report_stitched(corpus, stitched, replies)}


def name_version(exemplars: Sequence[Exemplar], encoder_digest: str) -> str:
    """Return a short name for encoder, exemplars, cues and code together."""
    parts = (encoder_digest, hash_exemplars(exemplars), CODE_VERSION, TABLES, SPELLING_TABLE, RULES)
    return "words-" + hashlib.sha256("\n".join(parts).encode()).hexdigest()[:12]


def save_heads(heads: Heads, file: Path = HEADS) -> None:
    """Write the heads; the same heads give the same bytes."""
    np.savez_compressed(
        file,
        version=np.array(heads.version),
        encoder=np.array(heads.encoder),
        acts=np.array(ACTS),
        features=np.array(FEATURES),
        any_of=heads.any_of,
        weights=heads.weights.astype(np.float32),
        bias=heads.bias.astype(np.float32),
        slope=heads.slope.astype(np.float32),
        shift=heads.shift.astype(np.float32),
        base_rates=heads.base_rates.astype(np.float32),
        phrases=np.array(heads.phrases.names),
        rarity=heads.phrases.rarity.astype(np.float32),
    )


def _score_unheard_voices(corpus: Corpus) -> FloatArray:
    """Score each sentence by heads that never heard its voice, (sentences, 27)."""
    scores = np.zeros((len(corpus.features), len(ACTS)))
    voices = np.array(corpus.voices)
    for voice in sorted(set(corpus.voices)):
        learned = _fit(corpus, np.flatnonzero(voices != voice))
        rows = [row for reply in np.flatnonzero(voices == voice) for row in corpus.rows[reply]]
        scores[rows] = corpus.features[rows] @ learned.weights.T + learned.bias
    return scores


def _fit(corpus: Corpus, replies: IntArray) -> Scores:
    """Fit one logistic regression an act.

    A reply of several sentences is labelled as a whole. A first fit leaves out the sentences it is not sure about; a
    second gives each act of the reply to the sentence that the first found clearest.
    """
    rows = np.array([row for reply in replies for row in corpus.rows[reply]])
    owner = np.array([reply for reply in replies for _ in corpus.rows[reply]])
    several = np.array([len(corpus.rows[reply]) > 1 for reply in owner])
    features = corpus.features[rows]
    weights, bias = [], []
    for act in range(len(ACTS)):
        holds = corpus.labels[owner, act]
        sure = ~(several & holds)
        model = _fit_one(features[sure], holds[sure])
        score = features @ model.coef_[0]
        clearest = {reply: rows[owner == reply][np.argmax(score[owner == reply])] for reply in set(owner[~sure])}
        sure |= np.array([clearest.get(reply) == row for reply, row in zip(owner, rows, strict=True)])
        model = _fit_one(features[sure], holds[sure])
        weights.append(model.coef_[0])
        bias.append(float(model.intercept_[0]))
    return Scores(np.array(weights), np.array(bias))


def _fit_one(features: FloatArray, holds: BoolArray) -> LogisticRegression:
    return LogisticRegression(C=STRENGTH, solver="lbfgs", max_iter=2000, tol=1e-4).fit(features, holds)


def _calibrate(corpus: Corpus, scores: FloatArray) -> tuple[FloatArray, FloatArray]:
    """Fit Platt's line for each act to the clearest sentence of each unheard reply."""
    clearest = np.array([scores[list(rows)].max(axis=0) for rows in corpus.rows])
    lines = []
    for act in range(len(ACTS)):
        model = LogisticRegression(C=1e6, tol=1e-8).fit(clearest[:, [act]], corpus.labels[:, act])
        lines.append((float(model.coef_[0, 0]), float(model.intercept_[0])))
    slope, shift = np.array(lines).T
    return slope, shift


def _combine(corpus: Corpus, probabilities: FloatArray, replies: Sequence[int], any_of: BoolArray) -> FloatArray:
    rows = [row for reply in replies for row in corpus.rows[reply]]
    return combine_sentences(probabilities[rows], [corpus.cues[row] for row in rows], any_of)


def stitch_replies(corpus: Corpus) -> tuple[tuple[int, ...], ...]:
    """Return replies as long as real ones, each put together from exemplars of one voice.

    The length and the share of good and poor conduct are those of a typical conversation, not of the corpus, in which
    harm is far more frequent than at any desk.
    """
    random = np.random.default_rng(SEED)
    voices = np.array(corpus.voices)
    harmful = np.any(corpus.labels[:, [ACTS.index(act) for act in sorted(HARM)]], axis=1)
    names = sorted(set(corpus.voices))
    replies = []
    for number in range(STITCHED):
        own = voices == names[number % len(names)]
        wanted = 1 + int(random.choice(len(LENGTHS), p=LENGTHS))
        harm = HARM_WHEN_POOR if random.random() < POOR else HARM_WHEN_DECENT
        reply: list[int] = []
        while sum(len(corpus.rows[piece]) for piece in reply) < wanted:
            pool = np.flatnonzero(own & (harmful == (random.random() < harm)))
            reply.append(int(random.choice(pool if len(pool) else np.flatnonzero(own))))
        replies.append(tuple(reply))
    return tuple(replies)


def _choose_combination(corpus: Corpus, probabilities: FloatArray, replies: Sequence[tuple[int, ...]]) -> BoolArray:
    """Choose for each act how sentences combine, by log loss over the stitched replies."""
    clearest_loss, any_loss = np.zeros(len(ACTS)), np.zeros(len(ACTS))
    for reply in replies:
        holds: BoolArray = np.any(corpus.labels[list(reply)], axis=0)
        clearest_loss += _log_loss(_combine(corpus, probabilities, reply, np.zeros(len(ACTS), bool)), holds)
        any_loss += _log_loss(_combine(corpus, probabilities, reply, np.ones(len(ACTS), bool)), holds)
    chosen: BoolArray = any_loss < clearest_loss
    return chosen


def _log_loss(probabilities: FloatArray, holds: BoolArray) -> FloatArray:
    loss: FloatArray = -np.log(np.where(holds, probabilities, 1.0 - probabilities))
    return loss


def _report(corpus: Corpus, whole: FloatArray, heads: Heads) -> dict[str, object]:
    """Say how well unheard voices were read, act by act and voice by voice."""
    voices = np.array(corpus.voices)
    acts = {act: _judge(whole[:, column], corpus.labels[:, column]) for column, act in enumerate(ACTS)}
    by_voice = {
        voice: _macro_f1(whole[voices == voice], corpus.labels[voices == voice]) for voice in sorted(set(corpus.voices))
    }
    return {
        "version": heads.version,
        "what": (
            "each voice read by weights that never learned from it; phrases, calibration and combination are shared; "
            "threshold .5"
        ),
        "exemplars": len(corpus.exemplars),
        "sentences": len(corpus.features),
        "without_any_act": int((~corpus.labels.any(axis=1)).sum()),
        "macro_f1": _macro_f1(whole, corpus.labels),
        "macro_f1_by_voice": by_voice,
        "combined_as_any_of": [act for act, chosen in zip(ACTS, heads.any_of, strict=True) if chosen],
        "acts": acts,
    }


def _report_stitched(
    corpus: Corpus, stitched: FloatArray, replies: Sequence[tuple[int, ...]]
) -> dict[str, dict[str, float]]:
    """Say for each act how often stitched replies hold it and what was read on average: equal when π is honest."""
    labels = np.array([corpus.labels[list(reply)].any(axis=0) for reply in replies])
    return {
        act: {
            "share": round(float(labels[:, column].mean()), 4),
            "mean_probability": round(float(stitched[:, column].mean()), 4),
        }
        for column, act in enumerate(ACTS)
    }


def _judge(probability: FloatArray, holds: BoolArray) -> dict[str, float]:
    said = probability >= 0.5  # noqa: PLR2004 - more likely than not
    hits = int((said & holds).sum())
    return {
        "positives": int(holds.sum()),
        "precision": round(hits / max(int(said.sum()), 1), 3),
        "recall": round(hits / max(int(holds.sum()), 1), 3),
        "f1": round(_f1(probability, holds), 3),
        "auc": round(float(roc_auc_score(holds, probability)), 3),
        "mean_probability": round(float(probability.mean()), 4),
    }


def _macro_f1(probabilities: FloatArray, labels: BoolArray) -> float:
    return round(float(np.mean([_f1(probabilities[:, act], labels[:, act]) for act in range(len(ACTS))])), 3)


def _f1(probability: FloatArray, holds: BoolArray) -> float:
    said = probability >= 0.5  # noqa: PLR2004 - more likely than not
    counted = int(said.sum()) + int(holds.sum())
    return 2.0 * int((said & holds).sum()) / counted if counted else 1.0


def _shorten(array: FloatArray) -> FloatArray:
    """Keep what is stored, so that the heads in hand equal the heads on file."""
    return np.clip(array, -1e6, 1e6).astype(np.float32).astype(np.float64)


def main() -> None:
    """Train on the exemplars in the repository, and write heads and report beside them."""
    exemplars = load_exemplars()
    encoder = Encoder()
    with threadpool_limits(1):  # threads would change the last digits, and they only wait for each other here
        heads, report = train_heads(build_corpus(exemplars, encoder), encoder.digest)
    save_heads(heads)
    REPORT.write_text(json.dumps(report, indent=1) + "\n", encoding="utf-8")
    print(f"{heads.version}: {len(exemplars)} exemplars, macro-F1 {report['macro_f1']} on unheard voices")  # noqa: T201 - a command


if __name__ == "__main__":
    main()
