"""Calibration: the parameters of items from the responses of many persons, in one dimension.

Marginal maximum likelihood by EM on a uniform grid (Bock & Aitkin, 1981), accelerated (Anderson, 1965; Henderson &
Varadhan, 2019) and never let fall, with standard errors from the observed information (Louis, 1982).
"""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from functools import partial
from typing import Final

import numpy as np

from poise.measurement.grid.anderson import climb
from poise.measurement.grid.describing import Outcome, describe
from poise.measurement.grid.gridem import (
    CHOSEN_SPACING,
    MOST_NODES,
    REACH,
    WIDEST_SPACING,
    CoarseGridError,
    Latents,
    Map,
    Parameters,
    Precision,
    PreparedOnDemand,
    Problem,
    lay_grid,
)
from poise.measurement.grid.louis import observed_covariance
from poise.measurement.grid.mstep import GRADED, PARTIAL
from poise.measurement.grid.packing import Packing, run_cycle
from poise.measurement.grid.priors import Priors
from poise.measurement.grid.starting import guess_items
from poise.measurement.models import FloatArray
from poise.measurement.parameters.items import Calibration, Model
from poise.measurement.tabular.spooling import SpooledTables
from poise.measurement.tabular.tables import (
    BadTableError,
    ResponseTable,
    complain_of_unused,
    merge_unused,
    name_some,
    refuse_small_groups,
)

FINE: Final = 1e-7
COARSE: Final = 1e-4
"""Stop when the log-likelihood can be expected to rise by no more than this, in double and in single precision."""
MOST_CYCLES: Final = 2000
FEW_RESPONSES: Final = 200_000
"""Up to here the sweep is in double precision, as it costs next to nothing."""
LOOK_EVERY: Final = 4
"""Cycles after which it is looked whether the grid still fits the information."""
Progress = Callable[[int, float, float], None]


@dataclass(frozen=True)
class Settings:
    """How to calibrate.

    Parameters
    ----------
    priors : Priors
    anchors : mapping of str to (float, sequence of float)
        Slopes and intercepts of items that are not estimated. With anchors, mean and sd of every group are free.
    free_sds : bool
        Whether the sds of the groups are estimated: all but the first, or all with anchors.
    nodes : int, optional
        Number of nodes; else as many as the information in the test asks for.
    tolerance : float, optional
        Stop when the log-likelihood can be expected to rise by no more than this; else FINE or COARSE.
    most_cycles : int
    standard_errors : bool
    mapping : callable
        Runs the expectation step over chunks; `map` or the like.
    progress : callable, optional
        Told after each cycle: its number, the log-likelihood, the rise still expected.
    """

    priors: Priors = field(default_factory=Priors)
    anchors: Mapping[str, tuple[float, Sequence[float]]] | None = None
    free_sds: bool = False
    nodes: int | None = None
    tolerance: float | None = None
    most_cycles: int = MOST_CYCLES
    standard_errors: bool = True
    mapping: Map = map
    progress: Progress | None = None


@dataclass(frozen=True, eq=False)
class Found:
    """Where the climb ended.

    Parameters
    ----------
    parameters : Parameters
    nodes : array, shape (Q,)
    gain : float
    cycles : int
    converged : bool
    """

    parameters: Parameters
    nodes: FloatArray
    gain: float
    cycles: int
    converged: bool


