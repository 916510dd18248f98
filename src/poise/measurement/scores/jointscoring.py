"""Scores of many persons from observations of every kind, by the same sites that calibrate."""

from collections.abc import Sequence
from dataclasses import replace
from functools import partial
from typing import Final

import numpy as np

from poise.measurement.joint.jointdata import JointBlock, JointItem, JointStatement, JointTable
from poise.measurement.joint.jointparameters import JointParameters, lay_out_joint
from poise.measurement.joint.jointstep import JointSites, prepare_persons, run_sweep
from poise.measurement.joint.jointsweep import JointPersons
from poise.measurement.many.epstep import Map
from poise.measurement.models import FloatArray
from poise.measurement.parameters.items import KnownParameters
from poise.measurement.scores.manyscoring import AGREEMENT, CHUNK, MOST_PASSES, ManyScores
from poise.measurement.tabular.tables import BadTableError, name_some

PASSES: Final = 2
"""Sweeps between two looks at whether the sites have settled."""


def recall_joint(known: KnownParameters) -> JointParameters:
    """Return the parameters of a stored calibration in the form that the joint engine takes.

    Items come first, then blocks, each in their stored order; a correlation of exactly zero counts as fixed.

    Raises
    ------
    BadTableError
        If groups differ in their standard deviations.
    """
    if not np.allclose(known.sds, 1.0):
        raise BadTableError([f"groups: got standard deviations {known.sds.tolist()}, expected one in every group"])
    asked: list[JointItem | JointBlock] = [
        JointItem(
            item.key, tuple(name for name, _ in item.loadings), len(item.intercepts) + 1,
            "gpcm" if item.model == "gpcm" else "graded", item.values,
        )
        for item in known.items
    ]  # fmt: skip
    asked += [
        JointBlock(
            block.key,
            tuple(JointStatement(one.key, tuple(name for name, _ in one.loadings)) for one in block.statements),
            block.task,
        )
        for block in known.blocks
    ]
    linked = np.any((known.correlations != 0.0) & ~np.eye(len(known.dimensions), dtype=bool), axis=1)
    empty = JointTable(
        tuple(asked), known.dimensions, np.zeros(1, np.int64), np.zeros(0, np.int32), np.zeros(0, np.int16),
        independent=tuple(name for name, free in zip(known.dimensions, linked, strict=True) if not free),
        raters=tuple(rater.key for rater in known.raters),
    )  # fmt: skip
    values: list[float] = []
    for item in known.items:
        values += [a for _, a in item.loadings] + list(item.intercepts)
    for block in known.blocks:
        values += [a for one in block.statements for _, a in one.loadings]
        values += [one.intercept for one in block.statements]
    return JointParameters(
        lay_out_joint(empty),
        np.array(values),
        np.array([rater.severity for rater in known.raters]),
        np.log([rater.consistency for rater in known.raters]),
        known.correlations,
        known.means,
    )


def score_joint(table: JointTable, known: KnownParameters | JointParameters, *, run: Map = map) -> ManyScores:
    """Score persons on all dimensions at once from everything that was observed of them.

    Parameters
    ----------
    table : JointTable
        Its things asked and raters are found among the parameters by their keys; there may be fewer of them.
    known : KnownParameters or JointParameters
        The table's groups are found among those of `KnownParameters` by name; `JointParameters` have no names, and the
        groups stand in the same order.
    run : callable
        ``map`` or anything that behaves like it, over chunks of persons.

    Returns
    -------
    ManyScores
        Persons without observations get the prior of their group.

    Raises
    ------
    BadTableError
        Naming everything in the table that the parameters do not know.
    """
    if isinstance(known, JointParameters):
        parameters = known
    else:
        parameters, table = recall_joint(known), _place_groups(table, known.groups)
    chunks = [prepare_persons(part) for part in match_table(table, parameters).chunks(CHUNK)]
    found = list(run(partial(_settle, parameters, table.weights), chunks))
    return ManyScores(
        np.concatenate([mean for mean, _, _ in found]),
        np.concatenate([covariance for _, covariance, _ in found]),
        all(settled for _, _, settled in found),
        table.persons,
    )


def _place_groups(table: JointTable, groups: tuple[str, ...]) -> JointTable:
    """Return the table with its groups in the places that they have in the calibration."""
    if table.group is None:
        return table
    if strange := [name for name in table.groups if name not in groups]:
        told = name_some(groups)
        raise BadTableError([f"group {name!r} was not calibrated: the groups are {told}" for name in strange])
    place = np.array([groups.index(name) for name in table.groups], dtype=np.int64)
    return replace(table, group=place[table.group], groups=groups)


def _settle(
    parameters: JointParameters, weights: FloatArray, persons: JointPersons
) -> tuple[FloatArray, FloatArray, bool]:
    """Sweep until no marginal changes by more than `AGREEMENT`; return moments, and whether that was reached."""
    sites, distance, skipped = JointSites.empty(persons, parameters.layout.rank), np.inf, 0
    for _ in range(MOST_PASSES // PASSES):
        totals, sites, distance, skipped = run_sweep(parameters, weights, PASSES, persons, sites, counting=False)
        if distance < AGREEMENT:
            break
    covariance = (totals.covariance + np.swapaxes(totals.covariance, 1, 2)) / 2.0
    return totals.mean, covariance, distance < AGREEMENT and not skipped


def match_table(table: JointTable, parameters: JointParameters) -> JointTable:
    """Return the table with the things asked, dimensions and raters of the parameters.

    Raises
    ------
    BadTableError
        Naming everything that is unknown or does not fit.
    """
    layout = parameters.layout
    place = {one.key: i for i, one in enumerate(layout.asked)}
    complaints = []
    for one in table.asked:
        other = layout.asked[place[one.key]] if one.key in place else None
        if other is None:
            complaints.append(f"{one.key!r} was not calibrated: leave it out of the responses")
        elif type(one) is not type(other) or one.answers != other.answers:
            complaints.append(
                f"{one.key!r} has {one.answers} possible answers in the responses and {other.answers} in the "
                "calibration: code the responses as they were coded there"
            )
    if unknown := [name for name in table.raters if name not in layout.raters]:
        complaints.append(f"raters {name_some(unknown)} were not calibrated: leave their ratings out")
    if table.group is not None and table.size and int(np.max(table.group)) >= len(parameters.means):
        complaints.append(f"groups: got {len(table.groups)}, expected the {len(parameters.means)} of the calibration")
    if complaints:
        raise BadTableError(complaints)
    return _renumber(table, layout.asked, layout.dimensions, layout.raters)


def _renumber(
    table: JointTable,
    asked: tuple[JointItem | JointBlock, ...],
    dimensions: tuple[str, ...],
    raters: Sequence[str],
) -> JointTable:
    place = {one.key: i for i, one in enumerate(asked)}
    item = np.array([place[one.key] for one in table.asked], dtype=np.int32)[table.item]
    rater = table.rater
    if rater is not None and table.raters:
        number = np.array([*(raters.index(name) for name in table.raters), -1], dtype=np.int32)
        rater = number[rater]
    return JointTable(
        asked, dimensions, table.starts, item, table.answer, (), rater, tuple(raters), table.reading, table.weights,
        table.persons, table.group, table.groups, table.weight, table.notes,
    )  # fmt: skip
