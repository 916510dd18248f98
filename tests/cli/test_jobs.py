"""`poise library copy` and `poise job`, as an employer at a terminal meets them."""

from pathlib import Path

import pytest
from content.filled_forms import JOB, fill_in
from typer.testing import CliRunner

from poise.cli.commands import app
from poise.content.editing import read_piece, rename
from poise.content.job import Job
from poise.content.library import STARTER, Library, LoadedLibrary
from poise.content.source import read_source

POINTS = ("5.5", "6", "7")


def run(*words: str | Path) -> tuple[int, str]:
    done = CliRunner().invoke(app, [str(word) for word in words])
    assert done.exception is None or isinstance(done.exception, SystemExit), done.exception
    return done.exit_code, done.output


@pytest.fixture
def own(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, library: Library) -> Path:
    """Return the folder of a library of one's own, which is not read from its files again for each command."""
    loaded = LoadedLibrary(library=rename(library, "ours", "1.0"), places={})
    monkeypatch.setattr("poise.cli.copying.read_library", lambda _: loaded)
    monkeypatch.setattr("poise.cli.jobs.read_library", lambda _: loaded)
    (tmp_path / "own").mkdir()
    return tmp_path / "own"


def job_in(path: Path) -> Job:
    job = read_piece("jobs", path.read_text())
    assert isinstance(job, Job)
    return job


@pytest.fixture
def forms(library: Library, tmp_path: Path) -> list[Path]:
    paths = [tmp_path / f"{mark}.csv" for mark in "abc"]
    for path, points in zip(paths, POINTS, strict=True):
        role = "supervisor" if path.stem == "c" else "incumbent"
        answers = {"honesty.how_many": points, "week.best": f"Best of {path.stem}"}
        path.write_text(fill_in(library, path.stem.upper(), answers, role))
    return paths


def analyse(forms: list[Path], *more: str | Path) -> tuple[int, str]:
    named = ("--copy", JOB, "--key", "own_desk", "--name", "Our desk", "--date", "2026-11-20")
    return run("job", "analyse", *forms, *named, *more)


def test_a_copied_library_holds_the_same_under_a_name_of_its_own(tmp_path: Path) -> None:
    folder = tmp_path / "new" / "own"
    code, told = run("library", "copy", folder, "--key", "ours", "--version", "1.0", "--name", "Ours: all of it")
    assert code == 0, told
    header = read_source(folder / "library.yaml", folder).data
    assert header == read_source(STARTER / "library.yaml", STARTER).data | {
        "key": "ours",
        "version": "1.0",
        "title": "Ours: all of it",
        "comparable_with": [],
    }
    files = {path.relative_to(STARTER): path.read_bytes() for path in STARTER.rglob("*.yaml")}
    copied = {path.relative_to(folder): path.read_bytes() for path in folder.rglob("*") if path.is_file()}
    assert {name for name in files | copied if files.get(name) != copied.get(name)} == {Path("library.yaml")}


def test_a_library_is_never_copied_over_something_or_into_itself(tmp_path: Path) -> None:
    full, new = tmp_path / "full", tmp_path / "new"
    full.mkdir()
    (full / "notes.txt").write_text("mine")
    for words, expected in (
        ((full,), "holds something"),
        ((full / "notes.txt",), "holds something"),
        ((full / "notes.txt" / "new",), "cannot be written"),
        ((STARTER / "mine",), "inside the library"),
        ((new, "--key", "Not A Key"), "is no key"),
        ((new, "--library", full), "library.yaml:1: cannot be read"),
    ):
        code, told = run("library", "copy", *words)
        assert (code, expected in told) == (2, True), told
    assert not new.exists()
    assert [path.name for path in full.iterdir()] == ["notes.txt"]


