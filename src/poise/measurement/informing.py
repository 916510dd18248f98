"""How much an answer is expected to tell about what it depends on: Fisher information, from all possible answers."""

from collections.abc import Sequence

import numpy as np

from poise.measurement.models import FloatArray, graded_probabilities, ranking_log_probability


def graded_information(eta: FloatArray, intercepts: FloatArray) -> FloatArray:
    """Return the expected Fisher information about the predictor of graded items.

    Parameters
    ----------
    eta : array, shape (...)
        Linear predictors, in logits.
    intercepts : array, shape (..., K-1)
        Strictly decreasing along the last axis.

    Returns
    -------
    array, shape (...)
        ``sum_k P_k (1 - S_k - S_{k+1})^2`` with ``S_k = P(X >= k)``; never negative.

    References
    ----------
    Samejima, F. (1969). Estimation of latent ability using a response pattern of graded scores.
    """
    probabilities = graded_probabilities(eta, intercepts)
    ends = np.ones((*probabilities.shape[:-1], 1))
    above = np.cumsum(probabilities[..., ::-1], axis=-1)[..., -2::-1]
    slope = 1.0 - np.concatenate([ends, above], axis=-1) - np.concatenate([above, 0.0 * ends], axis=-1)
    information: FloatArray = np.sum(probabilities * slope**2, axis=-1)
    return information


def ranking_gradient(utilities: FloatArray, order: tuple[int, ...]) -> FloatArray:
    """Return the gradient of the Plackett-Luce log probability of one order with respect to the utilities.

    Parameters
    ----------
    utilities : array, shape (..., m)
        Of the m statements, in logits.
    order : tuple of int
        The statements from the one put first to the one put last.

    Returns
    -------
    array, shape (..., m)
        Sums to zero along the last axis.
    """
    ordered = utilities[..., list(order)]
    gradient = np.zeros_like(ordered)
    for j in range(len(order) - 1):
        rest = ordered[..., j:] - np.max(ordered[..., j:], axis=-1, keepdims=True)
        share = np.exp(rest)
        share /= np.sum(share, axis=-1, keepdims=True)
        gradient[..., order[j]] += 1.0
        gradient[..., list(order[j:])] -= share
    return gradient


def ranking_information(utilities: FloatArray, orders: Sequence[tuple[int, ...]]) -> FloatArray:
    """Return the expected Fisher information about the utilities of blocks.

    Parameters
    ----------
    utilities : array, shape (n, m)
        Utilities of the m statements of n blocks, in logits.
    orders : sequence of tuple of int
        All orders of m statements.

    Returns
    -------
    array, shape (n, m, m)
        ``sum_order P(order) g g'`` with g the gradient of the log probability; positive semidefinite and zero along
        the direction in which all utilities move together.
    """
    n, m = utilities.shape
    information = np.zeros((n, m, m))
    for order in orders:
        chance = np.exp(ranking_log_probability(utilities[:, list(order)].T))
        gradient = ranking_gradient(utilities, order)
        information += chance[:, None, None] * gradient[:, :, None] * gradient[:, None, :]
    return information
