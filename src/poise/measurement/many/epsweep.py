"""Compiled sweeps of expectation propagation over many persons.

Every person has one Gaussian site ``exp(nu u - tau u^2 / 2)`` for each projection ``u = w . theta`` of the latents:
one projection a dimension for all items that load on it alone, one an item that loads on several. A sweep visits the
sites of a person one after another: it takes the site out, multiplies what is left by the exact likelihood of the
site's responses on a grid of u, and puts a site back that gives the same mean and variance.

All likelihoods here are log-concave, so every tau is zero or more and each Gaussian stays proper.

References
----------
Minka, T. P. (2001). Expectation propagation for approximate Bayesian inference.
"""

# ruff: noqa: ANN001, ANN201 - numba infers the types of compiled functions; their shapes stand in the docstrings
# ruff: noqa: PLR0913, PLR0917 - a compiled loop takes its arrays one by one and is not cut up
# ruff: noqa: N803, N806 - K categories, Q nodes, D dimensions, V a covariance: mathematics keeps its letters
# mypy: allow-untyped-defs, allow-untyped-calls

from typing import Final, NamedTuple, TypeAlias

import numpy as np
import numpy.typing as npt
from numba import njit

from poise.measurement.models import FloatArray, IntArray

Float32Array: TypeAlias = npt.NDArray[np.float32]

FAST: Final = {"reassoc", "nsz", "contract", "arcp", "nnan"}
_F0, _F1, _HALF = np.float32(0.0), np.float32(1.0), np.float32(0.5)
_LOWEST = np.float32(-80.0)
"""Logarithm below which a node counts as e^-80 of the largest; keeps exp within float32."""
_LOG2E = np.float32(1.4426950408889634)
# Taylor coefficients of 2^f, largest error 2e-7 for |f| <= 1/2.
_C1, _C2, _C3 = np.float32(0.6931471805599453), np.float32(0.2402265069591007), np.float32(0.05550410866482158)
_C4, _C5, _C6 = np.float32(0.009618129107628477), np.float32(0.0013333558146428443), np.float32(0.00015403530393381608)
_BIAS, _SHIFT = np.int32(127), np.int32(23)
FLUSH: Final = 256
"""Persons whose counts are added in single precision before they go to double precision."""
SMALLEST_PRECISION: Final = 1e-10


class Persons(NamedTuple):
    """Responses of one chunk: `starts` (P + 1,), `code` (R,) rows of the table, sorted by site, `weight`, `group`."""

    starts: IntArray
    code: IntArray
    weight: FloatArray
    group: IntArray


class Plan(NamedTuple):
    """What a sweep knows of items and latents.

    Parameters
    ----------
    site : array of int, shape (I * stride,)
        The site of each row of the table.
    axis, direction : arrays, shapes (S,) and (S, D)
        The projection of each site: its dimension, or -1, and its direction.
    several, loads : arrays of int, shapes (S,) and (C, J)
        The number of a site among items on several dimensions, or -1, and the dimensions of those, padded with -1.
    stride : int
        Rows of the table an item takes.
    table : array of float32, shape (I * stride, Q)
        Log probabilities on the nodes.
    nodes : array of float32, shape (Q,)
    sigma, means : arrays, shapes (G, D, D) and (G, D)
        Covariances of the latents, and their means, by group.
    """

    site: IntArray
    axis: IntArray
    direction: FloatArray
    several: IntArray
    loads: IntArray
    stride: int
    table: Float32Array
    nodes: Float32Array
    sigma: FloatArray
    means: FloatArray


class Totals(NamedTuple):
    """What a sweep adds to; shapes as in `poise.measurement.many.epstep.Expected`."""

    counts: FloatArray
    first: FloatArray
    second: FloatArray
    covariance: FloatArray
    mean: FloatArray


@njit(cache=True, nogil=True, fastmath=FAST, inline="always")
def exponentiate(log_values, weights, bits, powers):
    """Write ``exp(log_values - max)`` to `weights` and return the maximum; relative error below 1e-6."""
    top = log_values[0]
    for q in range(len(log_values)):
        top = max(top, log_values[q])
    for q in range(len(log_values)):
        t = max(log_values[q] - top, _LOWEST) * _LOG2E
        n = np.int32(t - _HALF)
        f = t - np.float32(n)
        weights[q] = _F1 + f * (_C1 + f * (_C2 + f * (_C3 + f * (_C4 + f * (_C5 + f * _C6)))))
        bits[q] = (n + _BIAS) << _SHIFT
    for q in range(len(log_values)):
        weights[q] *= powers[q]
    return top


