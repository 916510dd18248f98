"""Marginal maximum likelihood on a uniform grid of one latent: expectations over tables, and one whole cycle."""

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass, replace
from typing import Any, Final, TypeAlias, overload

import numpy as np
import numpy.typing as npt

from poise.measurement.grid.gridsweep import LANES, sweep
from poise.measurement.grid.mstep import ItemCurves, fill_curves, fill_information, fit_items
from poise.measurement.models import FloatArray, IntArray
from poise.measurement.tabular.tables import ResponseTable

Precision: TypeAlias = type[np.float32] | type[np.float64]
Map: TypeAlias = Callable[..., Iterable[Any]]

REACH: Final = 6.0
"""How many standard deviations of the latent the grid spans on each side of the mean."""
WIDEST_SPACING: Final = 0.7
"""Refuse a grid coarser than this many standard deviations of the sharpest posterior."""
CHOSEN_SPACING: Final = 0.62
MOST_NODES: Final = 4096
SAMPLE: Final = 1000
"""So many persons, evenly spaced through a table, tell how sharp posteriors are."""
NEWTON_STEPS: Final = 4


class CoarseGridError(ValueError):
    """The grid asked for is too coarse for the information in the test."""


@dataclass(frozen=True, eq=False)
class Latents:
    """Normal distributions of the latent in each group.

    Parameters
    ----------
    mean, sd : array, shape (G,)
    free_mean, free_sd : array of bool, shape (G,)
        Which of them are estimated.
    """

    mean: FloatArray
    sd: FloatArray
    free_mean: npt.NDArray[np.bool_]
    free_sd: npt.NDArray[np.bool_]

    def log_density(self, nodes: FloatArray) -> FloatArray:
        """Return log probabilities of the nodes by group, shape (G, Q); they sum to one in each group."""
        log = -0.5 * ((nodes - self.mean[:, None]) / self.sd[:, None]) ** 2
        normalised: FloatArray = log - np.log(np.exp(log).sum(axis=1, keepdims=True))
        return normalised

    def fitted(self, nodes: FloatArray, node_counts: FloatArray) -> "Latents":
        """Return the distributions that fit the expected persons at each node, shape (G, Q)."""
        total = np.maximum(node_counts.sum(axis=1), 1e-12)
        mean = np.where(self.free_mean, node_counts @ nodes / total, self.mean)
        square = (node_counts * (nodes - mean[:, None]) ** 2).sum(axis=1) / total
        return replace(self, mean=mean, sd=np.where(self.free_sd, np.sqrt(square), self.sd))


@dataclass(frozen=True, eq=False)
class Parameters:
    """Everything that a cycle of EM changes.

    Parameters
    ----------
    items : array, shape (I, Kmax)
        Slope and intercepts of each item, padded with nan.
    latents : Latents
    """

    items: FloatArray
    latents: Latents

    def curves(self, model: npt.NDArray[np.int8], categories: IntArray) -> ItemCurves:
        """Return the items as the compiled functions take them."""
        return ItemCurves(model, self.items[:, 0].copy(), self.items[:, 1:].copy(), categories.astype(np.int64))


@dataclass(frozen=True, eq=False)
class Prepared:
    """A table as the sweep takes it, with the windows of its persons.

    Parameters
    ----------
    codes : array of int32, shape (R,)
        Row of each response in the tables of curves.
    starts, weight, group : arrays
        As in `ResponseTable`, with weight one and group zero where they were not given.
    window : array of int16, shape (P, 2)
        Changed by every sweep.
    """

    codes: npt.NDArray[np.int32]
    starts: npt.NDArray[np.int64]
    weight: FloatArray
    group: npt.NDArray[np.int16]
    window: npt.NDArray[np.int16]

    @classmethod
    def of(cls, table: ResponseTable, stride: int) -> "Prepared":
        """Prepare a table for tables of curves with `stride` rows an item."""
        codes = table.item.astype(np.int32)
        codes *= stride
        codes += table.category.astype(np.int32, copy=False)
        size = table.size
        return cls(
            codes=codes,
            starts=np.ascontiguousarray(table.starts, dtype=np.int64),
            weight=np.ones(size) if table.weight is None else np.ascontiguousarray(table.weight, dtype=np.float64),
            group=np.zeros(size, np.int16) if table.group is None else table.group.astype(np.int16),
            window=np.zeros((size, 2), np.int16),
        )

    @property
    def persons(self) -> float:
        """Sum of the weights of persons who answered something."""
        return float(self.weight[np.diff(self.starts) > 0].sum())

    def sizes(self, groups: int) -> FloatArray:
        """Return the same by group, shape (groups,)."""
        given = np.diff(self.starts) > 0
        sizes: FloatArray = np.bincount(self.group[given], self.weight[given], minlength=groups).astype(np.float64)
        return sizes


