"""theta-irt: marginal maximum likelihood for right and wrong, compiled by JAX."""

from collections.abc import Callable

import numpy as np
import theta
from run import Data, Found, lay_out_full

Prepared = tuple[Callable[[], Found], None]


def prepare_calibration(data: Data, nodes: int) -> Prepared:
    """Prepare a calibration."""
    responses = lay_out_full(data, np.nan)

    def run() -> Found:
        found = theta.fit(responses, "2PL", n_points=nodes)
        return {"slopes": np.asarray(found.a), "thresholds": np.asarray(found.b)[:, None]}

    return run, None
