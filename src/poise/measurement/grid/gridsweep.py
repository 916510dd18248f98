"""Compiled sweep over persons on a grid of one latent: posterior of each, expected counts of all.

Most of a posterior lies on a few nodes, so a person keeps a window of nodes from one sweep to the next. Where more than
EDGE of the peak lies at an end of the window the person is done again on the whole grid, and the window moves.
"""

# ruff: noqa: ANN001, ANN201 - numba infers the types of compiled functions; their shapes stand in the docstrings
# ruff: noqa: PLR0913, PLR0917 - a compiled loop takes its arrays one by one and is not cut up
# ruff: noqa: N806 - K categories, Q nodes: mathematics keeps its letters
# mypy: allow-untyped-defs, allow-untyped-calls, disable-error-code="no-any-return,type-arg"

from typing import Final

import numpy as np
from numba import njit

_FAST: Final = {"reassoc", "nsz", "contract", "arcp", "nnan"}
LANES: Final = 16
"""Grids and windows are multiples of this many nodes, so that whole vectors are added."""
EDGE: Final = 1e-7
MARGIN: Final = 1e-8
"""What a new window leaves outside, relative to the peak; smaller than EDGE, so that it may move a little."""
FLUSH: Final = 512
"""Persons whose counts are added in single precision before they go to double precision."""
_F1, _HALF, _LOWEST, _LOG2E = np.float32(1.0), np.float32(0.5), np.float32(-80.0), np.float32(1.4426950408889634)
# Taylor coefficients of 2^f, largest error 2e-7 for |f| <= 1/2.
_C1, _C2, _C3 = np.float32(0.6931471805599453), np.float32(0.2402265069591007), np.float32(0.05550410866482158)
_C4, _C5, _C6 = np.float32(0.009618129107628477), np.float32(0.0013333558146428443), np.float32(0.00015403530393381608)
_BIAS, _SHIFT = np.int32(127), np.int32(23)


@njit(cache=True, nogil=True, fastmath=_FAST)
def exponentiate(values, top, result, bits, powers, n):
    """Write ``exp(values - top)``; in vectors where the values are of single precision. Return the sum."""
    total = 0.0
    if values.itemsize == 8:  # noqa: PLR2004  bytes of double precision
        for q in range(n):
            result[q] = np.exp(values[q] - top)
            total += result[q]
        return total
    for q in range(n):
        t = max(np.float32(values[q] - top), _LOWEST) * _LOG2E
        whole = np.int32(t - _HALF)
        f = t - np.float32(whole)
        result[q] = _F1 + f * (_C1 + f * (_C2 + f * (_C3 + f * (_C4 + f * (_C5 + f * _C6)))))
        bits[q] = (whole + _BIAS) << _SHIFT
    for q in range(n):
        result[q] *= powers[q]
    sum32 = np.float32(0.0)
    for q in range(n):
        sum32 += np.float32(result[q])
    return np.float64(sum32)


@njit(cache=True, nogil=True, fastmath=_FAST)
def add_log_likelihood(table, codes, first, last, low, width, acc):
    """Add the curves of a person's responses to `acc` over a window of nodes."""
    r = first
    while r + 4 <= last:
        a = table[codes[r], low : low + width]
        b = table[codes[r + 1], low : low + width]
        c = table[codes[r + 2], low : low + width]
        d = table[codes[r + 3], low : low + width]
        for q in range(width):
            acc[q] += (a[q] + b[q]) + (c[q] + d[q])
        r += 4
    while r < last:
        a = table[codes[r], low : low + width]
        for q in range(width):
            acc[q] += a[q]
        r += 1


@njit(cache=True, nogil=True, fastmath=_FAST)
def weigh_nodes(table, log_prior, codes, first, last, low, width, acc, post, bits, powers):
    """Write relative posterior weights of a window, the largest one; return their sum and the logarithm of the peak."""
    for q in range(width):
        acc[q] = log_prior[low + q]
    add_log_likelihood(table, codes, first, last, low, width, acc)
    top = acc[0]
    for q in range(1, width):
        top = max(top, acc[q])
    return exponentiate(acc, top, post, bits, powers, width), top


@njit(cache=True, nogil=True)
def place_window(post, nodes):
    """Return first node and width of the window around all weights above MARGIN."""
    low, high = 0, nodes - 1
    while low < nodes - 1 and post[low] < MARGIN:
        low += 1
    while high > low and post[high] < MARGIN:
        high -= 1
    width = min(((high - low + 1 + LANES - 1) // LANES) * LANES, nodes)
    return min(max((low + high + 1 - width) // 2, 0), nodes - width), width


@njit(cache=True, nogil=True)
def sweep(codes, starts, weight, group, table, log_prior, window, counts, node_counts):
    """Add expected counts of all persons and return their log-likelihood.

    Parameters
    ----------
    codes : array of int32, shape (R,)
        The row of each response in `table`.
    starts : array of int64, shape (P + 1,)
    weight : array, shape (P,)
    group : array of int16, shape (P,)
    table : array of float32 or float64, shape (rows, Q)
        Log probabilities; Q is a multiple of LANES.
    log_prior : array of the same type, shape (G, Q)
    window : array of int16, shape (P, 2)
        First node and width of each person's window, changed in place; a width of zero means the whole grid.
    counts : array of float64, shape (rows, Q)
        Expected responses by node, added to.
    node_counts : array of float64, shape (G, Q)
        Expected persons by node, added to.
    """
    Q = table.shape[1]
    acc, post = np.empty(Q, table.dtype), np.empty(Q, table.dtype)
    bits = np.zeros(Q, np.int32)
    powers = bits.view(np.float32)
    block, node_block = np.zeros(table.shape, table.dtype), np.zeros(log_prior.shape, table.dtype)
    log_likelihood, waiting = 0.0, 0
    for p in range(len(starts) - 1):
        first, last, g = starts[p], starts[p + 1], group[p]
        if first == last or weight[p] == 0.0:
            continue
        low, width = window[p, 0], window[p, 1]
        whole = width == 0
        if not whole:
            total, top = weigh_nodes(table, log_prior[g], codes, first, last, low, width, acc, post, bits, powers)
            whole = (low > 0 and post[0] > EDGE) or (low + width < Q and post[width - 1] > EDGE)
        if whole:
            low, width = 0, Q
            total, top = weigh_nodes(table, log_prior[g], codes, first, last, 0, Q, acc, post, bits, powers)
            window[p] = place_window(post, Q)
        log_likelihood += weight[p] * (np.log(total) + top)
        add_counts(block, node_block[g], codes, first, last, low, width, post, weight[p] / total)
        waiting += 1
        if waiting == FLUSH:
            flush(block, counts)
            flush(node_block, node_counts)
            waiting = 0
    flush(block, counts)
    flush(node_block, node_counts)
    return log_likelihood


@njit(cache=True, nogil=True, fastmath=_FAST)
def add_counts(block, node_block, codes, first, last, low, width, post, scale):
    """Add a person's posterior, made to sum to the person's weight, to the rows of the person's responses."""
    for q in range(width):
        post[q] *= scale
        node_block[low + q] += post[q]
    for r in range(first, last):
        row = block[codes[r], low : low + width]
        for q in range(width):
            row[q] += post[q]


@njit(cache=True, nogil=True)
def flush(block, counts):
    """Move counts from single to double precision."""
    for r in range(block.shape[0]):
        for q in range(block.shape[1]):
            counts[r, q] += block[r, q]
            block[r, q] = 0.0
