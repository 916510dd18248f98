"""Calibration of many correlated dimensions: EM whose expectations are found by expectation propagation.

What is maximised is the evidence of expectation propagation, an approximation of the marginal log-likelihood. At a
fixed point of the propagation its derivatives are exactly the expected scores that the M-step uses, so the iteration
climbs a true function. How far that function is from the likelihood is measured in ``docs/many-dimensions.md``.
"""

from collections.abc import Callable, Collection, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any, Final, Literal

import numpy as np

from poise.measurement.grid.gridem import CoarseGridError
from poise.measurement.grid.mixing import Mixing
from poise.measurement.many.anchoring import Anchored, Anchors, read_anchors, set_free
from poise.measurement.many.eperrors import (
    Uncertainty,
    cross_products,
    curvature,
    invert_information,
    widen_information,
)
from poise.measurement.many.epstep import (
    Cases,
    Expected,
    Map,
    Sites,
    empty_sites,
    expect_all,
    improve,
    prepare_cases,
)
from poise.measurement.many.epsweep import Float32Array
from poise.measurement.many.manydescribing import describe_many, note_many
from poise.measurement.many.manyparameters import (
    BoolArray,
    Layout,
    ManyParameters,
    draw_curves,
    lay_out,
    link_dimensions,
    read_pattern,
)
from poise.measurement.many.manystart import lay_grid, needed_reach, start_parameters, widest_step
from poise.measurement.models import FloatArray, IntArray
from poise.measurement.parameters.items import Calibration, Model, list_untold, plain
from poise.measurement.tabular.tables import BadTableError, ResponseTable, merge_unused, refuse_small_groups

CHUNK: Final = 8192
FIRST_PASSES: Final = 2
LAST_PASSES: Final = 20
AGREEMENT: Final = 1e-4
"""Largest change of a marginal, in its standard deviations, that the last sweep of a calibration may make."""
REFINEMENTS: Final = 3
ENOUGH: Final = 2
"""Persons a parameter below which errors from scores are called rough."""


@dataclass(frozen=True)
class Options:
    """How a calibration is run.

    Parameters
    ----------
    tolerance : float
        Largest change of any parameter in one plain cycle at which it stops.
    most_cycles : int
    nodes : int, optional
        Nodes of the grid; chosen from the items' information if not given.
    slope_sd, intercept_sd : float
        Standard deviations of normal priors with mean zero. Weak: at slope 2 a prior of 10 weighs as much as a
        fiftieth of one person or less, and keeps items finite that everybody answered alike.
    free_sds : bool
        Whether standard deviations of all groups but the first are estimated, on every dimension. Those of anchored
        dimensions are in any case.
    run : callable
        ``map`` or anything that behaves like it, over chunks of persons.
    chunk : int
        Persons in a chunk.
    report : callable, optional
        Told cycle, evidence and largest change after each cycle.
    """

    tolerance: float = 1e-5
    most_cycles: int = 500
    nodes: int | None = None
    slope_sd: float = 10.0
    intercept_sd: float = 20.0
    free_sds: bool = False
    run: Map = map
    chunk: int = CHUNK
    report: Callable[[int, float, float], None] | None = None


@dataclass(frozen=True, eq=False)
class Fit:
    """Where a calibration ended: parameters, sites by chunk, what was counted, and how it went."""

    parameters: ManyParameters
    layout: Layout
    nodes: Float32Array
    chunks: Sequence[Cases]
    sites: Sequence[Sites]
    expected: Expected
    converged: bool
    cycles: int
    notes: tuple[str, ...]


def fit_many(
    table: ResponseTable,
    pattern: BoolArray,
    model: Model,
    options: Options,
    linked: BoolArray | None = None,
    anchored: Anchored | None = None,
) -> Fit:
    """Fit items, correlations, means and standard deviations of groups; see `calibrate_many`."""
    layout = lay_out(pattern)
    guessed = start_parameters(table, pattern, model, linked)
    parameters = set_free(guessed, anchored, free_sds=options.free_sds)
    answered = np.flatnonzero(table.answered > 0)
    stride = parameters.intercepts.shape[1] + 1
    chunks = [prepare_cases(part, layout, stride) for part in table.chunks(options.chunk)]
    sites: Sequence[Sites] = [empty_sites(cases, layout) for cases in chunks]
    nodes = lay_grid(parameters, layout, options.nodes)
    notes: list[str] = []
    if len(answered) < table.size:
        notes.append(f"{table.size - len(answered)} persons answered nothing and add nothing")
    cycles, converged = 0, False
    for _ in range(REFINEMENTS):
        climb = _Climb(layout, nodes, chunks, options)
        parameters, sites, more, converged = climb.run(parameters, sites, cycles)
        cycles += more
        reach = needed_reach(parameters, layout)
        step, widest = 2.0 * reach / (len(nodes) - 1), widest_step(parameters, layout)
        if step <= widest and reach <= nodes[-1]:
            break
        if options.nodes is not None and step > widest:
            needed = int(np.ceil(2.0 * reach / widest)) + 1
            raise CoarseGridError(
                f"nodes: got {len(nodes)}, a step of {step:.3f}; the items tell so much that it may be {widest:.3f} at "
                f"most: ask for {needed} nodes or more, or leave the number out"
            )
        nodes = lay_grid(parameters, layout, options.nodes)
    expected, sites = _settle(parameters, layout, nodes, chunks, sites, options.run)
    if not expected.distance < AGREEMENT:
        converged = False
        notes.append(f"sites of persons still change by {expected.distance:.1e} standard deviations")
    notes += note_many(parameters, table)
    return Fit(parameters, layout, nodes, chunks, sites, expected, converged, cycles, tuple(notes))


