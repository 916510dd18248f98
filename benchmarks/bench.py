"""Compares Poise with its peers: `python benchmarks/bench.py [--peers PYTHON] [--page PAGE.md] [--picture FILE.svg]`.

Every engine works on every case in a process of its own, on one core, from the same simulated data. The peers live in
an environment of their own (`make bench` makes it), so that they and Poise need not agree on versions.
"""

import argparse
import json
import os
import signal
import subprocess
import sys
import tempfile
from collections.abc import Sequence
from pathlib import Path
from typing import Any

import numpy as np
from judging import find_log_likelihood, rmse
from plans import PLANS, Plan, Prepared, prepare_case
from telling import NAMES, Row, draw_picture, head_table, keep_other_cases, read_page, tell_rows, write_into

HERE = Path(__file__).parent
RUN = HERE / "peers" / "run.py"
REPEATS = 3
LIMIT = 300
WALL = 12
"""How many times the limit of CPU seconds may pass on the clock, as others use the machine too."""
TOO_LONG = (-signal.SIGXCPU, -signal.SIGKILL)
ALONE = {
    **{f"{name}_NUM_THREADS": "1" for name in ("OPENBLAS", "OMP", "MKL", "NUMBA", "NUMEXPR", "RAYON")},
    "XLA_FLAGS": "--xla_cpu_multi_thread_eigen=false intra_op_parallelism_threads=1",
    "JAX_PLATFORMS": "cpu",
}
"""What keeps each engine to one thread."""


def main(words: Sequence[str]) -> None:
    """Run what the command line asks for, print the table, and write page and picture."""
    asked = read_command(words)
    rows: list[Row] = []
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        for letter in asked.cases or dict.fromkeys(plan.case for plan in PLANS):
            case = prepare_case(letter, tiny=asked.tiny)
            np.savez(folder / f"{letter}.npz", **case.data)
            for plan in PLANS:
                if plan.case == letter and plan.engine in asked.engines and (plan.engine == "poise" or asked.peers):
                    rows.append(compare(plan, case, folder, asked))
                    print(tell_rows(rows)[-1], file=sys.stderr, flush=True)
    table = [*head_table(), *tell_rows(rows)]
    print("\n".join(table))
    if asked.page:
        table = keep_other_cases(read_page(asked.page), table) if asked.cases else table
        write_into(asked.page, table)
    if asked.picture:
        draw_picture(table, asked.picture)


def read_command(words: Sequence[str]) -> argparse.Namespace:
    """Read the command line."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("cases", nargs="*", help="letters of cases; all if none is named")
    parser.add_argument("--peers", type=Path, help="the Python of the environment that has the peers")
    parser.add_argument("--engines", nargs="+", default=list(NAMES), choices=list(NAMES))
    parser.add_argument("--limit", type=int, default=LIMIT, help="CPU seconds that one run may take")
    parser.add_argument("--repeats", type=int, default=REPEATS)
    parser.add_argument("--tiny", action="store_true", help="very small cases, to see that everything runs")
    parser.add_argument("--page", type=Path, help="write the table between the marks of this page")
    parser.add_argument("--picture", type=Path)
    return parser.parse_args(words)


def compare(plan: Plan, case: Prepared, folder: Path, asked: argparse.Namespace) -> Row:
    """Run one engine on one case and judge what it found."""
    own = plan.engine == "poise"
    first = None
    if own and not asked.tiny:
        # Compiled anew, as on a machine that never saw it; the figures that count are of a process that finds it done.
        with tempfile.TemporaryDirectory() as cache:
            told, _ = run_engine(plan, folder, asked, repeats=0, more={"NUMBA_CACHE_DIR": cache})
        first = told["spent"][0] if told.get("spent") else None
    told, found = run_engine(plan, folder, asked, repeats=asked.repeats)
    spent = told.get("spent", [])
    return Row(
        case=plan.case,
        told=case.told,
        engine=plan.engine,
        remark=plan.remark or (f"{told['nodes']} nodes" if "nodes" in told else ""),
        seconds=min(spent[1:] or spent) if spent else None,
        first=first or (spent[0] if spent else None),
        errors=judge_errors(found, case),
        loglik=find_log_likelihood(case.drawn, found["slopes"], found["thresholds"]) if found and case.drawn else None,
        memory=told.get("memory"),
        step=told.get("step"),
        error=told.get("error", ""),
    )


def judge_errors(found: dict[str, Any], case: Prepared) -> dict[str, float]:
    """Return the errors of everything that was found; of a matrix of correlations, those below its diagonal."""
    below = np.tril_indices(len(case.true.get("correlations", ())), -1)
    return {
        name: rmse(found[name][below], true[below]) if name == "correlations" else rmse(found[name], true)
        for name, true in case.true.items()
        if name in found
    }


def run_engine(
    plan: Plan, folder: Path, asked: argparse.Namespace, *, repeats: int, more: dict[str, str] | None = None
) -> tuple[dict[str, Any], dict[str, Any]]:
    """Run an engine in a process of its own; return what it took and what it found."""
    found = folder / f"{plan.case}-{plan.engine}-{len(plan.settings) and plan.settings}"
    python = sys.executable if plan.engine == "poise" else str(asked.peers)
    words = [python, str(RUN), plan.engine, str(folder / f"{plan.case}.npz"), str(found), str(asked.limit)]
    words += [str(repeats), json.dumps(plan.settings)]
    too_long = f"not done in {asked.limit} CPU s"
    try:
        ended = subprocess.run(  # noqa: S603  this folder's own script
            words, env={**os.environ, **ALONE, **(more or {})}, capture_output=True, text=True, check=False,
            timeout=WALL * asked.limit,
        ).returncode  # fmt: skip
    except subprocess.TimeoutExpired:
        ended, too_long = TOO_LONG[0], f"not done in {WALL * asked.limit} s on the clock"
    told, result = {}, {}
    if found.with_name(found.name + ".json").exists():
        told = json.loads(found.with_name(found.name + ".json").read_text())
    if found.with_name(found.name + ".npz").exists():
        result = dict(np.load(found.with_name(found.name + ".npz")))
    if ended in TOO_LONG and not told.get("spent"):
        told["error"] = too_long
    elif ended and "error" not in told:
        told["error"] = f"ended by itself with code {ended}"
    return told, result


if __name__ == "__main__":
    main(sys.argv[1:])
