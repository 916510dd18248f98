"""Compiled answers of people whose latents are known, and the chances of answers: one kernel for every kind of item."""

# ruff: noqa: ANN001, ANN201 - numba infers the types of compiled functions; their shapes stand in the docstrings
# ruff: noqa: N806 - K categories, D dimensions: mathematics keeps its letters
# mypy: allow-untyped-defs, allow-untyped-calls

from itertools import permutations
from typing import Final, NamedTuple

import numpy as np
from numba import njit

from poise.measurement.adaptive.bank import Bank
from poise.measurement.models import LARGEST_BLOCK, SMALLEST_BLOCK, BlockItem, FloatArray, GradedItem, IntArray

GRADED: Final = 0
PARTIAL: Final = 1
RANKING: Final = 2


class Sheet(NamedTuple):
    """A bank as compiled code reads it: n items with S predictors in all, each on at most J latents.

    Parameters
    ----------
    kind : array of int8, shape (n,)
    first : array of int64, shape (n + 1,)
        The predictors of item i are those from ``first[i]`` to ``first[i + 1]``: one, or one a statement.
    latent : array of int64, shape (S, J)
        Latents each predictor loads on, padded with -1.
    slope : array, shape (S, J)
    intercept : array, shape (S,)
        Of statements; zero for others.
    steps : array, shape (n, Kmax - 1)
        Intercepts of categories; unused ones are nan.
    options : array of int64, shape (n,)
        How many answers are possible.
    orders : array of int64, shape (3, 24, 4)
        All orders of two, three and four statements.
    """

    kind: IntArray
    first: IntArray
    latent: IntArray
    slope: FloatArray
    intercept: FloatArray
    steps: FloatArray
    options: IntArray
    orders: IntArray


def list_orders() -> IntArray:
    """Return all orders of two, three and four statements, in the order of `BlockItem.orders`, padded with -1."""
    orders = np.full((LARGEST_BLOCK - SMALLEST_BLOCK + 1, 24, LARGEST_BLOCK), -1, dtype=np.int64)
    for m in range(SMALLEST_BLOCK, LARGEST_BLOCK + 1):
        for place, order in enumerate(permutations(range(m))):
            orders[m - SMALLEST_BLOCK, place, :m] = order
    return orders


def lay_sheet(bank: Bank) -> Sheet:
    """Lay out a bank for compiled code."""
    place = {name: d for d, name in enumerate(bank.names)}
    items = [candidate.item for candidate in bank.candidates]
    rows = [
        [(s.loadings, s.intercept) for s in item.statements] if isinstance(item, BlockItem) else [(item.loadings, 0.0)]
        for item in items
    ]
    flat = [row for own in rows for row in own]
    widest = max(len(loadings) for loadings, _ in flat)
    latent, slope = np.full((len(flat), widest), -1, dtype=np.int64), np.zeros((len(flat), widest))
    for s, (loadings, _) in enumerate(flat):
        for j, (name, loading) in enumerate(loadings):
            latent[s, j], slope[s, j] = place[name], loading
    scales = [() if isinstance(item, BlockItem) else item.intercepts for item in items]
    steps = np.full((len(items), max(1, *(len(one) for one in scales))), np.nan)
    for i, one in enumerate(scales):
        steps[i, : len(one)] = one
    return Sheet(
        np.array([_kind_of(item) for item in items], dtype=np.int8),
        np.cumsum([0, *(len(own) for own in rows)]),
        latent,
        slope,
        np.array([intercept for _, intercept in flat], dtype=np.float64),
        steps,
        np.array([len(i.orders) if isinstance(i, BlockItem) else i.categories for i in items], dtype=np.int64),
        list_orders(),
    )


def _kind_of(item: object) -> int:
    if isinstance(item, BlockItem):
        return RANKING
    return GRADED if isinstance(item, GradedItem) else PARTIAL


@njit(cache=True, nogil=True)
def predict(sheet, s, theta):
    """Return predictor s at latents theta (D,), with the intercept of a statement."""
    u = sheet.intercept[s]
    for j in range(sheet.latent.shape[1]):
        if sheet.latent[s, j] >= 0:
            u += sheet.slope[s, j] * theta[sheet.latent[s, j]]
    return u


@njit(cache=True, nogil=True)
def logistic(x):
    """Return ``1 / (1 + exp(-x))`` without overflow."""
    if x >= 0.0:
        return 1.0 / (1.0 + np.exp(-x))
    e = np.exp(x)
    return e / (1.0 + e)


@njit(cache=True, nogil=True)
def find_chance(sheet, i, option, u):
    """Return the probability of one answer to item i at its predictors u (m,)."""
    if sheet.kind[i] == RANKING:
        m = sheet.first[i + 1] - sheet.first[i]
        order, chance = sheet.orders[m - 2, option], 1.0
        for j in range(m - 1):
            rest = 0.0
            for k in range(j, m):
                rest += np.exp(min(u[order[k]] - u[order[j]], 700.0))
            chance /= rest
        return chance
    K, steps = sheet.options[i], sheet.steps[i]
    if sheet.kind[i] == GRADED:
        if option == 0:
            return logistic(-(u[0] + steps[0]))
        above = logistic(u[0] + steps[option - 1])
        if option == K - 1:
            return above
        # the difference of two curves, written without cancellation
        return above * logistic(-(u[0] + steps[option])) * -np.expm1(steps[option] - steps[option - 1])
    own = option * u[0] + (steps[option - 1] if option > 0 else 0.0)
    rest = np.exp(min(-own, 700.0))
    for k in range(1, K):
        rest += np.exp(min(k * u[0] + steps[k - 1] - own, 700.0))
    return 1.0 / rest


@njit(cache=True, nogil=True)
def draw_answer(sheet, i, theta, draw, u):
    """Return the answer of a person with latents theta (D,) to item i for a uniform draw; u (m,) is overwritten."""
    for s in range(sheet.first[i], sheet.first[i + 1]):
        u[s - sheet.first[i]] = predict(sheet, s, theta)
    last = sheet.options[i] - 1
    for option in range(last):
        draw -= find_chance(sheet, i, option, u)
        if draw < 0.0:
            return option
    return last
