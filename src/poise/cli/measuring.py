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
        Literal["2pl", "graded", "gpcm", "blocks"], typer.Option(help="How answers depend on the latent.")
    ] = "graded",
    dimensions: Annotated[
        Path | None, typer.Option(help="YAML: dimension to item keys; also blocks and effects.")
    ] = None,
    group: Annotated[str | None, typer.Option(help="The column that names each person's group.")] = None,
    rater: Annotated[str | None, typer.Option(help="In long CSV: the column that names who rated.")] = None,
    readings: Annotated[Path | None, typer.Option(help="CSV: person, item, p0, p1 ... of the same persons.")] = None,
    anchors: Annotated[Path | None, typer.Option(help="An earlier parameters.json, whose items keep theirs.")] = None,
    free_sds: Annotated[bool, typer.Option("--free-sds", help="Groups may spread differently.")] = False,  # noqa: FBT002
    weight: Annotated[str | None, typer.Option(help="The column that says how many each person stands for.")] = None,
    without: Annotated[list[str] | None, typer.Option(help="A column to leave out; may be said again.")] = None,
    dichotomise: Annotated[int | None, typer.Option(help="Count answers of K and above as 1, others as 0.")] = None,
    nodes: Annotated[int | None, typer.Option(help="Nodes of the grid; else as many as needed.", min=2)] = None,
    errors: Annotated[bool, typer.Option("--errors/--no-errors", help="Standard errors.")] = True,  # noqa: FBT002
) -> None:
    """Estimate the parameters of items from the responses of many persons."""
    from poise.cli.calibrating import Order, run_calibration  # noqa: PLC0415  keeps `poise --help` quick

    order = Order(
        responses, model, dimensions, group, weight, without or (), dichotomise, nodes, errors, rater, readings,
        anchors, free_sds,
    )  # fmt: skip
    run_calibration(out, err, order, output)


def link(
    old: Annotated[Path, typer.Argument(help="What `poise calibrate` wrote: the scale to keep.")],
    new: Annotated[Path, typer.Argument(help="What `poise calibrate` wrote: the scale to leave.")],
    output: Annotated[Path, typer.Option("--out", help="Where NEW goes, on the scale of OLD.")],
    method: Annotated[
        Literal["stocking-lord", "haebara", "mean-sigma", "mean-mean"], typer.Option(help="What is compared.")
    ] = "stocking-lord",
    robust: Annotated[bool, typer.Option("--robust", help="Let items count less that lie far apart.")] = False,  # noqa: FBT002
    purify: Annotated[bool, typer.Option("--purify/--keep-all", help="Leave out items that drifted.")] = True,  # noqa: FBT002
    level: Annotated[float, typer.Option(help="Level of the test of drift.", min=0.0, max=1.0)] = 0.05,
) -> None:
    """Bring a calibration to the scale of an older one by their common items, and tell which of these drifted."""
    from poise.cli.linking import LinkOrder, run_linking  # noqa: PLC0415

    run_linking(out, err, LinkOrder(old, new, method, robust, purify, level), output)


def score(  # noqa: PLR0913, PLR0917  one argument an option
    responses: Annotated[Path, typer.Argument(help="Wide or long CSV, or Parquet.")],
    parameters: Annotated[Path, typer.Option(help="What `poise calibrate` wrote.")],
    output: Annotated[Path, typer.Option("--out", help="Where scores.csv goes.")],
    method: Annotated[
        Literal["eap", "map", "wle"], typer.Option(help="Posterior mean, posterior mode, or weighted likelihood.")
    ] = "eap",
    interval: Annotated[float | None, typer.Option(help="Also the ends of an interval with this share.")] = None,
    plausible: Annotated[int, typer.Option(help="Also so many draws from each posterior.", min=0)] = 0,
    seed: Annotated[int, typer.Option(help="The same seed gives the same draws.", min=0)] = 1,
    fit: Annotated[bool, typer.Option("--fit", help="Also how well each person's answers fit.")] = False,  # noqa: FBT002
    group: Annotated[str | None, typer.Option(help="The column that names each person's group.")] = None,
    rater: Annotated[str | None, typer.Option(help="In long CSV: the column that names who rated.")] = None,
    readings: Annotated[Path | None, typer.Option(help="CSV: person, item, p0, p1 ... of the same persons.")] = None,
) -> None:
    """Score persons on calibrated items: an estimate and a standard error for each dimension."""
    from poise.cli.scoresheet import Wanted  # noqa: PLC0415
    from poise.cli.scoring import ScoreOrder, run_scoring  # noqa: PLC0415

    wanted = Wanted(method, interval, plausible, seed, fit)
    run_scoring(err, ScoreOrder(responses, parameters, wanted, group, rater, readings), output)


