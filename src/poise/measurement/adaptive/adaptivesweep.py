"""Compiled adaptive tests in several dimensions, with a Gaussian posterior that takes one answer after another.

What is known is a joint Gaussian. An answer multiplies it by its exact likelihood on the few projections it speaks
about, and the Gaussian with the moments of the product goes on (assumed density filtering). It drives choices only:
who was tested is scored from all answers together.
"""

# ruff: noqa: ANN001, ANN201 - numba infers the types of compiled functions; their shapes stand in the docstrings
# ruff: noqa: PLR0912, PLR0913, PLR0917, C901 - a compiled loop takes its arrays one by one and is not cut up
# ruff: noqa: N803, N806 - D dimensions, V a covariance, L a factor: mathematics keeps its letters
# mypy: allow-untyped-defs, allow-untyped-calls

import math
from itertools import product
from typing import Final

import numpy as np
from numba import njit
from numpy.polynomial.hermite_e import hermegauss

from poise.measurement.adaptive.adaptiverules import (
    EMPTY,
    add_up,
    draw_best,
    find_reason,
    leave_out,
    respect,
    value_fall,
)
from poise.measurement.adaptive.answering import GRADED, RANKING, draw_answer, find_chance, logistic
from poise.measurement.models import FloatArray

NODES: Final = {1: 31, 2: 15, 3: 9}
"""Nodes a direction, by the number of projections."""
SMALLEST: Final = 1e-12


def lay_nodes() -> tuple[FloatArray, ...]:
    """Return nodes (Q, r + 1) of Gauss-Hermite rules in one to three directions; the last column is the weight."""
    rules = []
    for r, number in NODES.items():
        x, w = hermegauss(number)
        points = np.array(list(product(x, repeat=r)))
        weights = np.array([math.prod(one) for one in product(w, repeat=r)])
        rules.append(np.column_stack([points, weights / weights.sum()]))
    return tuple(rules)


@njit(cache=True, nogil=True, inline="always")
def reach_out(sheet, s, V, reach):
    """Write ``V a`` (D,) for the loadings a of predictor s."""
    for d in range(len(reach)):
        reach[d] = 0.0
    for j in range(sheet.latent.shape[1]):
        e = sheet.latent[s, j]
        if e >= 0:
            a = sheet.slope[s, j]
            for d in range(len(reach)):
                reach[d] += a * V[e, d]


@njit(cache=True, nogil=True, inline="always")
def combine(sheet, s, values):
    """Return the sum of loading times value over the latents of predictor s."""
    total = 0.0
    for j in range(sheet.latent.shape[1]):
        if sheet.latent[s, j] >= 0:
            total += sheet.slope[s, j] * values[sheet.latent[s, j]]
    return total


@njit(cache=True, nogil=True, inline="always")
def project(sheet, i, V, reach, spread):
    """Write covariances of the r projections of item i with the latents, `reach` (4, D), and each other, `spread`."""
    first, m = sheet.first[i], sheet.first[i + 1] - sheet.first[i]
    for k in range(m):
        reach_out(sheet, first + k, V, reach[k])
    if m == 1:
        spread[0, 0] = combine(sheet, first, reach[0])
        return 1
    for k in range(m - 1):
        for d in range(V.shape[0]):
            reach[k, d] -= reach[m - 1, d]
    for k in range(m - 1):
        last = combine(sheet, first + m - 1, reach[k])
        for j in range(k + 1):
            spread[k, j] = combine(sheet, first + j, reach[k]) - last
            spread[j, k] = spread[k, j]
    return m - 1


@njit(cache=True, nogil=True, inline="always")
def factor_information(sheet, i, u, L):
    """Write the lower factor of the information about the projections of item i at predictors u; as in `stacks`."""
    steps = sheet.steps[i]
    if sheet.kind[i] == RANKING:
        factor_ranking(u, sheet.first[i + 1] - sheet.first[i], L)
        return
    total = 0.0
    if sheet.kind[i] == GRADED:
        before = 1.0
        for k in range(sheet.options[i]):
            after = logistic(u[0] + steps[k]) if k < sheet.options[i] - 1 else 0.0
            total += (before - after) * (1.0 - before - after) ** 2
            before = after
        L[0, 0] = math.sqrt(max(total, 0.0))
        return
    mean, square = 0.0, 0.0
    for k in range(1, sheet.options[i]):
        chance = find_chance(sheet, i, k, u)
        mean += k * chance
        square += k * k * chance
    L[0, 0] = math.sqrt(max(square - mean * mean, 0.0))


