"""`poise review`: finished conversations, one a line, rated on the twelve qualities."""

import json
import sys
from collections.abc import Callable
from pathlib import Path
from typing import Annotated, BinaryIO, Final

import typer
from rich.console import Console

from poise.cli.complaining import WantingExtras
from poise.cli.terminal import leave_out_controls

out = Console(soft_wrap=True, highlight=False)
err = Console(stderr=True, soft_wrap=True, highlight=False)
REFUSED = 2


def review(
    file: Annotated[
        Path, typer.Argument(help="Finished conversations, one JSON object a line; - reads them as they come.")
    ],
    as_json: Annotated[bool, typer.Option("--json", help="One JSON object a conversation.")] = False,  # noqa: FBT002
) -> None:
    """Read finished conversations and rate the representative on the twelve qualities, with quotes and uncertainty."""
    with WantingExtras(err):
        if str(file) == "-":
            refused = run_review(sys.stdin.buffer, "standard input", as_json=as_json)
        else:
            try:
                stream = file.open("rb")
            except OSError as error:
                err.print(f"{file}: cannot be read ({error.strerror}); check name and rights", markup=False)
                raise typer.Exit(REFUSED) from error
            with stream:
                refused = run_review(stream, str(file), as_json=as_json)
    if refused:
        err.print(f"{refused} to mend.", markup=False)
        raise typer.Exit(REFUSED)


def run_review(stream: BinaryIO, name: str, *, as_json: bool) -> int:
    """Print the review of each conversation as soon as its line is read; returns how many faults there were."""
    from poise.roleplay.transcripts.loading import read_transcripts  # noqa: PLC0415
    from poise.roleplay.transcripts.reviewing import Reviewer, load_leanings, load_rubric, load_weights  # noqa: PLC0415
    from poise.roleplay.transcripts.telling import as_record, tell  # noqa: PLC0415
    from poise.roleplay.transcripts.transcript import Transcript  # noqa: PLC0415
    from poise.roleplay.transcripts.turns import reading_with  # noqa: PLC0415
    from poise.roleplay.understanding import Reader  # noqa: PLC0415

    reader = Reader.load()
    reviewer = Reviewer(load_rubric(), load_weights(), reading_with(reader), reader, load_leanings())
    refused = 0
    for found in read_transcripts(stream, name):
        if not isinstance(found, Transcript):
            err.print(str(found), markup=False)
            refused += 1
            continue
        told = reviewer.review(found)
        if as_json:
            sys.stdout.write(json.dumps(as_record(told), sort_keys=True, ensure_ascii=False) + "\n")
            sys.stdout.flush()
        else:
            for line in tell(told, reviewer.rubric):
                out.print(leave_out_controls(line), markup=False)
    return refused


COMMANDS: Final[tuple[Callable[..., None], ...]] = (review,)
"""Commands of `poise` itself."""
