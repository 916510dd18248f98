"""Anderson mixing: a faster way to the fixed point of a slow iteration; `anderson.climb` or the caller guards it."""

from typing import Final

import numpy as np

from poise.measurement.models import FloatArray

MEMORY: Final = 6
RIDGE: Final = 1e-10
LARGEST_STRETCH: Final = 1000.0
"""A proposal farther than this many plain steps from the plain one is not made."""


class Mixing:
    """Proposes the next point of ``x <- g(x)`` from the last few points and their images.

    The proposal is the mixture of the last images whose mixed residual ``g(x) - x`` is shortest. On a linear map of n
    unknowns it is exact after n + 1 points.

    References
    ----------
    Anderson, D. G. (1965). Iterative procedures for nonlinear integral equations. Walker, H. F., & Ni, P. (2011).
    Anderson acceleration for fixed-point iterations.
    """

    def __init__(self) -> None:
        self._points: list[FloatArray] = []
        self._images: list[FloatArray] = []

    def forget(self) -> None:
        """Forget all points: the map has changed, or a proposal was bad."""
        self._points.clear()
        self._images.clear()

    @property
    def mixes(self) -> bool:
        """Whether the last proposal was a mixture, not the image alone."""
        return len(self._points) > 1

    def propose(self, point: FloatArray, image: FloatArray, metric: FloatArray | None = None) -> FloatArray:
        """Return the next point, shape (n,); the first time, the image itself.

        Parameters
        ----------
        point, image : array, shape (n,)
        metric : array, shape (n,), optional
            Positive weights by which the length of a residual is measured; equal if not given.
        """
        self._points.append(point)
        self._images.append(image)
        del self._points[: -MEMORY - 1], self._images[: -MEMORY - 1]
        residual = image - point
        if len(self._points) == 1:
            return image
        images = np.array(self._images)
        root = np.ones_like(residual) if metric is None else np.sqrt(metric)
        residuals = (images - np.array(self._points)) * root
        change = residuals[1:] - residuals[:-1]
        gram = change @ change.T
        gram += max(RIDGE * float(np.trace(gram)), np.finfo(float).tiny) * np.eye(len(gram))
        mixture = np.linalg.solve(gram, change @ residuals[-1])
        proposal: FloatArray = image - mixture @ (images[1:] - images[:-1])
        if np.max(np.abs(proposal - image)) > LARGEST_STRETCH * np.max(np.abs(residual)):
            self.forget()
            return image
        return proposal
