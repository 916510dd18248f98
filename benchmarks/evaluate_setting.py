"""What every part of `evaluate.py` needs: where the data are, and a reader of any make."""

import csv
import inspect
import json
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path
from typing import Any

from poise.content.act import ACTS
from poise.content.check import load_library
from poise.content.library import Library
from poise.roleplay.training.corpus import CorpusReply, load_corpus
from poise.roleplay.transcripts.listening import CueListener
from poise.roleplay.transcripts.turns import reading_with
from poise.roleplay.understanding import Reader


class NotHereError(Exception):
    """Data that a part needs are not on this machine; the message says which."""


@dataclass(frozen=True)
class Reading:
    """The chances of the 27 acts in a reply, and whether it could be read."""

    chances: tuple[float, ...]
    legible: bool


@dataclass
class Setting:
    """Where the data are, how much of them is used, and who reads.

    `few` cuts every sample to so many, to see that all runs; then the figures say nothing.
    """

    data: Path
    corpus: Path
    report: Path
    few: int | None = None

    @cached_property
    def reader(self) -> Reader:
        """The reader that ships."""
        return Reader.load()

    @cached_property
    def takes_customer(self) -> bool:
        """Whether the reader looks at the customer's line."""
        return "customer" in inspect.signature(self.reader.read).parameters

    @cached_property
    def library(self) -> Library:
        """The library that ships."""
        return load_library()

    @cached_property
    def replies(self) -> tuple[CorpusReply, ...]:
        """The project's own corpus."""
        if not self.corpus.is_dir():
            raise NotHereError(f"{self.corpus} is not here")
        return load_corpus(self.corpus)

    @cached_property
    def listen(self) -> Callable[[str], Mapping[str, float]]:
        """What reads the customer's side: the reader where it can, the table of cues otherwise."""
        found: Callable[[str], Mapping[str, float]] = getattr(self.reader, "listen", CueListener().listen)
        return found

    def read(self, text: str, customer: str = "") -> Reading:
        """Read one reply, with the customer's line where the reader looks at it."""
        found = reading_with(self.reader)(text, (), customer)
        acts = dict(found.acts)
        return Reading(tuple(acts[act] for act in ACTS), found.legible)

    def at_most(self, number: int) -> int:
        """Return how many of a sample are used."""
        return number if self.few is None else min(number, self.few)


def read_lines(file: Path) -> list[dict[str, Any]]:
    """Read JSON lines."""
    with open_here(file).open(encoding="utf-8") as lines:
        return [json.loads(line) for line in lines if line.strip()]


def read_columns(file: Path) -> list[dict[str, str]]:
    """Read a table with a head."""
    with open_here(file).open(encoding="utf-8", newline="") as lines:
        return list(csv.DictReader(lines))


def open_here(file: Path) -> Path:
    """Return a file that exists, or say that it is not here."""
    if not file.is_file():
        raise NotHereError(f"{file} is not here")
    return file


def split_labels(told: str) -> Sequence[str]:
    """Return the labels of a sentence that may have several."""
    return [label.strip() for label in told.replace("<div>", "|").split("|") if label.strip()]
