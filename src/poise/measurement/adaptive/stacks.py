"""Items of one shape in stacked arrays, so that what each would tell at a point is a few array operations.

An item touches the latents through r projections: its predictor, or for a block of m statements the m - 1 differences
of their utilities from the last one's. A stack holds the projections of n items, shape (r, n, D).
"""

# ruff: noqa: N806 - mathematics keeps its letters

from abc import ABC, abstractmethod
from collections import defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from itertools import combinations
from typing import Final, TypeAlias

import numpy as np
from scipy.special import expit

from poise.measurement.models import (
    LARGEST_BLOCK,
    SMALLEST_BLOCK,
    BlockItem,
    FloatArray,
    GradedItem,
    IntArray,
    PartialCreditItem,
)
from poise.measurement.sites import direction

AnyItem: TypeAlias = BlockItem | GradedItem | PartialCreditItem

LEAST_SHARE: Final = 1e-200
"""Below this a share of a block's choices counts as none; keeps quotients finite."""
PAIRS: Final = {m: tuple(combinations(range(m), 2)) for m in range(SMALLEST_BLOCK, LARGEST_BLOCK + 1)}
"""All pairs of the statements of a block with m of them, in the order of `weigh_pairs`."""


@dataclass(frozen=True, eq=False)
class Stack(ABC):
    """n items of one shape, with r projections each of D latents.

    Parameters
    ----------
    places : array of int, shape (n,)
        Where the items stand in the bank.
    rows : array, shape (r, n, D)
        The projections.
    intercepts : array
        As the kind of stack says.
    """

    places: IntArray
    rows: FloatArray
    intercepts: FloatArray

    @abstractmethod
    def factor(self, mean: FloatArray) -> FloatArray:
        """Return a lower triangular factor of the expected information about the projections.

        Parameters
        ----------
        mean : array, shape (D,)
            The point at which information is expected.

        Returns
        -------
        array, shape (r, r, n)
            L with information ``L L'``; what stands above the diagonal is not used.
        """

    def fall(self, mean: FloatArray, covariance: FloatArray, wanted: FloatArray) -> FloatArray:
        """Return by how much an answer is expected to lower the variance of some sums of the latents.

        Parameters
        ----------
        mean, covariance : array, shapes (D,) and (D, D)
            What is known so far.
        wanted : array, shape (D, T)
            The weights of the T sums.

        Returns
        -------
        array, shape (n, T)
            The diagonal of ``W' V A' L (1 + L' A V A' L)^-1 L' A V W`` with A the projections; not negative.
        """
        L, r = self.factor(mean), len(self.rows)
        reach, towards = self.rows @ covariance, self.rows @ (covariance @ wanted)
        spread = [[np.einsum("nd,nd->n", reach[i], self.rows[j]) for j in range(i + 1)] for i in range(r)]
        # L' M L and L' A V W, a row at a time
        turned = [
            [sum(L[k, i] * spread[max(k, j)][min(k, j)] for k in range(i, r)) for j in range(r)] for i in range(r)
        ]
        joint = [[sum(turned[i][k] * L[k, j] for k in range(j, r)) for j in range(i + 1)] for i in range(r)]
        pulled = [sum(L[k, i, :, None] * towards[k] for k in range(i, r)) for i in range(r)]
        fallen = np.zeros(towards.shape[1:])
        root: list[list[FloatArray]] = []
        for i in range(r):
            row: list[FloatArray] = []
            for j in range(i):
                row.append((joint[i][j] - sum(row[k] * root[j][k] for k in range(j))) / root[j][j])
                pulled[i] = pulled[i] - row[j][:, None] * pulled[j]
            row.append(np.sqrt(1.0 + joint[i][i] - sum(one**2 for one in row)))
            root.append(row)
            pulled[i] = pulled[i] / row[i][:, None]
            fallen += pulled[i] ** 2
        return fallen


class GradedStack(Stack):
    """Graded items; `intercepts` has shape (K-1, n), minus infinity where an item has fewer categories."""

    def factor(self, mean: FloatArray) -> FloatArray:
        """Return the root of the information about the predictor; see `Stack`.

        ``sum_k P_k (1 - S_k - S_{k+1})^2`` with ``S_k = P(X >= k)`` (Samejima, 1969).
        """
        above = np.zeros((len(self.intercepts) + 2, len(self.places)))
        above[0] = 1.0
        above[1:-1] = expit(self.rows[0] @ mean + self.intercepts)
        # The chances are differences of numbers in [0, 1]; where one rounds to zero, so does what it adds.
        slope = 1.0 - above[:-1] - above[1:]
        result: FloatArray = np.sqrt(np.sum((above[:-1] - above[1:]) * slope**2, axis=0))[None, None]
        return result


class PartialStack(Stack):
    """Partial credit items; `intercepts` has shape (K-1, n), minus infinity where an item has fewer categories."""

    def factor(self, mean: FloatArray) -> FloatArray:
        """Return the standard deviation of the category, whose square is the information; see `Stack`."""
        steps = np.arange(len(self.intercepts) + 1.0)[:, None]
        logits = steps * (self.rows[0] @ mean)
        logits[1:] += self.intercepts
        chances = np.exp(logits - np.max(logits, axis=0))
        chances /= np.sum(chances, axis=0)
        off = steps - np.sum(chances * steps, axis=0)
        result: FloatArray = np.sqrt(np.sum(chances * off**2, axis=0))[None, None]
        return result


