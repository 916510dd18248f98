"""`poise account`: help for members who cannot come in any more."""

from datetime import UTC, datetime
from typing import Annotated

import typer
from rich.console import Console

from poise.cli.complaining import WantingExtras

out = Console(soft_wrap=True, highlight=False)
err = Console(stderr=True, soft_wrap=True, highlight=False)
account_app = typer.Typer(help="Help members who cannot come in any more.", no_args_is_help=True)
SURE = "Make sure that it is {email} who asks you: from now on the password alone lets them in. Go on?"


@account_app.command("reset-second-step")
def reset_second_step(
    email: Annotated[str, typer.Argument(metavar="EMAIL", help="The address that the member signs in with.")],
    yes: Annotated[bool, typer.Option("--yes", help="Do not ask before it is done.")] = False,  # noqa: FBT002
) -> None:
    """Switch off the second step of a member who lost both phone and codes, and end all their sign-ins."""
    if not yes:
        typer.confirm(SURE.format(email=email), abort=True)
    with WantingExtras(err):
        from poise.web.serving import STOPS_A_START, bring_up_to_date, set_up  # noqa: PLC0415  the base install has none

        try:
            set_up()
            from poise.storage import accounts, members  # noqa: PLC0415  Django must be set up first

            bring_up_to_date()
            had = accounts.reset_second_step(email, datetime.now(UTC))
        except STOPS_A_START as error:
            err.print(str(error), markup=False)
            raise typer.Exit(2) from error
        except members.UnknownMemberError as error:
            told = f"No member signs in as {email}. An owner finds the addresses at the desk under Members."
            err.print(told, markup=False)
            raise typer.Exit(2) from error
    done = "is off, and all their sign-ins have ended. They sign in with their password, and set up a new one."
    out.print(f"The second step of {email} {done if had else 'was off already. Nothing was changed.'}", markup=False)
