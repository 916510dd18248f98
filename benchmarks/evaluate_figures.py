"""The figures of `evaluate.py`, each with a 95 % interval over what was drawn again with replacement, and their tables.

Each draw counts how often each reply (or conversation) came: figures of all draws are then a product of matrices. The
seed is fixed, so the same readings print the same page.
"""

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from typing import Final

import numpy as np
import numpy.typing as npt
from scipy.stats import beta, rankdata

FloatArray = npt.NDArray[np.float64]
BoolArray = npt.NDArray[np.bool_]

DRAWS: Final = 1000
SEED: Final = 4
DECIDED: Final = 0.5
LEVEL: Final = 0.95
TAILS: Final = ((1.0 - LEVEL) / 2.0, (1.0 + LEVEL) / 2.0)
NOTHING: Final = "–"


@dataclass(frozen=True)
class Figure:
    """A figure and its interval; nan where there is nothing to count."""

    value: float
    low: float = np.nan
    high: float = np.nan

    def __str__(self) -> str:
        """Tell it with three digits, and the interval with two."""
        if np.isnan(self.value):
            return NOTHING
        told = tell(self.value)
        return told if np.isnan(self.low) else f"{told} ({tell(self.low, 2)} to {tell(self.high, 2)})"


def tell(value: float, digits: int = 3) -> str:
    """Write a share or a coefficient as the house does, without the zero before the stop."""
    if np.isnan(value):
        return NOTHING
    told = f"{round(value, digits) + 0.0:.{digits}f}"
    return told.replace("0.", ".", 1) if told.removeprefix("-").startswith("0.") else told


def tell_share(figure: Figure) -> str:
    """Write a share in per cent, with its interval."""
    if np.isnan(figure.value):
        return NOTHING
    return f"{figure.value:.1%} ({figure.low:.1%} to {figure.high:.1%})"


def reached(value: float, goal: float | None) -> str:
    """Say whether a goal was reached; the figure counts, not its interval."""
    if goal is None:
        return ""
    return f"{tell(goal, 2)}: " + ("not known" if np.isnan(value) else "reached" if value >= goal else "missed")


def draw(number: int, draws: int = DRAWS) -> FloatArray:
    """Return how often each of so many things comes in each draw, (draws, number)."""
    if not number:
        return np.zeros((draws, 0))
    rng = np.random.default_rng(SEED)
    return rng.multinomial(number, np.full(number, 1.0 / number), size=draws).astype(np.float64)


def between(value: float, drawn: FloatArray) -> Figure:
    """Return a figure with the interval that the draws give."""
    drawn = drawn[~np.isnan(drawn)]
    if np.isnan(value) or len(drawn) == 0:
        return Figure(value)
    low, high = np.quantile(drawn, TAILS)
    return Figure(value, float(low), float(high))


def f1_of(times: FloatArray, chances: FloatArray, holds: BoolArray) -> FloatArray:
    """Return F1 of each act in each draw, (draws, acts), decided at .5; nan where no reply drawn holds the act."""
    said = chances >= DECIDED
    hits = times @ (said & holds)
    held, claimed = times @ holds, times @ said
    found: FloatArray = np.divide(2.0 * hits, held + claimed, out=np.full(hits.shape, np.nan), where=held > 0)
    return found


def auc_of(times: FloatArray, chance: FloatArray, holds: BoolArray) -> FloatArray:
    """Return the area under the curve of one act in each draw, (draws,): how often what holds it stands above."""
    above = chance[holds][:, None] - chance[~holds][None, :]
    wins = (above > 0) + 0.5 * (above == 0)
    pairs = times[:, holds].sum(axis=1) * times[:, ~holds].sum(axis=1)
    won = ((times[:, holds] @ wins) * times[:, ~holds]).sum(axis=1)
    found: FloatArray = np.divide(won, pairs, out=np.full(len(times), np.nan), where=pairs > 0)
    return found


