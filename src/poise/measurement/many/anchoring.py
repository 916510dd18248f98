"""Anchored items: their parameters are known from an earlier calibration and say what zero and one are.

On a dimension with anchored items, mean and standard deviation of every group are estimated, that of the reference
group too. On a dimension without, the reference group has mean zero and standard deviation one, as always.
"""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Final, TypeAlias

import numpy as np

from poise.measurement.many.manyparameters import BoolArray, Freedom, ManyParameters
from poise.measurement.models import FloatArray, IntArray
from poise.measurement.parameters.items import CalibratedItem, KnownParameters, Model
from poise.measurement.tabular.tables import BadTableError, ResponseTable, name_some

Anchors: TypeAlias = Mapping[str, tuple[Mapping[str, float], Sequence[float]]]
"""Loadings by dimension, and intercepts, by item."""
UNITS: Final = (0.2, 5.0)
FARTHEST: Final = 5.0
"""Limits of the first guess of standard deviations and means."""


@dataclass(frozen=True, eq=False)
class Anchored:
    """Anchors in the places of a table.

    Parameters
    ----------
    items : array of int, shape (n,)
    slopes : array, shape (n, D)
    intercepts : array, shape (n, Kmax - 1)
        Padded with nan.
    """

    items: IntArray
    slopes: FloatArray
    intercepts: FloatArray

    @property
    def dimensions(self) -> BoolArray:
        """Which dimensions anchored items load on, shape (D,)."""
        loaded: BoolArray = np.any(self.slopes != 0.0, axis=0)
        return loaded


def read_anchors(
    anchors: Anchors, table: ResponseTable, pattern: BoolArray, dimensions: tuple[str, ...], model: Model
) -> Anchored:
    """Bring anchors into the places of a table.

    Raises
    ------
    BadTableError
        Naming every anchor that does not fit the table, the pattern or the model, and dimensions whose zero the
        anchors leave open.
    """
    place = {name: i for i, name in enumerate(table.items)}
    complaints = [f"anchor {name!r}: no such item among the responses" for name in anchors if name not in place]
    known = [name for name in anchors if name in place]
    slopes = np.zeros((len(known), len(dimensions)))
    intercepts = np.full((len(known), int(np.max(table.categories)) - 1), np.nan)
    for row, name in enumerate(known):
        loadings, steps = anchors[name]
        on = {dimensions[d] for d in np.flatnonzero(pattern[place[name]])}
        found = list(_find_faults(name, loadings, steps, on, int(table.categories[place[name]]), model))
        if not found:
            slopes[row] = [float(loadings.get(dimension, 0.0)) for dimension in dimensions]
            intercepts[row, : len(steps)] = steps
        complaints += found
    if complaints:
        raise BadTableError(complaints)
    anchored = Anchored(np.array([place[name] for name in known], dtype=np.int64), slopes, intercepts)
    loaded = anchored.dimensions
    if np.linalg.matrix_rank(slopes[:, loaded]) < loaded.sum():
        names = name_some(dimensions[d] for d in np.flatnonzero(loaded))
        raise BadTableError(
            [f"anchors: they leave open where zero is on {names}: anchor more items that load on one of them alone"]
        )
    return anchored


def _find_faults(
    name: str, loadings: Mapping[str, float], steps: Sequence[float], on: set[str], categories: int, model: Model
) -> Iterator[str]:
    if set(loadings) != on:
        yield f"anchor {name!r}: loads on {name_some(sorted(loadings))}, but the pattern says {name_some(sorted(on))}"
    if not all(np.isfinite(a) and a != 0.0 for a in loadings.values()):
        yield f"anchor {name!r}: got the loadings {dict(loadings)}, expected finite numbers that are not zero"
    if len(steps) != categories - 1:
        yield (
            f"anchor {name!r}: got {len(steps)} intercepts, expected {categories - 1}, one fewer than the"
            " categories: code the responses by the values of the earlier calibration"
        )
    elif not np.all(np.isfinite(steps)) or (model != "gpcm" and np.any(np.diff(steps) >= 0.0)):
        yield f"anchor {name!r}: got the intercepts {tuple(steps)}, expected finite numbers that fall"


