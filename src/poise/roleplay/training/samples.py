"""What the encoder learns from in one epoch: sentences in their place, whole replies, and customers' lines."""

import random
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from poise.content.act import ACTS, HEARD
from poise.roleplay.training.corpus import CorpusReply
from poise.roleplay.training.exemplars import Exemplar
from poise.roleplay.understanding.encoder import join_context
from poise.roleplay.understanding.spelling import spell_plainly

WHOLE = 0.4
"""How often a reply of several sentences is learned as a whole instead of sentence by sentence."""
CUSTOMER_SHOWN, SENTENCE_SHOWN = 0.72, 0.75
"""How often the customer's line and the sentence before are there: the reader must do without them too."""
SLIP, NO_STOP, FILLER = 0.22, 0.15, 0.08
"""How often a letter slips, a last stop is left out, and a reply begins with a filler."""
FILLERS = ("well, ", "so, ", "ok, ", "right, ")
SHORTEST_TO_SLIP = 12


@dataclass(frozen=True)
class Lesson:
    """A reply to learn from: sentences with their acts; `conduct` is empty where nobody labelled it."""

    voice: str
    customer: str
    say: tuple[tuple[str, frozenset[str]], ...]
    conduct: str = ""


@dataclass(frozen=True)
class Line:
    """A customer's line with its acts."""

    voice: str
    text: str
    heard: frozenset[str]


@dataclass(frozen=True)
class Sample:
    """A text in plain spelling with what stands before it; `conduct` is (good, bad), or empty where it is unknown."""

    text: str
    before: str
    labels: tuple[float, ...]
    conduct: tuple[float, ...] = ()


def gather_lessons(corpus: Sequence[CorpusReply], exemplars: Sequence[Exemplar]) -> tuple[Lesson, ...]:
    """Return every labelled reply; those of the exemplars stand alone, and their voices apart."""
    replies = [
        Lesson(one.voice, one.customer, tuple((text, frozenset(acts)) for text, acts in one.say), one.conduct)
        for one in corpus
    ]
    return (*replies, *(Lesson(f"x_{one.voice}", "", ((one.say, one.acts),)) for one in exemplars))


def gather_lines(corpus: Sequence[CorpusReply]) -> tuple[Line, ...]:
    """Return every customer's line of each voice once."""
    lines: dict[tuple[str, str], set[str]] = {}
    for one in corpus:
        lines.setdefault((one.voice, one.customer), set()).update(one.heard)
    return tuple(Line(voice, text, frozenset(heard)) for (voice, text), heard in lines.items())


def draw_samples(lessons: Sequence[Lesson], chance: random.Random) -> Iterator[Sample]:
    """Yield the samples of one epoch: each reply as its sentences, or as a whole."""
    for lesson in lessons:
        line = spell_plainly(lesson.customer) if chance.random() < CUSTOMER_SHOWN else ""
        if len(lesson.say) == 1 or chance.random() < WHOLE:
            text = " ".join(spell_plainly(sentence) for sentence, _ in lesson.say)
            acts = frozenset[str]().union(*(acts for _, acts in lesson.say))
            conduct = (float(lesson.conduct == "good"), float(lesson.conduct == "bad")) if lesson.conduct else ()
            yield Sample(roughen(text, chance), join_context(line, ""), mark_acts(acts), conduct)
            continue
        earlier = ""
        for sentence, acts in lesson.say:
            plain = spell_plainly(sentence)
            text = roughen(plain, chance)
            before = spell_plainly(earlier) if chance.random() < SENTENCE_SHOWN else ""
            yield Sample(text, join_context(line, before), mark_acts(acts))
            earlier = sentence


def draw_lines(lines: Sequence[Line], chance: random.Random) -> Iterator[Sample]:
    """Yield the customers' lines of one epoch."""
    for line in lines:
        yield Sample(roughen(spell_plainly(line.text), chance), "", tuple(float(act in line.heard) for act in HEARD))


def mark_acts(acts: frozenset[str]) -> tuple[float, ...]:
    """Return ones for the acts that are there, in the order of the table."""
    return tuple(float(act in acts) for act in ACTS)


def roughen(text: str, chance: random.Random) -> str:
    """Return a text as a hurried hand may write it: a slip, a missing stop, a filler in front."""
    if chance.random() < SLIP and len(text) > SHORTEST_TO_SLIP:
        at = chance.randrange(1, len(text) - 2)
        if text[at].isalpha() and text[at + 1].isalpha():
            text = _slip(text, at, chance.random())
    if chance.random() < NO_STOP:
        text = text.rstrip(".! ")
    if chance.random() < FILLER:
        text = chance.choice(FILLERS) + text
    return text


def _slip(text: str, at: int, kind: float) -> str:
    if kind < 0.5:  # noqa: PLR2004  half of the slips swap two letters
        return text[:at] + text[at + 1] + text[at] + text[at + 2 :]
    if kind < 0.8:  # noqa: PLR2004  three in ten lose one
        return text[:at] + text[at + 1 :]
    return text[:at] + text[at] + text[at:]
