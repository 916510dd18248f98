"""Made-up tests and people for the tests of many dimensions."""

import numpy as np

from poise.measurement.coding import from_array
from poise.measurement.items import Model
from poise.measurement.manyparameters import ManyParameters
from poise.measurement.manysimulation import draw_answers, draw_latents
from poise.measurement.tables import ResponseTable


def make_parameters(
    dimensions: int,
    each: int,
    categories: int,
    rng: np.random.Generator,
    *,
    skew: float = 0.0,
    crossed: int = 0,
    correlation: float = 0.5,
    model: Model = "graded",
) -> ManyParameters:
    """So many items on each dimension; the first items of the first `crossed` dimensions load on the next as well."""
    number = dimensions * each
    home = np.arange(number) // each
    pattern = home[:, None] == np.arange(dimensions)
    slopes = np.where(pattern, np.clip(rng.lognormal(0.3, 0.3, (number, 1)), 0.5, 3.0), 0.0)
    thresholds = np.sort(rng.normal(skew, 1.0, (number, categories - 1)), axis=1) + 0.15 * np.arange(categories - 1)
    intercepts = -thresholds * slopes.max(axis=1, keepdims=True)
    if model == "gpcm":
        intercepts = intercepts.cumsum(axis=1)
    for d in range(crossed):
        pattern[d * each, (d + 1) % dimensions] = True
        slopes[d * each, (d + 1) % dimensions] = 0.8
    correlations = np.full((dimensions, dimensions), correlation)
    np.fill_diagonal(correlations, 1.0)
    return ManyParameters(
        model,
        slopes,
        pattern,
        intercepts,
        np.full(number, categories),
        correlations,
        np.zeros((1, dimensions)),
        np.ones((dimensions, dimensions), dtype=bool),
    )


def simulate_table(parameters: ManyParameters, persons: int, rng: np.random.Generator) -> ResponseTable:
    return from_array(draw_answers(parameters, draw_latents(parameters, persons, rng), rng))
