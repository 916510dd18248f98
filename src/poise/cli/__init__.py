"""The command line: the same functions as the pages, for a terminal."""

from poise.cli.commands import main

__all__ = ["main"]
