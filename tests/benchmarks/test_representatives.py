"""The study of scripted representatives still runs, and its page holds what it prints."""

import os
import subprocess
import sys
from pathlib import Path

ROOT = Path(__file__).parents[2]


def test_a_small_study_keeps_the_order_and_its_page_has_the_same_table() -> None:
    few = ["--only", "decent_terse,mediocre,overseller", "--wordings", "1", "--forget", "order"]
    done = subprocess.run(
        [sys.executable, "benchmarks/representatives.py", *few],
        cwd=ROOT, capture_output=True, text=True, check=False, env={**os.environ},
    )  # fmt: skip
    assert done.returncode == 0, done.stderr
    rows = [
        [cell.strip() for cell in line.strip("|").split("|")] for line in done.stdout.splitlines() if line[:1] == "|"
    ]
    head, *found = [row for row in rows if len(row) > 4 and row[1] != "--:"]
    assert [row[0] for row in found] == ["decent_terse", "mediocre", "overseller"]
    assert [float(row[1]) for row in found] == sorted((float(row[1]) for row in found), reverse=True)
    assert next(row for row in rows if row[0] == "all cases")[1].startswith("2 of 2 pairs")
    page = (ROOT / "docs/representatives.md").read_text()
    assert "| " + " | ".join(head) + " |" in page
    assert (ROOT / "benchmarks/representatives_page.md").read_text() in page