@njit(cache=True, nogil=True, fastmath=FAST, inline="always")
def join_sites(sigma, mean, axis, direction, tau, nu, V, m, c):
    """Multiply the prior N(mean, sigma) by all sites, into `m` and `V`; return the log of the integral."""
    D = len(m)
    for d in range(D):
        m[d] = mean[d]
        for e in range(D):
            V[d, e] = sigma[d, e]
    log_integral = 0.0
    for s in range(len(tau)):
        if tau[s] != 0.0 or nu[s] != 0.0:
            mu, v = project(V, m, axis[s], direction[s], c)
            log_integral += change_site(V, m, c, mu, v, tau[s], nu[s])
    return log_integral


@njit(cache=True, nogil=True, fastmath=FAST, inline="always")
def project(V, m, axis, direction, c):
    """Return mean and variance of ``w . theta``, with the covariances ``V w`` in `c`; `axis` -1 means no unit w."""
    D = len(m)
    if axis >= 0:
        for d in range(D):
            c[d] = V[axis, d]
        return m[axis], V[axis, axis]
    mu, v = 0.0, 0.0
    for d in range(D):
        c[d] = 0.0
    for e in range(D):
        if direction[e] != 0.0:
            for d in range(D):
                c[d] += direction[e] * V[e, d]
    for d in range(D):
        mu += direction[d] * m[d]
        v += direction[d] * c[d]
    return mu, v


@njit(cache=True, nogil=True, fastmath=FAST, inline="always")
def change_site(V, m, c, mu, v, d_tau, d_nu):
    """Multiply N(m, V) by ``exp(d_nu u - d_tau u^2 / 2)`` in place; return the log of the integral."""
    D = len(m)
    k = 1.0 / (1.0 + d_tau * v)
    pull, squeeze = (d_nu - d_tau * mu) * k, d_tau * k
    for d in range(D):
        m[d] += c[d] * pull
        row = squeeze * c[d]
        for e in range(D):
            V[d, e] -= row * c[e]
    # log of the integral of N(u; mu, v) exp(d_nu u - d_tau u^2 / 2)
    return 0.5 * np.log(k) + 0.5 * k * (2.0 * d_nu * mu + d_nu * d_nu * v - d_tau * mu * mu)


@njit(cache=True, nogil=True, fastmath=FAST, inline="always")
def tilt(log_likelihood, nodes, precision, centre, weights, bits, powers):
    """Multiply N(centre, 1/precision) by a likelihood on the nodes.

    Returns log of the integral, mean, variance, and the sum of the weights, which are not normalised.
    """
    p, x0 = np.float32(-0.5 * precision), np.float32(centre)
    for q in range(len(nodes)):
        x = nodes[q] - x0
        log_likelihood[q] += p * x * x
    top = exponentiate(log_likelihood, weights, bits, powers)
    z, z1, z2 = _F0, _F0, _F0
    for q in range(len(nodes)):
        x = nodes[q] - x0
        z += weights[q]
        z1 += weights[q] * x
        z2 += weights[q] * x * x
    total = np.float64(z)
    shift = np.float64(z1) / total
    variance = np.float64(z2) / total - shift * shift
    step = np.float64(nodes[1]) - np.float64(nodes[0])
    log_integral = np.float64(top) + np.log(total * step) + 0.5 * np.log(precision / (2.0 * np.pi))
    return log_integral, centre + shift, variance, z


@njit(cache=True, nogil=True, fastmath=FAST, inline="always")
def gather(code, site, table, first, end, log_likelihood):
    """Add the rows of all responses of the site at `first`; return where its responses end."""
    s = site[code[first]]
    row = table[code[first]]
    for q in range(len(log_likelihood)):
        log_likelihood[q] = row[q]
    r = first + 1
    while r < end and site[code[r]] == s:
        row = table[code[r]]
        for q in range(len(log_likelihood)):
            log_likelihood[q] += row[q]
        r += 1
    return r


@njit(cache=True, nogil=True, fastmath=FAST, inline="always")
def take_out(mu, v, tau, nu):
    """Return precision and mean of the marginal N(mu, v) without its site."""
    precision = max(1.0 / v - tau, SMALLEST_PRECISION)
    return precision, (mu / v - nu) / precision


@njit(cache=True, nogil=True, fastmath=FAST, inline="always")
def match(precision, centre, mean, variance):
    """Return the site that turns N(centre, 1/precision) into N(mean, variance), with tau not below zero."""
    tau = max(1.0 / variance - precision, 0.0)
    return tau, mean * (precision + tau) - centre * precision


