"""The commands for jobs: `poise job questionnaire`, `job analyse` and `job copy`."""

import datetime as dt
import sys
from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Final

import typer
from rich.box import MARKDOWN
from rich.console import Console
from rich.table import Table

from poise.cli.complaining import Complaining
from poise.cli.copying import open_own, refuse_key, write_new
from poise.content.job import Job
from poise.content.library import STARTER, Library, read_library
from poise.content.source import Complaint, LibraryError

if TYPE_CHECKING:
    from poise.content.analysis import Analysis

job_app = typer.Typer(help="Say what a job needs.", no_args_is_help=True)

out = Console(soft_wrap=True, highlight=False)
err = Console(stderr=True, soft_wrap=True, highlight=False)
LARGEST_FORM: Final = 1_000_000
UTF_16: Final = (b"\xff\xfe", b"\xfe\xff")


@job_app.command()
def questionnaire(
    job: Annotated[str, typer.Argument(help="The key of the job that is nearest to yours.")],
    output: Annotated[Path | None, typer.Option("--out", help="A CSV file; else the terminal.")] = None,
    library: Annotated[Path, typer.Option(help="The folder that holds library.yaml.")] = STARTER,
) -> None:
    """Write the empty form of a job analysis, for one person to fill in with a spreadsheet program."""
    from poise.content.jobform import write_form  # noqa: PLC0415  keeps `poise --help` quick

    with Complaining(err):
        read = read_library(library).library
        form = write_form(read, find_job(read, job))
        if output is None:
            sys.stdout.write(form.replace("\r\n", "\n"))
            return
        write_new(output, form, encoding="utf-8-sig")  # spreadsheet programs know UTF-8 by its mark
        out.print(f"{output}: one file a person; people who do the job, and people who lead it.", markup=False)


@job_app.command()
def analyse(
    files: Annotated[list[Path], typer.Argument(help="Filled forms, one a person, three or more.")],
    copy: Annotated[str, typer.Option(help="The key of the job for which the forms were made.")],
    key: Annotated[str, typer.Option(help="The key of the new job.")],
    name: Annotated[str, typer.Option(help="The name of the new job.")],
    date: Annotated[str, typer.Option(help="When the forms were filled in, as 2026-11-20.")],
    output: Annotated[Path | None, typer.Option("--out", help="The YAML file to write.")] = None,
    library: Annotated[Path, typer.Option(help="The folder that holds library.yaml.")] = STARTER,
) -> None:
    """Put filled forms together: how far people agree, and a job with demands from them."""
    from poise.content import analysis, jobform  # noqa: PLC0415

    with Complaining(err):
        refuse_key(key)
        day, read = _read_date(date), read_library(library).library
        copied = find_job(read, copy)
        forms = _read_files(files)
        found = analysis.analyse(jobform.read_forms(forms, read, copied), read)
        job = analysis.make_job(found, read, copied, key, name.strip() or key, day)
        if output is not None:
            write_new(output, _write_analysed(found, read, copied, job))
        _tell(found)
        if output is not None:
            placed = output.resolve().parent == (library / "jobs").resolve()
            out.print(f"Written: {output}. {_what_is_left(key, placed=placed)}", markup=False)


@job_app.command()
def copy(
    job: Annotated[str, typer.Argument(help="The key of the job to copy.")],
    key: Annotated[str, typer.Option(help="The key of the new job.")],
    name: Annotated[str, typer.Option(help="The name of the new job.")],
    library: Annotated[Path, typer.Option(help="The folder of your own library; see poise library copy.")],
) -> None:
    """Copy a job within a library of one's own; its demands are marked as copied priors."""
    from poise.content.adapting import copy_job  # noqa: PLC0415
    from poise.content.editing import write_piece  # noqa: PLC0415

    with Complaining(err):
        refuse_key(key)
        own = open_own(library)
        original = find_job(own, job)
        if any(one.key == key for one in own.jobs):
            raise ValueError(f"--key: the library has a job {key!r} already; name another")
        if not name.strip():
            raise ValueError("--name: is empty; expected how people call this job")
        path = library / "jobs" / f"{key}.yaml"
        comments = [
            f"Copied from {original.key}. The demands are priors for that job: see copied_from, and replace them by a",
            "job analysis (poise job questionnaire, poise job analyse). Rewrite summary, preview and figures.",
        ]
        write_new(path, _as_comments(comments) + write_piece(copy_job(own, original, key, name.strip())))
        out.print(f"Written: {path}. {_what_is_left(key, placed=True)}", markup=False)


