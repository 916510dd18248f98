"""girth: marginal maximum likelihood, one discrimination at a time."""

from collections.abc import Callable

import girth
import numpy as np
from run import Data, Found, lay_out_full

Prepared = tuple[Callable[[], Found], None]


def prepare_calibration(data: Data, nodes: int) -> Prepared:
    """Prepare a calibration; 25 cycles, its default, are often too few."""
    responses = lay_out_full(data, girth.INVALID_RESPONSE).astype(np.int64).T.copy()
    fit = girth.twopl_mml if data["categories"].max() == 2 else girth.grm_mml  # noqa: PLR2004  yes and no
    options = {"quadrature_n": nodes, "quadrature_bounds": (-6.0, 6.0), "max_iteration": 200}

    def run() -> Found:
        found = fit(responses.copy(), options)
        slopes = found["Discrimination"]
        return {"slopes": slopes, "thresholds": found["Difficulty"].reshape(len(slopes), -1)}

    return run, None