@njit(cache=True, nogil=True, inline="always")
def factor_ranking(u, m, L):
    """Write the lower factor of the information of a ranking of m statements about differences from the last."""
    top = u[0]
    for k in range(1, m):
        top = max(top, u[k])
    p, total = np.empty(4), 0.0
    for k in range(m):
        p[k] = math.exp(max(u[k] - top, -400.0))
        total += p[k]
    for k in range(m):
        p[k] /= total
    for i in range(m):
        for j in range(m):
            L[i, j] = 0.0
    for i in range(m):
        for j in range(i):
            first = p[i] / (p[i] + p[j])
            w = first * (1.0 - first)
            if m == 3:  # noqa: PLR2004  two are left after the third was chosen
                w = p[i] * p[j] + p[3 - i - j] * w
            elif m > 3:  # noqa: PLR2004  three are left, then two
                one = 0
                while one in (i, j):
                    one += 1
                other = 6 - i - j - one
                w *= p[one] * p[other] * (1.0 / (p[i] + p[j] + p[other]) + 1.0 / (p[i] + p[j] + p[one]))
                w += p[i] * p[j]
                w += p[one] * p[i] * p[j] / (p[i] + p[j] + p[other]) ** 2
                w += p[other] * p[i] * p[j] / (p[i] + p[j] + p[one]) ** 2
            L[i, i] += w
            L[j, j] += w
            L[i, j] = -w
    for i in range(m - 1):
        for j in range(i):
            for k in range(j):
                L[i, j] -= L[i, k] * L[j, k]
            L[i, j] /= max(L[j, j], SMALLEST)
        for k in range(i):
            L[i, i] -= L[i, k] ** 2
        L[i, i] = math.sqrt(max(L[i, i], 0.0))


@njit(cache=True, nogil=True, inline="always")
def find_falls(latent, weight, L, reach, spread, r, joint, turned, pulled, fallen):
    """Write the expected falls (T,) of the variances of the sums; as `poise.measurement.adaptive.stacks.Stack.fall`."""
    T = len(fallen)
    for i in range(r):
        for j in range(r):
            turned[i, j] = 0.0
            for k in range(i, r):
                turned[i, j] += L[k, i] * spread[k, j]
        for t in range(T):
            pulled[i, t] = 0.0
            for j in range(latent.shape[1]):
                if latent[t, j] >= 0:
                    for k in range(i, r):
                        pulled[i, t] += L[k, i] * weight[t, j] * reach[k, latent[t, j]]
    for t in range(T):
        fallen[t] = 0.0
    for i in range(r):
        for j in range(i + 1):
            joint[i, j] = 1.0 if i == j else 0.0
            for k in range(j, r):
                joint[i, j] += turned[i, k] * L[k, j]
            for k in range(j):
                joint[i, j] -= joint[i, k] * joint[j, k]
            if j < i:
                joint[i, j] /= joint[j, j]
                for t in range(T):
                    pulled[i, t] -= joint[i, j] * pulled[j, t]
            else:
                joint[i, i] = math.sqrt(joint[i, i])
        for t in range(T):
            pulled[i, t] /= joint[i, i]
            fallen[t] += pulled[i, t] ** 2


@njit(cache=True, nogil=True)
def rank_allowed(sheet, terms, mean, V, allowed, rates):
    """Write what each allowed item gives the need for a second, shape (n,)."""
    T, u = len(terms.importance), np.empty(4)
    reach, spread, L = np.empty((4, len(mean))), np.empty((4, 4)), np.empty((4, 4))
    means, variances, fallen = np.empty(T), np.empty(T), np.empty(T)
    joint, turned, pulled = np.empty((3, 3)), np.empty((3, 3)), np.empty((3, T))
    add_up(terms.latent, terms.weight, mean, V, means, variances)
    for i in range(len(rates)):
        if allowed[i]:
            r = project(sheet, i, V, reach, spread)
            for s in range(sheet.first[i], sheet.first[i + 1]):
                u[s - sheet.first[i]] = sheet.intercept[s] + combine(sheet, s, mean)
            factor_information(sheet, i, u, L)
            find_falls(terms.latent, terms.weight, L, reach, spread, r, joint, turned, pulled, fallen)
            worth = 0.0
            for t in range(T):
                if terms.plain:
                    worth += terms.importance[t] * fallen[t]
                else:
                    worth += terms.importance[t] * value_fall(
                        fallen[t], means[t], variances[t], terms.bars[t], terms.nodes, terms.node_weights
                    )
            rates[i] = worth / terms.seconds[i]