def calibrate(
    responses: ResponseTable | Sequence[ResponseTable],
    model: Model = "graded",
    *,
    dimension: str = "theta",
    settings: Settings | None = None,
) -> Calibration:
    """Estimate slopes and intercepts of all items by marginal maximum likelihood.

    Parameters
    ----------
    responses : ResponseTable or sequence of them
        Chunks of persons have the same items, categories and groups; their expected counts add. Those of
        `SpooledTables` stay on disk.
    model : {"graded", "2pl", "gpcm"}
    dimension : str
        The name of the latent.
    settings : Settings, optional

    Returns
    -------
    Calibration

    Raises
    ------
    BadTableError
        If the responses cannot be calibrated, naming the item and what to do.
    CoarseGridError
        If `settings.nodes` are too few for the information in the test.
    """
    own = settings or Settings()
    tables = [merge_unused(responses, own.anchors or ())] if isinstance(responses, ResponseTable) else responses
    check_tables(tables, model)
    if own.free_sds or own.anchors:
        refuse_small_groups(tables)
    first = tables[0]
    problem = state_problem(tables, model, own)
    found = climb_to_top(problem, begin(problem, first, own), own)
    final = problem.expect(found.parameters, found.nodes, np.float64)
    packing = Packing(problem, found.parameters)
    covariance = None
    if own.standard_errors:
        covariance = observed_covariance(problem, packing, found.parameters, found.nodes, final)
    outcome = Outcome(
        packing, len(found.nodes), found.gain, found.cycles, found.converged, final.log_likelihood, covariance,
        own.standard_errors,
    )  # fmt: skip
    return describe(first, model, dimension, outcome)


def check_tables(tables: Sequence[ResponseTable], model: Model) -> None:
    """Refuse responses that cannot be calibrated."""
    if not tables or not tables[0].items:
        raise BadTableError(["no item has two different answers: there is nothing to calibrate"])
    persons = sum(int((table.answered > 0).sum()) for table in tables)
    if persons < 2:  # noqa: PLR2004  one person does not tell persons from items
        raise BadTableError([f"{persons} person answered anything: at least two are needed, and a hundred make sense"])
    first = tables[0]
    if model == "2pl" and np.any(first.categories > 2):  # noqa: PLR2004  yes and no
        many = [name for name, K in zip(first.items, first.categories, strict=True) if K > 2]  # noqa: PLR2004
        raise BadTableError(
            [f"the model 2pl has two categories, but {name_some(many)} has more: dichotomise, or use graded"]
        )


def state_problem(tables: Sequence[ResponseTable], model: Model, settings: Settings) -> Problem:
    """Bring tables and settings into the form that the cycles take."""
    first = tables[0]
    stride = int(first.categories.max())
    code = PARTIAL if model == "gpcm" else GRADED
    chunks = PreparedOnDemand(tables, stride)
    anchored = set(settings.anchors or {})
    if unknown := anchored - set(first.items):
        raise BadTableError([f"anchor {name!r}: no such item among the responses" for name in sorted(unknown)])
    return Problem(
        chunks=chunks if isinstance(tables, SpooledTables) else list(chunks),
        model=np.full(len(first.items), code, dtype=np.int8),
        categories=first.categories.astype(np.int64),
        free=np.array([name not in anchored for name in first.items]),
        prior=settings.priors.as_tuple(),
        mapping=settings.mapping,
    )


def begin(problem: Problem, table: ResponseTable, settings: Settings) -> Parameters:
    """Return first guesses of everything."""
    stride = int(problem.categories.max())
    items, counts = guess_items(problem.chunks, problem.model, problem.categories, stride)
    # An item that nobody answered at all stays where the prior holds it, and so may its fixed anchor.
    known = ~problem.free | (counts.sum(axis=1) == 0.0)
    if complaints := complain_of_unused(table.items, problem.categories, np.where(known[:, None], 1.0, counts)):
        raise BadTableError(complaints)
    anchors = settings.anchors or {}
    refuse_anchors(problem, table, anchors)
    for name, (slope, intercepts) in anchors.items():
        i = table.items.index(name)
        items[i, : table.categories[i]] = [slope, *intercepts]
    number = max(1, len(table.groups))
    free_mean = np.full(number, fill_value=True)
    free_mean[0] = bool(anchors)
    free_sd = free_mean & (settings.free_sds or bool(anchors))
    return Parameters(items, Latents(np.zeros(number), np.ones(number), free_mean, free_sd))


