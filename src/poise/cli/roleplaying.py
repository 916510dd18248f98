"""The commands over `poise.roleplay`: `converse` and `understand`."""

import sys
from collections.abc import Callable
from pathlib import Path
from typing import Annotated, Final

import typer
from rich.console import Console

from poise.cli.complaining import Complaining

out = Console(soft_wrap=True, highlight=False)
err = Console(stderr=True, soft_wrap=True, highlight=False)


class _Plainly:
    """Say in one line each what is wrong with the input, or which part of Poise is not installed."""

    def __enter__(self) -> None:
        return None

    def __exit__(self, kind: type[BaseException] | None, error: BaseException | None, trace: object) -> None:
        if type(error).__name__ == "ReaderError":  # its module needs more than `poise --help` should wait for
            err.print(str(error), markup=False)
            raise typer.Exit(1) from error
        Complaining(err).__exit__(kind, error, trace)


def converse(
    scenario: Annotated[str, typer.Argument(help="The key of the customer, such as late_lamp.")],
    script: Annotated[
        Path | None, typer.Option(help="A YAML file with replies and what is done at the desk, to replay.")
    ] = None,
    as_json: Annotated[bool, typer.Option("--json", help="With a script: one JSON object a reply.")] = False,  # noqa: FBT002
    show: Annotated[bool, typer.Option("--show", help="Show after each reply how it was read.")] = False,  # noqa: FBT002
    seed: Annotated[
        int | None, typer.Option(help="The same seed gives the same wording; else a script's, or 1.")
    ] = None,
    after: Annotated[
        str | None, typer.Option(help="The customer served directly before: moments carried over from them count too.")
    ] = None,
    directory: Annotated[
        Path | None, typer.Option("--library", help="The folder that holds library.yaml; else the starter library.")
    ] = None,
) -> None:
    """Serve one simulated customer in the terminal, or replay a script of a conversation; nothing is stored."""
    from poise.cli.conversing import Order, run_conversation  # noqa: PLC0415  keeps `poise --help` quick

    with _Plainly():
        run_conversation(out, Order(scenario, script, as_json, show, seed, directory, after))


def understand(
    as_json: Annotated[bool, typer.Option("--json", help="One JSON object a line.")] = False,  # noqa: FBT002
) -> None:
    """Read replies from standard input, one a line, and print how likely each of the 27 acts is in them, and why.

    A line may be: the customer's line, a tab, the reply. An act is taken as present from .5 on.
    """
    from poise.cli.understanding import run_understanding  # noqa: PLC0415
    from poise.roleplay.understanding import Reader  # noqa: PLC0415

    with _Plainly():
        run_understanding(sys.stdin.buffer, sys.stdout.buffer, Reader.load(), as_json=as_json)


COMMANDS: Final[tuple[Callable[..., None], ...]] = (converse, understand)
"""Commands of `poise` itself."""
