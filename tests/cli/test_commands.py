"""The command line, as a person at a terminal meets it."""

import json
import os
import re
import shutil
import subprocess
import sys
from pathlib import Path

import pytest
from typer.testing import CliRunner

from poise.cli.commands import app
from poise.content.library import STARTER

POISE = Path(sys.executable).with_name("poise")


def run(*words: str, data: Path, told: str = "") -> subprocess.CompletedProcess[str]:
    environment = os.environ | {"POISE_DATA": str(data), "COLUMNS": "120"}
    return subprocess.run(
        [POISE, *words], input=told, capture_output=True, text=True, env=environment, check=False, timeout=120
    )


def test_the_shipped_library_has_nothing_to_mend() -> None:
    done = CliRunner().invoke(app, ["library", "check"])
    assert done.exit_code == 0
    assert "Nothing to mend" in done.output
    assert re.search(r"Hash [0-9a-f]{64}", done.output)


def test_a_broken_library_is_listed_whole_and_fails(tmp_path: Path) -> None:
    shutil.copytree(STARTER, tmp_path / "mine")
    (tmp_path / "mine" / "voice.yaml").unlink()
    (tmp_path / "mine" / "blocks.yaml").write_text("- key: b01\n  statements: [a, b]\n")
    done = run("library", "check", str(tmp_path / "mine"), data=tmp_path)
    assert done.returncode == 1
    assert "voice.yaml:1: is missing" in done.stderr
    assert "blocks.yaml:2:" in done.stderr
    assert "to mend" in done.stderr
    assert "Traceback" not in done.stderr


def test_simulated_sittings_print_their_recovery(tmp_path: Path) -> None:
    done = run("simulate", "sittings", "--number", "3", "--seed", "4", data=tmp_path)
    assert done.returncode == 0, done.stderr
    counted = re.search(r"(\d+) answers; state rebuilt .* equal to the uninterrupted run (\d+) times", done.stdout)
    assert counted
    assert counted[1] == counted[2]
    assert "composure" in done.stdout
    assert "their mean" in done.stdout


BLOCKS_AFTER_PAGE = (3, 2, 2, 2, 2, 2)
REPLIES = (
    "/1\nI am sorry about the lamp. What happened when you called us?",
    "That was our mistake.\nextra line is the next reply",
    "/5\nTwo sizes, the man is right.",
    "/12\n2\nI cannot say that, it is not sent yet.",
    "/12\n1\nI can send the shade by courier.",
    "I hear you. It comes on Friday.",
)


def type_the_way() -> str:
    """Type all of a sitting after its terms: practice, six pages, thirteen blocks, situations, customer, conditions."""
    lines = ["1", "1", "2"]
    for blocks in BLOCKS_AFTER_PAGE:
        lines += ["4", "nonsense", "4", "2", "5"] + ["1", "3"] * blocks
    lines += ["2", "4", "1", "3"] * 5
    lines += ["", *REPLIES]
    return "\n".join(lines + ["4"] * 13) + "\n"


def test_a_whole_sitting_in_the_terminal_with_a_stop_in_it(tmp_path: Path) -> None:
    first = run("sit", data=tmp_path, told="\nyes\n/stop\n")
    assert first.returncode == 0, first.stderr
    code = re.search(r"Your personal code: (\S+)", first.stdout)
    assert code
    assert "Everything you answered is kept" in first.stdout
    again = run("sit", "--resume", code[1], data=tmp_path, told=type_the_way())
    assert again.returncode == 0, again.stderr
    assert "Please type a number from 1 to 5" in again.stdout
    assert "this answer is not kept" in again.stdout
    assert "WHAT WAS SEEN" in again.stdout, again.stdout[-3000:]
    assert "THE SIX JOBS" in again.stdout
    assert "Traceback" not in again.stderr
    told = run("report", code[1], data=tmp_path)
    report = json.loads(told.stdout)
    assert report["provisional"] is True
    assert len(report["qualities"]) == 12
    assert report["finished_at"]
    [conversation] = report["conversations"]
    assert [turn["reply"] for turn in conversation["turns"]][1] == "That was our mistake."
    assert sum(remedy["given"] for remedy in conversation["remedies"]) == 1
    page = run("report", code[1], "--format", "html", "--out", str(tmp_path / "report.html"), data=tmp_path)
    assert page.returncode == 0, page.stderr
    assert "That was our mistake." in (tmp_path / "report.html").read_text()
    paper = run("report", code[1], "--format", "pdf", "--out", str(tmp_path / "report.pdf"), data=tmp_path)
    assert paper.returncode == 0, paper.stderr
    assert (tmp_path / "report.pdf").read_bytes().startswith(b"%PDF")


