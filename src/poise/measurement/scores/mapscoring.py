"""Scores by the mode of the posterior (MAP), in one dimension or many.

The log posterior ``sum_i log P_i(x_i; theta) - (theta - mu)' Sigma^-1 (theta - mu) / 2`` is concave for every model
here, so there is one mode, and Newton steps that are halved where they overshoot always find it. Standard errors are
from its curvature at the mode: the inverse of ``Sigma^-1 - sum_i d^2 log P_i``, with the observed information.
"""

# ruff: noqa: ANN001, ANN201 - numba infers the types of compiled functions; their shapes stand in the docstrings
# ruff: noqa: PLR0913, PLR0917 - a compiled loop takes its arrays one by one and is not cut up
# ruff: noqa: N806 - K categories, D dimensions: mathematics keeps its letters
# mypy: allow-untyped-defs, allow-untyped-calls

from typing import Final

import numpy as np
from numba import njit

from poise.measurement.grid.curves import solve_small
from poise.measurement.scores.answercurves import add_direction, add_square, answer_slopes, predict
from poise.measurement.scores.scoringforms import Known, PointScores, lay_form
from poise.measurement.tabular.tables import ResponseTable

MOST_STEPS: Final = 100
MOST_HALVINGS: Final = 30
CLOSE: Final = 1e-6
"""The last step moves no dimension by more than this; what is left is about its square."""
SLACK: Final = 1e-10
"""A log posterior that falls by less than this has not fallen: it is rounding."""


@njit(cache=True, nogil=True)
def climb(items, answers, p, theta, mean, precision, gradient, curvature, work):
    """Write gradient and negative second derivatives of the log posterior of person p; return its value."""
    D = len(theta)
    value = 0.0
    for d in range(D):
        gradient[d] = 0.0
        for e in range(D):
            gradient[d] -= precision[d, e] * (theta[e] - mean[e])
            curvature[d, e] = precision[d, e]
        value += 0.5 * gradient[d] * (theta[d] - mean[d])
    for r in range(answers.starts[p], answers.starts[p + 1]):
        i, k = answers.item[r], answers.category[r]
        answer_slopes(items, i, predict(items, i, theta), work[0], work[1], work[2])
        value += work[0, k]
        add_direction(items, i, work[1, k], gradient)
        add_square(items, i, -work[2, k], curvature)
    return value


@njit(cache=True, nogil=True)
def fill_modes(items, answers, means, precisions, estimate, curvatures, converged):
    """Write the mode of each person (P, D), the curvature there (P, D, D), and whether it was reached."""
    D = estimate.shape[1]
    work = np.empty((3, items.intercepts.shape[1] + 1))
    gradient, step, tried = np.empty(D), np.empty(D), np.empty(D)
    for p in range(len(answers.starts) - 1):
        mean, precision = means[answers.group[p]], precisions[answers.group[p]]
        theta, curvature = estimate[p], curvatures[p]
        theta[:] = mean
        value = climb(items, answers, p, theta, mean, precision, gradient, curvature, work)
        for _ in range(MOST_STEPS):
            step[:] = gradient
            solve_small(curvature, step, D)
            size = 1.0
            longest = np.max(np.abs(step))
            for _ in range(MOST_HALVINGS):
                for d in range(D):
                    tried[d] = theta[d] + size * step[d]
                reached = climb(items, answers, p, tried, mean, precision, gradient, curvature, work)
                if reached >= value - SLACK:
                    break
                size /= 2.0
            theta[:] = tried
            value = reached
            if longest < CLOSE:
                converged[p] = True
                break


def score_by_mode(table: ResponseTable, known: Known) -> PointScores:
    """Return the mode of each person's posterior, with standard errors from its curvature.

    Parameters
    ----------
    table : ResponseTable
        Coded by the values of the calibration; see `poise.measurement.scores.scoringforms.lay_form`.
    known : KnownParameters or ManyParameters
        Items of all models, on any number of dimensions, and the normal distributions of the latents.

    Returns
    -------
    PointScores
        A person who answered nothing gets the mean and the covariance of their group.

    Raises
    ------
    BadTableError
        If an item, a group or a category was not calibrated.

    Notes
    -----
    The mode leans towards the mean of the group, as the posterior mean does. With correlated dimensions every answer
    moves all of them.
    """
    form, answers = lay_form(table, known)
    estimate, curvatures = np.empty((table.size, form.size)), np.empty((table.size, form.size, form.size))
    converged = np.zeros(table.size, dtype=bool)
    precisions = np.linalg.inv(form.covariances)
    fill_modes(form.items, answers, form.means, precisions, estimate, curvatures, converged)
    covariance = np.linalg.inv(curvatures).astype(np.float64)
    return PointScores(estimate, covariance, converged, table.persons)
