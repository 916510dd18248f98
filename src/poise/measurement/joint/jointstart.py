"""First values for a joint calibration."""

from typing import Final

import numpy as np

from poise.measurement.grid.curves import LEAST_GAP
from poise.measurement.joint.jointdata import JointItem, JointTable
from poise.measurement.joint.jointparameters import JointParameters, lay_out_joint
from poise.measurement.models import FloatArray

HALF: Final = 0.5
WIDEN: Final = 1.15
CORRELATION: Final = 0.2


def start_joint(table: JointTable) -> JointParameters:
    """Guess intercepts of items from proportions; all loadings begin positive and alike.

    Where a loading is negative, the first cycles find it: in simulations with up to half of the statements keyed
    negatively all signs were found from here.
    """
    layout = lay_out_joint(table)
    values = np.zeros(len(layout.row))
    on = np.bincount(layout.row[layout.slope], minlength=int(layout.first_row[-1]))
    values[layout.slope] = 1.0 / np.sqrt(on[layout.row[layout.slope]])
    for i, one in enumerate(table.asked):
        if isinstance(one, JointItem):
            own = np.flatnonzero(~layout.slope[layout.own(i)]) + layout.start[i]
            values[own] = _start_intercepts(one, _count_categories(table, i, one.categories))
    size, groups, raters = len(table.dimensions), max(len(table.groups), 1), len(table.raters)
    correlations = np.where(layout.linked, CORRELATION, 0.0)
    np.fill_diagonal(correlations, 1.0)
    return JointParameters(layout, values, np.zeros(raters), np.zeros(raters), correlations, np.zeros((groups, size)))


def _count_categories(table: JointTable, i: int, categories: int) -> FloatArray:
    """Return how often each category was given, a reading counting for each as far as it may be that."""
    mine = table.item == i
    answer = table.answer[mine]
    counts = np.bincount(answer[answer >= 0], minlength=categories).astype(np.float64) + HALF
    if table.reading is not None:
        rows = table.weights[table.reading[mine & (table.reading >= 0)], :categories]
        counts += np.sum(rows / np.sum(rows, axis=1, keepdims=True), axis=0)
    return counts


def _start_intercepts(one: JointItem, counts: FloatArray) -> FloatArray:
    if one.model == "gpcm":
        steps: FloatArray = np.log(counts[1:] / counts[0])
        return steps
    above = np.cumsum(counts[::-1])[::-1][1:] / counts.sum()
    thresholds: FloatArray = WIDEN * np.log(above / (1.0 - above)) - 2.0 * LEAST_GAP * np.arange(len(above))
    return thresholds
