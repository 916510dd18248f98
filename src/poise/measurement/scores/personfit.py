r"""Person fit: how odd a pattern of answers is, given what the items ask, in any number of dimensions.

Drasgow's ``lz`` compares the log-likelihood of a person's answers with what it would be expected to be. With the
estimate put in the place of the true theta it is no longer standard normal: it varies too little, the less the more
dimensions are estimated. ``lz*`` (Snijders 2001) repairs this, and so it goes:

*What is summed.* ``W(theta) = sum_i [w_i(x_i) - E w_i]`` with ``w_i(k) = log P_ik(theta)``. At the true theta its mean
is zero and its variance ``sum_i Var w_i``; ``lz = W / sqrt(sum_i Var w_i)``.

*What an estimate does to it.* Write ``r_i(k) = grad log P_ik``, a vector over D dimensions, ``I = sum_i E r_i r_i'``
and ``c = sum_i E w_i r_i``. Because ``sum_k P_ik = 1``, the expected gradient of W is ``-c``, so that
``W(estimate) - W(theta)`` is about ``-c' (estimate - theta)``: as large as W itself, and correlated with it.

*The repair.* Take from each ``w_i`` what the score explains: ``v_i(k) = w_i(k) - E w_i - c' I^-1 r_i(k)``. Then
``sum_i E v_i r_i = 0``, so the expected gradient of ``V(theta) = sum_i v_i(x_i)`` is zero, and V does not change, to
the first order, when any estimate of theta with an error of the usual size is put into it. Hence

    lz* = V(estimate) / sqrt(sum_i Var v_i) = [W + c' I^-1 r_0] / sqrt(sum_i Var w_i - c' I^-1 c)

with ``r_0 = -sum_i r_i(x_i)``, all at the estimate. An estimate that solves ``r_0(theta) + sum_i r_i(x_i) = 0`` gives
the ``r_0`` of the literature: zero for maximum likelihood, the bias-reducing term for weighted likelihood (in one
dimension ``J / (2 I)``), the gradient of the log prior for the mode. The posterior mean solves no such equation;
``-sum_i r_i(x_i)`` is computed for it all the same, and the argument above holds. With one dimension this is Snijders
(2001) for right/wrong answers and Sinharay (2016) for ordered ones; with simple structure it is Albers, Meijer &
Tendeiro (2016); here items may load on several dimensions.

*The tail.* In short tests V is skewed to the left, and its mean is not quite zero. ``chance`` therefore corrects for
the third moment ``sum_i E v_i^3``, which is known exactly, by the Edgeworth series, and for the mean of the second
order. That mean follows from differentiating ``sum_i E v_i = 0`` twice. With B the covariance of the error of
estimation it is

    E V(estimate) = -1/2 trace(B sum_i E[v_i (r_i r_i' + grad r_i)]).

References
----------
Drasgow, F., Levine, M. V., & Williams, E. A. (1985). Appropriateness measurement with polychotomous item response
models and standardized indices.
Snijders, T. A. B. (2001). Asymptotic null distribution of person fit statistics with estimated person parameter.
Sinharay, S. (2016). Asymptotically correct standardization of person-fit statistics beyond dichotomous items.
Albers, C. J., Meijer, R. R., & Tendeiro, J. N. (2016). Derivation and applicability of asymptotic results for multiple
subtests person-fit statistics.
"""

# ruff: noqa: ANN001, ANN201 - numba infers the types of compiled functions; their shapes stand in the docstrings

# ruff: noqa: N803, N806 - K categories, D dimensions: mathematics keeps its letters
# mypy: allow-untyped-defs, allow-untyped-calls

from dataclasses import dataclass
from typing import Final

import numpy as np
from numba import njit
from scipy.special import ndtr

