"""The commands: `poise sit`, `serve`, `report`, `simulate sittings`, and those of other files."""

import sys
from pathlib import Path
from typing import Annotated, Literal

import typer
from rich.console import Console

from poise.cli import backing, measuring, raters, reviewing, roleplaying
from poise.cli.accounts import account_app
from poise.cli.cases import case_app
from poise.cli.complaining import WantingExtras
from poise.cli.copying import copy_library
from poise.cli.jobs import job_app
from poise.cli.libraries import library_app

app = typer.Typer(
    name="poise",
    help="Finds out, with evidence, whether customer service is for a person and which customer service job.",
    no_args_is_help=True,
    add_completion=False,
    pretty_exceptions_enable=False,
)
simulate_app = typer.Typer(help="Try the exam on made-up people.", no_args_is_help=True)
library_app.command("copy")(copy_library)
app.add_typer(library_app, name="library")
app.add_typer(job_app, name="job")
app.add_typer(case_app, name="case")
app.add_typer(account_app, name="account")
app.add_typer(simulate_app, name="simulate")
for command in (*measuring.COMMANDS, *roleplaying.COMMANDS, *raters.COMMANDS, *reviewing.COMMANDS, *backing.COMMANDS):
    app.command()(command)
for command in measuring.SIMULATIONS:
    simulate_app.command(command.__name__.removeprefix("simulate_"))(command)

out = Console(soft_wrap=True, highlight=False)
err = Console(stderr=True, soft_wrap=True, highlight=False)


def main() -> None:
    """Run the command line."""
    app()


@app.command()
def serve(
    port: Annotated[int, typer.Option(help="Port on this machine.", min=1, max=65535)] = 8000,
    workers: Annotated[int, typer.Option(help="How many processes answer, each with two threads.", min=1, max=64)] = 2,
    worker: Annotated[  # noqa: FBT002
        bool, typer.Option("--worker/--no-worker", help="Whether background work is done beside the pages.")
    ] = True,
) -> None:
    """Serve the pages on 127.0.0.1, with the data under POISE_DATA or at DATABASE_URL."""
    with _wanting_extras():
        from poise.web.serving import serve as serve_pages  # noqa: PLC0415  the base install has no web application

        raise typer.Exit(serve_pages(port, workers, beside=worker))


@app.command()
def worker(
    once: Annotated[bool, typer.Option("--once", help="Do what is due now, and end.")] = False,  # noqa: FBT002
) -> None:
    """Do background work until stopped: mail, reminders, webhooks, retention."""
    with _wanting_extras():
        from poise.web.working import work  # noqa: PLC0415

        raise typer.Exit(work(once=once))


@app.command()
def sit(
    resume: Annotated[str, typer.Option(help="Go on with the sitting that has this personal code.")] = "",
    blueprint: Annotated[str, typer.Option(help="Which sitting to begin.")] = "open_door",
) -> None:
    """Go through a sitting in the terminal; stop at any time and go on later with the code that is shown."""
    with _wanting_extras():
        from poise.cli.sitting import sit_down  # noqa: PLC0415

        sit_down(out, resume=resume, blueprint=blueprint)


@app.command()
def report(
    sitting: Annotated[str, typer.Argument(help="The sitting's personal code, or its personal link.")],
    layout: Annotated[Literal["json", "html", "pdf"], typer.Option("--format", help="json, html or pdf")] = "json",
    output: Annotated[Path | None, typer.Option("--out", help="A file; else the terminal.")] = None,
) -> None:
    """Print the report of a sitting, recomputed from its stored events."""
    with _wanting_extras():
        from poise.cli.reporting import write_report  # noqa: PLC0415

        if layout == "pdf" and output is None and sys.stdout.isatty():
            raise typer.BadParameter("a PDF does not belong into a terminal; name a file", param_hint="--out")
        written = write_report(sitting, layout)
    if output is None:
        sys.stdout.buffer.write(written)
        return
    try:
        output.write_bytes(written)
    except OSError as error:
        raise typer.BadParameter(f"{output} cannot be written: {error.strerror}", param_hint="--out") from error


@simulate_app.command()
def sittings(
    number: Annotated[int, typer.Option(help="How many made-up people.", min=3)] = 200,
    blueprint: Annotated[str, typer.Option(help="Which sitting they go through.")] = "open_door",
    seed: Annotated[int, typer.Option(help="The same seed gives the same people and answers.")] = 1,
    style: Annotated[
        list[str] | None, typer.Option(help="faker, careless, extreme, ... or STYLE=SHARE; may be said again.")
    ] = None,
    share: Annotated[float, typer.Option(help="The share of people with a style that has none of its own.")] = 0.2,
    uncertain: Annotated[  # noqa: FBT002
        bool, typer.Option("--uncertain", help="True parameters differ from the believed ones, as they will.")
    ] = False,
) -> None:
    """Let made-up people with known qualities sit the blueprint, and print how well they are recovered."""
    with _wanting_extras():
        from poise.cli.simulating import simulate  # noqa: PLC0415

        simulate(
            out,
            err,
            number=number,
            blueprint=blueprint,
            seed=seed,
            styles=style or (),
            share=share,
            uncertain=uncertain,
        )


def _wanting_extras() -> WantingExtras:
    return WantingExtras(err)