def refuse_anchors(
    problem: Problem, table: ResponseTable, anchors: Mapping[str, tuple[float, Sequence[float]]]
) -> None:
    """Refuse anchors that are no parameters of their items, naming all that are wrong."""
    complaints = []
    for name, (slope, intercepts) in anchors.items():
        i = table.items.index(name)
        falls = problem.model[i] != GRADED or bool(np.all(np.diff(intercepts) < 0.0))
        if len(intercepts) != table.categories[i] - 1:
            complaints.append(
                f"anchor {name!r}: got {len(intercepts)} intercepts, expected {table.categories[i] - 1} as chosen"
            )
        elif not falls or not np.all(np.isfinite([slope, *intercepts])):
            complaints.append(f"anchor {name!r}: got {slope} and {tuple(intercepts)}, expected intercepts that fall")
    if complaints:
        raise BadTableError(complaints)


def choose_nodes(problem: Problem, parameters: Parameters, settings: Settings) -> FloatArray:
    """Lay the grid that was asked for, or one as fine as the information in the test asks for.

    Raises
    ------
    CoarseGridError
        If the grid that was asked for is too coarse.
    """
    widest = problem.spacing_for(parameters)
    if settings.nodes is None:
        return lay_grid(parameters.latents, widest * CHOSEN_SPACING / WIDEST_SPACING)
    latents = parameters.latents
    low, high = np.min(latents.mean - REACH * latents.sd), np.max(latents.mean + REACH * latents.sd)
    nodes = np.linspace(low, high, settings.nodes)
    refuse_coarse(nodes, widest)
    return nodes


def refuse_coarse(nodes: FloatArray, widest: float) -> None:
    """Refuse nodes that lie further apart than `widest`."""
    spacing = float(nodes[1] - nodes[0])
    if spacing > widest * (1.0 + 1e-9):
        need = int(np.ceil((nodes[-1] - nodes[0]) / widest)) + 1
        raise CoarseGridError(
            f"nodes: got {len(nodes)}, which lie {spacing:.3f} apart; the sharpest posterior of this test has a"
            f" standard deviation of {widest / WIDEST_SPACING:.3f} and needs"
            f" at least {need} nodes, or leave the number open"
        )


def climb_to_top(problem: Problem, start: Parameters, settings: Settings) -> Found:
    """Run cycles until nothing is to be gained, on a grid that fits the information as it becomes known."""
    responses = sum(len(chunk.codes) for chunk in problem.chunks)
    precision: Precision = np.float64 if responses <= FEW_RESPONSES else np.float32
    tolerance = settings.tolerance or (FINE if precision is np.float64 else COARSE)
    packing, parameters, cycles = Packing(problem, start), start, 0
    slack = 1e-9 * responses if precision is np.float64 else 1e-7 * responses
    while True:
        nodes = choose_nodes(problem, parameters, settings)
        problem.forget_windows()
        steps = climb(
            partial(run_cycle, packing, nodes=nodes, precision=precision, priors=settings.priors),
            packing.pack(parameters),
            is_proper=packing.is_proper,
            slack=slack,
        )
        for step in steps:
            parameters = packing.unpack(step.end)
            if settings.progress is not None:
                settings.progress(cycles + step.number, step.objective, step.gain)
            over = step.gain <= tolerance or cycles + step.number >= settings.most_cycles
            if (over or step.number % LOOK_EVERY == 0) and not fits(problem, parameters, nodes):
                break
            if over:
                return Found(parameters, nodes, step.gain, cycles + step.number, step.gain <= tolerance)
        cycles += step.number


def fits(problem: Problem, parameters: Parameters, nodes: FloatArray) -> bool:
    """Say whether the grid still spans the groups and is fine enough for what is known by now."""
    latents, spacing = parameters.latents, nodes[1] - nodes[0]
    low, high = np.min(latents.mean - REACH * latents.sd), np.max(latents.mean + REACH * latents.sd)
    spans = nodes[0] <= low + 0.5 and nodes[-1] >= high - 0.5
    return bool(spans and (spacing <= problem.spacing_for(parameters) or len(nodes) >= MOST_NODES))
