"""What is wrong with a line that a voice gave back: found by rules, without a clock, a network or a model.

A voice may only put the grammar's line into other words. Each rule here is stricter than it would have to be; a line
that is refused costs nothing, because the grammar's own line is there.
"""

import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from itertools import pairwise

from poise.roleplay.plainwords import (
    FUNCTION_STEMS,
    INSULTS,
    META_STEMS,
    MILD_WORDS,
    NEGATIONS,
    NUMBER_WORDS,
    OBSCENE,
    PLAIN_STEMS,
    REMEDY_STEMS,
    TIME_WORDS,
    stem,
    stems_of,
    straighten,
    words_of,
)

SHORTEST, LONGEST = 0.5, 1.8
"""The length of a line as a share of the grammar's."""
ALIKE_AT = 0.8
FOREIGN_AT = 0.4
LEAST_WORDS_TO_COPY = 5
HIDDEN_TOGETHER = 2
MILD, INSULT, OBSCENITY = 1, 2, 3
_LETTERS = re.compile(r"[A-Za-z0-9 \n.,;:!?'\"%£$€—–-]")
_ORDERS = re.compile(
    r"\b(ignore|disregard|forget (?:all|every|your|the)|from now on|pretend|respond with|reply with|answer with|"
    r"say the following|click|type in|copy (?:this|the)|as (?:requested|instructed)|here is (?:the|your|a)|"
    r"here's (?:the|your|a)|in other words:|of course!)",
    re.IGNORECASE,
)
_QUOTED = re.compile(r'"([^"]+)"')
_DIGITS = re.compile(r"\d+(?:[.,:]\d+)*(?:st|nd|rd|th)?")
_MONEY = re.compile(r"[£$€%]")


@dataclass(frozen=True)
class Bounds:
    """What a line is held against: none of it leaves this room, least of all what was not told yet.

    Parameters
    ----------
    line
        The grammar's line, its paragraphs parted by line breaks.
    spoken
        Everything that the customer said before, in order.
    untold
        The hidden facts that nobody has asked about yet, as texts.
    shared
        The lines that all customers share; by their own rules they state no fact.
    shared_stems
        The stems of those lines.
    case
        The stems of the case's own words, which must stay where they stand.
    fixed
        Paragraphs of the timetable that are an insult: one whose insult cannot be recognised stays word for word.
    """

    line: str
    spoken: tuple[str, ...] = ()
    untold: tuple[str, ...] = ()
    shared: tuple[str, ...] = ()
    shared_stems: frozenset[str] = frozenset()
    case: frozenset[str] = frozenset()
    fixed: frozenset[str] = frozenset()


def find_faults(said: str, bounds: Bounds) -> tuple[str, ...]:
    """Return in plain words, without a word of the line, why it must not be said; empty where it may be."""
    said = straighten(said)
    line = straighten(bounds.line)
    if not said.strip():
        return ("it is empty",)
    if not SHORTEST * len(line) <= len(said) <= LONGEST * len(line):  # first, so that no flood of text is looked at
        return ("it is much shorter or longer than the line",)
    if len(said.split("\n")) != len(line.split("\n")):
        return ("its paragraphs are not those of the line",)
    return tuple(dict.fromkeys((*_form(said, line), *_content(said, line, bounds), *_sense(said, line, bounds))))


def strength(text: str) -> int:
    """Return how strong the words are: 0 none, 1 mild oath, 2 insult, 3 obscene or a threat of violence."""
    words = words_of(text)
    return max(
        (
            OBSCENITY if _in(word, OBSCENE) else INSULT if _in(word, INSULTS) else MILD if _in(word, MILD_WORDS) else 0
            for word in words
        ),
        default=0,
    )


def numbers_in(text: str) -> frozenset[str]:
    """Return every number of a text, in figures whichever way it is written; "one" is no number by itself."""
    found = {figure.rstrip(".,:").replace(",", "") for figure in _DIGITS.findall(text)}
    words = words_of(text)
    found |= {NUMBER_WORDS[word] for word in words if word in NUMBER_WORDS and word != "one"}
    found |= {NUMBER_WORDS[word.removesuffix("s")] for word in words if word.removesuffix("s") in {"dozen", "hundred"}}
    units = TIME_WORDS | {"pound", "euro", "dollar", "penny", "percent"}
    found |= {"1" for word, after in pairwise(words) if word == "one" and _in(after, units)}
    return frozenset(found)


def _form(said: str, line: str) -> Iterator[str]:
    """Say what is wrong with the marks of a line."""
    if any(mark not in line for mark in _LETTERS.sub("", said)):
        yield "it holds markup, stage directions or letters of another script"
    if said.count(":") > line.count(":") or said.count('"') > line.count('"'):
        yield "it looks like a label or a quotation"
    if said.count("!") > line.count("!") + 1 or set(_shouted(said)) - set(_shouted(line)):
        yield "it is louder than the line"


