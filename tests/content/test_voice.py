"""The lines that all customers share fit every case, differ within a cell, and do not wear out."""

import re
from collections import Counter
from collections.abc import Iterator, Sequence
from itertools import combinations

import pytest

from poise.content.act import ACTS
from poise.content.library import Library
from poise.content.manner import BANDS, LATER_REACTIONS, REACTIONS
from poise.content.scenario import Scenario
from poise.roleplay.customer import answer, open_conversation
from poise.roleplay.linechecks import INSULT, numbers_in, strength
from poise.roleplay.rating import Said
from poise.roleplay.training.frozen import embed_frozen

LEAST = dict.fromkeys(REACTIONS, 10) | dict.fromkeys(LATER_REACTIONS, 7)
OFTEN = set(REACTIONS) - {"copied", "unclear"} | {"answered"}
WORDS = {"curt": (2, 6), "wordy": (12, 28), "wry": (4, 20)}
"""The fewest and the most words of a manner's own lines."""
LEAST_OF_A_MANNER = dict.fromkeys(OFTEN, 6) | {"nothing": 8}
ALIKE = 0.9
SEEDS = 200
LOUD_WHEN_HOT = 0.5
BLANK = dict.fromkeys(ACTS, 0.0005)
CONDUCT = {
    "silent": ({},),
    "decent": (
        {"acknowledge": 0.95},
        {"apologise": 0.9},
        {"ask": 0.95},
        {"explain": 0.9},
        {"commit": 0.9},
        {"acknowledge": 0.95},
        {"courtesy": 0.9},
    ),
    "sour": ({"insult": 0.95}, {"refuse": 0.9}, {"boast": 0.9}, {"oversell": 0.9}, {"admit_limit": 0.9}),
}


def shared_cells(library: Library) -> Iterator[tuple[str, tuple[str, ...]]]:
    for reaction, bands in library.voice.cells.items():
        for band in BANDS:
            yield f"{reaction}.{band}", bands[band]


def cells_of_manners(library: Library) -> Iterator[tuple[str, str, tuple[str, ...]]]:
    for manner, cells in library.voice.manners.items():
        for reaction, bands in cells.items():
            for band in BANDS:
                yield manner, f"{reaction}.{band}", bands[band]


def all_cells(library: Library) -> Iterator[tuple[str, tuple[str, ...]]]:
    yield from shared_cells(library)
    yield from ((f"{manner} {name}", lines) for manner, name, lines in cells_of_manners(library))


def words(line: str) -> tuple[str, ...]:
    return tuple(re.findall(r"[a-z']+", line.lower()))


def reactions(library: Library, case: Scenario, conduct: Sequence[dict[str, float]], seed: int) -> list[str]:
    """Return every line of the voice in a conversation whose replies read as this conduct, over and over."""
    voiced = {line for _, some in all_cells(library) for line in some}
    replies = [Said(BLANK | conduct[number % len(conduct)]) for number in range(len(case.probes))]
    state, says = open_conversation(case, seed)
    spoken, lines = [says], list[str]()
    for number in range(1, len(replies) + 1):
        made = answer(case, library.appraisal, library.voice, state, replies[:number], (), seed, spoken)
        state = made.state
        spoken.append(made.says)
        lines += [line for line in made.says.split("\n") if line in voiced]
    return lines


def with_manner(case: Scenario, manner: str) -> Scenario:
    return case.model_copy(update={"customer": case.customer.model_copy(update={"manner": manner})})


def test_each_reaction_has_its_lines(library: Library) -> None:
    assert set(library.voice.cells) == set(LEAST)
    short = {name: len(lines) for name, lines in shared_cells(library) if len(lines) < LEAST[name.split(".")[0]]}
    assert not short


def test_each_manner_has_lines_of_its_own_for_what_comes_often(library: Library) -> None:
    assert {manner: set(cells) for manner, cells in library.voice.manners.items()} == dict.fromkeys(WORDS, OFTEN)
    for manner, name, lines in cells_of_manners(library):
        assert len(lines) >= LEAST_OF_A_MANNER[name.split(".")[0]], (manner, name)


