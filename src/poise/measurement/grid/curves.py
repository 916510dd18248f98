"""Compiled category curves of items on a grid of their projection, and the step that fits them to expected counts.

Graded response: ``P(X >= k) = logistic(eta + d_k)``. Generalized partial credit: ``P(X = k)`` proportional to
``exp(k eta + d_k)`` with ``d_0 = 0``. In both ``eta = a . theta`` and d has K-1 free entries.
"""

# ruff: noqa: ANN001, ANN201 - numba infers the types of compiled functions; their shapes stand in the docstrings
# ruff: noqa: C901, PLR0912, PLR0913, PLR0917 - a compiled loop takes its arrays one by one and is not cut up
# ruff: noqa: N803, N806 - K categories, Q nodes, D dimensions, V a covariance: mathematics keeps its letters
# mypy: allow-untyped-defs, allow-untyped-calls

from typing import Final

import numpy as np
from numba import njit

GRADED: Final = 0
PARTIAL: Final = 1
LEAST_GAP: Final = 1e-4
"""Least distance between neighbouring intercepts of a graded item, in logits."""
MOST_HALVINGS: Final = 12
LEAST_COUNT: Final = 1e-14
LEAST_PIVOT: Final = 1e-12
SHORT_STEP: Final = 1e-7
LONGEST_STEP: Final = 1.0
"""Longest step of any parameter in one Newton step, in its own units."""


@njit(cache=True, nogil=True)
def softplus(x):
    """Return ``log(1 + exp(x))``."""
    return max(x, 0.0) + np.log1p(np.exp(-abs(x)))


@njit(cache=True, nogil=True)
def log_curves(model, eta, d, K, out):
    """Write the K log probabilities at one predictor to `out`."""
    if model == GRADED:
        for k in range(K):
            value = 0.0
            if k > 0:
                value -= softplus(-(eta + d[k - 1]))
            if k < K - 1:
                value -= softplus(eta + d[k])
            if 0 < k < K - 1:
                value += np.log(-np.expm1(d[k] - d[k - 1]))
            out[k] = value
        return
    top = 0.0
    for k in range(K):
        out[k] = k * eta + (d[k - 1] if k > 0 else 0.0)
        top = max(top, out[k])
    total = 0.0
    for k in range(K):
        total += np.exp(out[k] - top)
    total = top + np.log(total)
    for k in range(K):
        out[k] -= total


@njit(cache=True, nogil=True)
def slopes_of_curves(model, eta, d, K, chance, by_eta, by_d):
    """Write probabilities, shape (K,), and derivatives of their logs by eta, (K,), and by d, (K, K-1)."""
    if model == GRADED:
        for k in range(K):
            above = 1.0 / (1.0 + np.exp(-(eta + d[k - 1]))) if k > 0 else 1.0
            below = 1.0 / (1.0 + np.exp(eta + d[k])) if k < K - 1 else 1.0
            width = -np.expm1(d[k] - d[k - 1]) if 0 < k < K - 1 else 1.0
            chance[k] = above * below * width
            # d log P / d eta = 1 - S_k - S_{k+1}; S_k (1 - S_k) / P_k and its neighbour without cancellation
            by_eta[k] = below - above
            for j in range(K - 1):
                by_d[k, j] = 0.0
            if k > 0:
                by_d[k, k - 1] = (1.0 - above) / (below * width)
            if k < K - 1:
                by_d[k, k] = -(1.0 - below) / (above * width)
        return
    log_curves(model, eta, d, K, chance)
    mean = 0.0
    for k in range(K):
        chance[k] = np.exp(chance[k])
        mean += k * chance[k]
    for k in range(K):
        by_eta[k] = k - mean
        for j in range(K - 1):
            by_d[k, j] = (1.0 if k == j + 1 else 0.0) - chance[j + 1]


@njit(cache=True, nogil=True)
def fill_table(model, scale, d, categories, nodes, stride, table):
    """Write log probabilities of all items to `table`, shape (I * stride, Q), float32."""
    own = np.empty(stride)
    for i in range(len(categories)):
        for q in range(len(nodes)):
            log_curves(model, scale[i] * nodes[q], d[i], categories[i], own)
            for k in range(categories[i]):
                table[i * stride + k, q] = own[k]


@njit(cache=True, nogil=True)
def fill_derivatives(model, scale, d, categories, nodes, stride, by_eta_table, by_d_table):
    """Write derivatives of log probabilities: shapes (I * stride, Q) and (I * stride, K-1, Q), float32."""
    chance, by_eta, by_d = np.empty(stride), np.empty(stride), np.empty((stride, stride))
    for i in range(len(categories)):
        for q in range(len(nodes)):
            slopes_of_curves(model, scale[i] * nodes[q], d[i], categories[i], chance, by_eta, by_d)
            for k in range(categories[i]):
                by_eta_table[i * stride + k, q] = by_eta[k]
                for j in range(categories[i] - 1):
                    by_d_table[i * stride + k, j, q] = by_d[k, j]


@njit(cache=True, nogil=True)
def most_information(model, scale, d, categories, nodes, site, result):
    """Add the expected information of each site at each node to `result`, shape (S, Q)."""
    most = d.shape[1] + 1
    chance, by_eta, by_d = np.empty(most), np.empty(most), np.empty((most, most))
    for i in range(len(categories)):
        for q in range(len(nodes)):
            slopes_of_curves(model, scale[i] * nodes[q], d[i], categories[i], chance, by_eta, by_d)
            for k in range(categories[i]):
                result[site[i], q] += chance[k] * (scale[i] * by_eta[k]) ** 2


