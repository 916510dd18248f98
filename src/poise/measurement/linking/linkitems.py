"""The items that two calibrations have in common on one dimension, as arrays, with their curves and errors."""

# ruff: noqa: N803 - K categories, Q nodes, A and B of a linear change: mathematics keeps its letters

from collections.abc import Collection, Iterator
from dataclasses import dataclass, replace
from functools import cached_property
from typing import Final, TypeAlias

import numpy as np
from scipy.special import expit, softmax

from poise.measurement.many.manyparameters import BoolArray
from poise.measurement.models import FloatArray
from poise.measurement.parameters.items import CalibratedItem, Calibration, KnownParameters
from poise.measurement.tabular.tables import BadTableError, name_some

Known: TypeAlias = Calibration | KnownParameters
NUDGE: Final = 1e-5
LARGEST_SHARE: Final = 0.9
"""So much of an item's errors, at most, is laid to the sample of persons."""


@dataclass(frozen=True, eq=False)
class LinkItems:
    """Items of one calibration that load on one dimension.

    Parameters
    ----------
    keys : tuple of str
    partial : array of bool, shape (I,)
        Whether an item is of partial credit, else it is graded.
    slopes : array, shape (I,)
    intercepts : array, shape (I, Kmax - 1)
        Padded with minus infinity.
    covariance : array, shape (I, Kmax, Kmax)
        Of the errors of slope and intercepts, padded with zeros; nan where it is not known.
    mean, sd : float
        Of the latent in the first group.
    persons : tuple of float
        How many tell where zero is, and how many how large one is; infinite where anchors do.
    """

    keys: tuple[str, ...]
    partial: BoolArray
    slopes: FloatArray
    intercepts: FloatArray
    covariance: FloatArray
    mean: float = 0.0
    sd: float = 1.0
    persons: tuple[float, float] = (float("inf"), float("inf"))

    @cached_property
    def given(self) -> BoolArray:
        """Which intercepts there are, shape (I, Kmax - 1)."""
        given: BoolArray = np.isfinite(self.intercepts)
        return given

    @cached_property
    def times(self) -> FloatArray:
        """How often each intercept counts a shift of the latent: once, or k times for partial credit."""
        steps = np.arange(1.0, self.intercepts.shape[1] + 1.0)
        times: FloatArray = np.where(self.partial[:, None], steps, 1.0)
        return times

    @property
    def highest(self) -> FloatArray:
        """The highest category of each item, shape (I,)."""
        return np.asarray(self.given.sum(axis=1), dtype=np.float64)

    def picked(self, chosen: BoolArray) -> "LinkItems":
        """Return some of the items."""
        return replace(
            self, keys=tuple(key for key, kept in zip(self.keys, chosen, strict=True) if kept),
            partial=self.partial[chosen], slopes=self.slopes[chosen], intercepts=self.intercepts[chosen],
            covariance=self.covariance[chosen],
        )  # fmt: skip

    def moved(self, A: float, B: float) -> "LinkItems":
        """Return the items on the scale ``theta' = A theta + B``."""
        slopes = self.slopes / A
        change = np.zeros_like(self.covariance)
        change[:, 0, 0] = 1.0 / A
        change[:, 1:, 0] = np.where(self.given, -self.times * B / A, 0.0)
        change[:, np.arange(1, change.shape[1]), np.arange(1, change.shape[1])] = 1.0
        return replace(
            self,
            slopes=slopes,
            intercepts=self.intercepts - self.times * slopes[:, None] * B,
            covariance=change @ self.covariance @ np.swapaxes(change, 1, 2),
            mean=A * self.mean + B,
            sd=A * self.sd,
        )

    def nudged(self, place: int, step: float) -> "LinkItems":
        """Return the items with a bit added to every slope (place 0) or every intercept number `place`."""
        if place == 0:
            return replace(self, slopes=self.slopes + step)
        intercepts = self.intercepts.copy()
        intercepts[:, place - 1] += step
        return replace(self, intercepts=intercepts)

    def chances(self, theta: FloatArray) -> FloatArray:
        """Return the probability of each category, shape (I, Q, Kmax)."""
        eta = self.slopes[:, None, None] * theta[:, None]
        steps = eta + self.intercepts[:, None, :]
        ends = np.ones((*steps.shape[:2], 1))
        graded = -np.diff(np.concatenate([ends, expit(steps), 0.0 * ends], axis=2), axis=2)
        if not self.partial.any():
            return graded
        sums = np.arange(steps.shape[2] + 1) * eta
        sums[:, :, 1:] += self.intercepts[:, None, :]
        chances: FloatArray = np.where(self.partial[:, None, None], softmax(sums, axis=2), graded)
        return chances

    def scores(self, theta: FloatArray) -> FloatArray:
        """Return the expected category, shape (I, Q)."""
        chances = self.chances(theta)
        scores: FloatArray = chances @ np.arange(chances.shape[2], dtype=np.float64)
        return scores

    def thresholds(self) -> FloatArray:
        """Return b_k, shape (I, Kmax - 1), nan where there is none."""
        steps = np.where(self.given, self.intercepts, np.nan)
        before = np.concatenate([np.zeros((len(steps), 1)), steps[:, :-1]], axis=1)
        thresholds: FloatArray = -np.where(self.partial[:, None], steps - before, steps) / self.slopes[:, None]
        return thresholds

    def derivatives(self, theta: FloatArray, A: float = 1.0, B: float = 0.0) -> FloatArray:
        """Return derivatives of the chances of the moved items by slope and intercepts, (Kmax, I, Q, Kmax)."""
        both = [
            [self.nudged(place, sign * NUDGE).moved(A, B).chances(theta) for sign in (1.0, -1.0)]
            for place in range(self.intercepts.shape[1] + 1)
        ]
        return np.array([(up - down) / (2.0 * NUDGE) for up, down in both])

    @cached_property
    def by_scale(self) -> FloatArray:
        """How the parameters move with errors of zero and one in the first group, shape (I, Kmax, 2).

        The columns are for a shift by one standard deviation, and for a stretch around the mean by a factor e.
        """
        by_scale = np.zeros((len(self.slopes), self.intercepts.shape[1] + 1, 2))
        leaning = np.where(self.given, self.times * self.slopes[:, None], 0.0)
        by_scale[:, 1:, 0] = -leaning * self.sd
        by_scale[:, 0, 1] = -self.slopes
        by_scale[:, 1:, 1] = leaning * self.mean
        return by_scale

    @property
    def scale_covariance(self) -> FloatArray:
        """Covariance of the errors of zero and one that come from the sample of persons, shape (2, 2).

        Of n persons the mean has variance 1 / n and the logarithm of the standard deviation 1 / (2 n). All items of
        a calibration share these errors, and they are most of what items have in common (measured in
        ``tests/measurement/test_linking.py``).
        """
        zero, one = self.persons
        return np.diag([1.0 / zero, 0.5 / one])

    @cached_property
    def own_covariance(self) -> FloatArray:
        """Covariance of what is each item's own error: all of it less what comes from the sample of persons."""
        shared = self.by_scale @ self.scale_covariance @ np.swapaxes(self.by_scale, 1, 2)
        own = np.full_like(self.covariance, np.nan)
        for i, (whole, part) in enumerate(zip(self.covariance, shared, strict=True)):
            size = int(self.given[i].sum()) + 1
            if np.all(np.isfinite(whole)) and np.all(np.isfinite(part)):
                own[i] = 0.0
                own[i, :size, :size] = _take_away(whole[:size, :size], part[:size, :size])
        return own


