"""Which lines of a library say nearly the same: by what they mean and by the words that they share.

The vectors of the shipped reader follow what a sentence does, so unrelated sentences that do the same reach a cosine
of .85. Two lines are therefore compared by the mean of that cosine and of the share of words that they have in common,
each word weighing by how seldom it is in the library. What this finds was measured: docs/decisions/0023.
"""

from collections import Counter
from collections.abc import Callable, Iterator, Sequence
from itertools import combinations
from math import log
from typing import NamedTuple

import numpy as np
import numpy.typing as npt

from poise.content.check_cases import cells_of
from poise.content.library import Library, LoadedLibrary
from poise.content.source import Complaint
from poise.roleplay.plainwords import stem, words_of

FloatArray = npt.NDArray[np.float64]
Embed = Callable[[str], FloatArray]
ALIKE = 0.68
"""From this likeness two lines say nearly the same, where each is to say something of its own."""
ALIKE_IN_A_CELL = 0.80
"""The same for wordings of one message, which share its facts."""
SHOWN = 80


class Line(NamedTuple):
    """A line and its place."""

    section: str
    key: str
    within: str
    text: str


class Group(NamedTuple):
    """Lines that are compared with each other, and from which likeness on they are too alike."""

    what: str
    limit: float
    lines: tuple[Line, ...]


def find_near_duplicates(loaded: LoadedLibrary, embed: Embed) -> list[Complaint]:
    """Return the pairs that say nearly the same; `embed` gives a text as a vector of length one."""
    groups = list(groups_of(loaded.library))
    weights = weigh_words(line.text for group in groups for line in group.lines)
    found = []
    for group in groups:
        for one, other, likeness in _pairs(group, weights, embed):
            (file, line), (there, at) = (loaded.place(*part[:3]) for part in (one, other))
            message = f"{_shown(other.text)} says nearly the same as {_shown(one.text)} at {file}:{line}"
            measured = f"likeness {likeness:.2f}; it should be below {group.limit}"
            found.append(Complaint(there, at, f"{group.what}: {message} ({measured})"))
    return found


def _shown(text: str) -> str:
    return repr(text if len(text) <= SHOWN else text[: SHOWN - 1] + "…")


def groups_of(library: Library) -> Iterator[Group]:
    """Give the lines that are to differ: statements, reactions, wordings of one probe or fact, a voice's cells."""
    statements = (Line("statements", one.key, "", one.text) for one in library.statements)
    yield Group("statements", ALIKE, tuple(statements))
    yield Group(
        "reactions",
        ALIKE,
        tuple(
            Line("situations", situation.key, f"reactions/{one.key}", one.text)
            for situation in library.situations
            for one in situation.reactions
        ),
    )
    for case in library.scenarios:
        for within, what, lines in cells_of(case):
            own = tuple(Line("scenarios", case.key, within, line) for line in lines)
            yield Group(f"{case.key}, {what}", ALIKE_IN_A_CELL, own)
    manners = {"": library.voice.cells} | {f"{name}, ": cells for name, cells in library.voice.manners.items()}
    for manner, cells in manners.items():
        for reaction, cell in cells.items():
            for band, lines in cell.items():
                own = tuple(Line("voice", "", f"cells/{reaction}", line) for line in lines)
                yield Group(f"voice, {manner}{reaction} {band}", ALIKE, own)


def weigh_words(texts: Iterator[str]) -> Callable[[str], float]:
    """Return how much a stem tells: the logarithm of how seldom it stands in these texts."""
    counted: Counter[str] = Counter()
    number = 0
    for text in texts:
        counted.update(_stems_of(text))
        number += 1
    return lambda word: log((number + 1) / (counted[word] + 0.5))


def measure_likeness(one: str, other: str, weigh: Callable[[str], float], embed: Embed) -> float:
    """Return how far two texts say the same, up to 1: the mean of cosine and shared words."""
    return (float(embed(one) @ embed(other)) + _share(_weighed(one, weigh), _weighed(other, weigh))) / 2


def _pairs(group: Group, weigh: Callable[[str], float], embed: Embed) -> Iterator[tuple[Line, Line, float]]:
    """Give the pairs that are too alike. Only pairs with words enough in common are embedded: a cosine is at most 1."""
    weighed = [_weighed(line.text, weigh) for line in group.lines]
    for one, other in _sharing(weighed, 2 * group.limit - 1):
        first, second = group.lines[one], group.lines[other]
        likeness = measure_likeness(first.text, second.text, weigh, embed)
        if likeness >= group.limit:
            yield first, second, likeness


def _sharing(weighed: Sequence[dict[str, float]], least: float) -> Iterator[tuple[int, int]]:
    for one, other in combinations(range(len(weighed)), 2):
        if _share(weighed[one], weighed[other]) >= least:
            yield one, other


def _share(one: dict[str, float], other: dict[str, float]) -> float:
    """Return the weight of the words that both have, as a share of all their words' weight."""
    whole = sum(one.values()) + sum(other.values())
    return 2 * sum(one[word] for word in one.keys() & other.keys()) / whole if whole > 0 else 0.0


def _weighed(text: str, weigh: Callable[[str], float]) -> dict[str, float]:
    return {word: weigh(word) for word in _stems_of(text)}


def _stems_of(text: str) -> frozenset[str]:
    return frozenset(stem(word) for word in words_of(text))
