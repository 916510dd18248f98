"""What an item asks of a person, and how likely each answer is.

Three kinds of item exist. A graded item has ordered categories and follows the graded response model (Samejima,
1969); a partial credit item has them too and follows the generalized partial credit model (Muraki, 1992). A block
holds two to four statements that the person puts in order; it follows the Plackett-Luce model, which gives every
possible order of the block one probability, so that no comparison is counted twice.
"""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from functools import cached_property
from itertools import permutations
from typing import Any, TypeAlias

import numpy as np
import numpy.typing as npt
from scipy.special import expit, softmax

FloatArray: TypeAlias = npt.NDArray[np.float64]
IntArray: TypeAlias = npt.NDArray[np.integer[Any]]
Loadings: TypeAlias = tuple[tuple[str, float], ...]

SMALLEST_BLOCK = 2
LARGEST_BLOCK = 4
LARGEST_PARAMETER = 1e3
"""Far outside any sensible logit; beyond it arithmetic would overflow."""


def check_loadings(loadings: Loadings) -> None:
    """Refuse loadings that are empty, repeated or not finite.

    Raises
    ------
    ValueError
        Naming the latent, its value and what was expected.
    """
    if not loadings:
        raise ValueError("loadings: got none, expected at least one (latent name, loading)")
    names = [name for name, _ in loadings]
    if len(set(names)) != len(names):
        raise ValueError(f"loadings: got the latents {names}, expected each name once")
    for name, loading in loadings:
        if not name:
            raise ValueError(f"loadings: got an empty name with loading {loading}, expected the name of a latent")
        _check_size(f"loading of {name!r}", loading)


def _check_size(name: str, value: float) -> None:
    if not abs(value) <= LARGEST_PARAMETER:
        raise ValueError(f"{name}: got {value}, expected a number from {-LARGEST_PARAMETER} to {LARGEST_PARAMETER}")


def combine(loadings: Loadings, point: Mapping[str, float]) -> float:
    """Return the sum of loading times latent value at one point.

    Parameters
    ----------
    loadings : tuple of (str, float)
        Latent names and their loadings.
    point : mapping of str to float
        A value for each latent of `loadings`.

    Returns
    -------
    float
        ``sum_j a_j z_j``, in logits.

    Raises
    ------
    ValueError
        If `point` has no value for one of the latents.
    """
    missing = [name for name, _ in loadings if name not in point]
    if missing:
        raise ValueError(f"point: got no value for {missing}, expected one for each latent of the item")
    return sum(loading * point[name] for name, loading in loadings)


@dataclass(frozen=True)
class GradedItem:
    """A question with ordered categories 0 to K-1.

    ``P(X >= k | z) = logistic(a . z + d_k)`` for k = 1 to K-1, where a are the loadings and d the intercepts.

    Parameters
    ----------
    loadings : tuple of (str, float)
        Latent names, each once, with slopes in logits per unit of the latent. Method effects may be among them.
    intercepts : tuple of float
        K-1 intercepts in logits, strictly decreasing.

    Raises
    ------
    ValueError
        If the loadings or intercepts are not as described.

    References
    ----------
    Samejima, F. (1969). Estimation of latent ability using a response pattern of graded scores.
    """

    loadings: Loadings
    intercepts: tuple[float, ...]

    def __post_init__(self) -> None:
        check_loadings(self.loadings)
        if not self.intercepts:
            raise ValueError("intercepts: got none, expected at least one")
        for k, intercept in enumerate(self.intercepts, start=1):
            _check_size(f"intercept d_{k}", intercept)
        if any(next_d >= d for d, next_d in zip(self.intercepts, self.intercepts[1:], strict=False)):
            raise ValueError(f"intercepts: got {self.intercepts}, expected strictly decreasing numbers")

    @property
    def categories(self) -> int:
        """The number of categories, K."""
        return len(self.intercepts) + 1

    @property
    def latents(self) -> tuple[str, ...]:
        """The names of the latents this item loads on."""
        return tuple(name for name, _ in self.loadings)

    def predictor(self, point: Mapping[str, float]) -> float:
        """Return ``a . z`` at one point, in logits; see `combine` for errors."""
        return combine(self.loadings, point)

    def probabilities(self, eta: FloatArray) -> FloatArray:
        """Return the probability of each category.

        Parameters
        ----------
        eta : array, shape (...)
            Values of the linear predictor ``a . z``, in logits.

        Returns
        -------
        array, shape (..., K)
            Category probabilities; they sum to one along the last axis.

        Notes
        -----
        With ``S_k = logistic(eta + d_k)``, ``P_k = S_k (1 - S_{k+1}) (1 - exp(d_{k+1} - d_k))`` is the difference
        ``S_k - S_{k+1}`` written without cancellation.
        """
        return graded_probabilities(np.asarray(eta, dtype=np.float64), np.asarray(self.intercepts))


def graded_probabilities(eta: FloatArray, intercepts: FloatArray) -> FloatArray:
    """Return graded response probabilities for predictors and intercepts that broadcast.

    Parameters
    ----------
    eta : array, shape (...)
        Linear predictors, in logits.
    intercepts : array, shape (..., K-1) or (K-1,)
        Strictly decreasing along the last axis.

    Returns
    -------
    array, shape (..., K)
    """
    steps = eta[..., None] + intercepts
    above, below = expit(steps), expit(-steps)
    ends = np.ones((*steps.shape[:-1], 1))
    width = -np.expm1(np.diff(intercepts, axis=-1))
    width = np.concatenate([np.ones((*width.shape[:-1], 1)), width, np.ones((*width.shape[:-1], 1))], axis=-1)
    probabilities: FloatArray = np.concatenate([ends, above], axis=-1) * np.concatenate([below, ends], axis=-1) * width
    return probabilities


