"""Every kind of observation behind one small interface: its answers, their log-likelihood, gradient and information.

A kind of observation depends on the latents through r linear predictors ``u = a . theta`` (loadings times latents,
intercepts left out, in logits): one for an item, one a statement for a block. It has a list of possible answers whose
probabilities sum to one. Whoever knows the loadings goes from predictors to latents by the chain rule: with loadings
A, shape (r, D), the gradient is ``A' g`` and the information ``A' J A``.
"""

from abc import ABC, abstractmethod
from dataclasses import dataclass
from functools import cached_property, lru_cache
from itertools import permutations
from typing import Final, Literal, TypeAlias, get_args

import numpy as np
import numpy.typing as npt
from scipy.special import expit, log_softmax, logsumexp

from poise.measurement.informing import ranking_gradient
from poise.measurement.models import (
    LARGEST_BLOCK,
    SMALLEST_BLOCK,
    BlockItem,
    FloatArray,
    GradedItem,
    IntArray,
    ranking_log_probability,
    softplus,
)

Task: TypeAlias = Literal["rank", "most_least"]
TASKS: Final[tuple[Task, ...]] = get_args(Task)
LEAST: Final = 1e-300


@lru_cache
def list_answers(statements: int, task: Task) -> tuple[tuple[int, ...], ...]:
    """Return all answers to a block; an answer is stored as its place in this list.

    Parameters
    ----------
    statements : int
        Two to four.
    task : {"rank", "most_least"}

    Returns
    -------
    tuple of tuple of int
        For `rank` every order of the statements, from most to least; for `most_least` every (most, least).

    Raises
    ------
    ValueError
        If the number or the task is not one of those.
    """
    if not SMALLEST_BLOCK <= statements <= LARGEST_BLOCK:
        raise ValueError(f"statements: got {statements}, expected {SMALLEST_BLOCK} to {LARGEST_BLOCK} in a block")
    if task not in TASKS:
        raise ValueError(f"task: got {task!r}, expected one of {', '.join(TASKS)}")
    return tuple(permutations(range(statements), statements if task == "rank" else 2))


class Observable(ABC):
    """A kind of observation with known parameters; `predictors` is r, `answers` is A."""

    @property
    @abstractmethod
    def predictors(self) -> int:
        """How many linear predictors it depends on, r."""

    @property
    @abstractmethod
    def answers(self) -> int:
        """How many answers are possible, A; they are numbered from 0."""

    @abstractmethod
    def log_likelihoods(self, u: FloatArray) -> FloatArray:
        """Return log probabilities of all answers, shape (..., A), at predictors u, shape (..., r)."""

    @abstractmethod
    def gradients(self, u: FloatArray) -> FloatArray:
        """Return gradients of all log probabilities by the predictors, shape (..., A, r)."""

    def log_likelihood(self, u: FloatArray, answer: int | IntArray) -> FloatArray:
        """Return the log probability of an answer.

        Parameters
        ----------
        u : array, shape (..., r)
        answer : int or array of int, shape (...)

        Returns
        -------
        array, shape (...)
        """
        return self._pick(self.log_likelihoods(u)[..., None], answer)[..., 0]

    def gradient(self, u: FloatArray, answer: int | IntArray) -> FloatArray:
        """Return the gradient of the log probability of an answer by the predictors, shape (..., r)."""
        return self._pick(self.gradients(u), answer)

    def information(self, u: FloatArray) -> FloatArray:
        """Return the expected Fisher information about the predictors, ``sum P g g'``, shape (..., r, r)."""
        chance, gradients = np.exp(self.log_likelihoods(u)), self.gradients(u)
        return np.asarray(np.swapaxes(chance[..., None] * gradients, -1, -2) @ gradients, dtype=np.float64)

    def _pick(self, of_all: FloatArray, answer: int | IntArray) -> FloatArray:
        """Take the entry of the given answers from an array of shape (..., A, n)."""
        place = np.broadcast_to(np.asarray(answer, dtype=np.int64), of_all.shape[:-2])[..., None, None]
        if np.any((place < 0) | (place >= self.answers)):
            raise ValueError(f"answer: got {answer}, expected 0 to {self.answers - 1}")
        return np.asarray(np.take_along_axis(of_all, place, axis=-2)[..., 0, :], dtype=np.float64)


class Scale(Observable):
    """Ordered categories with one predictor and K - 1 intercepts."""

    intercepts: tuple[float, ...]

    @property
    def predictors(self) -> int:
        """One."""
        return 1

    @property
    def answers(self) -> int:
        """The number of categories, K."""
        return len(self.intercepts) + 1

    @abstractmethod
    def stretched(self, factor: float) -> "Scale":
        """Return the same scale with all intercepts times a factor."""


