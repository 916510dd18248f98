"""The house keeps its promises: arrows, lengths, names, and nothing hidden below the doors."""

import ast
import re
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[2]
SOURCE = ROOT / "src" / "poise"
BELOW_THE_DOORS = ("measurement", "content", "roleplay", "sitting", "jobfit", "hiring")
FILES_MAY_BE_OPENED_IN = {
    "content/library.py",
    "content/source.py",
    "measurement/tabular/reading.py",
    "measurement/tabular/spooling.py",
    "roleplay/understanding/encoder.py",
    "roleplay/understanding/heads.py",
    "roleplay/understanding/nearest.py",
    "roleplay/understanding/tone.py",
}
LONGEST_FILE = 400
LONGEST_FUNCTION = 50
RUNS_ONLY_IN_MAKE = "roleplay/training/"
"""Teaches the reader; nothing of it runs in the product, so it may open files, and its chance has a fixed seed."""
SAY_NOTHING = {"utils", "util", "helpers", "helper", "common", "core", "manager", "service", "misc"}


def modules(*rooms: str) -> list[Path]:
    return [
        path
        for path in sorted(SOURCE.rglob("*.py"))
        if "migrations" not in path.parts and (not rooms or path.relative_to(SOURCE).parts[0] in rooms)
    ]


def imports(path: Path) -> set[str]:
    found: set[str] = set()
    for node in ast.walk(ast.parse(path.read_text())):
        if isinstance(node, ast.Import):
            found |= {alias.name for alias in node.names}
        elif isinstance(node, ast.ImportFrom) and node.module:
            found |= {node.module} | {f"{node.module}.{alias.name}" for alias in node.names}
    return found


@pytest.mark.parametrize("path", modules(), ids=lambda path: str(path.relative_to(SOURCE)))
def test_a_file_fits_a_sitting_and_its_name_says_something(path: Path) -> None:
    assert path.read_text().count("\n") <= LONGEST_FILE
    assert path.stem not in SAY_NOTHING
    for node in ast.walk(ast.parse(path.read_text())):
        if isinstance(node, ast.FunctionDef):
            length = (node.end_lineno or 0) - node.lineno + 1
            docstring = ast.get_docstring(node, clean=False)
            length -= docstring.count("\n") + 1 if docstring else 0
            assert length <= LONGEST_FUNCTION, f"{node.name} has {length} lines"


def runs_in_the_product(path: Path) -> bool:
    return not path.relative_to(SOURCE).as_posix().startswith(RUNS_ONLY_IN_MAKE)


def test_the_product_never_loads_what_teaches_the_reader() -> None:
    for path in modules():
        if not runs_in_the_product(path):
            continue
        assert not any(name.startswith("poise.roleplay.training") for name in imports(path)), path


@pytest.mark.parametrize(
    "path",
    [path for path in modules(*BELOW_THE_DOORS) if runs_in_the_product(path)],
    ids=lambda path: str(path.relative_to(SOURCE)),
)
def test_below_the_doors_there_is_no_clock_no_chance_and_no_open_file(path: Path) -> None:
    named = imports(path)
    clocks = {"time", "datetime", "random", "secrets", "uuid", "socket", "urllib", "requests", "subprocess"}
    if path.relative_to(SOURCE).parts[0] == "hiring":
        clocks -= {"datetime"}  # terms are reckoned there, from times that are handed in
    assert not {name.split(".")[0] for name in named if not name.startswith("urllib.parse")} & clocks
    text = path.read_text()
    assert not re.search(r"\b(now|utcnow|today)\(", text)
    assert not re.search(r"np\.random\.(?!Generator|default_rng)", text)
    assert "default_rng()" not in text
    if path.relative_to(SOURCE).as_posix() not in FILES_MAY_BE_OPENED_IN:
        calls = [node.func for node in ast.walk(ast.parse(text)) if isinstance(node, ast.Call)]
        methods = {call.attr for call in calls if isinstance(call, ast.Attribute)}
        assert "open" not in {call.id for call in calls if isinstance(call, ast.Name)}
        assert not methods & {"read_text", "write_text", "read_bytes", "write_bytes", "savez", "loadtxt"}


@pytest.mark.parametrize("path", modules(), ids=lambda path: str(path.relative_to(SOURCE)))
def test_only_storage_speaks_sql(path: Path) -> None:
    room = path.relative_to(SOURCE).parts[0]
    if room not in {"storage", "settings"}:
        named = imports(path)
        assert not any(name.startswith("django.db") or name.split(".")[0] == "sqlite3" for name in named)
        assert not any(name.startswith("poise.storage.models") for name in named)


def test_rooms_of_later_issues_are_not_created_empty() -> None:
    for room in SOURCE.iterdir():
        if room.is_dir() and room.name != "__pycache__":
            assert any(path.stat().st_size for path in room.rglob("*.py")), room
    for later in ("faultfinding", "coaching", "validity", "hiring", "integrations"):
        assert not (SOURCE / later).exists() or len(list((SOURCE / later).glob("*.py"))) > 1


def test_every_decision_record_has_its_four_parts() -> None:
    records = sorted((ROOT / "docs" / "decisions").glob("[0-9]*.md"))
    numbers = [record.name[:4] for record in records]
    assert numbers == [f"{number:04}" for number in range(1, len(records) + 1)]
    for record in records:
        text = record.read_text()
        for part in ("## Context", "## Decision", "## Consequences", "## Rejected"):
            assert part in text, f"{record.name} lacks {part}"


def test_requirements_are_locked_with_hashes_and_name_no_index() -> None:
    for lock in sorted((ROOT / "requirements").glob("*.txt")):
        if lock.stem == "train":  # torch has another wheel, and so another digest, on each kind of machine
            continue
        text = lock.read_text()
        assert "--index-url" not in text
        assert "http" not in text.replace("httpx", "").replace("httpcore", "")
        entries = re.split(r"\n(?=[a-z])", text)
        for entry in entries:
            assert not re.match(r"[a-z0-9]", entry) or "--hash=sha256:" in entry, entry.splitlines()[0]
