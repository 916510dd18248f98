"""Standard errors of a calibration in many dimensions, from persons' scores or from the curvature of the evidence."""

# ruff: noqa: N806 - K categories, Q nodes, D dimensions: mathematics keeps its letters

from collections.abc import Sequence
from dataclasses import dataclass, replace
from functools import cached_property
from typing import Final, Literal, TypeAlias

import numpy as np

from poise.measurement.grid.curves import fill_derivatives
from poise.measurement.many.epscores import Derivatives, fill_scores
from poise.measurement.many.epstep import Cases, Expected, Map, Sites, expect_all
from poise.measurement.many.epsweep import Float32Array
from poise.measurement.many.manyparameters import Curves, Layout, ManyParameters, draw_curves
from poise.measurement.models import FloatArray, IntArray

Kind: TypeAlias = Literal["scores", "curvature"]
PERSONS: Final = 1024
"""Rows of scores held at a time."""
NUDGE: Final = 1e-3
SETTLING: Final = 2
"""Sweeps after a nudge; standard errors are then within .0003 of what eight sweeps give."""


def derive(curves: Curves) -> Derivatives:
    """Tabulate the derivatives of all curves."""
    parameters, stride = curves.parameters, curves.stride
    rows, Q = curves.table.shape
    by_eta, by_d = np.zeros((rows, Q), np.float32), np.zeros((rows, stride - 1, Q), np.float32)
    fill_derivatives(
        parameters.code, curves.scale, parameters.intercepts, parameters.categories, curves.nodes.astype(np.float64),
        stride, by_eta, by_d,
    )  # fmt: skip
    places: list[IntArray] = []
    first = 0
    for mask in parameters.masks:
        place = np.full(mask.shape, -1, dtype=np.int64)
        place[mask] = first + np.arange(mask.sum())
        first += int(mask.sum())
        places.append(place)
    slopes, intercepts, correlations, means, sds = places
    return Derivatives(
        by_eta, by_d, slopes, intercepts, correlations, means, sds, parameters.correlations, parameters.sds, first
    )


def person_scores(
    curves: Curves, derivatives: Derivatives, cases: Cases, sites: Sites, first: int, last: int
) -> FloatArray:
    """Return derivatives of the log evidence of the persons from `first` to before `last`, shape (persons, n)."""
    scores = np.zeros((last - first, derivatives.size))
    inverse = np.linalg.inv(curves.parameters.covariances)
    fill_scores(cases, curves.plan, sites.tau, sites.nu, first, last, derivatives, inverse, scores)
    return scores


def cross_products(curves: Curves, chunks: Sequence[Cases], sites: Sequence[Sites]) -> FloatArray:
    """Return the empirical information: the weighted sum of products of persons' scores, shape (n, n)."""
    derivatives = derive(curves)
    total = np.zeros((derivatives.size, derivatives.size))
    for cases, own in zip(chunks, sites, strict=True):
        for first in range(0, cases.size, PERSONS):
            last = min(first + PERSONS, cases.size)
            scores = person_scores(curves, derivatives, cases, own, first, last)
            total += scores.T @ (scores * cases.weight[first:last, None])
    return total


def slope_of_evidence(curves: Curves, expected: Expected) -> FloatArray:
    """Return the derivative of the whole log evidence by every parameter, shape (n,), from expected counts."""
    derivatives, parameters, layout = derive(curves), curves.parameters, curves.layout
    stride, result = curves.stride, np.zeros(derivatives.size)
    nodes = curves.nodes.astype(np.float64)
    by_d = np.einsum("rq,rjq->rj", expected.counts, derivatives.by_d.astype(np.float64))
    by_d = by_d.reshape(-1, stride, stride - 1).sum(axis=1)
    given = derivatives.intercept_place >= 0
    result[derivatives.intercept_place[given]] = by_d[given]
    by_a = np.einsum("rq,rq,q->r", expected.counts, derivatives.by_eta.astype(np.float64), nodes)
    by_a = by_a.reshape(-1, stride).sum(axis=1)
    own = layout.simple & parameters.free.items
    result[derivatives.slope_place.max(axis=1)[own]] = by_a[own]
    for k, i in enumerate(layout.items):
        if not parameters.free.items[i]:
            continue
        on = np.flatnonzero(parameters.pattern[i])
        first = expected.first[k * stride : (k + 1) * stride, : len(on)]
        curve = derivatives.by_eta[i * stride : (i + 1) * stride].astype(np.float64)
        result[derivatives.slope_place[i, on]] = np.einsum("kjq,kq->j", first, curve)
    _add_latents(derivatives, parameters, expected, result)
    return result


