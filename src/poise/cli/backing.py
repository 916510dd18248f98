"""`poise backup` and `poise restore`: the whole database in a file, and back, without what was erased since."""

from collections.abc import Callable
from pathlib import Path
from typing import Annotated, Final

import typer
from rich.console import Console

from poise.cli.complaining import WantingExtras

out = Console(soft_wrap=True, highlight=False)
err = Console(stderr=True, soft_wrap=True, highlight=False)
REPLACED = "Everything that is stored now is replaced. Poise must be stopped meanwhile. Go on?"


def backup(target: Annotated[Path, typer.Argument(metavar="FILE", help="A new file for the copy.")]) -> None:
    """Copy the whole database to a file, while Poise runs or not."""
    with WantingExtras(err):
        from poise.web.serving import STOPS_A_START, bring_up_to_date, set_up  # noqa: PLC0415  the base install has none

        try:
            set_up()
            from poise.storage.backup import BackupError, back_up  # noqa: PLC0415  Django must be set up first

            bring_up_to_date()
            back_up(target)
        except (*STOPS_A_START, BackupError) as error:
            err.print(str(error), markup=False)
            raise typer.Exit(2) from error
    out.print(f"Everything that is stored was copied to {target}. It holds people's words: keep it as safe as Poise.")


def restore(
    source: Annotated[Path, typer.Argument(metavar="FILE", help="What poise backup wrote.")],
    erased: Annotated[
        list[Path] | None, typer.Option(help="A list of erasures of another machine; may be said again.")
    ] = None,
    yes: Annotated[bool, typer.Option("--yes", help="Do not ask before everything is replaced.")] = False,  # noqa: FBT002
) -> None:
    """Put a backup in the place of everything that is stored, and erase again what was erased since it was made."""
    if not yes:
        typer.confirm(REPLACED, abort=True)
    with WantingExtras(err):
        from poise.web.serving import STOPS_A_START, bring_up_to_date, set_up  # noqa: PLC0415  as above

        try:
            set_up()
            from poise.storage import backup as copies  # noqa: PLC0415  as above

            bring_up_to_date()
            done = copies.restore(source, erased or ())
        except (*STOPS_A_START, copies.BackupError, ValueError) as error:
            err.print(str(error), markup=False)
            raise typer.Exit(2) from error
    out.print(
        f"The backup is in place. Erased again: the words of {done.words} sittings, {done.sittings} whole sittings and "
        f"{done.invitations} invitations. Members, keys and passwords are those of that day: look through them."
    )


COMMANDS: Final[tuple[Callable[..., None], ...]] = (backup, restore)
