"""catsim: adaptive tests of right and wrong, maximum likelihood."""

from collections.abc import Callable

import numpy as np
from catsim.estimation import NumericalSearchEstimator
from catsim.initialization import FixedPointInitializer
from catsim.item_bank import ItemBank
from catsim.selection import MaxInfoSelector
from catsim.simulation import Simulator
from catsim.stopping import MinErrorStopper
from run import Data, Found

Prepared = tuple[Callable[[], Found], Callable[[int], int]]


def prepare_tests(data: Data) -> Prepared:
    """Prepare adaptive tests: maximum information, and its default, the bounded search."""
    slopes, length = data["slopes"], int(data["length"])
    matrix = np.column_stack([slopes, data["thresholds"][:, 0], np.zeros(len(slopes)), np.ones(len(slopes))])

    def run() -> Found:
        simulator = Simulator(ItemBank(matrix), data["theta"], seed=1)
        simulator.simulate(
            FixedPointInitializer(0.0),
            MaxInfoSelector(),
            NumericalSearchEstimator(),
            MinErrorStopper(1e-9, max_items=length),
        )
        return {"theta": np.array(simulator.latest_estimations)}

    bank, selector, estimator = ItemBank(matrix), MaxInfoSelector(), NumericalSearchEstimator()
    answers = np.random.default_rng(5)

    def step(_: int) -> int:
        given: list[int] = []
        said: list[bool] = []
        theta = 0.0
        while len(given) < length:
            item = selector.select(item_bank=bank, administered_items=given, est_theta=theta)
            given.append(int(item or 0))
            said.append(bool(answers.random() < 0.5))  # noqa: PLR2004  a coin
            theta = estimator.estimate(item_bank=bank, administered_items=given, response_vector=said, est_theta=theta)
        return length

    return run, step
