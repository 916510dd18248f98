"""Compiled likelihoods of answers of every kind at many points, and their derivatives; `observing` is their judge.

Everything is written as plain loops over points, which the compiler turns into vector instructions. Predictors are
held within `FARTHEST` logits of where an answer is sure; no difference of utilities that makes sense comes near.
"""

# ruff: noqa: ANN001, ANN201 - numba infers the types of compiled functions; their shapes stand in the docstrings
# ruff: noqa: PLR0913, PLR0917 - a compiled loop takes its arrays one by one and is not cut up
# ruff: noqa: N803 - K categories, Q nodes, D dimensions: mathematics keeps its letters
# mypy: allow-untyped-defs, allow-untyped-calls

from typing import Final, NamedTuple

import numpy as np
from numba import njit

from poise.measurement.joint.jointlattice import Lattices
from poise.measurement.models import FloatArray, IntArray

GRADED: Final = 0
PARTIAL: Final = 1
RANK: Final = 2
MOST_LEAST: Final = 3
FARTHEST: Final = 200.0
"""Beyond this distance in logits a likelihood stays what it is, so that products of it never underflow."""
FAST: Final = {"reassoc", "nsz", "contract", "arcp", "nnan"}
_SCALE: Final = 1.0 / 1024.0
_C2, _C3, _C4 = 1.0 / 2.0, 1.0 / 6.0, 1.0 / 24.0
_C5, _C6, _C7, _C8 = 1.0 / 120.0, 1.0 / 720.0, 1.0 / 5040.0, 1.0 / 40320.0


class Plan(NamedTuple):
    """What a sweep knows of all things asked and of the latents; I things, n parameters, D dimensions.

    Parameters
    ----------
    kind, start, effect, dimension, values
        See `poise.measurement.joint.jointparameters.JointLayout` and `JointParameters`.
    rank, number : arrays of int, shape (I,)
        How many projections a thing has, and on how many dimensions it loads.
    dims : array of int, shape (I, D)
        Those dimensions, padded with -1.
    directions : array, shape (I, 3, D)
        The projections, over the dimensions in `dims`.
    slopes : array, shape (I, 4, 3)
        Predictors (utilities) per unit of each projection.
    statements, answers : arrays of int, shape (I,)
    orders : array of int, shape (2, 5, 24, 4)
        See `poise.measurement.joint.jointparameters.list_orders`.
    weights : array, shape (N, Kmax)
        Of readings.
    severity, consistency : arrays, shape (raters,)
    inverse : array, shape (D, D)
        Of the correlations; `log_det` is the log determinant of the correlations.
    means : array, shape (G, D)
    lattices : Lattices
    metric : array of int, shape (I + 1,)
        Where the square block of each thing begins in ``JointTotals.metric``.
    """

    kind: IntArray
    start: IntArray
    effect: IntArray
    dimension: IntArray
    values: FloatArray
    rank: IntArray
    number: IntArray
    dims: IntArray
    directions: FloatArray
    slopes: FloatArray
    statements: IntArray
    answers: IntArray
    orders: IntArray
    weights: FloatArray
    severity: FloatArray
    consistency: FloatArray
    inverse: FloatArray
    log_det: float
    means: FloatArray
    lattices: Lattices
    metric: IntArray


@njit(cache=True, nogil=True, fastmath=FAST, inline="always")
def exponentiate(x):
    """Return ``exp(x)`` for x held within 300 of zero, to 1e-9 and near zero to 1e-13, in few vector instructions."""
    y = min(max(x, -300.0), 300.0) * _SCALE
    p = 1.0 + y * (1.0 + y * (_C2 + y * (_C3 + y * (_C4 + y * (_C5 + y * (_C6 + y * (_C7 + y * _C8)))))))
    p *= p
    p *= p
    p *= p
    p *= p
    p *= p
    p *= p
    p *= p
    p *= p
    p *= p
    return p * p


@njit(cache=True, nogil=True, fastmath=FAST)
def answer_graded(k, u, d, K, c, s, like, effects):
    """Write the probability of category k at predictors u, and derivatives of its log to `effects`, (K + 1, Q).

    They are by the predictor, by the K - 1 intercepts, and by the log of the consistency c; s is the severity.
    """
    width = 1.0
    if 0 < k < K - 1:
        width = -np.expm1(c * (d[k] - d[k - 1]))
    first, last = c * ((d[k - 1] if k > 0 else 0.0) - s), c * ((d[k] if k < K - 1 else 0.0) - s)
    for j in range(1, K + 1):
        row = effects[j]
        for q in range(len(u)):
            row[q] = 0.0
    by_u, by_c = effects[0], effects[K]
    upper, lower = effects[k if k > 0 else 1], effects[k + 1 if k < K - 1 else K - 1]
    for q in range(len(u)):
        x = min(max(c * u[q] + first, -FARTHEST), FARTHEST)
        y = min(max(c * u[q] + last, -FARTHEST), FARTHEST)
        above = 1.0 / (1.0 + exponentiate(-x)) if k > 0 else 1.0
        below = 1.0 / (1.0 + exponentiate(y)) if k < K - 1 else 1.0
        like[q] = above * below * width
        by_u[q] = c * (below - above)
        by_c[q] = 0.0
        if k > 0:
            slope = (1.0 - above) / (below * width)
            upper[q] = c * slope
            by_c[q] += x * slope
        if k < K - 1:
            slope = -(1.0 - below) / (above * width)
            lower[q] = c * slope
            by_c[q] += y * slope


