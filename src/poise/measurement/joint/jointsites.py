"""Compiled Gaussian sites of one person with observations of every kind.

Every observation has one site ``exp(nu . u - u . tau u / 2)`` on its own r projections u of the latents, r being one
for items and at most m - 1 for a block of m statements. Here sites are joined with the prior, taken out and put in.

`poise.measurement.propagation` does the same for one person with all sites at once, and ends at the same place.

References
----------
Minka, T. P. (2001). Expectation propagation for approximate Bayesian inference.
"""

# ruff: noqa: ANN001, ANN201 - numba infers the types of compiled functions; their shapes stand in the docstrings
# ruff: noqa: C901, PLR0912, PLR0913, PLR0917 - a compiled loop takes its arrays one by one and is not cut up
# ruff: noqa: N803, N806 - D dimensions, V a covariance: mathematics keeps its letters
# mypy: allow-untyped-defs, allow-untyped-calls

from typing import Final, NamedTuple

import numpy as np
from numba import njit

from poise.measurement.models import FloatArray

RIDGE: Final = 1e-9
"""Added, relatively, to the variances of projections, so that ones that are nearly the same stay apart."""
SMALLEST_REST: Final = 1e-6
"""A site is left alone where the rest without it would have less than this share of the joint precision."""
SMALLEST_PIVOT: Final = 1e-10
MOST_RANK: Final = 3


class Space(NamedTuple):
    """Working space for one observation on at most three projections.

    Parameters
    ----------
    project, pull : arrays, shape (3, D)
        Covariance of the projections, and of the standard coordinates x, with the latents.
    root, back : arrays, shape (3, 3)
        ``u = centre + root x``, and its inverse.
    own, sharp, factor, ends : arrays, shape (3, 3)
    steep : array, shape (4, 3)
        Predictors per unit of x.
    centre, linear, mean : arrays, shape (3,)
    square, variance : arrays, shape (3, 3)
        The old site is ``exp(linear . x - x . square x / 2)``; `mean` and `variance` are what x shall have.
    """

    project: FloatArray
    pull: FloatArray
    root: FloatArray
    back: FloatArray
    own: FloatArray
    sharp: FloatArray
    factor: FloatArray
    ends: FloatArray
    steep: FloatArray
    centre: FloatArray
    linear: FloatArray
    mean: FloatArray
    square: FloatArray
    variance: FloatArray


@njit(cache=True, nogil=True)
def make_space(D):
    """Return working space for D dimensions."""
    r = MOST_RANK
    return Space(
        np.empty((r, D)), np.empty((r, D)), np.empty((r, r)), np.empty((r, r)), np.empty((r, r)), np.empty((r, r)),
        np.empty((r, r)), np.empty((r, r)), np.empty((r + 1, r)), np.empty(r), np.empty(r), np.empty(r),
        np.empty((r, r)), np.empty((r, r)),
    )  # fmt: skip


@njit(cache=True, nogil=True)
def invert_lower(A, n, root, back):
    """Write the Cholesky factor of A to `root` and its inverse to `back`; return the smallest pivot, <= 0 if none."""
    least = np.inf
    for i in range(n):
        for j in range(i + 1):
            total = A[i, j]
            for k in range(j):
                total -= root[i, k] * root[j, k]
            if i == j:
                least = min(least, total)
                if total <= 0.0:
                    return total
                root[i, i] = np.sqrt(total)
            else:
                root[i, j] = total / root[j, j]
    for i in range(n):
        back[i, i] = 1.0 / root[i, i]
        for j in range(i):
            total = 0.0
            for k in range(j, i):
                total -= root[i, k] * back[k, j]
            back[i, j] = total / root[i, i]
    return least


@njit(cache=True, nogil=True)
def join_sites(plan, item, tau, nu, first, end, before, V, m, h, factor, back):
    """Multiply the prior by the sites of one person, into `V`, `m` and the shift `h`; return log det V.

    Where that is not proper, which only readings can bring about, the sites with negative precision are emptied.
    """
    D = len(m)
    for attempt in range(3):
        for d in range(D):
            h[d] = 0.0
            for e in range(D):
                V[d, e] = plan.inverse[d, e]
                h[d] += plan.inverse[d, e] * before[e]
        for o in range(first, end):
            i = item[o]
            add_site(plan, i, tau[o], nu[o], V, h)
        if invert_lower(V, D, factor, back) > SMALLEST_PIVOT:
            break
        for o in range(first, end):
            if attempt == 1 or np.min(np.diag(tau[o])) < 0.0:
                tau[o] = 0.0
                nu[o] = 0.0
    log_det = 0.0
    for d in range(D):
        log_det -= 2.0 * np.log(factor[d, d])
        for e in range(d + 1):
            total = 0.0
            for k in range(d, D):
                total += back[k, d] * back[k, e]
            V[d, e] = total
            V[e, d] = total
    for d in range(D):
        m[d] = 0.0
        for e in range(D):
            m[d] += V[d, e] * h[e]
    return log_det


@njit(cache=True, nogil=True, forceinline=True)
def add_site(plan, i, tau, nu, precision, h):
    """Add a site on the projections of thing i to a precision and a shift of the latents."""
    dims, W = plan.dims[i], plan.directions[i]
    for a in range(plan.number[i]):
        for r in range(plan.rank[i]):
            h[dims[a]] += W[r, a] * nu[r]
            row = 0.0
            for q in range(plan.rank[i]):
                row += W[q, a] * tau[q, r]
            for b in range(plan.number[i]):
                precision[dims[a], dims[b]] += row * W[r, b]


