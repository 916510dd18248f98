"""Parameters of items that load on several correlated dimensions, and how they are laid out for computing."""

# ruff: noqa: N806 - K categories, Q nodes, D dimensions: mathematics keeps its letters

from collections.abc import Collection
from dataclasses import dataclass, replace
from functools import cached_property
from typing import Final, TypeAlias

import numpy as np
import numpy.typing as npt

from poise.measurement.grid.curves import GRADED, LEAST_GAP, PARTIAL, fill_table
from poise.measurement.many.epsweep import Float32Array, Plan
from poise.measurement.models import FloatArray, IntArray
from poise.measurement.parameters.items import Model
from poise.measurement.tabular.tables import BadTableError, name_some

BoolArray: TypeAlias = npt.NDArray[np.bool_]
CODES: Final[dict[str, int]] = {"2pl": GRADED, "graded": GRADED, "gpcm": PARTIAL}
SMALLEST_EIGENVALUE: Final = 1e-3
"""Correlation matrices are kept at least this far from singular; dimensions closer than that are one dimension."""
SMALLEST_SD: Final = 1e-3


@dataclass(frozen=True, eq=False)
class Freedom:
    """What a calibration may change of items and latents; correlations have `ManyParameters.linked`.

    Parameters
    ----------
    items : array of bool, shape (I,)
        False for anchored items.
    means, sds : array of bool, shape (G, D)
        The first row is true on anchored dimensions, where items say what zero and one are.
    """

    items: BoolArray
    means: BoolArray
    sds: BoolArray


@dataclass(frozen=True, eq=False)
class ManyParameters:
    """Items, correlations, means and standard deviations at one moment of a calibration.

    Parameters
    ----------
    model : {"2pl", "graded", "gpcm"}
    slopes : array, shape (I, D)
        Loadings in logits; zero where `pattern` is false.
    pattern : array of bool, shape (I, D)
        Which items load on which dimensions.
    intercepts : array, shape (I, Kmax - 1)
        Padded with nan.
    categories : array of int, shape (I,)
    correlations : array, shape (D, D)
        Of the latents within a group, the same in all.
    means : array, shape (G, D)
        Means of the latents by group; the first row is zero except on anchored dimensions.
    linked : array of bool, shape (D, D)
        Which correlations are free; others are zero. Dimensions fall into blocks that are linked all to all.
    spread : array, shape (G, D), optional
        Standard deviations of the latents by group; one if not given.
    freedom : Freedom, optional
        If not given, all items and the means of all groups but the first are free, and no standard deviation.
    """

    model: Model
    slopes: FloatArray
    pattern: BoolArray
    intercepts: FloatArray
    categories: IntArray
    correlations: FloatArray
    means: FloatArray
    linked: BoolArray
    spread: FloatArray | None = None
    freedom: Freedom | None = None

    @cached_property
    def sds(self) -> FloatArray:
        """Standard deviations of the latents by group, shape (G, D)."""
        return np.ones_like(self.means) if self.spread is None else self.spread

    @cached_property
    def covariances(self) -> FloatArray:
        """Covariances of the latents by group, shape (G, D, D)."""
        covariances: FloatArray = self.correlations * self.sds[:, :, None] * self.sds[:, None, :]
        return covariances

    @cached_property
    def free(self) -> Freedom:
        """What may change."""
        if self.freedom is not None:
            return self.freedom
        means = np.ones(self.means.shape, dtype=bool)
        means[0] = False
        return Freedom(np.ones(len(self.slopes), dtype=bool), means, np.zeros_like(means))

    @cached_property
    def masks(self) -> tuple[BoolArray, ...]:
        """Where the free parameters stand: in slopes, intercepts, correlations, means and standard deviations."""
        free = self.free
        items = free.items[:, None]
        return (
            self.pattern & items,
            np.isfinite(self.intercepts) & items,
            np.tril(self.linked, -1),
            free.means,
            free.sds,
        )

    @property
    def code(self) -> int:
        """The number of the model in the compiled functions."""
        return CODES[self.model]

    @cached_property
    def packed(self) -> FloatArray:
        """All free parameters as one vector: loadings, intercepts, correlations below the diagonal, means, sds."""
        own = (self.slopes, self.intercepts, self.correlations, self.means, self.sds)
        return np.concatenate([array[mask] for array, mask in zip(own, self.masks, strict=True)])

    def unpacked(self, vector: FloatArray) -> "ManyParameters":
        """Return these parameters with the values of a vector laid out like `packed`; what is fixed stays."""
        own = (self.slopes, self.intercepts, np.tril(self.correlations, -1), self.means, self.sds)
        parts = np.split(vector, np.cumsum([mask.sum() for mask in self.masks[:-1]]))
        filled = [array.astype(np.float64) for array in own]
        for array, mask, part in zip(filled, self.masks, parts, strict=True):
            array[mask] = part
        slopes, intercepts, below, means, sds = filled
        correlations = np.eye(len(below)) + below + below.T
        return replace(self, slopes=slopes, intercepts=intercepts, correlations=correlations, means=means, spread=sds)

    @property
    def proper(self) -> bool:
        """Whether these are parameters of a model: finite, thresholds in order, correlations positive definite."""
        if not np.all(np.isfinite(self.packed)):
            return False
        if self.code == GRADED and not np.all(np.isnan(gaps := -np.diff(self.intercepts, axis=1)) | (gaps > LEAST_GAP)):
            return False
        if np.min(self.sds) < SMALLEST_SD:
            return False
        return bool(np.linalg.eigvalsh(self.correlations)[0] > SMALLEST_EIGENVALUE)

    def rescaled(self, origin: FloatArray, unit: FloatArray) -> "ManyParameters":
        """Return the same model with latents counted from `origin` (D,) in units of `unit` (D,); anchors move too."""
        times = np.arange(1, self.intercepts.shape[1] + 1) if self.code == PARTIAL else 1.0
        return replace(
            self,
            slopes=self.slopes * unit,
            intercepts=self.intercepts + (self.slopes @ origin)[:, None] * times,
            means=(self.means - origin) / unit,
            spread=self.sds / unit,
        )


