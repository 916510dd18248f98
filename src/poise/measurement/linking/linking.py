"""Linking: two calibrations with common items, brought to one scale.

In many dimensions with correlated simple structure each dimension is linked by itself, by the common items that load
on it alone: ``theta_old = A_d theta_new + B_d``. A rotation of the dimensions is not looked for: where loadings on
several dimensions decide what a dimension is, anchor items or calibrate both tables together instead.
"""

# ruff: noqa: N803, N806 - A and B of a linear change: mathematics keeps its letters

from collections.abc import Collection, Mapping
from dataclasses import dataclass, replace
from typing import Any, TypeVar

import numpy as np

from poise.measurement.linking.linkfit import Criterion, Fitted, fit_link
from poise.measurement.linking.linkitems import Known, find_common
from poise.measurement.models import FloatArray
from poise.measurement.parameters.items import (
    CalibratedItem,
    Calibration,
    KnownParameters,
    find_threshold_errors,
    find_thresholds,
    plain,
)
from poise.measurement.tabular.tables import BadTableError, name_some

AnyKnown = TypeVar("AnyKnown", Calibration, KnownParameters)


@dataclass(frozen=True)
class Scale:
    """The link of one dimension: ``theta_old = slope theta_new + intercept``.

    Parameters
    ----------
    dimension : str
    slope, intercept : float
        A and B.
    slope_se, intercept_se : float
        Standard errors; nan where the errors of the items or the number of persons are not known.
    items : tuple of str
        The common items.
    weights : tuple of float
        How much each of them counted, from 0 to 1.
    """

    dimension: str
    slope: float
    intercept: float
    slope_se: float = float("nan")
    intercept_se: float = float("nan")
    items: tuple[str, ...] = ()
    weights: tuple[float, ...] = ()

    @property
    def inverse(self) -> "Scale":
        """The same link from the old scale to the new one; without standard errors."""
        return Scale(
            self.dimension, 1.0 / self.slope, -self.intercept / self.slope, items=self.items, weights=self.weights
        )

    def as_dict(self) -> dict[str, Any]:
        """Return what parameters.json tells of a link."""
        return {
            "slope": self.slope,
            "intercept": self.intercept,
            "se": {"slope": plain(self.slope_se), "intercept": plain(self.intercept_se)},
            "items": dict(zip(self.items, self.weights, strict=True)),
        }


@dataclass(frozen=True)
class Link:
    """How to go from the scale of a new calibration to that of an old one, dimension by dimension.

    Parameters
    ----------
    scales : tuple of Scale
        One for each dimension of the new calibration.
    method : str
    """

    scales: tuple[Scale, ...]
    method: str

    @property
    def inverse(self) -> "Link":
        """The link from the old scale to the new one."""
        return Link(tuple(scale.inverse for scale in self.scales), self.method)

    def as_dict(self) -> dict[str, Any]:
        """Return what parameters.json tells of a link."""
        return {"method": self.method, "dimensions": {scale.dimension: scale.as_dict() for scale in self.scales}}


def link_calibrations(
    old: Known,
    new: Known,
    criterion: Criterion | None = None,
    *,
    items: Collection[str] | None = None,
    without: Mapping[str, Collection[str]] | None = None,
) -> Link:
    """Find the link from the scale of a new calibration to that of an old one.

    Parameters
    ----------
    old, new : Calibration or KnownParameters
        With the same dimensions, and on each at least two common items that load on it alone.
    criterion : Criterion, optional
        Stocking-Lord on both scales if not given.
    items : collection of str, optional
        The common items to use; all if not given.
    without : mapping of dimension to items, optional
        Common items that do not count, as those that have drifted.

    Returns
    -------
    Link

    Raises
    ------
    BadTableError
        If dimensions or common items do not match; everything that is wrong is told at once.
    """
    criterion = criterion or Criterion()
    return describe_link(fit_dimensions(old, new, criterion, items=items, without=without), criterion)


def fit_dimensions(
    old: Known,
    new: Known,
    criterion: Criterion,
    *,
    items: Collection[str] | None = None,
    without: Mapping[str, Collection[str]] | None = None,
) -> dict[str, Fitted]:
    """Fit the link of each dimension; see `link_calibrations`."""
    if set(old.dimensions) != set(new.dimensions):
        both = f"{name_some(old.dimensions)} and {name_some(new.dimensions)}"
        raise BadTableError([f"dimensions: got {both}, expected the same names in both calibrations"])
    complaints: list[str] = []
    fitted: dict[str, Fitted] = {}
    for dimension in new.dimensions:
        try:
            before, after = find_common(old, new, dimension, items)
            left_out = set((without or {}).get(dimension, ()))
            weights = np.array([float(key not in left_out) for key in before.keys])
            fitted[dimension] = fit_link(before, after, criterion, weights)
        except BadTableError as error:
            complaints += [line for line in error.complaints if line not in complaints]
    if complaints:
        raise BadTableError(complaints)
    return fitted


