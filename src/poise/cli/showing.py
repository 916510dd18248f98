"""`poise library show`: the whole library as pages to browse, with each customer served by scripted representatives."""

from pathlib import Path
from typing import Annotated

import typer
from rich.console import Console

from poise.cli.complaining import Complaining, WantingExtras
from poise.content.library import STARTER
from poise.content.source import LibraryError

out = Console(soft_wrap=True, highlight=False)
err = Console(stderr=True, soft_wrap=True, highlight=False)


def show(
    directory: Annotated[Path, typer.Argument(metavar="FOLDER", help="The folder that holds library.yaml.")] = STARTER,
    target: Annotated[
        Path, typer.Option("--out", help="A folder for an index and a page a customer, or one file NAME.html.")
    ] = Path("library-pages"),
    scenario: Annotated[str, typer.Option(help="Show this customer alone.")] = "",
    wording: Annotated[int, typer.Option(help="Which wording the representatives use.", min=0)] = 0,
    play: Annotated[  # noqa: FBT002  typer's way
        bool, typer.Option("--play/--no-play", help="Let nineteen scripted representatives serve each customer.")
    ] = True,
    anyway: Annotated[bool, typer.Option("--anyway", help="Show also a library that has faults.")] = False,  # noqa: FBT002
) -> None:
    """Write a library as pages to browse: every text, every rubric, and each customer served by made-up people."""
    with WantingExtras(err), Complaining(err):
        from poise.cli.showing_pages import Order, write_pages  # noqa: PLC0415  keeps `poise --help` quick

        order = Order(directory, target, scenario=scenario, wording=wording, play=play, anyway=anyway)
        try:
            written = write_pages(order, err)
        except LibraryError as error:
            for complaint in error.complaints:
                err.print(str(complaint), markup=False)
            hint = "" if anyway else " Where it can be read at all, --anyway shows it as it is."
            err.print(f"{len(error.complaints)} to mend.{hint}")
            raise typer.Exit(1) from error
        out.print(f"{written.told} Open {written.first}", markup=False)