@dataclass(frozen=True, eq=False)
class Layout:
    """Which items share a Gaussian site: all that load on one dimension only, and each that loads on several.

    Parameters
    ----------
    site : array of int32, shape (I,)
        The site of each item.
    axis : array of int64, shape (S,)
        The dimension of each site, or -1 for an item that loads on several.
    several : array of int64, shape (S,)
        For the site of an item that loads on several dimensions its number among those, else -1.
    loads : array of int64, shape (C, J)
        The dimensions of those C items, padded with -1.
    items : array of int64, shape (C,)
        Which items they are.
    """

    site: IntArray
    axis: IntArray
    several: IntArray
    loads: IntArray
    items: IntArray

    @property
    def simple(self) -> BoolArray:
        """Whether each item loads on one dimension only, shape (I,)."""
        simple: BoolArray = self.axis[self.site] >= 0
        return simple


def lay_out_apart(pattern: BoolArray) -> Layout:
    """Give every item a site of its own, as `poise.measurement.score` does; coarser, for comparison."""
    together = lay_out(pattern)
    simple = together.simple
    return Layout(
        site=np.arange(len(pattern), dtype=np.int32),
        axis=np.where(simple, np.argmax(pattern, axis=1), -1).astype(np.int64),
        several=np.where(simple, -1, together.several[together.site]).astype(np.int64),
        loads=together.loads,
        items=together.items,
    )


def lay_out(pattern: BoolArray) -> Layout:
    """Find the sites of a pattern of loadings, shape (I, D).

    Raises
    ------
    BadTableError
        If an item loads on nothing, or fewer than two items on a dimension.
    """
    complaints = []
    if np.any(empty := ~pattern.any(axis=1)):
        complaints.append(f"pattern: items number {np.flatnonzero(empty).tolist()} load on no dimension")
    for d, number in enumerate(pattern.sum(axis=0)):
        if number < 2:  # noqa: PLR2004 - one item does not tell a loading from a mean
            complaints.append(f"pattern: dimension number {d} has {number} items, expected at least 2")
    if complaints:
        raise BadTableError(complaints)
    several = np.flatnonzero(pattern.sum(axis=1) > 1)
    D, C = pattern.shape[1], len(several)
    site = np.argmax(pattern, axis=1).astype(np.int32)
    site[several] = D + np.arange(C, dtype=np.int32)
    loads = np.full((max(C, 1), int(pattern.sum(axis=1).max()) if C else 1), -1, dtype=np.int64)
    for k, i in enumerate(several):
        on = np.flatnonzero(pattern[i])
        loads[k, : len(on)] = on
    return Layout(
        site=site,
        axis=np.concatenate([np.arange(D), np.full(C, -1)]).astype(np.int64),
        several=np.concatenate([np.full(D, -1), np.arange(C)]).astype(np.int64),
        loads=loads,
        items=several.astype(np.int64),
    )


