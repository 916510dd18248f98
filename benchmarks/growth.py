"""Prints seconds and memory of calibrating longer files out of core: `python benchmarks/growth.py [responses ...]`.

Graded, 5 categories, 100 items, everybody answers all. Rows of the long files are sorted by item, so that every person
is scattered over the whole file. Each file is read and calibrated in a process of its own.
"""

import resource
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import numpy as np
import numpy.typing as npt
import pyarrow as pa
from cases import CASES, draw
from pyarrow import parquet

from poise.measurement.grid.calibration import Settings, calibrate
from poise.measurement.tabular.spooling import spool_responses

ITEMS = 100
LENGTHS = (1_000_000, 3_000_000, 10_000_000)
FORMS = ("wide.csv", "wide.parquet", "long.csv", "long.parquet")
Answers = npt.NDArray[np.int8]


def main(lengths: list[int]) -> None:
    """Run all forms and lengths."""
    print("| file | responses | MB on disk | reading, CPU s | calibrating, CPU s | cycles | peak memory, MB |")
    print("|---|---|---|---|---|---|---|")
    with tempfile.TemporaryDirectory() as folder:
        for form in FORMS:
            for length in lengths or LENGTHS:
                for part in ("--write", "--one"):
                    subprocess.run([sys.executable, __file__, part, folder, form, str(length)], check=True)  # noqa: S603  this file
                (Path(folder) / form).unlink()


def draw_persons(persons: int) -> Iterator[Answers]:
    """Yield answers of some persons at a time, shape (2000, ITEMS)."""
    part = replace(CASES[2], persons=2000, items=ITEMS, answered=ITEMS)
    for first in range(0, persons, part.persons):
        yield draw(part, people=first).table.category.reshape(-1, ITEMS)[: persons - first].astype(np.int8)


def write(path: Path, persons: int) -> None:
    """Write a file of simulated responses."""
    names = [f"i{i}" for i in range(ITEMS)]
    wide = path.name.startswith("wide")
    answers = np.concatenate(list(draw_persons(persons)))
    if path.suffix == ".parquet":
        persons_named = np.array([f"p{p}" for p in range(persons)])
        if wide:
            made = pa.table({"person": persons_named} | dict(zip(names, answers.T, strict=True)))
        else:
            order = np.tile(np.arange(persons), ITEMS)
            made = pa.table(
                {
                    "person": pa.array(persons_named).take(pa.array(order)),
                    "item": pa.array(names).take(pa.array(np.repeat(np.arange(ITEMS), persons))),
                    "response": answers.T.ravel(),
                }
            )
        parquet.write_table(made, path)
        return
    with path.open("w") as file:
        if wide:
            file.write(",".join(["person", *names]) + "\n")
            file.writelines(f"p{p}," + ",".join(map(str, row)) + "\n" for p, row in enumerate(answers.tolist()))
        else:
            file.write("person,item,response\n")
            for name, column in zip(names, answers.T.tolist(), strict=True):
                file.writelines(f"p{p},{name},{answer}\n" for p, answer in enumerate(column))


def run_one(path: Path, length: int) -> None:
    """Read and calibrate the file, and print its row."""
    calibrate(draw(replace(CASES[2], persons=300)).table, settings=Settings(standard_errors=False))
    with tempfile.TemporaryDirectory(dir=path.parent) as spool:
        begun = time.process_time()
        tables = spool_responses(path, Path(spool))
        read = time.process_time()
        found = calibrate(tables, settings=Settings(standard_errors=False))
        done = time.process_time()
    figures = [
        path.name.replace(".csv", " CSV").replace(".parquet", " Parquet"),
        f"{length:,}",
        f"{path.stat().st_size / 1e6:.0f}",
        f"{read - begun:.1f}",
        f"{done - read:.1f}",
        str(found.iterations),
        f"{resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024:.0f}",
    ]
    print(f"| {' | '.join(figures)} |", flush=True)


if __name__ == "__main__":
    if sys.argv[1:2] == ["--write"]:
        write(Path(sys.argv[2]) / sys.argv[3], int(sys.argv[4]) // ITEMS)
    elif sys.argv[1:2] == ["--one"]:
        run_one(Path(sys.argv[2]) / sys.argv[3], int(sys.argv[4]))
    else:
        main([int(word) for word in sys.argv[1:]])