def describe_link(fitted: Mapping[str, Fitted], criterion: Criterion) -> Link:
    """Put together what was fitted."""
    return Link(tuple(_describe(dimension, one) for dimension, one in fitted.items()), criterion.method)


def _describe(dimension: str, fitted: Fitted) -> Scale:
    errors = np.sqrt(np.diag(fitted.covariance))
    return Scale(
        dimension, fitted.A, fitted.B, float(errors[0]), float(errors[1]), fitted.old.keys,
        tuple(fitted.weights.tolist()),
    )  # fmt: skip


def apply_link(calibration: AnyKnown, link: Link) -> AnyKnown:
    """Return a calibration on the scale that a link leads to.

    Probabilities of answers stay as they are. Standard errors are those of the calibration, without those of the link.

    Parameters
    ----------
    calibration : Calibration or KnownParameters
        With the dimensions of the link.
    link : Link

    Raises
    ------
    BadTableError
        If a dimension is missing in the link.
    """
    scales = {scale.dimension: scale for scale in link.scales}
    if missing := [name for name in calibration.dimensions if name not in scales]:
        raise BadTableError([f"link: dimension {name!r} has none" for name in missing])
    A = np.array([scales[name].slope for name in calibration.dimensions])
    B = np.array([scales[name].intercept for name in calibration.dimensions])
    changes: dict[str, Any] = {
        "items": tuple(move_item(item, scales) for item in calibration.items),
        "means": calibration.means * A + B,
        "sds": calibration.sds * A,
        "means_se": _stretch(calibration.means_se, A),
    }
    if calibration.blocks:
        changes["blocks"] = tuple(
            replace(block, statements=_move_statements(block.statements, scales)) for block in calibration.blocks
        )
    if isinstance(calibration, Calibration):
        changes["sds_se"] = _stretch(calibration.sds_se, A)
    return replace(calibration, **changes)


def _stretch(errors: FloatArray | None, A: FloatArray) -> FloatArray | None:
    return None if errors is None else errors * A


def move_item(item: CalibratedItem, scales: Mapping[str, Scale]) -> CalibratedItem:
    """Return an item on the old scale."""
    units = np.array([scales[name].slope for name, _ in item.loadings])
    zeros = np.array([scales[name].intercept for name, _ in item.loadings])
    slopes, intercepts = np.array([a for _, a in item.loadings]) / units, np.array(item.intercepts)
    times = np.arange(1.0, len(intercepts) + 1.0) if item.model == "gpcm" else np.ones(len(intercepts))
    intercepts = intercepts - times * float(slopes @ zeros)
    J = len(slopes)
    change = np.eye(J + len(intercepts))
    change[:J, :J] = np.diag(1.0 / units)
    change[J:, :J] = -np.outer(times, zeros / units)
    known = np.array(item.covariance) if item.covariance else np.full(change.shape, np.nan)
    covariance = change @ known @ change.T
    errors = np.sqrt(np.diag(covariance))
    single = J == 1
    return replace(
        item,
        loadings=tuple((name, float(a)) for (name, _), a in zip(item.loadings, slopes, strict=True)),
        intercepts=tuple(intercepts.tolist()),
        loadings_se=tuple(errors[:J].tolist()),
        intercepts_se=tuple(errors[J:].tolist()),
        thresholds=tuple(find_thresholds(item.model, float(slopes[0]), intercepts).tolist()) if single else (),
        thresholds_se=tuple(find_threshold_errors(item.model, float(slopes[0]), intercepts, covariance).tolist())
        if single
        else (),
        covariance=tuple(map(tuple, covariance.tolist())) if item.covariance else (),
    )


def _move_statements(statements: tuple[Any, ...], scales: Mapping[str, Scale]) -> tuple[Any, ...]:
    """Return the statements of a block on the old scale; their intercepts sum to zero as before."""
    moved = []
    for one in statements:
        own = [(name, a / scales[name].slope, scales[name].intercept) for name, a in one.loadings]
        shifted = one.intercept - sum(a * zero for _, a, zero in own)
        moved.append(replace(one, loadings=tuple((name, a) for name, a, _ in own), intercept=shifted))
    middle = float(np.mean([one.intercept for one in moved]))
    return tuple(
        replace(one, intercept=one.intercept - middle, loadings_se=(), intercept_se=float("nan")) for one in moved
    )