def _settle(
    parameters: ManyParameters,
    layout: Layout,
    nodes: Float32Array,
    chunks: Sequence[Cases],
    sites: Sequence[Sites],
    run: Map,
) -> tuple[Expected, Sequence[Sites]]:
    """Sweep at the final parameters until no marginal changes by more than `AGREEMENT`."""
    curves = draw_curves(parameters, layout, nodes)
    for _ in range(LAST_PASSES):
        expected, sites = expect_all(curves, chunks, sites, 1, run)
        if expected.distance < AGREEMENT:
            break
    return expected, sites


@dataclass(frozen=True, eq=False)
class _Climb:
    """One run of accelerated cycles on one grid."""

    layout: Layout
    nodes: Float32Array
    chunks: Sequence[Cases]
    options: Options

    def run(
        self, parameters: ManyParameters, sites: Sequence[Sites], before: int
    ) -> tuple[ManyParameters, Sequence[Sites], int, bool]:
        """Cycle until a plain step changes no parameter by more than the tolerance.

        An accelerated point is kept only if its evidence is not below that of the point before it; else the plain
        step is taken from there and the acceleration starts afresh.
        """
        options, acceleration = self.options, Mixing()
        plain, best = parameters, -np.inf
        for cycle in range(1, options.most_cycles + 1):
            curves = draw_curves(parameters, self.layout, self.nodes)
            expected, moved = expect_all(curves, self.chunks, sites, FIRST_PASSES if cycle == 1 else 1, options.run)
            if not expected.evidence >= best - self._slack(expected) and parameters is not plain:
                parameters = plain
                acceleration.forget()
                continue
            sites = moved
            best = expected.evidence
            plain = improve(curves, expected, options.slope_sd**-2, options.intercept_sd**-2)
            change = float(np.max(np.abs(plain.packed - parameters.packed)))
            if options.report is not None:
                options.report(before + cycle, expected.evidence, change)
            if change < options.tolerance:
                return plain, sites, cycle, True
            proposal = parameters.unpacked(acceleration.propose(parameters.packed, plain.packed))
            parameters = proposal if proposal.proper else plain
        return plain, sites, options.most_cycles, False

    @staticmethod
    def _slack(expected: Expected) -> float:
        """What single precision and sites on their way may take from the evidence."""
        return 1e-7 * abs(expected.evidence) + 10.0 * expected.distance**2


@dataclass(frozen=True)
class ManyCalibration(Calibration):
    """A calibration in many dimensions; `loglik` is the evidence of expectation propagation, an approximation.

    Parameters
    ----------
    correlations_se : array, shape (D, D)
        Standard errors of the correlations; zero on the diagonal.
    errors : {"scores", "curvature", "none"}
        What the standard errors were made from.
    """

    correlations_se: FloatArray = field(default_factory=lambda: np.zeros((0, 0)))
    errors: str = "none"

    def as_dict(self) -> dict[str, Any]:
        """Return the content of parameters.json."""
        told = super().as_dict()
        told["se"] = {
            "correlations": [[plain(one) for one in row] for row in self.correlations_se],
            "from": self.errors,
        }
        told["method"] = "expectation propagation; loglik, aic and bic are approximations"
        return told


