"""Compiled passes over persons whose sites are finished: their posteriors, and the derivatives of their evidence."""

# ruff: noqa: ANN001, ANN201 - numba infers the types of compiled functions; their shapes stand in the docstrings
# ruff: noqa: PLR0913, PLR0917 - a compiled loop takes its arrays one by one and is not cut up
# ruff: noqa: N803, N806 - K categories, Q nodes, D dimensions, V a covariance: mathematics keeps its letters
# mypy: allow-untyped-defs, allow-untyped-calls

from typing import NamedTuple

import numpy as np
from numba import njit

from poise.measurement.many.epsweep import FAST, Float32Array, gather, join_sites, project, take_out, tilt
from poise.measurement.models import FloatArray, IntArray

_F0 = np.float32(0.0)


class Derivatives(NamedTuple):
    """Derivatives of the log probabilities on the nodes, and where each parameter stands in ``ManyParameters.packed``.

    Parameters
    ----------
    by_eta, by_d : arrays of float32, shapes (I * stride, Q) and (I * stride, Kmax - 1, Q)
    slope_place, intercept_place : arrays of int, shapes (I, D) and (I, Kmax - 1)
        Positions; -1 where there is no parameter.
    correlation_place : array of int, shape (D, D)
        The same, filled below the diagonal.
    mean_place, sd_place : arrays of int, shape (G, D)
    correlations, sds : arrays, shapes (D, D) and (G, D)
        Of the latents.
    size : int
    """

    by_eta: Float32Array
    by_d: Float32Array
    slope_place: IntArray
    intercept_place: IntArray
    correlation_place: IntArray
    mean_place: IntArray
    sd_place: IntArray
    correlations: FloatArray
    sds: FloatArray
    size: int


@njit(cache=True, nogil=True)
def fill_posteriors(group, plan, tau, nu, mean, covariance):
    """Write the joint Gaussian of prior and sites of every person to `mean` (P, D) and `covariance` (P, D, D)."""
    c = np.empty(plan.sigma.shape[1])
    for p in range(len(group)):
        before, sigma = plan.means[group[p]], plan.sigma[group[p]]
        join_sites(sigma, before, plan.axis, plan.direction, tau[p], nu[p], covariance[p], mean[p], c)


@njit(cache=True, nogil=True, fastmath=FAST)
def fill_scores(persons, plan, tau, nu, first, last, derivatives, inverse, scores):
    """Write the derivative of each person's log evidence by every parameter to `scores`, shape (persons, n)."""
    starts, code, _, group = persons
    Q, D = len(plan.nodes), plan.sigma.shape[1]
    L, w, bits = np.empty(Q, np.float32), np.empty(Q, np.float32), np.empty(Q, np.int32)
    powers = bits.view(np.float32)
    V, m, c = np.empty((D, D)), np.empty(D), np.empty(D)
    for p in range(first, last):
        join_sites(plan.sigma[group[p]], plan.means[group[p]], plan.axis, plan.direction, tau[p], nu[p], V, m, c)
        r = starts[p]
        while r < starts[p + 1]:
            s, begin = plan.site[code[r]], r
            r = gather(code, plan.site, plan.table, begin, starts[p + 1], L)
            mu, v = project(V, m, plan.axis[s], plan.direction[s], c)
            precision, centre = take_out(mu, v, tau[p, s], nu[p, s])
            _, _, _, z = tilt(L, plan.nodes, precision, centre, w, bits, powers)
            for b in range(begin, r):
                score_response(derivatives, plan, code[b], m, c, mu, v, w, z, scores[p - first])
        score_latents(derivatives, plan.means, group[p], inverse[group[p]], V, m, scores[p - first])


@njit(cache=True, nogil=True, fastmath=FAST, inline="always")
def score_response(derivatives, plan, row, m, c, mu, v, w, z, score):
    """Write the derivatives by loadings and intercepts of the item of one response."""
    i, curve, nodes = row // plan.stride, derivatives.by_eta[row], plan.nodes
    level, leaning = _F0, _F0
    for q in range(len(nodes)):
        level += w[q] * curve[q]
        leaning += w[q] * curve[q] * nodes[q]
    for d in range(len(m)):
        if derivatives.slope_place[i, d] >= 0:
            beta = c[d] / v
            score[derivatives.slope_place[i, d]] = ((m[d] - beta * mu) * level + beta * leaning) / z
    for j in range(plan.stride - 1):
        if derivatives.intercept_place[i, j] >= 0:
            total = _F0
            for q in range(len(nodes)):
                total += w[q] * derivatives.by_d[row, j, q]
            score[derivatives.intercept_place[i, j]] = total / z


@njit(cache=True, nogil=True, fastmath=FAST, inline="always")
def score_latents(derivatives, means, g, inverse, V, m, score):
    """Write the derivatives by correlations, and by the means and standard deviations of one group."""
    off = m - means[g]
    pull = inverse @ off
    # the derivative by a covariance is inverse E[x x'] inverse - inverse, its upper and lower half together
    whole = inverse @ V @ inverse
    sds = derivatives.sds[g]
    for d in range(len(m)):
        by_sd = 0.0
        for e in range(len(m)):
            by_covariance = whole[d, e] + pull[d] * pull[e] - inverse[d, e]
            by_sd += by_covariance * derivatives.correlations[d, e] * sds[e]
            if e < d and derivatives.correlation_place[d, e] >= 0:
                score[derivatives.correlation_place[d, e]] = sds[d] * sds[e] * by_covariance
        if derivatives.mean_place[g, d] >= 0:
            score[derivatives.mean_place[g, d]] = pull[d]
        if derivatives.sd_place[g, d] >= 0:
            score[derivatives.sd_place[g, d]] = by_sd