def judge_f1(chances: FloatArray, holds: BoolArray) -> tuple[Figure, list[Figure]]:
    """Return the mean F1 of the acts that some reply holds, and F1 of each act."""
    one, many = f1_of(np.ones((1, len(holds))), chances, holds)[0], f1_of(draw(len(holds)), chances, holds)
    return between(mean_of(one[None])[0], mean_of(many)), [between(*pair) for pair in zip(one, many.T, strict=True)]


def judge_auc(chances: FloatArray, holds: BoolArray) -> tuple[Figure, list[Figure]]:
    """Return the mean area under the curve of the acts that some reply holds and some does not, and each act's."""
    every, times = np.ones((1, len(holds))), draw(len(holds))
    columns = range(holds.shape[1])
    one = np.array([auc_of(every, chances[:, act], holds[:, act])[0] for act in columns])
    many = np.array([auc_of(times, chances[:, act], holds[:, act]) for act in columns]).T
    return between(mean_of(one[None])[0], mean_of(many)), [between(*pair) for pair in zip(one, many.T, strict=True)]


def mean_of(table: FloatArray) -> FloatArray:
    """Return the mean of each row over what is known in it, (rows,); nan where nothing is."""
    known = ~np.isnan(table)
    count = known.sum(axis=1)
    found: FloatArray = np.divide(
        np.where(known, table, 0.0).sum(axis=1), count, out=np.full(len(table), np.nan), where=count > 0
    )
    return found


def share_of(hits: Sequence[bool] | BoolArray, clusters: Sequence[int] | None = None) -> Figure:
    """Return a share with its interval; with clusters, those are drawn as a whole."""
    values = np.asarray(hits, dtype=np.float64)
    if not len(values):
        return Figure(np.nan)
    numbers = np.arange(len(values)) if clusters is None else np.unique(clusters, return_inverse=True)[1]
    held, count = np.bincount(numbers, weights=values), np.bincount(numbers)
    times = draw(len(count))
    return between(float(values.mean()), (times @ held) / np.maximum(times @ count, 1.0))


def bound_share(hits: int, number: int) -> float:
    """Return the upper 95 % bound of a share, exact (Clopper and Pearson, one-sided)."""
    return 1.0 if hits >= number else float(beta.ppf(LEVEL, hits + 1, number - hits))


def correlate_ranks(first: npt.ArrayLike, second: npt.ArrayLike) -> Figure:
    """Return Spearman's correlation with its interval over the things that both rate."""
    one, two = np.asarray(first, dtype=np.float64), np.asarray(second, dtype=np.float64)
    known = ~(np.isnan(one) | np.isnan(two))
    one, two = one[known], two[known]
    if len(one) < 3:  # noqa: PLR2004  two always lie on a line
        return Figure(np.nan)
    places = np.random.default_rng(SEED).integers(0, len(one), size=(DRAWS, len(one)))
    return between(float(_by_ranks(one[None], two[None])[0]), _by_ranks(one[places], two[places]))


def _by_ranks(first: FloatArray, second: FloatArray) -> FloatArray:
    one, two = (rankdata(table, axis=1) for table in (first, second))
    one, two = (table - table.mean(axis=1, keepdims=True) for table in (one, two))
    size = np.sqrt((one**2).sum(axis=1) * (two**2).sum(axis=1))
    found: FloatArray = np.divide((one * two).sum(axis=1), size, out=np.full(len(one), np.nan), where=size > 0)
    return found


def lay_table(heads: Sequence[str], rows: Iterable[Sequence[object]]) -> Iterator[str]:
    """Lay out a table in Markdown, with an empty line after it."""
    yield "| " + " | ".join(heads) + " |"
    yield "|" + "|".join("---" if number == 0 else "--:" for number in range(len(heads))) + "|"
    for row in rows:
        yield "| " + " | ".join(str(cell) for cell in row) + " |"
    yield ""
