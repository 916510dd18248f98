"""Sittings that several tests look at; each is walked once."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass

import pytest
from jobfit.typed_sittings import AT, HOTHEAD, SAINT, SEED, Turn, merge, sit_by_hand

from poise.content.library import Library
from poise.jobfit.report import Report, report
from poise.roleplay.understanding import Reader
from poise.sitting.decisions import open_sitting
from poise.sitting.journal import MemoryJournal
from poise.sitting.state import State


@dataclass(frozen=True)
class Sat:
    """A sitting that was walked, and what it came to."""

    state: State
    texts: Mapping[str, str]
    report: Report
    turns: tuple[Turn, ...]


Sit = Callable[..., Sat]


@pytest.fixture(scope="session")
def sit(library: Library, reader: Reader) -> Sit:
    """Walk a typed sitting through the open door."""

    def walk(turns: tuple[Turn, ...] = SAINT, willing: Mapping[str, int] | None = None, until: str = "") -> Sat:
        journal = MemoryJournal()
        journal.open("one", open_sitting(library, "open_door", SEED, "open", AT))
        state = sit_by_hand(journal, "one", library, reader, turns, willing=willing, until=until)
        texts = journal.texts("one")
        return Sat(state, texts, report(state, library, texts), turns)

    return walk


@pytest.fixture(scope="session")
def saint(sit: Sit) -> Sat:
    return sit(SAINT)


@pytest.fixture(scope="session")
def hothead(sit: Sit) -> Sat:
    return sit(HOTHEAD)


@pytest.fixture(scope="session")
def rude_at_a_good_desk(sit: Sit) -> Sat:
    """The hothead's words over the saint's desk: only the words differ from the saint."""
    return sit(merge(HOTHEAD, SAINT))
