"""One cycle of a joint calibration: expected derivatives by propagation, then a step of all parameters."""

# ruff: noqa: N806 - D dimensions, R raters: mathematics keeps its letters

from collections.abc import Sequence
from dataclasses import dataclass, replace
from functools import partial, reduce
from operator import add
from typing import Final

import numpy as np

from poise.measurement.grid.curves import LEAST_GAP
from poise.measurement.joint.jointdata import JointTable
from poise.measurement.joint.jointkinds import GRADED, MOST_LEAST, RANK
from poise.measurement.joint.jointparameters import JointLayout, JointParameters, plan_sweep
from poise.measurement.joint.jointsweep import JointPersons, JointTotals, sweep_joint
from poise.measurement.many.epem import Options
from poise.measurement.many.epstep import STEEPEST, Map
from poise.measurement.many.manyparameters import SMALLEST_EIGENVALUE, BoolArray
from poise.measurement.models import FloatArray

MOST_RANK: Final = 3
LONGEST_STEP: Final = 1.0
MOST_HALVINGS: Final = 30
RIDGE: Final = 1e-9


@dataclass(frozen=True)
class JointOptions(Options):
    """How a joint calibration is run; see `Options`, whose number of nodes is not used here.

    Parameters
    ----------
    severity_sd, consistency_sd : float
        Standard deviations of normal priors of severities and of log consistencies, with mean zero.
    """

    severity_sd: float = 5.0
    consistency_sd: float = 1.5

    def precisions(self, layout: JointLayout) -> FloatArray:
        """Return the prior precision of values, severities and log consistencies, shape (n + 2 raters,)."""
        R = len(layout.raters)
        own = np.where(layout.slope, self.slope_sd**-2, self.intercept_sd**-2)
        return np.concatenate([own, np.full(R, self.severity_sd**-2), np.full(R, self.consistency_sd**-2)])


@dataclass(frozen=True, eq=False)
class JointSites:
    """Gaussian sites of R observations, ``exp(nu . u - u . tau u / 2)``: shapes (R, r, r) and (R, r)."""

    tau: FloatArray
    nu: FloatArray

    @classmethod
    def empty(cls, persons: JointPersons, rank: int = MOST_RANK) -> "JointSites":
        """Return sites that say nothing, on at most so many projections each."""
        size = len(persons.item)
        return cls(np.zeros((size, rank, rank)), np.zeros((size, rank)))


@dataclass(frozen=True, eq=False)
class JointExpected:
    """What a chunk of persons contributes to a cycle; two of these add up.

    Parameters
    ----------
    gradient, metric, rater_metric : arrays
        See `poise.measurement.joint.jointsweep.JointTotals`; the gradient is of shape (n + 2 raters,).
    covariance, mean, weight : arrays, shapes (D, D), (G, D), (G,)
        Sums of ``E (theta - mean)(theta - mean)'``, of ``E theta``, and of persons' weights.
    evidence : float
    distance : float
    skipped : int
    """

    gradient: FloatArray
    metric: FloatArray
    rater_metric: FloatArray
    covariance: FloatArray
    mean: FloatArray
    weight: FloatArray
    evidence: float
    distance: float
    skipped: int

    def __add__(self, other: "JointExpected") -> "JointExpected":
        return JointExpected(
            self.gradient + other.gradient,
            self.metric + other.metric,
            self.rater_metric + other.rater_metric,
            self.covariance + other.covariance,
            self.mean + other.mean,
            self.weight + other.weight,
            self.evidence + other.evidence,
            max(self.distance, other.distance),
            self.skipped + other.skipped,
        )


def prepare_persons(table: JointTable) -> JointPersons:
    """Return the observations of a table as the sweep takes them."""
    nobody = np.full(len(table.item), -1, dtype=np.int64)
    return JointPersons(
        np.asarray(table.starts, dtype=np.int64),
        table.item.astype(np.int64),
        table.answer.astype(np.int64),
        nobody if table.rater is None else table.rater.astype(np.int64),
        nobody if table.reading is None else table.reading.astype(np.int64),
        np.ones(table.size) if table.weight is None else np.asarray(table.weight, dtype=np.float64),
        np.zeros(table.size, dtype=np.int64) if table.group is None else table.group.astype(np.int64),
    )


