"""Poise itself."""

from collections.abc import Callable

import numpy as np
from run import Data, Found

from poise.measurement.calibration import Settings, calibrate
from poise.measurement.epem import calibrate_many
from poise.measurement.tables import ResponseTable

Prepared = tuple[Callable[[], Found], Callable[[int], int] | None]


def prepare_calibration(data: Data) -> Prepared:
    """Prepare a calibration in one dimension."""
    table = read_table(data)

    def run() -> Found:
        found = calibrate(table, "graded", settings=Settings(standard_errors=False))
        return {
            "slopes": np.array([item.loadings[0][1] for item in found.items]),
            "thresholds": np.array([item.thresholds for item in found.items]),
            "nodes": found.nodes,
            "converged": found.converged,
        }

    return run, None


def prepare_many(data: Data) -> Prepared:
    """Prepare a calibration in many dimensions."""
    table = read_table(data)

    def run() -> Found:
        found = calibrate_many(table, data["pattern"], "graded", errors="none")
        return {
            "slopes": np.array([item.loadings[0][1] for item in found.items]),
            "thresholds": np.array([item.thresholds for item in found.items]),
            "correlations": found.correlations,
            "nodes": found.nodes,
            "converged": found.converged,
        }

    return run, None


def read_table(data: Data) -> ResponseTable:
    """Return the responses as a table."""
    names = tuple(f"i{i + 1:03}" for i in range(len(data["categories"])))
    return ResponseTable(names, data["categories"], data["starts"], data["item"], data["category"])
