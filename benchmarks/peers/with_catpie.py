"""catpie: adaptive tests of right and wrong in plain Python, posterior means."""

import random
from collections.abc import Callable

import catpie
import numpy as np
from run import Data, Found

Prepared = tuple[Callable[[], Found], Callable[[int], int]]


def prepare_tests(data: Data) -> Prepared:
    """Prepare adaptive tests: maximum information, posterior means on its grid of 33 nodes."""
    length = int(data["length"])
    bank = [(float(a), float(b), 0.0, 1.0) for a, b in zip(data["slopes"], data["thresholds"][:, 0], strict=True)]
    stop = {"rule": ["length"], "thr": [length], "alpha": 0.05}

    def run() -> Found:
        draw = random.Random(1).random  # noqa: S311  answers of simulees
        found = [catpie.randomCAT(float(one), bank, method="EAP", stop=stop, rng=draw) for one in data["theta"]]
        return {"theta": np.array([one.finalTheta for one in found])}

    answers = random.Random(5)  # noqa: S311  the same

    def step(_: int) -> int:
        given: list[int] = []
        said: list[int] = []
        theta = 0.0
        while len(given) < length:
            given.append(catpie.selectNextItem(bank, theta, given).item)
            said.append(answers.randrange(2))
            theta = catpie.estimateTheta(bank, given, said).theta
        return length

    return run, step
