"""Reads every voice by an encoder that never heard it: what the heads are calibrated on and every figure comes from.

The encoder is taught three times, each time without a third of the voices, and reads what was left out. That takes
hours, so the scores are kept in the repository (``corpus/unheard.npz``), with a digest of what they belong to.
"""

import hashlib
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

import numpy as np
import numpy.typing as npt

from poise.content.act import ACTS, HEARD
from poise.roleplay.training.samples import Lesson, Line

FloatArray = npt.NDArray[np.float64]
IntArray = npt.NDArray[np.int64]

FOLDS = 3
EXEMPLAR = "x_"


@dataclass(frozen=True)
class Unheard:
    """Scores of every lesson by an encoder that did not hear its voice.

    Attributes
    ----------
    digest
        What the scores belong to: every lesson and line with its labels.
    owner
        For each sentence, its lesson, (s,).
    sentences
        Scores of each sentence with the customer's line and without, (2, s, 27).
    whole
        Scores of each lesson as a whole, with the customer's line and without, (2, n, 27).
    conduct
        Log-odds of good and of bad conduct, (2, n, 2).
    heard
        Scores of each customer's line, (m, 9).
    """

    digest: str
    owner: IntArray
    sentences: FloatArray
    whole: FloatArray
    conduct: FloatArray
    heard: FloatArray


def fold_of(voices: Sequence[str]) -> dict[str, int]:
    """Return which third each voice belongs to; the voices of the corpus and of the exemplars are dealt apart."""
    names = sorted(set(voices))
    corpus = [name for name in names if not name.startswith(EXEMPLAR)]
    exemplars = [name for name in names if name.startswith(EXEMPLAR)]
    return {name: number % FOLDS for group in (corpus, exemplars) for number, name in enumerate(group)}


def digest_lessons(lessons: Sequence[Lesson], lines: Sequence[Line]) -> str:
    """Return a digest that changes with any text, label or voice."""
    digest = hashlib.sha256()
    for lesson in lessons:
        say = "\t".join(f"{text}\t{','.join(sorted(acts))}" for text, acts in lesson.say)
        digest.update(f"{lesson.voice}\t{lesson.customer}\t{lesson.conduct}\t{say}\n".encode())
    for line in lines:
        digest.update(f"{line.voice}\t{line.text}\t{','.join(sorted(line.heard))}\n".encode())
    return digest.hexdigest()


def save_unheard(unheard: Unheard, file: Path) -> None:
    """Write the scores down, to three digits."""
    arrays = {name: getattr(unheard, name).astype(np.float16) for name in ("sentences", "whole", "conduct", "heard")}
    np.savez_compressed(file, digest=np.array(unheard.digest), owner=unheard.owner.astype(np.int32), **arrays)


def load_unheard(file: Path) -> Unheard:
    """Load the scores; raises ValueError where they were made for other acts."""
    with np.load(file, allow_pickle=False) as stored:
        arrays = {name: stored[name].astype(np.float64) for name in ("sentences", "whole", "conduct", "heard")}
        unheard = Unheard(str(stored["digest"]), stored["owner"].astype(np.int64), **arrays)
    if unheard.sentences.shape[2] != len(ACTS) or unheard.heard.shape[1] != len(HEARD):
        raise ValueError(f"{file} was made for other acts than this code reads: run `make train`")
    return unheard
