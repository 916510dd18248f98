"""First values for a calibration in many dimensions, from proportions and scores; and the grid it begins with."""

# ruff: noqa: N806 - K categories, Q nodes, D dimensions: mathematics keeps its letters

from typing import Final

import numpy as np

from poise.measurement.grid.curves import GRADED, LEAST_GAP, most_information
from poise.measurement.many.epsweep import Float32Array
from poise.measurement.many.manyparameters import CODES, BoolArray, Layout, ManyParameters, project_items
from poise.measurement.models import FloatArray
from poise.measurement.parameters.items import Model
from poise.measurement.tabular.tables import ResponseTable

REACH: Final = 6.0
FURTHER: Final = 8.0
"""Ends of the grid with one group, and, at least, with several or with anchors, whose means may lie apart."""
WIDEST: Final = 0.7
"""Widest step of a grid, in the smallest standard deviation a person can have left."""
FIRST_STEP: Final = 0.6
LANES: Final = 16
FEWEST: Final = 32
MOST: Final = 400
SLOPES: Final = (0.4, 3.0)
CORRELATIONS: Final = 0.9
WEIGHTINGS: Final = 4
HALF: Final = 0.5


def start_parameters(
    table: ResponseTable, pattern: BoolArray, model: Model, linked: BoolArray | None = None
) -> ManyParameters:
    """Guess slopes from item-score correlations, thresholds from proportions, correlations from scores."""
    loading, scores = _score_dimensions(table, pattern)
    slopes = np.where(pattern, np.sign(loading) * np.clip(1.7 * np.abs(loading), *SLOPES), 0.0)
    slopes /= np.sqrt(pattern.sum(axis=1, keepdims=True))
    intercepts = _start_intercepts(table, slopes, model)
    groups = max(len(table.groups), 1)
    correlations = np.corrcoef(scores, rowvar=False).reshape(pattern.shape[1], -1)
    correlations = np.clip(np.nan_to_num(correlations), -CORRELATIONS, CORRELATIONS)
    correlations = 0.95 * correlations + 0.05 * np.eye(len(correlations))
    linked = np.ones_like(correlations, dtype=bool) if linked is None else linked
    correlations = np.where(linked, correlations, 0.0)
    np.fill_diagonal(correlations, 1.0)
    return ManyParameters(
        model, slopes, pattern, intercepts, np.asarray(table.categories, dtype=np.int64), correlations,
        np.zeros((groups, pattern.shape[1])), linked,
    )  # fmt: skip


def _score_dimensions(table: ResponseTable, pattern: BoolArray) -> tuple[FloatArray, FloatArray]:
    """Return item loadings (I, D) on weighted mean scores, and those scores (P, D), by a few power iterations."""
    I, D = pattern.shape  # noqa: E741 - I items
    person = np.repeat(np.arange(table.size), table.answered)
    number = np.maximum(np.bincount(table.item, minlength=I), 1)
    mean = np.bincount(table.item, weights=table.category, minlength=I) / number
    centred = table.category - mean[table.item]
    sd = np.sqrt(np.bincount(table.item, weights=centred**2, minlength=I) / number) + 1e-9
    z = centred / sd[table.item]
    loading, scores = np.zeros((I, D)), np.zeros((table.size, D))
    for d in range(D):
        mine = pattern[table.item, d]
        who, what, value = person[mine], table.item[mine], z[mine]
        c = np.where(pattern[:, d], 1.0, 0.0)
        total = np.bincount(who, minlength=table.size)
        for _ in range(WEIGHTINGS):
            score = np.bincount(who, weights=c[what] * value, minlength=table.size)
            rest = (score[who] - c[what] * value) / np.maximum(total[who] - 1, 1)
            top = np.bincount(what, weights=rest * value, minlength=I)
            c = top / np.sqrt(np.bincount(what, weights=rest**2, minlength=I) * number + 1e-12)
        c = c if c.sum() >= 0.0 else -c
        scores[:, d] = np.bincount(who, weights=c[what] * value, minlength=table.size) / np.maximum(total, 1)
        kept = np.where(pattern[:, d], np.clip(c, -0.9, 0.9), 0.0)
        loading[:, d] = kept / np.sqrt(1.0 - kept**2)
    return loading, scores


def _start_intercepts(table: ResponseTable, slopes: FloatArray, model: Model) -> FloatArray:
    I, most = len(table.items), int(np.max(table.categories))  # noqa: E741 - I items
    cell = table.item.astype(np.int64) * most + table.category
    counts = np.bincount(cell, minlength=I * most).reshape(I, most) + HALF
    intercepts = np.full((I, most - 1), np.nan)
    widen = np.sqrt(1.0 + np.sum(slopes**2, axis=1) / 2.9)
    for i, K in enumerate(table.categories):
        own = counts[i, :K]
        if CODES[model] == GRADED:
            above = np.cumsum(own[::-1])[::-1][1:] / own.sum()
            d = np.log(above / (1.0 - above)) * widen[i]
            intercepts[i, : K - 1] = d - 2.0 * LEAST_GAP * np.arange(K - 1)
        else:
            intercepts[i, : K - 1] = np.log(own[1:] / own[0])
    return intercepts


def needed_reach(parameters: ManyParameters, layout: Layout) -> float:
    """Return how far the grid has to reach to span six standard deviations of every group at every site."""
    settled = len(parameters.means) == 1 and not parameters.free.means.any()
    _, direction = project_items(parameters, layout)
    spread = np.sqrt(np.einsum("sd,gde,se->gs", direction, parameters.covariances, direction))
    furthest = float(np.max(np.abs(parameters.means @ direction.T) + REACH * spread))
    # Whole numbers, so that the grid stays the same while means and standard deviations settle.
    return max(REACH if settled else FURTHER, float(np.ceil(furthest - 1e-6)))


def widest_step(parameters: ManyParameters, layout: Layout) -> float:
    """Return the widest step a grid may have: `WIDEST` of the least posterior standard deviation of a projection.

    The least is what is left when a person answers all items of a site, by their expected information.
    """
    reach = needed_reach(parameters, layout)
    reach = reach if reach > FURTHER else REACH
    nodes = np.linspace(-reach, reach, 10 * int(reach) + 1)
    scale, direction = project_items(parameters, layout)
    information = np.zeros((len(layout.axis), len(nodes)))
    most_information(
        parameters.code, scale, parameters.intercepts, parameters.categories, nodes, layout.site, information
    )
    covariances = parameters.covariances
    inverse = np.diagonal(np.linalg.inv(covariances), axis1=1, axis2=2)
    alone = 1.0 / np.einsum("sd,gde,se->gs", direction, covariances, direction)
    prior = np.where(layout.axis >= 0, inverse[:, layout.axis], alone).max(axis=0)
    return float(WIDEST / np.sqrt(np.max(prior + information.max(axis=1))))


def lay_grid(parameters: ManyParameters, layout: Layout, nodes: int | None = None) -> Float32Array:
    """Return a uniform grid, fine enough for the information of the items, in a multiple of `LANES` nodes."""
    reach = needed_reach(parameters, layout)
    if nodes is None:
        wanted = 2.0 * reach / (widest_step(parameters, layout) / WIDEST * FIRST_STEP) + 1.0
        nodes = int(np.clip(np.ceil(wanted / LANES) * LANES, FEWEST, MOST))
    return np.linspace(-reach, reach, nodes).astype(np.float32)
