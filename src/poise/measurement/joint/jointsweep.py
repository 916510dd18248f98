"""Compiled sweeps of expectation propagation over persons with observations of every kind.

A sweep visits the sites of a person one after another. It takes coordinates x in which the joint Gaussian of the
projections is standard, lays a lattice there, and replaces the site by the one that gives the same mean and covariance
as the exact likelihood. On the same lattice it finds what the observation says of its parameters.
"""

# ruff: noqa: ANN001, ANN201 - numba infers the types of compiled functions; their shapes stand in the docstrings
# ruff: noqa: C901, PLR0913, PLR0917 - a compiled loop takes its arrays one by one
# ruff: noqa: N803, N806 - K categories, Q nodes, D dimensions, V a covariance: mathematics keeps its letters
# mypy: allow-untyped-defs, allow-untyped-calls

from typing import Final, NamedTuple

import numpy as np
from numba import njit

from poise.measurement.joint.jointkinds import (
    FAST,
    MOST_LEAST,
    PARTIAL,
    RANK,
    answer_ends,
    answer_rank,
    answer_scale,
    exponentiate,
    raise_utilities,
    read_scale,
)
from poise.measurement.joint.jointsites import change_site, join_evidence, join_sites, look, make_space, take_out
from poise.measurement.models import FloatArray, IntArray

SMALLEST_VARIANCE: Final = 0.02
"""A likelihood may ask for no less of the variance of x in one visit; at agreement the variance is one."""
EVERY: Final = 4


class JointPersons(NamedTuple):
    """Observations of one chunk: `starts` (P + 1,); `item` to `reading` (R,), -1 where there is none; the rest (P,)."""

    starts: IntArray
    item: IntArray
    answer: IntArray
    rater: IntArray
    reading: IntArray
    weight: FloatArray
    group: IntArray


class JointTotals(NamedTuple):
    """What a sweep adds to, in place.

    Parameters
    ----------
    gradient : array, shape (rows, n + 2 raters)
        Derivatives of the log evidence by values, severities, log consistencies; one row for all persons, or one each.
    metric : array, shape (sum of squared numbers of parameters of each thing,)
        Their complete-data information, a square block for each thing.
    rater_metric : array, shape (raters, 2, 2)
    mean, covariance : arrays, shapes (P, D) and (P, D, D)
        Posterior moments of each person.
    evidence : array, shape (P,)
    """

    gradient: FloatArray
    metric: FloatArray
    rater_metric: FloatArray
    mean: FloatArray
    covariance: FloatArray
    evidence: FloatArray


class Points(NamedTuple):
    """Working space over Q points: predictors, likelihoods, their derivatives by at most E effects, weights."""

    predictors: FloatArray
    like: FloatArray
    effects: FloatArray
    extra: FloatArray
    other_like: FloatArray
    other: FloatArray
    weights: FloatArray
    sums: FloatArray
    products: FloatArray


@njit(cache=True, nogil=True)
def make_points(E, Q):
    """Return working space for E effects at Q points."""
    return Points(
        np.empty((EVERY, Q)), np.empty(Q), np.empty((E, Q)), np.empty((EVERY, Q)), np.empty(Q), np.empty((E, Q)),
        np.empty(Q), np.empty((E, EVERY)), np.empty((E, E)),
    )  # fmt: skip


@njit(cache=True, nogil=True, forceinline=True)
def choose_level(plan, i, consistency, r, m, steep):
    """Return the coarsest lattice that is fine enough for how steeply the likelihood depends on x."""
    scale = 0.0
    for j in range(m):
        for k in range(j if m > 1 else j + 1):
            total = 0.0
            for a in range(r):
                total += (steep[j, a] - (steep[k, a] if m > 1 else 0.0)) ** 2
            scale = max(scale, total)
    if plan.kind[i] == PARTIAL:
        scale *= (plan.answers[i] - 1) ** 2
    widest = plan.lattices.spacing[0] / np.sqrt(1.0 + 0.25 * scale * consistency**2)
    level = 0
    while level < plan.lattices.levels[r - 1] - 1 and plan.lattices.spacing[level] > 1.02 * widest:
        level += 1
    return level


