"""Parameters of everything that was asked, as one vector, and how they are laid out for computing."""

# ruff: noqa: N806 - D dimensions, K categories: mathematics keeps its letters

from dataclasses import dataclass, replace
from functools import cached_property
from typing import Final

import numpy as np

from poise.measurement.grid.curves import LEAST_GAP
from poise.measurement.joint.jointdata import JointBlock, JointItem, JointStatement, JointTable
from poise.measurement.joint.jointkinds import GRADED, MOST_LEAST, PARTIAL, RANK, Plan
from poise.measurement.joint.jointlattice import lay_lattices
from poise.measurement.many.manyparameters import SMALLEST_EIGENVALUE, BoolArray, link_dimensions
from poise.measurement.models import FloatArray, IntArray
from poise.measurement.observing import list_answers

MOST_ANSWERS: Final = 24
MOST_STATEMENTS: Final = 4


@dataclass(frozen=True, eq=False)
class JointLayout:
    """Where each parameter stands: those of one thing asked lie together, its loadings first, then its intercepts.

    Parameters
    ----------
    asked : tuple of JointItem or JointBlock
    dimensions, raters : tuple of str
    kind : array of int, shape (I,)
    start : array of int, shape (I + 1,)
        The parameters of thing i are ``start[i]:start[i + 1]``, n in all.
    first_row : array of int, shape (I + 1,)
        Its rows (the item, or the statements of the block).
    row, effect, dimension : arrays of int, shape (n,)
        For each parameter its row; which of the derivatives of its kind it belongs to (the predictor or intercept of
        an item, the utility of a statement); and its dimension, -1 for an intercept.
    times : array, shape (n,)
        How often an intercept holds the predictor: k for partial credit, else 1.
    linked : array of bool, shape (D, D)
        Which correlations are free.
    """

    asked: tuple[JointItem | JointBlock, ...]
    dimensions: tuple[str, ...]
    raters: tuple[str, ...]
    kind: IntArray
    start: IntArray
    first_row: IntArray
    row: IntArray
    effect: IntArray
    dimension: IntArray
    times: FloatArray
    linked: BoolArray

    @cached_property
    def slope(self) -> BoolArray:
        """Whether each parameter is a loading, shape (n,)."""
        slope: BoolArray = self.dimension >= 0
        return slope

    @cached_property
    def rank(self) -> int:
        """The largest number of projections that anything asked may have."""
        return max(1, int(np.max(np.diff(self.first_row))) - 1)

    def own(self, i: int) -> slice:
        """Return where the parameters of one thing stand."""
        return slice(int(self.start[i]), int(self.start[i + 1]))

    def describe(self, place: int) -> str:
        """Say in words which parameter stands at a place of ``JointParameters.packed``."""
        n, R = len(self.row), len(self.raters)
        if place < n:
            i = int(np.searchsorted(self.start, place, side="right")) - 1
            one = self.asked[i]
            row = int(self.row[place] - self.first_row[i])
            name = f"{one.statements[row].key!r}" if isinstance(one, JointBlock) else f"{one.key!r}"
            d = self.dimension[place]
            return f"the loading of {name} on {self.dimensions[d]}" if d >= 0 else f"an intercept of {name}"
        if place < n + 2 * R:
            which, r = divmod(place - n, R)
            return f"the {('severity', 'consistency')[which]} of rater {self.raters[r]!r}"
        below = np.argwhere(np.tril(self.linked, -1))
        place -= n + 2 * R
        if place < len(below):
            d, e = below[place]
            return f"the correlation of {self.dimensions[e]} and {self.dimensions[d]}"
        return f"the mean of a group on {self.dimensions[(place - len(below)) % len(self.dimensions)]}"


def lay_out_joint(table: JointTable) -> JointLayout:
    """Find the layout of the parameters of a table."""
    place = {name: d for d, name in enumerate(table.dimensions)}
    kinds: list[int] = []
    start, first_row = [0], [0]
    entries: list[tuple[int, int, int, float]] = []
    for one in table.asked:
        block = isinstance(one, JointBlock)
        rows: tuple[JointItem | JointStatement, ...] = one.statements if isinstance(one, JointBlock) else (one,)
        base = first_row[-1]
        for j, row in enumerate(rows):
            entries += [(base + j, j, place[name], 0.0) for name in row.dimensions]
        if isinstance(one, JointBlock):
            kinds.append(RANK if one.task == "rank" else MOST_LEAST)
            entries += [(base + j, j, -1, 1.0) for j in range(len(rows))]
        else:
            kinds.append(GRADED if one.model == "graded" else PARTIAL)
            entries += [(base, k, -1, 1.0 if one.model == "graded" else float(k)) for k in range(1, one.categories)]
        first_row.append(base + (len(rows) if block else 1))
        start.append(len(entries))
    row_of, effect, dimension, times = (np.array(column) for column in zip(*entries, strict=True))
    return JointLayout(
        asked=table.asked,
        dimensions=table.dimensions,
        raters=table.raters,
        kind=np.array(kinds, dtype=np.int64),
        start=np.array(start, dtype=np.int64),
        first_row=np.array(first_row, dtype=np.int64),
        row=row_of.astype(np.int64),
        effect=effect.astype(np.int64),
        dimension=dimension.astype(np.int64),
        times=times.astype(np.float64),
        linked=link_dimensions(table.dimensions, table.independent),
    )


