"""`poise backup` and `poise restore` from a shell, on a folder of data."""

import os
import subprocess
import sys
from pathlib import Path

POISE = [sys.executable, "-c", "from poise.cli import main; main()"]


def run(folder: Path, *words: str, said: str = "") -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        [*POISE, *words],
        env=os.environ | {"POISE_DATA": str(folder)},
        input=said,
        capture_output=True,
        text=True,
        check=False,
        timeout=60,
    )


def test_a_copy_is_made_and_put_back(tmp_path: Path) -> None:
    data, copy = tmp_path / "var", str(tmp_path / "copy")
    made = run(data, "backup", copy)
    assert made.returncode == 0, made.stderr
    assert "Everything that is stored was copied" in made.stdout
    assert "exists" in run(data, "backup", copy).stderr
    assert run(data, "restore", copy, said="n\n").returncode == 1, "it asks"
    back = run(data, "restore", copy, "--yes")
    assert back.returncode == 0, back.stderr
    assert "the words of 0 sittings" in back.stdout


def test_what_is_no_backup_is_refused_in_words(tmp_path: Path) -> None:
    (tmp_path / "text").write_text("not a backup")
    done = run(tmp_path / "var", "restore", str(tmp_path / "text"), "--yes")
    assert done.returncode == 2
    assert "no backup of Poise" in done.stderr
    assert "Traceback" not in done.stderr