@njit(cache=True, nogil=True)
def solve_small(A, b, n):
    """Solve ``A x = b`` in place of b for a positive definite A given by its lower triangle, which is destroyed."""
    for j in range(n):
        for k in range(j):
            f = A[j, k] * A[k, k]
            for i in range(j, n):
                A[i, j] -= A[i, k] * f
        A[j, j] = max(A[j, j], LEAST_PIVOT)
        for i in range(j + 1, n):
            A[i, j] /= A[j, j]
    for i in range(n):
        for k in range(i):
            b[i] -= A[i, k] * b[k]
    for i in range(n):
        b[i] /= A[i, i]
    for i in range(n - 1, -1, -1):
        for k in range(i + 1, n):
            b[i] -= A[k, i] * b[k]


@njit(cache=True, nogil=True)
def accumulate(model, scale, d, K, nodes, counts, first, second, J, gradient, information):
    """Add gradient and expected information of one item's loadings (J of them) and intercepts.

    `first`, shape (K, J, Q), holds counts times the latents given u; `second`, (J, J, Q), products of two latents.
    """
    n = J + K - 1
    chance, by_eta, by_d = np.empty(K), np.empty(K), np.empty((K, K))
    for q in range(len(nodes)):
        total = 0.0
        for k in range(K):
            total += counts[k, q]
        if total < LEAST_COUNT:
            continue
        slopes_of_curves(model, scale * nodes[q], d, K, chance, by_eta, by_d)
        eta_eta = 0.0
        for k in range(K):
            eta_eta += chance[k] * by_eta[k] * by_eta[k]
            for i in range(J):
                gradient[i] += first[k, i, q] * by_eta[k]
            for j in range(K - 1):
                gradient[J + j] += counts[k, q] * by_d[k, j]
        for j in range(K - 1):
            eta_d = 0.0
            for k in range(K):
                eta_d += chance[k] * by_eta[k] * by_d[k, j]
            for i in range(J):
                latent = 0.0
                for k in range(K):
                    latent += first[k, i, q]
                information[J + j, i] += latent * eta_d
            for h in range(j + 1):
                d_d = 0.0
                for k in range(K):
                    d_d += chance[k] * by_d[k, j] * by_d[k, h]
                information[J + j, J + h] += total * d_d
        for i in range(J):
            for h in range(i + 1):
                information[i, h] += second[i, h, q] * eta_eta
    return n


@njit(cache=True, nogil=True)
def step_item(model, a, d, K, gradient, information, slope_precision, intercept_precision):
    """Take one Newton step on loadings `a` and intercepts `d` in place; return the size of the gradient step."""
    J = len(a)
    n = J + K - 1
    for i in range(J):
        gradient[i] -= slope_precision * a[i]
        information[i, i] += slope_precision
    for j in range(K - 1):
        gradient[J + j] -= intercept_precision * d[j]
        information[J + j, J + j] += intercept_precision
    solve_small(information, gradient, n)
    longest = 0.0
    for i in range(n):
        longest = max(longest, abs(gradient[i]))
    size = min(1.0, LONGEST_STEP / longest) if longest > 0.0 else 1.0
    for _ in range(MOST_HALVINGS):
        proper = True
        if model == GRADED:
            for j in range(K - 2):
                gap = d[j] + size * gradient[J + j] - d[j + 1] - size * gradient[J + j + 1]
                proper = proper and gap > LEAST_GAP
        if proper:
            for i in range(J):
                a[i] += size * gradient[i]
            for j in range(K - 1):
                d[j] += size * gradient[J + j]
            return longest
        size /= 2.0
    return longest


@njit(cache=True, nogil=True)
def fit_simple_items(
    model,
    a,
    d,
    categories,
    chosen,
    nodes,
    stride,
    counts,
    slope_precision,
    intercept_precision,
    steps,
):
    """Fit all chosen items that load on one dimension to their counts, in place: a few Newton steps each."""
    Q = len(nodes)
    first, second = np.empty((stride, 1, Q)), np.empty((1, 1, Q))
    gradient, information = np.empty(stride), np.empty((stride, stride))
    for i in range(len(categories)):
        if not chosen[i]:
            continue
        K, own = categories[i], counts[i * stride : (i + 1) * stride]
        for q in range(Q):
            second[0, 0, q] = 0.0
            for k in range(K):
                first[k, 0, q] = own[k, q] * nodes[q]
                second[0, 0, q] += own[k, q] * nodes[q] ** 2
        for _ in range(steps):
            gradient[:] = 0.0
            information[:] = 0.0
            accumulate(model, a[i], d[i], K, nodes, own, first, second, 1, gradient, information)
            if (
                step_item(model, a[i : i + 1], d[i], K, gradient, information, slope_precision, intercept_precision)
                < SHORT_STEP
            ):
                break


@njit(cache=True, nogil=True)
def fit_several(
    model,
    a,
    size,
    d,
    K,
    nodes,
    counts,
    first,
    second,
    slope_precision,
    intercept_precision,
):
    """Take one Newton step, in place, for an item with loadings `a` on several dimensions."""
    n = len(a) + K - 1
    gradient, information = np.zeros(n), np.zeros((n, n))
    accumulate(model, size, d, K, nodes, counts, first, second, len(a), gradient, information)
    step_item(model, a, d, K, gradient, information, slope_precision, intercept_precision)