class PreparedOnDemand(Sequence[Prepared]):
    """Tables prepared anew each time they are asked for; only the windows of their persons are kept.

    Parameters
    ----------
    tables : sequence of ResponseTable
        For instance chunks that lie on disk.
    stride : int
    """

    def __init__(self, tables: Sequence[ResponseTable], stride: int) -> None:
        self.tables, self.stride = tables, stride
        self.windows: dict[int, npt.NDArray[np.int16]] = {}

    def __len__(self) -> int:
        return len(self.tables)

    @overload
    def __getitem__(self, place: int) -> Prepared: ...
    @overload
    def __getitem__(self, place: slice) -> list[Prepared]: ...
    def __getitem__(self, place: int | slice) -> Prepared | list[Prepared]:
        if isinstance(place, slice):
            return [self[number] for number in range(*place.indices(len(self)))]
        prepared = Prepared.of(self.tables[place], self.stride)
        window = self.windows.setdefault(place % len(self), prepared.window)
        return replace(prepared, window=window)


@dataclass(frozen=True, eq=False)
class Expected:
    """What a sweep over persons counts; it adds over chunks.

    Parameters
    ----------
    counts : array, shape (I * Kmax, Q)
        Expected responses in each category at each node.
    node_counts : array, shape (G, Q)
        Expected persons at each node.
    log_likelihood : float
    """

    counts: FloatArray
    node_counts: FloatArray
    log_likelihood: float

    def __add__(self, other: "Expected") -> "Expected":
        return Expected(
            self.counts + other.counts,
            self.node_counts + other.node_counts,
            self.log_likelihood + other.log_likelihood,
        )


@dataclass(frozen=True, eq=False)
class Tabulated:
    """Curves and densities on the nodes, in the precision of the sweep.

    Parameters
    ----------
    nodes : array, shape (Q,)
    table : array, shape (I * Kmax, Q)
    log_prior : array, shape (G, Q)
    """

    nodes: FloatArray
    table: npt.NDArray[np.floating[Any]]
    log_prior: npt.NDArray[np.floating[Any]]


def tabulate(curves: ItemCurves, latents: Latents, nodes: FloatArray, precision: Precision) -> Tabulated:
    """Evaluate items and densities on the nodes."""
    table = np.zeros((len(curves.slopes) * curves.stride, len(nodes)), dtype=precision)
    fill_curves(curves, nodes, table)
    return Tabulated(nodes, table, np.maximum(latents.log_density(nodes), -1e4).astype(precision))


def expect(prepared: Prepared, tabulated: Tabulated) -> Expected:
    """Run the expectation step over one prepared table."""
    counts = np.zeros(tabulated.table.shape)
    node_counts = np.zeros(tabulated.log_prior.shape)
    log_likelihood = sweep(
        prepared.codes,
        prepared.starts,
        prepared.weight,
        prepared.group,
        tabulated.table,
        tabulated.log_prior,
        prepared.window,
        counts,
        node_counts,
    )
    return Expected(counts, node_counts, float(log_likelihood))


def expect_all(chunks: Sequence[Prepared], tabulated: Tabulated, mapping: Map = map) -> Expected:
    """Run the expectation step over all chunks, by `mapping`, and add."""
    total: Expected | None = None
    for one in mapping(expect, chunks, [tabulated] * len(chunks)):
        total = one if total is None else total + one
    if total is None:
        raise ValueError("chunks: got none, expected at least one")
    return total


