"""Trains the heads that ship, and says how well voices are read that neither the encoder nor the heads heard."""

from collections.abc import Sequence
from typing import Any

import numpy as np
import numpy.typing as npt
from sklearn.metrics import roc_auc_score

from poise.content.act import HARM, HEARD
from poise.roleplay.training.calibrating import (
    Taught,
    calibrate_heads,
    calibrate_heard,
    gather,
    is_corpus,
    judge_lessons,
    name_version,
    weigh_as_at_a_desk,
)
from poise.roleplay.training.crossvalidating import FOLDS, Unheard, fold_of
from poise.roleplay.training.frozen import judge_by_frozen_encoder
from poise.roleplay.training.samples import Lesson, Line
from poise.roleplay.understanding.encoder import DATA
from poise.roleplay.understanding.heads import ACTS, Heads, to_chance

FloatArray = npt.NDArray[np.float64]
BoolArray = npt.NDArray[np.bool_]

REPORT = DATA / "training_report.json"
DECIDED = 0.5


def train_heads(
    lessons: Sequence[Lesson], lines: Sequence[Line], unheard: Unheard, encoder: str
) -> tuple[Heads, dict[str, Any]]:
    """Calibrate on every voice for what ships, and on two thirds at a time for the figures; return both."""
    taught = gather(lessons, unheard)
    version = name_version(unheard.digest, encoder)
    slope, shift = calibrate_heard(unheard, lines)
    heads = calibrate_heads(taught, np.ones(len(lessons), dtype=bool), version, encoder)
    heads = Heads(**{**heads.__dict__, "heard_slope": slope, "heard_shift": shift})
    read = [read_by_others(taught, shown) for shown in (0, 1)]
    return heads, report(taught, lines, unheard, heads, read)


def read_by_others(taught: Taught, shown: int) -> FloatArray:
    """Return the chances of each lesson's acts by heads that were calibrated without its voice, (n, 27)."""
    folds = fold_of(taught.voices.tolist())
    fold = np.array([folds[voice] for voice in taught.voices])
    chances = np.zeros((len(taught.lessons), len(ACTS)))
    for left_out in range(FOLDS):
        heads = calibrate_heads(taught, fold != left_out, "", "")
        own = fold == left_out
        chances[own] = judge_lessons(taught, heads, shown=shown)[own]
    return chances


def report(
    taught: Taught, lines: Sequence[Line], unheard: Unheard, heads: Heads, read: Sequence[FloatArray]
) -> dict[str, Any]:
    """Say how well unheard voices were read: with the customer's line, without it, and by the frozen encoder."""
    corpus = is_corpus(taught)
    frozen = judge_by_frozen_encoder(taught)
    labels = taught.labels
    kinds = {"shipped": read[0], "without_the_customers_line": read[1], "frozen_encoder": frozen}
    decent = corpus & (taught.conduct == "good") & ~labels[:, _harm()].any(axis=1)
    weights = weigh_as_at_a_desk(taught)
    heard = np.array([[act in line.heard for act in HEARD] for line in lines])
    said = to_chance(heads.heard_slope * unheard.heard + heads.heard_shift)
    return {
        "version": heads.version,
        "what": "each voice read by an encoder and by heads that never learned from it; whole replies; threshold .5",
        "replies": int(corpus.sum()),
        "exemplars": int((~corpus).sum()),
        "macro_f1": macro_f1(read[0][corpus], labels[corpus]),
        "kinds": {name: _summarise(chances, labels, corpus) for name, chances in kinds.items()},
        "macro_f1_by_voice": {
            str(voice): macro_f1(read[0][taught.voices == voice], labels[taught.voices == voice])
            for voice in sorted(set(taught.voices[corpus]))
        },
        "decent_replies": int(decent.sum()),
        "decent_replies_with_harm_read": int((read[0][decent][:, _harm()] >= DECIDED).any(axis=1).sum()),
        "combined_as_any_of": [act for act, chosen in zip(ACTS, heads.any_of, strict=True) if chosen],
        "acts": {act: judge(read[0][corpus, column], labels[corpus, column]) for column, act in enumerate(ACTS)},
        "customers": {act: judge(said[:, column], heard[:, column]) for column, act in enumerate(HEARD)},
        "whole_replies": {
            act: {
                "share": round(float((weights * labels[:, column]).sum() / weights.sum()), 4),
                "mean_probability": round(float(heads.base_rates[column]), 4),
            }
            for column, act in enumerate(ACTS)
        },
    }


def judge(probability: FloatArray, holds: BoolArray) -> dict[str, float]:
    """Return precision, recall, F1, AUC and mean reading of one act."""
    said = probability >= DECIDED
    hits = int((said & holds).sum())
    return {
        "positives": int(holds.sum()),
        "precision": round(hits / max(int(said.sum()), 1), 3),
        "recall": round(hits / max(int(holds.sum()), 1), 3),
        "f1": round(_f1(probability, holds), 3),
        "auc": round(float(roc_auc_score(holds, probability)), 3),
        "mean_probability": round(float(probability.mean()), 4),
    }


def macro_f1(probabilities: FloatArray, labels: BoolArray) -> float:
    """Return the mean F1 of the acts at the threshold .5."""
    return round(float(np.mean([_f1(probabilities[:, act], labels[:, act]) for act in range(len(ACTS))])), 3)


def _summarise(chances: FloatArray, labels: BoolArray, corpus: BoolArray) -> dict[str, float]:
    aucs = [roc_auc_score(labels[corpus, act], chances[corpus, act]) for act in range(len(ACTS))]
    return {
        "macro_f1": macro_f1(chances[corpus], labels[corpus]),
        "mean_auc": round(float(np.mean(aucs)), 3),
        "macro_f1_exemplars": macro_f1(chances[~corpus], labels[~corpus]),
    }


def _f1(probability: FloatArray, holds: BoolArray) -> float:
    said = probability >= DECIDED
    counted = int(said.sum()) + int(holds.sum())
    return 2.0 * int((said & holds).sum()) / counted if counted else 1.0


def _harm() -> list[int]:
    return [ACTS.index(act) for act in sorted(HARM)]
