"""A shift in the terminal: who waits is told, and a pause waits for Enter."""

from io import StringIO

import pytest
from rich.console import Console
from sitting.shift_library import ALONE, ASKER, IN_A_ROW, answer_step, beginning, build_shift_library

from poise.cli import sitting
from poise.content.library import Library
from poise.roleplay.understanding import Reader
from poise.sitting import decisions
from poise.sitting.journal import MemoryJournal, perform
from poise.sitting.simulee import START
from poise.sitting.steps import next_step


def sit_until(library: Library, reader: Reader, blueprint: str, what: str) -> sitting.Table:
    journal = MemoryJournal()
    journal.open("one", decisions.open_sitting(library, blueprint, 5, "terminal", START))
    table = sitting.Table(Console(file=StringIO(), soft_wrap=True), library, journal, "one", reader)  # type: ignore[arg-type]
    for decide in beginning(library, breaks=True):
        perform(journal, "one", decide)
    while (step := next_step(table.state, library)).what != what:
        perform(journal, "one", answer_step(library, step, "May I ask?", lambda: journal.texts("one")))
    return table


def take(table: sitting.Table, times: int) -> str:
    """Put the next steps before the person, who presses Enter or writes a few words; return what was printed."""
    for _ in range(times):
        sitting._take(table, next_step(table.state, table.library))  # noqa: SLF001  the loop around it never ends
    assert isinstance(table.out.file, StringIO)
    return table.out.file.getvalue()


def test_the_queue_is_told_and_a_pause_waits(library: Library, reader: Reader, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("builtins.input", lambda: "")
    shifts = build_shift_library(library)
    printed = take(sit_until(shifts, reader, IN_A_ROW, "shouter"), 1)
    assert "An evening: customer 1 of 3. 2 more are waiting." in printed
    assert "They wrote this evening." in printed
    table = sit_until(shifts, reader, IN_A_ROW, ASKER)
    assert "A short pause" in take(table, 1)
    assert next_step(table.state, shifts).key == f"meet/{ASKER}"
    printed = take(table, 1)
    assert "1 more is waiting." in printed
    assert "- What of fresh?" in printed
    alone = take(sit_until(shifts, reader, ALONE, ASKER), 1)
    assert "waiting" not in alone
    assert "What of fresh?" not in alone
