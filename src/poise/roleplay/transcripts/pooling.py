"""What is seen of one quality speaks, a little, of those that go with it: ratings pooled over a stored correlation.

Each quality is a standard normal latent, cut so that its five parts have the prior's chances; the latents correlate as
stored. The likelihood of a rating is constant on its part. The posterior is found by expectation propagation: one
normal site a quality, whose moments under a piecewise constant likelihood are exact.
"""

import numpy as np
from numpy.typing import NDArray
from scipy.special import ndtr, ndtri

FloatArray = NDArray[np.float64]
MOST_SWEEPS = 30
CLOSE = 1e-8
HALF = 0.5
SMALLEST_VARIANCE = 1e-6


def pool(log_likelihood: FloatArray, prior: FloatArray, correlations: FloatArray) -> FloatArray:
    """Return the chances of the five ratings of each quality given all, shape (12, 5)."""
    cuts = ndtri(np.clip(np.cumsum(prior, axis=1)[:, :-1], 1e-9, 1 - 1e-9))
    edges = np.hstack([np.full((len(cuts), 1), -np.inf), cuts, np.full((len(cuts), 1), np.inf)])
    scale = np.exp(log_likelihood - log_likelihood.max(axis=1, keepdims=True))
    precision, shift = np.zeros(len(cuts)), np.zeros(len(cuts))
    cavity_mean, cavity_variance = np.zeros(len(cuts)), np.ones(len(cuts))
    inverse = np.linalg.inv(correlations)
    for _ in range(MOST_SWEEPS):
        covariance = np.linalg.inv(inverse + np.diag(precision))
        mean, variance = covariance @ shift, np.diag(covariance)
        cavity_precision = 1.0 / variance - precision
        cavity_variance = 1.0 / cavity_precision
        cavity_mean = cavity_variance * (mean / variance - shift)
        seen_mean, seen_variance = _moments(edges, scale, cavity_mean, cavity_variance)
        aimed = np.maximum(1.0 / np.maximum(seen_variance, SMALLEST_VARIANCE) - cavity_precision, 0.0)
        aimed_shift = seen_mean * (aimed + cavity_precision) - cavity_mean * cavity_precision
        moved = max(np.abs(aimed - precision).max(), np.abs(aimed_shift - shift).max())
        precision, shift = HALF * (precision + aimed), HALF * (shift + aimed_shift)
        if moved < CLOSE:
            break
    inside = _inside(edges, cavity_mean, cavity_variance) * scale
    chances: FloatArray = inside / inside.sum(axis=1, keepdims=True)
    return chances


def _inside(edges: FloatArray, mean: FloatArray, variance: FloatArray) -> FloatArray:
    """Return the chance of each part under a normal, shape (12, 5)."""
    found: FloatArray = np.maximum(np.diff(ndtr(_standard(edges, mean, variance)), axis=1), 1e-300)
    return found


def _standard(edges: FloatArray, mean: FloatArray, variance: FloatArray) -> FloatArray:
    found: FloatArray = (edges - mean[:, None]) / np.sqrt(variance)[:, None]
    return found


def _moments(
    edges: FloatArray, scale: FloatArray, mean: FloatArray, variance: FloatArray
) -> tuple[FloatArray, FloatArray]:
    """Return mean and variance of a normal times a function that is constant on each part."""
    standard = _standard(edges, mean, variance)
    finite = np.where(np.isfinite(standard), standard, 0.0)
    density = np.exp(-HALF * finite**2) / np.sqrt(2 * np.pi) * np.isfinite(standard)
    mass = np.diff(ndtr(standard), axis=1)
    first = -np.diff(density, axis=1)
    second = mass - np.diff(finite * density, axis=1)
    total = np.maximum((scale * mass).sum(axis=1), 1e-300)
    one = (scale * first).sum(axis=1) / total
    two = (scale * second).sum(axis=1) / total
    spread = np.sqrt(variance)
    return mean + spread * one, variance * np.maximum(two - one**2, SMALLEST_VARIANCE)