def simulate_responses(  # noqa: PLR0913, PLR0917  one argument an option
    parameters: Annotated[Path, typer.Option(help="What `poise calibrate` wrote.")],
    number: Annotated[int, typer.Option(help="How many made-up people.", min=1)],
    output: Annotated[Path, typer.Option("--out", help="Where responses.csv goes.")],
    truth: Annotated[Path | None, typer.Option(help="Where their latents and styles go.")] = None,
    style: Annotated[list[str] | None, typer.Option(help="STYLE=SHARE[:STRENGTH[:PART]]; may be said again.")] = None,
    desirable: Annotated[
        list[str] | None, typer.Option(help="NAME=WEIGHT of a dimension, item or statement, for fakers.")
    ] = None,
    answered: Annotated[int | None, typer.Option(help="Ask each person so many questions only.", min=1)] = None,
    missing: Annotated[float, typer.Option(help="The chance that an answer is left out.")] = 0.0,
    not_reached: Annotated[float, typer.Option(help="The share of people who stop early.")] = 0.0,
    skew: Annotated[float, typer.Option(help="Skewness of every dimension, -2 to 2.")] = 0.0,
    long: Annotated[bool, typer.Option("--long", help="A row an answer.")] = False,  # noqa: FBT002
    certainty: Annotated[
        float | None, typer.Option(help="Write readings of the answers that are right with this chance.")
    ] = None,
    readings: Annotated[Path | None, typer.Option(help="Where readings go; else where responses go.")] = None,
    seed: Annotated[int, typer.Option(help="The same seed gives the same people and answers.", min=0)] = 1,
) -> None:
    """Let made-up people answer calibrated items, and write what they answered and who they are."""
    from poise.cli.responding import Wanted, run_responding  # noqa: PLC0415

    wanted = Wanted(
        parameters, number, output, truth, style or (), desirable or (), (missing, not_reached, answered), skew, long,
        seed, certainty, readings,
    )  # fmt: skip
    run_responding(out, err, wanted)


def plot(  # noqa: PLR0913, PLR0917  one argument an option
    parameters: Annotated[Path, typer.Argument(help="What `poise calibrate` wrote.")],
    kind: Annotated[Literal["curves", "information", "map", "tests"], typer.Option(help="Which picture.")] = "curves",
    output: Annotated[Path | None, typer.Option("--out", help="An .svg, .png, .html or .json file.")] = None,
    items: Annotated[str, typer.Option(help="Keys of items or blocks, with commas between; else all.")] = "",
    responses: Annotated[Path | None, typer.Option(help="Answers to set beside the curves.")] = None,
    group: Annotated[str | None, typer.Option(help="The column that names each person's group.")] = None,
    rater: Annotated[str | None, typer.Option(help="In long CSV: the column that names who rated.")] = None,
    width: Annotated[int, typer.Option(help="Pixels.", min=300, max=4000)] = 390,
    table: Annotated[bool, typer.Option("--table", help="Print the figures as well.")] = False,  # noqa: FBT002
) -> None:
    """Draw how items work: curves, information, item map, expected scores."""
    from poise.cli.plotting import Picture, run_plot  # noqa: PLC0415

    run_plot(out, err, Picture(parameters, kind, output, items, responses, group, rater, width, table))


def simulate_tests(  # noqa: PLR0913, PLR0917  one argument an option
    parameters: Annotated[Path, typer.Option(help="What `poise calibrate` wrote.")],
    number: Annotated[int, typer.Option(help="How many made-up people.", min=3)],
    length: Annotated[int, typer.Option(help="How many items a test has at most.", min=1)],
    stop_sd: Annotated[float | None, typer.Option(help="Stop when every dimension is known to this sd.")] = None,
    shortest: Annotated[int, typer.Option(help="How many items a test has at least.", min=0)] = 0,
    least: Annotated[int, typer.Option(help="How many items each dimension gets at least.", min=0)] = 0,
    exposure: Annotated[float | None, typer.Option(help="The largest share of people that may see an item.")] = None,
    among: Annotated[int, typer.Option(help="Draw from so many of the best items.", min=1)] = 1,
    block_time: Annotated[float, typer.Option(help="How long a block takes; an item takes 1.")] = 1.0,
    seed: Annotated[int, typer.Option(help="The same seed gives the same tests.", min=0)] = 1,
    output: Annotated[Path | None, typer.Option("--out", help="Where tests.csv goes.")] = None,
    picture: Annotated[Path | None, typer.Option("--plot", help="An .svg, .png, .html or .json file.")] = None,
) -> None:
    """Give made-up people adaptive tests, and print how well they are measured and how often items are used."""
    from poise.cli.adaptive import AdaptiveOrder, run_tests  # noqa: PLC0415

    order = AdaptiveOrder(
        parameters, number, length, stop_sd, shortest, least, exposure, among, block_time, seed, output, picture
    )
    run_tests(out, err, order)


COMMANDS: Final[tuple[Callable[..., None], ...]] = (calibrate, link, plot, score)
"""Commands of `poise` itself."""
SIMULATIONS: Final[tuple[Callable[..., None], ...]] = (simulate_responses, simulate_tests)
"""Commands of `poise simulate`."""
