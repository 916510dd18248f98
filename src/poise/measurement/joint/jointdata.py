"""What many persons answered, of any kind: rated items, forced-choice blocks, ratings by people, readings."""

from collections.abc import Iterator
from dataclasses import dataclass, field, replace
from typing import Literal, TypeAlias

import numpy as np

from poise.measurement.models import FloatArray, IntArray
from poise.measurement.observing import Task, list_answers
from poise.measurement.tabular.tables import BadTableError

ScaleModel: TypeAlias = Literal["graded", "gpcm"]


@dataclass(frozen=True)
class JointItem:
    """An item with ordered categories, answered, rated or read.

    Parameters
    ----------
    key : str
    dimensions : tuple of str
        Those it loads on, one or more.
    categories : int
        K, two or more; answers are 0 to K - 1. With two, graded is the 2PL.
    model : {"graded", "gpcm"}
    values : tuple of int
        The value in the source that each category stands for.
    """

    key: str
    dimensions: tuple[str, ...]
    categories: int
    model: ScaleModel = "graded"
    values: tuple[int, ...] = ()

    @property
    def answers(self) -> int:
        """How many answers are possible, K."""
        return self.categories


@dataclass(frozen=True)
class JointStatement:
    """A statement of a block; `dimensions` are those it loads on, one or more."""

    key: str
    dimensions: tuple[str, ...]


@dataclass(frozen=True)
class JointBlock:
    """A block of two to four statements.

    Parameters
    ----------
    key : str
    statements : tuple of JointStatement
    task : {"rank", "most_least"}
        An answer is an index into ``list_answers(len(statements), task)``.
    """

    key: str
    statements: tuple[JointStatement, ...]
    task: Task = "rank"

    @property
    def answers(self) -> int:
        """How many answers are possible, A."""
        return len(list_answers(len(self.statements), self.task))