def _take_away(whole: FloatArray, part: FloatArray) -> FloatArray:
    """Return whole - part, with no more taken in any direction than `LARGEST_SHARE` of the whole."""
    values, vectors = np.linalg.eigh(whole)
    root = vectors * np.sqrt(np.maximum(values, 0.0))
    inverse = vectors / np.sqrt(np.maximum(values, 1e-300))
    shares, turn = np.linalg.eigh(inverse.T @ part @ inverse)
    kept: FloatArray = (root @ turn) * (1.0 - np.clip(shares, 0.0, LARGEST_SHARE)) @ (root @ turn).T
    return kept


def find_common(
    old: Known, new: Known, dimension: str, items: Collection[str] | None = None
) -> tuple[LinkItems, LinkItems]:
    """Return the items that load on one dimension alone in both calibrations, in the order of the old one.

    Raises
    ------
    BadTableError
        Naming items that are not the same in both, or if fewer than two are in common.
    """
    before = {item.key: item for item in old.items}
    after = {item.key: item for item in new.items}
    complaints = []
    if unknown := [key for key in items or () if key not in before or key not in after]:
        complaints.append(f"items {name_some(unknown)}: not in both calibrations")
    shared = [key for key in before if key in after and (items is None or key in items)]
    for key in shared:
        complaints += _compare(before[key], after[key])
    alone = [key for key in shared if [name for name, _ in before[key].loadings] == [dimension]]
    if not complaints and len(alone) < 2:  # noqa: PLR2004  one item leaves nothing to check
        complaints.append(
            f"dimension {dimension}: {len(alone)} common items load on it alone, expected at least 2: link other"
            " calibrations, or calibrate both tables together"
        )
    if complaints:
        raise BadTableError(complaints)
    most = max(len(before[key].intercepts) for key in alone)
    return (
        _gather([before[key] for key in alone], old, dimension, most),
        _gather([after[key] for key in alone], new, dimension, most),
    )


