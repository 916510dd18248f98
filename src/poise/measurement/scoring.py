"""From responses to one posterior over all latents of a person."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import numpy as np
from scipy.special import ndtri

from poise.measurement.models import FloatArray
from poise.measurement.propagation import propagate
from poise.measurement.responses import Response
from poise.measurement.sites import stack_sites

SYMMETRY_TOLERANCE = 1e-9


def _freeze_moments(names: tuple[str, ...], mean: FloatArray, covariance: FloatArray) -> tuple[FloatArray, FloatArray]:
    """Check names and moments, and return read-only copies of the moments."""
    size = len(names)
    if not size or len(set(names)) != size or not all(names):
        raise ValueError(f"names: got {names}, expected at least one name, each once and not empty")
    own_mean = np.array(mean, dtype=np.float64)
    own_covariance = np.array(covariance, dtype=np.float64)
    if own_mean.shape != (size,) or not np.all(np.isfinite(own_mean)):
        raise ValueError(f"mean: got {own_mean}, expected {size} finite numbers")
    if own_covariance.shape != (size, size) or not np.all(np.isfinite(own_covariance)):
        raise ValueError(f"covariance: got shape {own_covariance.shape}, expected ({size}, {size}), all finite")
    if np.max(np.abs(own_covariance - own_covariance.T)) > SYMMETRY_TOLERANCE * np.max(np.abs(own_covariance)):
        raise ValueError("covariance: got a matrix that is not symmetric, expected a symmetric one")
    try:
        np.linalg.cholesky(own_covariance)
    except np.linalg.LinAlgError as error:
        smallest = float(np.min(np.linalg.eigvalsh(own_covariance)))
        raise ValueError(
            f"covariance: got smallest eigenvalue {smallest}, expected a positive definite matrix"
        ) from error
    own_mean.setflags(write=False)
    own_covariance.setflags(write=False)
    return own_mean, own_covariance


@dataclass(frozen=True, eq=False)
class Prior:
    """What is known about the latents before any response: a joint Gaussian.

    Parameters
    ----------
    names : tuple of str
        D names, each once.
    mean : array, shape (D,)
        In units of the latents.
    covariance : array, shape (D, D)
        Symmetric and positive definite.

    Raises
    ------
    ValueError
        If a name, shape or value is not as described.
    """

    names: tuple[str, ...]
    mean: FloatArray
    covariance: FloatArray

    def __post_init__(self) -> None:
        mean, covariance = _freeze_moments(self.names, self.mean, self.covariance)
        object.__setattr__(self, "mean", mean)
        object.__setattr__(self, "covariance", covariance)

    def extended(self, variances: Mapping[str, float]) -> "Prior":
        """Return this prior with more latents, independent of all others and with mean zero: method effects.

        Parameters
        ----------
        variances : mapping of str to float
            A variance above zero for each new name.

        Returns
        -------
        Prior

        Raises
        ------
        ValueError
            If a name is already there or a variance is not above zero.
        """
        for name, variance in variances.items():
            if name in self.names:
                raise ValueError(f"variances: got {name!r}, expected a name that the prior does not have yet")
            if not 0.0 < variance < np.inf:
                raise ValueError(f"variances: got {variance} for {name!r}, expected a finite number above zero")
        old, new = len(self.names), len(variances)
        covariance = np.zeros((old + new, old + new))
        covariance[:old, :old] = self.covariance
        covariance[old:, old:] = np.diag(list(variances.values()))
        return Prior((*self.names, *variances), np.concatenate([self.mean, np.zeros(new)]), covariance)


@dataclass(frozen=True, eq=False)
class Posterior:
    """What is known about the latents after the responses: a joint Gaussian.

    Parameters
    ----------
    names : tuple of str
        D names, each once.
    mean : array, shape (D,)
    covariance : array, shape (D, D)
    converged : bool
        Whether every response agrees with the joint Gaussian to the tolerance of `propagate`.
    iterations : int
        How many rounds that took.
    """

    names: tuple[str, ...]
    mean: FloatArray
    covariance: FloatArray
    converged: bool = True
    iterations: int = 0

    def __post_init__(self) -> None:
        mean, covariance = _freeze_moments(self.names, self.mean, self.covariance)
        object.__setattr__(self, "mean", mean)
        object.__setattr__(self, "covariance", covariance)

    def position(self, name: str) -> int:
        """Return the place of a latent among the names, or raise ValueError if there is none."""
        if name not in self.names:
            raise ValueError(f"name: got {name!r}, expected one of {list(self.names)}")
        return self.names.index(name)

    def mean_of(self, name: str) -> float:
        """Return the posterior mean of one latent."""
        return float(self.mean[self.position(name)])

    def sd_of(self, name: str) -> float:
        """Return the posterior standard deviation of one latent."""
        i = self.position(name)
        return float(np.sqrt(self.covariance[i, i]))

    def interval(self, name: str, mass: float = 0.8) -> tuple[float, float]:
        """Return the central interval that holds one latent with a given probability.

        Parameters
        ----------
        name : str
            The latent.
        mass : float
            Probability inside, between zero and one.

        Returns
        -------
        tuple of float
            Lower and upper end.

        Raises
        ------
        ValueError
            If the name is unknown or the mass is not between zero and one.
        """
        if not 0.0 < mass < 1.0:
            raise ValueError(f"mass: got {mass}, expected a number between zero and one")
        mean, reach = self.mean_of(name), self.sd_of(name) * float(ndtri(0.5 + mass / 2.0))
        return mean - reach, mean + reach

    def marginal(self, names: Sequence[str]) -> "Posterior":
        """Return the posterior of some of the latents, in the order they are named."""
        kept = [self.position(name) for name in names]
        return Posterior(
            tuple(names), self.mean[kept], self.covariance[np.ix_(kept, kept)], self.converged, self.iterations
        )

    def draws(self, n: int, seed: int) -> FloatArray:
        """Return n draws of all latents, shape (n, D), the same for the same seed."""
        standard = np.random.default_rng(seed).standard_normal((n, len(self.names)))
        drawn: FloatArray = self.mean + standard @ np.linalg.cholesky(self.covariance).T
        return drawn


def score(prior: Prior, responses: Sequence[Response]) -> Posterior:
    """Return the posterior of all latents given the responses of one person.

    Parameters
    ----------
    prior : Prior
        Qualities and method effects; every latent that a response loads on must be in it.
    responses : sequence of Response
        In any order; the result does not depend on it beyond rounding (about 1e-9).

    Returns
    -------
    Posterior
        The Gaussian of expectation propagation, over all latents of the prior.

    Raises
    ------
    ValueError
        If a response loads on a latent that the prior does not have.
    """
    found = propagate(prior.mean, prior.covariance, stack_sites(prior.names, responses))
    return Posterior(prior.names, found.mean, found.covariance, found.converged, found.iterations)