@dataclass(frozen=True, eq=False)
class JointTable:
    """Observations of P persons, R in all, on I things that were asked: items and blocks.

    Parameters
    ----------
    asked : tuple of JointItem or JointBlock
        Keys of items, blocks and statements all differ.
    dimensions : tuple of str
        D names in the order of the results.
    starts : array of int64, shape (P + 1,)
        The observations of person p are ``starts[p]:starts[p + 1]``; an empty range is a person without any.
    item : array of int32, shape (R,)
        Which of `asked` each observation belongs to. The same may come more than once for a person (several raters).
    answer : array of int16, shape (R,)
        The category, or the index of the answer to a block; -1 for a reading.
    independent : tuple of str
        Dimensions that correlate with no other: method and conversation effects.
    rater : array of int32, shape (R,), optional
        Index into `raters`, -1 for an answer that no rater gave. Only items with categories can be rated.
    raters : tuple of str
    reading : array of int32, shape (R,), optional
        Row of `weights` for a reading, else -1.
    weights : array, shape (N, Kmax)
        ``p_k / pi_k`` of each reading, padded with zeros beyond the item's categories.
    persons : tuple of str, optional
    group : array of int, shape (P,), optional
        Index into `groups`; the first group is the reference.
    groups : tuple of str
    weight : array, shape (P,), optional
        How many persons each person stands for.
    notes : tuple of str
        What was merged, left out or odd.

    Raises
    ------
    BadTableError
        Naming everything that does not fit together.
    """

    asked: tuple[JointItem | JointBlock, ...]
    dimensions: tuple[str, ...]
    starts: IntArray
    item: IntArray
    answer: IntArray
    independent: tuple[str, ...] = ()
    rater: IntArray | None = None
    raters: tuple[str, ...] = ()
    reading: IntArray | None = None
    weights: FloatArray = field(default_factory=lambda: np.zeros((0, 2)))
    persons: tuple[str, ...] | None = None
    group: IntArray | None = None
    groups: tuple[str, ...] = ()
    weight: FloatArray | None = None
    notes: tuple[str, ...] = ()

    def __post_init__(self) -> None:
        if complaints := [*self._wrong_names(), *self._wrong_answers()]:
            raise BadTableError(complaints)

    def _wrong_names(self) -> Iterator[str]:
        keys = [one.key for one in self.asked] + [row.key for row in self.rows if isinstance(row, JointStatement)]
        yield from (f"{key!r} names {keys.count(key)} things: give each its own key" for key in _repeated(keys))
        yield from (f"dimension {d!r} stands there twice: keep one" for d in _repeated(list(self.dimensions)))
        for row in self.rows:
            if not row.dimensions:
                yield f"{row.key!r} loads on no dimension: give it one, or leave it out"
            if unknown := set(row.dimensions) - set(self.dimensions):
                yield f"{row.key!r} loads on {', '.join(sorted(unknown))}, which is not among the dimensions"
        if unknown := set(self.independent) - set(self.dimensions):
            yield f"independent: {', '.join(sorted(unknown))} is not among the dimensions"

    def _wrong_answers(self) -> Iterator[str]:
        if len(self.item) != len(self.answer) or self.starts[-1] != len(self.item):
            yield f"{len(self.item)} items, {len(self.answer)} answers, starts end at {self.starts[-1]}: expected equal"
            return
        most = np.array([one.answers for one in self.asked], dtype=np.int64)[self.item]
        read = np.zeros(len(self.item), dtype=bool) if self.reading is None else self.reading >= 0
        wrong = np.flatnonzero(~read & ((self.answer < 0) | (self.answer >= most)))
        for r in wrong:
            yield f"{self.asked[self.item[r]].key!r}: got answer {self.answer[r]}, expected 0 to {most[r] - 1}"
        if self.reading is not None and np.any(read):
            wide = int(np.max(most[read]))
            if self.weights.shape[1] < wide:
                yield f"weights: got {self.weights.shape[1]} columns, expected {wide}, one a category"
            sums = self.weights.sum(axis=1)[self.reading[read]]
            if np.any(~np.isfinite(sums) | (sums <= 0.0)) or np.any(self.weights < 0.0):
                yield "weights: some reading has no weight above zero, or one below it"
        rated = read if self.rater is None else read | (self.rater >= 0)
        blocks = np.array([isinstance(one, JointBlock) for one in self.asked])
        for i in np.unique(self.item[rated & blocks[self.item]]):
            yield f"block {self.asked[i].key!r} is rated or read: only items with categories can be"

    @property
    def rows(self) -> tuple[JointItem | JointStatement, ...]:
        """What has loadings, in order: every item, and every statement of every block; N in all."""
        found: list[JointItem | JointStatement] = []
        for one in self.asked:
            found += one.statements if isinstance(one, JointBlock) else [one]
        return tuple(found)

    @property
    def size(self) -> int:
        """How many persons there are, P."""
        return len(self.starts) - 1

    @property
    def answered(self) -> IntArray:
        """How many observations there are of each person, shape (P,)."""
        return np.diff(self.starts)

    def part(self, first: int, last: int) -> "JointTable":
        """Return the persons from `first` to before `last`, with everything that was asked."""
        own = slice(self.starts[first], self.starts[last])
        return replace(
            self,
            starts=self.starts[first : last + 1] - self.starts[first],
            item=self.item[own],
            answer=self.answer[own],
            rater=None if self.rater is None else self.rater[own],
            reading=None if self.reading is None else self.reading[own],
            persons=self.persons and self.persons[first:last],
            group=None if self.group is None else self.group[first:last],
            weight=None if self.weight is None else self.weight[first:last],
        )

    def chunks(self, persons: int) -> Iterator["JointTable"]:
        """Yield tables of at most so many persons; what is counted in each adds up to the whole."""
        for first in range(0, self.size, persons):
            yield self.part(first, min(first + persons, self.size))


def _repeated(names: list[str]) -> list[str]:
    return sorted({name for name in names if names.count(name) > 1}) if len(set(names)) < len(names) else []


def code_order(ranks: IntArray) -> IntArray:
    """Turn ranks of statements (1 for the first) into the index of the order.

    Parameters
    ----------
    ranks : array of int, shape (..., m)
        Each row holds 1 to m, each once.

    Returns
    -------
    array of int, shape (...)
        Index into ``list_answers(m, "rank")``; -1 where a row is not such an order.
    """
    size = ranks.shape[-1]
    place = np.array(list_answers(size, "rank"))
    expected = np.empty_like(place)
    np.put_along_axis(expected, place, np.arange(1, size + 1), axis=1)
    return _find_rows(ranks, expected)


def code_most_least(marks: IntArray) -> IntArray:
    """Turn marks (1 most, -1 least, 0 neither) into the index of the answer.

    Parameters
    ----------
    marks : array of int, shape (..., m)

    Returns
    -------
    array of int, shape (...)
        Index into ``list_answers(m, "most_least")``; -1 where a row is not such an answer.
    """
    answers = np.array(list_answers(marks.shape[-1], "most_least"))
    expected = np.zeros((len(answers), marks.shape[-1]), dtype=np.int64)
    np.put_along_axis(expected, answers[:, :1], 1, axis=1)
    np.put_along_axis(expected, answers[:, 1:], -1, axis=1)
    return _find_rows(marks, expected)


def _find_rows(given: IntArray, expected: IntArray) -> IntArray:
    same = np.all(np.asarray(given)[..., None, :] == expected, axis=-1)
    return np.where(same.any(axis=-1), same.argmax(axis=-1), -1)
