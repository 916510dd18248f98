"""The written example nearest to a sentence: an explanation that a person can hold beside what was read.

It explains and decides nothing: acts are read by the heads, and the nearest example is looked up afterwards.
"""

from dataclasses import dataclass
from pathlib import Path
from typing import Self

import numpy as np
import numpy.typing as npt

from poise.roleplay.understanding.encoder import DATA, ReaderError
from poise.roleplay.understanding.heads import ACTS

FloatArray = npt.NDArray[np.float64]

EXAMPLES = DATA / "nearest.npz"
NEAR = 0.5
"""From this cosine on two sentences are alike enough that showing one explains the other."""
STEPS = 127


@dataclass(frozen=True)
class Examples:
    """Short replies with their acts; n of them.

    Attributes
    ----------
    encoder
        The digest of the encoder that made the vectors.
    texts
        The replies as they were written, n.
    vectors
        Their vectors of length one, (n, 384).
    holds
        Which of the 27 acts each holds, (n, 27).
    """

    encoder: str
    texts: tuple[str, ...]
    vectors: FloatArray
    holds: npt.NDArray[np.bool_]

    @classmethod
    def load(cls, file: Path = EXAMPLES) -> Self:
        """Load the examples that ship with Poise; raises :class:`ReaderError` where they are missing."""
        if not file.is_file():
            raise ReaderError(f"{file} is missing: reinstall poise, or run `make heads`")
        with np.load(file, allow_pickle=False) as held:
            vectors = held["vectors"].astype(np.float64)
            return cls(
                encoder=str(held["encoder"]),
                texts=tuple(str(text) for text in held["texts"]),
                vectors=vectors / np.linalg.norm(vectors, axis=1, keepdims=True),
                holds=held["holds"],
            )

    def save(self, file: Path = EXAMPLES) -> None:
        """Write the examples, each vector in whole steps of 1/127 of its largest number."""
        largest = np.abs(self.vectors).max(axis=1, keepdims=True)
        np.savez_compressed(
            file,
            encoder=np.array(self.encoder),
            texts=np.array(self.texts),
            vectors=np.rint(self.vectors / largest * STEPS).astype(np.int8),
            holds=self.holds,
        )

    def nearest(self, vector: FloatArray, act: str) -> str:
        """Return the example of an act nearest to a vector of length one, (384,); empty where none is near."""
        alike = np.where(self.holds[:, ACTS.index(act)], self.vectors @ vector, -1.0)
        best = int(np.argmax(alike))
        return self.texts[best] if alike[best] >= NEAR else ""