@dataclass(frozen=True, eq=False)
class JointParameters:
    """Everything that a joint calibration estimates, at one moment of it.

    Parameters
    ----------
    layout : JointLayout
    values : array, shape (n,)
        Loadings and intercepts, laid out as `layout` says.
    severity, log_consistency : arrays, shape (raters,)
    correlations : array, shape (D, D)
    means : array, shape (G, D)
        The first row is zero.
    """

    layout: JointLayout
    values: FloatArray
    severity: FloatArray
    log_consistency: FloatArray
    correlations: FloatArray
    means: FloatArray

    @cached_property
    def packed(self) -> FloatArray:
        """All free parameters: values, severities, log consistencies, correlations below the diagonal, means."""
        below = np.tril(self.layout.linked, -1)
        return np.concatenate(
            [self.values, self.severity, self.log_consistency, self.correlations[below], self.means[1:].ravel()]
        )

    def unpacked(self, vector: FloatArray) -> "JointParameters":
        """Return these parameters with the values of a vector laid out like `packed`."""
        below = np.tril(self.layout.linked, -1)
        D, R = len(self.correlations), len(self.severity)
        values, severity, consistency, r, mu = np.split(vector, np.cumsum([len(self.values), R, R, int(below.sum())]))
        correlations = np.eye(D)
        correlations[below] = r
        correlations = correlations + np.tril(correlations, -1).T
        means = np.vstack([np.zeros((1, D)), mu.reshape(-1, D)])
        return replace(
            self, values=values, severity=severity, log_consistency=consistency, correlations=correlations, means=means
        )

    @property
    def proper(self) -> bool:
        """Whether these are parameters of a model: finite, thresholds in order, correlations positive definite."""
        if not np.all(np.isfinite(self.packed)):
            return False
        layout = self.layout
        for i in np.flatnonzero(layout.kind == GRADED):
            if np.any(np.diff(self.intercepts(int(i))) > -LEAST_GAP):
                return False
        return bool(np.linalg.eigvalsh(self.correlations)[0] > SMALLEST_EIGENVALUE)

    @property
    def loadings(self) -> FloatArray:
        """Loadings by row and dimension, shape (N, D); zero where there is none."""
        layout = self.layout
        found = np.zeros((int(layout.first_row[-1]), len(layout.dimensions)))
        found[layout.row[layout.slope], layout.dimension[layout.slope]] = self.values[layout.slope]
        return found

    def intercepts(self, i: int) -> FloatArray:
        """Return the intercepts of one thing: K - 1 of an item, one a statement of a block."""
        own = self.layout.own(i)
        found: FloatArray = self.values[own][~self.layout.slope[own]]
        return found


def plan_sweep(parameters: JointParameters, weights: FloatArray) -> Plan:
    """Lay out the parameters for the compiled sweep.

    The projections of a thing are its dimensions themselves if these are no more than what it can tell apart (one for
    an item, m - 1 for a block), else its predictor, or its utilities less the last statement's.
    """
    layout, loadings = parameters.layout, parameters.loadings
    inverse = np.asarray(np.linalg.inv(parameters.correlations), dtype=np.float64)
    size, D = len(layout.asked), len(layout.dimensions)
    rank, dims = np.zeros(size, dtype=np.int64), np.full((size, D), -1, dtype=np.int64)
    number = np.zeros(size, dtype=np.int64)
    directions, slopes = (
        np.zeros((size, MOST_STATEMENTS - 1, D)),
        np.zeros((size, MOST_STATEMENTS, MOST_STATEMENTS - 1)),
    )
    for i in range(size):
        rows = loadings[layout.first_row[i] : layout.first_row[i + 1]]
        own = np.unique(layout.dimension[layout.own(i)])
        own = own[own >= 0]
        number[i], dims[i, : len(own)] = len(own), own
        m, most = len(rows), max(len(rows) - 1, 1)
        rank[i] = min(most, len(own))
        if len(own) <= most:
            directions[i, range(len(own)), range(len(own))] = 1.0
            slopes[i, :m, : len(own)] = rows[:, own]
        elif m == 1:
            directions[i, 0, : len(own)], slopes[i, 0, 0] = rows[0, own], 1.0
        else:
            directions[i, : m - 1, : len(own)] = rows[:-1, own] - rows[-1, own]
            slopes[i, range(m - 1), range(m - 1)] = 1.0
    return Plan(
        kind=layout.kind, start=layout.start, effect=layout.effect, dimension=layout.dimension,
        values=parameters.values, rank=rank, number=number, dims=dims, directions=directions, slopes=slopes,
        statements=np.diff(layout.first_row), answers=np.array([one.answers for one in layout.asked]),
        orders=list_orders(), weights=weights, severity=parameters.severity,
        consistency=np.exp(parameters.log_consistency), inverse=inverse,
        log_det=float(np.linalg.slogdet(parameters.correlations)[1]), means=parameters.means, lattices=lay_lattices(),
        metric=np.concatenate([[0], np.cumsum(np.diff(layout.start) ** 2)]),
    )  # fmt: skip


def list_orders() -> IntArray:
    """Return an order for each answer, shape (tasks, statements, answers, places), padded with -1.

    For the task most_least it is one that begins with the most and ends with the least fitting statement.
    """
    orders = np.full((2, MOST_STATEMENTS + 1, MOST_ANSWERS, MOST_STATEMENTS), -1, dtype=np.int64)
    for m in range(2, MOST_STATEMENTS + 1):
        ranks = list_answers(m, "rank")
        orders[0, m, : len(ranks), :m] = ranks
        for place, ends in enumerate(list_answers(m, "most_least")):
            orders[1, m, place, :m] = next(order for order in ranks if (order[0], order[-1]) == ends)
    return orders
