"""People as they are drawn: correlated dimensions, groups that differ, and skew where it is asked for."""

# ruff: noqa: N806 - P persons, D dimensions: mathematics keeps its letters

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final

import numpy as np
import numpy.typing as npt
from scipy.optimize import brentq

from poise.measurement.models import FloatArray, IntArray
from poise.measurement.tabular.tables import BadTableError

MOST_SKEW: Final = 2.0
SINGULAR: Final = -1e-9


@dataclass(frozen=True, eq=False)
class Population:
    """Groups of people on D dimensions.

    Parameters
    ----------
    dimensions : tuple of str
    correlations : array, shape (D, D)
        Within a group.
    groups : tuple of str
    means, sds : array, shape (G, D)
    shares : sequence of float, optional
        How large each group is beside the others; else all are equally large.
    skew : float or sequence of float
        Skewness of each dimension within a group, from -2 to 2.

    Raises
    ------
    BadTableError
        Naming everything that is not as described.
    """

    dimensions: tuple[str, ...]
    correlations: FloatArray
    groups: tuple[str, ...]
    means: FloatArray
    sds: FloatArray
    shares: Sequence[float] = ()
    skew: float | Sequence[float] = 0.0

    def __post_init__(self) -> None:
        D, G = len(self.dimensions), len(self.groups)
        complaints = []
        for name, array, shape in (
            ("correlations", self.correlations, (D, D)),
            ("means", self.means, (G, D)),
            ("sds", self.sds, (G, D)),
        ):
            if array.shape != shape or not np.all(np.isfinite(array)):
                complaints.append(f"{name}: got shape {array.shape}, expected {shape} and all of it finite")
        if complaints:
            raise BadTableError(complaints)
        if np.any(self.sds <= 0):
            complaints.append(f"sds: got {self.sds.min():g}, expected numbers above zero")
        if np.linalg.eigvalsh(self.correlations)[0] < SINGULAR or not np.allclose(np.diag(self.correlations), 1.0):
            complaints.append("correlations: expected ones on the diagonal and no negative eigenvalue")
        if self.shares and (len(self.shares) != G or min(self.shares) < 0 or sum(self.shares) <= 0):
            complaints.append(f"shares: got {list(self.shares)}, expected {G} numbers of zero or more")
        skew = np.atleast_1d(np.asarray(self.skew, dtype=np.float64))
        if skew.shape not in {(1,), (D,)} or not np.all(np.abs(skew) <= MOST_SKEW):
            complaints.append(f"skew: got {self.skew}, expected numbers from -{MOST_SKEW:g} to {MOST_SKEW:g}")
        if complaints:
            raise BadTableError(complaints)


def draw_people(population: Population, number: int, rng: np.random.Generator) -> tuple[FloatArray, IntArray]:
    """Draw people.

    Parameters
    ----------
    population : Population
    number : int
    rng : numpy.random.Generator

    Returns
    -------
    array, shape (P, D)
        The latents.
    array of int, shape (P,)
        The group of each person; groups come mixed, but the first person is of the first group, as files of responses
        begin with the reference group.

    Notes
    -----
    With skew, a latent is ``b z + c (z^2 - 1)`` of a standard normal z, with b and c so that its variance is one and
    its skewness is the asked one; the correlations of the z are chosen so that those of the latents are the asked
    ones. Correlations that skewed dimensions cannot have are refused.

    References
    ----------
    Vale, C. D. & Maurelli, V. A. (1983). Simulating multivariate nonnormal distributions. Psychometrika, 48.
    """
    shares = np.asarray(population.shares or [1.0] * len(population.groups), dtype=np.float64)
    group = rng.choice(len(shares), size=number, p=shares / shares.sum()).astype(np.int64)
    first = int(np.argmax(group == 0))
    group[[0, first]] = group[[first, 0]]
    skew = np.broadcast_to(np.asarray(population.skew, dtype=np.float64), (len(population.dimensions),))
    bent = np.array([_bend(one) for one in skew])
    straight = np.sqrt(1.0 - 2.0 * bent**2)
    z = rng.standard_normal((number, len(bent))) @ _root(_unbend(population, straight, bent)).T
    shaped = straight * z + bent * (z**2 - 1.0)
    theta: FloatArray = population.means[group] + population.sds[group] * shaped
    return theta, group


def _bend(skew: float) -> float:
    """Return c with ``6 c - 4 c^3 = skew``, which rises from -2.83 to 2.83 for c within sqrt(1/2) of zero."""
    end = float(np.sqrt(0.5))
    return float(brentq(lambda c: 6.0 * c - 4.0 * c**3 - skew, -end, end))


def _unbend(population: Population, straight: FloatArray, bent: FloatArray) -> FloatArray:
    """Return correlations r of the normals with ``b_i b_j r + 2 c_i c_j r^2`` equal to those of the latents."""
    wanted = population.correlations
    linear, square = np.outer(straight, straight), 2.0 * np.outer(bent, bent)
    inside = linear**2 + 4.0 * square * wanted
    with np.errstate(divide="ignore", invalid="ignore"):
        found = np.where(
            np.abs(square) > 1e-12,  # noqa: PLR2004  nothing is bent
            (np.sqrt(np.maximum(inside, 0.0)) - linear) / (2.0 * square),
            wanted / linear,
        )
    np.fill_diagonal(found, 1.0)
    possible: npt.NDArray[np.bool_] = (inside >= 0) & (np.abs(found) <= 1.0)
    if not possible.all() or np.linalg.eigvalsh(found)[0] < SINGULAR:
        raise BadTableError(["skew: dimensions with this skew cannot have these correlations; ask for less of it"])
    return found


def _root(correlations: FloatArray) -> FloatArray:
    """Return a root of a matrix that may be singular: one dimension that is another one is allowed."""
    values, vectors = np.linalg.eigh(correlations)
    root: FloatArray = vectors * np.sqrt(np.maximum(values, 0.0))
    return root