def calibrate_many(
    table: ResponseTable,
    pattern: Mapping[str, Sequence[str]] | BoolArray,
    model: Model = "graded",
    *,
    independent: Collection[str] = (),
    errors: Literal["scores", "curvature", "none"] = "scores",
    anchors: Anchors | None = None,
    options: Options | None = None,
) -> ManyCalibration:
    """Calibrate items on several correlated dimensions.

    Parameters
    ----------
    table : ResponseTable
        Persons of one or more groups; groups differ in their means and share correlations.
    pattern : mapping of dimension to item names, or array of bool (I, D)
        Which item loads on which dimensions; an item may load on several.
    model : {"graded", "2pl", "gpcm"}
    independent : collection of str
        Dimensions that correlate with no other: method effects, testlets, the specific factors of a bifactor model.
    errors : {"scores", "curvature", "none"}
        Standard errors from cross-products of persons' scores, corrected for their number (see
        `widen_information`): quick; or from the curvature of the evidence: several hundred times slower.
    anchors : mapping of item to (loadings by dimension, intercepts), optional
        Items that keep these parameters.
    options : Options, optional

    Returns
    -------
    ManyCalibration

    Raises
    ------
    BadTableError
        If an item or dimension of the pattern is empty or unknown, a 2pl item has more than two categories, or an
        anchor does not fit.
    CoarseGridError
        If the number of nodes asked for is too small.

    Notes
    -----
    On a dimension without anchored items, latents have mean zero in the first group, and variance one in all groups,
    or with `Options.free_sds` in the first. These are set after each cycle by changing the items. On a dimension that
    an anchored item loads on, means and standard deviations of all groups are estimated. The covariance of latents i
    and j in a group is ``sd_i sd_j correlation_ij``.
    """
    options = options or Options()
    table = merge_unused(table, anchors or ())
    array, dimensions = read_pattern(pattern, table.items)
    _check_table(table, array, model)
    if options.free_sds or anchors:
        refuse_small_groups([table])
    anchored = None if not anchors else read_anchors(anchors, table, array, dimensions, model)
    fit = fit_many(table, array, model, options, link_dimensions(dimensions, independent), anchored)
    return _describe(table, fit, find_uncertainty(fit, errors, options.run), dimensions, errors)


def _describe(
    table: ResponseTable, fit: Fit, uncertainty: Uncertainty, dimensions: tuple[str, ...], errors: str
) -> ManyCalibration:
    found, se, size = fit.parameters, uncertainty.errors, len(fit.parameters.packed)
    given = table.answered > 0
    weight = given.astype(np.float64) if table.weight is None else given * table.weight
    n = float(weight.sum())
    notes = [*table.notes, *fit.notes, *([uncertainty.note] if uncertainty.note else [])]
    if errors == "scores" and np.sum(given) < ENOUGH * size:
        notes.append(f"{np.sum(given)} persons for {size} parameters: standard errors from scores are rough")
    loglik, items = fit.expected.evidence, tuple(describe_many(table, found, uncertainty, dimensions))
    notes += list_untold(items)
    return ManyCalibration(
        items=items,
        dimensions=dimensions,
        correlations=found.correlations,
        groups=table.groups,
        means=found.means,
        sds=found.sds,
        means_se=se.means,
        loglik=loglik,
        aic=2.0 * size - 2.0 * loglik,
        bic=size * float(np.log(max(n, 1.0))) - 2.0 * loglik,
        n=round(n),
        parameters=size,
        converged=fit.converged,
        iterations=fit.cycles,
        nodes=len(fit.nodes),
        notes=tuple(notes),
        sizes=tuple(np.bincount(_group(table), weight, minlength=len(found.means)).tolist()),
        correlations_se=se.correlations,
        errors=errors,
        sds_se=se.sds,
    )


def _group(table: ResponseTable) -> IntArray:
    return np.zeros(table.size, dtype=np.int64) if table.group is None else table.group


def find_uncertainty(fit: Fit, errors: str, run: Map = map) -> Uncertainty:
    """Find the covariance of a fit's parameters; see `calibrate_many` for the kinds of errors."""
    size = len(fit.parameters.packed)
    if errors == "none":
        return Uncertainty(np.full((size, size), np.nan), fit.parameters)
    if errors == "curvature":
        information = curvature(fit.parameters, fit.layout, fit.nodes, fit.chunks, fit.sites, run)
    else:
        information = cross_products(draw_curves(fit.parameters, fit.layout, fit.nodes), fit.chunks, fit.sites)
        persons = sum(int(np.sum(np.diff(cases.starts) > 0)) for cases in fit.chunks)
        information = widen_information(information, persons)
    return invert_information(information, fit.parameters)


def _check_table(table: ResponseTable, pattern: BoolArray, model: Model) -> None:
    complaints = []
    if not np.any(table.answered > 0):
        complaints.append("responses: nobody answered anything")
    if model == "2pl":
        complaints += [
            f"item {table.items[i]!r}: has {table.categories[i]} categories, and model 2pl takes two: use graded, or "
            "dichotomise the responses first"
            for i in np.flatnonzero(np.asarray(table.categories) > 2)  # noqa: PLR2004 - no and yes
        ]
    complaints += [
        f"item {table.items[i]!r}: loads on no dimension: give it one, or leave the item out of the responses"
        for i in np.flatnonzero(~pattern.any(axis=1))
    ]
    if complaints:
        raise BadTableError(complaints)
