"""The state is the fold of the events, and nothing that happened is ever lost or doubled by folding."""

import pytest
from hypothesis import given
from hypothesis import strategies as st
from sitting.knowledge_library import ASKS_ALL, build_knowledge_library
from sitting.plain_reader import PlainReader

from poise.content.blueprint import Blueprint
from poise.content.library import Library
from poise.sitting.events import PreviewSeen, SittingOpened, read_event, write_event
from poise.sitting.journal import MemoryJournal
from poise.sitting.simulee import START, draw_simulee, sit
from poise.sitting.state import fold

ASKED = 3
"""A sitting with questions on a text and attention checks, after three with customers."""


@pytest.fixture(scope="module")
def journal(library: Library) -> MemoryJournal:
    made = MemoryJournal()
    customers = library.find(Blueprint, "complaints_desk").customers
    for seed in range(3):
        sit(made, str(seed), draw_simulee(library, customers, PlainReader(), seed), "complaints_desk", seed)
    asking = build_knowledge_library(library)
    sit(made, str(ASKED), draw_simulee(asking, (), PlainReader(), ASKED), ASKS_ALL, ASKED)
    return made


@given(st.integers(0, ASKED), st.integers(0, 200))
def test_a_fold_may_stop_anywhere_and_go_on(journal: MemoryJournal, seed: int, cut: int) -> None:
    events = list(journal.read(str(seed)))
    assert fold(events[cut:], fold(events[:cut])) == fold(events)


def test_every_event_comes_back_equal_from_its_row(journal: MemoryJournal) -> None:
    for seed in range(ASKED + 1):
        for event in journal.read(str(seed)):
            assert read_event(write_event(event)) == event


def test_the_version_counts_the_events(journal: MemoryJournal) -> None:
    events = list(journal.read("0"))
    assert fold(events).version == len(events)
    assert fold(events).finished_at


def test_a_sitting_opens_once() -> None:
    opened = SittingOpened(at=START, library="l", blueprint="b", seed=1, door="open")
    with pytest.raises(ValueError, match="opens a sitting once"):
        fold([opened, opened])


def test_a_row_that_is_no_event_is_refused() -> None:
    for row in ("{}", '{"kind": "unknown", "at": ""}', write_event(PreviewSeen(at=START)).replace("}", ', "x": 1}')):
        with pytest.raises(ValueError, match="validation error"):
            read_event(row)
