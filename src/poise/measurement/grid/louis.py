"""Standard errors from the observed information of the responses.

``I = I_complete - sum_p Cov(s_p)``: the information if the latent of everybody were known, less how far each person's
score may vary given the responses. It equals the second derivative of the marginal log-likelihood, and so what the
method of Oakes finds.

References
----------
Louis, T. A. (1982). Finding the observed information matrix when using the EM algorithm.
Oakes, D. (1999). Direct calculation of the information matrix via the EM algorithm.
"""

from typing import Final

import numpy as np
import numpy.typing as npt

from poise.measurement.grid.gridem import WIDEST_SPACING, Expected, Parameters, Prepared, Problem
from poise.measurement.grid.louissweep import add_missing, fill_complete, fill_scores
from poise.measurement.grid.mstep import GRADED, fill_curves
from poise.measurement.grid.packing import Packing
from poise.measurement.models import FloatArray

COARSER: Final = 1.3
"""Moments of posteriors need nodes no closer than this many standard deviations; the error is below 1e-4."""
SPARSE: Final = 0.5
"""Below this share of answered items, persons are added one by one instead of many with the same items at once."""


def observed_covariance(
    problem: Problem, packing: Packing, parameters: Parameters, nodes: FloatArray, expected: Expected
) -> FloatArray | None:
    """Return the covariance of the estimates of all free parameters, shape (n, n), or None where there is none.

    Parameters
    ----------
    problem : Problem
    packing : Packing
        Says where each parameter stands.
    parameters : Parameters
        At the maximum.
    nodes : array, shape (Q,)
    expected : Expected
        Counts at `parameters` on `nodes`.
    """
    information = observed_information(problem, packing, parameters, nodes, expected)
    try:
        np.linalg.cholesky(information)
    except np.linalg.LinAlgError:
        return None
    covariance: FloatArray = np.asarray(np.linalg.inv(information), dtype=np.float64)
    return covariance


def observed_information(
    problem: Problem, packing: Packing, parameters: Parameters, nodes: FloatArray, expected: Expected
) -> FloatArray:
    """Return the observed information about all free parameters; see `observed_covariance`."""
    place, latent_place = number_places(packing)
    information = complete_information(problem, packing, parameters, nodes, expected)
    spacing = nodes[1] - nodes[0]
    coarse = nodes[:: max(1, int(COARSER * problem.spacing_for(parameters) / WIDEST_SPACING / spacing))]
    curves = parameters.curves(problem.model, problem.categories)
    rows = len(curves.slopes) * curves.stride
    table, scores = np.zeros((rows, len(coarse))), np.zeros((rows, len(coarse), curves.stride), np.float32)
    fill_curves(curves, coarse, table)
    fill_scores(curves, coarse, scores)
    latents = parameters.latents
    deviation = (coarse - latents.mean[:, None]) / latents.sd[:, None]
    by_latent = np.stack([deviation / latents.sd[:, None], deviation**2 - 1.0], axis=2).astype(np.float32)
    answers = sum(len(chunk.codes) for chunk in problem.chunks) / sum(len(chunk.starts) - 1 for chunk in problem.chunks)
    compact = bool(np.all(problem.model == GRADED)) and answers < SPARSE * len(problem.categories)
    same: tuple[object, ...] = (table, latents.log_density(coarse), scores, by_latent, place, latent_place, compact)
    for missing in problem.mapping(_missing, problem.chunks, *([one] * len(problem.chunks) for one in same)):
        information -= missing + missing.T - np.diag(np.diag(missing))
    return information


def _missing(
    chunk: Prepared,
    table: FloatArray,
    log_prior: FloatArray,
    scores: npt.NDArray[np.float32],
    by_latent: npt.NDArray[np.float32],
    place: npt.NDArray[np.int64],
    latent_place: npt.NDArray[np.int64],
    compact: bool,  # noqa: FBT001  handed on by `map`
) -> FloatArray:
    size = 1 + max(int(place.max()), int(latent_place.max()))
    result = np.zeros((size, size))
    add_missing(
        chunk.codes,
        chunk.starts,
        chunk.weight,
        chunk.group,
        place.shape[1],
        table,
        log_prior,
        scores,
        by_latent,
        place,
        latent_place,
        compact,
        result,
    )
    return result


def number_places(packing: Packing) -> tuple[npt.NDArray[np.int64], npt.NDArray[np.int64]]:
    """Say where each item parameter, shape (I, Kmax), and each mean and sd, (G, 2), stands in the vector, or -1."""
    entries, latents = packing.entries, packing.pattern.latents
    place = np.full(entries.shape, -1, dtype=np.int64)
    place[entries] = np.arange(entries.sum())
    latent_place = np.full((len(latents.mean), 2), -1, dtype=np.int64)
    number, means = int(entries.sum()), int(latents.free_mean.sum())
    latent_place[latents.free_mean, 0] = number + np.arange(means)
    latent_place[latents.free_sd, 1] = number + means + np.arange(int(latents.free_sd.sum()))
    return place, latent_place


def complete_information(
    problem: Problem, packing: Packing, parameters: Parameters, nodes: FloatArray, expected: Expected
) -> FloatArray:
    """Return the information about all free parameters if the latent of everybody were known."""
    curves, latents = parameters.curves(problem.model, problem.categories), parameters.latents
    blocks = np.zeros((len(curves.slopes), curves.stride, curves.stride))
    fill_complete(curves, nodes, expected.counts, problem.prior, blocks)
    place, latent_place = number_places(packing)
    information = np.zeros((packing.size, packing.size))
    for own, block in zip(place, blocks, strict=True):
        free = own >= 0
        information[np.ix_(own[free], own[free])] = block[np.ix_(free, free)]
    for (m, s), mean, sd, persons in zip(latent_place, latents.mean, latents.sd, expected.node_counts, strict=True):
        deviation = (nodes - mean) / sd
        if m >= 0:
            information[m, m] = persons.sum() / sd**2
        if s >= 0:
            information[s, s] = 2.0 * float(persons @ deviation**2)
        if m >= 0 and s >= 0:
            information[m, s] = information[s, m] = 2.0 * float(persons @ deviation) / sd
    return information
