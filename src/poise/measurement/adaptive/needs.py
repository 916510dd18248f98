"""What a report needs: little variance in what is demanded, or a verdict that is settled."""

from abc import ABC, abstractmethod
from collections.abc import Sequence
from dataclasses import dataclass
from functools import lru_cache

import numpy as np
from scipy.special import ndtr, owens_t

from poise.measurement.models import FloatArray, Loadings, check_loadings
from poise.measurement.scoring import Posterior


class Need(ABC):
    """What an answer is worth to the report, told by how the variances of some sums of the latents fall."""

    @abstractmethod
    def sums(self, names: tuple[str, ...]) -> FloatArray:
        """Return the weights of the T sums that matter, shape (D, T); ValueError where a latent is not in `names`."""

    @abstractmethod
    def value(self, fallen: FloatArray, means: FloatArray, variances: FloatArray) -> FloatArray:
        """Return what falls of the variances are worth.

        Parameters
        ----------
        fallen : array, shape (n, T)
            Expected falls of the variances by n possible answers.
        means, variances : array, shape (T,)
            Of the sums, as known so far.

        Returns
        -------
        array, shape (n,)
            Zero or more.
        """


@dataclass(frozen=True)
class Precision(Need):
    """A small weighted sum of the variances of some latents.

    Parameters
    ----------
    weights : tuple of (str, float)
        Latents and how much the variance of each matters, zero or more.
    """

    weights: Loadings

    def __post_init__(self) -> None:
        check_loadings(self.weights)
        if negative := [name for name, weight in self.weights if weight < 0.0]:
            raise ValueError(f"weights: got less than zero for {negative}, expected zero or more")

    @classmethod
    def of(cls, latents: Sequence[str]) -> "Precision":
        """Let the variances of these latents matter alike."""
        return cls(tuple((name, 1.0) for name in latents))

    def sums(self, names: tuple[str, ...]) -> FloatArray:
        """Return one column a latent; see `Need`."""
        return _columns(tuple(((name, 1.0),) for name, _ in self.weights), names)

    def value(self, fallen: FloatArray, means: FloatArray, variances: FloatArray) -> FloatArray:  # noqa: ARG002
        """Return the weighted sum of the falls; see `Need`."""
        value: FloatArray = fallen @ np.array([weight for _, weight in self.weights])
        return value


@dataclass(frozen=True)
class Verdict:
    """Whether a weighted sum of latents reaches a bar.

    Parameters
    ----------
    weights : tuple of (str, float)
    bar : float
    importance : float
        How much its uncertainty matters beside that of other verdicts, above zero.
    """

    weights: Loadings
    bar: float
    importance: float = 1.0

    def __post_init__(self) -> None:
        check_loadings(self.weights)
        if not 0.0 < self.importance < np.inf or not np.isfinite(self.bar):
            raise ValueError(
                f"bar, importance: got {self.bar}, {self.importance}, expected a number and one above zero"
            )

    def chance(self, posterior: Posterior) -> float:
        """Return the probability that the bar is reached."""
        direction = _columns((self.weights,), posterior.names)[:, 0]
        sd = float(np.sqrt(direction @ posterior.covariance @ direction))
        return float(ndtr((direction @ posterior.mean - self.bar) / sd))


@dataclass(frozen=True)
class Verdicts(Need):
    """Settled verdicts: little of ``p (1 - p)``, where p is the probability that a bar is reached.

    With an answer that lowers the variance of the sum to ``1 - rho`` of what it is, the expected ``p (1 - p)`` is
    ``2 T(h, sqrt((1 - rho) / (1 + rho)))`` with T Owen's function and h the distance of mean and bar in standard
    deviations: two draws from what will be known have the correlation rho, and lie on different sides of the bar.

    References
    ----------
    Owen, D. B. (1956). Tables for computing bivariate normal probabilities.
    """

    verdicts: tuple[Verdict, ...]

    def __post_init__(self) -> None:
        if not self.verdicts:
            raise ValueError("verdicts: got none, expected at least one")

    def sums(self, names: tuple[str, ...]) -> FloatArray:
        """Return one column a verdict; see `Need`."""
        return _columns(tuple(one.weights for one in self.verdicts), names)

    def value(self, fallen: FloatArray, means: FloatArray, variances: FloatArray) -> FloatArray:
        """Return by how much the uncertainty of the verdicts is expected to fall; see `Need`."""
        bars = np.array([one.bar for one in self.verdicts])
        distance = (means - bars) / np.sqrt(variances)
        rho = np.clip(fallen / variances, 0.0, 1.0)
        gains = owens_t(distance, 1.0) - owens_t(distance, np.sqrt((1.0 - rho) / (1.0 + rho)))
        value: FloatArray = np.maximum(2.0 * gains, 0.0) @ np.array([one.importance for one in self.verdicts])
        return value


@lru_cache(maxsize=64)
def _columns(sums: tuple[Loadings, ...], names: tuple[str, ...]) -> FloatArray:
    """Return weights as columns, shape (D, T), read-only."""
    columns = np.zeros((len(names), len(sums)))
    for t, weights in enumerate(sums):
        for name, weight in weights:
            if name not in names:
                raise ValueError(f"name: got {name!r}, expected one of {list(names)}")
            columns[names.index(name), t] = weight
    columns.setflags(write=False)
    return columns
