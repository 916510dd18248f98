"""A calibration and a table of answers, brought together for scoring by points: modes, weighted likelihood, fit."""

# ruff: noqa: N806 - D dimensions: mathematics keeps its letters

from collections.abc import Sequence
from dataclasses import dataclass
from typing import TypeAlias

import numpy as np

from poise.measurement.grid.curves import GRADED, PARTIAL
from poise.measurement.many.manyparameters import BoolArray, ManyParameters
from poise.measurement.models import FloatArray, IntArray
from poise.measurement.parameters.items import MODELS, CalibratedItem, KnownParameters
from poise.measurement.scores.answercurves import Answers, ItemArrays
from poise.measurement.tabular.tables import BadTableError, ResponseTable

Known: TypeAlias = KnownParameters | ManyParameters


@dataclass(frozen=True, eq=False)
class ScoringForm:
    """Items, and what is known of the latents before any answer.

    Parameters
    ----------
    items : ItemArrays
    means : array, shape (G, D)
        Of the latents by group.
    covariances : array, shape (G, D, D)
    """

    items: ItemArrays
    means: FloatArray
    covariances: FloatArray

    @property
    def size(self) -> int:
        """How many dimensions there are, D."""
        return int(self.means.shape[1])


@dataclass(frozen=True, eq=False)
class PointScores:
    """One estimate of each of D dimensions for each of P persons.

    Parameters
    ----------
    estimate : array, shape (P, D)
        nan where there is none.
    covariance : array, shape (P, D, D)
        Of the error of estimation, nan where there is no estimate.
    converged : array of bool, shape (P,)
    persons : tuple of str, optional
    """

    estimate: FloatArray
    covariance: FloatArray
    converged: BoolArray
    persons: tuple[str, ...] | None = None

    @property
    def sd(self) -> FloatArray:
        """Standard errors, shape (P, D)."""
        sd: FloatArray = np.sqrt(np.diagonal(self.covariance, axis1=1, axis2=2))
        return sd


def pick_items(table: ResponseTable, known: KnownParameters) -> tuple[list[CalibratedItem], IntArray]:
    """Return the calibrated items of a table in its order, and where its groups stand among the calibrated ones.

    Raises
    ------
    BadTableError
        If an item or a group was not calibrated, or a table has a category that its item does not have.
    """
    items = {item.key: item for item in known.items}
    if unknown := [name for name in table.items if name not in items]:
        raise BadTableError([f"item {name!r} is not among the calibrated ones: leave it out" for name in unknown])
    if strange := [name for name in table.groups if name not in known.groups]:
        told = ", ".join(known.groups)
        raise BadTableError([f"group {name!r} was not calibrated: the groups are {told}" for name in strange])
    own = [items[name] for name in table.items]
    check_categories(table, np.array([len(item.intercepts) + 1 for item in own], dtype=np.int64))
    return own, np.array([known.groups.index(name) for name in table.groups] or [0], dtype=np.int16)


def check_categories(table: ResponseTable, categories: IntArray) -> None:
    """Refuse a table with a category that its item does not have."""
    highest = np.full(len(table.items), -1, dtype=np.int64)
    np.maximum.at(highest, table.item, table.category)
    complaints = [
        f"item {table.items[i]!r}: got category {highest[i]}, expected 0 to {categories[i] - 1}:"
        " code the responses by the values of the calibration"
        for i in np.flatnonzero(highest >= categories)
    ]
    if complaints:
        raise BadTableError(complaints)


def lay_form(table: ResponseTable, known: Known) -> tuple[ScoringForm, Answers]:
    """Return the items of a table with their parameters, and its answers.

    Parameters
    ----------
    table : ResponseTable
        Coded by the values of the calibration. Its items are found by name among those of `KnownParameters`; those of
        `ManyParameters` have no names and stand in the same order.
    known : KnownParameters or ManyParameters

    Raises
    ------
    BadTableError
        If an item, a group or a category was not calibrated.
    """
    if isinstance(known, ManyParameters):
        return _lay_many(table, known)
    own, place = pick_items(table, known)
    if strange := [item.key for item in own if item.model not in MODELS]:
        raise BadTableError([f"item {key!r}: got another model, expected {' or '.join(MODELS)}" for key in strange])
    dimension = {name: d for d, name in enumerate(known.dimensions)}
    loadings = [[(dimension[name], a) for name, a in item.loadings] for item in own]
    models = [item.model for item in own]
    items = _stack(loadings, [item.intercepts for item in own], models)
    covariances = known.correlations * known.sds[:, :, None] * known.sds[:, None, :]
    return ScoringForm(items, known.means, covariances), _take_answers(table, place)


def _lay_many(table: ResponseTable, known: ManyParameters) -> tuple[ScoringForm, Answers]:
    if len(table.items) != len(known.slopes):
        raise BadTableError(
            [f"table: got {len(table.items)} items, expected the {len(known.slopes)} of the parameters"]
        )
    check_categories(table, known.categories)
    loadings = [[(int(d), float(row[d])) for d in np.flatnonzero(on)] for row, on in zip(known.slopes, known.pattern)]  # noqa: B905  one shape
    intercepts = [row[: K - 1].tolist() for row, K in zip(known.intercepts, known.categories, strict=True)]
    items = _stack(loadings, intercepts, [known.model] * len(loadings))
    place = np.arange(max(len(table.groups), 1), dtype=np.int16)
    return ScoringForm(items, known.means, known.covariances), _take_answers(table, place)


def _stack(
    loadings: Sequence[Sequence[tuple[int, float]]], intercepts: Sequence[Sequence[float]], models: Sequence[str]
) -> ItemArrays:
    J = max((len(own) for own in loadings), default=1)
    most = max((len(own) for own in intercepts), default=1)
    loads = np.full((len(loadings), J), -1, dtype=np.int64)
    slopes, steps = np.zeros((len(loadings), J)), np.full((len(loadings), most), np.nan)
    for i, (own, d) in enumerate(zip(loadings, intercepts, strict=True)):
        loads[i, : len(own)] = [place for place, _ in own]
        slopes[i, : len(own)] = [a for _, a in own]
        steps[i, : len(d)] = d
    codes = np.array([PARTIAL if model == "gpcm" else GRADED for model in models], dtype=np.int8)
    return ItemArrays(codes, loads, slopes, steps, np.array([len(d) + 1 for d in intercepts], dtype=np.int64))


def _take_answers(table: ResponseTable, place: IntArray) -> Answers:
    group = np.zeros(table.size, dtype=np.int64) if table.group is None else place[table.group].astype(np.int64)
    return Answers(
        np.asarray(table.starts, dtype=np.int64),
        np.asarray(table.item, dtype=np.int64),
        np.asarray(table.category, dtype=np.int64),
        group,
    )
