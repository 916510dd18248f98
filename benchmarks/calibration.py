"""Prints CPU seconds, accuracy and memory of calibration on the cases: `python benchmarks/calibration.py [a b c d]`.

Each case runs in a process of its own, once to compile and load, and then as often as asked; the quickest counts.
"""

import resource
import subprocess
import sys
import time
from dataclasses import replace

import numpy as np
from cases import CASES, FloatArray, draw

from poise.measurement.grid.calibration import Settings, calibrate
from poise.measurement.parameters.items import Calibration
from poise.measurement.tabular.tables import ResponseTable

REPEATS = 3


def main(names: list[str]) -> None:
    """Run the named cases, each in its own process."""
    print(
        "| case | CPU s | with standard errors | RMSE slopes | RMSE thresholds | log-likelihood | cycles | nodes | MB |"
    )
    print("|---|---|---|---|---|---|---|---|---|")
    for name in names or [case.name for case in CASES]:
        subprocess.run([sys.executable, __file__, "--one", name], check=True)  # noqa: S603  this file itself


def run_one(name: str) -> None:
    """Run one case and print its row."""
    case = next(case for case in CASES if case.name == name)
    warm = draw(replace(case, persons=300))
    for errors in (False, True):
        calibrate(warm.table, settings=Settings(standard_errors=errors))
    drawn = draw(case)
    spent, found = min((timed(drawn.table, errors=False) for _ in range(REPEATS)), key=lambda pair: pair[0])
    memory = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024
    spent_with, _ = timed(drawn.table, errors=True)
    slopes = np.array([item.loadings[0][1] for item in found.items])
    thresholds = np.array([item.thresholds for item in found.items])
    print(
        f"| {case.name}: {case.told} | {spent:.2f} | {spent_with:.2f} | {rmse(slopes, drawn.slopes):.3f} |"
        f" {rmse(thresholds, drawn.thresholds):.3f} | {found.loglik:.2f} |"
        f" {found.iterations} | {found.nodes} | {memory:.0f} |"
    )


def timed(table: ResponseTable, *, errors: bool) -> tuple[float, Calibration]:
    """Return CPU seconds and what was found."""
    begun = time.process_time()
    found = calibrate(table, settings=Settings(standard_errors=errors))
    return time.process_time() - begun, found


def rmse(a: FloatArray, b: FloatArray) -> float:
    """Return the root mean squared difference."""
    return float(np.sqrt(np.mean((a - b) ** 2)))


if __name__ == "__main__":
    if sys.argv[1:2] == ["--one"]:
        run_one(sys.argv[2])
    else:
        main(sys.argv[1:])
