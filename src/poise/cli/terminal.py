"""Asking and telling in a terminal: numbered choices, plain paragraphs, and a way to stop at any time."""

from collections.abc import Sequence

import typer
from rich.console import Console

STOP = "/stop"
LONGEST_NUMBER = 3


class StoppedError(Exception):
    """The person wants to stop for now; everything that was answered is kept."""


def ask(out: Console, prompt: str) -> str:
    """Read one line; the end of the input or /stop means stop for now."""
    out.print(prompt, end=" ", markup=False)
    try:
        answer = input().strip()
    except EOFError as error:
        raise StoppedError from error
    except UnicodeDecodeError:
        return ask(out, "That could not be read. Please type it again:")
    answer = answer.encode(errors="surrogateescape").decode(errors="replace")  # bytes that are no text in any language
    if answer == STOP:
        raise StoppedError
    return answer


def choose(out: Console, prompt: str, options: Sequence[str]) -> int:
    """Ask for one of several numbered options until one is chosen; returns its place from 0."""
    for number, option in enumerate(options, start=1):
        out.print(f"  {number}. {option}", markup=False)
    while True:
        answer = ask(out, prompt)
        number = read_number(answer)
        if 1 <= number <= len(options):
            return number - 1
        out.print(f"Please type a number from 1 to {len(options)}, or {STOP} to go on later.", markup=False)


def read_number(answer: str) -> int:
    """Return the short whole number that was typed, or 0 where it is none."""
    return int(answer) if answer.isdecimal() and len(answer) <= LONGEST_NUMBER else 0


def say(out: Console, *paragraphs: str) -> None:
    """Print paragraphs with a blank line after each."""
    for paragraph in paragraphs:
        out.print(leave_out_controls(paragraph) + "\n", markup=False)


def leave_out_controls(words: str) -> str:
    """Return words without signs that a terminal would obey, as somebody else may have written them."""
    return "".join(sign for sign in words if sign.isprintable() or sign in "\n\t")


def heading(out: Console, words: str) -> None:
    """Print a heading."""
    out.print(typer.style(f"\n{words}\n", bold=True) if out.is_terminal else f"\n{words}\n", markup=False)
