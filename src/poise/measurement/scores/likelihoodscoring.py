"""Scores by weighted likelihood: no prior, and no bias of the first order, in one dimension or many.

The maximum of the likelihood is biased outwards, and is infinite for a person who always chose the highest category.
Warm (1989) takes the first-order bias out of the estimating equation. In one dimension, with ``I`` the expected
information and ``J = sum_i sum_k P_ik' P_ik'' / P_ik``, it becomes ``dl/dtheta + J / (2 I) = 0``. Here its form for
many dimensions is solved, the bias-reducing score of Firth (1993): ``dl/dtheta - I b = 0``, b being the first-order
bias. For items whose answers depend on ``eta_i = a_i . theta``, with ``c_i = sum_k P' P'' / P`` by eta_i, it reads

    sum_i a_i d log P_i(x_i) / d eta_i + 1/2 sum_i c_i (a_i' I^-1 a_i) a_i = 0.

For 2pl and gpcm this maximises ``l + log |I| / 2``, the likelihood under the prior of Jeffreys; for graded items with
three categories and more it does not, and still removes the bias. Standard errors are from the inverse of ``I``.

References
----------
Warm, T. A. (1989). Weighted likelihood estimation of ability in item response theory.
Firth, D. (1993). Bias reduction of maximum likelihood estimates.
Wang, C. (2015). On latent trait estimation in multidimensional compensatory item response models.
"""

# ruff: noqa: ANN001, ANN201 - numba infers the types of compiled functions; their shapes stand in the docstrings
# ruff: noqa: PLR0913, PLR0917 - a compiled loop takes its arrays one by one and is not cut up
# ruff: noqa: N806 - K categories, D dimensions: mathematics keeps its letters
# mypy: allow-untyped-defs, allow-untyped-calls

from typing import Final

import numpy as np
from numba import njit

from poise.measurement.grid.curves import solve_small
from poise.measurement.models import FloatArray
from poise.measurement.scores.answercurves import (
    Answers,
    ItemArrays,
    add_direction,
    add_square,
    answer_slopes,
    measure_direction,
    predict,
)
from poise.measurement.scores.scoringforms import Known, PointScores, lay_form
from poise.measurement.tabular.tables import ResponseTable

MOST_STEPS: Final = 200
CLOSE: Final = 1e-8
"""The last step moves no dimension by more than this, in units of the latents."""
LONGEST_STEP: Final = 1.0
NEAR: Final = 0.3
"""From steps as short as this on, if they get shorter, two are mixed."""
MOST_AHEAD, MOST_BACK = 5.0, 0.9
"""How far mixing goes beyond a step, and back towards the point before."""
GROWTH: Final = 1.3
"""How much longer a step may be than the last one in the same direction; after a turn it is at most half as long."""
LEAST_SPREAD: Final = 1e-9
"""Directions in which the loadings of the answered items, each scaled to length one, spread less are not seen."""
LEAST_SHARE: Final = 1e-6


@njit(cache=True, nogil=True)
def reduce_bias(items, answers, p, theta, unseen, score, information, inverse, notes, bends):
    """Write the bias-reducing score of person p and the expected information, (D,) and (D, D), and its inverse.

    `unseen` projects on the directions on which no answered item depends. It is added to the information, which keeps
    the inverse proper and moves nothing: no answered item's loadings have a share in it. `notes` is (3, Kmax),
    `bends` as long as the most answers of a person.
    """
    score[:] = 0.0
    information[:] = unseen
    for r in range(answers.starts[p], answers.starts[p + 1]):
        i, k = answers.item[r], answers.category[r]
        answer_slopes(items, i, predict(items, i, theta), notes[0], notes[1], notes[2])
        add_direction(items, i, notes[1, k], score)
        sharpness, bends[r - answers.starts[p]] = weigh_answers(items, i, notes)
        add_square(items, i, sharpness, information)
    invert(information, inverse)
    for r in range(answers.starts[p], answers.starts[p + 1]):
        i, bend = answers.item[r], bends[r - answers.starts[p]]
        add_direction(items, i, 0.5 * bend * measure_direction(items, i, inverse), score)


@njit(cache=True, nogil=True)
def weigh_answers(items, i, notes):
    """Return ``sum_k P'^2 / P`` and ``sum_k P' P'' / P`` of one item, by its predictor."""
    sharpness, bend = 0.0, 0.0
    for k in range(items.categories[i]):
        slope = notes[1, k]
        chance = np.exp(notes[0, k])
        sharpness += chance * slope * slope
        bend += chance * slope * (slope * slope + notes[2, k])
    return sharpness, bend


@njit(cache=True, nogil=True)
def invert(matrix, inverse):
    """Write the inverse of a positive definite matrix."""
    D = len(matrix)
    for d in range(D):
        own = matrix.copy()
        inverse[d, :] = 0.0
        inverse[d, d] = 1.0
        solve_small(own, inverse[d], D)


