"""The encoder: a small language model, taught on Poise's own corpus, that reads one sentence in its place.

It gives 27 scores for the acts of a representative, 9 for those of a customer, 2 for conduct, and a vector. A sentence
is read together with what stands before it (the customer's line, the sentence before), which informs the reading and is
never read as the sentence itself.
"""

import hashlib
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
import numpy.typing as npt

FloatArray = npt.NDArray[np.float64]

DATA = Path(__file__).parent.parent / "data"
ENCODER = DATA / "encoder.onnx"
TOKENIZER = DATA / "tokenizer.json"
DIMENSIONS = 384
MAX_TOKENS = 128


class ReaderError(RuntimeError):
    """The reader cannot be loaded; the message says what to do."""


@dataclass(frozen=True)
class Encoding:
    """What the encoder makes of one sentence.

    Attributes
    ----------
    acts
        Log-odds of the 27 acts before calibration, (27,).
    heard
        Log-odds of the 9 acts of a customer, for a customer's line, (9,).
    conduct
        Log-odds that a whole reply is good and that it is bad conduct, (2,).
    vector
        The sentence as a vector of length one, (384,).
    """

    acts: FloatArray
    heard: FloatArray
    conduct: FloatArray
    vector: FloatArray


class Encoder:
    """Reads a sentence, equal to the bit on every repeat.

    The integer weights are scaled by what stands in the batch, so that two sentences read together change each
    other's last digits. Each sentence is therefore read alone, on one thread.
    """

    def __init__(self, file: Path = ENCODER) -> None:
        try:
            import onnxruntime  # noqa: PLC0415 - the rest of the library runs without the language extra
            from tokenizers import Tokenizer  # noqa: PLC0415 - as above
        except ImportError as error:
            raise ReaderError(f"reading replies needs {error.name}: install the extra poise[roleplay]") from error
        for needed in (TOKENIZER, file):
            if not needed.is_file():
                raise ReaderError(f"{needed} is missing: reinstall poise, or run `make train`")
        options = onnxruntime.SessionOptions()
        options.intra_op_num_threads = 1
        options.inter_op_num_threads = 1
        options.use_deterministic_compute = True
        self.digest = hashlib.sha256(file.read_bytes()).hexdigest()
        self._session = onnxruntime.InferenceSession(str(file), options, providers=["CPUExecutionProvider"])
        self._tokenizer: Any = Tokenizer.from_file(str(TOKENIZER))
        self._tokenizer.no_padding()
        self._tokenizer.enable_truncation(MAX_TOKENS)

    def encode(self, sentence: str, before: str = "") -> Encoding:
        """Read a sentence in plain spelling after what stands before it (see :func:`join_context`)."""
        tokens = self._tokenizer.encode(sentence, before) if before else self._tokenizer.encode(sentence)
        inputs = {
            "input_ids": np.array([tokens.ids], dtype=np.int64),
            "token_type_ids": np.array([tokens.type_ids], dtype=np.int64),
        }
        acts, heard, conduct, vector = (
            one[0].astype(np.float64) for one in self._session.run(["acts", "heard", "conduct", "vector"], inputs)
        )
        return Encoding(acts, heard, conduct, vector / max(float(np.linalg.norm(vector)), 1e-12))

    def knows(self, word: str) -> bool:
        """Tell whether a word stands whole in the vocabulary."""
        return self._tokenizer.token_to_id(word) is not None


def join_context(customer: str, sentence_before: str) -> str:
    """Return what stands before a sentence, both in plain spelling: the customer's line, and the sentence before it."""
    return f"{customer} | {sentence_before}".strip() if sentence_before else customer
