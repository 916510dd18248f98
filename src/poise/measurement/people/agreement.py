"""How far raters agree: with each other, with themselves, and with a reader that gives probabilities."""

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from typing import Final

import numpy as np
import numpy.typing as npt

from poise.measurement.models import FloatArray, IntArray
from poise.measurement.responses import SUM_TOLERANCE

FEWEST_PAIRS: Final = 10
"""With fewer, a coefficient says next to nothing, and none is given."""
DRAWS: Final = 1000
CHUNK: Final = 4_000_000
"""Numbers that a bootstrap holds at a time."""


@dataclass(frozen=True)
class Agreement:
    """A coefficient of agreement with its interval, or why there is none.

    Parameters
    ----------
    pairs : int
        How many things were rated by all who are compared.
    clusters : int
        From how many clusters (sittings) they come.
    value : float, optional
    low, high : float, optional
        The ends of the bootstrap interval; there is none for a single cluster.
    why_not : str
        Why there is no value; empty where there is one.
    """

    pairs: int
    clusters: int
    value: float | None = None
    low: float | None = None
    high: float | None = None
    why_not: str = ""


@dataclass(frozen=True)
class Resampling:
    """How intervals are found: whole clusters are drawn with replacement.

    Parameters
    ----------
    draws : int
    level : float
        The share that an interval is to hold.
    seed : int
        The same seed gives the same interval.
    """

    draws: int = DRAWS
    level: float = 0.95
    seed: int = 1

    def __post_init__(self) -> None:
        if self.draws < 1 or not 0.0 < self.level < 1.0:
            raise ValueError(
                f"resampling: got {self.draws} draws and the level {self.level}, expected 1 or more, 0 to 1"
            )


def cross_tabulate(
    first: npt.ArrayLike, second: npt.ArrayLike, categories: int, clusters: npt.ArrayLike | None = None
) -> FloatArray:
    """Count how often one rater gave i and the other j.

    Parameters
    ----------
    first : array of int, shape (N,)
        Categories from 0.
    second : array of int, shape (N,), or of float, shape (N, K)
        Categories, or for each thing the probability of each category; then the counts are expected counts.
    categories : int
        K, at least two.
    clusters : array of int, shape (N,), optional
        Numbers from 0; then there is a table for each cluster.

    Returns
    -------
    array, shape (K, K) or (C, K, K)

    Raises
    ------
    ValueError
        Naming what is not as described.
    """
    if categories < 2:  # noqa: PLR2004  with one, nobody can differ
        raise ValueError(f"categories: got {categories}, expected at least 2")
    ones = _categories_of(first, categories, "first")
    other = np.asarray(second)
    if other.ndim == 1:
        shares: FloatArray = np.eye(categories)[_categories_of(other, categories, "second")]
    else:
        shares = _shares_of(other, categories)
    if len(shares) != len(ones):
        raise ValueError(f"second: got {len(shares)} ratings, expected {len(ones)} as in first")
    numbers = np.zeros(len(ones), np.int64) if clusters is None else np.asarray(clusters, dtype=np.int64)
    if numbers.shape != ones.shape or np.any(numbers < 0):
        raise ValueError(f"clusters: got the shape {numbers.shape}, expected {ones.shape} with numbers from 0")
    tables = np.zeros((int(numbers.max(initial=0)) + 1, categories, categories))
    np.add.at(tables, (numbers, ones), shares)
    return tables[0] if clusters is None else tables


def weighted_kappa(table: npt.ArrayLike) -> FloatArray:
    """Return quadratic-weighted kappa of tables of counts.

    ``1 - sum_ij w_ij O_ij / sum_ij w_ij E_ij`` with ``w_ij = (i - j)^2``, the observed shares O, and the shares E
    that two raters with the same marginal shares would have who do not look at what they rate. Expected counts, of a
    rater whose categories are only known with probabilities, give the ratio of the expectations.

    Parameters
    ----------
    table : array, shape (..., K, K)
        Counts of zero or more.

    Returns
    -------
    array, shape (...)
        At most one; nan for a table that is empty, or whose raters both gave one and the same category throughout.

    References
    ----------
    Cohen, J. (1968). Weighted kappa: nominal scale agreement with provision for scaled disagreement or partial credit.
    """
    counts = np.asarray(table, dtype=np.float64)
    if counts.ndim < 2 or counts.shape[-1] != counts.shape[-2]:  # noqa: PLR2004  a table
        raise ValueError(f"table: got the shape {counts.shape}, expected as many rows as columns")
    levels = np.arange(counts.shape[-1], dtype=np.float64)
    apart = (levels[:, None] - levels[None, :]) ** 2
    total = counts.sum(axis=(-2, -1))
    rows, columns = counts.sum(axis=-1), counts.sum(axis=-2)
    observed = (counts * apart).sum(axis=(-2, -1)) * total
    expected = np.einsum("...i,ij,...j->...", rows, apart, columns)
    kappa = np.full(total.shape, np.nan)
    # Shares of nothing and of rounding errors are told from shares of something.
    np.divide(observed, expected, out=kappa, where=expected > 1e-9 * np.maximum(total, 1.0) ** 2)
    return np.asarray(1.0 - kappa, dtype=np.float64)


