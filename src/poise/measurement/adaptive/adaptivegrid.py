"""Compiled adaptive tests on one latent, with its exact posterior on a grid."""

# ruff: noqa: ANN001, ANN201 - numba infers the types of compiled functions; their shapes stand in the docstrings
# ruff: noqa: PLR0913, PLR0917 - a compiled loop takes its arrays one by one and is not cut up
# ruff: noqa: N806 - Q nodes, D dimensions: mathematics keeps its letters
# mypy: allow-untyped-defs, allow-untyped-calls

from dataclasses import replace
from typing import Final, NamedTuple

import numpy as np
from numba import njit

from poise.measurement.adaptive.adaptiverules import EMPTY, draw_best, find_reason, leave_out, respect, value_fall
from poise.measurement.adaptive.answering import draw_answer
from poise.measurement.adaptive.bank import Bank
from poise.measurement.models import BlockItem, FloatArray, IntArray
from poise.measurement.scoring import Prior

REACH: Final = 6.0
"""Half the width of the grid, in prior standard deviations."""
SPACING: Final = 0.4
"""Of the nodes, in posterior standard deviations of the most informative test there is."""
FINE: Final = 0.02
"""Of the points at which information is known; between them it is interpolated, which is off by some 1e-4 of it."""
FAST: Final = {"reassoc", "nsz", "contract", "arcp", "nnan"}


class Curves(NamedTuple):
    """A bank on one latent.

    Parameters
    ----------
    nodes : array, shape (Q,)
    prior : array, shape (Q,)
        Weights that sum to one.
    chance : array, shape (R, Q)
        The probability of each answer to each item.
    first : array of int, shape (n + 1,)
        Where the answers to each item begin.
    points : array, shape (F,)
    information : array, shape (F, n)
        About the latent, at the points.
    """

    nodes: FloatArray
    prior: FloatArray
    chance: FloatArray
    first: IntArray
    points: FloatArray
    information: FloatArray


def find_information(bank: Bank, points: FloatArray) -> FloatArray:
    """Return the information of each item about the only latent, shape (F, n)."""
    told = np.empty((len(points), len(bank)))
    for stack in bank.stacks:
        slopes, F = stack.rows[:, :, 0], len(points)
        # one long stack: each item at each point, as if its slope were slope times point and the person at one
        at_points = (points[:, None] * slopes[:, None, :]).reshape(len(slopes), -1, 1)
        long = replace(stack, rows=at_points, intercepts=np.tile(stack.intercepts, F), places=np.tile(stack.places, F))
        factor, r = long.factor(np.ones(1)), len(slopes)
        turned = [sum(factor[k, i] * np.tile(slopes[k], F) for k in range(i, r)) for i in range(r)]
        told[:, stack.places] = sum(one**2 for one in turned).reshape(F, -1)
    return told


def draw_curves(bank: Bank, prior: Prior, longest: int) -> Curves:
    """Lay out a bank of one latent for tests of at most so many items."""
    mean, sd = float(prior.mean[0]), float(np.sqrt(prior.covariance[0, 0]))
    points = mean + np.arange(-REACH * sd, REACH * sd + FINE * sd, FINE * sd)
    information = find_information(bank, points)
    most = np.sort(information, axis=1)[:, -longest:].sum(axis=1).max() + 1.0 / sd**2
    half = int(np.ceil(REACH * sd * np.sqrt(most) / SPACING))
    nodes = mean + np.linspace(-REACH * sd, REACH * sd, 2 * half + 1)
    weight = np.exp(-0.5 * ((nodes - mean) / sd) ** 2)
    chances = []
    for candidate in bank.candidates:
        item = candidate.item
        if isinstance(item, BlockItem):
            rows = np.array([[s.loadings[0][1], s.intercept] for s in item.statements])
            chances.append(item.probabilities(nodes[:, None] * rows[:, 0] + rows[:, 1]).T)
        else:
            chances.append(item.probabilities(item.loadings[0][1] * nodes).T)
    first = np.cumsum([0, *(len(own) for own in chances)])
    return Curves(nodes, weight / weight.sum(), np.concatenate(chances), first, points, information)


@njit(cache=True, nogil=True, fastmath=FAST)
def take_in(weights, row, nodes):
    """Multiply the posterior (Q,) by the chances of an answer; return its mean and variance."""
    total, first = 0.0, 0.0
    for q in range(len(weights)):
        weights[q] *= row[q]
        total += weights[q]
        first += weights[q] * nodes[q]
    scale, mean, second = 1.0 / total, first / total, 0.0
    for q in range(len(weights)):
        weights[q] *= scale
        second += weights[q] * (nodes[q] - mean) ** 2
    return mean, second


@njit(cache=True, nogil=True, fastmath=FAST)
def rank_on_grid(curves, terms, mean, variance, rates):
    """Write what each item gives the need for a second, shape (n,)."""
    step = curves.points[1] - curves.points[0]
    place = min(max((mean - curves.points[0]) / step, 0.0), len(curves.points) - 1.001)
    low = int(place)
    share = place - low
    before, after, seconds = curves.information[low], curves.information[low + 1], terms.seconds
    if terms.plain:
        for i in range(len(rates)):
            told = variance * ((1.0 - share) * before[i] + share * after[i])
            rates[i] = variance * told / ((1.0 + told) * seconds[i])
        return
    for i in range(len(rates)):
        told = variance * ((1.0 - share) * before[i] + share * after[i])
        fall, rates[i] = variance * told / (1.0 + told), 0.0
        for t in range(len(terms.bars)):
            a = terms.weight[t, 0]
            worth = value_fall(a * a * fall, a * mean, a * a * variance, terms.bars[t], terms.nodes, terms.node_weights)
            rates[i] += terms.importance[t] * worth / seconds[i]


@njit(cache=True, nogil=True)
def run_tests_on_grid(sheet, terms, curves, people, draws, eligible, given, answers, mean, sd):
    """Test all people; see `poise.measurement.adaptive.adaptivesweep.run_tests`."""
    P, n, T = len(people), len(sheet.kind), max(len(terms.importance), len(terms.settling_bars))
    length, reason = np.zeros(P, np.int64), np.zeros(P, np.int64)
    left, allowed, rates = np.empty(n, np.bool_), np.empty(n, np.bool_), np.zeros(n)
    means, variances, u = np.empty(T), np.empty(T), np.empty(4)
    m, V = np.empty(1), np.empty((1, 1))
    ones = np.ones(len(curves.nodes))
    for p in range(P):
        weights, lacking, used = curves.prior.copy(), terms.least.copy(), 0.0
        m[0], V[0, 0] = take_in(weights, ones, curves.nodes)
        for i in range(n):
            left[i] = not terms.pilot[i]
        for number in range(terms.longest + 1):
            reason[p] = find_reason(terms, m, V, number, used, means, variances)
            if reason[p] >= 0:
                break
            if respect(terms, left, eligible[p], lacking, number, allowed) == 0:
                reason[p] = EMPTY
                break
            rank_on_grid(curves, terms, m[0], V[0, 0], rates)
            i = draw_best(rates, allowed, terms.among, draws[p, number, 0])
            option = draw_answer(sheet, i, people[p], draws[p, number, 1], u)
            m[0], V[0, 0] = take_in(weights, curves.chance[curves.first[i] + option], curves.nodes)
            leave_out(terms, left, i)
            for f in range(len(lacking)):
                lacking[f] -= terms.counts[i, f]
            used += terms.seconds[i]
            given[p, number], answers[p, number] = i, option
            length[p] = number + 1
        mean[p, 0], sd[p, 0] = m[0], np.sqrt(V[0, 0])
    return length, reason