def set_free(parameters: ManyParameters, anchored: Anchored | None, *, free_sds: bool) -> ManyParameters:
    """Put in the anchors and say what may change.

    The other items and the latents are brought to about the scale of the anchors, so that the climb begins near.

    Parameters
    ----------
    parameters : ManyParameters
        First guesses of everything, the latents with mean zero and standard deviation one.
    anchored : Anchored, optional
    free_sds : bool
        Whether standard deviations of all groups but the first are free on dimensions without anchors too.
    """
    usual = parameters.free
    sds = usual.means.copy() if free_sds else usual.sds
    if anchored is None:
        return replace(parameters, freedom=Freedom(usual.items, usual.means, sds)) if free_sds else parameters
    loaded = anchored.dimensions
    items = usual.items.copy()
    items[anchored.items] = False
    flip = np.where(np.sum(parameters.slopes[anchored.items] * anchored.slopes, axis=0) < 0.0, -1.0, 1.0)
    turned = replace(
        parameters, slopes=parameters.slopes * flip, correlations=parameters.correlations * np.outer(flip, flip)
    )
    unit, zero = _guess_scale(turned, anchored)
    moved = turned.rescaled(-zero / unit, 1.0 / unit)
    slopes, intercepts = moved.slopes.copy(), moved.intercepts.copy()
    slopes[anchored.items], intercepts[anchored.items] = anchored.slopes, anchored.intercepts
    return replace(
        moved, slopes=slopes, intercepts=intercepts, freedom=Freedom(items, usual.means | loaded, sds | loaded)
    )


def _guess_scale(parameters: ManyParameters, anchored: Anchored) -> tuple[FloatArray, FloatArray]:
    """Guess standard deviations and means, (D,) each, from anchored items that load on one dimension alone."""
    unit, zero = np.ones(anchored.slopes.shape[1]), np.zeros(anchored.slopes.shape[1])
    guessed, single = parameters.slopes[anchored.items], (anchored.slopes != 0.0).sum(axis=1) == 1
    for d in range(len(unit)):
        own = single & (anchored.slopes[:, d] != 0.0) & (guessed[:, d] != 0.0)
        if not own.any():
            continue
        a, true = guessed[own, d], anchored.slopes[own, d]
        unit[d] = np.clip(np.exp(np.mean(np.log(np.abs(a / true)))), *UNITS)
        b = _locate(parameters, parameters.intercepts[anchored.items[own]], a)
        off = _locate(parameters, anchored.intercepts[own], true) - unit[d] * b
        zero[d] = np.clip(np.average(off, weights=np.abs(true)), -FARTHEST, FARTHEST)
    return unit, zero


def _locate(parameters: ManyParameters, intercepts: FloatArray, slopes: FloatArray) -> FloatArray:
    """Return the mean threshold of each item, shape (n,)."""
    if parameters.model == "gpcm":
        steps = np.diff(intercepts, prepend=0.0, axis=1)
        return np.asarray(-np.nanmean(steps, axis=1) / slopes)
    return np.asarray(-np.nanmean(intercepts, axis=1) / slopes)


def take_anchors(known: KnownParameters, table: ResponseTable, model: Model) -> dict[str, CalibratedItem]:
    """Return those of a table's items that an earlier calibration has, to be anchors.

    Raises
    ------
    BadTableError
        If it has none of them, or if they follow another model or have categories for other values.
    """
    place = {name: i for i, name in enumerate(table.items)}
    found = {item.key: item for item in known.items if item.key in place}
    if not found:
        raise BadTableError(
            [f"anchors: none of the items {name_some(place)} is among the calibrated ones; are these the right ones?"]
        )
    complaints = []
    for key, item in found.items():
        if (item.model == "gpcm") != (model == "gpcm"):
            complaints.append(f"anchor {key!r}: was calibrated as {item.model}, and now {model} is asked for")
        if table.values and item.values and table.values[place[key]] != item.values:
            complaints.append(
                f"anchor {key!r}: has the values {table.values[place[key]]}, expected {item.values} as in the earlier"
                " calibration: code the responses by these"
            )
    if complaints:
        raise BadTableError(complaints)
    return found
