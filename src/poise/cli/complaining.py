"""What a command does with bad input: plain lines and a failed exit."""

from pathlib import Path

import typer
from rich.console import Console

PLAIN = ("ReaderError", "LibraryError", "JournalUnavailableError", "ImproperlyConfigured", "DatabaseError")
"""Kinds of errors that stop a command with their own words: by name, as the base install has not all of them."""
MISSING = "This command needs the web application. Install it with: pip install 'poise[web]'"


def refuse_overwriting(target: Path, *inputs: Path | None) -> None:
    """Refuse to write over what is read.

    Raises
    ------
    ValueError
        Naming the file.
    """
    if any(one is not None and target.resolve() == one.resolve() for one in inputs):
        raise ValueError(f"{target}: is read by this command and would be written over; name another file for --out")


class Complaining:
    """Turn what is wrong with the input into lines and a failed exit."""

    def __init__(self, err: Console) -> None:
        self.err = err

    def __enter__(self) -> None:
        return None

    def __exit__(self, kind: type[BaseException] | None, error: BaseException | None, _trace: object) -> None:
        if isinstance(error, ValueError):
            for line in str(error).splitlines():
                self.err.print(line, markup=False)
            raise typer.Exit(2) from error


class WantingExtras:
    """Turn a missing extra, and what a person can mend, into one plain sentence."""

    def __init__(self, err: Console) -> None:
        self.err = err

    def __enter__(self) -> None:
        return None

    def __exit__(self, kind: type[BaseException] | None, error: BaseException | None, _trace: object) -> None:
        if kind is not None and any(one.__name__ in PLAIN for one in kind.__mro__):
            self.err.print(str(error), markup=False)
            raise typer.Exit(1) from error
        if isinstance(error, ModuleNotFoundError) and not str(error.name).startswith("poise"):
            self.err.print(f"{MISSING} ({error.name} is missing)", markup=False)
            raise typer.Exit(1) from error
