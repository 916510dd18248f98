"""Compiled sums for the observed information: how far each person's complete-data score may vary."""

# ruff: noqa: ANN001, ANN201 - numba infers the types of compiled functions; their shapes stand in the docstrings
# ruff: noqa: PLR0913, PLR0917 - a compiled loop takes its arrays one by one and is not cut up
# ruff: noqa: N806 - K categories, Q nodes, A a matrix: mathematics keeps its letters
# mypy: allow-untyped-defs, allow-untyped-calls, disable-error-code="no-any-return,type-arg"

from typing import Final

import numpy as np
from numba import njit

from poise.measurement.grid.mstep import GRADED, evaluate_item, find_chances

TOGETHER: Final = 64
"""Persons with the same items whose scores are multiplied in one go."""
NEGLIGIBLE: Final = 1e-7
DIFFERENCE: Final = 1e-5


@njit(cache=True, nogil=True)
def fill_scores(curves, nodes, table):
    """Write derivatives of log probabilities by (slope, d_1, ...), shape (I * stride, Q, stride)."""
    stride = curves.intercepts.shape[1] + 1
    above, below, chance = np.empty(stride), np.empty(stride), np.empty(stride)
    for i in range(len(curves.slopes)):
        K = curves.categories[i]
        for q in range(len(nodes)):
            find_chances(curves.model[i], curves.slopes[i] * nodes[q], curves.intercepts[i], K, above, below, chance)
            mean = 0.0
            for k in range(K):
                mean += k * chance[k]
            for k in range(K):
                row = table[i * stride + k, q]
                row[:] = 0.0
                if curves.model[i] == GRADED:
                    if k > 0:
                        row[k] = above[k - 1] * below[k - 1] / chance[k]
                        row[0] += nodes[q] * row[k]
                    if k < K - 1:
                        row[k + 1] = -above[k] * below[k] / chance[k]
                        row[0] += nodes[q] * row[k + 1]
                else:
                    row[0] = nodes[q] * (k - mean)
                    for j in range(1, K):
                        row[j] = (1.0 if j == k else 0.0) - chance[j]


@njit(cache=True, nogil=True)
def fill_complete(curves, nodes, counts, prior, blocks):
    """Write the complete-data information of each item, shape (I, stride, stride), by differences of gradients."""
    stride = curves.intercepts.shape[1] + 1
    up, down, rest = np.empty(stride), np.empty(stride), np.empty((stride, stride))
    for i in range(len(curves.slopes)):
        K = curves.categories[i]
        own = counts[i * stride : i * stride + K]
        point = np.empty(K)
        point[0] = curves.slopes[i]
        point[1:] = curves.intercepts[i, : K - 1]
        for n in range(K):
            kept = point[n]
            point[n] = kept + DIFFERENCE
            evaluate_item(curves.model[i], point[0], point[1:], K, nodes, own, prior, up, rest)
            point[n] = kept - DIFFERENCE
            evaluate_item(curves.model[i], point[0], point[1:], K, nodes, own, prior, down, rest)
            point[n] = kept
            for m in range(K):
                blocks[i, n, m] = -(up[m] - down[m]) / (2.0 * DIFFERENCE)


@njit(cache=True, nogil=True)
def find_posterior(table, log_prior, codes, first, last, post):
    """Write the posterior of one person on the nodes."""
    post[:] = log_prior
    for r in range(first, last):
        post += table[codes[r]]
    post -= post.max()
    total = 0.0
    for q in range(len(post)):
        post[q] = np.exp(post[q])
        total += post[q]
    post /= total


@njit(cache=True, nogil=True)
def matters(j, k, compact):
    """Say whether parameter j of an item moves the chance of category k; all count unless `compact`."""
    return not compact or j in (0, k, k + 1)


