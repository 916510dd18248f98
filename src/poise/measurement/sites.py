"""Responses as sites: the few directions of the latent space that each response speaks about, and what it says there.

A response touches the latents only through a handful of linear projections: one for a graded answer or a reading,
at most m - 1 for a block of m statements. Responses of one shape are stacked, so that the work over them is a few
array operations.
"""

from abc import ABC, abstractmethod
from collections import defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from itertools import product

import numpy as np
from scipy.special import logsumexp

from poise.measurement.models import (
    FloatArray,
    GradedItem,
    Loadings,
    PartialCreditItem,
    graded_probabilities,
    ranking_log_probability,
    softplus,
)
from poise.measurement.responses import Graded, Ranked, Reading, Response

RANK_TOLERANCE = 1e-9
"""A direction whose singular value is below this, in logits per unit, says nothing."""
SMALLEST_LIKELIHOOD = 1e-300


@dataclass(frozen=True, eq=False)
class SiteGroup(ABC):
    """Responses of one shape, n of them with r projections each, out of D latents.

    Parameters
    ----------
    directions : array, shape (n, r, D)
        Full-rank projections of the latents.
    keys : tuple of str
        What each of the n responses is called in evidence.
    """

    directions: FloatArray
    keys: tuple[str, ...] = field(default=(), kw_only=True)

    @property
    def rank(self) -> int:
        """The number of projections, r."""
        return int(self.directions.shape[1])

    @abstractmethod
    def log_likelihood(self, points: FloatArray) -> FloatArray:
        """Return log likelihoods, shape (n, Q), up to a constant for each response.

        Parameters
        ----------
        points : array, shape (n, r, Q)
            Values of the projections.
        """

    def scale(self, covariance: FloatArray) -> float:
        """Return the largest standard deviation, in logits, of what the likelihoods depend on."""
        projected = self.directions @ covariance @ np.swapaxes(self.directions, 1, 2)
        return float(np.sqrt(np.max(np.diagonal(projected, axis1=1, axis2=2))))


@dataclass(frozen=True, eq=False)
class GradedSites(SiteGroup):
    """Answers in categories: ``P = logistic(u + upper) (1 - logistic(u + lower)) * constant``.

    Parameters
    ----------
    upper, lower : array, shape (n, 1)
        Intercepts on both sides of the category; infinite at the ends of the scale.
    """

    upper: FloatArray
    lower: FloatArray

    def log_likelihood(self, points: FloatArray) -> FloatArray:
        """Return log likelihoods, shape (n, Q); see `SiteGroup`."""
        u = points[:, 0, :]
        return -softplus(-(u + self.upper)) - softplus(u + self.lower)


@dataclass(frozen=True, eq=False)
class PartialSites(SiteGroup):
    """Answers in categories of partial credit items with K categories.

    Parameters
    ----------
    intercepts : array, shape (n, K, 1)
        With the zero of the lowest category.
    category : array, shape (n, 1)
    """

    intercepts: FloatArray
    category: FloatArray

    def log_likelihood(self, points: FloatArray) -> FloatArray:
        """Return log likelihoods, shape (n, Q); see `SiteGroup`."""
        logits = np.arange(self.intercepts.shape[1])[:, None] * points + self.intercepts
        result: FloatArray = self.category * points[:, 0] - logsumexp(logits, axis=1)
        return result

    def scale(self, covariance: FloatArray) -> float:
        """Return the largest standard deviation of the log odds of highest against lowest category."""
        widest: int = self.intercepts.shape[1] - 1
        return super().scale(covariance) * widest


@dataclass(frozen=True, eq=False)
class ReadingSites(SiteGroup):
    """Uncertain readings with K categories.

    Parameters
    ----------
    intercepts : array, shape (n, 1, K-1)
    weights : array, shape (n, K, 1)
        ``p_k / pi_k`` up to a factor.
    """

    intercepts: FloatArray
    weights: FloatArray

    def log_likelihood(self, points: FloatArray) -> FloatArray:
        """Return log likelihoods, shape (n, Q); see `SiteGroup`."""
        mixed = (graded_probabilities(points[:, 0, :], self.intercepts) @ self.weights)[..., 0]
        result: FloatArray = np.log(np.maximum(mixed, SMALLEST_LIKELIHOOD))
        return result


@dataclass(frozen=True, eq=False)
class RankingSites(SiteGroup):
    """Orders of blocks with m statements.

    Parameters
    ----------
    slopes : array, shape (n, m, r)
        Utilities of the statements per unit of each projection, the statement put first in front.
    intercepts : array, shape (n, m, 1)
        Intercepts of the statements in the same order.
    """

    slopes: FloatArray
    intercepts: FloatArray

    def log_likelihood(self, points: FloatArray) -> FloatArray:
        """Return log likelihoods, shape (n, Q); see `SiteGroup`."""
        utilities = self.slopes @ points + self.intercepts
        return ranking_log_probability(np.swapaxes(utilities, 0, 1))

    def scale(self, covariance: FloatArray) -> float:
        """Return the largest standard deviation of a difference between two utilities."""
        rows = self.slopes @ self.directions
        spread = rows @ covariance @ np.swapaxes(rows, 1, 2)
        own = np.diagonal(spread, axis1=1, axis2=2)
        differences = own[:, :, None] + own[:, None, :] - 2.0 * spread
        return float(np.sqrt(max(float(np.max(differences)), 0.0)))


def direction(loadings: Loadings, index: Mapping[str, int], where: str) -> FloatArray:
    """Return loadings as a row over all latents, shape (D,).

    Raises
    ------
    ValueError
        If a latent is not among the names of `index`.
    """
    row = np.zeros(len(index))
    for name, loading in loadings:
        if name not in index:
            raise ValueError(f"latent of {where}: got {name!r}, expected one of {list(index)}")
        row[index[name]] = loading
    return row