@dataclass(frozen=True)
class PartialCreditItem:
    """A question with ordered categories 0 to K-1 that follows the generalized partial credit model.

    ``P(X = k | z)`` is proportional to ``exp(k a . z + d_k)`` with ``d_0 = 0``.

    Parameters
    ----------
    loadings : tuple of (str, float)
        Latent names, each once, with slopes in logits per unit of the latent.
    intercepts : tuple of float
        d_1 to d_{K-1}, cumulative, in logits.

    Raises
    ------
    ValueError
        If the loadings or intercepts are not as described.

    References
    ----------
    Muraki, E. (1992). A generalized partial credit model: application of an EM algorithm.
    """

    loadings: Loadings
    intercepts: tuple[float, ...]

    def __post_init__(self) -> None:
        check_loadings(self.loadings)
        if not self.intercepts:
            raise ValueError("intercepts: got none, expected at least one")
        for k, intercept in enumerate(self.intercepts, start=1):
            _check_size(f"intercept d_{k}", intercept)

    @property
    def categories(self) -> int:
        """The number of categories, K."""
        return len(self.intercepts) + 1

    @property
    def latents(self) -> tuple[str, ...]:
        """The names of the latents this item loads on."""
        return tuple(name for name, _ in self.loadings)

    def predictor(self, point: Mapping[str, float]) -> float:
        """Return ``a . z`` at one point, in logits; see `combine` for errors."""
        return combine(self.loadings, point)

    def probabilities(self, eta: FloatArray) -> FloatArray:
        """Return the probability of each category, shape (..., K), for predictors of shape (...)."""
        logits = np.asarray(eta, dtype=np.float64)[..., None] * np.arange(self.categories) + (0.0, *self.intercepts)
        chances: FloatArray = softmax(logits, axis=-1)
        return chances


@dataclass(frozen=True)
class Statement:
    """One statement of a block, with utility ``a . z + intercept`` in logits.

    Parameters
    ----------
    loadings : tuple of (str, float)
        Latent names, each once, with slopes.
    intercept : float
        How attractive the statement is when all latents are zero.
    """

    loadings: Loadings
    intercept: float

    def __post_init__(self) -> None:
        check_loadings(self.loadings)
        _check_size("intercept", self.intercept)


@dataclass(frozen=True)
class BlockItem:
    """Two to four statements that a person puts in order, from most to least like them.

    Parameters
    ----------
    statements : tuple of Statement
        The statements of the block.

    Notes
    -----
    ``P(order) = prod_j exp(u_{order_j}) / sum_{l >= j} exp(u_{order_l})`` with u the utilities. For two statements
    this is the logistic model of a paired comparison.

    References
    ----------
    Luce, R. D. (1959). Individual Choice Behavior. Plackett, R. L. (1975). The analysis of permutations.
    """

    statements: tuple[Statement, ...]

    def __post_init__(self) -> None:
        if not SMALLEST_BLOCK <= len(self.statements) <= LARGEST_BLOCK:
            raise ValueError(
                f"statements: got {len(self.statements)}, expected {SMALLEST_BLOCK} to {LARGEST_BLOCK} in a block"
            )

    @property
    def latents(self) -> tuple[str, ...]:
        """The names of the latents that any statement loads on, each once."""
        return tuple(dict.fromkeys(name for s in self.statements for name, _ in s.loadings))

    @cached_property
    def orders(self) -> tuple[tuple[int, ...], ...]:
        """All possible orders of the block, as indices from most to least."""
        return tuple(permutations(range(len(self.statements))))

    def utilities(self, point: Mapping[str, float]) -> FloatArray:
        """Return the utility of each statement at one point, shape (m,), in logits."""
        return np.array([combine(s.loadings, point) + s.intercept for s in self.statements])

    def probabilities(self, utilities: FloatArray) -> FloatArray:
        """Return the probability of each order in `orders`.

        Parameters
        ----------
        utilities : array, shape (..., m)
            Utilities of the m statements, in logits.

        Returns
        -------
        array, shape (..., m!)
            They sum to one along the last axis.
        """
        given = np.asarray(utilities, dtype=np.float64)
        ordered = given[..., np.array(self.orders)]
        chances: FloatArray = np.exp(ranking_log_probability(np.moveaxis(ordered, -1, 0)))
        return chances


def softplus(x: FloatArray) -> FloatArray:
    """Return ``log(1 + exp(x))``, to about 1e-16 absolute; minus infinity gives zero."""
    positive: FloatArray = np.maximum(x, 0.0)
    # log is several times faster than log1p here, and what it loses is below the absolute error that matters.
    return positive + np.log(1.0 + np.exp(-np.abs(x)))


def ranking_log_probability(ordered: FloatArray | Iterable[FloatArray]) -> FloatArray:
    """Return the Plackett-Luce log probability of one order.

    Parameters
    ----------
    ordered : array, shape (m, ...)
        Utilities along the first axis, from the statement put first to the one put last.

    Returns
    -------
    array, shape (...)
        Natural logarithms, finite for every finite input.
    """
    *earlier, last = ordered
    rest, total = last, np.zeros_like(last)
    for utility in reversed(earlier):
        rest = utility + softplus(rest - utility)
        total = total + (utility - rest)
    return total
