"""The heads: from what the encoder makes of each sentence and of the whole reply to the chance of each act."""

from dataclasses import dataclass
from pathlib import Path

import numpy as np
import numpy.typing as npt

from poise.content.act import ACTS as ACT_TABLE
from poise.content.act import HEARD
from poise.roleplay.understanding.encoder import DATA, ReaderError

FloatArray = npt.NDArray[np.float64]

ACTS: tuple[str, ...] = tuple(ACT_TABLE)
HEADS = DATA / "heads.npz"
LEAST, MOST = 0.0005, 0.9995


@dataclass(frozen=True)
class Heads:
    """What turns the encoder's scores into calibrated chances; A is the number of acts, 27.

    Attributes
    ----------
    version, encoder
        Names of everything that was learned from, and the digest of the encoder that it belongs to.
    slope, shift
        Platt's line for one sentence, (A,) each.
    joint
        Weights of a whole reply's log-odds: its clearest sentences, the whole, good and bad conduct, and 1, (A, 5).
    any_of
        The acts read as "at least one sentence holds it"; the others take their clearest sentence, (A,).
    base_rates
        The mean reading over replies as they are mixed at a desk, (A,).
    heard_slope, heard_shift
        Platt's lines for a customer's line, (9,) each.
    words
        Common words that a slip of the finger may have been meant for.
    """

    version: str
    encoder: str
    slope: FloatArray
    shift: FloatArray
    joint: FloatArray
    any_of: npt.NDArray[np.bool_]
    base_rates: FloatArray
    heard_slope: FloatArray
    heard_shift: FloatArray
    words: tuple[str, ...]

    def judge_sentences(self, scores: FloatArray) -> FloatArray:
        """Return the chance of each act in each sentence, (n, A), from the encoder's scores of the same shape."""
        return to_chance(self.slope * scores + self.shift)

    def judge_reply(self, chances: FloatArray, whole: FloatArray, conduct: FloatArray) -> FloatArray:
        """Return the chance of each act in the reply, (A,).

        It follows from the chances of its sentences, (n, A), and the scores of the whole, (A,), and its conduct, (2,).
        """
        features = stack_features(gather_sentences(chances, self.any_of), whole, conduct)
        return to_chance((self.joint * features).sum(axis=1))

    def judge_customer(self, scores: FloatArray) -> FloatArray:
        """Return the chance of each of the 9 acts of a customer, (9,)."""
        return to_chance(self.heard_slope * scores + self.heard_shift)


def gather_sentences(chances: FloatArray, any_of: npt.NDArray[np.bool_]) -> FloatArray:
    """Return the chance of each act in any of the sentences, (A,), from each sentence's, (n, A)."""
    at_least_one = 1.0 - np.prod(1.0 - chances, axis=0)
    gathered: FloatArray = np.where(any_of, at_least_one, chances.max(axis=0))
    return gathered


def stack_features(gathered: FloatArray, whole: FloatArray, conduct: FloatArray) -> FloatArray:
    """Lay side by side what a reply's acts are judged by, (A, 5)."""
    acts = len(gathered)
    columns = [to_log_odds(gathered), whole, np.full(acts, conduct[0]), np.full(acts, conduct[1]), np.ones(acts)]
    return np.column_stack(columns)


def to_chance(log_odds: FloatArray) -> FloatArray:
    """Return the probabilities of log-odds."""
    chance: FloatArray = 1.0 / (1.0 + np.exp(-np.clip(log_odds, -30, 30)))
    return chance


def to_log_odds(chance: FloatArray) -> FloatArray:
    """Return the log-odds of probabilities, which are kept a little off 0 and 1."""
    kept = np.clip(chance, LEAST, MOST)
    odds: FloatArray = np.log(kept / (1.0 - kept))
    return odds


def load_heads(file: Path = HEADS) -> Heads:
    """Load the heads, and refuse them when the code reads other acts than they were trained on."""
    if not file.is_file():
        raise ReaderError(f"{file} is missing: run `make train`, or reinstall poise")
    with np.load(file, allow_pickle=False) as stored:
        if tuple(stored["acts"]) != ACTS or tuple(stored["heard"]) != HEARD:
            raise ReaderError(f"{file} was trained for other acts than this code reads: run `make train`")
        numbers = {name: stored[name].astype(np.float64) for name in _NUMBERS}
        words = tuple(str(word) for word in stored["words"])
        return Heads(str(stored["version"]), str(stored["encoder"]), any_of=stored["any_of"], words=words, **numbers)


def save_heads(heads: Heads, file: Path = HEADS) -> None:
    """Write the heads; the same heads give the same bytes."""
    np.savez_compressed(
        file,
        version=np.array(heads.version),
        encoder=np.array(heads.encoder),
        acts=np.array(ACTS),
        heard=np.array(HEARD),
        any_of=heads.any_of,
        words=np.array(heads.words),
        **{name: getattr(heads, name).astype(np.float32) for name in _NUMBERS},
    )


_NUMBERS = ("slope", "shift", "joint", "base_rates", "heard_slope", "heard_shift")
