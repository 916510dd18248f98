"""Scores on one dimension: posterior mean, standard deviation, quantiles and draws of each person on a grid."""

# ruff: noqa: ANN001, ANN201 - numba infers the types of compiled functions; their shapes stand in the docstrings

# ruff: noqa: N806 - K categories, Q nodes: mathematics keeps its letters
# mypy: allow-untyped-defs, allow-untyped-calls, disable-error-code="no-any-return,type-arg"

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final

import numpy as np
import numpy.typing as npt
from numba import njit

from poise.measurement.grid.gridem import (
    CHOSEN_SPACING,
    WIDEST_SPACING,
    Latents,
    Parameters,
    Prepared,
    Problem,
    lay_grid,
)
from poise.measurement.grid.gridsweep import weigh_nodes
from poise.measurement.grid.mstep import GRADED, PARTIAL, fill_curves
from poise.measurement.models import FloatArray
from poise.measurement.parameters.items import KnownParameters
from poise.measurement.scores.scoringforms import PointScores, pick_items
from poise.measurement.tabular.tables import ResponseTable

NO_PRIOR: Final = (0.0, 0.0, 1e9, 0.0, 0.0, 1e9)
FINER: Final = 6.0
"""How much closer the nodes lie where quantiles are asked for: about a tenth of the sharpest posterior's deviation."""


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

    @property
    def points(self) -> PointScores:
        """The same as estimates on one of many dimensions."""
        sure = np.ones(len(self.mean), dtype=bool)
        return PointScores(self.mean[:, None], self.sd[:, None, None] ** 2, sure, self.persons)


@dataclass(frozen=True, eq=False)
class PosteriorGrid:
    """What the posteriors of persons are computed from.

    Parameters
    ----------
    prepared : Prepared
    group : array of int, shape (P,)
        Of each person among the calibrated groups.
    log_table : array, shape (I * Kmax, Q)
    log_prior : array, shape (G, Q)
    nodes : array, shape (Q,)
    """

    prepared: Prepared
    group: npt.NDArray[np.int16]
    log_table: FloatArray
    log_prior: FloatArray
    nodes: FloatArray


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


@njit(cache=True, nogil=True)
def fill_quantiles(codes, starts, group, table, log_prior, nodes, chances, quantiles):
    """Write where the posterior distribution of each person reaches each of its chances, (P, L) both.

    Each node stands for the cell around it, in which the posterior is taken as even.
    """
    Q, step = len(nodes), nodes[1] - nodes[0]
    acc, post, below = np.empty(Q), np.empty(Q), np.empty(Q)
    bits = np.zeros(Q, np.int32)
    powers = bits.view(np.float32)
    for p in range(len(starts) - 1):
        prior = log_prior[group[p]]
        weigh_nodes(table, prior, codes, starts[p], starts[p + 1], 0, Q, acc, post, bits, powers)
        until = 0.0
        for q in range(Q):
            until += post[q]
            below[q] = until
        for j in range(chances.shape[1]):
            wanted = chances[p, j] * until
            q = min(np.searchsorted(below, wanted), Q - 1)
            inside = (wanted - (below[q] - post[q])) / post[q] if post[q] > 0.0 else 0.5
            quantiles[p, j] = nodes[q] + (inside - 0.5) * step


def lay_posteriors(table: ResponseTable, known: KnownParameters, finer: float = 1.0) -> PosteriorGrid:
    """Tabulate items and priors on a grid that the sharpest posterior needs, or on a finer one.

    Raises
    ------
    BadTableError
        If an item, a group or a category was not calibrated.
    """
    own, place = pick_items(table, known)
    stride = max((len(item.intercepts) + 1 for item in own), default=2)
    numbers = np.full((len(own), stride), np.nan)
    for row, item in zip(numbers, own, strict=True):
        row[: len(item.intercepts) + 1] = [item.loadings[0][1], *item.intercepts]
    fixed = np.zeros(len(known.groups), dtype=bool)
    parameters = Parameters(numbers, Latents(known.means[:, 0], known.sds[:, 0], fixed, fixed))
    prepared = Prepared.of(table, stride)
    problem = Problem(
        chunks=[prepared],
        model=np.array([PARTIAL if item.model == "gpcm" else GRADED for item in own], dtype=np.int8),
        categories=np.array([len(item.intercepts) + 1 for item in own], dtype=np.int64),
        free=np.zeros(len(own), dtype=bool),
        prior=NO_PRIOR,
    )
    nodes = lay_grid(parameters.latents, problem.spacing_for(parameters) * CHOSEN_SPACING / WIDEST_SPACING / finer)
    log_table = np.zeros((len(own) * stride, len(nodes)))
    fill_curves(parameters.curves(problem.model, problem.categories), nodes, log_table)
    return PosteriorGrid(
        prepared, place[prepared.group].astype(np.int16), log_table, parameters.latents.log_density(nodes), nodes
    )


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
        If an item, a group or a category is not known.
    """
    grid = lay_posteriors(table, known)
    mean, sd = np.empty(table.size), np.empty(table.size)
    own = grid.prepared
    fill_moments(own.codes, own.starts, grid.group, grid.log_table, grid.log_prior, grid.nodes, mean, sd)
    return Scores(mean, sd, table.persons)


def find_quantiles(table: ResponseTable, known: KnownParameters, chances: Sequence[float]) -> FloatArray:
    """Return where each person's posterior reaches these chances, shape (P, L); .05 and .95 bound 90 %.

    Parameters
    ----------
    table, known
        As in `score_table`.
    chances : sequence of float
        Each between zero and one.

    Raises
    ------
    ValueError
        If a chance is not between zero and one.
    """
    if wrong := [chance for chance in chances if not 0.0 < chance < 1.0]:
        raise ValueError(f"chances: got {wrong[0]}, expected numbers between zero and one")
    return _invert(table, known, np.tile(np.array(chances, dtype=np.float64), (table.size, 1)))


def draw_from_grid(
    table: ResponseTable, known: KnownParameters, number: int, seed: int | np.random.Generator
) -> FloatArray:
    """Draw plausible values from each person's posterior itself, whatever its shape; shape (number, P).

    Parameters
    ----------
    table, known
        As in `score_table`.
    number : int
    seed : int or numpy.random.Generator
        With the same generator handed on, persons may come in chunks of any size.

    References
    ----------
    Mislevy, R. J. (1991). Randomization-based inference about latent variables from complex samples.
    """
    chances = np.random.default_rng(seed).random((table.size, number))
    return _invert(table, known, chances).T


def _invert(table: ResponseTable, known: KnownParameters, chances: FloatArray) -> FloatArray:
    grid = lay_posteriors(table, known, FINER)
    quantiles, own = np.empty_like(chances), grid.prepared
    fill_quantiles(own.codes, own.starts, grid.group, grid.log_table, grid.log_prior, grid.nodes, chances, quantiles)
    return quantiles
