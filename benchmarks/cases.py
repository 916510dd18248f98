"""The simulated data sets that calibration engines are compared on, all made from fixed seeds.

Slopes are lognormal (.3, .3) clipped to .5 to 3, thresholds are sorted standard normals, the latent is standard normal.
"""

from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from poise.measurement.models import graded_probabilities
from poise.measurement.tables import ResponseTable

FloatArray = npt.NDArray[np.float64]
ROWS = 2000


@dataclass(frozen=True)
class Case:
    """One data set.

    Parameters
    ----------
    name : str
    told : str
        What it is, in a few words.
    persons, items, categories : int
    answered : int
        Items that each person answers, chosen at random.
    """

    name: str
    told: str
    persons: int
    items: int
    categories: int
    answered: int


CASES = (
    Case("a", "2PL, 5,000 persons x 50 items", 5_000, 50, 2, 50),
    Case("b", "graded, 5 categories, 2,000 x 40", 2_000, 40, 5, 40),
    Case("c", "graded, 5 categories, 20,000 x 60", 20_000, 60, 5, 60),
    Case("d", "graded, 5 categories, 100,000 persons, 30 of 300 items each", 100_000, 300, 5, 30),
)
"""Case e, eight correlated dimensions, is a file; see `docs/many-dimensions.md`."""


@dataclass(frozen=True, eq=False)
class Drawn:
    """A case with its truth.

    Parameters
    ----------
    slopes : array, shape (I,)
    thresholds : array, shape (I, K - 1)
    theta : array, shape (P,)
    table : ResponseTable
    """

    slopes: FloatArray
    thresholds: FloatArray
    theta: FloatArray
    table: ResponseTable


def draw(case: Case, seed: int = 1, people: int = 0) -> Drawn:
    """Draw a case, a few thousand persons at a time; the same items meet other people where `people` differs."""
    rng = np.random.default_rng(seed)
    slopes = np.clip(rng.lognormal(0.3, 0.3, case.items), 0.5, 3.0)
    thresholds = np.sort(rng.standard_normal((case.items, case.categories - 1)), axis=1)
    if people:
        rng = np.random.default_rng((seed, people))
    theta = rng.standard_normal(case.persons)
    items, categories = [], []
    for first in range(0, case.persons, ROWS):
        own = theta[first : first + ROWS]
        item = draw_items(case, len(own), rng)
        eta = slopes[item] * own[:, None]
        chances = graded_probabilities(eta, -slopes[item][..., None] * thresholds[item])
        above = np.cumsum(chances[..., :-1], axis=-1)
        category = (rng.random(item.shape)[..., None] > above).sum(axis=-1)
        items.append(item.ravel().astype(np.int32))
        categories.append(category.ravel().astype(np.int16))
    return Drawn(
        slopes,
        thresholds,
        theta,
        ResponseTable(
            items=tuple(f"i{i + 1:03}" for i in range(case.items)),
            categories=np.full(case.items, case.categories),
            starts=np.arange(case.persons + 1, dtype=np.int64) * case.answered,
            item=np.concatenate(items),
            category=np.concatenate(categories),
        ),
    )


def draw_items(case: Case, persons: int, rng: np.random.Generator) -> npt.NDArray[np.int64]:
    """Choose the items that each person answers, shape (persons, answered), in rising order."""
    if case.answered == case.items:
        return np.tile(np.arange(case.items), (persons, 1))
    return np.sort(np.argsort(rng.random((persons, case.items)), axis=1)[:, : case.answered], axis=1)