def _add_latents(derivatives: Derivatives, parameters: ManyParameters, expected: Expected, result: FloatArray) -> None:
    """Write the derivatives by correlations, means and standard deviations to `result`, shape (n,)."""
    inverse, sds = np.linalg.inv(parameters.covariances), parameters.sds
    by_covariance = inverse @ expected.covariance @ inverse - expected.weight[:, None, None] * inverse
    free = derivatives.correlation_place >= 0
    result[derivatives.correlation_place[free]] = np.einsum("gde,gd,ge->de", by_covariance, sds, sds)[free]
    off = expected.mean - expected.weight[:, None] * parameters.means
    free = derivatives.mean_place >= 0
    result[derivatives.mean_place[free]] = np.einsum("gd,gde->ge", off, inverse)[free]
    free = derivatives.sd_place >= 0
    result[derivatives.sd_place[free]] = np.einsum("gde,de,ge->gd", by_covariance, parameters.correlations, sds)[free]


def curvature(
    parameters: ManyParameters,
    layout: Layout,
    nodes: Float32Array,
    chunks: Sequence[Cases],
    sites: Sequence[Sites],
    run: Map = map,
) -> FloatArray:
    """Return the observed information of the log evidence by central differences of its derivative, shape (n, n).

    The persons' sites follow each nudge, so this has the same meaning as Louis' or Oakes' information.
    """
    point = parameters.packed
    rows = []
    for j in range(len(point)):
        ends = []
        for sign in (1.0, -1.0):
            nudged = point.copy()
            nudged[j] += sign * NUDGE
            curves = draw_curves(parameters.unpacked(nudged), layout, nodes)
            expected, _ = expect_all(curves, chunks, sites, SETTLING, run)
            ends.append(slope_of_evidence(curves, expected))
        rows.append((ends[1] - ends[0]) / (2.0 * NUDGE))
    information = np.array(rows)
    symmetric: FloatArray = (information + information.T) / 2.0
    return symmetric


@dataclass(frozen=True, eq=False)
class Uncertainty:
    """Covariance of all free parameters, in the order of ``ManyParameters.packed``; nan where it cannot be told.

    Parameters
    ----------
    covariance : array, shape (n, n)
    parameters : ManyParameters
    note : str
        Empty, or what is wrong with the information.
    """

    covariance: FloatArray
    parameters: ManyParameters
    note: str = ""

    @cached_property
    def errors(self) -> ManyParameters:
        """Standard errors, each in the place of its parameter; zero for fixed latents, nan for anchored items."""
        packed = np.sqrt(np.maximum(np.diag(self.covariance), 0.0))
        found = self.parameters.unpacked(packed)
        slopes, _, below, means, sds = self.parameters.masks
        anchored = ~self.parameters.free.items[:, None]
        return replace(
            found,
            slopes=np.where(slopes, found.slopes, np.where(anchored & found.pattern, np.nan, 0.0)),
            intercepts=np.where(anchored, np.nan, found.intercepts),
            correlations=np.where(below | below.T, found.correlations, 0.0),
            means=np.where(means, found.means, 0.0),
            spread=np.where(sds, found.sds, 0.0),
        )


def widen_information(information: FloatArray, persons: int) -> FloatArray:
    """Return an empirical information whose inverse is not too large on average, shape (n, n).

    The inverse of a mean of products of n scores of N persons is too large by ``N / (N - n - 1)`` on average, were the
    scores normal: 22 % at 3,000 persons and 540 parameters. The information is multiplied by that factor.

    References
    ----------
    Anderson, T. W. (2003). An introduction to multivariate statistical analysis, section 7.7.
    """
    left = persons - len(information) - 1
    return information * (persons / left) if left > 0 else information


def invert_information(information: FloatArray, parameters: ManyParameters) -> Uncertainty:
    """Turn an information matrix into the parameters' covariance."""
    scale = np.sqrt(np.maximum(np.diag(information), 1e-300))
    scaled = information / np.outer(scale, scale)
    try:
        factor = np.linalg.inv(np.linalg.cholesky(scaled))
    except np.linalg.LinAlgError:
        nothing = np.full_like(information, np.nan)
        return Uncertainty(
            nothing, parameters, "the information is not positive definite: no standard errors; there may be fewer"
            " persons than parameters, or an item that tells nothing",
        )  # fmt: skip
    return Uncertainty(factor.T @ factor / np.outer(scale, scale), parameters)
