"""Teaches the heads of tone on GoEmotions (Demszky and others 2020, Apache-2.0), which lies beside the project.

The comments are not shipped. Where they are absent, the heads in the package stay as they are.
"""

import json
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

import numpy as np
import numpy.typing as npt
from sklearn.linear_model import LogisticRegression
from sklearn.metrics import roc_auc_score

from poise.roleplay.understanding.encoder import DATA, Encoder
from poise.roleplay.understanding.heads import to_chance, to_log_odds
from poise.roleplay.understanding.spelling import spell_plainly
from poise.roleplay.understanding.tone import EMOTIONS_OF, TONE_HEADS, TONES, ToneHeads

FloatArray = npt.NDArray[np.float64]
BoolArray = npt.NDArray[np.bool_]

COMMENTS = Path("..") / "shared" / "data" / "text"
REPORT = DATA / "tone_report.json"
STRENGTH = 1.0
STEPS = tuple(round(0.1 + 0.025 * step, 3) for step in range(25))
DECIDED = 0.5


class CommentsError(ValueError):
    """A file of comments cannot be used; the message names file and line."""


@dataclass(frozen=True)
class Comments:
    """Comments and which of the six tones each has, (n, 6)."""

    texts: tuple[str, ...]
    tones: BoolArray


def load_comments(folder: Path, part: str) -> Comments:
    """Read one part (train, dev or test) of the comments; raises :class:`CommentsError` naming file and line."""
    emotions = (folder / "goemotions_labels.txt").read_text(encoding="utf-8").split()
    tone_of = {emotions.index(one): number for number, tone in enumerate(TONES) for one in EMOTIONS_OF[tone]}
    file = folder / f"goemotions_{part}.tsv"
    texts, rows = [], []
    for number, line in enumerate(file.read_text(encoding="utf-8").splitlines(), start=1):
        fields = line.split("\t")
        if len(fields) < 2 or not all(one.isdigit() for one in fields[1].split(",")):  # noqa: PLR2004  text, labels
            raise CommentsError(f"{file.name}:{number}: expected a comment, a tab and the numbers of its emotions")
        row = np.zeros(len(TONES), dtype=bool)
        row[[tone_of[int(one)] for one in fields[1].split(",") if int(one) in tone_of]] = True
        texts.append(fields[0])
        rows.append(row)
    return Comments(tuple(texts), np.array(rows))


def embed_comments(encoder: Encoder, texts: Sequence[str]) -> FloatArray:
    """Return the vector of each comment, (n, 384)."""
    return np.array([encoder.encode(spell_plainly(text)).vector for text in texts])


def fit_tones(vectors: FloatArray, tones: BoolArray, encoder: str) -> ToneHeads:
    """Fit a logistic head for each tone."""
    weights, shifts = [], []
    for number in range(len(TONES)):
        fitted = LogisticRegression(C=STRENGTH, max_iter=500).fit(vectors, tones[:, number])
        weights.append(fitted.coef_[0])
        shifts.append(float(fitted.intercept_[0]))
    return ToneHeads(encoder, np.array(weights), np.array(shifts))


def move_decisions(heads: ToneHeads, vectors: FloatArray, tones: BoolArray) -> ToneHeads:
    """Move the odds of each tone so that .5 is where deciding errs least, by F1 on comments that were not learnt."""
    chances = to_chance(vectors @ heads.weights.T + heads.shifts)
    best = [
        max(STEPS, key=lambda step, own=number: _f1(tones[:, own], chances[:, own] >= step))  # type: ignore[misc]
        for number in range(len(TONES))
    ]
    return ToneHeads(heads.encoder, heads.weights, heads.shifts - to_log_odds(np.array(best)))


def _f1(holds: BoolArray, said: BoolArray) -> float:
    return 2.0 * int((holds & said).sum()) / max(1, int(holds.sum()) + int(said.sum()))


def judge_tones(heads: ToneHeads, vectors: FloatArray, tones: BoolArray) -> dict[str, dict[str, float]]:
    """Return share, AUC and F1 of each tone on comments that the heads did not learn from."""
    chances = to_chance(vectors @ heads.weights.T + heads.shifts)
    report = {}
    for number, tone in enumerate(TONES):
        holds, said = tones[:, number], chances[:, number] >= DECIDED
        report[tone] = {
            "share": round(float(holds.mean()), 3),
            "auc": round(float(roc_auc_score(holds, chances[:, number])), 3),
            "f1": round(_f1(holds, said), 3),
        }
    return report


def teach_tones(folder: Path = COMMENTS) -> str:
    """Teach the heads of tone and write them with their report; returns a sentence on what was done."""
    if not (folder / "goemotions_train.tsv").is_file():
        return f"tones: {folder} holds no comments, so the heads of tone stay as they are"
    encoder = Encoder()
    train, dev, test = (load_comments(folder, part) for part in ("train", "dev", "test"))
    heads = fit_tones(embed_comments(encoder, train.texts), train.tones, encoder.digest)
    move_decisions(heads, embed_comments(encoder, dev.texts), dev.tones).save(TONE_HEADS)
    report = judge_tones(ToneHeads.load(), embed_comments(encoder, test.texts), test.tones)
    told = {"learnt_from": len(train.texts), "judged_on": len(test.texts), "tones": report}
    REPORT.write_text(json.dumps(told, indent=1) + "\n", encoding="utf-8")
    return (
        f"tones: mean AUC {np.mean([one['auc'] for one in report.values()]):.3f} on {len(test.texts)} unseen comments"
    )