from poise.measurement.grid.curves import solve_small
from poise.measurement.models import FloatArray, IntArray
from poise.measurement.scores.answercurves import add_direction, add_square, answer_slopes, measure_direction, predict
from poise.measurement.scores.scoringforms import Known, PointScores, lay_form
from poise.measurement.tabular.tables import ResponseTable

RIDGE: Final = 1e-10
"""Added to the information, relative to its largest entry, where a person's answers leave a dimension open."""
LEAST_LEFT: Final = 1e-6
"""A pattern that the estimate explains but for this share of the variance tells nothing about fit."""
LEAST_WIDTH: Final = 1e-9
"""Answers that are surer than this are taken to vary so much; else one of them would be all of the outfit."""
SUMS: Final = 8


@dataclass(frozen=True, eq=False)
class PersonFit:
    """How odd the answers of P persons are; below zero is odder than expected, above more regular.

    Parameters
    ----------
    lz : array, shape (P,)
        Not corrected for the estimate, for comparison with the literature.
    lz_star : array, shape (P,)
        Corrected; near standard normal for people who answer as the model says.
    chance : array, shape (P,)
        How often people who answer as the model says would have a pattern as odd as this or odder.
    infit, outfit : array, shape (P,)
        Mean squared residuals over answers, weighted by their variances and not; near one, less because theta was
        estimated from the same answers.
    answered : array of int, shape (P,)
        Numbers of answers.
    """

    lz: FloatArray
    lz_star: FloatArray
    chance: FloatArray
    infit: FloatArray
    outfit: FloatArray
    answered: IntArray


@njit(cache=True, nogil=True)
def fill_fit(items, answers, estimate, error, sums):
    """Write the sums that the statistics are made of, (P, SUMS).

    W and its variance; V, its variance, third moment and mean of the second order; squared residuals over variances,
    and weighted by them. `error` (P, D, D) is the covariance of the error of estimation.
    """
    D = estimate.shape[1]
    notes = np.empty((3, items.intercepts.shape[1] + 1))
    c, information = np.empty(D), np.empty((D, D))
    for p in range(len(answers.starts) - 1):
        first, last = answers.starts[p], answers.starts[p + 1]
        theta, own = estimate[p], sums[p]
        own[:] = 0.0
        c[:] = 0.0
        information[:] = 0.0
        spread = 0.0
        for r in range(first, last):
            i = answers.item[r]
            answer_slopes(items, i, predict(items, i, theta), notes[0], notes[1], notes[2])
            mean, variance, shared, sharpness, residual, width = take_moments(
                items.categories[i], notes, answers.category[r]
            )
            own[0] += notes[0, answers.category[r]] - mean
            own[1] += variance
            own[6] += residual * residual / width
            own[7] += residual * residual
            spread += width
            add_direction(items, i, shared, c)
            add_square(items, i, sharpness, information)
        if last == first:
            continue
        own[7] /= spread
        ridge = RIDGE * max(1.0, np.max(information))
        for d in range(D):
            information[d, d] += ridge
        solve_small(information, c, D)
        for r in range(first, last):
            i, k = answers.item[r], answers.category[r]
            eta = predict(items, i, theta)
            answer_slopes(items, i, eta, notes[0], notes[1], notes[2])
            add_cleaned(items.categories[i], k, notes, predict(items, i, c), measure_direction(items, i, error[p]), own)


@njit(cache=True, nogil=True)
def take_moments(K, notes, k):
    """Return mean and variance of ``log P``, its mean product with the slope, and the mean squared slope.

    Also the residual of answer k, counted in categories, and the variance of answers.
    """
    mean, level = 0.0, 0.0
    for h in range(K):
        mean += np.exp(notes[0, h]) * notes[0, h]
        level += np.exp(notes[0, h]) * h
    variance, shared, sharpness, width = 0.0, 0.0, 0.0, 0.0
    for h in range(K):
        chance = np.exp(notes[0, h])
        variance += chance * (notes[0, h] - mean) ** 2
        shared += chance * (notes[0, h] - mean) * notes[1, h]
        sharpness += chance * notes[1, h] ** 2
        width += chance * (h - level) ** 2
    return mean, variance, shared, sharpness, k - level, max(width, LEAST_WIDTH)