def run_sweep(
    parameters: JointParameters,
    weights: FloatArray,
    passes: int,
    persons: JointPersons,
    sites: JointSites,
    *,
    counting: bool = True,
    apart: bool = False,
) -> tuple[JointTotals, JointSites, float, int]:
    """Sweep over the persons of one chunk; the given sites are not changed."""
    plan = plan_sweep(parameters, weights)
    tau, nu = sites.tau.copy(), sites.nu.copy()
    P, D, R = len(persons.weight), len(parameters.correlations), len(parameters.severity)
    size = len(parameters.values) + 2 * R
    totals = JointTotals(
        gradient=np.zeros((P if apart else 1, size)),
        metric=np.zeros(int(plan.metric[-1])),
        rater_metric=np.zeros((R, 2, 2)),
        mean=np.zeros((P, D)),
        covariance=np.zeros((P, D, D)),
        evidence=np.zeros(P),
    )
    distance, skipped = sweep_joint(persons, plan, tau, nu, totals, passes, counting, apart)
    return totals, JointSites(tau, nu), float(distance), int(skipped)


def expect(
    parameters: JointParameters, weights: FloatArray, passes: int, persons: JointPersons, sites: JointSites
) -> tuple[JointExpected, JointSites]:
    """Sweep over the persons of one chunk and sum up what they contribute."""
    totals, moved, distance, skipped = run_sweep(parameters, weights, passes, persons, sites)
    G = len(parameters.means)
    own, weight = persons.weight, np.zeros(G)
    np.add.at(weight, persons.group, own)
    mean = np.zeros_like(parameters.means)
    np.add.at(mean, persons.group, own[:, None] * totals.mean)
    off = totals.mean - parameters.means[persons.group]
    covariance = np.einsum("p,pde->de", own, totals.covariance) + (off * own[:, None]).T @ off
    found = JointExpected(
        totals.gradient[0], totals.metric, totals.rater_metric, covariance, mean, weight,
        float(own @ totals.evidence), distance, skipped,
    )  # fmt: skip
    return found, moved


def expect_all(
    parameters: JointParameters,
    weights: FloatArray,
    chunks: Sequence[JointPersons],
    sites: Sequence[JointSites],
    passes: int = 1,
    run: Map = map,
) -> tuple[JointExpected, list[JointSites]]:
    """Run `expect` over all chunks by the given `map` and add up what they found."""
    results = list(run(partial(expect, parameters, weights, passes), chunks, sites))
    return reduce(add, [found for found, _ in results]), [left for _, left in results]


def improve(
    parameters: JointParameters, expected: JointExpected, ratings: FloatArray, options: JointOptions
) -> JointParameters:
    """Return better parameters, in units in which the latents have variance one.

    Each thing asked and each rater takes one scoring step: its derivatives times the inverse of its complete-data
    information. Correlations and means are those of the persons' posteriors; what variance they add or lack is put
    into the loadings (parameter expansion).

    Parameters
    ----------
    parameters : JointParameters
    expected : JointExpected
    ratings : array, shape (raters,)
        How many ratings each rater gave; severities are zero on average over ratings.
    options : JointOptions

    References
    ----------
    Lange, K. (1995). A gradient algorithm locally equivalent to the EM algorithm.
    Liu, C., Rubin, D. B., & Wu, Y. N. (1998). Parameter expansion to accelerate EM: the PX-EM algorithm.
    """
    layout = parameters.layout
    precision = options.precisions(layout)
    values, place = parameters.values.copy(), 0
    for i in range(len(layout.asked)):
        own = layout.own(i)
        size = own.stop - own.start
        metric = expected.metric[place : place + size**2].reshape(size, size)
        place += size**2
        pull = expected.gradient[own] - precision[own] * values[own]
        step = _solve(metric, precision[own], pull)
        values[own] = _take_step(int(layout.kind[i]), layout.slope[own], values[own], step)
    severity, consistency = _improve_raters(parameters, expected, ratings, precision[len(values) :])
    moved = replace(parameters, values=values, severity=severity, log_consistency=consistency)
    return standardise(moved, expected)


