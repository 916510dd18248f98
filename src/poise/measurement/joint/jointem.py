"""Calibration of blocks, rated items, raters and readings together, in one or many correlated dimensions.

What is maximised is the evidence of expectation propagation. At a fixed point of the propagation its derivatives are
the persons' expected scores under their tilted distributions, so that a step needs from each kind of observation only
the gradient of its log-likelihood. `docs/forced-choice.md` says how far this is from exact maximum likelihood.
"""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from typing import Final, Literal

import numpy as np

from poise.measurement.grid.mixing import Mixing
from poise.measurement.joint.jointdata import JointBlock, JointTable
from poise.measurement.joint.jointdescribing import describe_blocks, describe_items, describe_raters
from poise.measurement.joint.jointerrors import (
    JointUncertainty,
    find_joint_uncertainty,
    find_shared_dimensions,
    span_free,
)
from poise.measurement.joint.jointlattice import lay_lattices
from poise.measurement.joint.jointparameters import JointParameters, plan_sweep
from poise.measurement.joint.jointstart import start_joint
from poise.measurement.joint.jointstep import (
    JointExpected,
    JointOptions,
    JointSites,
    expect_all,
    improve,
    prepare_persons,
)
from poise.measurement.joint.jointsweep import JointPersons
from poise.measurement.many.epem import AGREEMENT, ENOUGH, FIRST_PASSES, LAST_PASSES, ManyCalibration
from poise.measurement.many.epstep import STEEPEST
from poise.measurement.many.manydescribing import SAME, STEEP
from poise.measurement.models import FloatArray
from poise.measurement.tabular.tables import BadTableError, name_some

FEWEST_ROWS: Final = 2
"""Statements or items that a dimension needs: one does not tell a loading from a correlation."""


@dataclass(frozen=True, eq=False)
class JointFit:
    """Where a joint calibration ended: parameters, persons and their sites by chunk, and how it went."""

    parameters: JointParameters
    chunks: Sequence[JointPersons]
    sites: Sequence[JointSites]
    expected: JointExpected
    converged: bool
    cycles: int
    ratings: FloatArray
    notes: tuple[str, ...]


def calibrate_joint(
    table: JointTable,
    *,
    errors: Literal["scores", "none"] = "scores",
    options: JointOptions | None = None,
    start: JointParameters | None = None,
) -> ManyCalibration:
    """Calibrate items, blocks of statements and raters together.

    Parameters
    ----------
    table : JointTable
        Groups differ in their means and share correlations and variances.
    errors : {"scores", "none"}
        Standard errors from cross-products of persons' scores, corrected for their number, or none.
    options : JointOptions, optional
    start : JointParameters, optional
        Where to begin, with the layout of this table.

    Returns
    -------
    ManyCalibration
        With `blocks` and `raters`; loglik, aic and bic are the approximations of expectation propagation.

    Raises
    ------
    BadTableError
        If nobody answered, or a dimension has fewer than two items or statements.

    Notes
    -----
    Latents have mean zero in the first group and variance one. Intercepts of a block sum to zero. Where all statements
    of a block load on a dimension, their loadings there sum to zero too: only differences matter. Severities are zero
    on average over ratings, log consistencies over raters. Each dimension points to where most of its loadings are
    positive.
    """
    options = options or JointOptions()
    fit = fit_joint(table, options, start)
    return _describe(table, fit, find_fit_uncertainty(fit, table, errors, options), errors)