class RankingStack(Stack):
    """Blocks that are ranked whole; `intercepts` has shape (m-1, n): differences from the last statement's."""

    def factor(self, mean: FloatArray) -> FloatArray:
        """Return the factor of the information about the differences of utilities; see `Stack`."""
        r, n = self.intercepts.shape
        utilities = np.zeros((r + 1, n))
        utilities[:-1] = self.rows @ mean + self.intercepts
        told = np.zeros((r + 1, r + 1, n))
        for (i, j), weight in zip(PAIRS[r + 1], weigh_pairs(utilities), strict=True):
            told[i, i] += weight
            told[j, j] += weight
            told[j, i] -= weight
        L = told[:r, :r]
        for i in range(r):
            for j in range(i):
                L[i, j] -= sum(L[i, k] * L[j, k] for k in range(j))
                L[i, j] /= np.maximum(L[j, j], LEAST_SHARE)
            L[i, i] = np.sqrt(np.maximum(L[i, i] - sum(L[i, k] ** 2 for k in range(i)), 0.0))
        return L


def weigh_pairs(utilities: FloatArray) -> FloatArray:
    """Return how much ranking blocks is expected to tell of the difference between each two statements.

    Parameters
    ----------
    utilities : array, shape (m, n)
        Utilities of the m statements of n blocks, in logits; m is 2 to 4.

    Returns
    -------
    array, shape (m (m - 1) / 2, n)
        Weights w, not negative, in the order of `PAIRS`. The information about the utilities is
        ``sum_{i<j} w_ij (e_i - e_j)(e_i - e_j)'``.

    Notes
    -----
    A ranking is a row of choices among what is left. Choosing from a set S with shares p tells ``p_i p_j / p_S^2`` of
    each pair in it, whatever is chosen. So the weights are these numbers summed over all sets of two or more, each
    with its chance of being what is left.
    """
    m = len(utilities)
    share = np.exp(utilities - np.max(utilities, axis=0))
    share /= np.sum(share, axis=0)
    rest = [np.maximum(sum(share[j] for j in range(m) if j != i), LEAST_SHARE) for i in range(m)]
    weights = np.empty((len(PAIRS[m]), utilities.shape[1]))
    for k, (i, j) in enumerate(PAIRS[m]):
        others = [s for s in range(m) if s not in {i, j}]
        first = expit(utilities[i] - utilities[j])
        weights[k] = share[i] * share[j] * (m > SMALLEST_BLOCK) + _chance_left(share, rest, others) * first * (
            1 - first
        )
        if m == LARGEST_BLOCK:
            for one in others:
                weights[k] += share[one] * (share[i] / rest[one]) * (share[j] / rest[one])
    return weights


def _chance_left(share: FloatArray, rest: Sequence[FloatArray], others: Sequence[int]) -> FloatArray | float:
    """Return the chance that the last two of a block are those that are not `others`."""
    if not others:
        return 1.0
    if len(others) == 1:
        left: FloatArray = share[others[0]]
        return left
    one, other = others
    chance: FloatArray = share[one] * share[other] * (1.0 / rest[one] + 1.0 / rest[other])
    return chance


def stack_items(items: Sequence[AnyItem], keys: Sequence[str], names: Sequence[str]) -> tuple[Stack, ...]:
    """Sort items by shape and stack each shape.

    Parameters
    ----------
    items : sequence of BlockItem, GradedItem or PartialCreditItem
    keys : sequence of str
        What the items are called in complaints.
    names : sequence of str
        The D latents.

    Raises
    ------
    ValueError
        If an item loads on a latent that is not in `names`.
    """
    index = {name: d for d, name in enumerate(names)}
    places: dict[tuple[type[Stack], int], list[int]] = defaultdict(list)
    for place, item in enumerate(items):
        if isinstance(item, BlockItem):
            places[RankingStack, len(item.statements)].append(place)
        else:
            places[GradedStack if isinstance(item, GradedItem) else PartialStack, 0].append(place)
    made = []
    for (kind, size), own in places.items():
        rows, intercepts = (_stack_blocks if size else _stack_scales)([(items[p], keys[p]) for p in own], index)
        made.append(kind(np.array(own), np.ascontiguousarray(rows), np.ascontiguousarray(intercepts)))
    return tuple(made)


def _stack_scales(items: Sequence[tuple[AnyItem, str]], index: Mapping[str, int]) -> tuple[FloatArray, FloatArray]:
    scales = [(item, key) for item, key in items if not isinstance(item, BlockItem)]
    rows = np.array([[direction(item.loadings, index, repr(key)) for item, key in scales]])
    intercepts = np.full((max(item.categories for item, _ in scales) - 1, len(scales)), -np.inf)
    for place, (item, _) in enumerate(scales):
        intercepts[: item.categories - 1, place] = item.intercepts
    return rows, intercepts


def _stack_blocks(items: Sequence[tuple[AnyItem, str]], index: Mapping[str, int]) -> tuple[FloatArray, FloatArray]:
    blocks = [(item.statements, key) for item, key in items if isinstance(item, BlockItem)]
    rows = np.array([[direction(s.loadings, index, repr(key)) for s in statements] for statements, key in blocks])
    intercepts = np.array([[s.intercept for s in statements] for statements, _ in blocks])
    return (rows[:, :-1] - rows[:, -1:]).swapaxes(0, 1), (intercepts[:, :-1] - intercepts[:, -1:]).T