@dataclass(frozen=True, eq=False)
class Curves:
    """Parameters as the sweep over persons needs them.

    Parameters
    ----------
    scale : array, shape (I,)
        Slope of each item on the projection of its site.
    direction : array, shape (S, D)
        The projection of each site: a unit vector, or loadings scaled so that the projection has variance one.
    table : array of float32, shape (I * Kmax, Q)
        Log probabilities.
    nodes : array of float32, shape (Q,)
    parameters : ManyParameters
    layout : Layout
    """

    scale: FloatArray
    direction: FloatArray
    table: Float32Array
    nodes: Float32Array
    parameters: ManyParameters
    layout: Layout

    @property
    def stride(self) -> int:
        """Rows of the table an item takes, Kmax."""
        return int(self.parameters.intercepts.shape[1]) + 1

    @property
    def plan(self) -> Plan:
        """The same for the compiled functions."""
        layout, parameters = self.layout, self.parameters
        return Plan(
            np.repeat(layout.site, self.stride), layout.axis, self.direction, layout.several, layout.loads, self.stride,
            self.table, self.nodes, parameters.covariances, parameters.means,
        )  # fmt: skip


def project_items(parameters: ManyParameters, layout: Layout) -> tuple[FloatArray, FloatArray]:
    """Return the slope of each item on the projection of its site, (I,), and those projections, (S, D).

    The projection of an item that loads on several dimensions has variance one, on average over groups.
    """
    slopes, D = parameters.slopes, parameters.slopes.shape[1]
    scale = slopes[np.arange(len(slopes)), np.argmax(parameters.pattern, axis=1)].copy()
    direction = np.eye(D)[layout.axis]
    if len(layout.items):
        own = slopes[layout.items]
        size = np.sqrt(np.einsum("id,de,ie->i", own, parameters.covariances.mean(axis=0), own))
        scale[layout.items] = size
        # An item whose loadings all reached zero says nothing; any projection will do.
        flat = (parameters.pattern / np.sqrt(parameters.pattern.sum(axis=1, keepdims=True)))[layout.items]
        direction[layout.several >= 0] = np.where(size[:, None] > 1e-9, own / np.maximum(size, 1e-9)[:, None], flat)  # noqa: PLR2004
    return scale, direction


def draw_curves(parameters: ManyParameters, layout: Layout, nodes: Float32Array) -> Curves:
    """Tabulate the items on the nodes."""
    scale, direction = project_items(parameters, layout)
    stride = parameters.intercepts.shape[1] + 1
    table = np.zeros((len(scale) * stride, len(nodes)), dtype=np.float32)
    fill_table(
        parameters.code, scale, parameters.intercepts, parameters.categories, nodes.astype(np.float64), stride, table
    )
    return Curves(scale, direction, table, nodes, parameters, layout)


def link_dimensions(dimensions: tuple[str, ...], independent: Collection[str]) -> BoolArray:
    """Return which correlations are free, shape (D, D): all but those of the independent dimensions.

    Raises
    ------
    BadTableError
        If one of the independent dimensions is not there.
    """
    if unknown := [name for name in independent if name not in dimensions]:
        raise BadTableError([f"independent: got {name!r}, expected one of {name_some(dimensions)}" for name in unknown])
    free = np.array([name not in independent for name in dimensions])
    linked: BoolArray = np.outer(free, free)
    np.fill_diagonal(linked, val=True)
    return linked


def read_pattern(pattern: object, items: tuple[str, ...]) -> tuple[BoolArray, tuple[str, ...]]:
    """Read a pattern given as an array (I, D) of bool or as a mapping of dimension to item names.

    Raises
    ------
    BadTableError
        Naming the dimension and the items that are not there.
    """
    if not isinstance(pattern, dict):
        array = np.asarray(pattern, dtype=bool)
        if array.ndim != 2 or array.shape[0] != len(items):  # noqa: PLR2004 - items and dimensions
            raise BadTableError([f"pattern: got shape {array.shape}, expected ({len(items)}, dimensions)"])
        return array, tuple(f"d{d + 1}" for d in range(array.shape[1]))
    place = {name: i for i, name in enumerate(items)}
    array, complaints = np.zeros((len(items), len(pattern)), dtype=bool), []
    for d, (dimension, names) in enumerate(pattern.items()):
        if unknown := [name for name in names if name not in place]:
            complaints.append(f"dimension {dimension!r}: items not among the responses: {name_some(unknown)}")
        array[[place[name] for name in names if name in place], d] = True
    if complaints:
        raise BadTableError(complaints)
    return array, tuple(pattern)