@njit(cache=True, nogil=True, forceinline=True)
def look(plan, i, V, m, space):
    """Find the joint Gaussian of the projections of thing i: `centre`, `root`; and how theta follows them.

    `pull`, shape (r, D), is the covariance of the latents with the standard coordinates x.
    """
    r, D, dims, W = plan.rank[i], len(m), plan.dims[i], plan.directions[i]
    C, S, centre = space.project, space.own, space.centre
    for a in range(r):
        centre[a] = 0.0
        for b in range(plan.number[i]):
            centre[a] += W[a, b] * m[dims[b]]
        for d in range(D):
            C[a, d] = 0.0
        for b in range(plan.number[i]):
            if W[a, b] != 0.0:
                for d in range(D):
                    C[a, d] += W[a, b] * V[dims[b], d]
    for a in range(r):
        for c in range(a + 1):
            S[a, c] = 0.0
            for b in range(plan.number[i]):
                S[a, c] += W[c, b] * C[a, dims[b]]
        S[a, a] *= 1.0 + RIDGE
    invert_lower(S, r, space.root, space.back)
    for a in range(r):
        for d in range(D):
            space.pull[a, d] = 0.0
        for b in range(a + 1):
            for d in range(D):
                space.pull[a, d] += space.back[a, b] * C[b, d]
    for j in range(plan.statements[i]):
        for a in range(r):
            space.steep[j, a] = 0.0
            for b in range(a, r):
                space.steep[j, a] += plan.slopes[i, j, b] * space.root[b, a]


@njit(cache=True, nogil=True, forceinline=True)
def take_out(r, tau, nu, space):
    """Write the old site in terms of x; return whether what is left without it is proper."""
    rest, linear, square, root, centre = space.own, space.linear, space.square, space.root, space.centre
    for a in range(r):
        linear[a] = 0.0
        for b in range(r):
            square[a, b] = 0.0
    for k in range(r):
        shift = nu[k]
        for j in range(r):
            shift -= tau[k, j] * centre[j]
            for a in range(k + 1):
                for b in range(j + 1):
                    square[a, b] += root[k, a] * tau[k, j] * root[j, b]
        for a in range(k + 1):
            linear[a] += root[k, a] * shift
    for a in range(r):
        for b in range(r):
            rest[a, b] = (1.0 if a == b else 0.0) - square[a, b]
    return invert_lower(rest, r, space.factor, space.ends) > SMALLEST_REST


@njit(cache=True, nogil=True, forceinline=True)
def change_site(r, tau, nu, V, m, space):
    """Put in the site that gives x the mean and variance that are asked for; update `V` and `m`.

    Returns the log of what the new site and the joint Gaussian lack of the integral, and log det of the variance.
    """
    D, pull, back = len(m), space.pull, space.back
    mean, variance, linear, square, centre = space.mean, space.variance, space.linear, space.square, space.centre
    sharp, ends, fresh = space.sharp, space.ends, space.own[0]
    invert_lower(variance, r, space.factor, ends)
    log_det, length = 0.0, 0.0
    for a in range(r):
        log_det += 2.0 * np.log(space.factor[a, a])
        for b in range(r):
            sharp[a, b] = 0.0
            for k in range(max(a, b), r):
                sharp[a, b] += ends[k, a] * ends[k, b]
    for a in range(r):
        fresh[a] = linear[a]
        for b in range(r):
            fresh[a] += sharp[a, b] * mean[b]
            length += mean[a] * sharp[a, b] * mean[b]
            square[a, b] += sharp[a, b] - (1.0 if a == b else 0.0)
    # from x = back (u - centre) to u
    for a in range(r):
        for b in range(r):
            tau[a, b] = 0.0
            for k in range(a, r):
                for j in range(b, r):
                    tau[a, b] += back[k, a] * square[k, j] * back[j, b]
    constant = 0.0
    for a in range(r):
        new = 0.0
        for k in range(a, r):
            new += back[k, a] * fresh[k]
        for b in range(r):
            new += tau[a, b] * centre[b]
        nu[a] = new
    for a in range(r):
        constant += nu[a] * centre[a]
        for b in range(r):
            constant -= 0.5 * centre[a] * tau[a, b] * centre[b]
    for a in range(r):
        for d in range(D):
            m[d] += pull[a, d] * mean[a]
        reach = space.project[a]
        for d in range(D):
            reach[d] = pull[a, d]
        for b in range(r):
            for d in range(D):
                reach[d] -= variance[a, b] * pull[b, d]
        for d in range(D):
            for e in range(D):
                V[d, e] -= reach[d] * pull[a, e]
    return -constant - 0.5 * (log_det + length), log_det


@njit(cache=True, nogil=True, forceinline=True)
def join_evidence(plan, item, nu, first, end, before, m, log_det):
    """Return the log of the integral of prior times sites, given the mean m and the log determinant of the result."""
    total = 0.5 * (log_det - plan.log_det)
    for d in range(len(m)):
        for e in range(len(m)):
            total += 0.5 * before[d] * plan.inverse[d, e] * (m[e] - before[e])
    for o in range(first, end):
        i = item[o]
        for r in range(plan.rank[i]):
            at = 0.0
            for b in range(plan.number[i]):
                at += plan.directions[i, r, b] * m[plan.dims[i, b]]
            total += 0.5 * nu[o, r] * at
    return total
