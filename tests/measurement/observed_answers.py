"""Tables of answers in the form that the plain-numpy scoring of any observation takes."""

import numpy as np

from poise.measurement.many.manyparameters import ManyParameters
from poise.measurement.models import FloatArray
from poise.measurement.observing import GradedScale, PartialCreditScale
from poise.measurement.scores.observedscoring import Observed
from poise.measurement.tabular.tables import ResponseTable


def observe_table(table: ResponseTable, parameters: ManyParameters) -> list[Observed]:
    scale = PartialCreditScale if parameters.model == "gpcm" else GradedScale
    owner = np.repeat(np.arange(table.size), table.answered)
    found = []
    for i, K in enumerate(parameters.categories):  # noqa: N806  categories
        own = table.item == i
        kind = scale(tuple(parameters.intercepts[i, : K - 1].tolist()))
        found.append(Observed(kind, parameters.slopes[i][None], owner[own], table.category[own].astype(np.int64)))
    return found


def priors(parameters: ManyParameters, persons: int) -> tuple[FloatArray, FloatArray]:
    return np.repeat(parameters.means[:1], persons, axis=0), np.repeat(parameters.covariances[:1], persons, axis=0)