@dataclass(frozen=True)
class GradedScale(Scale):
    """Categories of the graded response model, ``P(X >= k) = logistic(u + d_k)``; with one intercept it is the 2PL.

    Parameters
    ----------
    intercepts : tuple of float
        K - 1 numbers, strictly decreasing.

    References
    ----------
    Samejima, F. (1969). Estimation of latent ability using a response pattern of graded scores.
    """

    intercepts: tuple[float, ...]

    def __post_init__(self) -> None:
        if not self.intercepts or np.any(np.diff(self.intercepts) >= 0.0):
            raise ValueError(f"intercepts: got {self.intercepts}, expected one or more, strictly decreasing")

    def log_likelihoods(self, u: FloatArray) -> FloatArray:
        """Return log probabilities of all categories, shape (..., K)."""
        d = np.asarray(self.intercepts)
        steps, none = u + d, np.zeros_like(u)
        width = np.concatenate([[0.0], np.log(-np.expm1(np.diff(d))), [0.0]])
        above = np.concatenate([none, -softplus(-steps)], axis=-1)
        logs: FloatArray = above + np.concatenate([-softplus(steps), none], axis=-1) + width
        return logs

    def gradients(self, u: FloatArray) -> FloatArray:
        """Return ``1 - S_k - S_{k+1}`` for all categories, shape (..., K, 1)."""
        steps, ones = u + np.asarray(self.intercepts), np.ones_like(u)
        below, above = expit(-steps), expit(steps)
        slopes: FloatArray = np.concatenate([below, ones], axis=-1) - np.concatenate([ones, above], axis=-1)
        return slopes[..., None]

    def stretched(self, factor: float) -> "GradedScale":
        """Return the same scale with all intercepts times a factor above zero."""
        return GradedScale(tuple(factor * d for d in self.intercepts))


@dataclass(frozen=True)
class PartialCreditScale(Scale):
    """Categories of generalized partial credit: ``P(X = k)`` proportional to ``exp(k u + d_k)``, ``d_0 = 0``.

    Parameters
    ----------
    intercepts : tuple of float
        d_1 to d_{K-1}, cumulative.

    References
    ----------
    Muraki, E. (1992). A generalized partial credit model: application of an EM algorithm.
    """

    intercepts: tuple[float, ...]

    def __post_init__(self) -> None:
        if not self.intercepts:
            raise ValueError("intercepts: got none, expected one or more")

    def log_likelihoods(self, u: FloatArray) -> FloatArray:
        """Return log probabilities of all categories, shape (..., K)."""
        steps = np.arange(self.answers) * u + np.array([0.0, *self.intercepts])
        return np.asarray(log_softmax(steps, axis=-1), dtype=np.float64)

    def gradients(self, u: FloatArray) -> FloatArray:
        """Return ``k - E k`` for all categories, shape (..., K, 1)."""
        levels = np.arange(float(self.answers))
        mean: FloatArray = np.exp(self.log_likelihoods(u)) @ levels
        slopes: FloatArray = (levels - mean[..., None])[..., None]
        return slopes

    def stretched(self, factor: float) -> "PartialCreditScale":
        """Return the same scale with all intercepts times a factor."""
        return PartialCreditScale(tuple(factor * d for d in self.intercepts))


@dataclass(frozen=True)
class RatedScale(Observable):
    """A scale used by a rater: what the rater sees is ``consistency (u + d_k - severity)``.

    For graded scales ``P(X >= k) = logistic(c (u + d_k - s))``.

    Parameters
    ----------
    scale : Scale
    severity : float
        In logits; a severe rater gives low categories.
    consistency : float
        Above zero; one is usual, nearly zero a rater who guesses.

    References
    ----------
    Linacre, J. M. (1989). Many-facet Rasch measurement.
    """

    scale: Scale
    severity: float = 0.0
    consistency: float = 1.0

    def __post_init__(self) -> None:
        if not 0.0 < self.consistency < np.inf:
            raise ValueError(f"consistency: got {self.consistency}, expected a finite number above zero")

    @cached_property
    def _stretched(self) -> Scale:
        return self.scale.stretched(self.consistency)

    @property
    def predictors(self) -> int:
        """One."""
        return 1

    @property
    def answers(self) -> int:
        """The number of categories, K."""
        return self.scale.answers

    def log_likelihoods(self, u: FloatArray) -> FloatArray:
        """Return log probabilities of all categories, shape (..., K)."""
        return self._stretched.log_likelihoods(self.consistency * (u - self.severity))

    def gradients(self, u: FloatArray) -> FloatArray:
        """Return gradients for all categories, shape (..., K, 1)."""
        return self.consistency * self._stretched.gradients(self.consistency * (u - self.severity))


