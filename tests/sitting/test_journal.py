"""What every journal must keep, whatever it stores in; inherited by the tests of each kind."""

import uuid
from collections.abc import Callable
from typing import cast

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from hypothesis.stateful import Bundle, RuleBasedStateMachine, invariant, rule, run_state_machine_as_test

from poise.sitting.events import (
    AnyEvent,
    AttentionAnswered,
    ConsentGiven,
    KnowledgeAnswered,
    PracticeDone,
    PreviewSeen,
    ReplySent,
    SittingFinished,
    SittingOpened,
    SituationRated,
    StatementRated,
    TextErased,
)
from poise.sitting.journal import (
    ATTEMPTS,
    Change,
    Journal,
    JournalUnavailableError,
    MemoryJournal,
    UnknownSittingError,
    VersionConflictError,
    perform,
)
from poise.sitting.state import State

AT = "2026-03-04T05:06:07.890123+00:00"
# One example of many events costs a synchronous write each, so there are few of them, but long ones.
FEW = settings(max_examples=15, stateful_step_count=20, deadline=None, suppress_health_check=list(HealthCheck))

keys = st.text("abcdefghijklmnopqrstuvwxyz_", min_size=1, max_size=20)
some_event: st.SearchStrategy[AnyEvent] = st.one_of(
    st.builds(PreviewSeen, at=st.just(AT)),
    st.builds(PracticeDone, at=st.just(AT)),
    st.builds(ConsentGiven, at=st.just(AT), version=st.text(max_size=20)),
    st.builds(StatementRated, at=st.just(AT), statement=keys, category=st.integers(0, 4)),
    st.builds(AttentionAnswered, at=st.just(AT), check=keys, step=st.integers(0, 4)),
    st.builds(KnowledgeAnswered, at=st.just(AT), form=keys, question=keys, answer=st.integers(0, 4)),
    st.builds(SituationRated, at=st.just(AT), situation=keys, categories=st.dictionaries(keys, st.integers(0, 4))),
    st.builds(
        ReplySent,
        at=st.just(AT),
        scenario=keys,
        reply=st.integers(1, 20),
        text=keys,
        acts=st.dictionaries(keys, st.floats(0, 1)),
        telling=st.dictionaries(keys, st.integers(0, 9)),
        sentences=st.lists(st.tuples(st.integers(0, 99), st.integers(0, 99)), max_size=3).map(tuple),
        words=st.integers(0, 500),
        legible=st.booleans(),
        on_topic=st.booleans(),
        copied=st.booleans(),
    ),
)
some_events = st.lists(some_event, max_size=4).map(tuple)
# NUL is left out: no text field of a browser sends it, and PostgreSQL refuses it.
words = st.text(st.characters(codec="utf-8", exclude_characters="\x00"), max_size=60)


def name() -> str:
    return uuid.uuid4().hex


def seen() -> PreviewSeen:
    return PreviewSeen(at=AT)


def rated(category: int) -> StatementRated:
    return StatementRated(at=AT, statement="s", category=category)