@njit(cache=True, nogil=True)
def fill_weighted(items, answers, unseen, estimate, inverses, converged):
    """Write the root of the bias-reducing score of each person (P, D), and the inverse information there (P, D, D).

    Fisher steps, mixed by Anderson's method with the one before: in one dimension that is the secant through both.
    """
    D = estimate.shape[1]
    notes = np.empty((3, items.intercepts.shape[1] + 1))
    bends = np.empty(max(np.max(np.diff(answers.starts)), 1) if len(answers.starts) > 1 else 1)
    score, information, radius = np.empty(D), np.empty((D, D)), np.empty(D)
    step, last, taken = np.empty(D), np.empty(D), np.empty(D)
    for p in range(len(answers.starts) - 1):
        theta, inverse = estimate[p], inverses[p]
        theta[:] = 0.0
        last[:] = 0.0
        taken[:] = 0.0
        radius[:] = LONGEST_STEP
        for _ in range(MOST_STEPS):
            reduce_bias(items, answers, p, theta, unseen[p], score, information, inverse, notes, bends)
            for d in range(D):
                step[d] = 0.0
                for e in range(D):
                    step[d] += inverse[d, e] * score[e]
            mix_steps(step, last, taken, radius)
            longest = 0.0
            for d in range(D):
                theta[d] += taken[d]
                longest = max(longest, abs(taken[d]), abs(step[d]))
            last[:] = step
            if longest < CLOSE:
                converged[p] = True
                break


@njit(cache=True, nogil=True)
def mix_steps(step, last, taken, radius):
    """Write the step to take to `taken`, which holds the one before; in each dimension it is within the radius.

    `step` and `last` are the Fisher steps from here and from the point before. Where their directions differ the radius
    shrinks, else it grows.
    """
    both, size, before, now = 0.0, 0.0, 0.0, 0.0
    for d in range(len(step)):
        both += step[d] * (step[d] - last[d])
        size += (step[d] - last[d]) ** 2
        before = max(before, abs(last[d]))
        now = max(now, abs(step[d]))
    share = min(max(both / size, -MOST_AHEAD), MOST_BACK) if now < before < NEAR else 0.0
    for d in range(len(step)):
        radius[d] = min(radius[d] * (GROWTH if step[d] * last[d] >= 0.0 else 0.5), LONGEST_STEP)
        mixed = step[d] - share * (taken[d] + step[d] - last[d])
        taken[d] = min(max(mixed, -radius[d]), radius[d])


def find_unseen(items: ItemArrays, answers: Answers, size: int) -> FloatArray:
    """Return projections on what no answered item of a person depends on, shape (P, D, D); zero for most people."""
    length = np.linalg.norm(items.slopes, axis=1)
    unit = items.slopes / np.where(length > 0.0, length, 1.0)[:, None]
    spread = np.zeros((len(answers.starts) - 1, size, size))
    owner = np.repeat(np.arange(len(spread)), np.diff(answers.starts))
    for j in range(items.loads.shape[1]):
        for h in range(items.loads.shape[1]):
            first, second = items.loads[answers.item, j], items.loads[answers.item, h]
            on = (first >= 0) & (second >= 0)
            amount = unit[answers.item, j] * unit[answers.item, h]
            np.add.at(spread, (owner[on], first[on], second[on]), amount[on])
    values, directions = np.linalg.eigh(spread)
    blind = np.where(values[:, None, :] < LEAST_SPREAD, directions, 0.0)
    unseen: FloatArray = blind @ np.swapaxes(blind, 1, 2)
    return unseen


def score_by_weighted_likelihood(table: ResponseTable, known: Known) -> PointScores:
    """Return the weighted likelihood estimate of each person: nearly unbiased, finite, free of any prior.

    Parameters
    ----------
    table : ResponseTable
        Coded by the values of the calibration; see `poise.measurement.scores.scoringforms.lay_form`.
    known : KnownParameters or ManyParameters
        Items of all models, on any number of dimensions. The distributions of the latents are not used.

    Returns
    -------
    PointScores
        nan in the dimensions that a person's answers say nothing about: without items, or with items that load on
        others too, which cannot be told apart.

    Raises
    ------
    BadTableError
        If an item, a group or a category was not calibrated.

    Notes
    -----
    With one dimension an item, each dimension is estimated from its own items only: correlations lend nothing.
    """
    form, answers = lay_form(table, known)
    unseen = find_unseen(form.items, answers, form.size)
    estimate, covariance = np.empty((table.size, form.size)), np.empty((table.size, form.size, form.size))
    converged = np.zeros(table.size, dtype=bool)
    fill_weighted(form.items, answers, unseen, estimate, covariance, converged)
    missing = np.diagonal(unseen, axis1=1, axis2=2) > LEAST_SHARE
    estimate[missing] = np.nan
    covariance[missing[:, :, None] | missing[:, None, :]] = np.nan
    return PointScores(estimate, covariance, converged, table.persons)
