"""Compiled fitting of items on one dimension to expected counts: Fisher scoring, item by item.

The rows of item i in a table of curves or counts are ``i * stride`` to ``i * stride + K - 1``.

Graded response: ``P(X >= k) = logistic(a theta + d_k)``. Generalized partial credit: ``P(X = k)`` proportional to
``exp(k a theta + d_k)`` with ``d_0 = 0``.
"""

# ruff: noqa: ANN001, ANN201 - numba infers the types of compiled functions; their shapes stand in the docstrings
# ruff: noqa: PLR0913, PLR0917 - a compiled loop takes its arrays one by one and is not cut up
# ruff: noqa: N803, N806 - K categories, Q nodes, A a matrix: mathematics keeps its letters
# mypy: allow-untyped-defs, allow-untyped-calls, disable-error-code="no-any-return,type-arg"

from typing import Final, NamedTuple

import numpy as np
import numpy.typing as npt
from numba import njit

from poise.measurement.grid.curves import solve_small
from poise.measurement.models import FloatArray, IntArray

GRADED: Final = 0
PARTIAL: Final = 1
LEAST_GAP: Final = 1e-5
"""Least distance between neighbouring intercepts of a graded item, in logits."""
LEAST_COUNT: Final = 1e-12
LARGE_STEP: Final = 0.1
LONGEST_STEP: Final = 1.5
MOST_HALVINGS: Final = 30
TINY: Final = 1e-290


class ItemCurves(NamedTuple):
    """Items on one dimension as the compiled functions take them.

    Parameters
    ----------
    model : array of int8, shape (I,)
        GRADED or PARTIAL.
    slopes : array, shape (I,)
    intercepts : array, shape (I, Kmax - 1)
        Padded with nan.
    categories : array of int64, shape (I,)
    """

    model: npt.NDArray[np.int8]
    slopes: FloatArray
    intercepts: FloatArray
    categories: IntArray

    @property
    def stride(self) -> int:
        """Rows of a table an item takes, Kmax."""
        return self.intercepts.shape[1] + 1


@njit(cache=True, nogil=True)
def find_chances(model, eta, d, K, above, below, chance):
    """Write the K probabilities at one predictor to `chance`, and for graded items the cumulative ones beside it."""
    if model == GRADED:
        for j in range(K - 1):
            x = eta + d[j]
            e = np.exp(-abs(x))
            r = 1.0 / (1.0 + e)
            above[j], below[j] = (r, e * r) if x >= 0.0 else (e * r, r)
        chance[0] = max(below[0], TINY)
        for k in range(1, K - 1):
            # the difference of two logistic curves without cancellation; `width` is the same at every node
            chance[k] = max(above[k - 1] * below[k] * -np.expm1(d[k] - d[k - 1]), TINY)
        chance[K - 1] = max(above[K - 2], TINY)
        return
    top = 0.0
    chance[0] = 0.0
    for k in range(1, K):
        chance[k] = k * eta + d[k - 1]
        top = max(top, chance[k])
    total = 0.0
    for k in range(K):
        chance[k] = np.exp(chance[k] - top)
        total += chance[k]
    for k in range(K):
        chance[k] = max(chance[k] / total, TINY)


@njit(cache=True, nogil=True)
def fill_curves(curves, nodes, table):
    """Write log probabilities to `table`, shape (I * stride, Q); rows without a category stay as they are."""
    stride = curves.intercepts.shape[1] + 1
    above, below, chance = np.empty(stride), np.empty(stride), np.empty(stride)
    for i in range(len(curves.slopes)):
        K = curves.categories[i]
        for q in range(len(nodes)):
            find_chances(curves.model[i], curves.slopes[i] * nodes[q], curves.intercepts[i], K, above, below, chance)
            for k in range(K):
                table[i * stride + k, q] = np.log(chance[k])


@njit(cache=True, nogil=True)
def fill_information(curves, nodes, table):
    """Write the expected information about theta of each item at each node, shape (I, Q)."""
    stride = curves.intercepts.shape[1] + 1
    above, below, chance = np.empty(stride), np.empty(stride), np.empty(stride)
    for i in range(len(curves.slopes)):
        K, a = curves.categories[i], curves.slopes[i]
        for q in range(len(nodes)):
            find_chances(curves.model[i], a * nodes[q], curves.intercepts[i], K, above, below, chance)
            total = 0.0
            if curves.model[i] == GRADED:
                for k in range(K):
                    up = above[k - 1] if k > 0 else 1.0
                    down = below[k] if k < K - 1 else 1.0
                    total += chance[k] * (down - up) ** 2
            else:
                mean = 0.0
                for k in range(K):
                    mean += k * chance[k]
                for k in range(K):
                    total += chance[k] * (k - mean) ** 2
            table[i, q] = a * a * total