class JournalContract:
    """Subclasses say how a journal is made, and which library its sittings begin with."""

    library = "0" * 64

    def new_journal(self) -> Journal:
        raise NotImplementedError

    def opening(self, *more: AnyEvent) -> Change:
        opened = SittingOpened(at=AT, library=self.library, blueprint="complaints_desk", seed=7, door="open")
        return Change((opened, *more), {})

    def opened(self, journal: Journal) -> str:
        sitting = name()
        journal.open(sitting, self.opening())
        return sitting

    def test_an_opened_sitting_is_read_as_it_was_written(self) -> None:
        journal, sitting, change = self.new_journal(), name(), self.opening(seen())
        journal.open(sitting, change)
        assert list(journal.read(sitting)) == list(change.events)
        assert journal.texts(sitting) == {}

    def test_a_sitting_is_opened_once(self) -> None:
        journal = self.new_journal()
        sitting = self.opened(journal)
        with pytest.raises(VersionConflictError, match=sitting):
            journal.open(sitting, Change((*self.opening().events, seen()), {name(): "again"}))
        assert len(journal.read(sitting)) == 1
        assert journal.texts(sitting) == {}

    def test_an_unknown_sitting_is_said_to_be_unknown(self) -> None:
        journal, sitting = self.new_journal(), name()
        with pytest.raises(UnknownSittingError):
            journal.read(sitting)
        with pytest.raises(UnknownSittingError):
            journal.texts(sitting)
        with pytest.raises(UnknownSittingError):
            journal.append(sitting, 0, Change((seen(),)))
        with pytest.raises(UnknownSittingError):
            journal.erase_texts(sitting, 0, Change((TextErased(at=AT),)))

    @FEW
    @given(st.lists(some_events, max_size=5), st.lists(words, max_size=4))
    def test_what_is_appended_is_read_back_in_order(self, parts: list[tuple[AnyEvent, ...]], said: list[str]) -> None:
        journal = self.new_journal()
        sitting = self.opened(journal)
        expected = list(journal.read(sitting))
        texts = {name(): text for text in said}
        for number, part in enumerate(parts):
            journal.append(sitting, len(expected), Change(part, texts if number == 0 else {}))
            expected.extend(part)
        assert list(journal.read(sitting)) == expected
        assert journal.texts(sitting) == (texts if parts else {})

    @FEW
    @given(st.integers(-2, 6), some_event)
    def test_only_the_expected_version_is_appended_to(self, expected: int, event: AnyEvent) -> None:
        journal, sitting = self.new_journal(), name()
        journal.open(sitting, self.opening(seen()))
        change = Change((event,), {name(): "words"})
        if expected == 2:
            journal.append(sitting, expected, change)
            assert (len(journal.read(sitting)), journal.texts(sitting)) == (3, change.texts)
        else:
            with pytest.raises(VersionConflictError, match=sitting):
                journal.append(sitting, expected, change)
            assert (len(journal.read(sitting)), journal.texts(sitting)) == (2, {})

    def test_the_same_append_twice_stands_once(self) -> None:
        journal = self.new_journal()
        sitting = self.opened(journal)
        journal.append(sitting, 1, Change((rated(3),)))
        with pytest.raises(VersionConflictError):
            journal.append(sitting, 1, Change((rated(3),)))
        assert list(journal.read(sitting))[1:] == [rated(3)]

    def test_an_event_that_cannot_be_written_leaves_nothing_behind(self) -> None:
        journal = self.new_journal()
        sitting = self.opened(journal)
        half = Change((seen(), cast("AnyEvent", "not an event"), seen()), {name(): "words"})
        with pytest.raises(AttributeError):
            journal.append(sitting, 1, half)
        assert len(journal.read(sitting)) == 1
        assert journal.texts(sitting) == {}
        journal.append(sitting, 1, Change((seen(),)))

    def test_erased_texts_are_gone_and_the_events_stay(self) -> None:
        journal = self.new_journal()
        mine, other = self.opened(journal), self.opened(journal)
        journal.append(mine, 1, Change((seen(),), {name(): "my words", name(): "more of them"}))
        journal.append(other, 1, Change((seen(),), {name(): "other words"}))
        journal.erase_texts(mine, 2, Change((TextErased(at=AT),)))
        assert journal.texts(mine) == {}
        assert list(journal.read(mine))[1:] == [seen(), TextErased(at=AT)]
        assert list(journal.texts(other).values()) == ["other words"]

    def test_nothing_is_erased_at_another_version(self) -> None:
        journal = self.new_journal()
        sitting = self.opened(journal)
        journal.append(sitting, 1, Change((seen(),), {name(): "words"}))
        with pytest.raises(VersionConflictError):
            journal.erase_texts(sitting, 1, Change((TextErased(at=AT),)))
        assert len(journal.read(sitting)) == 2
        assert list(journal.texts(sitting).values()) == ["words"]

    def test_a_reader_cannot_change_what_is_kept(self) -> None:
        journal = self.new_journal()
        sitting = self.opened(journal)
        taken = journal.read(sitting)
        if isinstance(taken, list):
            taken.clear()
        dict(journal.texts(sitting)).update(a="b")
        assert len(journal.read(sitting)) == 1

    def test_perform_decides_anew_where_somebody_was_faster(self) -> None:
        journal = self.new_journal()
        sitting = self.opened(journal)
        saw: list[int] = []

        def decide(state: State) -> Change:
            saw.append(state.version)
            if len(saw) == 1:
                journal.append(sitting, state.version, Change((rated(1),)))
            return Change((rated(4),))

        state = perform(journal, sitting, decide)
        assert saw == [1, 2]
        assert list(journal.read(sitting))[1:] == [rated(1), rated(4)]
        assert (state.version, state.ratings["s"]) == (3, 4)

    def test_perform_stores_nothing_where_nothing_is_decided(self) -> None:
        journal = self.new_journal()
        sitting = self.opened(journal)
        assert perform(journal, sitting, lambda _: Change()).version == 1
        assert len(journal.read(sitting)) == 1

    def test_perform_gives_up_in_the_end_and_says_so(self) -> None:
        journal = self.new_journal()
        sitting = self.opened(journal)

        def always_late(state: State) -> Change:
            journal.append(sitting, state.version, Change((rated(0),)))
            return Change((SittingFinished(at=AT),))

        with pytest.raises(JournalUnavailableError, match=sitting):
            perform(journal, sitting, always_late)
        assert list(journal.read(sitting))[1:] == [rated(0)] * ATTEMPTS

    def test_any_course_of_calls_agrees_with_a_plain_list(self) -> None:
        contract = self

        class Course(JournalMachine):
            def __init__(self) -> None:
                super().__init__(contract.new_journal(), contract.opening)

        run_state_machine_as_test(Course, settings=FEW)