@njit(cache=True, nogil=True)
def add_cleaned(K, k, notes, slope, breadth, own):
    """Add one answer's part of V, its variance, third moment and mean of the second order."""
    mean = 0.0
    for h in range(K):
        mean += np.exp(notes[0, h]) * notes[0, h]
    for h in range(K):
        chance = np.exp(notes[0, h])
        left = notes[0, h] - mean - slope * notes[1, h]
        own[3] += chance * left * left
        own[4] += chance * left * left * left
        own[5] -= 0.5 * breadth * chance * left * (notes[1, h] ** 2 + notes[2, h])
        if h == k:
            own[2] += left


def assess_fit(table: ResponseTable, known: Known, scores: PointScores) -> PersonFit:
    """Say how odd each person's answers are.

    Parameters
    ----------
    table : ResponseTable
        Coded by the values of the calibration; see `poise.measurement.scores.scoringforms.lay_form`.
    known : KnownParameters or ManyParameters
        Items of all models, mixed if need be, on any number of dimensions.
    scores : PointScores
        Of the same persons: modes, weighted likelihood estimates, or posterior means with their covariances.

    Returns
    -------
    PersonFit
        nan for a person without an estimate, or with too few answers to tell fit from theta.

    Raises
    ------
    BadTableError
        If an item, a group or a category was not calibrated.
    ValueError
        If the scores are not of the persons of the table.
    """
    form, answers = lay_form(table, known)
    if scores.estimate.shape != (table.size, form.size):
        raise ValueError(
            f"scores: got shape {scores.estimate.shape}, expected ({table.size}, {form.size}), persons by dimensions"
        )
    sums = np.zeros((table.size, SUMS))
    # A dimension without answers has no estimate and no part in any answer: nan must not spread from there.
    fill_fit(form.items, answers, np.nan_to_num(scores.estimate), np.nan_to_num(scores.covariance), sums)
    sums[find_unplaced(form.items.loads, answers.starts, answers.item, scores.estimate)] = np.nan
    return judge(sums, table.answered)


def find_unplaced(loads: IntArray, starts: IntArray, item: IntArray, estimate: FloatArray) -> IntArray:
    """Return the persons who answered an item on a dimension without an estimate."""
    owner = np.repeat(np.arange(len(starts) - 1), np.diff(starts))
    there = loads[item]
    lost = np.isnan(estimate[owner[:, None], np.maximum(there, 0)]) & (there >= 0)
    return np.unique(owner[lost.any(axis=1)])


def judge(sums: FloatArray, answered: IntArray) -> PersonFit:
    """Turn sums over answers, (P, SUMS) as of `fill_fit`, into statistics."""
    W, spread, V, left, third, shift, squares, weighted = sums.T
    told = (answered > 0) & (left > LEAST_LEFT * spread)
    sd = np.sqrt(np.where(told, left, np.nan))
    with np.errstate(divide="ignore", invalid="ignore"):
        lz = W / np.sqrt(np.where(answered > 0, spread, np.nan))
        outfit = squares / np.where(answered > 0, answered, np.nan)
    chance = lower_tail((V - shift) / sd, third / sd**3)
    return PersonFit(lz, V / sd, chance, np.where(answered > 0, weighted, np.nan), outfit, answered)


def lower_tail(z: FloatArray, skewness: FloatArray) -> FloatArray:
    """Return the chance to fall below z for a standardised sum with this skewness, by the first Edgeworth term."""
    density = np.exp(-0.5 * z**2) / np.sqrt(2.0 * np.pi)
    tail: FloatArray = np.clip(ndtr(z) - density * skewness * (z**2 - 1.0) / 6.0, 0.0, 1.0)
    return tail
