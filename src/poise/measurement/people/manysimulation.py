"""Simulees in many dimensions: latents and answers drawn from parameters, with the generator passed in."""

# ruff: noqa: N806 - K categories, Q nodes, D dimensions: mathematics keeps its letters

import numpy as np

from poise.measurement.many.gridjudge import category_logs
from poise.measurement.many.manyparameters import ManyParameters
from poise.measurement.models import FloatArray, IntArray
from poise.measurement.parameters.items import Model
from poise.measurement.tabular.tables import ResponseTable


def draw_parameters(
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
    """Draw a made-up test.

    Parameters
    ----------
    dimensions, each, categories : int
        So many items on each dimension, all with so many categories.
    rng : numpy.random.Generator
    skew : float
        Mean of the thresholds; above zero most people choose low categories.
    crossed : int
        The first items of so many dimensions load .8 on the next dimension as well.
    correlation : float
        Between all dimensions.
    model : {"graded", "2pl", "gpcm"}

    Returns
    -------
    ManyParameters
        Slopes are lognormal(.3, .3) within .5 and 3, thresholds sorted standard normals, pushed .15 apart.
    """
    home = np.repeat(np.arange(dimensions), each)
    pattern = home[:, None] == np.arange(dimensions)
    slopes = np.where(pattern, np.clip(rng.lognormal(0.3, 0.3, (len(home), 1)), 0.5, 3.0), 0.0)
    thresholds = np.sort(rng.normal(skew, 1.0, (len(home), categories - 1)), axis=1) + 0.15 * np.arange(categories - 1)
    intercepts = -thresholds * slopes.max(axis=1, keepdims=True)
    for d in range(crossed):
        pattern[d * each, (d + 1) % dimensions] = True
        slopes[d * each, (d + 1) % dimensions] = 0.8
    return ManyParameters(
        model,
        slopes,
        pattern,
        intercepts.cumsum(axis=1) if model == "gpcm" else intercepts,
        np.full(len(home), categories),
        np.where(np.eye(dimensions, dtype=bool), 1.0, correlation),
        np.zeros((1, dimensions)),
        np.ones((dimensions, dimensions), dtype=bool),
    )


def draw_latents(parameters: ManyParameters, persons: int, rng: np.random.Generator) -> FloatArray:
    """Draw persons of the first group, shape (P, D)."""
    root = np.linalg.cholesky(parameters.correlations)
    drawn: FloatArray = parameters.means[0] + rng.standard_normal((persons, len(root))) @ root.T
    return drawn


def draw_answers(parameters: ManyParameters, latents: FloatArray, rng: np.random.Generator) -> IntArray:
    """Draw the category of every person on every item, shape (P, I), from 0."""
    answers = np.zeros((len(latents), len(parameters.slopes)), dtype=np.int16)
    for i, K in enumerate(parameters.categories):
        eta = latents @ parameters.slopes[i]
        logs = category_logs(parameters.model, eta, parameters.intercepts[i, : K - 1])
        above = np.exp(logs).cumsum(axis=1)[:, :-1]
        answers[:, i] = np.sum(rng.random((len(latents), 1)) > above, axis=1)
    return answers


def table_of(answers: IntArray, categories: IntArray) -> ResponseTable:
    """Return a table of all answers (P, I) that keeps categories nobody chose, so that it fits its parameters."""
    persons, items = answers.shape
    return ResponseTable(
        tuple(f"item{i + 1}" for i in range(items)),
        categories,
        np.arange(persons + 1, dtype=np.int64) * items,
        np.tile(np.arange(items, dtype=np.int32), persons),
        answers.ravel().astype(np.int16),
    )


def simulate_table(parameters: ManyParameters, persons: int, rng: np.random.Generator) -> ResponseTable:
    """Draw persons and all their answers."""
    return table_of(draw_answers(parameters, draw_latents(parameters, persons, rng), rng), parameters.categories)
