"""From the numbers at the end of a calibration to what is reported of it."""

from dataclasses import dataclass
from typing import Final

import numpy as np
import numpy.typing as npt

from poise.measurement.grid.gridem import Parameters
from poise.measurement.grid.louis import number_places
from poise.measurement.grid.packing import Packing
from poise.measurement.models import FloatArray
from poise.measurement.parameters.items import (
    CalibratedItem,
    Calibration,
    Model,
    find_threshold_errors,
    find_thresholds,
    list_untold,
)
from poise.measurement.tabular.tables import ResponseTable, name_some

RUNAWAY: Final = 6.0
"""A slope above this is reported."""
FLAT: Final = 0.1


def describe_items(
    table: ResponseTable,
    model: Model,
    dimension: str,
    packing: Packing,
    covariance: FloatArray | None,
) -> tuple[CalibratedItem, ...]:
    """Return each item with its standard errors; those of anchors are nan."""
    place, _ = number_places(packing)
    return tuple(
        describe_item(
            name,
            model,
            dimension,
            packing.pattern.items[i, : int(table.categories[i])],
            _own(covariance, place[i, : int(table.categories[i])]),
            table.values[i] if table.values else (),
        )
        for i, name in enumerate(table.items)
    )


def _own(covariance: FloatArray | None, place: npt.NDArray[np.int64]) -> FloatArray:
    if covariance is None or place[0] < 0:
        return np.full((len(place), len(place)), np.nan)
    own: FloatArray = covariance[np.ix_(place, place)]
    return own


def describe_item(
    name: str, model: Model, dimension: str, parameters: FloatArray, covariance: FloatArray, values: tuple[int, ...]
) -> CalibratedItem:
    """Return one item from (slope, d_1, ...) and their covariance."""
    slope, intercepts = float(parameters[0]), parameters[1:]
    errors = np.sqrt(np.diag(covariance))
    return CalibratedItem(
        key=name,
        model=model,
        loadings=((dimension, slope),),
        intercepts=tuple(intercepts.tolist()),
        loadings_se=(float(errors[0]),),
        intercepts_se=tuple(errors[1:].tolist()),
        thresholds=tuple(find_thresholds(model, slope, intercepts).tolist()),
        thresholds_se=tuple(find_threshold_errors(model, slope, intercepts, covariance).tolist()),
        values=values,
        covariance=tuple(map(tuple, covariance.tolist())),
    )


def note_oddities(
    table: ResponseTable, parameters: Parameters, *, converged: bool, has_errors: bool
) -> tuple[str, ...]:
    """Say in plain words what a reader of the numbers should know."""
    notes = list(table.notes)
    if not converged:
        notes.append(
            "the calibration did not converge: do not use the numbers; allow more cycles, or look at the notes"
        )
    if not has_errors:
        notes.append("the information is not positive definite at the end: there are no standard errors")
    slopes = parameters.items[:, 0]
    notes += [
        f"item {table.items[i]}: the slope is {slopes[i]:.1f}, more than an item has in earnest; look for two items"
        " that say the same, for too few persons, or for a mistake in the column, and think of leaving the item out"
        for i in np.flatnonzero(np.abs(slopes) > RUNAWAY)
    ]
    if flat := [table.items[i] for i in np.flatnonzero(np.abs(slopes) < FLAT)]:
        notes.append(f"items {name_some(flat)}: the slope is below {FLAT}; they tell next to nothing about the latent")
    negative = int((slopes < 0).sum())
    if 0 < negative < len(slopes):
        which = [table.items[i] for i in np.flatnonzero(slopes < 0)]
        notes.append(
            f"items {name_some(which)}: the slope is negative; they are keyed against the others, if not in error"
        )
    return tuple(notes)


@dataclass(frozen=True, eq=False)
class Outcome:
    """Where a calibration ended, in numbers.

    Parameters
    ----------
    packing : Packing
        With the parameters at the end.
    nodes : int
    gain : float
        How much more the log-likelihood could be expected to rise.
    cycles : int
    converged : bool
    log_likelihood : float
    covariance : array, shape (n, n), optional
        Of all free parameters; None where there is none.
    wanted_errors : bool
    """

    packing: Packing
    nodes: int
    gain: float
    cycles: int
    converged: bool
    log_likelihood: float
    covariance: FloatArray | None
    wanted_errors: bool


def describe(table: ResponseTable, model: Model, dimension: str, outcome: Outcome) -> Calibration:
    """Put together what a calibration reports."""
    packing, covariance = outcome.packing, outcome.covariance
    latents, log_likelihood = packing.pattern.latents, outcome.log_likelihood
    _, latent_place = number_places(packing)
    means_se = np.array(
        [0.0 if m < 0 else np.nan if covariance is None else np.sqrt(covariance[m, m]) for m, _ in latent_place]
    )
    logs = [0.0 if s < 0 else np.nan if covariance is None else np.sqrt(covariance[s, s]) for _, s in latent_place]
    sizes = np.sum([chunk.sizes(len(latents.mean)) for chunk in packing.problem.chunks], axis=0)
    persons = float(sizes.sum())
    items = describe_items(table, model, dimension, packing, covariance)
    return Calibration(
        items=items,
        dimensions=(dimension,),
        correlations=np.ones((1, 1)),
        groups=table.groups,
        means=latents.mean[:, None],
        sds=latents.sd[:, None],
        means_se=means_se[:, None],
        loglik=log_likelihood,
        aic=2.0 * packing.size - 2.0 * log_likelihood,
        bic=float(np.log(persons)) * packing.size - 2.0 * log_likelihood,
        n=round(persons),
        parameters=packing.size,
        converged=outcome.converged,
        iterations=outcome.cycles,
        nodes=outcome.nodes,
        gain=outcome.gain,
        notes=(
            *note_oddities(
                table,
                packing.pattern,
                converged=outcome.converged,
                has_errors=covariance is not None or not outcome.wanted_errors,
            ),
            *list_untold(items),
        ),
        sizes=tuple(sizes.tolist()),
        sds_se=(latents.sd * logs)[:, None],
    )