def find_job(library: Library, key: str) -> Job:
    """Return a job; raises ValueError naming those there are."""
    try:
        return library.find(Job, key)
    except KeyError as error:
        raise ValueError(str(error.args[0])) from error


def _what_is_left(key: str, *, placed: bool) -> str:
    """Say what a new job still needs before anybody sits for it."""
    move = "" if placed else " Put the file into the folder jobs of your library."
    return (
        f"Rewrite the summary and the preview.{move} Name {key} under jobs in a blueprint, and run poise library check."
    )


def _read_date(given: str) -> str:
    try:
        return dt.date.fromisoformat(given).isoformat()
    except ValueError as error:
        raise ValueError(f"--date: {given!r} is no date; expected one such as 2026-11-20") from error


def _read_files(files: Sequence[Path]) -> dict[str, str]:
    """Read filled forms as text, by the names of their files."""
    texts: dict[str, str] = {}
    complaints = []
    for path in files:
        name = str(path)
        if name in texts:
            complaints.append(Complaint(name, 1, "is named twice; name each file once"))
            continue
        texts[name] = ""
        try:
            if path.stat().st_size > LARGEST_FORM:
                raise ValueError(f"is larger than {LARGEST_FORM:,} bytes; is this a form?")  # noqa: TRY301  told below
            texts[name] = _decode(path.read_bytes())
        except OSError as error:
            complaints.append(Complaint(name, 1, f"cannot be read: {error.strerror}"))
        except ValueError as error:
            complaints.append(Complaint(name, 1, str(error)))
    if complaints:
        raise LibraryError(complaints)
    return texts


def _decode(data: bytes) -> str:
    """Read text as spreadsheet programs write it: UTF-8, else UTF-16 with its mark, else the older Windows letters."""
    if data.startswith(b"PK\x03\x04"):
        raise ValueError("is a spreadsheet, not CSV; open it and save it as CSV (UTF-8)")
    for encoding in ("utf-16",) if data.startswith(UTF_16) else ("utf-8-sig", "cp1252"):
        try:
            return data.decode(encoding)
        except UnicodeDecodeError:
            continue
    raise ValueError("holds letters that cannot be read; save it as CSV in UTF-8")


def _write_analysed(found: "Analysis", library: Library, copied: Job, job: Job) -> str:
    """Write a job with what people said beside it as comments, for whoever rewrites the preview."""
    from poise.content.analysis import words_of_people  # noqa: PLC0415
    from poise.content.editing import write_piece  # noqa: PLC0415

    comments = [
        f"Made by poise job analyse from {len(found.people)} filled forms; see sources.",
        f"REWRITE by hand: the summary and the preview are still those of {copied.key}. Read the reasons (because) and",
        "the figures of the conditions again: candidates read them. Below is what people wrote; then delete it.",
    ]
    for asked, answers in words_of_people(found, library):
        comments += ["", asked, *(f"- {answer}" for answer in answers)]
    return _as_comments(comments) + write_piece(job)


def _as_comments(lines: Sequence[str]) -> str:
    return "".join(f"# {line}".rstrip() + "\n" for line in lines)


def _tell(found: "Analysis") -> None:
    """Print how far people agree."""
    from poise.content.analysis import tell  # noqa: PLC0415

    number = len(found.people)
    table = Table("quality", "mean", "range", "do it", "lead", "weight", "must", box=MARKDOWN)
    for one in found.qualities:
        low, high = min(one.values), max(one.values)
        table.add_row(
            one.name,
            f"{one.mean:.1f}",
            f"{low:g} to {high:g}",
            *("-" if mean is None else f"{mean:.1f}" for mean in (one.incumbents, one.supervisors)),
            str(one.weight) if one.demanded else f"{one.weight}, out",
            f"{one.musts}, yes" if one.must_have else str(one.musts),
        )
    roles = [one.role for one in found.people]
    told = (
        f"{number} people: {roles.count('incumbent')} do the job, {roles.count('supervisor')} lead people who do it.",
        "Mean and range are moments of ten, then the means of those who do it and those who lead.",
        "Weight is the median; must says how many call it a must-have, and whether it is taken as one.",
    )
    for words in told:
        out.print(words, markup=False)
    out.print(table)
    out.print(f"Agreement of one person with another, ICC(2,1): {tell(found.single)}", markup=False)
    out.print(f"Agreement of the mean of all, ICC(2,{number}): {tell(found.average)}", markup=False)
    if found.roles is not None:
        out.print(f"Incumbents against supervisors, ICC(2,1) of their means: {tell(found.roles)}", markup=False)
    for words in found.outliers:
        out.print(f"Far from the others: {words}.", markup=False)
    for words in found.remarks:
        out.print(f"Note: {words}", markup=False)
