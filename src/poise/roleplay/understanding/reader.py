"""Reads a representative's reply: how likely each of the 27 acts is, and which sentence tells it.

The words are evidence, never a command: a text that speaks to the program is read like any other text.
A reading is soft. The desk (records, policy, remedies) knows the facts; here is only how they were put into words.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property
from itertools import pairwise
from typing import Self

import numpy as np
import numpy.typing as npt

from poise.content.act import HEARD
from poise.roleplay.understanding.caution import (
    BAD_CONDUCT,
    CONTESTABLE,
    GRAVE,
    HARM_CUES,
    HOSTILE,
    NOT_HOSTILE,
    RELIEFS_OF_REPLY,
    TELLING,
    TO_PROGRAM,
    UNCARRIED,
    hold_back,
    relieve,
)
from poise.roleplay.understanding.cues import find_cues
from poise.roleplay.understanding.encoder import Encoder, Encoding, ReaderError, join_context
from poise.roleplay.understanding.heads import ACTS, LEAST, MOST, Heads, load_heads, to_chance
from poise.roleplay.understanding.legibility import count_words, is_legible
from poise.roleplay.understanding.nearest import Examples
from poise.roleplay.understanding.sentences import split_sentences
from poise.roleplay.understanding.spelling import is_greeting, leave_out_name, mend_spelling, spell_plainly
from poise.roleplay.understanding.tone import ToneHeads

FloatArray = npt.NDArray[np.float64]

MAX_CHARACTERS = 1200
BELIEVED = 0.6


@dataclass(frozen=True)
class TextReading:
    """What one reply says, with the version of everything that read it.

    Attributes
    ----------
    version
        Names the encoder, what it learned from, and the code.
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


class Reader:
    """Reads replies, and what customers say, with one encoder and one set of heads."""

    def __init__(self, encoder: Encoder, heads: Heads) -> None:
        if encoder.digest != heads.encoder:
            raise ReaderError(
                f"the encoder installed ({encoder.digest[:12]}) is not the one the heads were trained with "
                f"({heads.encoder[:12]}): reinstall poise, or run `make train`"
            )
        self._encoder = encoder
        self._heads = heads
        self.version = heads.version
        self.base_rates: Mapping[str, float] = _as_mapping(ACTS, heads.base_rates)

    @classmethod
    def load(cls) -> Self:
        """Load the encoder and the heads that ship with Poise."""
        return cls(Encoder(), load_heads())

    def embed(self, sentences: Sequence[str]) -> FloatArray:
        """Return one vector of length one a sentence, (n, 384); sentences with like acts lie near each other."""
        vectors = [self._encoder.encode(spell_plainly(sentence)).vector for sentence in sentences]
        return np.array(vectors).reshape(len(vectors), -1) if vectors else np.empty((0, 384))

    def read(self, text: str, topics: Sequence[str] = (), customer: str = "") -> TextReading:
        """Read one reply to the customer's line, where there is one.

        `topics` are words of the case that count as known (product names, places). Only the first `MAX_CHARACTERS`
        characters are read. No text raises.
        """
        shown = text[:MAX_CHARACTERS]
        spans = split_sentences(shown)
        words = count_words(shown)
        if not spans or not is_legible(shown, topics, self._encoder.knows):
            return TextReading(self.version, tuple(self.base_rates.items()), (), spans, words, legible=False)
        pieces = [self._spell(shown[start:end]) for start, end in spans]
        scores, whole = read_pieces(self._encoder, pieces, spell_plainly(customer[:MAX_CHARACTERS]))
        found = [find_cues(shown[start:end]) for start, end in spans]
        once = [pieces.index(piece) for piece in dict.fromkeys(pieces)]
        chances = hold_back_acts(self._heads.judge_sentences(scores), found)
        reply = self._heads.judge_reply(chances[once], whole.acts, whole.conduct)
        reply = guard_reply(reply, chances, to_chance(whole.conduct), found)
        telling = tuple(
            (act, int(np.argmax(chances[:, column]))) for column, act in enumerate(ACTS) if reply[column] >= TELLING
        )
        return TextReading(self.version, tuple(_as_mapping(ACTS, reply).items()), telling, spans, words, legible=True)

    def listen(self, text: str) -> Mapping[str, float]:
        """Return the chance of each of the nine acts of a customer in what they said; none where there are no words."""
        if not any(sign.isalpha() for sign in text):
            return dict.fromkeys(HEARD, LEAST)
        encoding = self._encoder.encode(spell_plainly(text[:MAX_CHARACTERS]))
        return _as_mapping(HEARD, self._heads.judge_customer(encoding.heard))

    def nearest(self, sentence: str, act: str) -> str:
        """Return the written example of an act nearest to a sentence; empty where none is near."""
        return self._examples.nearest(self.embed([sentence])[0], act)

    def tone(self, text: str) -> Mapping[str, float]:
        """Return the chance of each of six tones in some sentence of a text; it enters no rating."""
        shown = text[:MAX_CHARACTERS]
        return self._tones.judge(self.embed([shown[start:end] for start, end in split_sentences(shown)]))

    @cached_property
    def _examples(self) -> Examples:
        return Examples.load()

    @cached_property
    def _tones(self) -> ToneHeads:
        return ToneHeads.load()

    def _spell(self, sentence: str) -> str:
        plain = leave_out_name(sentence, self._heads.words)
        return spell_plainly(mend_spelling(plain, self._heads.words, self._encoder.knows))


