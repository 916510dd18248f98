"""What the documents say can be run, and what can be run is in the documents."""

import re
import shlex
import subprocess
from pathlib import Path

import pytest
import typer

from poise.cli.commands import app

ROOT = Path(__file__).parents[2]
DOCUMENTS = [ROOT / "README.md", ROOT / "CONTRIBUTING.md", *sorted((ROOT / "docs").rglob("*.md"))]


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
    settings = set(re.findall(r"POISE_[A-Z]+", (ROOT / "src" / "poise" / "settings.py").read_text()))
    told = (ROOT / "docs" / "operating.md").read_text()
    assert sorted(name for name in settings if name not in told) == []


def test_links_between_documents_lead_somewhere() -> None:
    for document in DOCUMENTS:
        for target in re.findall(r"\]\(([^)#]+)\)", document.read_text()):
            if "://" not in target:
                assert (document.parent / target).exists(), f"{document.name}: {target}"


def test_the_python_of_the_documents_runs(tmp_path: Path) -> None:
    for document in DOCUMENTS:
        blocks = re.findall(r"```python\n(.*?)```", document.read_text(), re.DOTALL)
        if blocks:
            script = tmp_path / f"{document.stem}.py"
            script.write_text("\n".join(blocks))
            done = subprocess.run([ROOT / ".venv/bin/python", script], capture_output=True, text=True, check=False)
            assert done.returncode == 0, f"{document.name}: {done.stderr}"


def test_the_quick_commands_of_the_readme_run() -> None:
    text = (ROOT / "README.md").read_text()
    quick = [line for line in re.findall(r"^\.venv/bin/poise .*$", text, re.MULTILINE) if "check" in line]
    assert quick
    for line in quick:
        done = subprocess.run(shlex.split(line), cwd=ROOT, capture_output=True, text=True, check=False)
        assert done.returncode == 0, done.stderr