def stack_sites(names: Sequence[str], responses: Sequence[Response]) -> list[SiteGroup]:
    """Sort responses by shape and stack each shape into one group.

    Parameters
    ----------
    names : sequence of str
        The latents, D of them, in the order of the covariance.
    responses : sequence of Response
        In any order. Responses that cannot say anything (no direction, or a reading equal to its base rates) are
        left out.

    Returns
    -------
    list of SiteGroup

    Raises
    ------
    ValueError
        If a response loads on a latent that is not in `names`.
    """
    index = {name: i for i, name in enumerate(names)}
    graded = [r for r in responses if isinstance(r, Graded)]
    partial: dict[int, list[Graded]] = defaultdict(list)
    for one in graded:
        if isinstance(one.item, PartialCreditItem):
            partial[one.item.categories].append(one)
    read: dict[int, list[Reading]] = defaultdict(list)
    for response in responses:
        if isinstance(response, Reading):
            read[response.item.categories].append(response)
    groups: list[SiteGroup | None] = [_stack_graded([r for r in graded if isinstance(r.item, GradedItem)], index)]
    groups += [_stack_partial(partial[k], index) for k in sorted(partial)]
    groups += [_stack_readings(read[k], index) for k in sorted(read)]
    groups += _stack_rankings([r for r in responses if isinstance(r, Ranked)], index)
    return [group for group in groups if group is not None]


def _stack_graded(responses: Sequence[Graded], index: Mapping[str, int]) -> SiteGroup | None:
    rows = [direction(r.item.loadings, index, r.key) for r in responses]
    kept = [i for i, row in enumerate(rows) if np.linalg.norm(row) > RANK_TOLERANCE]
    if not kept:
        return None
    bounds = [(np.inf, *responses[i].item.intercepts, -np.inf) for i in kept]
    categories = [responses[i].category for i in kept]
    return GradedSites(
        np.array([rows[i] for i in kept])[:, None, :],
        np.array([[b[k]] for b, k in zip(bounds, categories, strict=True)]),
        np.array([[b[k + 1]] for b, k in zip(bounds, categories, strict=True)]),
        keys=tuple(responses[i].key for i in kept),
    )


def _stack_partial(responses: Sequence[Graded], index: Mapping[str, int]) -> SiteGroup | None:
    rows = [direction(r.item.loadings, index, r.key) for r in responses]
    kept = [i for i, row in enumerate(rows) if np.linalg.norm(row) > RANK_TOLERANCE]
    if not kept:
        return None
    return PartialSites(
        np.array([rows[i] for i in kept])[:, None, :],
        np.array([(0.0, *responses[i].item.intercepts) for i in kept])[:, :, None],
        np.array([[float(responses[i].category)] for i in kept]),
        keys=tuple(responses[i].key for i in kept),
    )


def _stack_readings(responses: Sequence[Reading], index: Mapping[str, int]) -> SiteGroup | None:
    rows = [direction(r.item.loadings, index, r.key) for r in responses]
    weights = [r.weights for r in responses]
    kept = [
        i
        for i, row in enumerate(rows)
        if np.linalg.norm(row) > RANK_TOLERANCE and min(weights[i]) < 1.0 - RANK_TOLERANCE
    ]
    if not kept:
        return None
    return ReadingSites(
        np.array([rows[i] for i in kept])[:, None, :],
        np.array([responses[i].item.intercepts for i in kept])[:, None, :],
        np.array([weights[i] for i in kept])[:, :, None],
        keys=tuple(responses[i].key for i in kept),
    )


def _stack_rankings(responses: Sequence[Ranked], index: Mapping[str, int]) -> list[SiteGroup | None]:
    """Write each block in as few projections as its utility differences have, and stack by (statements, rank)."""
    sizes: dict[int, list[Ranked]] = defaultdict(list)
    for response in responses:
        sizes[len(response.order)].append(response)
    groups: list[SiteGroup | None] = []
    for size in sorted(sizes):
        ordered = [[r.item.statements[i] for i in r.order] for r in sizes[size]]
        keys = [r.key for r in sizes[size]]
        rows = np.array(
            [[direction(s.loadings, index, k) for s in block] for k, block in zip(keys, ordered, strict=True)]
        )
        intercepts = np.array([[[s.intercept] for s in block] for block in ordered])
        left, lengths, right = np.linalg.svd(rows - rows[:, -1:], full_matrices=False)
        ranks = np.sum(lengths > RANK_TOLERANCE, axis=1)
        for rank in range(1, size):
            kept = ranks == rank
            if np.any(kept):
                slopes = left[kept][:, :, :rank] * lengths[kept][:, None, :rank]
                own = tuple(key for key, one in zip(keys, kept, strict=True) if one)
                groups.append(RankingSites(right[kept][:, :rank], slopes, intercepts[kept], keys=own))
    return groups


def lattice(rank: int, spacing: float, radius: float) -> FloatArray:
    """Return a square lattice inside a ball, shape (r, Q), symmetric about the origin.

    Sums over it with equal weights are the trapezoid rule, whose error for smooth functions that vanish at the edge
    falls as ``exp(-c / spacing)``, faster than any power of the spacing.
    """
    steps = int(radius / spacing)
    axis = spacing * np.arange(-steps, steps + 1)
    nodes = np.array(list(product(axis, repeat=rank)))
    return np.ascontiguousarray(nodes[np.sum(nodes**2, axis=1) <= radius**2 + spacing**2 / 100].T)
