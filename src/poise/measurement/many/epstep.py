"""One cycle of calibration in many dimensions: expected counts by propagation, then a step of the parameters."""

# ruff: noqa: N806 - K categories, Q nodes, D dimensions: mathematics keeps its letters

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass, replace
from functools import partial, reduce
from operator import add
from typing import Any, Final, TypeAlias

import numpy as np

from poise.measurement.grid.curves import fit_several, fit_simple_items
from poise.measurement.many.epsweep import Persons, Totals, sweep
from poise.measurement.many.manyparameters import SMALLEST_EIGENVALUE, BoolArray, Curves, Layout, ManyParameters
from poise.measurement.models import FloatArray
from poise.measurement.tabular.tables import ResponseTable

Map: TypeAlias = Callable[..., Iterable[Any]]
NEWTON_STEPS: Final = 2
ALTERNATIONS: Final = 25
SETTLED: Final = 1e-9
STEEPEST: Final = 10.0
"""Loadings are held within this many logits. A steeper item sorts people into two piles; no grid could follow it."""


class Cases(Persons):
    """Persons of one chunk, ready for a sweep."""

    __slots__ = ()

    @property
    def size(self) -> int:
        """How many persons there are."""
        return len(self.starts) - 1


@dataclass(frozen=True, eq=False)
class Sites:
    """Gaussian sites of P persons, ``exp(nu u - tau u^2 / 2)``: two arrays of shape (P, S)."""

    tau: FloatArray
    nu: FloatArray


@dataclass(frozen=True, eq=False)
class Expected:
    """What a chunk of persons contributes to a cycle; two of these add up.

    Parameters
    ----------
    counts : array, shape (I * Kmax, Q)
        Expected numbers of persons in a category at a node of its site.
    first, second : arrays
        Moments of the latents for items that load on several dimensions, (C * Kmax, J, Q) and (C, J, J, Q).
    covariance : array, shape (G, D, D)
        Sum of ``E (theta - mean)(theta - mean)'``.
    mean : array, shape (G, D)
        Sum of ``E theta``.
    weight : array, shape (G,)
    evidence : float
        Approximate log-likelihood.
    distance : float
        Largest change of a marginal in the last sweep, in its standard deviations.
    """

    counts: FloatArray
    first: FloatArray
    second: FloatArray
    covariance: FloatArray
    mean: FloatArray
    weight: FloatArray
    evidence: float
    distance: float

    def __add__(self, other: "Expected") -> "Expected":
        return Expected(
            self.counts + other.counts,
            self.first + other.first,
            self.second + other.second,
            self.covariance + other.covariance,
            self.mean + other.mean,
            self.weight + other.weight,
            self.evidence + other.evidence,
            max(self.distance, other.distance),
        )


def prepare_cases(table: ResponseTable, layout: Layout, stride: int) -> Cases:
    """Sort the responses of each person by site, then by item, whatever order they came in."""
    persons = np.repeat(np.arange(table.size, dtype=np.int64), table.answered)
    site = layout.site[table.item].astype(np.int64)
    key = (persons * len(layout.axis) + site) * len(table.items) + table.item
    order = np.argsort(key, kind="stable") if np.any(np.diff(key) < 0) else slice(None)
    code = (table.item.astype(np.int32) * np.int32(stride) + table.category.astype(np.int32))[order]
    weight = np.ones(table.size) if table.weight is None else np.asarray(table.weight, dtype=np.float64)
    group = np.zeros(table.size, dtype=np.int64) if table.group is None else table.group.astype(np.int64)
    return Cases(np.asarray(table.starts, dtype=np.int64), code, weight, group)


def empty_sites(cases: Cases, layout: Layout) -> Sites:
    """Return sites that say nothing."""
    shape = (cases.size, len(layout.axis))
    return Sites(np.zeros(shape), np.zeros(shape))


def expect(curves: Curves, passes: int, cases: Cases, sites: Sites) -> tuple[Expected, Sites]:
    """Sweep over the persons of one chunk and count; the given sites are not changed."""
    parameters, Q = curves.parameters, len(curves.nodes)
    tau, nu = sites.tau.copy(), sites.nu.copy()
    D, (C, J) = len(parameters.correlations), curves.layout.loads.shape
    totals = Totals(
        counts=np.zeros((len(curves.table), Q)),
        first=np.zeros((C * curves.stride, J, Q)),
        second=np.zeros((C, J, J, Q)),
        covariance=np.zeros((len(parameters.means), D, D)),
        mean=np.zeros_like(parameters.means),
    )
    evidence, distance = sweep(cases, curves.plan, tau, nu, totals, passes)
    weight = np.zeros(len(parameters.means))
    np.add.at(weight, cases.group, cases.weight)
    return Expected(*totals, weight, evidence, distance), Sites(tau, nu)


def expect_all(
    curves: Curves, chunks: Sequence[Cases], sites: Sequence[Sites], passes: int = 1, run: Map = map
) -> tuple[Expected, list[Sites]]:
    """Run `expect` over all chunks by the given `map` and add up what they counted."""
    results = list(run(partial(expect, curves, passes), chunks, sites))
    return reduce(add, [found for found, _ in results]), [left for _, left in results]


