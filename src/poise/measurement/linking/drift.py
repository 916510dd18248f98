"""Drift: items that changed between two calibrations by more than linking and chance explain.

The difference of an item's parameters after the link is compared with its own errors in both calibrations and with
those of the link. What both samples of persons do to all items alike is taken out by the link, so only what is left of
each item's errors counts (see `LinkItems.own_covariance`). Items that differ are left out of the link, one round after
another, until no item changes sides.

References
----------
Lord, F. M. (1980). Applications of item response theory to practical testing problems, section 14.4 (Wald test).
Raju, N. S. (1988). The area between two item characteristic curves.
Candell, G. L., & Drasgow, F. (1988). An iterative procedure for linking metrics and assessing item bias.
Huynh, H., & Meyer, P. (2010). Use of robust z in detecting unstable items in item response theory models.
"""

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any, Final

import numpy as np
from scipy.stats import chi2

from poise.measurement.linking.linkfit import Criterion, Fitted, measure_distances
from poise.measurement.linking.linking import Link, describe_link, fit_dimensions
from poise.measurement.linking.linkitems import Known, LinkItems
from poise.measurement.models import FloatArray
from poise.measurement.parameters.items import plain
from poise.measurement.tabular.tables import name_some

LEVEL: Final = 0.05
ROUNDS: Final = 12
SHARE: Final = 0.5
"""At least so many of the common items stay in the link, whatever they do."""
QUARTILES: Final = 0.7413
"""A standard deviation in interquartile ranges, for a normal distribution."""
AREA_NODES: Final = 241
AREA_REACH: Final = 6.0


@dataclass(frozen=True)
class ItemDrift:
    """How one item differs between two calibrations after the link.

    Parameters
    ----------
    key, dimension : str
    shift : float
        By how many logits of the old scale the item became harder: the mean of its thresholds, new less old.
    ratio : float
        Slope in the new calibration in shares of that in the old one, on one scale.
    shift_z, ratio_z : float
        The same against the other items: distance from the median in robust standard deviations.
    distance : float
        Root of the weighted mean squared difference of expected scores, in shares of the highest score.
    area : float
        Area between the curves of expected scores, in shares of the highest score times logits.
    wald : float
        Chi-square of the difference of all parameters; nan where the errors are not known.
    df : int
    p : float
    drifted : bool
        Whether p is below the level; those items do not count in the link.
    """

    key: str
    dimension: str
    shift: float
    ratio: float
    shift_z: float
    ratio_z: float
    distance: float
    area: float
    wald: float
    df: int
    p: float
    drifted: bool

    def as_dict(self) -> dict[str, Any]:
        """Return what is told of the item."""
        told = {name: getattr(self, name) for name in ("dimension", "shift", "ratio", "shift_z", "ratio_z")}
        told |= {"distance": self.distance, "area": self.area, "wald": plain(self.wald), "df": self.df}
        return {name: plain(one) if isinstance(one, float) else one for name, one in told.items()} | {
            "p": plain(self.p), "drifted": self.drifted,
        }  # fmt: skip


@dataclass(frozen=True)
class DriftReport:
    """The link of two calibrations and how each common item fits it.

    Parameters
    ----------
    link : Link
        Without the items that have drifted.
    items : tuple of ItemDrift
    rounds : int
        How often the link was made anew.
    settled : bool
        Whether the last round changed nothing.
    level : float
    """

    link: Link
    items: tuple[ItemDrift, ...]
    rounds: int
    settled: bool
    level: float

    @property
    def drifted(self) -> tuple[str, ...]:
        """The items that have drifted."""
        return tuple(item.key for item in self.items if item.drifted)

    def tell(self) -> tuple[str, ...]:
        """Say in plain words what was found."""
        return tuple(_tell(self))

    def as_dict(self) -> dict[str, Any]:
        """Return the link and the drift of each item."""
        return {
            **self.link.as_dict(), "level": self.level, "rounds": self.rounds, "settled": self.settled,
            "drift": {item.key: item.as_dict() for item in self.items},
        }  # fmt: skip


def find_drift(
    old: Known, new: Known, criterion: Criterion | None = None, *, level: float = LEVEL, purify: bool = True
) -> DriftReport:
    """Link two calibrations and find the common items that do not fit the link.

    Parameters
    ----------
    old, new : Calibration or KnownParameters
        With standard errors: without them there is no test, and no item is called drifted.
    criterion : Criterion, optional
        Stocking-Lord on both scales if not given.
    level : float
        Of the test of each item; with many items some differ by chance.
    purify : bool
        Whether items that differ are left out of the link and all items are tested again.

    Returns
    -------
    DriftReport
        Items that load on several dimensions are not tested.
    """
    criterion = criterion or Criterion()
    without: dict[str, tuple[str, ...]] = {}
    settled = False
    for rounds in range(1, ROUNDS + 1):
        fitted = fit_dimensions(old, new, criterion, without=without)
        found = [item for dimension, one in fitted.items() for item in _test_items(dimension, one, criterion, level)]
        now = {dimension: _choose(dimension, found) for dimension in fitted} if purify else {}
        settled = {d: set(keys) for d, keys in now.items()} == {d: set(without.get(d, ())) for d in now}
        if settled:
            break
        if rounds < ROUNDS:
            without = now
    return DriftReport(describe_link(fitted, criterion), tuple(found), rounds, settled, level)


