"""The tone of a sentence: six heads on the encoder's vector, taught on public comments with their emotions.

A tone is told beside a reading, to whoever asks how a reply may sound. It is no act, it moves no customer and it enters
no rating (decision 0022): how somebody sounds is not what they do.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Self

import numpy as np
import numpy.typing as npt

from poise.roleplay.understanding.encoder import DATA, ReaderError
from poise.roleplay.understanding.heads import LEAST, MOST, to_chance

FloatArray = npt.NDArray[np.float64]

TONE_HEADS = DATA / "tones.npz"
EMOTIONS_OF: Mapping[str, tuple[str, ...]] = {
    "anger": ("anger", "annoyance", "disgust"),
    "disapproval": ("disapproval", "disappointment"),
    "warmth": ("admiration", "approval", "caring", "gratitude", "love"),
    "sorrow": ("grief", "remorse", "sadness"),
    "cheer": ("amusement", "excitement", "joy", "optimism", "pride", "relief"),
    "doubt": ("confusion", "curiosity", "fear", "nervousness", "surprise"),
}
"""Which emotions of the public comments make up each tone; those not named, and neutral, are of no tone."""
TONES: tuple[str, ...] = tuple(EMOTIONS_OF)


@dataclass(frozen=True)
class ToneHeads:
    """Six logistic heads: weights (6, 384) and shifts (6,), with the digest of the encoder that they belong to."""

    encoder: str
    weights: FloatArray
    shifts: FloatArray

    @classmethod
    def load(cls, file: Path = TONE_HEADS) -> Self:
        """Load the heads that ship with Poise; raises :class:`ReaderError` where they are missing."""
        if not file.is_file():
            raise ReaderError(f"{file} is missing: reinstall poise, or run `make train`")
        with np.load(file, allow_pickle=False) as held:
            return cls(
                encoder=str(held["encoder"]),
                weights=held["weights"].astype(np.float64),
                shifts=held["shifts"].astype(np.float64),
            )

    def save(self, file: Path = TONE_HEADS) -> None:
        """Write the heads, rounded as they are used."""
        np.savez(
            file,
            encoder=np.array(self.encoder),
            weights=self.weights.astype(np.float32),
            shifts=self.shifts.astype(np.float32),
        )

    def judge(self, vectors: FloatArray) -> Mapping[str, float]:
        """Return the chance that some sentence has each tone, from the vectors of the sentences, (n, 384)."""
        if not len(vectors):
            return dict.fromkeys(TONES, LEAST)
        most = to_chance(vectors @ self.weights.T + self.shifts).max(axis=0)
        return {tone: round(float(np.clip(chance, LEAST, MOST)), 4) for tone, chance in zip(TONES, most, strict=True)}