@njit(cache=True, nogil=True)
def absorb(sheet, i, option, nodes, mean, V, reach, spread):
    """Multiply N(mean, V) by the likelihood of an answer to item i, and keep the moments of the product, in place."""
    r, m, D = project(sheet, i, V, reach, spread), sheet.first[i + 1] - sheet.first[i], len(mean)
    centre, u, s, S = np.zeros(4), np.zeros(4), np.zeros(3), np.zeros((3, 3))
    for k in range(m):
        centre[k] = sheet.intercept[sheet.first[i] + k] + combine(sheet, sheet.first[i] + k, mean)
    for j in range(r):
        for k in range(j, r):
            for h in range(j):
                spread[k, j] -= spread[k, h] * spread[j, h]
            spread[k, j] = spread[k, j] / spread[j, j] if k > j else math.sqrt(max(spread[j, j], SMALLEST))
    total = 0.0
    for q in range(len(nodes)):
        for k in range(m):
            u[k] = centre[k]
        for k in range(r):
            for j in range(k + 1):
                u[k] += spread[k, j] * nodes[q, j]
        w = nodes[q, r] * find_chance(sheet, i, option, u)
        total += w
        for k in range(r):
            s[k] += w * nodes[q, k]
            for j in range(k + 1):
                S[k, j] += w * nodes[q, k] * nodes[q, j]
    if total <= 0.0:
        return
    for k in range(r):
        s[k] /= total
    for k in range(r):
        for d in range(D):
            for j in range(k):
                reach[k, d] -= spread[k, j] * reach[j, d]
            reach[k, d] /= spread[k, k]
        for j in range(k + 1):
            S[k, j] = S[k, j] / total - s[k] * s[j] - (1.0 if k == j else 0.0)
            S[j, k] = S[k, j]
    for d in range(D):
        for k in range(r):
            mean[d] += reach[k, d] * s[k]
            for j in range(r):
                for e in range(D):
                    V[d, e] += reach[k, d] * S[k, j] * reach[j, e]


@njit(cache=True, nogil=True)
def run_tests(sheet, terms, prior, nodes, people, draws, eligible, given, answers, means_after, sds_after):
    """Test all people.

    Parameters
    ----------
    sheet, terms : Sheet, Terms
    prior : tuple of arrays, shapes (D,) and (D, D)
    nodes : tuple of arrays
        See `lay_nodes`.
    people : array, shape (P, D)
    draws : array, shape (P, L, 2)
        Uniform: for the choice and for the answer.
    eligible : array of bool, shape (P, n)
        What the exposure filter leaves to each person.
    given, answers : arrays of int, shape (P, L)
        Written to; what stands there before shows where a test has ended.
    means_after, sds_after : array, shape (P, D)
        Posterior moments at the end, written to.

    Returns
    -------
    length, reason : arrays of int, shape (P,)
    """
    P, n, T = len(people), len(sheet.kind), max(len(terms.importance), len(terms.settling_bars))
    length, reason = np.zeros(P, np.int64), np.zeros(P, np.int64)
    left, allowed, rates = np.empty(n, np.bool_), np.empty(n, np.bool_), np.zeros(n)
    means, variances, u = np.empty(T), np.empty(T), np.empty(4)
    reach, spread = np.empty((4, people.shape[1])), np.empty((4, 4))
    for p in range(P):
        mean, V, lacking, used = prior[0].copy(), prior[1].copy(), terms.least.copy(), 0.0
        for i in range(n):
            left[i] = not terms.pilot[i]
        for number in range(terms.longest + 1):
            reason[p] = find_reason(terms, mean, V, number, used, means, variances)
            if reason[p] >= 0:
                break
            if respect(terms, left, eligible[p], lacking, number, allowed) == 0:
                reason[p] = EMPTY
                break
            rank_allowed(sheet, terms, mean, V, allowed, rates)
            i = draw_best(rates, allowed, terms.among, draws[p, number, 0])
            option = draw_answer(sheet, i, people[p], draws[p, number, 1], u)
            r = max(sheet.first[i + 1] - sheet.first[i] - 1, 1)
            rule = nodes[0] if r == 1 else nodes[1] if r == 2 else nodes[2]  # noqa: PLR2004  projections
            absorb(sheet, i, option, rule, mean, V, reach, spread)
            leave_out(terms, left, i)
            for f in range(len(lacking)):
                lacking[f] -= terms.counts[i, f]
            used += terms.seconds[i]
            given[p, number], answers[p, number] = i, option
            length[p] = number + 1
        for d in range(len(mean)):
            means_after[p, d], sds_after[p, d] = mean[d], math.sqrt(V[d, d])
    return length, reason