def improve(curves: Curves, expected: Expected, slope_precision: float, intercept_precision: float) -> ManyParameters:
    """Return better parameters from expected counts, in units in which the latents have variance one.

    Items take Newton steps with expected information. Correlations and means are those of the persons' posteriors;
    what variance they add or lack is put into the loadings (parameter expansion), which speeds convergence. On anchored
    dimensions nothing is put into the loadings: there mean and variance are parameters.

    References
    ----------
    Liu, C., Rubin, D. B., & Wu, Y. N. (1998). Parameter expansion to accelerate EM: the PX-EM algorithm.
    """
    old, layout, stride = curves.parameters, curves.layout, curves.stride
    nodes = curves.nodes.astype(np.float64)
    slopes, intercepts, scale = old.slopes.copy(), old.intercepts.copy(), curves.scale.copy()
    simple = layout.simple & old.free.items
    fit_simple_items(
        old.code, scale, intercepts, old.categories, simple, nodes, stride, expected.counts, slope_precision,
        intercept_precision, NEWTON_STEPS,
    )  # fmt: skip
    dimension = np.argmax(old.pattern, axis=1)
    slopes[simple, dimension[simple]] = scale[simple]
    for k, i in enumerate(layout.items):
        if not old.free.items[i]:
            continue
        on, K = np.flatnonzero(old.pattern[i]), int(old.categories[i])
        own, J = slopes[i, on], len(on)
        fit_several(
            old.code, own, curves.scale[i], intercepts[i], K, nodes, expected.counts[i * stride : i * stride + K],
            expected.first[k * stride : k * stride + K, :J], expected.second[k, :J, :J], slope_precision,
            intercept_precision,
        )  # fmt: skip
        slopes[i, on] = own
    return _standardise(replace(old, slopes=slopes, intercepts=intercepts), expected)


def _standardise(parameters: ManyParameters, expected: Expected) -> ManyParameters:
    weight, anchored = expected.weight, parameters.free.means[0]
    means = expected.mean / np.maximum(weight, 1e-300)[:, None]
    # Groups without persons keep their means; the sum was taken around the old means.
    means[weight == 0.0] = parameters.means[weight == 0.0]
    off = means - parameters.means
    scatter = expected.covariance - weight[:, None, None] * off[:, :, None] * off[:, None, :]
    covariance, ratios = fit_spreads(scatter, weight, parameters)
    sd = np.sqrt(np.diag(covariance))
    correlations = np.where(parameters.linked, covariance / np.outer(sd, sd), 0.0)
    smallest = np.linalg.eigvalsh(correlations)[0]
    if smallest < 2.0 * SMALLEST_EIGENVALUE:
        share = (2.0 * SMALLEST_EIGENVALUE - smallest) / (1.0 - smallest)
        correlations = (1.0 - share) * correlations + share * np.eye(len(sd))
    np.fill_diagonal(correlations, 1.0)
    moved = replace(parameters, correlations=(correlations + correlations.T) / 2.0, means=means, spread=ratios * sd)
    moved = moved.rescaled(np.where(anchored, 0.0, means[0]), np.where(anchored, 1.0, sd))
    # Anchored items load on anchored dimensions only, so that nothing was done to them here.
    held = np.where(parameters.free.items[:, None], np.clip(moved.slopes, -STEEPEST, STEEPEST), parameters.slopes)
    return replace(moved, slopes=held)


def fit_spreads(scatter: FloatArray, weight: FloatArray, parameters: ManyParameters) -> tuple[FloatArray, FloatArray]:
    """Return the covariance of the first group, (D, D), and by how much other groups spread more, (G, D).

    The covariance of group g is ``T_g C T_g`` with a diagonal T_g, one for the first group and wherever standard
    deviations are not free. Given all T, C is the mean of the scaled scatters; given C, each T_g solves a convex
    problem in its inverse u: ``minimise u' (C^-1 * S_g) u / 2 - n_g sum log u``. The two alternate.

    Parameters
    ----------
    scatter : array, shape (G, D, D)
        Sums of squares and products around the means.
    weight : array, shape (G,)
    parameters : ManyParameters
        Where to begin, and what is free.
    """
    ratios = parameters.sds / parameters.sds[0]
    loose = parameters.free.sds & (weight[:, None] > 0.0)
    loose[0] = False
    for _ in range(ALTERNATIONS):
        scaled = scatter / (ratios[:, :, None] * ratios[:, None, :])
        covariance = np.where(parameters.linked, scaled.sum(axis=0) / weight.sum(), 0.0)
        if not loose.any():
            break
        inverse, before = np.linalg.inv(covariance), ratios.copy()
        for g in np.flatnonzero(loose.any(axis=1)):
            ratios[g] = 1.0 / _shrink(inverse * scatter[g], 1.0 / ratios[g], loose[g], float(weight[g]))
        if np.max(np.abs(ratios - before)) < SETTLED:
            break
    return covariance, ratios


def _shrink(A: FloatArray, u: FloatArray, loose: BoolArray, number: float) -> FloatArray:  # noqa: N803
    """Minimise ``u' A u / 2 - number * sum log u`` over the loose entries of u by Newton steps."""
    for _ in range(NEWTON_STEPS * 4):
        gradient = (A @ u - number / u)[loose]
        step = np.linalg.solve(A[np.ix_(loose, loose)] + np.diag(number / u[loose] ** 2), gradient)
        size = min(1.0, 0.9 / max(float(np.max(step / u[loose])), 1e-9))
        u = u.copy()
        u[loose] -= size * step
        if np.max(np.abs(step)) < SETTLED:
            break
    return u
