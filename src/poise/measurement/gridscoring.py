"""Scores on one dimension: posterior mean and standard deviation of each person on a grid."""

# ruff: noqa: ANN001, ANN201 - numba infers the types of compiled functions; their shapes stand in the docstrings

# ruff: noqa: N806 - K categories, Q nodes: mathematics keeps its letters
# mypy: allow-untyped-defs, allow-untyped-calls, disable-error-code="no-any-return,type-arg"

from dataclasses import dataclass
from typing import Final

import numpy as np
from numba import njit

from poise.measurement.gridem import CHOSEN_SPACING, WIDEST_SPACING, Latents, Parameters, Prepared, Problem, lay_grid
from poise.measurement.gridsweep import weigh_nodes
from poise.measurement.items import KnownParameters
from poise.measurement.models import FloatArray
from poise.measurement.mstep import GRADED, PARTIAL, fill_curves
from poise.measurement.tables import BadTableError, ResponseTable

NO_PRIOR: Final = (0.0, 0.0, 1e9, 0.0, 0.0, 1e9)


@dataclass(frozen=True, eq=False)
class Scores:
    """Posterior moments of P persons on one dimension.

    Parameters
    ----------
    mean, sd : array, shape (P,)
    persons : tuple of str, optional
    """

    mean: FloatArray
    sd: FloatArray
    persons: tuple[str, ...] | None = None


@njit(cache=True, nogil=True)
def fill_moments(codes, starts, group, table, log_prior, nodes, mean, sd):
    """Write posterior mean and standard deviation of each person; nobody is skipped, the prior scores the silent."""
    Q = len(nodes)
    acc, post = np.empty(Q), np.empty(Q)
    bits = np.zeros(Q, np.int32)
    powers = bits.view(np.float32)
    for p in range(len(starts) - 1):
        prior = log_prior[group[p]]
        total, _ = weigh_nodes(table, prior, codes, starts[p], starts[p + 1], 0, Q, acc, post, bits, powers)
        m, s = 0.0, 0.0
        for q in range(Q):
            m += post[q] * nodes[q]
        m /= total
        for q in range(Q):
            s += post[q] * (nodes[q] - m) ** 2
        mean[p], sd[p] = m, np.sqrt(s / total)


def score_table(table: ResponseTable, known: KnownParameters) -> Scores:
    """Score every person of a table coded by the values of the calibrated items.

    Parameters
    ----------
    table : ResponseTable
        Its items are among those of `known`; its groups, if it has any, are too, else the reference group is meant.
    known : KnownParameters
        With one dimension.

    Raises
    ------
    BadTableError
        If an item or a group is not known.
    """
    items = {item.key: item for item in known.items}
    if unknown := [name for name in table.items if name not in items]:
        raise BadTableError([f"item {name!r} is not among the calibrated ones: leave it out" for name in unknown])
    if strange := [name for name in table.groups if name not in known.groups]:
        told = ", ".join(known.groups)
        raise BadTableError([f"group {name!r} was not calibrated: the groups are {told}" for name in strange])
    own = [items[name] for name in table.items]
    stride = max((len(item.intercepts) + 1 for item in own), default=2)
    numbers = np.full((len(own), stride), np.nan)
    for row, item in zip(numbers, own, strict=True):
        row[: len(item.intercepts) + 1] = [item.loadings[0][1], *item.intercepts]
    fixed = np.zeros(len(known.groups), dtype=bool)
    parameters = Parameters(numbers, Latents(known.means[:, 0], known.sds[:, 0], fixed, fixed))
    place = np.array([known.groups.index(name) for name in table.groups] or [0], dtype=np.int16)
    prepared = Prepared.of(table, stride)
    problem = Problem(
        chunks=[prepared],
        model=np.array([PARTIAL if item.model == "gpcm" else GRADED for item in own], dtype=np.int8),
        categories=np.array([len(item.intercepts) + 1 for item in own], dtype=np.int64),
        free=np.zeros(len(own), dtype=bool),
        prior=NO_PRIOR,
    )
    nodes = lay_grid(parameters.latents, problem.spacing_for(parameters) * CHOSEN_SPACING / WIDEST_SPACING)
    curves = parameters.curves(problem.model, problem.categories)
    log_table = np.zeros((len(own) * stride, len(nodes)))
    fill_curves(curves, nodes, log_table)
    mean, sd = np.empty(table.size), np.empty(table.size)
    fill_moments(
        prepared.codes,
        prepared.starts,
        place[prepared.group],
        log_table,
        parameters.latents.log_density(nodes),
        nodes,
        mean,
        sd,
    )
    return Scores(mean, sd, table.persons)
