"""From the numbers at the end of a joint calibration to what is reported of items, blocks and raters."""

from collections.abc import Iterator

import numpy as np

from poise.measurement.joint.jointdata import JointBlock, JointItem
from poise.measurement.joint.jointparameters import JointParameters
from poise.measurement.models import FloatArray
from poise.measurement.parameters.calibratedblocks import CalibratedBlock, CalibratedRater, CalibratedStatement
from poise.measurement.parameters.items import CalibratedItem, find_threshold_errors, find_thresholds


def describe_items(found: JointParameters, covariance: FloatArray) -> Iterator[CalibratedItem]:
    """Yield each item with its standard errors; `covariance` is of all parameters."""
    layout = found.layout
    for i, one in enumerate(layout.asked):
        if not isinstance(one, JointItem):
            continue
        own = layout.own(i)
        slope, values = layout.slope[own], found.values[own]
        part = covariance[own, own]
        errors = np.sqrt(np.maximum(np.diag(part), 0.0))
        loadings, intercepts = values[slope], values[~slope]
        names = [layout.dimensions[d] for d in layout.dimension[own][slope]]
        thresholds, thresholds_se = np.zeros(0), np.zeros(0)
        if len(names) == 1:
            thresholds = find_thresholds(one.model, float(loadings[0]), intercepts)
            thresholds_se = find_threshold_errors(one.model, float(loadings[0]), intercepts, part)
        yield CalibratedItem(
            key=one.key,
            model=one.model,
            loadings=tuple(zip(names, loadings.tolist(), strict=True)),
            intercepts=tuple(intercepts.tolist()),
            loadings_se=tuple(errors[slope].tolist()),
            intercepts_se=tuple(errors[~slope].tolist()),
            thresholds=tuple(thresholds.tolist()),
            thresholds_se=tuple(thresholds_se.tolist()),
            values=one.values or tuple(range(one.categories)),
            covariance=tuple(map(tuple, part.tolist())),
        )


def describe_blocks(found: JointParameters, se: JointParameters) -> Iterator[CalibratedBlock]:
    """Yield each block with its statements and their standard errors."""
    layout, loadings, errors = found.layout, found.loadings, se.loadings
    for i, one in enumerate(layout.asked):
        if isinstance(one, JointBlock):
            intercepts, intercepts_se = found.intercepts(i), se.intercepts(i)
            statements = []
            for j, statement in enumerate(one.statements):
                row, on = layout.first_row[i] + j, [layout.dimensions.index(name) for name in statement.dimensions]
                statements.append(
                    CalibratedStatement(
                        statement.key,
                        tuple(zip(statement.dimensions, loadings[row, on].tolist(), strict=True)),
                        float(intercepts[j]),
                        tuple(errors[row, on].tolist()),
                        float(intercepts_se[j]),
                    )
                )
            yield CalibratedBlock(one.key, tuple(statements), one.task)


def describe_raters(found: JointParameters, se: JointParameters) -> Iterator[CalibratedRater]:
    """Yield each rater; the standard error of a consistency is that of its logarithm times itself."""
    consistency = np.exp(found.log_consistency)
    for r, key in enumerate(found.layout.raters):
        yield CalibratedRater(
            key,
            float(found.severity[r]),
            float(consistency[r]),
            float(se.severity[r]),
            float(consistency[r] * se.log_consistency[r]),
        )