@njit(cache=True, nogil=True, fastmath=FAST)
def answer_partial(k, u, d, K, c, s, like, effects, extra):
    """Write the same as `answer_graded` for partial credit; `extra`, shape (4, Q), is working space."""
    top, total, level, mean = extra[0], extra[1], extra[2], extra[3]
    by_u, by_c = effects[0], effects[K]
    for q in range(len(u)):
        top[q] = 0.0
        by_c[q] = 0.0
    for j in range(1, K):
        row, first = effects[j], c * (d[j - 1] - j * s)
        for q in range(len(u)):
            row[q] = c * j * u[q] + first
            top[q] = max(top[q], row[q])
            by_c[q] += row[q] if j == k else 0.0
    for q in range(len(u)):
        total[q] = exponentiate(max(-top[q], -FARTHEST))
        like[q] = total[q]
        level[q] = 0.0
        mean[q] = 0.0
    for j in range(1, K):
        row = effects[j]
        for q in range(len(u)):
            chance = exponentiate(max(row[q] - top[q], -FARTHEST))
            total[q] += chance
            level[q] += j * chance
            mean[q] += row[q] * chance
            row[q] = chance
            like[q] = chance if j == k else like[q]
    for q in range(len(u)):
        total[q] = 1.0 / total[q]
        like[q] *= total[q]
        by_u[q] = c * (k - level[q] * total[q])
        by_c[q] -= mean[q] * total[q]
    for j in range(1, K):
        row = effects[j]
        for q in range(len(u)):
            row[q] = c * ((1.0 if j == k else 0.0) - row[q] * total[q])


@njit(cache=True, nogil=True, fastmath=FAST)
def answer_scale(kind, k, u, d, K, c, s, like, effects, extra):
    """Write the probability of a category of either model, and derivatives of its log."""
    if kind == GRADED:
        answer_graded(k, u, d, K, c, s, like, effects)
    else:
        answer_partial(k, u, d, K, c, s, like, effects, extra)


@njit(cache=True, nogil=True, fastmath=FAST)
def read_scale(kind, weights, u, d, K, c, s, like, effects, extra, other_like, other):
    """Write the likelihood of a reading, ``sum_k w_k P_k``, and derivatives of its log."""
    for q in range(len(u)):
        like[q] = 0.0
        for j in range(K + 1):
            effects[j, q] = 0.0
    for k in range(K):
        if weights[k] > 0.0:
            answer_scale(kind, k, u, d, K, c, s, other_like, other, extra)
            for q in range(len(u)):
                other_like[q] *= weights[k]
                like[q] += other_like[q]
            for j in range(K + 1):
                for q in range(len(u)):
                    effects[j, q] += other_like[q] * other[j, q]
    for j in range(K + 1):
        for q in range(len(u)):
            effects[j, q] /= like[q]


@njit(cache=True, nogil=True, fastmath=FAST)
def raise_utilities(utilities, m, top):
    """Turn utilities, shape (m, Q), into their exponentials relative to the largest."""
    for q in range(len(top)):
        top[q] = utilities[0, q]
    for j in range(1, m):
        row = utilities[j]
        for q in range(len(top)):
            top[q] = max(top[q], row[q])
    for j in range(m):
        row = utilities[j]
        for q in range(len(top)):
            row[q] = exponentiate(max(row[q] - top[q], -FARTHEST))


@njit(cache=True, nogil=True, fastmath=FAST)
def answer_rank(order, raised, m, like, effects, extra):
    """Write the Plackett-Luce probability of one order, and derivatives of its log by the utilities.

    `raised`, shape (m, Q), holds the exponentials of the utilities.
    """
    rest, shares = extra[3], raised[order[m - 1]]
    for q in range(len(like)):
        rest[q] = shares[q]
        like[q] = 1.0
    for j in range(m - 2, -1, -1):
        own, stage = raised[order[j]], extra[j]
        for q in range(len(like)):
            rest[q] += own[q]
            stage[q] = 1.0 / rest[q]
            like[q] *= own[q] * stage[q]
    for q in range(len(like)):
        rest[q] = 0.0
    for j in range(m - 1):
        own, stage, row = raised[order[j]], extra[j], effects[order[j]]
        for q in range(len(like)):
            rest[q] += stage[q]
            row[q] = 1.0 - own[q] * rest[q]
    row = effects[order[m - 1]]
    for q in range(len(like)):
        row[q] = -shares[q] * rest[q]


@njit(cache=True, nogil=True, fastmath=FAST)
def answer_ends(order, raised, like, effects):
    """Write the probability that of four statements the first of `order` is most and its last is least.

    The two in between may stand either way, so it is the sum over two orders.
    """
    first, x, y, last = raised[order[0]], raised[order[1]], raised[order[2]], raised[order[3]]
    by_first, by_x, by_y, by_last = effects[order[0]], effects[order[1]], effects[order[2]], effects[order[3]]
    for q in range(len(like)):
        after_x, after_y = y[q] + last[q], x[q] + last[q]
        second = 1.0 / (x[q] + y[q] + last[q])
        whole = 1.0 / (first[q] + x[q] + y[q] + last[q])
        both = 1.0 / (after_x + after_y)
        # the chance of each order given the ends, over what is left at its third stage
        x_then_y, y_then_x = after_y * both / after_x, after_x * both / after_y
        like[q] = first[q] * whole * x[q] * y[q] * second * (1.0 / after_x + 1.0 / after_y)
        by_first[q] = 1.0 - first[q] * whole
        by_x[q] = 1.0 - x[q] * (whole + second + y_then_x)
        by_y[q] = 1.0 - y[q] * (whole + second + x_then_y)
        by_last[q] = -last[q] * (whole + second + x_then_y + y_then_x)
