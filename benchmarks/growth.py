"""Prints seconds and memory of calibrating longer files out of core: `python benchmarks/growth.py [responses ...]`.

Graded, 5 categories, 100 items, everybody answers all. Each length runs in a process of its own.
"""

import resource
import subprocess
import sys
import tempfile
import time
from dataclasses import replace
from pathlib import Path

from cases import CASES, draw

from poise.measurement.calibration import Settings, calibrate
from poise.measurement.spooling import spool_wide

ITEMS = 100
LENGTHS = (300_000, 1_000_000, 3_000_000, 10_000_000)


def main(lengths: list[int]) -> None:
    """Run all lengths."""
    print("| responses | reading, CPU s | calibrating, CPU s | cycles | peak memory, MB |")
    print("|---|---|---|---|---|")
    with tempfile.TemporaryDirectory() as folder:
        for length in lengths or LENGTHS:
            for part in ("--write", "--one"):
                subprocess.run([sys.executable, __file__, part, folder, str(length)], check=True)  # noqa: S603  this file


def write(folder: Path, length: int) -> None:
    """Write a file of simulated responses, a part at a time."""
    part = replace(CASES[2], persons=2000, items=ITEMS, answered=ITEMS)
    with (folder / "answers.csv").open("w") as file:
        file.write("person," + ",".join(f"i{i}" for i in range(ITEMS)) + "\n")
        for first in range(0, length // ITEMS, part.persons):
            table = draw(part, seed=1, people=first).table
            for p, row in enumerate(table.category.reshape(-1, ITEMS).tolist()[: length // ITEMS - first]):
                file.write(f"{first + p}," + ",".join(map(str, row)) + "\n")


def run_one(folder: Path, length: int) -> None:
    """Read and calibrate the file, and print its row."""
    calibrate(draw(replace(CASES[2], persons=300)).table, settings=Settings(standard_errors=False))
    with tempfile.TemporaryDirectory(dir=folder) as spool:
        begun = time.process_time()
        tables = spool_wide(folder / "answers.csv", Path(spool))
        read = time.process_time()
        found = calibrate(tables, settings=Settings(standard_errors=False))
        done = time.process_time()
    memory = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024
    print(f"| {length:,} | {read - begun:.1f} | {done - read:.1f} | {found.iterations} | {memory:.0f} |", flush=True)


if __name__ == "__main__":
    if sys.argv[1:2] == ["--write"]:
        write(Path(sys.argv[2]), int(sys.argv[3]))
    elif sys.argv[1:2] == ["--one"]:
        run_one(Path(sys.argv[2]), int(sys.argv[3]))
    else:
        main([int(word) for word in sys.argv[1:]])
