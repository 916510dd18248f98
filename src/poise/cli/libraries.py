"""The commands for a library as a whole: `poise library check`."""

from pathlib import Path
from typing import Annotated

import typer
from rich.console import Console

from poise.content.library import STARTER, read_library
from poise.content.source import Complaint, LibraryError

library_app = typer.Typer(help="Check what is asked.", no_args_is_help=True)

out = Console(soft_wrap=True, highlight=False)
err = Console(stderr=True, soft_wrap=True, highlight=False)


@library_app.command()
def check(
    directory: Annotated[Path, typer.Argument(help="The folder that holds library.yaml.")] = STARTER,
) -> None:
    """Read a library whole and list everything that is wrong, each with file and line."""
    complaints = _complaints(directory)
    for complaint in complaints:
        err.print(str(complaint), markup=False)
    if complaints:
        err.print(f"{len(complaints)} to mend.")
        raise typer.Exit(1)
    library = read_library(directory).library
    out.print(
        f"{library.title} {library.version}: {len(library.statements)} statements,"
        f" {len(library.situations)} situations, {len(library.scenarios)} customers, {len(library.jobs)} jobs."
        f" Nothing to mend. Hash {library.hash}",
        markup=False,
    )


def _complaints(directory: Path) -> list[Complaint]:
    from poise.content.check import cross_check  # noqa: PLC0415  keeps `poise --help` quick
    from poise.roleplay.check import check_customers  # noqa: PLC0415

    try:
        loaded = read_library(directory)
    except LibraryError as error:
        return list(error.complaints)
    return sorted([*cross_check(loaded), *check_customers(loaded)])
