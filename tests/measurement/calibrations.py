"""Made-up calibrations of one or several dimensions, as if just calibrated, for tests of linking."""

from collections.abc import Sequence

import numpy as np
import numpy.typing as npt

from poise.measurement.parameters.items import CalibratedItem, Calibration, Model

FloatArray = npt.NDArray[np.float64]


def make_items(
    rng: np.random.Generator, number: int, categories: int, model: Model, dimension: str = "theta", first: int = 1
) -> list[CalibratedItem]:
    items = []
    for i in range(number):
        a = float(np.clip(rng.lognormal(0.3, 0.3), 0.4, 3.0))
        b = np.sort(rng.normal(0.0, 1.0, categories - 1)) + 0.15 * np.arange(categories - 1)
        d = -a * b
        intercepts = d.cumsum() if model == "gpcm" else d
        root = rng.normal(0.0, 0.04, (categories, categories + 2))
        items.append(
            CalibratedItem(
                f"{dimension}{first + i}", model, ((dimension, a),), tuple(intercepts.tolist()),
                values=tuple(range(categories)), covariance=tuple(map(tuple, (root @ root.T).tolist())),
            )
        )  # fmt: skip
    return items


def make_calibration(
    items: Sequence[CalibratedItem], dimensions: Sequence[str] = ("theta",), persons: float = 1000.0
) -> Calibration:
    D = len(dimensions)  # noqa: N806  mathematics keeps its letters
    correlations = 0.5 * np.eye(D) + 0.5
    return Calibration(
        items=tuple(items), dimensions=tuple(dimensions), correlations=correlations, groups=(),
        means=np.zeros((1, D)), sds=np.ones((1, D)), means_se=np.zeros((1, D)), loglik=-1.0, aic=0.0, bic=0.0,
        n=round(persons), parameters=1, converged=True, iterations=1, nodes=64, sizes=(persons,),
    )  # fmt: skip