class JournalMachine(RuleBasedStateMachine):
    """Calls in any order, right and wrong ones, beside lists and dictionaries that say what must be kept."""

    sittings = Bundle("sittings")

    def __init__(self, journal: Journal, opening: Callable[..., Change]) -> None:
        super().__init__()
        self.journal = journal
        self.opening = opening
        self.events: dict[str, list[AnyEvent]] = {}
        self.texts: dict[str, dict[str, str]] = {}

    @rule(target=sittings, events=some_events)
    def open(self, events: tuple[AnyEvent, ...]) -> str:
        sitting, change = name(), self.opening(*events)
        self.journal.open(sitting, change)
        self.events[sitting], self.texts[sitting] = list(change.events), {}
        return sitting

    @rule(sitting=sittings, events=some_events, said=st.lists(words, max_size=2))
    def append(self, sitting: str, events: tuple[AnyEvent, ...], said: list[str]) -> None:
        change = Change(events, {name(): text for text in said})
        self.journal.append(sitting, len(self.events[sitting]), change)
        self.events[sitting].extend(events)
        self.texts[sitting].update(change.texts)

    @rule(sitting=sittings, off=st.sampled_from((-1, 1, 2)), event=some_event)
    def append_elsewhere(self, sitting: str, off: int, event: AnyEvent) -> None:
        with pytest.raises(VersionConflictError):
            self.journal.append(sitting, len(self.events[sitting]) + off, Change((event,), {name(): "lost"}))

    @rule(sitting=sittings)
    def open_again(self, sitting: str) -> None:
        with pytest.raises(VersionConflictError):
            self.journal.open(sitting, self.opening())

    @rule(sitting=sittings)
    def erase(self, sitting: str) -> None:
        erased = TextErased(at=AT)
        self.journal.erase_texts(sitting, len(self.events[sitting]), Change((erased,)))
        self.events[sitting].append(erased)
        self.texts[sitting].clear()

    @invariant()
    def everything_is_kept(self) -> None:
        for sitting, events in self.events.items():
            assert list(self.journal.read(sitting)) == events
            assert self.journal.texts(sitting) == self.texts[sitting]


class TestMemoryJournal(JournalContract):
    def new_journal(self) -> Journal:
        return MemoryJournal()
