"""Simulees: made-up people with known latents and ways of answering, and what they answer; all chance from a seed."""

# ruff: noqa: N806 - P persons, I items, S statements, Q questions: mathematics keeps its letters

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Final, NamedTuple

import numpy as np

from poise.measurement.many.gridjudge import category_logs
from poise.measurement.models import FloatArray, IntArray
from poise.measurement.parameters.calibratedblocks import CalibratedBlock, CalibratedRater
from poise.measurement.parameters.instrument import Instrument
from poise.measurement.parameters.population import draw_people
from poise.measurement.people.styles import (
    BoolArray,
    Habits,
    Style,
    bend_answers,
    bend_orders,
    draw_parts,
    draw_styles,
    mix_styles,
)
from poise.measurement.tabular.tables import BadTableError, ResponseTable

CHUNK: Final = 8192
"""Persons drawn at a time; part of what the seed means."""
NOT_GIVEN: Final = -9
"""Stands in `Simulated.statements` where a block was not answered."""


@dataclass(frozen=True)
class Missing:
    """Which answers are missing.

    Parameters
    ----------
    at_random : float
        The chance that an answer is left out.
    not_reached : float
        The share of people who stop early, at a question drawn evenly from all of theirs.
    answered : int, optional
        By design, each person is asked so many questions only, drawn evenly from all; a block is one question.

    Raises
    ------
    BadTableError
        Naming what is not as described.
    """

    at_random: float = 0.0
    not_reached: float = 0.0
    answered: int | None = None

    def __post_init__(self) -> None:
        complaints = [
            f"{name}: got {value}, expected a number from 0 to 1"
            for name, value in (("at_random", self.at_random), ("not_reached", self.not_reached))
            if not 0.0 <= value <= 1.0
        ]
        if self.answered is not None and self.answered < 1:
            complaints.append(f"answered: got {self.answered}, expected at least 1")
        if complaints:
            raise BadTableError(complaints)


@dataclass(frozen=True, eq=False)
class Simulated:
    """What P simulees answered, and what is true of them.

    Parameters
    ----------
    table : ResponseTable
        Answers to the rated items.
    rater : array of int, shape (R,), optional
        Who judged each answer of the table, as a place among the instrument's raters.
    statements : array of int, shape (P, S)
        Columns of the wide form, one a statement: its rank (1 first), or 1 most, -1 least, 0 neither; NOT_GIVEN where
        the block was not answered.
    theta : array, shape (P, D)
    group : array of int, shape (P,)
    style : array of int, shape (P,)
        Places in `styles`.
    styles : tuple of Style
    """

    table: ResponseTable
    rater: IntArray | None
    statements: IntArray
    theta: FloatArray
    group: IntArray
    style: IntArray
    styles: tuple[Style, ...]

    @property
    def kinds(self) -> list[str]:
        """The name of each person's style."""
        return [self.styles[one].kind for one in self.style]


class _Streams(NamedTuple):
    """A source of chance for each purpose, so that a style changes nobody but those who have it."""

    people: np.random.Generator
    styles: np.random.Generator
    design: np.random.Generator
    parts: np.random.Generator
    answers: np.random.Generator
    orders: np.random.Generator
    bending: np.random.Generator
    raters: np.random.Generator


class _Chunk(NamedTuple):
    """Some persons: which questions they answered, categories (P, I), raters (P, I) and statements (P, S)."""

    given: BoolArray
    categories: IntArray
    rater: IntArray
    statements: IntArray


def simulate_responses(
    instrument: Instrument,
    number: int,
    seed: int,
    *,
    styles: Sequence[Style] = (),
    missing: Missing | None = None,
) -> Simulated:
    """Draw people and let them answer.

    Parameters
    ----------
    instrument : Instrument
    number : int
        Of people, P.
    seed : int
        The same seed gives the same people and answers; styles change only the answers of those who have them.
    styles : sequence of Style
        Whoever has none of these is honest.
    missing : Missing, optional

    Returns
    -------
    Simulated

    Raises
    ------
    BadTableError
        Naming the number or the share that cannot be.
    """
    missing = missing or Missing()
    _check(instrument, number, seed, missing)
    streams = _Streams(*np.random.default_rng(seed).spawn(len(_Streams._fields)))
    mixed = mix_styles(styles)
    theta, group = draw_people(instrument.population, number, streams.people)
    style = draw_styles(mixed, number, streams.styles)
    chunks = [
        _answer(instrument, theta[at], Habits.of(mixed, style[at]), missing, streams) for at in _cut(number, CHUNK)
    ]
    together = _Chunk(*(np.concatenate(parts) for parts in zip(*chunks, strict=True)))
    rated = together.given[:, : len(instrument.items)]
    rater = together.rater[rated] if instrument.raters else None
    table = _tabulate(instrument, rated, together.categories, group)
    return Simulated(table, rater, together.statements, theta, group, style, mixed)


def _check(instrument: Instrument, number: int, seed: int, missing: Missing) -> None:
    complaints = []
    if number < 1:
        complaints.append(f"number: got {number}, expected at least 1")
    if seed < 0:
        complaints.append(f"seed: got {seed}, expected 0 or more")
    if missing.answered is not None and missing.answered > instrument.questions:
        complaints.append(f"answered: got {missing.answered}, expected at most the {instrument.questions} questions")
    if complaints:
        raise BadTableError(complaints)


def _cut(number: int, size: int) -> Iterator[slice]:
    for first in range(0, number, size):
        yield slice(first, min(first + size, number))