def fit_joint(table: JointTable, options: JointOptions, start: JointParameters | None = None) -> JointFit:
    """Fit all parameters; see `calibrate_joint`."""
    if complaints := list(_refuse(table)):
        raise BadTableError(complaints)
    parameters = start if start is not None else start_joint(table)
    chunks = [prepare_persons(part) for part in table.chunks(options.chunk)]
    sites: Sequence[JointSites] = [JointSites.empty(chunk, parameters.layout.rank) for chunk in chunks]
    ratings = _count_ratings(table)
    climb = _Climb(table.weights, chunks, ratings, options)
    parameters, sites, cycles, converged = climb.run(parameters, sites)
    told = [] if converged else [f"after {cycles} cycles parameters still moved: do not use the result as it is"]
    turned = orient(parameters)
    if turned is not parameters:
        parameters, sites = turned, [JointSites.empty(chunk, turned.layout.rank) for chunk in chunks]
    for _ in range(LAST_PASSES):
        expected, sites = expect_all(parameters, table.weights, chunks, sites, 1, options.run)
        if expected.distance < AGREEMENT:
            break
    else:
        converged = False
        told.append(f"sites of persons still change by {expected.distance:.1e} standard deviations")
    notes = (*told, *_odd(table, parameters, expected))
    return JointFit(parameters, chunks, sites, expected, converged, cycles, ratings, notes)


def _refuse(table: JointTable) -> Iterator[str]:
    if not np.any(table.answered > 0):
        yield "responses: nobody answered anything"
    rows = [d for row in table.rows for d in row.dimensions]
    for name in table.dimensions:
        if rows.count(name) < FEWEST_ROWS:
            yield (
                f"dimension {name!r}: {rows.count(name)} items or statements load on it, expected at least "
                f"{FEWEST_ROWS}: add some, or leave the dimension out"
            )
    if table.raters:
        counts = _count_ratings(table)
        for r in np.flatnonzero(counts == 0):
            yield f"rater {table.raters[r]!r} rated nothing: leave this rater out"


def _count_ratings(table: JointTable) -> FloatArray:
    if table.rater is None:
        return np.zeros(len(table.raters))
    return np.bincount(table.rater[table.rater >= 0], minlength=len(table.raters)).astype(np.float64)


def orient(parameters: JointParameters, towards: FloatArray | float = 1.0) -> JointParameters:
    """Turn each dimension to where its loadings, weighted by those to turn towards, have a positive sum.

    Which end of a dimension is called high is a convention; the answers do not tell it.
    """
    sign = np.where(np.sum(parameters.loadings * towards, axis=0) < 0.0, -1.0, 1.0)
    if np.all(sign > 0.0):
        return parameters
    layout = parameters.layout
    values = parameters.values.copy()
    values[layout.slope] *= sign[layout.dimension[layout.slope]]
    return replace(
        parameters,
        values=values,
        correlations=parameters.correlations * np.outer(sign, sign),
        means=parameters.means * sign,
    )


@dataclass(frozen=True, eq=False)
class _Climb:
    """Accelerated cycles."""

    weights: FloatArray
    chunks: Sequence[JointPersons]
    ratings: FloatArray
    options: JointOptions

    def run(
        self, parameters: JointParameters, sites: Sequence[JointSites]
    ) -> tuple[JointParameters, Sequence[JointSites], int, bool]:
        """Cycle until a plain step changes no parameter by more than the tolerance.

        An accelerated point is kept only if its evidence is not below that of the point before it; else the plain
        step is taken from there and the acceleration starts afresh.
        """
        options, acceleration = self.options, Mixing()
        plain, best = parameters, -np.inf
        for cycle in range(1, options.most_cycles + 1):
            passes = FIRST_PASSES if cycle == 1 else 1
            expected, moved = expect_all(parameters, self.weights, self.chunks, sites, passes, options.run)
            slack = 1e-7 * abs(expected.evidence) + 10.0 * expected.distance**2
            if not expected.evidence >= best - slack and parameters is not plain:
                parameters = plain
                acceleration.forget()
                continue
            sites, best = moved, expected.evidence
            plain = improve(parameters, expected, self.ratings, options)
            change = float(np.max(np.abs(plain.packed - parameters.packed)))
            if options.report is not None:
                options.report(cycle, expected.evidence, change)
            if change < options.tolerance:
                return plain, sites, cycle, True
            proposal = parameters.unpacked(acceleration.propose(parameters.packed, plain.packed))
            parameters = proposal if proposal.proper else plain
        return plain, sites, options.most_cycles, False


