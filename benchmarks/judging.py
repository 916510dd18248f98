"""One judge for the estimates of every engine: errors against the truth, and the log-likelihood on a fine grid."""

import numpy as np
from cases import Drawn, FloatArray

NODES = 601
"""From -6 to 6: a thirtieth or less of the distance at which a grid becomes too coarse."""
PERSONS = 500
LEAST = 1e-300


def rmse(found: FloatArray, true: FloatArray) -> float:
    """Return the root mean squared difference."""
    return float(np.sqrt(np.mean((found - true) ** 2)))


def find_log_likelihood(drawn: Drawn, slopes: FloatArray, thresholds: FloatArray) -> float:
    """Return the marginal log-likelihood of graded items under a standard normal latent, plainly.

    Parameters
    ----------
    drawn : Drawn
        Everybody answered the same number of items.
    slopes : array, shape (I,)
    thresholds : array, shape (I, K - 1)
    """
    theta = np.linspace(-6.0, 6.0, NODES)
    prior = -0.5 * theta**2
    prior -= np.log(np.exp(prior).sum())
    above = 1.0 / (1.0 + np.exp(-slopes[:, None, None] * (theta - thresholds[:, :, None])))
    edge = np.ones((len(slopes), 1, NODES))
    chance = np.concatenate([edge, above], axis=1) - np.concatenate([above, 0.0 * edge], axis=1)
    logs = np.log(np.maximum(chance, LEAST))
    table, total = drawn.table, 0.0
    items, categories = (array.reshape(table.size, -1) for array in (table.item, table.category))
    for first in range(0, table.size, PERSONS):
        part = slice(first, first + PERSONS)
        sums = np.tile(prior, (len(items[part]), 1))
        for item, category in zip(items[part].T, categories[part].T, strict=True):
            sums += logs[item, category]
        top = sums.max(axis=1, keepdims=True)
        total += float((top[:, 0] + np.log(np.exp(sums - top).sum(axis=1))).sum())
    return total