def _content(said: str, line: str, bounds: Bounds) -> Iterator[str]:
    """Say what stands in a line that nobody has said."""
    known = "\n".join((line, *map(straighten, bounds.spoken)))
    known_stems, stems = stems_of(known), stems_of(said)
    strange = stems - known_stems - bounds.shared_stems - PLAIN_STEMS
    swearing = {stem(word) for word in words_of(said) if _strong(word)}
    if len(strange) >= FOREIGN_AT * max(1, len(stems)):
        yield "it is not plain English"
    if strange - swearing:
        yield "it holds words that may be a new fact"
    if numbers_in(said) - numbers_in(known) or set(_MONEY.findall(said)) - set(_MONEY.findall(known)):
        yield "it holds a number that was not said"
    if {word for word in words_of(said) if _in(word, TIME_WORDS)} - set(words_of(known)):
        yield "it holds a time that was not said"
    if _names(said) - set(re.findall(r"\w+", known)):
        yield "it holds a name that was not said"
    if (stems & REMEDY_STEMS) - known_stems:
        yield "it holds a remedy or a threat that was not said"
    if (stems & META_STEMS) - known_stems:
        yield "it speaks about a model or about these lines"
    if _ORDERS.search(said) and not _ORDERS.search(line):
        yield "it gives instructions"
    if leaks(said, bounds.untold, known_stems):
        yield "it tells what nobody has asked about yet"


def _sense(said: str, line: str, bounds: Bounds) -> Iterator[str]:
    """Say what of the line is lost or turned round."""
    if strength(said) > strength(line):
        yield "its words are stronger than the line's"
    for given, meant in zip(said.split("\n"), line.split("\n"), strict=True):
        yield from _lost(given, meant, bounds)
        yield from _turned(given, meant)
        if meant in bounds.fixed and strength(meant) < INSULT and given != meant:
            yield "it changes an insult that must be the same for everybody"
        if any(_alike(given, old) and not _alike(meant, old) for old in _paragraphs(bounds.spoken)):
            yield "it was said before"


def _lost(given: str, meant: str, bounds: Bounds) -> Iterator[str]:
    if numbers_in(meant) - numbers_in(given):
        yield "a number of the line is missing"
    if _key_words(meant, bounds) - stems_of(given):
        yield "a key word of the line is missing"
    if any(quote not in given for quote in _QUOTED.findall(meant)):
        yield "a quotation of the line is missing"


def _turned(given: str, meant: str) -> Iterator[str]:
    if _insults(given) != _insults(meant):
        yield "it is an insult where the line is none, or the other way round"
    if ("?" in given) != ("?" in meant):
        yield "it asks where the line does not, or the other way round"
    if _denies(given) != _denies(meant):
        yield "it denies where the line does not, or the other way round"


def _in(word: str, words: Iterable[str]) -> bool:
    return word in words or word.removesuffix("s") in words


def _strong(word: str) -> bool:
    return _in(word, OBSCENE) or _in(word, INSULTS) or _in(word, MILD_WORDS)


def _insults(text: str) -> bool:
    return any(_in(word, INSULTS) or _in(word, OBSCENE) for word in words_of(text))


def _denies(text: str) -> bool:
    return bool(NEGATIONS & set(words_of(text)))


def _shouted(text: str) -> list[str]:
    return re.findall(r"\b[A-Z]{3,}\b", text)


def _names(text: str) -> set[str]:
    """Return words with a capital inside a sentence; those at the beginning of one are held against all known words."""
    found = re.findall(r"(?<=[^.!?\s\"—–-][ ])[\"']?([A-Z][\w'-]*)", text)
    return {name.removesuffix("'s") for name in found} - {"I", "I'm", "I've", "I'll", "I'd"}


def _key_words(paragraph: str, bounds: Bounds) -> frozenset[str]:
    """Return the stems that carry the meaning: the case's own words, and all that are no everyday words.

    A line that all customers share states nothing, so only the case's words count in it.
    """
    stems = stems_of(paragraph)
    own = (stems & bounds.case) - FUNCTION_STEMS
    return own if any(line in paragraph for line in bounds.shared) else own | (stems - PLAIN_STEMS)


def leaks(said: str, untold: Iterable[str], known: frozenset[str]) -> bool:
    """Say whether a sentence shares two words with a hidden fact, beyond what was said and what stands anywhere."""
    for fact in untold:
        telling = stems_of(straighten(fact)) - FUNCTION_STEMS - known
        for sentence in re.split(r"[.!?\n]+", said):
            shared = telling & stems_of(sentence)
            if len(shared) >= HIDDEN_TOGETHER or shared - PLAIN_STEMS:
                return True
    return False


def _paragraphs(spoken: Iterable[str]) -> list[str]:
    return [paragraph for text in spoken for paragraph in text.split("\n") if paragraph]


def _alike(text: str, other: str) -> bool:
    """Say whether two paragraphs are nearly the same, by the pairs of words that they share."""
    words, others = words_of(text), words_of(other)
    if min(len(words), len(others)) < LEAST_WORDS_TO_COPY:
        return words == others and bool(words)
    pairs, other_pairs = set(pairwise(words)), set(pairwise(others))
    return len(pairs & other_pairs) >= ALIKE_AT * len(pairs | other_pairs)