def _answer(instrument: Instrument, theta: FloatArray, habits: Habits, missing: Missing, streams: _Streams) -> _Chunk:
    """Let some persons answer."""
    I = len(instrument.items)  # noqa: E741  items
    asked, given = draw_design(len(theta), instrument.questions, missing, streams.design)
    shows = draw_parts(habits, asked, streams.parts)
    predictors = theta @ instrument.slopes.T
    owner = [I + b for b, block in enumerate(instrument.blocks) for _ in block.statements]
    at = np.concatenate([np.arange(I), np.array(owner, dtype=np.int64)])
    predictors += np.where(shows[:, at], habits.shifts("faker") * instrument.appeal, 0.0)
    predictors[:, :I] += np.where(shows[:, :I], habits.shifts("acquiescent"), 0.0)
    honest, rater = _draw_categories(instrument, predictors[:, :I], streams)
    sizes = np.array([len(item.intercepts) + 1 for item in instrument.items], dtype=np.int64)
    categories = bend_answers(honest, sizes, habits, shows[:, :I], streams.bending) if I else honest
    statements = _draw_statements(instrument.blocks, predictors[:, I:], given[:, I:], habits, shows[:, I:], streams)
    return _Chunk(given, categories, rater, statements)


def draw_design(number: int, questions: int, missing: Missing, rng: np.random.Generator) -> tuple[BoolArray, BoolArray]:
    """Draw which questions each person is asked, and which of them each person answers, shape (P, Q) both."""
    asked = np.ones((number, questions), dtype=bool)
    if missing.answered is not None:
        place = np.argsort(np.argsort(rng.random(asked.shape), axis=1), axis=1)
        asked = place < missing.answered
    given = asked & (rng.random(asked.shape) >= missing.at_random)
    total = asked.sum(axis=1)
    stops = rng.random(number) < missing.not_reached
    last = np.where(stops, np.floor(rng.random(number) * total), total)
    before = np.cumsum(asked, axis=1, dtype=np.int64) - asked
    return asked, given & (before < last[:, None])


def _draw_categories(instrument: Instrument, predictors: FloatArray, streams: _Streams) -> tuple[IntArray, IntArray]:
    """Draw the category and the rater of every answer, shape (P, I) both."""
    raters = instrument.raters or (CalibratedRater("nobody", 0.0, 1.0),)
    chosen = streams.raters.integers(len(raters), size=predictors.shape)
    chance = streams.answers.random(predictors.shape)
    drawn = np.zeros(predictors.shape, dtype=np.int16)
    for i, item in enumerate(instrument.items):
        d = np.array(item.intercepts)
        for r, rater in enumerate(raters):
            rows = np.flatnonzero(chosen[:, i] == r)
            logs = category_logs(
                item.model, rater.consistency * (predictors[rows, i] - rater.severity), rater.consistency * d
            )
            below = np.exp(logs).cumsum(axis=1)[:, :-1]
            drawn[rows, i] = np.sum(chance[rows, i, None] > below, axis=1)
    return drawn, chosen.astype(np.int16)


def _draw_statements(
    blocks: Sequence[CalibratedBlock],
    predictors: FloatArray,
    given: BoolArray,
    habits: Habits,
    shows: BoolArray,
    streams: _Streams,
) -> IntArray:
    """Draw the columns of all statements, shape (P, S)."""
    columns = []
    repeated: dict[int, IntArray] = {}
    place = 0
    for b, block in enumerate(blocks):
        m = len(block.statements)
        intercepts = np.array([statement.intercept for statement in block.statements])
        noise = streams.orders.gumbel(size=(len(predictors), m))
        honest = np.argsort(-(predictors[:, place : place + m] + intercepts + noise), axis=1)
        first = repeated.get(m, np.full(honest.shape, -1))
        order, repeated[m] = bend_orders(honest, habits, shows[:, b], first, streams.bending)
        columns.append(np.where(given[:, b, None], tell_order(order, block.task), NOT_GIVEN))
        place += m
    return np.hstack(columns).astype(np.int8) if columns else np.zeros((len(predictors), 0), dtype=np.int8)


def tell_order(order: IntArray, task: str) -> IntArray:
    """Return an order (..., m), from most to least, as the columns of its statements in the wide form."""
    m = order.shape[-1]
    told = np.arange(1, m + 1) if task == "rank" else np.array([1, *[0] * (m - 2), -1])
    columns = np.empty_like(order)
    np.put_along_axis(columns, order, np.broadcast_to(told, order.shape), axis=-1)
    return columns


def _tabulate(instrument: Instrument, given: BoolArray, categories: IntArray, group: IntArray) -> ResponseTable:
    persons, item = np.nonzero(given)
    groups = instrument.population.groups
    several = len(groups) > 1
    return ResponseTable(
        items=tuple(one.key for one in instrument.items),
        categories=np.array([len(one.intercepts) + 1 for one in instrument.items], dtype=np.int64),
        starts=np.concatenate([[0], np.cumsum(np.bincount(persons, minlength=len(given)))]).astype(np.int64),
        item=item.astype(np.int32),
        category=categories[given].astype(np.int16),
        persons=tuple(f"p{p + 1}" for p in range(len(given))),
        group=group.astype(np.int16) if several else None,
        groups=groups if several else (),
        values=tuple(one.values or tuple(range(len(one.intercepts) + 1)) for one in instrument.items),
    )
