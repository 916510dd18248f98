"""Simulees in many dimensions: latents and answers drawn from parameters, with the generator passed in."""

# ruff: noqa: N806 - K categories, Q nodes, D dimensions: mathematics keeps its letters

import numpy as np

from poise.measurement.gridjudge import category_logs
from poise.measurement.manyparameters import ManyParameters
from poise.measurement.models import FloatArray
from poise.measurement.tables import IntArray


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
