"""From the numbers at the end of a calibration in many dimensions to what is reported of its items."""

from collections.abc import Iterator
from typing import Final

import numpy as np

from poise.measurement.many.eperrors import Uncertainty
from poise.measurement.many.epstep import STEEPEST
from poise.measurement.many.manyparameters import ManyParameters
from poise.measurement.parameters.items import CalibratedItem, find_threshold_errors, find_thresholds
from poise.measurement.tabular.tables import ResponseTable

STEEP: Final = 6.0
SAME: Final = 0.97


def note_many(parameters: ManyParameters, table: ResponseTable) -> list[str]:
    """Say in plain words what in the result should make its reader doubt."""
    notes = []
    for i, d in np.argwhere(np.abs(parameters.slopes) > STEEP):
        slope = parameters.slopes[i, d]
        held = " (held there)" if abs(slope) >= STEEPEST and parameters.free.items[i] else ""
        notes.append(
            f"item {table.items[i]!r}: its loading on dimension number {d + 1} is {slope:.1f}{held}: so steep that its "
            "answers nearly decide the dimension; look for items that repeat each other, or drop it"
        )
    below = np.tril(parameters.correlations, -1)
    for d, e in np.argwhere(np.abs(below) > SAME):
        notes.append(f"dimensions number {e + 1} and {d + 1} correlate {below[d, e]:.3f}: hardly two dimensions")
    return notes


def describe_many(
    table: ResponseTable, found: ManyParameters, uncertainty: Uncertainty, dimensions: tuple[str, ...]
) -> Iterator[CalibratedItem]:
    """Yield each item with its standard errors; those of anchors are nan."""
    se = uncertainty.errors
    place = found.unpacked(np.arange(len(found.packed), dtype=np.float64))
    for i, key in enumerate(table.items):
        on, own = np.flatnonzero(found.pattern[i]), slice(0, int(found.categories[i]) - 1)
        slope, intercepts = float(found.slopes[i, on[0]]), found.intercepts[i, own]
        covariance = np.full((len(on) + len(intercepts),) * 2, np.nan)
        if found.free.items[i]:
            where = np.concatenate([place.slopes[i, on], place.intercepts[i, own]]).astype(np.int64)
            covariance = uncertainty.covariance[np.ix_(where, where)]
        single = len(on) == 1
        yield CalibratedItem(
            key=key,
            model=found.model,
            loadings=tuple((dimensions[d], float(found.slopes[i, d])) for d in on),
            intercepts=tuple(intercepts.tolist()),
            loadings_se=tuple(se.slopes[i, on].tolist()),
            intercepts_se=tuple(se.intercepts[i, own].tolist()),
            thresholds=tuple(find_thresholds(found.model, slope, intercepts).tolist()) if single else (),
            thresholds_se=tuple(find_threshold_errors(found.model, slope, intercepts, covariance).tolist())
            if single
            else (),
            values=table.values[i] if table.values else (),
            covariance=tuple(map(tuple, covariance.tolist())),
        )