@njit(cache=True, nogil=True, fastmath=FAST, forceinline=True)
def place(plan, i, first, last, space, points):
    """Write the predictors of thing i at the points of a lattice."""
    r, nodes, Q = plan.rank[i], plan.lattices.nodes, last - first
    m = plan.statements[i]
    block = plan.kind[i] >= RANK
    for j in range(m):
        at = plan.values[plan.start[i + 1] - m + j] if block else 0.0
        row = points.predictors[j]
        for a in range(r):
            at += plan.slopes[i, j, a] * space.centre[a]
        for q in range(Q):
            row[q] = at
        for a in range(r):
            steep, x = space.steep[j, a], nodes[a, first:last]
            for q in range(Q):
                row[q] += steep * x[q]


@njit(cache=True, nogil=True, fastmath=FAST, forceinline=True)
def respond(plan, i, answer, reading, c, s, Q, points):
    """Write the likelihood of an answer or reading at the first Q points, and derivatives of its log."""
    kind, K, m = plan.kind[i], plan.answers[i], plan.statements[i]
    like = points.like[:Q]
    if kind >= RANK:
        raise_utilities(points.predictors, m, points.weights[:Q])
        order = plan.orders[kind - RANK, m, answer]
        if kind == MOST_LEAST and m == EVERY:
            answer_ends(order, points.predictors, like, points.effects)
        else:
            answer_rank(order, points.predictors, m, like, points.effects, points.extra)
        return
    u, d = points.predictors[0, :Q], plan.values[plan.start[i + 1] - K + 1 : plan.start[i + 1]]
    if reading >= 0:
        weights = plan.weights[reading]
        read_scale(kind, weights, u, d, K, c, s, like, points.effects, points.extra, points.other_like, points.other)
    else:
        answer_scale(kind, answer, u, d, K, c, s, like, points.effects, points.extra)


@njit(cache=True, nogil=True, fastmath=FAST, forceinline=True)
def weigh(plan, r, first, last, level, space, points):
    """Weigh the points by likelihood and joint Gaussian, the old site taken out, and find the moments of x.

    Returns the log of the integral.
    """
    nodes, weights, Q = plan.lattices.nodes, points.weights, last - first
    for q in range(Q):
        weights[q] = 0.0
    for a in range(r):
        x = nodes[a, first:last]
        for q in range(Q):
            weights[q] -= (0.5 * x[q] + space.linear[a]) * x[q]
        for b in range(a + 1):
            y, bend = nodes[b, first:last], space.square[a, b] * (0.5 if a == b else 1.0)
            for q in range(Q):
                weights[q] += bend * x[q] * y[q]
    top = weights[0]
    for q in range(Q):
        top = max(top, weights[q])
    total = 0.0
    for q in range(Q):
        weights[q] = exponentiate(weights[q] - top) * points.like[q]
        total += weights[q]
    for q in range(Q):
        weights[q] /= total
    for a in range(r):
        x, centre = nodes[a, first:last], 0.0
        for q in range(Q):
            centre += weights[q] * x[q]
        space.mean[a] = centre
        for b in range(a + 1):
            y, product = nodes[b, first:last], 0.0
            for q in range(Q):
                product += weights[q] * x[q] * y[q]
            space.variance[a, b] = product - centre * space.mean[b]
            space.variance[b, a] = space.variance[a, b]
        space.variance[a, a] = max(space.variance[a, a], SMALLEST_VARIANCE)
    return top + np.log(total) + r * np.log(plan.lattices.spacing[level] / np.sqrt(2.0 * np.pi))


@njit(cache=True, nogil=True, fastmath=FAST, forceinline=True)
def sum_effects(r, E, first, last, nodes, points):
    """Write the expectations of the effects, of the effects times x, and of products of effects."""
    Q, share = last - first, points.other_like
    for e in range(E):
        effect, total = points.effects[e], 0.0
        for q in range(Q):
            share[q] = points.weights[q] * effect[q]
            total += share[q]
        points.sums[e, 0] = total
        for a in range(r):
            x, total = nodes[a, first:last], 0.0
            for q in range(Q):
                total += share[q] * x[q]
            points.sums[e, a + 1] = total
        for f in range(e + 1):
            effect, total = points.effects[f], 0.0
            for q in range(Q):
                total += share[q] * effect[q]
            points.products[e, f] = total
            points.products[f, e] = total


