"""Where a calibration begins: slopes from the agreement of each item with the rest, intercepts from the proportions."""

# ruff: noqa: ANN001, ANN201 - numba infers the types of compiled functions; their shapes stand in the docstrings

# ruff: noqa: N806 - K categories, Q nodes: mathematics keeps its letters
# mypy: allow-untyped-defs, allow-untyped-calls, disable-error-code="no-any-return,type-arg"

from collections.abc import Sequence
from typing import Final

import numpy as np
import numpy.typing as npt
from numba import njit

from poise.measurement.grid.gridem import Prepared
from poise.measurement.grid.mstep import GRADED
from poise.measurement.models import FloatArray, IntArray

LEAST_SLOPE: Final = 0.3
MOST_SLOPE: Final = 2.5
LOGISTIC_VARIANCE: Final = 2.89
"""Variance of the normal distribution that lies closest to the standard logistic one."""
SMOOTHING: Final = 0.1


@njit(cache=True, nogil=True)
def add_moments(codes, starts, weight, stride, categories, frequency, moments):
    """Add how often each row was chosen, and for each item the moments of its score and the mean score of the rest.

    `moments`, shape (I, 6): weight, score, rest, score squared, rest squared, their product.
    """
    for p in range(len(starts) - 1):
        number = starts[p + 1] - starts[p]
        total = 0.0
        for r in range(starts[p], starts[p + 1]):
            i = codes[r] // stride
            total += (codes[r] - i * stride) / (categories[i] - 1)
            frequency[codes[r]] += weight[p]
        if number > 1:
            for r in range(starts[p], starts[p + 1]):
                i = codes[r] // stride
                x = (codes[r] - i * stride) / (categories[i] - 1)
                y = (total - x) / (number - 1)
                own = moments[i]
                own[0] += weight[p]
                own[1] += weight[p] * x
                own[2] += weight[p] * y
                own[3] += weight[p] * x * x
                own[4] += weight[p] * y * y
                own[5] += weight[p] * x * y


def guess_items(
    chunks: Sequence[Prepared], model: npt.NDArray[np.int8], categories: IntArray, stride: int
) -> tuple[FloatArray, FloatArray]:
    """Return first guesses of slopes and intercepts, padded with nan, and counts of answers; both (I, Kmax)."""
    frequency, moments = np.zeros(len(categories) * stride), np.zeros((len(categories), 6))
    for chunk in chunks:
        add_moments(chunk.codes, chunk.starts, chunk.weight, stride, categories, frequency, moments)
    _, x, y, xx, yy, xy = (moments / np.maximum(moments[:, :1], 1e-12)).T
    spread = np.sqrt(np.maximum((xx - x * x) * (yy - y * y), 1e-12))
    r = np.where(moments[:, 0] > 0, (xy - x * y) / spread, 0.5)
    sign = np.where(r < 0, -1.0, 1.0)
    r = np.clip(np.abs(r), 0.05, 0.9)
    slopes = sign * np.clip(1.7 * r / np.sqrt(1.0 - r * r), LEAST_SLOPE, MOST_SLOPE)
    items = np.full((len(categories), stride), np.nan)
    for i, K in enumerate(categories):
        share = frequency[i * stride : i * stride + K] + SMOOTHING
        share = share / share.sum()
        if model[i] == GRADED:
            above = 1.0 - np.cumsum(share)[:-1]
            items[i, 0] = slopes[i]
            items[i, 1:K] = np.log(above / (1.0 - above)) * np.sqrt(1.0 + slopes[i] ** 2 / LOGISTIC_VARIANCE)
        else:
            items[i, 0] = slopes[i] * 2.0 / K
            items[i, 1:K] = np.log(share[1:] / share[0])
    return items, frequency.reshape(len(categories), stride)
