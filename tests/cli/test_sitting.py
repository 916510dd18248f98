"""A sitting in the terminal while something else happens to it."""

from collections.abc import Callable, Iterator
from io import StringIO

import pytest
from django.utils import timezone
from rich.console import Console

from poise.cli import sitting, terminal
from poise.content.library import Library
from poise.roleplay.understanding import Reader
from poise.sitting import decisions
from poise.sitting.journal import JournalUnavailableError, perform
from poise.sitting.steps import next_step
from poise.storage.doors import start_open_sitting
from poise.storage.erasure import delete_sitting
from poise.storage.journal import DjangoJournal
from poise.storage.records import ensure_organisation, publish_library

AT = "2026-03-01T09:00:00+00:00"


@pytest.fixture
def table(transactional_db: None, library: Library, reader: Reader) -> sitting.Table:  # noqa: ARG001  asked for by name
    ensure_organisation("open_door", "Is it for me?", is_open_door=True)
    publish_library("open_door", library, timezone.now())
    opened = start_open_sitting(library.hash, "open_door", timezone.now(), "terminal").sitting
    journal = DjangoJournal("open_door")
    perform(journal, opened.key, decisions.see_preview(library, AT))
    perform(journal, opened.key, decisions.give_consent(library, library.consent.version, AT))
    return sitting.Table(Console(file=StringIO(), soft_wrap=True), library, journal, opened.key, reader)


def _type(monkeypatch: pytest.MonkeyPatch, *lines: str | Callable[[], str]) -> Iterator[str | Callable[[], str]]:
    typed = iter(lines)

    def read() -> str:
        line = next(typed)
        return line if isinstance(line, str) else line()

    monkeypatch.setattr("builtins.input", read)
    return typed


def _printed(table: sitting.Table) -> str:
    assert isinstance(table.out.file, StringIO)
    return table.out.file.getvalue()


def test_an_answer_that_was_overtaken_in_a_browser_is_said_and_changes_nothing(
    table: sitting.Table, monkeypatch: pytest.MonkeyPatch
) -> None:
    def meanwhile() -> str:
        perform(table.journal, table.sitting, decisions.choose_accommodations(table.library, {"large_text": True}, AT))
        return "2"

    _type(monkeypatch, meanwhile)
    sitting._take(table, next_step(table.state, table.library))  # noqa: SLF001  the loop around it never ends
    assert "first answer counts" in _printed(table)
    assert table.state.accommodations is not None
    assert (table.state.accommodations.large_text, table.state.accommodations.breaks) == (True, False)


def test_an_answer_is_kept_until_the_store_can_be_used(table: sitting.Table, monkeypatch: pytest.MonkeyPatch) -> None:
    append, failures = table.journal.append, iter([True, True, False])

    def fail_twice(*given: object) -> None:
        if next(failures):
            raise JournalUnavailableError("the database is locked")
        append(*given)  # type: ignore[arg-type]

    monkeypatch.setattr(table.journal, "append", fail_twice)
    typed = _type(monkeypatch, "2", "", "")
    sitting._take(table, next_step(table.state, table.library))  # noqa: SLF001  as above
    assert list(typed) == []
    assert _printed(table).count("We cannot save just now") == 2
    assert table.state.accommodations is not None
    assert table.state.accommodations.breaks


def test_a_sitting_that_is_deleted_elsewhere_ends_in_words(
    table: sitting.Table, monkeypatch: pytest.MonkeyPatch, reader: Reader
) -> None:
    monkeypatch.setattr(sitting, "prepare", lambda: None)
    monkeypatch.setattr(Reader, "load", lambda: reader)
    token = start_open_sitting(table.library.hash, "open_door", timezone.now(), "terminal")

    def meanwhile() -> str:
        delete_sitting(token.sitting.key, "open_door")
        return ""

    _type(monkeypatch, meanwhile)
    sitting.sit_down(table.out, resume=token.resume_token, blueprint="open_door")
    assert "was deleted a moment ago" in _printed(table)


@pytest.mark.parametrize("odd", ["²", "①", "0", "-1", "", "9" * 5000])
def test_a_number_that_is_none_is_asked_for_again(odd: str, monkeypatch: pytest.MonkeyPatch) -> None:
    out = Console(file=StringIO(), soft_wrap=True)
    _type(monkeypatch, odd, "2")
    assert terminal.choose(out, "Your choice:", ("No", "Yes")) == 1