@njit(cache=True, nogil=True, forceinline=True)
def count(plan, i, rater, own, m, V, space, points, row, totals):
    """Add what one observation says of its parameters: derivatives to a row of the gradient, and their metric."""
    r, sums, products = plan.rank[i], points.sums, points.products
    begin, size = plan.start[i], plan.start[i + 1] - plan.start[i]
    block = totals.metric[plan.metric[i] : plan.metric[i + 1]]
    gradient = totals.gradient[row]
    for j in range(size):
        e, d = plan.effect[begin + j], plan.dimension[begin + j]
        value = sums[e, 0]
        if d >= 0:
            value *= m[d]
            for a in range(r):
                value += sums[e, a + 1] * space.pull[a, d]
        gradient[begin + j] += own * value
        for k in range(j + 1):
            g = plan.dimension[begin + k]
            product = own * products[e, plan.effect[begin + k]]
            if d >= 0 and g >= 0:
                product *= m[d] * m[g] + V[d, g]
            elif d >= 0:
                product *= m[d]
            elif g >= 0:
                product *= m[g]
            block[j * size + k] += product
    if rater >= 0:
        K, R = plan.answers[i], len(plan.severity)
        at = plan.start[-1] + rater
        gradient[at] -= own * sums[0, 0]
        gradient[at + R] += own * sums[K, 0]
        totals.rater_metric[rater, 0, 0] += own * products[0, 0]
        totals.rater_metric[rater, 1, 0] -= own * products[K, 0]
        totals.rater_metric[rater, 1, 1] += own * products[K, K]


@njit(cache=True, nogil=True, forceinline=True)
def visit(plan, i, answer, rater, reading, space, points):
    """Compare the joint Gaussian of one observation's x with the exact likelihood; return points and log integral."""
    r = plan.rank[i]
    c = plan.consistency[rater] if rater >= 0 else 1.0
    s = plan.severity[rater] if rater >= 0 else 0.0
    level = choose_level(plan, i, c, r, plan.statements[i], space.steep)
    first, last = plan.lattices.start[r - 1, level], plan.lattices.start[r - 1, level + 1]
    place(plan, i, first, last, space, points)
    respond(plan, i, answer, reading, c, s, last - first, points)
    return first, last, weigh(plan, r, first, last, level, space, points)


@njit(cache=True, nogil=True)
def sweep_joint(persons, plan, tau, nu, totals, passes, counting, apart):
    """Visit all sites of all persons `passes` times, in place; the last time, count if `counting`.

    Parameters
    ----------
    persons : JointPersons
    plan : Plan
    tau, nu : arrays, shapes (R, r, r) and (R, r), r the largest rank
        The sites.
    totals : JointTotals
    passes : int
    counting, apart : bool
        Whether derivatives are added up, and whether each person has a row of the gradient, then without weight.

    Returns
    -------
    distance : float
        Largest change of a marginal in the last pass, in its standard deviations.
    skipped : int
        How many sites were left alone in the last pass, because what is left without them would not be proper.
    """
    starts, item, answer, rater, reading, weight, group = persons
    D, E = plan.inverse.shape[0], max(np.max(plan.answers) + 1, EVERY)
    V, m, h, factor, back = np.empty((D, D)), np.empty(D), np.empty(D), np.empty((D, D)), np.empty((D, D))
    space, points = make_space(D), make_points(E, np.max(plan.lattices.start[:, 1:] - plan.lattices.start[:, :-1]))
    distance, skipped = 0.0, 0
    for p in range(len(starts) - 1):
        before, first, end = plan.means[group[p]], starts[p], starts[p + 1]
        own, row = (1.0, p) if apart else (weight[p], 0)
        for turn in range(passes):
            last = turn == passes - 1
            log_det = join_sites(plan, item, tau, nu, first, end, before, V, m, h, factor, back)
            evidence = 0.0
            for o in range(first, end):
                i = item[o]
                r = plan.rank[i]
                look(plan, i, V, m, space)
                if not take_out(r, tau[o], nu[o], space):
                    skipped += last
                    continue
                begin, stop, log_z = visit(plan, i, answer[o], rater[o], reading[o], space, points)
                if last:
                    for a in range(r):
                        distance = max(distance, abs(space.mean[a]), abs(space.variance[a, a] - 1.0))
                    if counting:
                        effects = plan.statements[i] if plan.kind[i] >= RANK else plan.answers[i] + (rater[o] >= 0)
                        sum_effects(r, effects, begin, stop, plan.lattices.nodes, points)
                        count(plan, i, rater[o], own, m, V, space, points, row, totals)
                more, grown = change_site(r, tau[o], nu[o], V, m, space)
                evidence += log_z + more
                log_det += grown
        totals.evidence[p] = evidence + join_evidence(plan, item, nu, first, end, before, m, log_det)
        totals.mean[p] = m
        totals.covariance[p] = V
    return distance, skipped
