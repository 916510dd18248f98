"""A report computed from the rows of a database prints what it printed from memory, to the byte; erased or not."""

from datetime import datetime

import pytest
from sitting.plain_reader import PlainReader

from poise.content.blueprint import Blueprint
from poise.content.library import Library
from poise.jobfit.printed import digest_of, printed
from poise.jobfit.report import report
from poise.sitting.contesting import Verdict, correct_reading, list_moments
from poise.sitting.decisions import Written, erase_texts
from poise.sitting.interviewed import AnswerRating, rate_answer
from poise.sitting.journal import Journal, MemoryJournal, perform
from poise.sitting.simulee import draw_simulee, sit
from poise.sitting.state import State, fold
from poise.storage import records
from poise.storage.journal import DjangoJournal

AT = "2026-11-22T09:00:00+00:00"
SECRET = "Her sister told me of the flood."


def fill(journal: Journal, library: Library) -> State:
    """Walk a simulee, correct one reading, and rate one answer of an interview twice."""
    customers = library.find(Blueprint, "open_door").customers
    sit(journal, "one", draw_simulee(library, customers, PlainReader(), seed=3), "open_door", seed=3)
    state = fold(journal.read("one"))
    name = next(one.name for one in list_moments(state, library) if one.rating)
    reason = Written(f"Looked at again. {SECRET}", "reason", lambda: journal.texts("one"))
    perform(journal, "one", correct_reading(library, name, Verdict(4, "Ann Okafor"), reason, AT))
    for rater, level in (("ada", 1), ("ben", 2)):
        given = AnswerRating(library.interview[0].key, level, rater)
        notes = Written(SECRET, f"notes-{rater}", lambda: journal.texts("one"))
        state = perform(journal, "one", rate_answer(library, given, notes, AT))
    return state


def print_anew(journal: Journal, library: Library) -> str:
    return printed(report(fold(journal.read("one")), library, journal.texts("one")))


@pytest.mark.django_db
def test_memory_and_database_print_the_same_before_and_after_erasure(library: Library, now: datetime) -> None:
    records.ensure_organisation("open_door", "Is it for me?", is_open_door=True)
    records.publish_library("open_door", library, now)
    memory, stored = MemoryJournal(), DjangoJournal("open_door")
    states = [fill(journal, library) for journal in (memory, stored)]
    figures = print_anew(memory, library)
    assert print_anew(stored, records.library(library.hash)) == figures
    assert digest_of(figures) == digest_of(print_anew(stored, library))
    assert '"kind":"interview"' in figures
    assert SECRET not in figures
    stored.erase_texts("one", states[1].version, erase_texts(AT)(states[1]))
    assert not stored.texts("one")
    assert print_anew(stored, library) == figures