@dataclass(frozen=True)
class ChoiceBlock(Observable):
    """A block of two to four statements, put in order or answered with the most and the least fitting one.

    Plackett-Luce: ``P(order) = prod_j exp(v_oj) / sum_{l >= j} exp(v_ol)`` with utilities v = u + intercepts;
    ``P(most, least)`` is the sum over the orders that begin and end so.

    Parameters
    ----------
    intercepts : tuple of float
        One a statement.
    task : {"rank", "most_least"}

    References
    ----------
    Luce, R. D. (1959). Individual Choice Behavior. Plackett, R. L. (1975). The analysis of permutations.
    """

    intercepts: tuple[float, ...]
    task: Task = "rank"

    def __post_init__(self) -> None:
        list_answers(len(self.intercepts), self.task)

    @property
    def predictors(self) -> int:
        """The number of statements."""
        return len(self.intercepts)

    @property
    def answers(self) -> int:
        """How many orders, or pairs of most and least, there are; `list_answers` names them."""
        return len(list_answers(len(self.intercepts), self.task))

    @cached_property
    def _orders(self) -> tuple[tuple[int, ...], ...]:
        """All orders, those of one answer next to each other, answers as in `list_answers`."""
        orders = list_answers(len(self.intercepts), "rank")
        if self.task == "rank":
            return orders
        return tuple(sorted(orders, key=lambda order: (order[0], order[-1])))

    def _log_orders(self, utilities: FloatArray) -> FloatArray:
        """Return log probabilities of the orders, shape (..., A, orders of an answer)."""
        logs = [ranking_log_probability(np.moveaxis(utilities[..., list(o)], -1, 0)) for o in self._orders]
        stacked: FloatArray = np.stack(logs, axis=-1)
        return stacked.reshape(*stacked.shape[:-1], self.answers, -1)

    def log_likelihoods(self, u: FloatArray) -> FloatArray:
        """Return log probabilities of all answers, shape (..., A)."""
        return np.asarray(logsumexp(self._log_orders(u + np.asarray(self.intercepts)), axis=-1), dtype=np.float64)

    def gradients(self, u: FloatArray) -> FloatArray:
        """Return gradients of all log probabilities, shape (..., A, m); they sum to zero over the statements."""
        utilities = u + np.asarray(self.intercepts)
        logs = self._log_orders(utilities)
        share = np.exp(logs - logsumexp(logs, axis=-1, keepdims=True))
        by_order = np.stack([ranking_gradient(utilities, order) for order in self._orders], axis=-2)
        by_order = by_order.reshape(*logs.shape, self.predictors)
        mixed: FloatArray = np.sum(share[..., None] * by_order, axis=-2)
        return mixed


@dataclass(frozen=True)
class ReadScale(Observable):
    """A scale that is only read: a true category k is read as j with known probability.

    Its answers are what is read, ``P(j) = sum_k P_k(u) confusion[k, j]``. A reading whose weights do not come from a
    confusion matrix (``p_k / pi_k`` of a classifier) goes through `mix_log` and `mix_gradient`.

    Parameters
    ----------
    scale : Scale or RatedScale
    confusion : tuple of tuple of float
        K rows, one a true category, each summing to one.
    """

    scale: Observable
    confusion: tuple[tuple[float, ...], ...]

    def __post_init__(self) -> None:
        array = np.array(self.confusion)
        if len(array) != self.scale.answers:
            raise ValueError(f"confusion: got {len(array)} rows, expected {self.scale.answers}")
        if np.any(array < 0.0) or not np.allclose(array.sum(axis=1), 1.0, atol=1e-9):
            raise ValueError("confusion: expected rows of numbers of zero or more that sum to one")

    @property
    def predictors(self) -> int:
        """One."""
        return self.scale.predictors

    @property
    def answers(self) -> int:
        """How many readings there are, J."""
        return len(self.confusion[0])

    def log_likelihoods(self, u: FloatArray) -> FloatArray:
        """Return log probabilities of all readings, shape (..., J)."""
        return np.stack([mix_log(self.scale, u, column) for column in np.array(self.confusion).T], axis=-1)

    def gradients(self, u: FloatArray) -> FloatArray:
        """Return gradients for all readings, shape (..., J, 1)."""
        return np.stack([mix_gradient(self.scale, u, column) for column in np.array(self.confusion).T], axis=-2)


def mix_log(scale: Observable, u: FloatArray, weights: npt.ArrayLike) -> FloatArray:
    """Return the log-likelihood of an uncertain reading, ``log sum_k w_k P_k(u)``.

    Parameters
    ----------
    scale : Observable
    u : array, shape (..., r)
    weights : array, shape (..., A)
        ``p_k / pi_k``: what the reading says of each answer, relative to its base rate.

    Returns
    -------
    array, shape (...)
    """
    log_weights = np.log(np.maximum(np.asarray(weights, dtype=np.float64), LEAST))
    return np.asarray(logsumexp(scale.log_likelihoods(u) + log_weights, axis=-1), dtype=np.float64)


def mix_gradient(scale: Observable, u: FloatArray, weights: npt.ArrayLike) -> FloatArray:
    """Return the gradient of `mix_log` by the predictors, shape (..., r)."""
    log_weights = np.log(np.maximum(np.asarray(weights, dtype=np.float64), LEAST))
    logs = scale.log_likelihoods(u) + log_weights
    share = np.exp(logs - logsumexp(logs, axis=-1, keepdims=True))
    mixed: FloatArray = np.sum(share[..., None] * scale.gradients(u), axis=-2)
    return mixed


def observe(item: GradedItem | BlockItem, task: Task = "rank") -> Observable:
    """Return the kind of observation that answers to an item are."""
    if isinstance(item, GradedItem):
        return GradedScale(item.intercepts)
    return ChoiceBlock(tuple(statement.intercept for statement in item.statements), task)
