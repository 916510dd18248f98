"""Modes and weighted likelihood estimates for any kind of observation, in plain numpy: blocks, raters, mixtures.

The compiled `mapscoring` and `likelihoodscoring` do the same for items with ordered categories, and faster; the tests
hold one against the other. Here only the interface of `poise.measurement.observing` is used: all possible answers,
their log probabilities, and gradients. Second derivatives are differences of gradients.
"""

# ruff: noqa: N806 - D dimensions, P persons: mathematics keeps its letters

from collections.abc import Sequence
from dataclasses import dataclass, replace
from typing import Final, NamedTuple

import numpy as np

from poise.measurement.models import FloatArray, IntArray
from poise.measurement.observing import Observable
from poise.measurement.scores.scoringforms import PointScores

MOST_STEPS: Final = 200
MOST_HALVINGS: Final = 30
CLOSE: Final = 1e-8
LONGEST_STEP: Final = 1.0
NEAR: Final = 0.3
MOST_AHEAD, MOST_BACK = 5.0, 0.9
GROWTH: Final = 1.3
SLACK: Final = 1e-10
STEP: Final = 1e-4
"""Predictors are moved by this much, in logits, for second derivatives; their error is about its square."""
LEAST_SEEN: Final = 1e-9


@dataclass(frozen=True, eq=False)
class Observed:
    """What some persons answered to one thing: an item, a block, an item by one rater.

    Parameters
    ----------
    kind : Observable
    loadings : array, shape (r, D)
        Of its r predictors on the D latents, in logits.
    person : array of int, shape (n,)
        Each at most once.
    answer : array of int, shape (n,)
        Indices of the answers, as the kind numbers them.
    """

    kind: Observable
    loadings: FloatArray
    person: IntArray
    answer: IntArray


class Slopes(NamedTuple):
    """All answers to one thing at the estimates of n persons; A answers, r predictors.

    Parameters
    ----------
    chance, log : arrays, shape (n, A)
    first : array, shape (n, A, r)
        Gradients of the logs by the predictors.
    bend : array, shape (n, A, r, r)
        Second derivatives of the probabilities themselves, ``P (g g' + grad g)``.
    """

    chance: FloatArray
    log: FloatArray
    first: FloatArray
    bend: FloatArray


def slope_answers(observed: Observed, theta: FloatArray) -> Slopes:
    """Return all answers to one thing at the latents (P, D) of all persons."""
    u = theta[observed.person] @ observed.loadings.T
    log, first = observed.kind.log_likelihoods(u), observed.kind.gradients(u)
    bends = []
    for j in range(observed.kind.predictors):
        move = STEP * np.eye(observed.kind.predictors)[j]
        ends = [
            np.exp(observed.kind.log_likelihoods(u + sign * move))[..., None] * observed.kind.gradients(u + sign * move)
            for sign in (1.0, -1.0)
        ]
        bends.append((ends[0] - ends[1]) / (2.0 * STEP))
    return Slopes(np.exp(log), log, first, np.stack(bends, axis=-1))


def add_up(seen: Sequence[Observed], theta: FloatArray) -> tuple[FloatArray, FloatArray, FloatArray]:
    """Return log-likelihood (P,), its gradient (P, D) and the expected information (P, D, D)."""
    P, D = theta.shape
    value, score, information = np.zeros(P), np.zeros((P, D)), np.zeros((P, D, D))
    for one in seen:
        u = theta[one.person] @ one.loadings.T
        value[one.person] += one.kind.log_likelihood(u, one.answer)
        score[one.person] += one.kind.gradient(u, one.answer) @ one.loadings
        information[one.person] += one.loadings.T @ one.kind.information(u) @ one.loadings
    return value, score, information


def pick_persons(seen: Sequence[Observed], chosen: IntArray, persons: int) -> list[Observed]:
    """Return what the chosen ones of so many persons answered; they are numbered anew."""
    if len(chosen) == persons:
        return list(seen)
    place = np.full(persons, -1, dtype=np.int64)
    place[chosen] = np.arange(len(chosen))
    kept = [place[one.person] >= 0 for one in seen]
    return [
        replace(one, person=place[one.person[own]], answer=one.answer[own]) for one, own in zip(seen, kept, strict=True)
    ]


def find_curvature(seen: Sequence[Observed], theta: FloatArray) -> FloatArray:
    """Return the observed information, (P, D, D): minus the second derivatives of the log-likelihood."""
    P, D = theta.shape
    curvature = np.zeros((P, D, D))
    for one in seen:
        slopes, rows = slope_answers(one, theta), np.arange(len(one.person))
        chance, first = slopes.chance[rows, one.answer], slopes.first[rows, one.answer]
        hessian = slopes.bend[rows, one.answer] / chance[:, None, None] - first[:, :, None] * first[:, None, :]
        curvature[one.person] -= one.loadings.T @ hessian @ one.loadings
    return (curvature + np.swapaxes(curvature, 1, 2)) / 2.0