def test_a_manner_is_seen_by_the_length_of_its_lines(library: Library) -> None:
    odd = []
    for manner, name, lines in cells_of_manners(library):
        fewest, most = WORDS[manner]
        odd += [(manner, name, line) for line in lines if not fewest <= len(words(line)) <= most]
    assert not odd


def test_customers_of_every_manner_are_equally_hard(library: Library) -> None:
    """A manner's own lines are as strong as the shared ones of their cell: no stronger word, loud only where hot."""
    shared = dict(shared_cells(library))
    for manner, name, lines in cells_of_manners(library):
        assert max(map(strength, lines)) <= max(map(strength, shared[name])), (manner, name)
        loud = sum("!" in line for line in lines) / len(lines)
        assert loud == 0 if not name.endswith(".hot") else loud >= LOUD_WHEN_HOT, (manner, name)


def test_no_line_stands_twice_anywhere(library: Library) -> None:
    counted = Counter(words(line) for _, lines in all_cells(library) for line in lines)
    assert not [line for line, times in counted.items() if times > 1]


def test_no_two_lines_of_a_cell_say_the_same(library: Library) -> None:
    """Synonym swaps are seen by what the lines mean: the cosine of their embeddings.

    Only lines that share half of their words are embedded. No other two lines of a cell are more alike than .72.
    """
    pairs = [
        (name, one, other)
        for name, lines in all_cells(library)
        for one, other in combinations(lines, 2)
        if share_half(one, other)
    ]
    told = sorted({line for _, *both in pairs for line in both})
    vectors = dict(zip(told, embed_frozen(told), strict=True))
    assert pairs
    assert not [(name, one, other) for name, one, other in pairs if vectors[one] @ vectors[other] >= ALIKE]


def share_half(one: str, other: str) -> bool:
    own, others = set(words(one)), set(words(other))
    return 2 * len(own & others) >= min(len(own), len(others))


def test_no_two_lines_of_a_cell_have_the_same_shape(library: Library) -> None:
    """Two words at the beginning and two at the end are a line's own; one word begins at most three."""
    alike: list[tuple[str, tuple[str, ...]]] = []
    for name, lines in all_cells(library):
        for shape, most in ((slice(2), 1), (slice(-2, None), 1), (slice(1), 3)):
            counted = Counter(words(line)[shape] for line in lines)
            alike += [(name, found) for found, times in counted.items() if times > most]
    assert not alike


def test_each_cell_has_something_for_the_curt_and_for_the_wordy(library: Library) -> None:
    for name, lines in shared_cells(library):
        lengths = sorted(len(words(line)) for line in lines)
        assert lengths[0] <= 5, name
        assert lengths[-1] >= 8, name


def test_no_line_states_a_number_names_anybody_or_is_foul(library: Library) -> None:
    for name, lines in all_cells(library):
        for line in lines:
            assert not numbers_in(line), (name, line)
            assert strength(line) < INSULT, (name, line)
            assert not re.findall(r"(?<=[a-z,] )(?!I\b|English\b|OK\b)[A-Z]\w*", line), (name, line)


@pytest.mark.parametrize(
    ("key", "conduct"),
    [("late_lamp", "silent"), ("birthday_voucher", "silent"), ("late_lamp", "decent"), ("birthday_voucher", "sour")],
)
def test_no_two_conversations_read_alike(library: Library, key: str, conduct: str) -> None:
    """Where two candidates do the very same, another seed still reacts in other words; no line comes twice."""
    case = library.find(Scenario, key)
    made = [tuple(reactions(library, case, CONDUCT[conduct], seed)) for seed in range(SEEDS)]
    assert min(map(len, made)) >= len(case.probes) - 1
    assert not [lines for lines in made if len(set(lines)) < len(lines)]
    assert len(made) - len(set(made)) < SEEDS / 100


@pytest.mark.parametrize("manner", ["curt", "wordy", "wry"])
def test_a_manner_has_lines_enough_for_a_conversation(library: Library, manner: str) -> None:
    """No line comes twice, also to somebody who never says anything."""
    case = with_manner(library.find(Scenario, "birthday_voucher"), manner)
    made = [tuple(reactions(library, case, CONDUCT["silent"], seed)) for seed in range(20)]
    assert not [lines for lines in made if len(set(lines)) < len(lines)]
    assert len(set(made)) > 1
