"""The simulated data sets that calibration engines are compared on, all made from fixed seeds.

Slopes are lognormal (.3, .3) clipped to .5 to 3, thresholds are sorted standard normals, the latent is standard normal.
"""

from dataclasses import dataclass, replace
from typing import Any

import numpy as np
import numpy.typing as npt

from poise.measurement.many.manyparameters import ManyParameters
from poise.measurement.models import graded_probabilities
from poise.measurement.people.manysimulation import draw_parameters, simulate_table
from poise.measurement.tabular.tables import ResponseTable

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
    seed : int
        One with which somebody chooses every category of every item.
    """

    name: str
    told: str
    persons: int
    items: int
    categories: int
    answered: int
    seed: int = 1


CASES = (
    Case("a", "2PL, 5,000 persons x 50 items", 5_000, 50, 2, 50),
    Case("b", "graded, 5 categories, 2,000 x 40", 2_000, 40, 5, 40, seed=2),
    Case("c", "graded, 5 categories, 20,000 x 60", 20_000, 60, 5, 60),
    Case("d", "graded, 5 categories, 100,000 persons, 30 of 300 items each", 100_000, 300, 5, 30),
)
"""Case e has eight correlated dimensions: `draw_eight`."""
EIGHT = (0.80, 0.75, 0.70, 0.65, 0.60, 0.55, 0.50, 0.40)
"""What the eight dimensions of case e owe to a general one; they correlate as the products."""


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


def draw(case: Case, people: int = 0) -> Drawn:
    """Draw a case, a few thousand persons at a time; the same items meet other people where `people` differs."""
    rng = np.random.default_rng(case.seed)
    slopes = np.clip(rng.lognormal(0.3, 0.3, case.items), 0.5, 3.0)
    thresholds = np.sort(rng.standard_normal((case.items, case.categories - 1)), axis=1)
    if people:
        rng = np.random.default_rng((case.seed, people))
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


def draw_eight(persons: int = 3000, seed: int = 8) -> tuple[ManyParameters, ResponseTable]:
    """Draw case e: eight correlated dimensions, each with eight graded items of five categories."""
    rng = np.random.default_rng(seed)
    true = correlate(draw_parameters(len(EIGHT), 8, 5, rng), np.array(EIGHT))
    return true, simulate_table(true, persons, rng)


def correlate(parameters: ManyParameters, general: FloatArray) -> ManyParameters:
    """Return the parameters with dimensions that correlate as the products of what they owe to a general one."""
    correlations = np.outer(general, general)
    np.fill_diagonal(correlations, 1.0)
    return replace(parameters, correlations=correlations)


def draw_bank(items: int, categories: int, simulees: int, seed: int = 3) -> dict[str, npt.NDArray[Any]]:
    """Draw a bank in one dimension, and simulees who take adaptive tests of it."""
    rng = np.random.default_rng(seed)
    return {
        "slopes": np.clip(rng.lognormal(0.3, 0.3, items), 0.5, 3.0),
        "thresholds": np.sort(rng.standard_normal((items, categories - 1)), axis=1) + 0.15 * np.arange(categories - 1),
        "theta": rng.standard_normal(simulees),
    }