def find_modes(seen: Sequence[Observed], means: FloatArray, covariances: FloatArray) -> PointScores:
    """Return the modes of the posteriors of P persons; see `poise.measurement.scores.mapscoring`.

    Parameters
    ----------
    seen : sequence of Observed
    means, covariances : arrays, shapes (P, D) and (P, D, D)
        Of the latents, for each person.
    """
    precision, theta = np.linalg.inv(covariances), means.astype(np.float64)

    def look(at: FloatArray) -> tuple[FloatArray, FloatArray, FloatArray]:
        value, score, information = add_up(seen, at)
        pull = np.einsum("pde,pe->pd", precision, at - means)
        return value - 0.5 * np.sum(pull * (at - means), axis=1), score - pull, information + precision

    value, score, information = look(theta)
    converged = np.zeros(len(theta), dtype=bool)
    for _ in range(MOST_STEPS):
        step = np.linalg.solve(information, score[..., None])[..., 0]
        converged = np.max(np.abs(step), axis=1) < CLOSE
        if converged.all():
            break
        for _ in range(MOST_HALVINGS):
            reached = look(theta + step)
            if not np.any(worse := reached[0] < value - SLACK):
                break
            step[worse] /= 2.0
        theta = theta + step
        value, score, information = reached
    curvature = find_curvature(seen, theta) + precision
    proper = np.linalg.eigvalsh(curvature)[:, 0] > 0.0
    covariance = np.linalg.inv(np.where(proper[:, None, None], curvature, information))
    return PointScores(theta, covariance, converged)


def find_weighted(seen: Sequence[Observed], persons: int, dimensions: int) -> PointScores:
    """Return the weighted likelihood estimates of P persons; see `poise.measurement.scores.likelihoodscoring`.

    The general form of the bias-reducing score is ``s_d = dl/dtheta_d + 1/2 trace(I^-1 sum_i sum_k r_ikd H_ik)`` with
    r the gradient of ``log P_ik`` and H the second derivatives of ``P_ik`` (Firth 1993; Kosmidis & Firth 2009).

    Parameters
    ----------
    seen : sequence of Observed
    persons, dimensions : int
    """
    theta = np.zeros((persons, dimensions))
    values, directions = np.linalg.eigh(add_up(seen, theta)[2])
    blind = np.where(values[:, None, :] < LEAST_SEEN, directions, 0.0)
    unseen = blind @ np.swapaxes(blind, 1, 2)
    last, taken, radius = np.zeros_like(theta), np.zeros_like(theta), np.full(theta.shape, LONGEST_STEP)
    inverse, converged = np.empty_like(unseen), np.zeros(persons, dtype=bool)
    for _ in range(MOST_STEPS):
        left = np.flatnonzero(~converged)
        score, inverse[left] = _reduce_bias(pick_persons(seen, left, persons), theta[left], unseen[left])
        step = np.einsum("pde,pe->pd", inverse[left], score)
        change = step - last[left]
        now, before = np.abs(step).max(axis=1), np.abs(last[left]).max(axis=1)
        mixing = (now < before) & (before < NEAR)
        size = np.where(mixing, np.sum(change**2, axis=1), 1.0)
        share = np.where(mixing, np.clip(np.sum(step * change, axis=1) / size, -MOST_AHEAD, MOST_BACK), 0.0)
        radius[left] = np.minimum(radius[left] * np.where(step * last[left] >= 0.0, GROWTH, 0.5), LONGEST_STEP)
        mixed = step - share[:, None] * (taken[left] + change)
        last[left], taken[left] = step, np.clip(mixed, -radius[left], radius[left])
        theta[left] += taken[left]
        converged[left] = np.maximum(np.abs(taken[left]), np.abs(step)).max(axis=1) < CLOSE
        if converged.all():
            break
    missing = np.diagonal(unseen, axis1=1, axis2=2) > LEAST_SEEN**0.5
    inverse = np.where(missing[:, :, None] | missing[:, None, :], np.nan, inverse)
    return PointScores(np.where(missing, np.nan, theta), inverse, converged)


def _reduce_bias(seen: Sequence[Observed], theta: FloatArray, unseen: FloatArray) -> tuple[FloatArray, FloatArray]:
    """Return the bias-reducing score (P, D), and the inverse of the expected information (P, D, D)."""
    _, score, information = add_up(seen, theta)
    inverse = np.linalg.inv(information + unseen).astype(np.float64)
    for one in seen:
        slopes = slope_answers(one, theta)
        spread = one.loadings @ inverse[one.person] @ one.loadings.T
        traces = np.einsum("nij,naij->na", spread, slopes.bend)
        score[one.person] += 0.5 * np.einsum("na,nai->ni", traces, slopes.first) @ one.loadings
    return score, inverse