def lay_grid(latents: Latents, spacing: float) -> FloatArray:
    """Return evenly spaced nodes that span REACH standard deviations of every group."""
    low = float(np.min(latents.mean - REACH * latents.sd))
    high = float(np.max(latents.mean + REACH * latents.sd))
    number = LANES * int(np.ceil(((high - low) / spacing + 1) / LANES))
    return np.linspace(low, high, min(number, MOST_NODES))


def sharpest(chunks: Sequence[Prepared], curves: ItemCurves, latents: Latents) -> float:
    """Return the standard deviation of the sharpest posterior that the items allow, over a sample of persons.

    The information of the answered items is added at 49 values of the latent; the largest sum over persons and values
    counts, with the precision of the narrowest group.
    """
    nodes = lay_grid(latents, 0.25)
    table = np.zeros((len(curves.slopes), len(nodes)))
    fill_information(curves, nodes, table)
    most = 0.0
    for chunk in chunks:
        size = len(chunk.starts) - 1
        for p in range(0, size, max(1, size // SAMPLE)):
            own = chunk.codes[chunk.starts[p] : chunk.starts[p + 1]] // curves.stride
            most = max(most, float(table[own].sum(axis=0).max(initial=0.0)))
    return float(1.0 / np.sqrt(most + 1.0 / np.max(latents.sd) ** 2))


@dataclass(frozen=True, eq=False)
class Cycle:
    """One cycle of EM: where it began, where it led, and how steep it was.

    Parameters
    ----------
    start, end : Parameters
    log_likelihood : float
        Of the responses, at the start.
    gradient : array, shape (I, Kmax)
        Of log-likelihood and log prior by the item parameters, at the start; zero for parameters that are fixed.
    metric : array, shape (I, Kmax)
        Diagonal of the complete-data information at the start.
    expected : Expected
    """

    start: Parameters
    end: Parameters
    log_likelihood: float
    gradient: FloatArray
    metric: FloatArray
    expected: Expected


@dataclass(frozen=True, eq=False)
class Problem:
    """What stays the same from cycle to cycle.

    Parameters
    ----------
    chunks : sequence of Prepared
    model : array of int8, shape (I,)
    categories : array of int64, shape (I,)
    free : array of bool, shape (I,)
        Which items are estimated.
    prior : tuple of float
        As from `Priors.as_tuple`.
    mapping : callable
        Runs the expectation step over chunks.
    """

    chunks: Sequence[Prepared]
    model: npt.NDArray[np.int8]
    categories: IntArray
    free: npt.NDArray[np.bool_]
    prior: tuple[float, ...]
    mapping: Map = map

    def expect(self, parameters: Parameters, nodes: FloatArray, precision: Precision) -> Expected:
        """Run the expectation step."""
        curves = parameters.curves(self.model, self.categories)
        return expect_all(self.chunks, tabulate(curves, parameters.latents, nodes, precision), self.mapping)

    def cycle(self, parameters: Parameters, nodes: FloatArray, precision: Precision) -> Cycle:
        """Run one cycle: expected counts, then the items and latents that fit them."""
        expected = self.expect(parameters, nodes, precision)
        items = parameters.items.copy()
        gradient, metric = np.zeros_like(items), np.zeros_like(items)
        fit_items(
            self.model,
            parameters.items,
            self.categories,
            self.free,
            nodes,
            expected.counts,
            self.prior,
            NEWTON_STEPS,
            items,
            gradient,
            metric,
        )
        end = Parameters(items, parameters.latents.fitted(nodes, expected.node_counts))
        return Cycle(parameters, end, expected.log_likelihood, gradient, metric, expected)

    def spacing_for(self, parameters: Parameters) -> float:
        """Return the widest spacing of nodes that the sharpest posterior allows; see `WIDEST_SPACING`."""
        curves = parameters.curves(self.model, self.categories)
        return WIDEST_SPACING * sharpest(self.chunks, curves, parameters.latents)

    def forget_windows(self) -> None:
        """Let every person begin on the whole grid again, as they must when the grid changes."""
        for chunk in self.chunks:
            chunk.window[:] = 0