@pytest.mark.usefixtures("own")
def test_the_empty_form_can_be_filled_in_and_is_never_written_over(tmp_path: Path) -> None:
    code, _ = run("job", "questionnaire", JOB, "--out", tmp_path / "form.csv")
    assert code == 0
    written = (tmp_path / "form.csv").read_bytes()
    assert written.startswith(b"\xef\xbb\xbfquestion,")
    code, told = run("job", "questionnaire", JOB, "--out", tmp_path / "form.csv")
    assert (code, "nothing is written over" in told) == (2, True)
    assert (tmp_path / "form.csv").read_bytes() == written
    code, printed = run("job", "questionnaire", JOB)
    assert (code, printed.startswith("question,what is asked,")) == (0, True)
    code, told = run("job", "questionnaire", "no_such_job")
    assert (code, "there are: complaints_desk" in told) == (2, True)


def test_filled_forms_become_a_job_that_its_library_takes(own: Path, forms: list[Path]) -> None:
    code, printed = analyse(forms, "--library", own, "--out", own / "jobs" / "own_desk.yaml")
    assert code == 0, printed
    assert "3 people: 2 do the job, 1 lead people who do it." in printed
    assert "| Honesty " in printed
    assert "ICC(2,3)" in printed
    job = job_in(own / "jobs" / "own_desk.yaml")
    assert job.demands["honesty"].passes == (5.5, 6.0, 7.0)
    text = (own / "jobs" / "own_desk.yaml").read_text()
    assert "# - Best of a\n# - Best of b\n" in text
    assert "REWRITE" in text
    code, told = analyse(forms, "--library", own, "--out", own / "jobs" / "own_desk.yaml")
    assert (code, "is there already" in told) == (2, True)


@pytest.mark.usefixtures("own")
@pytest.mark.parametrize("encoding", ["utf-8-sig", "utf-16", "cp1252"])
def test_forms_are_read_as_spreadsheet_programs_write_them(library: Library, forms: list[Path], encoding: str) -> None:
    said = {"week.worst": "It cost £12 – for nothing."}
    forms[0].write_bytes(fill_in(library, "A", said, delimiter=";").encode(encoding))
    out = forms[0].with_name("job.yaml")
    code, printed = analyse(forms, "--out", out)
    assert code == 0, printed
    assert "# - It cost £12 – for nothing.\n" in out.read_text()


@pytest.mark.usefixtures("own")
def test_bad_input_is_told_in_plain_lines_and_nothing_is_written(forms: list[Path], tmp_path: Path) -> None:
    out = tmp_path / "job.yaml"
    (tmp_path / "book.csv").write_bytes(b"PK\x03\x04 and more")
    for files, more, expected in (
        (forms[:2], (), "needs 3 or more filled forms"),
        ([*forms, tmp_path / "none.csv"], (), "none.csv:1: cannot be read: No such file"),
        ([*forms, tmp_path], (), "cannot be read: Is a directory"),
        ([*forms, forms[0]], (), "a.csv:1: is named twice"),
        ([*forms, tmp_path / "book.csv"], (), "book.csv:1: is a spreadsheet, not CSV"),
        (forms, ("--date", "yesterday"), "'yesterday' is no date"),
        (forms, ("--key", "1st"), "'1st' is no key"),
        (forms, ("--copy", "field_service"), "job: expected field_service, as the form was made"),
        (forms, ("--out", tmp_path / "a.csv" / "job.yaml"), "cannot be written"),
    ):
        code, told = analyse(files, "--out", out, *more)
        assert (code, expected in told) == (2, True), told
        assert not out.exists()


def test_a_copied_job_is_marked_and_stands_in_the_library(own: Path) -> None:
    named = ("--key", "lamp_desk", "--name", "Lamp desk", "--library")
    code, told = run("job", "copy", JOB, *named, own)
    assert code == 0, told
    job = job_in(own / "jobs" / "lamp_desk.yaml")
    assert job.copied_from is not None
    assert (job.copied_from.library, job.copied_from.version, job.copied_from.job) == ("ours", "1.0", JOB)
    code, told = run("job", "copy", JOB, *named, own)
    assert (code, "is there already" in told) == (2, True)
    code, told = run("job", "copy", JOB, "--key", JOB, "--name", "Lamp desk", "--library", own)
    assert (code, f"has a job {JOB!r} already" in told) == (2, True)
    code, told = run("job", "copy", JOB, *named, STARTER)
    assert (code, "make a copy: poise library copy" in told) == (2, True)