def find_fit_uncertainty(fit: JointFit, table: JointTable, errors: str, options: JointOptions) -> JointUncertainty:
    """Find the covariance of a fit's parameters, or none of it."""
    size = len(fit.parameters.packed)
    if errors == "none":
        free = span_free(fit.parameters, fit.ratings).shape[1]
        return JointUncertainty(np.full((size, size), np.nan), fit.parameters, free)
    precision = np.zeros(size)
    prior = options.precisions(fit.parameters.layout)
    precision[: len(prior)] = prior
    return find_joint_uncertainty(
        fit.parameters, table.weights, fit.chunks, fit.sites, precision, fit.ratings, options.run
    )


def _odd(table: JointTable, parameters: JointParameters, expected: JointExpected) -> Iterator[str]:
    """Say in plain words what in the result should make its reader doubt."""
    layout = parameters.layout
    if silent := int(np.sum(table.answered == 0)):
        yield f"{silent} persons answered nothing and add nothing"
    if expected.skipped:
        yield (
            f"{expected.skipped} of {len(table.item)} observations were left out of their person's posterior: "
            "readings so torn that the rest alone would not be a proper distribution"
        )
    for j in np.flatnonzero(layout.slope & (np.abs(parameters.values) > STEEP)):
        held = " (held there)" if abs(parameters.values[j]) >= STEEPEST else ""
        yield (
            f"{layout.describe(int(j))} is {parameters.values[j]:.1f}{held}: so steep that the answers nearly decide "
            "the dimension; look for statements or items that repeat each other, or drop it"
        )
    for i, one in enumerate(layout.asked):
        if isinstance(one, JointBlock) and (shared := find_shared_dimensions(layout, i)):
            names = name_some(layout.dimensions[d] for d in shared)
            yield (
                f"block {one.key!r}: all its statements load on {names}: only differences between their loadings there "
                "can be told, so they are reported with sum zero"
            )
    below = np.tril(parameters.correlations, -1)
    for d, e in np.argwhere(np.abs(below) > SAME):
        names = f"{layout.dimensions[e]} and {layout.dimensions[d]}"
        yield f"{names} correlate {below[d, e]:.3f}: hardly two dimensions"


def _describe(table: JointTable, fit: JointFit, uncertainty: JointUncertainty, errors: str) -> ManyCalibration:
    found, se = fit.parameters, uncertainty.errors
    given = table.answered > 0
    weight = given.astype(np.float64) if table.weight is None else given * table.weight
    group = np.zeros(table.size, dtype=np.int64) if table.group is None else table.group
    n, free, loglik = float(weight.sum()), uncertainty.free, fit.expected.evidence
    notes = [*table.notes, *fit.notes, *uncertainty.notes]
    if errors == "scores" and np.sum(given) < ENOUGH * free:
        notes.append(f"{np.sum(given)} persons for {free} parameters: standard errors from scores are rough")
    plan, lattices = plan_sweep(found, table.weights), lay_lattices()
    nodes = int(np.diff(lattices.start[int(plan.rank.max()) - 1])[0])
    return ManyCalibration(
        items=tuple(describe_items(found, uncertainty.covariance)),
        blocks=tuple(describe_blocks(found, se)),
        raters=tuple(describe_raters(found, se)),
        dimensions=table.dimensions,
        correlations=found.correlations,
        groups=table.groups,
        means=found.means,
        sds=np.ones_like(found.means),
        means_se=se.means,
        loglik=loglik,
        aic=2.0 * free - 2.0 * loglik,
        bic=free * float(np.log(max(n, 1.0))) - 2.0 * loglik,
        n=round(n),
        parameters=free,
        converged=fit.converged,
        iterations=fit.cycles,
        nodes=nodes,
        notes=tuple(notes),
        sizes=tuple(np.bincount(group, weight, minlength=len(found.means)).tolist()),
        correlations_se=se.correlations,
        errors=errors,
        sds_se=np.zeros_like(found.means),
    )
