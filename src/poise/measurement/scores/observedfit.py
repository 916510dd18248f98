"""Person fit for any kind of observation, in plain numpy; `personfit` tells what is computed."""

from collections.abc import Sequence

import numpy as np

from poise.measurement.models import FloatArray
from poise.measurement.scores.observedscoring import Observed, Slopes, slope_answers
from poise.measurement.scores.personfit import LEAST_WIDTH, RIDGE, SUMS, PersonFit, judge
from poise.measurement.scores.scoringforms import PointScores


def assess_observed(seen: Sequence[Observed], scores: PointScores) -> PersonFit:
    """Say how odd each person's answers are, whatever was asked: items, blocks, ratings.

    Parameters
    ----------
    seen : sequence of Observed
    scores : PointScores
        Of P persons on D dimensions.

    Returns
    -------
    PersonFit
        Residuals (`infit`, `outfit`) are of answers counted as numbers, so they are nan where one of the things that
        were asked is a block.
    """
    theta, error = np.nan_to_num(scores.estimate), np.nan_to_num(scores.covariance)
    sums, everything = np.zeros((len(theta), SUMS)), [slope_answers(one, theta) for one in seen]
    answered, weight = np.zeros(len(theta), dtype=np.int64), np.zeros(len(theta))
    shared, information = np.zeros_like(theta), np.zeros_like(error)
    for one, slopes in zip(seen, everything, strict=True):
        answered[one.person] += 1
        mean = np.sum(slopes.chance * slopes.log, axis=1)
        own = slopes.log - mean[:, None]
        rows = np.arange(len(one.person))
        sums[one.person, 0] += own[rows, one.answer]
        sums[one.person, 1] += np.sum(slopes.chance * own**2, axis=1)
        shared[one.person] += np.einsum("na,na,nai->ni", slopes.chance, own, slopes.first) @ one.loadings
        inner = np.einsum("na,nai,naj->nij", slopes.chance, slopes.first, slopes.first)
        information[one.person] += one.loadings.T @ inner @ one.loadings
        residual, width = _residual(one, slopes)
        sums[one.person, 6] += residual**2 / width
        sums[one.person, 7] += residual**2
        weight[one.person] += width
    ridge = RIDGE * np.maximum(1.0, information.max(axis=(1, 2)))
    explained = np.linalg.solve(information + ridge[:, None, None] * np.eye(theta.shape[1]), shared[..., None])[..., 0]
    for one, slopes in zip(seen, everything, strict=True):
        _add_cleaned(one, slopes, explained[one.person], error[one.person], sums)
    sums[:, 7] /= np.where(weight > 0.0, weight, 1.0)
    for one in seen:
        loaded = np.any(one.loadings != 0.0, axis=0)
        sums[one.person[np.isnan(scores.estimate[one.person][:, loaded]).any(axis=1)]] = np.nan
    return judge(sums, answered)


def _add_cleaned(one: Observed, slopes: Slopes, explained: FloatArray, error: FloatArray, sums: FloatArray) -> None:
    """Add one thing's part of V, its variance, third moment and mean of the second order."""
    mean = np.sum(slopes.chance * slopes.log, axis=1, keepdims=True)
    left = slopes.log - mean - np.einsum("nai,ni->na", slopes.first, explained @ one.loadings.T)
    sums[one.person, 2] += left[np.arange(len(one.person)), one.answer]
    sums[one.person, 3] += np.sum(slopes.chance * left**2, axis=1)
    sums[one.person, 4] += np.sum(slopes.chance * left**3, axis=1)
    spread = one.loadings @ error @ one.loadings.T
    sums[one.person, 5] -= 0.5 * np.einsum("na,naij,nij->n", left, slopes.bend, spread)


def _residual(one: Observed, slopes: Slopes) -> tuple[FloatArray, FloatArray]:
    """Return residuals of answers counted as numbers, and their variances; nan for a block."""
    levels = np.arange(one.kind.answers, dtype=np.float64)
    if one.kind.predictors > 1:
        levels = np.full_like(levels, np.nan)
    mean = slopes.chance @ levels
    width = np.sum(slopes.chance * (levels - mean[:, None]) ** 2, axis=1)
    return levels[one.answer] - mean, np.maximum(width, LEAST_WIDTH)