def read_pieces(encoder: Encoder, pieces: Sequence[str], customer: str) -> tuple[FloatArray, Encoding]:
    """Return the scores of each sentence in plain spelling, (n, 27), and the reading of the reply as a whole.

    What is said twice is read once, and a greeting is no part of the matter that comes after it.
    """
    told = list(dict.fromkeys(pieces))
    matter = [piece for piece in told if not is_greeting(piece)] or told
    earlier = dict(pairwise(matter))
    before = {later: join_context(customer, first) for first, later in earlier.items()}
    read = {piece: encoder.encode(piece, before.get(piece, customer)) for piece in told}
    whole = read[matter[0]] if len(matter) == 1 else encoder.encode(" ".join(matter), customer)
    return np.array([read[piece].acts for piece in pieces]), whole


def hold_back_acts(chances: FloatArray, found: Sequence[frozenset[str]]) -> FloatArray:
    """Lower the acts whose explicit words are missing or denied, sentence by sentence, (n, 27)."""
    return np.array(
        [
            [hold_back(act, float(value), cues) for act, value in zip(ACTS, row, strict=True)]
            for row, cues in zip(chances, found, strict=True)
        ]
    )


def guard_reply(
    reply: FloatArray, chances: FloatArray, conduct: FloatArray, found: Sequence[frozenset[str]]
) -> FloatArray:
    """Return the chances of a reply's acts, with hostility believed only on two signals, (27,).

    A hostile act rises above `CONTESTABLE` only where its own head is joined by a second signal: a cue in a sentence
    that holds it, or the conduct of the whole reply, which was learned apart from the acts. To accuse a decent person
    falsely is the worst error here.
    """
    believable = list_believable(chances, conduct, found)
    guarded = np.where(believable, reply, np.minimum(reply, CONTESTABLE))
    guarded = np.where(list_carried(chances, conduct), guarded, np.minimum(guarded, UNCARRIED))
    if any("to_program" in cues for cues in found):
        to_customer = [row for row, cues in zip(chances, found, strict=True) if "to_program" not in cues]
        most = np.maximum(np.max([np.zeros(len(ACTS)), *to_customer], axis=0), TO_PROGRAM)
        guarded = np.where([act in HARM_CUES for act in ACTS], guarded, np.minimum(guarded, most))
    every = frozenset[str]().union(*found)
    for act in RELIEFS_OF_REPLY:
        column = ACTS.index(act)
        guarded[column] = relieve(act, float(guarded[column]), every, RELIEFS_OF_REPLY)
    if "grave" in every:
        guarded[ACTS.index("insult")] = max(guarded[ACTS.index("insult")], GRAVE)
    result: FloatArray = np.clip(guarded, LEAST, MOST)
    return result


def list_believable(chances: FloatArray, conduct: FloatArray, found: Sequence[frozenset[str]]) -> npt.NDArray[np.bool_]:
    """Return which acts may be believed, (27,): hostility only where a second signal is there."""
    believable = np.ones(len(ACTS), dtype=bool)
    for act, signs in HARM_CUES.items():
        if act in NOT_HOSTILE:
            continue
        own = chances[:, ACTS.index(act)] >= TELLING
        marked = any(cues.intersection(signs) for cues, held in zip(found, own, strict=True) if held)
        believable[ACTS.index(act)] = marked or conduct[1] >= BAD_CONDUCT
    return believable


def list_carried(chances: FloatArray, conduct: FloatArray) -> npt.NDArray[np.bool_]:
    """Return which acts some sentence carries, (27,): where none holds hostility there is nothing to show for it."""
    carried: npt.NDArray[np.bool_] = chances.max(axis=0) >= TELLING
    carried |= np.array([act not in HOSTILE or conduct[1] >= BAD_CONDUCT for act in ACTS])
    return carried


def _as_mapping(names: Sequence[str], values: FloatArray) -> dict[str, float]:
    return {name: round(float(np.clip(value, LEAST, MOST)), 4) for name, value in zip(names, values, strict=True)}