def _compare(before: CalibratedItem, after: CalibratedItem) -> Iterator[str]:
    if ("gpcm" in {before.model, after.model}) and before.model != after.model:
        yield f"item {before.key!r}: is {before.model} in one calibration and {after.model} in the other"
    if len(before.intercepts) != len(after.intercepts) or (
        before.values and after.values and before.values != after.values
    ):
        yield (
            f"item {before.key!r}: has the values {before.values} in one calibration and {after.values} in the other:"
            " code both responses alike, or leave the item out of the link"
        )
    if not all(np.isfinite(a) and a != 0.0 for item in (before, after) for _, a in item.loadings):
        yield f"item {before.key!r}: has a slope that is zero or not a number: leave the item out of the link"
    if {name for name, _ in before.loadings} != {name for name, _ in after.loadings}:
        yield f"item {before.key!r}: loads on other dimensions in one calibration than in the other"


def _gather(items: list[CalibratedItem], known: Known, dimension: str, most: int) -> LinkItems:
    intercepts = np.full((len(items), most), -np.inf)
    covariance = np.zeros((len(items), most + 1, most + 1))
    for i, item in enumerate(items):
        intercepts[i, : len(item.intercepts)] = item.intercepts
        size = len(item.intercepts) + 1
        told = np.array(item.covariance) if item.covariance else np.full((size, size), np.nan)
        covariance[i, :size, :size] = told
    d = known.dimensions.index(dimension)
    return LinkItems(
        keys=tuple(item.key for item in items),
        partial=np.array([item.model == "gpcm" for item in items]),
        slopes=np.array([item.loadings[0][1] for item in items]),
        intercepts=intercepts,
        covariance=covariance,
        mean=float(known.means[0, d]),
        sd=float(known.sds[0, d]),
        persons=_count_persons(known, d),
    )


def _count_persons(known: Known, d: int) -> tuple[float, float]:
    """Return how many persons tell where zero is, and how large one is; nan where that is not known."""
    if not known.sizes:
        return float("nan"), float("nan")
    if known.means_se is not None and known.means_se[0, d] != 0.0:
        return float("inf"), float("inf")
    alike = np.all(known.sds[:, d] == known.sds[0, d])
    return known.sizes[0], float(np.sum(known.sizes)) if alike else known.sizes[0]
