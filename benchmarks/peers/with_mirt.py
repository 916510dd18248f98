"""mirt of PyPI: EM on Gauss-Hermite nodes, and adaptive tests, with compiled parts."""

from collections.abc import Callable
from typing import Any

import mirt
import numpy as np
from mirt.cat import CATEngine, MCATEngine
from mirt.models import GradedResponseModel, TwoParameterLogistic
from run import Data, Found, lay_out_full

Prepared = tuple[Callable[[], Found], Callable[[int], int] | None]
NEVER = 1e-9
"""A standard error that no test reaches: only its length ends it."""


def prepare_calibration(data: Data, nodes: int) -> Prepared:
    """Prepare a calibration; accelerated, as that is quicker and ends at the same parameters."""
    responses = lay_out_full(data, -1).astype(np.int64)
    model: Any = "2PL" if data["categories"].max() == 2 else "GRM"  # noqa: PLR2004  yes and no

    def run() -> Found:
        found = mirt.fit_mirt(
            responses, model=model, n_quadpts=nodes, accelerate="squarem", compute_standard_errors=False
        )
        slopes = found.model.parameters["discrimination"]
        name = "difficulty" if model == "2PL" else "thresholds"
        return {
            "slopes": slopes,
            "thresholds": found.model.parameters[name].reshape(len(slopes), -1),
            "converged": bool(found.converged),
        }

    return run, None


def prepare_many(data: Data, nodes: int) -> Prepared:
    """Prepare a calibration of correlated dimensions with a pattern of loadings."""
    responses, pattern = lay_out_full(data, -1).astype(np.int64), data["pattern"]
    lines = [f"F{d + 1} = " + ", ".join(str(i + 1) for i in np.flatnonzero(on)) for d, on in enumerate(pattern.T)]
    spec = "\n".join([*lines, "COV = " + "*".join(f"F{d + 1}" for d in range(pattern.shape[1]))])

    def run() -> Found:
        found = mirt.fit_mirt(responses, model="GRM", spec=spec, n_quadpts=nodes, compute_standard_errors=False)
        return {
            "slopes": found.model.parameters["discrimination"].max(axis=1),
            "thresholds": found.model.parameters["thresholds"],
            "correlations": np.asarray(found.latent_covariance),
        }

    return run, None


def prepare_tests(data: Data, nodes: int) -> Prepared:
    """Prepare adaptive tests in one dimension: maximum information, posterior means."""
    slopes, thresholds, length = data["slopes"], data["thresholds"], int(data["length"])
    graded = thresholds.shape[1] > 1
    if graded:
        bank = GradedResponseModel(n_items=len(slopes), n_categories=thresholds.shape[1] + 1)
        bank.set_parameters(discrimination=slopes, thresholds=thresholds)
    else:
        bank = TwoParameterLogistic(n_items=len(slopes))
        bank.set_parameters(discrimination=slopes, difficulty=thresholds[:, 0])
    bank._is_fitted = True  # noqa: SLF001  a bank with known parameters has no other way to say that it is ready

    def build(seed: int) -> CATEngine:
        return CATEngine(
            bank, item_selection="MFI", stopping_rule="SE", se_threshold=NEVER, max_items=length, n_quadpts=nodes,
            seed=seed,
        )  # fmt: skip

    def run() -> Found:
        found = build(1).run_batch_simulation(data["theta"], n_replications=1)
        return {"theta": np.array([one.theta for one in found])}

    answers = np.random.default_rng(5)

    def step(number: int) -> int:
        engine = build(number)
        state = engine.get_current_state()
        while not state.is_complete:
            state = engine.administer_item(int(answers.integers(thresholds.shape[1] + 1)))
        return length

    return run, step


def prepare_many_tests(data: Data, nodes: int) -> Prepared:
    """Prepare adaptive tests in many dimensions."""
    slopes, thresholds = data["slopes"], data["thresholds"]
    bank = GradedResponseModel(n_items=len(slopes), n_categories=thresholds.shape[1] + 1, n_factors=slopes.shape[1])
    bank.set_parameters(discrimination=slopes, thresholds=thresholds)
    bank._is_fitted = True  # noqa: SLF001  see above

    def run() -> Found:
        engine = MCATEngine(
            bank, initial_covariance=data["correlations"], trace_threshold=NEVER, max_items=int(data["length"]),
            n_quadpts=nodes, seed=1,
        )  # fmt: skip
        return {"theta": np.array([engine.run_simulation(one).theta for one in data["theta"]])}

    return run, None
