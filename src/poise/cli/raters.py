"""The commands by which people look at readings: `rate`, `contest` and `correct`."""

from collections.abc import Callable
from pathlib import Path
from typing import Annotated, Final

import typer
from rich.console import Console

from poise.cli.complaining import Complaining, WantingExtras

out = Console(soft_wrap=True, highlight=False)
err = Console(stderr=True, soft_wrap=True, highlight=False)


def rate(  # noqa: PLR0913, PLR0917  one argument an option
    rater: Annotated[str, typer.Option(help="Who rates: a key, not a name.")] = "",
    again: Annotated[bool, typer.Option("--again", help="Rate the same moments a second time.")] = False,  # noqa: FBT002
    seed: Annotated[int, typer.Option(help="The order of the sittings.", min=0)] = 1,
    sitting: Annotated[list[str] | None, typer.Option(help="Only this sitting; may be said again.")] = None,
    organisation: Annotated[str, typer.Option(help="Whose sittings, where several have some.")] = "",
    export: Annotated[Path | None, typer.Option(help="Write all ratings as CSV, and end.")] = None,
    take_in: Annotated[Path | None, typer.Option("--import", help="Take ratings from CSV, and end.")] = None,
    export_facets: Annotated[Path | None, typer.Option(help="Write ratings for `poise calibrate`, and end.")] = None,
    agreement: Annotated[bool, typer.Option("--agreement", help="Print how far raters agree, and end.")] = False,  # noqa: FBT002
    as_json: Annotated[bool, typer.Option("--json", help="With --agreement: JSON.")] = False,  # noqa: FBT002
) -> None:
    """Rate the moments of finished sittings, blind to how they were read; or hand ratings on, or compare them."""
    with WantingExtras(err), Complaining(err):
        from poise.cli import rating  # noqa: PLC0415  keeps `poise --help` quick

        asked = sum(one is not None for one in (export, take_in, export_facets)) + agreement
        if asked > 1:
            raise ValueError("Say one of --export, --import, --export-facets and --agreement at a time.")
        if as_json and not agreement:
            raise ValueError("--json goes with --agreement.")
        if asked and (rater or again or sitting):
            raise ValueError("--rater, --again and --sitting are for rating; leave them out here.")
        if export is not None:
            rating.export_ratings(out, organisation, export)
        elif take_in is not None:
            rating.import_ratings(out, organisation, take_in)
        elif export_facets is not None:
            rating.export_facets(out, organisation, export_facets)
        elif agreement:
            rating.tell_agreement(out, organisation, as_json=as_json)
        else:
            rating.run_rating(out, rating.Order(rater, again, seed, sitting or (), organisation))


def contest(
    code: Annotated[str, typer.Argument(help="The sitting's personal code, or its personal link.")],
    moment: Annotated[str, typer.Argument(help="Which moment; without it, all are listed.")] = "",
    words: Annotated[str, typer.Option(help="Why you do not agree, in your own words.")] = "",
) -> None:
    """Say that you do not agree with how a moment of your sitting was read."""
    with WantingExtras(err), Complaining(err):
        from poise.cli.correcting import contest as keep_contest  # noqa: PLC0415

        keep_contest(out, code, moment, words)


def correct(
    sitting: Annotated[str, typer.Argument(help="The sitting's key (the last part of its address at the desk).")],
    moment: Annotated[str, typer.Argument(help="Which moment; without it, all are listed.")] = "",
    level: Annotated[str, typer.Argument(help="0 to 4, or not-scored.")] = "",
    by: Annotated[str, typer.Option(help="Your name; it stands in the report.")] = "",
    reason: Annotated[str, typer.Option(help="Why; it stands in the report.")] = "",
    replace: Annotated[bool, typer.Option("--replace", help="Replace a correction that stands.")] = False,  # noqa: FBT002
) -> None:
    """Put a level of your own in the place of a reading; the reading is kept and shown beside it."""
    with WantingExtras(err), Complaining(err):
        from poise.cli.correcting import correct as keep_correction  # noqa: PLC0415

        keep_correction(out, sitting, moment, (level, by, reason), replace=replace)


COMMANDS: Final[tuple[Callable[..., None], ...]] = (rate, contest, correct)
