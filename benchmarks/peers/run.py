"""Runs one engine on one case in a process of its own, and writes what it found and what it took.

`python run.py ENGINE CASE.npz FOUND LIMIT REPEATS [SETTINGS AS JSON]`, by whichever Python has the engine: only numpy
is imported beside it. FOUND.json and FOUND.npz are written anew after every run, so that what was done before a limit
of time was hit is kept.
"""

import importlib
import json
import os
import resource
import sys
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any

import numpy as np

Data = dict[str, Any]
Found = dict[str, Any]
ENOUGH = 60.0
"""CPU seconds after which nothing is run again."""
STEPS = 20
"""Tests that are taken step by step to see what one step takes."""
MEMORY = 8 << 30


def main() -> None:
    """Run what the command line says."""
    engine, case, found, limit, repeats = sys.argv[1:6]
    settings = json.loads(sys.argv[6]) if len(sys.argv) > 6 else {}  # noqa: PLR2004  the settings are the sixth
    use_one_core()
    resource.setrlimit(resource.RLIMIT_CORE, (0, 0))
    resource.setrlimit(resource.RLIMIT_DATA, (MEMORY, MEMORY))
    data = {name: value[()] if value.ndim == 0 else value for name, value in np.load(case).items()}
    told: Found = {"spent": []}
    try:
        prepare = getattr(importlib.import_module(f"with_{engine}"), f"prepare_{data['kind']}")
        run, step = prepare(data, **settings)
        for _ in range(int(repeats) + 1):
            result = time_one(run, told, int(limit))
            arrays: dict[str, Any] = {key: value for key, value in result.items() if isinstance(value, np.ndarray)}
            np.savez(f"{found}.npz", **arrays)
            told["memory"] = peak_memory()
            told.update({key: value for key, value in result.items() if not isinstance(value, np.ndarray)})
            Path(f"{found}.json").write_text(json.dumps(told))
            if sum(told["spent"]) > ENOUGH:
                break
        if step is not None:
            told["step"] = time_steps(step)
    except Exception as error:  # noqa: BLE001  whatever a peer raises is told in the table
        told["error"] = " ".join([type(error).__name__, *str(error).splitlines()[:1]])
    Path(f"{found}.json").write_text(json.dumps(told))


def use_one_core() -> None:
    """Stay on one core, so that an engine's threads cannot help it."""
    if hasattr(os, "sched_setaffinity"):
        os.sched_setaffinity(0, {max(os.sched_getaffinity(0))})


def time_one(run: Callable[[], Found], told: Found, limit: int) -> Found:
    """Run once, at most so many CPU seconds, and note what it took."""
    begun = time.process_time()
    resource.setrlimit(resource.RLIMIT_CPU, (int(begun) + limit, resource.RLIM_INFINITY))
    result = run()
    told["spent"].append(time.process_time() - begun)
    resource.setrlimit(resource.RLIMIT_CPU, (resource.RLIM_INFINITY, resource.RLIM_INFINITY))
    return result


def time_steps(step: Callable[[int], int]) -> float:
    """Return CPU milliseconds of one step of a test that a person takes; `step` takes a whole test, and counts."""
    step(0)
    begun = time.process_time()
    steps = sum(step(1 + number) for number in range(STEPS))
    return 1e3 * (time.process_time() - begun) / steps


def peak_memory() -> float:
    """Return the largest resident size of this process so far, in MB; not that of the process it was forked from."""
    status = Path("/proc/self/status")
    if status.exists():
        line = next(line for line in status.read_text().splitlines() if line.startswith("VmHWM"))
        return int(line.split()[1]) / 1024
    return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024


def lay_out_full(data: Data, missing: float) -> np.ndarray[Any, np.dtype[Any]]:
    """Return the responses as persons by items, with a number where nothing was given."""
    persons = len(data["starts"]) - 1
    full = np.full((persons, len(data["categories"])), missing)
    full[np.repeat(np.arange(persons), np.diff(data["starts"])), data["item"]] = data["category"]
    return full


if __name__ == "__main__":
    main()