@njit(cache=True, nogil=True)
def add_graded_node(theta, counts, total, K, above, below, chance, gradient, information):
    """Add what one node says about a graded item: parameters are the slope and then d_1 to d_{K-1}."""
    before = 0.0  # the element of the information beside the diagonal, between j - 1 and j
    for j in range(K - 1):
        w = above[j] * below[j]
        g = w * (counts[j + 1] / chance[j + 1] - counts[j] / chance[j])
        own = total * w * w * (1.0 / chance[j] + 1.0 / chance[j + 1])
        beside = 0.0
        if j + 2 < K:
            beside = -total * w * above[j + 1] * below[j + 1] / chance[j + 1]
            information[j + 2, j + 1] += beside
        row = own + before + beside
        gradient[0] += theta * g
        gradient[j + 1] += g
        information[j + 1, j + 1] += own
        information[j + 1, 0] += theta * row
        information[0, 0] += theta * theta * row
        before = beside


@njit(cache=True, nogil=True)
def add_partial_node(theta, counts, total, K, chance, gradient, information):
    """Add what one node says about a partial credit item: parameters are the slope and then d_1 to d_{K-1}."""
    mean, square = 0.0, 0.0
    for k in range(1, K):
        mean += k * chance[k]
        square += k * k * chance[k]
    for k in range(1, K):
        g = counts[k] - total * chance[k]
        gradient[0] += theta * k * g
        gradient[k] += g
        information[k, 0] += total * theta * chance[k] * (k - mean)
        information[k, k] += total * chance[k]
        for j in range(1, k + 1):
            information[k, j] -= total * chance[k] * chance[j]
    information[0, 0] += total * theta * theta * (square - mean * mean)


@njit(cache=True, nogil=True)
def evaluate_item(model, a, d, K, nodes, counts, prior, gradient, information):
    """Write gradient and expected information of one item, lower triangle; return its expected log-likelihood."""
    above, below, chance, own = np.empty(K), np.empty(K), np.empty(K), np.empty(K)
    gradient[:K] = 0.0
    information[:K, :K] = 0.0
    value = 0.0
    for q in range(len(nodes)):
        total = 0.0
        for k in range(K):
            own[k] = counts[k, q]
            total += own[k]
        if total < LEAST_COUNT:
            continue
        find_chances(model, a * nodes[q], d, K, above, below, chance)
        for k in range(K):
            value += own[k] * np.log(chance[k])
        if model == GRADED:
            add_graded_node(nodes[q], own, total, K, above, below, chance, gradient, information)
        else:
            add_partial_node(nodes[q], own, total, K, chance, gradient, information)
    return value + add_prior(a, d, K, prior, gradient, information)


@njit(cache=True, nogil=True)
def add_prior(a, d, K, prior, gradient, information):
    """Add the prior of `Priors.as_array` and return its logarithm."""
    mean, precision, limit, limit_precision, d_precision, d_limit = prior
    over = a - min(max(a, -limit), limit)
    value = -0.5 * precision * (a - mean) ** 2 - 0.5 * limit_precision * over * over
    gradient[0] -= precision * (a - mean) + limit_precision * over
    information[0, 0] += precision + (limit_precision if over != 0.0 else 0.0)
    for j in range(K - 1):
        over = d[j] - min(max(d[j], -d_limit), d_limit)
        value -= 0.5 * d_precision * d[j] ** 2 + 0.5 * limit_precision * over * over
        gradient[j + 1] -= d_precision * d[j] + limit_precision * over
        information[j + 1, j + 1] += d_precision + (limit_precision if over != 0.0 else 0.0)
    return value


@njit(cache=True, nogil=True)
def is_ordered(model, d, K):
    """Say whether the intercepts of a graded item fall; those of a partial credit item need not."""
    if model == GRADED:
        for j in range(K - 2):
            if not d[j] - d[j + 1] > LEAST_GAP:
                return False
    return True


@njit(cache=True, nogil=True)
def fit_item(model, start, K, nodes, counts, prior, steps, result, gradient, metric):
    """Take a few steps up from `start`, (slope, d_1, ...), into `result`; never ends lower than it began.

    `gradient` and `metric` get the gradient and the diagonal of the information at the start.
    """
    g, information = np.empty(K), np.empty((K, K))
    point, step = start[:K].copy(), np.zeros(K)
    best = evaluate_item(model, point[0], point[1:], K, nodes, counts, prior, g, information)
    gradient[:K] = g
    for n in range(K):
        metric[n] = information[n, n]
    for _ in range(steps):
        step[:] = g
        solve_small(information, step, K)
        longest = np.max(np.abs(step))
        size = min(1.0, LONGEST_STEP / max(longest, TINY))
        improved = False
        for _half in range(MOST_HALVINGS):
            trial = point + size * step
            if is_ordered(model, trial[1:], K):
                value = evaluate_item(model, trial[0], trial[1:], K, nodes, counts, prior, g, information)
                if value >= best - 1e-9 * abs(best):
                    improved = True
                    break
            size *= 0.5
        if not improved:
            break
        point[:], best = trial, value
        if longest < LARGE_STEP:
            break
    result[:K] = point


@njit(cache=True, nogil=True)
def fit_items(model, start, categories, free, nodes, counts, prior, steps, result, gradient, metric):
    """Fit all free items to their counts; arrays of parameters have shape (I, Kmax), the slope first."""
    stride = start.shape[1]
    for i in range(len(categories)):
        if free[i]:
            own = counts[i * stride : i * stride + categories[i]]
            fit_item(model[i], start[i], categories[i], nodes, own, prior, steps, result[i], gradient[i], metric[i])
