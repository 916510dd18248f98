"""Slow, plain twins of the compiled functions of grid calibration; they judge the fast ones."""

import numpy as np
import numpy.typing as npt

from poise.measurement.models import graded_probabilities
from poise.measurement.tabular.tables import ResponseTable

FloatArray = npt.NDArray[np.float64]


def naive_chances(model: str, slope: float, intercepts: FloatArray, theta: FloatArray) -> FloatArray:
    """Category probabilities, shape (Q, K)."""
    if model != "gpcm":
        return graded_probabilities(slope * theta, intercepts)
    logits = np.arange(len(intercepts) + 1) * slope * theta[:, None] + np.concatenate([[0.0], intercepts])
    odds = np.exp(logits - logits.max(axis=1, keepdims=True))
    chances: FloatArray = odds / odds.sum(axis=1, keepdims=True)
    return chances


def naive_expectation(
    table: ResponseTable, model: str, items: FloatArray, nodes: FloatArray, log_prior: FloatArray
) -> tuple[FloatArray, FloatArray, float]:
    """Expected counts (I * Kmax, Q), expected persons (G, Q) and the log-likelihood, person by person."""
    stride = items.shape[1]
    counts, persons, total = np.zeros((len(items) * stride, len(nodes))), np.zeros(log_prior.shape), 0.0
    curves = [
        np.log(naive_chances(model, items[i, 0], items[i, 1:K], nodes)) for i, K in enumerate(table.categories.tolist())
    ]
    for p in range(table.size):
        own = slice(int(table.starts[p]), int(table.starts[p + 1]))
        answers = list(zip(table.item[own].tolist(), table.category[own].tolist(), strict=True))
        if not answers:
            continue
        g = 0 if table.group is None else int(table.group[p])
        weight = 1.0 if table.weight is None else float(table.weight[p])
        joint = log_prior[g] + sum(curves[i][:, k] for i, k in answers)
        top = joint.max()
        likelihood = np.exp(joint - top).sum()
        posterior = weight * np.exp(joint - top) / likelihood
        total += weight * (top + np.log(likelihood))
        persons[g] += posterior
        for i, k in answers:
            counts[i * stride + k] += posterior
    return counts, persons, total


def draw_table(
    model: str,
    items: FloatArray,
    categories: list[int],
    theta: FloatArray,
    rng: np.random.Generator,
    share: float = 1.0,
) -> FloatArray:
    """Answers of simulated persons, shape (P, I), with NaN where nothing was given."""
    answers = np.full((len(theta), len(items)), np.nan)
    for i, number in enumerate(categories):
        chances = naive_chances(model, items[i, 0], items[i, 1:number], theta)
        answers[:, i] = (rng.random((len(theta), 1)) > np.cumsum(chances, axis=1)[:, :-1]).sum(axis=1)
    answers[rng.random(answers.shape) > share] = np.nan
    return answers


def draw_items(number: int, categories: int, rng: np.random.Generator) -> FloatArray:
    """Slopes and falling intercepts, shape (number, categories)."""
    slopes = np.clip(rng.lognormal(0.3, 0.3, number), 0.5, 3.0)
    thresholds = np.sort(rng.standard_normal((number, categories - 1)), axis=1)
    return np.column_stack([slopes, -slopes[:, None] * thresholds])
