"""Standard errors of a joint calibration from persons' scores, and what the answers do not tell."""

# ruff: noqa: N806 - D dimensions, R raters: mathematics keeps its letters

from collections.abc import Sequence
from dataclasses import dataclass
from functools import cached_property, partial
from typing import Final

import numpy as np
from scipy.linalg import null_space

from poise.measurement.joint.jointdata import JointBlock
from poise.measurement.joint.jointparameters import JointLayout, JointParameters
from poise.measurement.joint.jointstep import JointSites, run_sweep
from poise.measurement.joint.jointsweep import JointPersons, JointTotals
from poise.measurement.many.eperrors import widen_information
from poise.measurement.many.epstep import Map
from poise.measurement.models import FloatArray, IntArray
from poise.measurement.tabular.tables import name_some

ROWS: Final = 1024
"""Persons whose scores are held at a time."""
FLAT: Final = 1e-6
"""An eigenvalue of the scaled information below this is a direction that the answers say nothing about."""
SPOKEN: Final = 0.15
"""Parameters with at least this weight in such a direction are named."""


@dataclass(frozen=True, eq=False)
class JointUncertainty:
    """Covariance of all parameters in the order of ``JointParameters.packed``, nan where it was not found.

    Parameters
    ----------
    covariance : array, shape (n, n)
    parameters : JointParameters
    free : int
        How many parameters are free, given what is held fixed to tell them.
    notes : tuple of str
    """

    covariance: FloatArray
    parameters: JointParameters
    free: int
    notes: tuple[str, ...] = ()

    @cached_property
    def errors(self) -> JointParameters:
        """Standard errors, each in the place of its parameter; zero where one is fixed."""
        packed = np.sqrt(np.maximum(np.diag(self.covariance), 0.0))
        errors = self.parameters.unpacked(packed)
        np.fill_diagonal(errors.correlations, 0.0)
        return errors


def find_shared_dimensions(layout: JointLayout, i: int) -> list[int]:
    """Return the dimensions that all statements of a block load on: there only differences of loadings matter."""
    one, own = layout.asked[i], layout.own(i)
    if not isinstance(one, JointBlock):
        return []
    dimension = layout.dimension[own]
    return [int(d) for d in np.unique(dimension[dimension >= 0]) if np.sum(dimension == d) == len(one.statements)]


def span_free(parameters: JointParameters, ratings: FloatArray) -> FloatArray:
    """Return an orthonormal basis of the changes that keep what is fixed, shape (n, free).

    Fixed are: intercepts of a block sum to zero, and so do loadings of a block on a dimension that all its statements
    load on; severities are zero on average over ratings, log consistencies over raters.
    """
    layout, n, R = parameters.layout, len(parameters.values), len(parameters.severity)
    held: list[tuple[IntArray, FloatArray]] = []
    for i, one in enumerate(layout.asked):
        if isinstance(one, JointBlock):
            dimension = layout.dimension[layout.own(i)]
            for d in [-1, *find_shared_dimensions(layout, i)]:
                places = np.flatnonzero(dimension == d) + layout.start[i]
                held.append((places, np.ones(len(places))))
    if R:
        held += [(n + np.arange(R), ratings), (n + R + np.arange(R), np.ones(R))]
    size = len(parameters.packed)
    loose = np.ones(size, dtype=bool)
    columns = []
    for places, weights in held:
        loose[places] = False
        basis = np.zeros((size, len(places) - 1))
        basis[places] = null_space(weights[None, :])
        columns.append(basis)
    return np.hstack([np.eye(size)[:, loose], *columns])


def score_persons(
    parameters: JointParameters, weights: FloatArray, persons: JointPersons, sites: JointSites
) -> FloatArray:
    """Return derivatives of each person's log evidence by all parameters, shape (P, n)."""
    totals, _, _, _ = run_sweep(parameters, weights, 1, persons, sites, apart=True)
    return np.hstack([totals.gradient, _score_latents(parameters, persons, totals)])


