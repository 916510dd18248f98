"""Questions on a text and attention checks in the terminal."""

from io import StringIO

import pytest
from rich.console import Console
from sitting.knowledge_library import (
    ASKS_ALL,
    CHECKS,
    FORM,
    READER,
    answer_step,
    beginning,
    build_knowledge_library,
    form,
)

from poise.cli import sitting
from poise.content.library import Library
from poise.sitting import decisions
from poise.sitting.journal import MemoryJournal, perform
from poise.sitting.simulee import START
from poise.sitting.steps import next_step


def sit_until(library: Library, kind: str) -> sitting.Table:
    journal = MemoryJournal()
    journal.open("one", decisions.open_sitting(library, ASKS_ALL, 5, "terminal", START))
    table = sitting.Table(Console(file=StringIO(), soft_wrap=True), library, journal, "one", READER)  # type: ignore[arg-type]
    for decide in beginning(library):
        perform(journal, "one", decide)
    while (step := next_step(table.state, library)).kind != kind:
        perform(journal, "one", answer_step(library, table.state, step))
    return table


def take(table: sitting.Table, monkeypatch: pytest.MonkeyPatch, *lines: str) -> str:
    typed = iter(lines)
    monkeypatch.setattr("builtins.input", lambda: next(typed))
    sitting._take(table, next_step(table.state, table.library))  # noqa: SLF001  the loop around it never ends
    assert list(typed) == []
    return printed(table)


def printed(table: sitting.Table) -> str:
    assert isinstance(table.out.file, StringIO)
    return table.out.file.getvalue()


def test_the_text_can_be_read_at_every_question(library: Library, monkeypatch: pytest.MonkeyPatch) -> None:
    table = sit_until(build_knowledge_library(library), "knowledge")
    said = take(table, monkeypatch, "/1", "2", "9", "/3", "3", "1", "3")
    claims = form().sections[0]
    assert "PARCELS FROM THE ORCHARD" in said
    assert said.count(claims.text.split("\n", maxsplit=1)[0]) == 1
    assert said.count("  /1 Read: 1. When fruit arrives bruised") == 4
    assert "Please type a number from 1 to 4" in said
    assert dict(table.state.knowledge) == {
        f"{FORM}/until": 1,
        f"{FORM}/proof": 2,
        f"{FORM}/short": 0,
        f"{FORM}/pears": 2,
    }
    said = take(table, monkeypatch, "2", "3")
    assert said.count("PARCELS FROM THE ORCHARD") == 1
    assert next_step(table.state, table.library).kind == "willingness"


def test_attention_checks_are_asked_among_the_sentences(library: Library, monkeypatch: pytest.MonkeyPatch) -> None:
    table = sit_until(build_knowledge_library(library), "rated")
    said = take(table, monkeypatch, "3", "3", "3", "3", "3")
    assert CHECKS[0][1] in said
    assert dict(table.state.attention) == {CHECKS[0][0]: 2}


def test_the_end_tells_what_was_right_and_judges_nobody(library: Library) -> None:
    table = sit_until(build_knowledge_library(library), "finished")
    sitting._tell_report(table)  # noqa: SLF001  what `poise sit` ends with
    said = printed(table)
    assert "What must the customer send with the report? The answer: “Nothing”. The right one: “A photograph" in said
    assert "Why: The text says so under claims." in said
    assert "You answered one of the two as asked." in said
    assert "no judgement of you" in said
