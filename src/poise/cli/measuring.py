"""The commands over `poise.measurement`: `calibrate` and `score`."""

from collections.abc import Callable
from pathlib import Path
from typing import Annotated, Final, Literal

import typer
from rich.console import Console

out = Console(soft_wrap=True, highlight=False)
err = Console(stderr=True, soft_wrap=True, highlight=False)


def calibrate(  # noqa: PLR0913, PLR0917  one argument an option
    responses: Annotated[Path, typer.Argument(help="Wide or long CSV, or Parquet.")],
    output: Annotated[Path, typer.Option("--out", help="Where parameters.json goes.")],
    model: Annotated[
        Literal["2pl", "graded", "gpcm"], typer.Option(help="How answers depend on the latent.")
    ] = "graded",
    dimensions: Annotated[Path | None, typer.Option(help="YAML: dimension to item keys.")] = None,
    group: Annotated[str | None, typer.Option(help="The column that names each person's group.")] = None,
    weight: Annotated[str | None, typer.Option(help="The column that says how many each person stands for.")] = None,
    without: Annotated[list[str] | None, typer.Option(help="A column to leave out; may be said again.")] = None,
    dichotomise: Annotated[int | None, typer.Option(help="Count answers of K and above as 1, others as 0.")] = None,
    nodes: Annotated[int | None, typer.Option(help="Nodes of the grid; else as many as needed.", min=2)] = None,
    errors: Annotated[bool, typer.Option("--errors/--no-errors", help="Standard errors.")] = True,  # noqa: FBT002
) -> None:
    """Estimate the parameters of items from the responses of many persons."""
    from poise.cli.calibrating import Order, run_calibration  # noqa: PLC0415  keeps `poise --help` quick

    order = Order(responses, model, dimensions, group, weight, without or (), dichotomise, nodes, errors)
    run_calibration(out, err, order, output)


def score(
    responses: Annotated[Path, typer.Argument(help="Wide or long CSV, or Parquet.")],
    parameters: Annotated[Path, typer.Option(help="What `poise calibrate` wrote.")],
    output: Annotated[Path, typer.Option("--out", help="Where scores.csv goes.")],
    group: Annotated[str | None, typer.Option(help="The column that names each person's group.")] = None,
) -> None:
    """Score persons on calibrated items: an estimate and a standard error for each dimension."""
    from poise.cli.scoring import run_scoring  # noqa: PLC0415

    run_scoring(err, responses, parameters, output, group)


COMMANDS: Final[tuple[Callable[..., None], ...]] = (calibrate, score)
"""Commands of `poise` itself."""
SIMULATIONS: Final[tuple[Callable[..., None], ...]] = ()
"""Commands of `poise simulate`."""