def intraclass_correlations(ratings: npt.ArrayLike) -> tuple[float, float]:
    """Return ICC(2,1) and ICC(2,k): how far single ratings, and means of k raters, agree in level and in order.

    Both raters and what they rate are taken as samples. With the mean squares BMS of rows, JMS of columns and EMS
    of residuals::

        ICC(2,1) = (BMS - EMS) / (BMS + (k - 1) EMS + k (JMS - EMS) / n)
        ICC(2,k) = (BMS - EMS) / (BMS + (JMS - EMS) / n)

    Parameters
    ----------
    ratings : array, shape (n, k)
        A row for each thing, a column for each rater; both at least two, and no gaps.

    Returns
    -------
    tuple of float
        Both nan where all ratings are equal.

    References
    ----------
    Shrout, P. E., & Fleiss, J. L. (1979). Intraclass correlations: uses in assessing rater reliability.
    """
    single, average = _icc_of_sums(_sums_of(_complete(ratings))[None])
    return float(single[0]), float(average[0])


def agree_by_kappa(
    first: npt.ArrayLike,
    second: npt.ArrayLike,
    clusters: npt.ArrayLike,
    categories: int,
    resampling: Resampling | None = None,
) -> Agreement:
    """Return quadratic-weighted kappa of two raters, with an interval over clusters.

    Parameters
    ----------
    first : array of int, shape (N,)
    second : array of int, shape (N,), or of float, shape (N, K)
        As in `cross_tabulate`.
    clusters : array of int, shape (N,)
        What is drawn as a whole, such as sittings: ratings of one conversation are not independent.
    categories : int
    resampling : Resampling, optional

    Returns
    -------
    Agreement
        Without a value for fewer than `FEWEST_PAIRS`, and where nobody could have disagreed.

    Raises
    ------
    ValueError
        Naming what is not as described.
    """
    numbers = _number(clusters)
    tables = cross_tabulate(first, second, categories, numbers)
    pairs = len(numbers)
    [found] = _estimate(tables.reshape(len(tables), -1), pairs, resampling, lambda sums: (_kappa_of(sums, categories),))
    return found


def agree_by_icc(
    ratings: npt.ArrayLike, clusters: npt.ArrayLike, resampling: Resampling | None = None
) -> tuple[Agreement, Agreement]:
    """Return ICC(2,1) and ICC(2,k) of a table without gaps, each with an interval over clusters.

    Parameters
    ----------
    ratings : array, shape (n, k)
    clusters : array of int, shape (n,)
    resampling : Resampling, optional

    Returns
    -------
    tuple of Agreement
        Without values for fewer than `FEWEST_PAIRS` rows, and where all ratings are equal.

    Raises
    ------
    ValueError
        Naming what is not as described.
    """
    table, numbers = np.asarray(ratings, dtype=np.float64), _number(clusters)
    if len(table) < FEWEST_PAIRS:
        few = _too_few(len(table), len(np.unique(numbers)))
        return few, few
    table = _complete(table)
    sums = np.zeros((int(numbers.max(initial=0)) + 1, _sums_of(table).size))
    for cluster in range(len(sums)):
        sums[cluster] = _sums_of(table[numbers == cluster])
    single, average = _estimate(sums, len(table), resampling, _icc_of_sums)
    return single, average


def _estimate(
    sums: FloatArray,
    pairs: int,
    resampling: Resampling | None,
    coefficients: Callable[[FloatArray], Sequence[FloatArray]],
) -> list[Agreement]:
    """Return coefficients of sums that add up over clusters, shape (C, m), and intervals from drawn clusters."""
    number = len(sums)
    whole = [float(one[0]) for one in coefficients(sums.sum(axis=0)[None])] if number else []
    if pairs < FEWEST_PAIRS:
        return [_too_few(pairs, number)] * max(len(whole), 1)
    drawn = list(zip(*_draw(sums, resampling or Resampling(), coefficients), strict=True))
    level = (resampling or Resampling()).level
    return [_tell(value, np.concatenate(many), level, pairs, number) for value, many in zip(whole, drawn, strict=True)]


