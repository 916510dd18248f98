"""Compiled log probabilities of answers and their first two derivatives by the predictor ``eta = a . theta``.

Graded response, with ``S_k = logistic(eta + d_k)``, ``S_0 = 1`` and ``S_K = 0``: the derivative of ``log P_k`` is
``1 - S_k - S_{k+1}``, the second ``-S_k (1 - S_k) - S_{k+1} (1 - S_{k+1})``. Generalized partial credit: ``k - E X``
and ``-Var X``. Nothing here overflows or cancels, however far out a person is.
"""

# ruff: noqa: ANN001, ANN201 - numba infers the types of compiled functions; their shapes stand in the docstrings

# ruff: noqa: N806 - K categories, D dimensions: mathematics keeps its letters
# mypy: allow-untyped-defs, allow-untyped-calls

from typing import NamedTuple

import numpy as np
import numpy.typing as npt
from numba import njit

from poise.measurement.grid.curves import GRADED, log_curves
from poise.measurement.models import FloatArray, IntArray


class ItemArrays(NamedTuple):
    """Items as the compiled functions take them; models may be mixed.

    Parameters
    ----------
    model : array of int8, shape (I,)
        `GRADED` or `PARTIAL`.
    loads : array of int64, shape (I, J)
        The dimensions of each item, padded with -1.
    slopes : array, shape (I, J)
        The loadings on them, zero where padded.
    intercepts : array, shape (I, Kmax - 1)
    categories : array of int64, shape (I,)
    """

    model: npt.NDArray[np.int8]
    loads: IntArray
    slopes: FloatArray
    intercepts: FloatArray
    categories: IntArray


class Answers(NamedTuple):
    """Answers as the compiled functions take them: `starts` (P + 1,), `item` and `category` (R,), `group` (P,)."""

    starts: IntArray
    item: IntArray
    category: IntArray
    group: IntArray


@njit(cache=True, nogil=True)
def predict(items, i, theta):
    """Return the predictor ``a . theta`` of one item."""
    eta = 0.0
    for j in range(items.loads.shape[1]):
        if items.loads[i, j] >= 0:
            eta += items.slopes[i, j] * theta[items.loads[i, j]]
    return eta


@njit(cache=True, nogil=True)
def answer_slopes(items, i, eta, log_chance, first, second):
    """Write log probabilities of all categories and their first and second derivatives by eta, shape (K,) each."""
    K, d = items.categories[i], items.intercepts[i]
    log_curves(items.model[i], eta, d, K, log_chance)
    if items.model[i] == GRADED:
        above, slope_above = 1.0, 0.0
        for k in range(K):
            t = np.exp(-abs(eta + d[k])) if k < K - 1 else 0.0
            below = 0.0
            if k < K - 1:
                below = 1.0 / (1.0 + t) if eta + d[k] >= 0.0 else t / (1.0 + t)
            slope_below = t / (1.0 + t) ** 2
            first[k] = (1.0 - above) - below
            second[k] = -slope_above - slope_below
            above, slope_above = below, slope_below
        return
    mean, square = 0.0, 0.0
    for k in range(K):
        chance = np.exp(log_chance[k])
        mean += k * chance
        square += k * k * chance
    for k in range(K):
        first[k] = k - mean
        second[k] = mean * mean - square


@njit(cache=True, nogil=True)
def add_direction(items, i, amount, gradient):
    """Add ``amount * a`` of one item to a vector over dimensions."""
    for j in range(items.loads.shape[1]):
        if items.loads[i, j] >= 0:
            gradient[items.loads[i, j]] += amount * items.slopes[i, j]


@njit(cache=True, nogil=True)
def add_square(items, i, amount, matrix):
    """Add ``amount * a a'`` of one item to a matrix over dimensions."""
    for j in range(items.loads.shape[1]):
        if items.loads[i, j] < 0:
            continue
        for h in range(items.loads.shape[1]):
            if items.loads[i, h] >= 0:
                matrix[items.loads[i, j], items.loads[i, h]] += amount * items.slopes[i, j] * items.slopes[i, h]


@njit(cache=True, nogil=True)
def measure_direction(items, i, inverse):
    """Return ``a' M a`` of one item for a symmetric matrix M over dimensions."""
    total = 0.0
    for j in range(items.loads.shape[1]):
        if items.loads[i, j] < 0:
            continue
        for h in range(items.loads.shape[1]):
            if items.loads[i, h] >= 0:
                total += items.slopes[i, j] * items.slopes[i, h] * inverse[items.loads[i, j], items.loads[i, h]]
    return total
