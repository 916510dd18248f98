"""The recovery study still runs, and its page holds what it prints."""

import subprocess
import sys
from pathlib import Path

ROOT = Path(__file__).parents[2]


def test_a_small_study_recovers_and_its_page_has_the_same_tables() -> None:
    done = subprocess.run(
        [sys.executable, "benchmarks/recovery.py", "3", "graded, 20 items, 500"],
        cwd=ROOT, capture_output=True, text=True, check=False,
    )  # fmt: skip
    assert done.returncode == 0, done.stderr
    lines = done.stdout.splitlines()
    head, _, *rows = [line for line in lines if line.startswith("|")]
    kinds = [[cell.strip() for cell in row.strip("|").split("|")] for row in rows]
    assert [kind[0] for kind in kinds] == ["slopes", "intercepts", "thresholds", "scores"]
    column = [cell.strip() for cell in head.strip("|").split("|")].index("coverage")
    assert all(0.8 < float(kind[column].split()[0]) <= 1.0 for kind in kinds)
    page = (ROOT / "docs/recovery.md").read_text()
    assert head in page
    assert all(heading in page for heading in lines if heading.startswith("## "))
    assert "Twelve dimensions" in page