def _draw(
    sums: FloatArray, resampling: Resampling, coefficients: Callable[[FloatArray], Sequence[FloatArray]]
) -> Iterator[Sequence[FloatArray]]:
    rng = np.random.default_rng(resampling.seed)
    number = len(sums)
    left, most = resampling.draws, max(1, CHUNK // number)
    while left:
        times = rng.multinomial(number, np.full(number, 1.0 / number), size=min(left, most))
        yield coefficients(times @ sums)
        left -= len(times)


def _tell(value: float, drawn: FloatArray, level: float, pairs: int, clusters: int) -> Agreement:
    if np.isnan(value):
        return Agreement(pairs, clusters, why_not="all ratings are alike, so chance alone would agree as well")
    drawn = drawn[~np.isnan(drawn)]
    if clusters == 1 or not len(drawn):
        return Agreement(pairs, clusters, value)
    low, high = np.quantile(drawn, [(1.0 - level) / 2.0, (1.0 + level) / 2.0])
    return Agreement(pairs, clusters, value, float(low), float(high))


def _too_few(pairs: int, clusters: int) -> Agreement:
    return Agreement(pairs, clusters, why_not=f"fewer than {FEWEST_PAIRS} were rated by both")


def _kappa_of(sums: FloatArray, categories: int) -> FloatArray:
    return weighted_kappa(sums.reshape(-1, categories, categories))


def _sums_of(table: FloatArray) -> FloatArray:
    """Return number of rows, sum of squares, sum of squared row totals, and the columns' sums, shape (3 + k,)."""
    return np.concatenate([[len(table), np.sum(table**2), np.sum(table.sum(axis=1) ** 2)], table.sum(axis=0)])


def _icc_of_sums(sums: FloatArray) -> tuple[FloatArray, FloatArray]:
    """Return both coefficients for rows of sums as `_sums_of` gives them, shape (R,) each."""
    n, squares, rows, columns = sums[:, 0], sums[:, 1], sums[:, 2], sums[:, 3:]
    k = columns.shape[1]
    level = columns.sum(axis=1) ** 2 / (n * k)
    between, across = rows / k - level, np.sum(columns**2, axis=1) / n - level
    bms, jms = between / (n - 1), across / (k - 1)
    ems = (squares - level - between - across) / ((n - 1) * (k - 1))
    least = 1e-9 * np.maximum(squares / n, 1e-9)
    single, average = bms + (k - 1) * ems + k * (jms - ems) / n, bms + (jms - ems) / n
    return _over(bms - ems, single, least), _over(bms - ems, average, least)


def _over(above: FloatArray, below: FloatArray, least: FloatArray) -> FloatArray:
    shares = np.full(below.shape, np.nan)
    np.divide(above, below, out=shares, where=below > least)
    return shares


def _number(clusters: npt.ArrayLike) -> IntArray:
    """Number clusters from 0 without gaps."""
    given = np.asarray(clusters)
    if given.ndim != 1:
        raise ValueError(f"clusters: got the shape {given.shape}, expected one for each thing that was rated")
    return np.asarray(np.unique(given, return_inverse=True)[1], dtype=np.int64)


def _categories_of(values: npt.ArrayLike, categories: int, name: str) -> IntArray:
    given = np.asarray(values)
    whole = given.astype(np.int64) if given.size else np.zeros(0, np.int64)
    if given.ndim != 1 or np.any(whole != given) or np.any((whole < 0) | (whole >= categories)):
        raise ValueError(f"{name}: expected whole numbers from 0 to {categories - 1} in one dimension")
    return whole


def _shares_of(values: npt.NDArray[np.generic], categories: int) -> FloatArray:
    shares = np.asarray(values, dtype=np.float64)
    if shares.ndim != 2 or shares.shape[1] != categories:  # noqa: PLR2004  a table
        raise ValueError(f"second: got the shape {shares.shape}, expected probabilities of {categories} categories")
    if not np.all(shares >= 0.0) or np.any(np.abs(shares.sum(axis=1) - 1.0) > SUM_TOLERANCE):
        raise ValueError("second: expected probabilities of zero or more that sum to one")
    return shares


def _complete(ratings: npt.ArrayLike) -> FloatArray:
    table = np.asarray(ratings, dtype=np.float64)
    if table.ndim != 2 or min(table.shape) < 2 or not np.isfinite(table).all():  # noqa: PLR2004  rows and columns
        raise ValueError(f"ratings: got the shape {table.shape}, expected two or more rows and columns without gaps")
    # Squares of numbers far from zero would lose the digits in which raters differ.
    return np.asarray(table - table.mean(), dtype=np.float64)