@njit(cache=True, nogil=True, fastmath=FAST)
def sweep(persons, plan, tau, nu, totals, passes):
    """Visit all sites of all persons `passes` times, in place; the last time expected counts are added to `totals`.

    Returns
    -------
    evidence : float
        Weighted sum of the persons' log evidence.
    distance : float
        Largest change of a marginal in the last pass, in its standard deviations.
    """
    starts, code, weight, group = persons
    Q, D = len(plan.nodes), plan.sigma.shape[1]
    L, w, bits = np.empty(Q, np.float32), np.empty(Q, np.float32), np.empty(Q, np.int32)
    powers = bits.view(np.float32)
    V, m, c = np.empty((D, D)), np.empty(D), np.empty(D)
    part = np.zeros(totals.counts.shape, np.float32)
    evidence, distance = 0.0, 0.0
    for p in range(len(starts) - 1):
        own, mean_before, sigma = weight[p], plan.means[group[p]], plan.sigma[group[p]]
        for turn in range(passes):
            log_z = join_sites(sigma, mean_before, plan.axis, plan.direction, tau[p], nu[p], V, m, c)
            r = starts[p]
            while r < starts[p + 1]:
                s, begin = plan.site[code[r]], r
                r = gather(code, plan.site, plan.table, begin, starts[p + 1], L)
                mu, v = project(V, m, plan.axis[s], plan.direction[s], c)
                precision, centre = take_out(mu, v, tau[p, s], nu[p, s])
                log_integral, mean, variance, z = tilt(L, plan.nodes, precision, centre, w, bits, powers)
                new_tau, new_nu = match(precision, centre, mean, variance)
                if turn == passes - 1:
                    distance = max(distance, abs(mean - mu) / np.sqrt(v), abs(variance / v - 1.0))
                    add_counts(part, code, begin, r, np.float32(own) / z, w)
                    if plan.several[s] >= 0:
                        add_moments(plan, totals, plan.several[s], code[begin], V, m, c, mu, v, w, own / np.float64(z))
                log_z += log_integral - log_twin(precision, centre, new_tau, new_nu)
                log_z += change_site(V, m, c, mu, v, new_tau - tau[p, s], new_nu - nu[p, s])
                tau[p, s], nu[p, s] = new_tau, new_nu
        evidence += own * log_z
        add_person(totals, group[p], own, mean_before, V, m)
        if p % FLUSH == FLUSH - 1 or p == len(starts) - 2:
            flush(part, totals.counts)
    return evidence, distance


@njit(cache=True, nogil=True, fastmath=FAST, inline="always")
def log_twin(precision, centre, tau, nu):
    """Return the log of the integral of N(u; centre, 1/precision) times the Gaussian of a site."""
    t, h = precision + tau, precision * centre + nu
    return 0.5 * np.log(precision / t) + 0.5 * (h * h / t - precision * centre * centre)


@njit(cache=True, nogil=True, fastmath=FAST, inline="always")
def add_counts(part, code, begin, end, share, w):
    """Add the weights of the nodes to the rows of some responses."""
    for r in range(begin, end):
        row = part[code[r]]
        for q in range(len(w)):
            row[q] += share * w[q]


@njit(cache=True, nogil=True, fastmath=FAST, inline="always")
def flush(part, counts):
    """Move counts from single to double precision."""
    for k in range(part.shape[0]):
        for q in range(part.shape[1]):
            counts[k, q] += part[k, q]
            part[k, q] = _F0


@njit(cache=True, nogil=True, fastmath=FAST, inline="always")
def add_person(totals, g, own, mean_before, V, m):
    """Add the moments of one person's latents."""
    for d in range(len(m)):
        totals.mean[g, d] += own * m[d]
        a = m[d] - mean_before[d]
        for e in range(len(m)):
            totals.covariance[g, d, e] += own * (V[d, e] + a * (m[e] - mean_before[e]))


@njit(cache=True, nogil=True, fastmath=FAST, inline="always")
def add_moments(plan, totals, k, code, V, m, c, mu, v, w, share):
    """Add moments of the latents of one item given u on the nodes: theta given u is Gaussian, linear in u."""
    row, loads, nodes = k * plan.stride + code % plan.stride, plan.loads[k], plan.nodes
    for i in range(len(loads)):
        d = loads[i]
        if d < 0:
            break
        b = c[d] / v
        for q in range(len(nodes)):
            totals.first[row, i, q] += share * w[q] * (m[d] + b * (nodes[q] - mu))
        for j in range(i + 1):
            e = loads[j]
            rest, b2 = V[d, e] - c[d] * c[e] / v, c[e] / v
            for q in range(len(nodes)):
                x = nodes[q] - mu
                totals.second[k, i, j, q] += share * w[q] * (rest + (m[d] + b * x) * (m[e] + b2 * x))