def _choose(dimension: str, items: list[ItemDrift]) -> tuple[str, ...]:
    """Return which items of a dimension leave the link: those that differ most surely, and not too many."""
    own = [item for item in items if item.dimension == dimension]
    worst = sorted((item for item in own if item.drifted), key=lambda item: (item.p, -item.distance))
    most = min(int(SHARE * len(own)), len(own) - 2)
    return tuple(item.key for item in worst[: max(most, 0)])


def _test_items(dimension: str, fitted: Fitted, criterion: Criterion, level: float) -> Iterator[ItemDrift]:
    old, new = fitted.old, fitted.new.moved(fitted.A, fitted.B)
    shift = np.nanmean(new.thresholds() - old.thresholds(), axis=1)
    ratio = new.slopes / old.slopes
    distance = measure_distances(fitted.old, fitted.new, criterion, fitted.A, fitted.B)
    theta = old.mean + old.sd * np.linspace(-AREA_REACH, AREA_REACH, AREA_NODES)
    area = np.sum(np.abs(old.scores(theta) - new.scores(theta)), axis=1) * (theta[1] - theta[0]) / old.highest
    shift_z, ratio_z = _scale_robustly(shift), _scale_robustly(np.log(np.abs(ratio)))
    for i, key in enumerate(old.keys):
        wald, df = _test_item(fitted, new, i)
        p = float(chi2.sf(wald, df))
        yield ItemDrift(
            key, dimension, float(shift[i]), float(ratio[i]), float(shift_z[i]), float(ratio_z[i]),
            float(distance[i]), float(area[i]), wald, df, p, p < level,
        )  # fmt: skip


def _scale_robustly(values: FloatArray) -> FloatArray:
    """Return distances from the median in robust standard deviations; zero where nothing spreads."""
    low, middle, high = np.percentile(values, [25.0, 50.0, 75.0])
    spread = QUARTILES * (high - low)
    scaled: FloatArray = (values - middle) / spread if spread > 0.0 else np.zeros_like(values)
    return scaled


def _test_item(fitted: Fitted, new: LinkItems, i: int) -> tuple[float, int]:
    """Return Wald's chi-square of one item's difference, and its degrees of freedom.

    The difference ``new* - old`` varies with the item's own errors on both sides, with the errors of the link, and
    with what these have in common.
    """
    old = fitted.old
    size = 1 + int(old.given[i].sum())
    change = _change(fitted, i, size)
    # How the moved parameters follow log A and B.
    lean = np.zeros((size, 2))
    lean[0, 0] = -new.slopes[i]
    lean[1:, 0] = new.times[i, : size - 1] * new.slopes[i] * fitted.B
    lean[1:, 1] = -new.times[i, : size - 1] * new.slopes[i]
    before = fitted.old.own_covariance[i, :size, :size]
    after = fitted.new.own_covariance[i, :size, :size]
    total = before + change @ after @ change.T + lean @ fitted.own_covariance @ lean.T
    shared = change @ after @ fitted.by_new[:, i, :size].T @ lean.T
    shared -= before @ fitted.by_old[:, i, :size].T @ lean.T
    total = total + shared + shared.T
    difference = np.concatenate(
        [[new.slopes[i] - old.slopes[i]], new.intercepts[i, : size - 1] - old.intercepts[i, : size - 1]]
    )
    if not np.all(np.isfinite(total)):
        return float("nan"), size
    values, vectors = np.linalg.eigh(total)
    kept = values > 1e-10 * values[-1]
    return float(np.sum((vectors[:, kept].T @ difference) ** 2 / values[kept])), int(kept.sum())


def _change(fitted: Fitted, i: int, size: int) -> FloatArray:
    """Return how an item's moved parameters follow its own ones, shape (size, size)."""
    change = np.eye(size)
    change[0, 0] = 1.0 / fitted.A
    change[1:, 0] = -fitted.new.times[i, : size - 1] * fitted.B / fitted.A
    return change


def _tell(report: DriftReport) -> Iterator[str]:
    drifted, level = report.drifted, f"{report.level:g}"
    if any(np.isnan(item.p) for item in report.items):
        yield "the errors of some items are not known, so these were not tested: calibrate with standard errors"
    if not drifted:
        yield f"no common item differs by more than chance explains at level {level}"
        return
    expected = report.level * len(report.items)
    yield (
        f"{len(drifted)} of {len(report.items)} common items differ at level {level}, where about {expected:.1f} would"
        " by chance"
    )
    for item in report.items:
        if item.drifted:
            turn = "harder" if item.shift > 0.0 else "easier"
            yield (
                f"item {item.key} became {turn} by {abs(item.shift):.2f} logits, its slope is {item.ratio:.2f} times"
                f" the old one (chi-square {item.wald:.1f}, df {item.df}, p {item.p:.2g})"
            )
    if len(drifted) > SHARE * len(report.items):
        yield f"so many items differ ({name_some(drifted)}) that the link itself is in doubt"
    if not report.settled:
        yield "which items differ did not settle: the link depends on which of them count"
