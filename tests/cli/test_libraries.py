"""`poise library check` and `poise library diff` at the terminal."""

import json
import shutil
from pathlib import Path

import pytest
from typer.testing import CliRunner

from poise.cli.commands import app
from poise.content.library import STARTER, Library, LoadedLibrary
from poise.content.source import Complaint
from poise.roleplay.check_library import Findings

REMARK = Complaint("statements/patience.yaml", 7, "patience_third: could be better")
ERROR = Complaint("blocks.yaml", 2, "b01: is wrong")


def run(*words: str | Path) -> tuple[int, str]:
    done = CliRunner().invoke(app, ["library", *map(str, words)])
    return done.exit_code, done.output


@pytest.mark.parametrize(
    ("findings", "strict", "code", "said"),
    [
        (Findings(()), True, 0, "Nothing to mend; 0 remarks."),
        (Findings((), (REMARK,)), False, 0, "statements/patience.yaml:7: remark: patience_third: could be better"),
        (Findings((), (REMARK,)), True, 1, "Nothing to mend; 1 remark."),
        (Findings((ERROR,), (REMARK,)), False, 1, "blocks.yaml:2: b01: is wrong"),
        (Findings((), (), ("Near-duplicates were not looked for: why",)), False, 0, "not looked for: why"),
    ],
)
def test_errors_fail_and_remarks_only_where_it_is_strict(
    library: Library,
    monkeypatch: pytest.MonkeyPatch,
    findings: Findings,
    strict: bool,  # noqa: FBT001  a table
    code: int,
    said: str,
) -> None:
    loaded = LoadedLibrary(library=library, places={})
    monkeypatch.setattr("poise.cli.libraries.read_in_part", lambda _: loaded)
    monkeypatch.setattr("poise.roleplay.check_library.find_all", lambda _: findings)
    got, printed = run("check", *(["--strict"] if strict else []))
    assert said in printed
    assert got == code


def test_two_libraries_are_compared_from_a_folder_and_as_stored(library: Library, tmp_path: Path) -> None:
    stored, other = tmp_path / "old.json", tmp_path / "new.json"
    stored.write_text(library.canonical)
    other.write_text(json.dumps(json.loads(library.canonical) | {"title": "Other words"}))
    code, printed = run("diff", stored, other)
    assert "changed library title" in printed
    assert (code, "Scores before and after compare." in printed) == (0, True)
    raised = json.loads(library.canonical)
    raised["appraisal"]["turn_cap"] += 1
    other.write_text(json.dumps(raised))
    code, printed = run("diff", stored, other)
    assert "changed appraisal turn_cap" in printed
    assert (code, "do not compare" in printed) == (1, True)


def test_a_folder_and_the_same_as_json_do_not_differ(library: Library, tmp_path: Path) -> None:
    shutil.copytree(STARTER, tmp_path / "mine", ignore=shutil.ignore_patterns("scenarios"))
    (tmp_path / "mine.json").write_text(json.dumps(json.loads(library.canonical) | {"scenarios": []}))
    assert run("diff", tmp_path / "mine", tmp_path / "mine.json") == (0, "Nothing differs.\n")


@pytest.mark.parametrize("content", ["", "{", "[]", '{"key": "mine"}', "\ufeff\x00"])
def test_what_is_no_library_is_said_and_compares_with_nothing(tmp_path: Path, content: str, library: Library) -> None:
    (tmp_path / "bad.json").write_text(content)
    (tmp_path / "good.json").write_text(library.canonical)
    code, printed = run("diff", tmp_path / "bad.json", tmp_path / "good.json")
    assert code == 2
    assert "is no library as JSON" in printed
    code, printed = run("diff", tmp_path / "nowhere", tmp_path / "good.json")
    assert (code, "is not a directory" in printed) == (2, True)
