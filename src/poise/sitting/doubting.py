"""Made-up people whose answers follow other parameters than those that are believed: what not knowing them costs."""

import zlib
from dataclasses import dataclass, replace

import numpy as np

from poise.measurement import BlockItem, GradedItem


@dataclass(frozen=True)
class Doubt:
    """How far the true parameters of each question may lie from the library's, drawn once for each question.

    Attributes
    ----------
    seed
        The same seed gives the same true parameters for everybody who answers.
    slope
        Standard deviation of the logarithm of what a slope is multiplied by.
    ease
        Standard deviation of what is added to all intercepts of a question, in logits.
    """

    seed: int
    slope: float = 0.3
    ease: float = 0.5

    def graded(self, name: str, item: GradedItem) -> GradedItem:
        """Return the item by which people answer this question in truth."""
        times, more = self._draw(name)
        loadings = tuple((latent, times * slope) for latent, slope in item.loadings)
        return replace(item, loadings=loadings, intercepts=tuple(one + more for one in item.intercepts))

    def block(self, name: str, item: BlockItem) -> BlockItem:
        """Return the block by which people rank in truth: each statement with parameters of its own."""
        statements = []
        for number, one in enumerate(item.statements):
            times, more = self._draw(f"{name}/{number}")
            loadings = tuple((latent, times * slope) for latent, slope in one.loadings)
            statements.append(replace(one, loadings=loadings, intercept=one.intercept + more))
        return BlockItem(tuple(statements))

    def _draw(self, name: str) -> tuple[float, float]:
        rng = np.random.default_rng([self.seed, zlib.crc32(name.encode())])
        return float(np.exp(rng.normal(0.0, self.slope))), float(rng.normal(0.0, self.ease))
