"""The commands for a library as a whole: `poise library check`, `poise library diff`, `poise library show`."""

from pathlib import Path
from typing import Annotated

import typer
from rich.console import Console

from poise.cli.showing import show
from poise.content.library import STARTER, Library, parse_library, read_in_part, read_library
from poise.content.source import Complaint, LibraryError

library_app = typer.Typer(help="Check what is asked.", no_args_is_help=True)
library_app.command()(show)

out = Console(soft_wrap=True, highlight=False)
err = Console(stderr=True, soft_wrap=True, highlight=False)


@library_app.command()
def check(
    directory: Annotated[Path, typer.Argument(help="The folder that holds library.yaml.")] = STARTER,
    strict: Annotated[bool, typer.Option("--strict", help="Fail on remarks as on errors.")] = False,  # noqa: FBT002  typer's way
) -> None:
    """Read a library whole and list everything that is wrong or could be better, each with file and line."""
    from poise.roleplay.check_library import find_all  # noqa: PLC0415  keeps `poise --help` quick

    try:
        loaded = read_in_part(directory)
    except LibraryError as error:
        _refuse(error)
    found = find_all(loaded)
    for remark in found.remarks:
        out.print(f"{remark.file}:{remark.line}: remark: {remark.message}", markup=False)
    for complaint in found.errors:
        err.print(str(complaint), markup=False)
    for said in found.not_looked_for:
        out.print(said, markup=False)
    remarks = f"{len(found.remarks)} {'remark' if len(found.remarks) == 1 else 'remarks'}"
    if found.errors:
        err.print(f"{len(found.errors)} to mend; {remarks}.")
        raise typer.Exit(1)
    library = loaded.library
    out.print(
        f"{library.title} {library.version}: {len(library.statements)} statements,"
        f" {len(library.situations)} situations, {len(library.scenarios)} customers, {len(library.jobs)} jobs."
        f" Nothing to mend; {remarks}. Hash {library.hash}",
        markup=False,
    )
    if strict and found.remarks:
        raise typer.Exit(1)


@library_app.command()
def diff(
    old: Annotated[Path, typer.Argument(help="A folder with a library.yaml, or a library as JSON as it is stored.")],
    new: Annotated[Path, typer.Argument(help="The same, for the library to compare with it.")],
) -> None:
    """Say what changed from one library to another, and whether scores before and after compare."""
    from poise.content.differing import compare  # noqa: PLC0415

    try:
        compared = compare(_read(old), _read(new))
    except LibraryError as error:
        for complaint in error.complaints:
            err.print(str(complaint), markup=False)
        raise typer.Exit(2) from error
    for change in sorted(compared.changes, key=lambda change: not change.why):
        out.print(str(change), markup=False)
    out.print(compared.verdict, markup=False)
    if not compared.comparable:
        raise typer.Exit(1)


def _refuse(error: LibraryError) -> None:
    for complaint in error.complaints:
        err.print(str(complaint), markup=False)
    err.print(f"{len(error.complaints)} to mend.")
    raise typer.Exit(1) from error


def _read(place: Path) -> Library:
    """Read a folder, or a file that holds a library as JSON."""
    if place.is_dir() or not place.exists():
        return read_library(place).library
    try:
        return parse_library(place.read_text(encoding="utf-8"))
    except (OSError, ValueError) as error:
        reason = str(error).splitlines()[0]
        raise LibraryError([Complaint(str(place), 1, f"is no library as JSON: {reason}")]) from error