def _score_latents(parameters: JointParameters, persons: JointPersons, totals: JointTotals) -> FloatArray:
    """Return derivatives by the correlations below the diagonal, and by the means of all groups but the first."""
    inverse = np.linalg.inv(parameters.correlations)
    off = totals.mean - parameters.means[persons.group]
    pull = off @ inverse
    whole = inverse @ totals.covariance @ inverse + pull[:, :, None] * pull[:, None, :] - inverse
    parts = [whole[:, np.tril(parameters.layout.linked, -1)]]
    parts += [pull * (persons.group == g)[:, None] for g in range(1, len(parameters.means))]
    return np.hstack(parts)


def _pick(persons: JointPersons, sites: JointSites, first: int, last: int) -> tuple[JointPersons, JointSites]:
    own = slice(int(persons.starts[first]), int(persons.starts[last]))
    part = JointPersons(
        persons.starts[first : last + 1] - persons.starts[first],
        persons.item[own], persons.answer[own], persons.rater[own], persons.reading[own],
        persons.weight[first:last], persons.group[first:last],
    )  # fmt: skip
    return part, JointSites(sites.tau[own], sites.nu[own])


def _cross_products(
    parameters: JointParameters, weights: FloatArray, persons: JointPersons, sites: JointSites
) -> FloatArray:
    size = len(parameters.packed)
    total = np.zeros((size, size))
    for first in range(0, len(persons.weight), ROWS):
        part, own = _pick(persons, sites, first, min(first + ROWS, len(persons.weight)))
        scores = score_persons(parameters, weights, part, own)
        total += scores.T @ (scores * part.weight[:, None])
    return total


def find_joint_uncertainty(
    parameters: JointParameters,
    weights: FloatArray,
    chunks: Sequence[JointPersons],
    sites: Sequence[JointSites],
    precision: FloatArray,
    ratings: FloatArray,
    run: Map = map,
) -> JointUncertainty:
    """Find the covariance of all parameters from cross-products of persons' scores.

    Parameters
    ----------
    parameters, weights, chunks, sites
        Of a finished fit.
    precision : array, shape (n,)
        Of the priors; zero for correlations and means. It keeps the errors of what the answers do not tell finite.
    ratings : array, shape (raters,)
    run : callable
    """
    information = sum(run(partial(_cross_products, parameters, weights), chunks, sites))
    persons = sum(int(np.sum(np.diff(chunk.starts) > 0)) for chunk in chunks)
    basis = span_free(parameters, ratings)
    inside = basis.T @ information @ basis
    notes = name_flat(parameters.layout, basis, inside) if persons > len(inside) else ()
    inside = widen_information(inside, persons) + (basis.T * precision) @ basis
    covariance = basis @ np.linalg.pinv(inside, hermitian=True) @ basis.T
    return JointUncertainty(covariance, parameters, basis.shape[1], notes)


def name_flat(layout: JointLayout, basis: FloatArray, information: FloatArray) -> tuple[str, ...]:
    """Say in plain words which parameters the answers do not tell apart."""
    scale = np.sqrt(np.maximum(np.diag(information), 1e-300))
    sizes, directions = np.linalg.eigh(information / np.outer(scale, scale))
    flat = np.flatnonzero(sizes < FLAT)
    if not flat.size:
        return ()
    change = basis @ (directions[:, flat] / scale[:, None])
    change /= np.linalg.norm(change, axis=0)
    weight = np.max(np.abs(change), axis=1)
    named = [layout.describe(int(j)) for j in np.argsort(-weight) if weight[j] >= SPOKEN]
    told = (
        f"the answers do not tell {len(named)} parameters apart: {name_some(named)}. In {flat.size} ways they could "
        "move together without changing what anybody would answer; only the weak prior holds them, so do not "
        "interpret them. Compare the statements with other dimensions, mix their poles, or add single ratings"
    )
    return (told,)
