"""What the documents say can be run, and what can be run is in the documents."""

import re
import shlex
import subprocess
import sys
from pathlib import Path

import pytest
import typer

from poise.cli.commands import app

ROOT = Path(__file__).parents[2]
DOCUMENTS = [ROOT / "README.md", ROOT / "CONTRIBUTING.md", *sorted((ROOT / "docs").rglob("*.md"))]


def run_pages(*words: str | Path) -> subprocess.CompletedProcess[str]:
    script = [sys.executable, ROOT / "docs" / "run_pages.py", *words]
    return subprocess.run(script, capture_output=True, text=True, check=False)


def commands() -> list[str]:
    found = []

    def walk(command: typer.core.TyperGroup, path: str) -> None:
        for name, one in command.commands.items():
            if isinstance(one, typer.core.TyperGroup):
                walk(one, f"{path} {name}")
            else:
                found.append(f"{path} {name}")

    group = typer.main.get_command(app)
    assert isinstance(group, typer.core.TyperGroup)
    walk(group, "poise")
    return found


@pytest.mark.parametrize("command", commands())
def test_every_command_is_documented(command: str) -> None:
    assert f"{command}" in (ROOT / "docs" / "commands.md").read_text()


def test_every_setting_is_documented() -> None:
    parts = (ROOT / "src" / "poise" / "settings").glob("*.py")
    settings = {name for part in parts for name in re.findall(r"POISE_[A-Z_]*[A-Z]", part.read_text())}
    assert len(settings) >= 10
    told = (ROOT / "docs" / "operating.md").read_text()
    assert sorted(name for name in settings if name not in told) == []


def test_every_call_of_the_api_is_documented() -> None:
    script: list[str | Path] = [sys.executable, ROOT / "docs" / "make_api.py", "--check"]
    done = subprocess.run(script, capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stdout + done.stderr


def anchors(document: Path) -> set[str]:
    """The names that headings get on a page: lower case, no marks, spaces as hyphens."""
    headings = re.findall(r"^#+ (.*)$", document.read_text(), re.MULTILINE)
    return {re.sub(r"[^\w -]", "", heading.lower()).replace(" ", "-") for heading in headings}


def test_links_between_documents_lead_somewhere() -> None:
    for document in DOCUMENTS:
        for target in re.findall(r"\]\(([^)]+)\)", document.read_text()):
            if "://" not in target:
                path, _, anchor = target.partition("#")
                there = document.parent / path if path else document
                assert there.exists(), f"{document.name}: {target}"
                assert not anchor or anchor in anchors(there), f"{document.name}: {target}"


RUN_AS_WELL = {"job-analysis.md"}
"""Pages with commands only, which are run like those with Python."""


@pytest.mark.parametrize(
    "document",
    [d for d in DOCUMENTS if "```python" in d.read_text() or d.name in RUN_AS_WELL],
    ids=lambda d: d.name,
)
def test_what_the_documents_show_is_what_running_them_prints(document: Path) -> None:
    done = run_pages("--check", document)
    assert done.returncode == 0, done.stderr


PAGE = """
```python
import math
```

Words between.

```python
print("pi", round(math.pi, 6), 3)
print("small 1.5e-7")
```

```text
{shown}
```
"""


@pytest.mark.parametrize(
    ("shown", "right"),
    [
        ("pi 3.141593 3\nsmall 1.5e-7", True),
        ("pi 3.141592 3\nsmall   1.6e-7", True),  # one in the last digit, and other spaces
        ("pi 3.141 3\nsmall 1.5e-7", True),
        ("pi 3.141590 3\nsmall 1.5e-7", False),
        ("pi 3.141593 4\nsmall 1.5e-7", False),  # whole numbers are equal or wrong
        ("pi 3.141593 3\nsmall 1.7e-7", False),
        ("pi 3.141593 3\nsmall 1.5e-8", False),
        ("tau 3.141593 3\nsmall 1.5e-7", False),
        ("pi 3.141593 3", False),
    ],
)
def test_what_a_page_shows_is_compared_to_its_digits(tmp_path: Path, shown: str, right: bool) -> None:  # noqa: FBT001  a table
    page = tmp_path / "page.md"
    page.write_text(PAGE.format(shown=shown))
    assert (run_pages("--check", page).returncode == 0) == right
    assert page.read_text() == PAGE.format(shown=shown)
    assert run_pages(page).returncode == 0
    assert page.read_text() == PAGE.format(shown="pi 3.141593 3\nsmall 1.5e-7")


@pytest.mark.parametrize("block", ["```python\n1 / 0\n```\n", "```sh\npoise no-such-command\n```\n"])
def test_a_page_that_cannot_be_run_is_named(tmp_path: Path, block: str) -> None:
    page = tmp_path / "page.md"
    page.write_text(block)
    done = run_pages("--check", page)
    assert done.returncode == 1
    assert str(page) in done.stderr


def test_the_quick_commands_of_the_readme_run() -> None:
    text = (ROOT / "README.md").read_text()
    quick = [line for line in re.findall(r"^\.venv/bin/poise .*$", text, re.MULTILINE) if "check" in line]
    assert quick
    for line in quick:
        done = subprocess.run(shlex.split(line), cwd=ROOT, capture_output=True, text=True, check=False)
        assert done.returncode == 0, done.stderr