@pytest.fixture(scope="module")
def begun(tmp_path_factory: pytest.TempPathFactory) -> tuple[Path, str]:
    """A folder of data with a sitting that has only begun, and its personal code; tests leave it as it is."""
    data = tmp_path_factory.mktemp("begun")
    code = re.search(r"Your personal code: (\S+)", run("sit", data=data, told="").stdout)
    assert code
    return data, code[1]


def test_an_unknown_code_is_said_plainly(begun: tuple[Path, str]) -> None:
    for words in (("sit", "--resume", "nobody"), ("report", "nobody")):
        done = run(*words, data=begun[0])
        assert done.returncode == 2
        assert "there is no sitting with the code" in " ".join(done.stderr.replace("│", " ").split())
        assert "Traceback" not in done.stderr


def test_a_folder_without_data_says_what_to_run_first(tmp_path: Path) -> None:
    done = run("report", "nobody", data=tmp_path)
    assert done.returncode != 0
    assert "run `poise serve` or `poise sit` once" in done.stderr
    assert "Traceback" not in done.stderr


@pytest.mark.parametrize("command", [("sit",), ("report", "nobody"), ("serve", "--port", "8999")])
@pytest.mark.parametrize("trouble", ["a file", "a key of bytes", "an empty key", "no database", "a half one"])
def test_what_stops_a_command_is_said_in_plain_words(tmp_path: Path, command: tuple[str, ...], trouble: str) -> None:
    data = tmp_path / "data"
    if trouble == "a file":
        data.touch()
    else:
        data.mkdir()
        name, content = {
            "a key of bytes": ("secret_key", b"\xff\xfe\xff"),
            "an empty key": ("secret_key", b""),
            "no database": ("poise.sqlite3", b"no database " * 500),
            "a half one": ("poise.sqlite3", b"SQLite format 3\x00" + bytes(3000)),
        }[trouble]
        (data / name).write_bytes(content)
    done = run(*command, data=data)
    assert done.returncode == 1
    assert "Traceback" not in done.stderr
    assert str(data) in done.stderr or "database" in done.stderr
    assert done.stdout == ""


def test_a_report_that_cannot_be_written_is_said_in_plain_words(tmp_path: Path, begun: tuple[Path, str]) -> None:
    data, code = begun
    done = run("report", code, "--out", str(tmp_path / "nowhere" / "report.json"), data=data)
    assert done.returncode == 2
    assert "cannot be written" in " ".join(done.stderr.replace("│", " ").split())
    assert "Traceback" not in done.stderr


@pytest.mark.parametrize("encoding", ["utf-8:strict", "utf-8:surrogateescape"])
def test_odd_input_is_asked_for_again_or_marked_and_stops_nothing(tmp_path: Path, encoding: str) -> None:
    typed = b"\nyes\n\xb2\n\xc2\xb2\n\xff\n2\n/stop\n"
    environment = os.environ | {"POISE_DATA": str(tmp_path), "PYTHONIOENCODING": encoding}
    done = subprocess.run([POISE, "sit"], input=typed, capture_output=True, env=environment, check=False, timeout=120)
    assert done.returncode == 0, done.stderr.decode()
    assert b"Traceback" not in done.stderr
    assert b"Everything you answered is kept" in done.stdout
