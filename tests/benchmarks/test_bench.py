"""The benchmarks still run, and their pages hold what they print."""

import os
import re
import subprocess
import sys
from pathlib import Path

ROOT = Path(__file__).parents[2]
PRINTED = re.compile(r"<!-- printed by make bench -->\n(.*)<!-- end of what make bench printed -->", re.DOTALL)


def run(*words: str) -> str:
    done = subprocess.run(
        [sys.executable, *words], cwd=ROOT, capture_output=True, text=True, check=False, env={**os.environ}
    )
    assert done.returncode == 0, done.stderr
    return done.stdout


def cells(line: str) -> list[str]:
    return [cell.strip() for cell in line.strip().strip("|").split("|")]


def test_a_tiny_comparison_runs_and_prints_the_columns_of_the_page() -> None:
    head, _, *rows = run("benchmarks/bench.py", "b", "e", "--tiny", "--repeats", "1").splitlines()
    assert len(rows) == 2
    for row in rows:
        told = dict(zip(cells(head), cells(row), strict=True))
        assert told["engine"] == "**Poise**"
        assert float(told["CPU s"]) > 0.0
        assert re.match(r"slopes \.\d+, thresholds \.\d+", told["RMSE"])
        assert float(told["peak MB"]) > 10.0
    assert float(dict(zip(cells(head), cells(rows[0]), strict=True))["log-likelihood"]) < 0.0
    printed = PRINTED.search((ROOT / "docs/benchmarks.md").read_text())
    assert printed is not None
    page = printed[1].strip().splitlines()
    assert page[0] == head
    assert {cells(line)[0][0] for line in page[2:]} == set("abcdetuvwxy")
    assert all(len(cells(line)) == len(cells(head)) for line in page[2:])


def test_a_limit_of_time_is_told_and_not_waited_for() -> None:
    told = run("benchmarks/bench.py", "c", "--tiny", "--limit", "0")
    assert "not done in 0 s" in told
