"""The commands by which people look at readings: `rate`, `contest` and `correct`."""

from collections.abc import Callable, Sequence
from pathlib import Path
from typing import Annotated, Final

import typer
from rich.console import Console

from poise.cli.complaining import Complaining, WantingExtras

out = Console(soft_wrap=True, highlight=False)
err = Console(stderr=True, soft_wrap=True, highlight=False)


def rate(  # noqa: PLR0913, PLR0917  one argument an option
    transcripts: Annotated[
        Path | None, typer.Argument(help="Finished conversations (JSONL) to rate in place of sittings.")
    ] = None,
    rater: Annotated[str, typer.Option(help="Who rates: a key, not a name.")] = "",
    again: Annotated[bool, typer.Option("--again", help="Rate the same moments a second time.")] = False,  # noqa: FBT002
    seed: Annotated[int, typer.Option(help="The order of the sittings.", min=0)] = 1,
    sitting: Annotated[list[str] | None, typer.Option(help="Only this sitting; may be said again.")] = None,
    organisation: Annotated[str, typer.Option(help="Whose sittings, where several have some.")] = "",
    table: Annotated[Path | None, typer.Option(help="With transcripts: the CSV in which ratings lie.")] = None,
    export: Annotated[Path | None, typer.Option(help="Write all ratings as CSV, and end.")] = None,
    take_in: Annotated[Path | None, typer.Option("--import", help="Take ratings from CSV, and end.")] = None,
    export_facets: Annotated[Path | None, typer.Option(help="Write ratings for `poise calibrate`, and end.")] = None,
    agreement: Annotated[bool, typer.Option("--agreement", help="Print how far raters agree, and end.")] = False,  # noqa: FBT002
    as_json: Annotated[bool, typer.Option("--json", help="With --agreement: JSON.")] = False,  # noqa: FBT002
) -> None:
    """Rate the moments of finished sittings, blind to how they were read; or hand ratings on, or compare them."""
    with WantingExtras(err), Complaining(err):
        tables = (export, take_in, export_facets)
        _refuse(tables, agreement=agreement, as_json=as_json, rates=bool(rater or again or sitting))
        if transcripts is not None:
            if any(tables) or sitting or organisation:
                raise ValueError("With transcripts, ratings lie in --table; the other options are for stored sittings.")
            _rate_transcripts(transcripts, table, rater, seed, again=again, agreement=agreement, as_json=as_json)
            return
        if table is not None:
            raise ValueError("--table goes with transcripts; for stored sittings see --export.")
        from poise.cli import rating  # noqa: PLC0415  keeps `poise --help` quick

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


def _refuse(tables: Sequence[Path | None], *, agreement: bool, as_json: bool, rates: bool) -> None:
    """Refuse options that do not go together."""
    others = sum(one is not None for one in tables) + agreement
    if others > 1:
        raise ValueError("Say one of --export, --import, --export-facets and --agreement at a time.")
    if as_json and not agreement:
        raise ValueError("--json goes with --agreement.")
    if others and rates:
        raise ValueError("--rater, --again and --sitting are for rating; leave them out here.")


def _rate_transcripts(
    file: Path, table: Path | None, rater: str, seed: int, *, again: bool, agreement: bool, as_json: bool
) -> None:
    from poise.cli.transcriptrating import Pile, rate_transcripts, tell_transcript_agreement  # noqa: PLC0415

    pile = Pile.read(file, table)
    if agreement:
        tell_transcript_agreement(out, pile, as_json=as_json)
    else:
        rate_transcripts(out, pile, rater, seed, again=again)


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
