"""From a table of observations of every kind to what plain-numpy scoring and person fit take."""

from collections.abc import Iterator

import numpy as np

from poise.measurement.joint.jointdata import JointTable
from poise.measurement.models import FloatArray, IntArray
from poise.measurement.observing import ChoiceBlock, GradedScale, Observable, PartialCreditScale, RatedScale, Scale
from poise.measurement.parameters.calibratedblocks import CalibratedBlock
from poise.measurement.parameters.items import CalibratedItem, KnownParameters
from poise.measurement.scores.observedscoring import Observed
from poise.measurement.tabular.tables import BadTableError


def observe_table(table: JointTable, known: KnownParameters) -> list[Observed]:
    """Return what persons answered to each item, block, and item by one rater; uncertain readings are left out.

    Parameters
    ----------
    table : JointTable
    known : KnownParameters
        Everything that was asked is found among its items and blocks by its key.

    Raises
    ------
    BadTableError
        If an item, block or rater was not calibrated.
    """
    asked: dict[str, CalibratedItem | CalibratedBlock] = {item.key: item for item in known.items}
    asked |= {block.key: block for block in known.blocks}
    raters = {rater.key: rater for rater in known.raters}
    if unknown := [one.key for one in table.asked if one.key not in asked]:
        raise BadTableError([f"{key!r} was not calibrated: leave it out" for key in unknown])
    if unknown := [name for name in table.raters if name not in raters]:
        raise BadTableError([f"rater {name!r} was not calibrated: leave out what they rated" for name in unknown])
    place = {name: d for d, name in enumerate(known.dimensions)}
    found = []
    for i, rater, owner, answer in _split(table):
        one = asked[table.asked[i].key]
        kind, loadings = _take_block(one, place) if isinstance(one, CalibratedBlock) else _take_item(one, place)
        if rater >= 0 and isinstance(kind, Scale):
            who = raters[table.raters[rater]]
            kind = RatedScale(kind, who.severity, who.consistency)
        found.append(Observed(kind, loadings, owner, answer))
    return found


def _split(table: JointTable) -> Iterator[tuple[int, int, IntArray, IntArray]]:
    """Yield each thing asked with its rater, or -1, and who gave which answers."""
    owner = np.repeat(np.arange(table.size), table.answered)
    rater = np.full(len(table.item), -1) if table.rater is None else table.rater
    answered = np.ones(len(table.item), dtype=bool) if table.reading is None else table.reading < 0
    for i, r in np.unique(np.stack([table.item, rater])[:, answered], axis=1).T.tolist():
        own = answered & (table.item == i) & (rater == r)
        yield i, r, owner[own], table.answer[own].astype(np.int64)


def _take_item(item: CalibratedItem, place: dict[str, int]) -> tuple[Observable, FloatArray]:
    loadings = np.zeros((1, len(place)))
    loadings[0, [place[name] for name, _ in item.loadings]] = [a for _, a in item.loadings]
    scale = PartialCreditScale if item.model == "gpcm" else GradedScale
    return scale(item.intercepts), loadings


def _take_block(block: CalibratedBlock, place: dict[str, int]) -> tuple[Observable, FloatArray]:
    loadings = np.zeros((len(block.statements), len(place)))
    for row, statement in zip(loadings, block.statements, strict=True):
        row[[place[name] for name, _ in statement.loadings]] = [a for _, a in statement.loadings]
    return ChoiceBlock(tuple(one.intercept for one in block.statements), block.task), loadings


def expect_persons(table: JointTable, known: KnownParameters) -> tuple[FloatArray, FloatArray]:
    """Return mean (P, D) and covariance (P, D, D) of the latents of each person's group before any answer.

    Raises
    ------
    BadTableError
        If a group was not calibrated.
    """
    if strange := [name for name in table.groups if name not in known.groups]:
        raise BadTableError([f"group {name!r} was not calibrated" for name in strange])
    place = np.array([known.groups.index(name) for name in table.groups] or [0])
    group = np.zeros(table.size, dtype=np.int64) if table.group is None else place[table.group]
    covariances = known.correlations * known.sds[:, :, None] * known.sds[:, None, :]
    return known.means[group], covariances[group]