@njit(cache=True, nogil=True)
def list_columns(codes, first, last, stride, place, latent_place, compact, columns, entries):
    """Write the places of a person's free parameters, and which score each is; return how many there are.

    `entries` holds the row of `scores` times `stride` plus the column, or -1 and -2 for mean and sd of the group.
    """
    n = 0
    for r in range(first, last):
        i = codes[r] // stride
        k = codes[r] - i * stride
        for j in range(stride):
            if place[i, j] >= 0 and matters(j, k, compact):
                columns[n] = place[i, j]
                entries[n] = codes[r] * stride + j
                n += 1
    for j in range(2):
        if latent_place[j] >= 0:
            columns[n] = latent_place[j]
            entries[n] = -1 - j
            n += 1
    return n


@njit(cache=True, nogil=True)
def write_deviations(entries, n, stride, scores, latent_scores, post, weight, rows):
    """Write the person's score at each node less its mean, times the root of the node's weight; return rows used."""
    mean = np.zeros(n, np.float32)
    used = 0
    for q in range(len(post)):
        if post[q] > NEGLIGIBLE:
            row, share = rows[used], np.float32(post[q])
            for c in range(n):
                e = entries[c]
                row[c] = scores[e // stride, q, e % stride] if e >= 0 else latent_scores[q, -1 - e]
                mean[c] += share * row[c]
            used += 1
    used = 0
    for q in range(len(post)):
        if post[q] > NEGLIGIBLE:
            row, root = rows[used], np.float32(np.sqrt(weight * post[q]))
            for c in range(n):
                row[c] = root * (row[c] - mean[c])
            used += 1
    return used


@njit(cache=True, nogil=True)
def add_product(rows, used, columns, n, result):
    """Add the lower half of ``rows' rows`` to the places given by `columns`."""
    own = np.ascontiguousarray(rows[:used, :n])
    product = np.dot(own.T, own)
    for a in range(n):
        target = result[columns[a]]
        for b in range(a + 1):
            target[columns[b]] += product[a, b]


@njit(cache=True, nogil=True)
def add_missing(
    codes, starts, weight, group, stride, table, log_prior, scores, latent_scores, place, latent_place, compact, result
):
    """Add the posterior covariance of each person's complete-data score to `result`, shape (n, n).

    Each pair of parameters is added on one side of the diagonal only.

    Parameters
    ----------
    codes, starts, weight, group : arrays
        As in `gridsweep.sweep`.
    table, log_prior : arrays
        Curves (rows, Q) and densities (G, Q) on the nodes.
    scores : array of float32, shape (rows, Q, stride)
        From `fill_scores`.
    latent_scores : array of float32, shape (G, Q, 2)
        Derivatives of the log density by mean and by log sd.
    place : array of int64, shape (I, stride)
        Where each parameter stands in the vector of free ones, or -1.
    latent_place : array of int64, shape (G, 2)
    compact : bool
        Whether only parameters that move the chance of the chosen category are looked at: right for graded items, and
        quicker where persons answer few of the items.
    result : array, shape (n, n)
    """
    Q = table.shape[1]
    most = 1
    for p in range(len(starts) - 1):
        most = max(most, starts[p + 1] - starts[p])
    width = most * stride + 2
    rows = np.empty((TOGETHER * Q, width), np.float32)
    columns, mine, entries = np.empty(width, np.int64), np.empty(width, np.int64), np.empty(width, np.int64)
    post = np.empty(Q)
    used, n, persons = 0, 0, 0
    for p in range(len(starts) - 1):
        first, last, g = starts[p], starts[p + 1], group[p]
        if first == last or weight[p] == 0.0:
            continue
        count = list_columns(codes, first, last, stride, place, latent_place[g], compact, mine, entries)
        same = count == n and np.all(mine[:count] == columns[:count])
        if used and (not same or persons == TOGETHER):
            add_product(rows, used, columns, n, result)
            used, persons = 0, 0
        n = count
        columns[:n] = mine[:n]
        find_posterior(table, log_prior[g], codes, first, last, post)
        used += write_deviations(entries, n, stride, scores, latent_scores[g], post, weight[p], rows[used:])
        persons += 1
    if used:
        add_product(rows, used, columns, n, result)