def _solve(metric: FloatArray, precision: FloatArray, pull: FloatArray) -> FloatArray:
    """Return ``(metric + precision)^-1 pull``, no entry longer than one, from the metric's lower triangle."""
    whole: FloatArray = np.asarray(np.tril(metric) + np.tril(metric, -1).T, dtype=np.float64)
    whole[np.diag_indices_from(whole)] = np.diag(whole) * (1.0 + RIDGE) + precision
    step = np.asarray(np.linalg.solve(whole, pull), dtype=np.float64)
    longest = float(np.max(np.abs(step)))
    return step * min(1.0, LONGEST_STEP / longest) if longest > 0.0 else step


def _take_step(kind: int, slope: BoolArray, values: FloatArray, step: FloatArray) -> FloatArray:
    """Move values; halve the step while it would bring thresholds of a graded item out of order."""
    for _ in range(MOST_HALVINGS):
        moved: FloatArray = values + step
        if kind != GRADED or np.all(np.diff(moved[~slope]) < -LEAST_GAP):
            return moved
        step = step / 2.0
    return values


def _improve_raters(
    parameters: JointParameters, expected: JointExpected, ratings: FloatArray, precision: FloatArray
) -> tuple[FloatArray, FloatArray]:
    """Step severities and log consistencies, keeping the weighted mean of the first and the mean of the second zero."""
    R = len(parameters.severity)
    if R == 0:
        return parameters.severity, parameters.log_consistency
    before = np.stack([parameters.severity, parameters.log_consistency], axis=1)
    prior = precision.reshape(2, R).T
    pull = expected.gradient[len(parameters.values) :].reshape(2, R).T - prior * before
    metric = np.tril(expected.rater_metric) + np.swapaxes(np.tril(expected.rater_metric, -1), 1, 2)
    metric = metric + prior[:, :, None] * np.eye(2)
    step = np.linalg.solve(metric, pull[:, :, None])[:, :, 0]
    step *= np.minimum(1.0, LONGEST_STEP / np.maximum(np.max(np.abs(step), axis=1), 1e-300))[:, None]
    after = before + step
    # the nearest point, in the metric, at which both means are zero
    spread = np.linalg.inv(metric)
    hold = np.stack([ratings, np.ones(R)], axis=1)
    across = np.einsum("ra,rab,rb->ab", hold, spread, hold)
    force = np.linalg.solve(across, np.sum(hold * after, axis=0))
    after -= np.einsum("rab,rb->ra", spread, hold * force)
    return after[:, 0], after[:, 1]


def standardise(parameters: JointParameters, expected: JointExpected) -> JointParameters:
    """Take means and correlations from the persons' posteriors; give the latents variance one and the origin zero."""
    layout, weight = parameters.layout, expected.weight
    means = expected.mean / np.maximum(weight, 1e-300)[:, None]
    means[weight == 0.0] = parameters.means[weight == 0.0]
    off = means - parameters.means
    covariance = (expected.covariance - (off * weight[:, None]).T @ off) / weight.sum()
    sd = np.sqrt(np.diag(covariance))
    correlations = np.where(layout.linked, covariance / np.outer(sd, sd), 0.0)
    smallest = np.linalg.eigvalsh(correlations)[0]
    if smallest < 2.0 * SMALLEST_EIGENVALUE:
        share = (2.0 * SMALLEST_EIGENVALUE - smallest) / (1.0 - smallest)
        correlations = (1.0 - share) * correlations + share * np.eye(len(sd))
    np.fill_diagonal(correlations, 1.0)
    values = parameters.values.copy()
    slope, d = layout.slope, layout.dimension[layout.slope]
    shift = np.bincount(layout.row[slope], values[slope] * means[0][d], minlength=int(layout.first_row[-1]))
    values[~slope] += layout.times[~slope] * shift[layout.row[~slope]]
    values[slope] = np.clip(values[slope] * sd[d], -STEEPEST, STEEPEST)
    return replace(
        parameters,
        values=centre_blocks(layout, values),
        correlations=(correlations + correlations.T) / 2.0,
        means=(means - means[0]) / sd,
    )


def centre_blocks(layout: JointLayout, values: FloatArray) -> FloatArray:
    """Return the values with the intercepts of every block summing to zero."""
    centred = values.copy()
    for i in np.flatnonzero((layout.kind == RANK) | (layout.kind == MOST_LEAST)):
        own = np.flatnonzero(~layout.slope[layout.own(int(i))]) + layout.start[i]
        centred[own] -= centred[own].mean()
    return centred
