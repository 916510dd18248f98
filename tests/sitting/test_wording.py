"""A sitting with a voice and one without: other words, and nothing else."""

import pytest
from jobfit.typed_sittings import AT, SAINT, SCENARIO, sit_by_hand
from roleplay.test_voicing import Parrot
from sitting.plain_reader import PlainReader

from poise.content.library import Library
from poise.jobfit.report import report
from poise.roleplay.voicing import Rewords, VoiceRequest
from poise.sitting import decisions as d
from poise.sitting.events import ConversationOpened, CustomerAnswered, read_event, write_event
from poise.sitting.evidence import observe
from poise.sitting.journal import Change, MemoryJournal, VersionConflictError, perform
from poise.sitting.state import State, fold
from poise.sitting.steps import next_step

READER = PlainReader()
ENDING = " That is so."


class Talkative(Parrot):
    """A voice that adds something empty to each paragraph."""

    def say(self, request: VoiceRequest) -> str | None:
        self.asked.append(request)
        return "\n".join(paragraph + ENDING for paragraph in request.line.split("\n"))


def serve(library: Library, voice: Rewords | None) -> tuple[MemoryJournal, State]:
    """Serve the first customer to the end."""
    journal = MemoryJournal()
    journal.open("one", d.open_sitting(library, "open_door", 5, "open", AT))
    sit_by_hand(journal, "one", library, READER, until="meet")
    perform(journal, "one", d.meet_customer(library, SCENARIO, READER, AT, voice))
    while (step := next_step(fold(journal.read("one")), library)).kind == "reply":
        turn = SAINT[step.number - 1]
        for do, what in turn.desk:
            perform(journal, "one", d.use_desk(library, SCENARIO, step.number, do, what, AT))
        written = d.Written(turn.words, f"t{step.number}", lambda: journal.texts("one"))
        perform(journal, "one", d.send_reply(library, SCENARIO, step.number, written, READER, AT, voice))
    return journal, fold(journal.read("one"))


@pytest.fixture(scope="module")
def silent(library: Library) -> tuple[MemoryJournal, State]:
    return serve(library, None)


@pytest.fixture(scope="module")
def voiced(library: Library) -> tuple[MemoryJournal, State, Talkative]:
    voice = Talkative(None)
    return (*serve(library, voice), voice)


def test_only_the_words_differ(
    library: Library, silent: tuple[MemoryJournal, State], voiced: tuple[MemoryJournal, State, Talkative]
) -> None:
    plain, other = silent[0].read("one"), voiced[0].read("one")
    told = [event for event in other if isinstance(event, ConversationOpened | CustomerAnswered)]
    assert all(event.says.endswith(ENDING) and event.voice == "parrot-1" for event in told if event.line)
    assert sum(bool(event.line) for event in told) > len(told) // 2
    bare = [
        event.model_copy(update={"says": event.chosen, "line": "", "voice": ""})
        if isinstance(event, ConversationOpened | CustomerAnswered)
        else event
        for event in other
    ]
    assert bare == list(plain)
    assert observe(voiced[1], library) == observe(silent[1], library)


def test_events_without_a_voice_are_written_as_before(silent: tuple[MemoryJournal, State]) -> None:
    for event in silent[0].read("one"):
        row = write_event(event)
        assert '"voice"' not in row
        assert '"line"' not in row
        assert read_event(row) == event


def test_a_voice_is_told_nothing_that_the_candidate_wrote(voiced: tuple[MemoryJournal, State, Talkative]) -> None:
    told = " ".join(str(request) for request in voiced[2].asked)
    replies = voiced[0].texts("one").values()
    assert len(replies) == 7
    assert not any(reply in told for reply in replies)
    assert len(voiced[2].asked) == 8


def test_the_report_says_that_a_model_found_the_words(
    library: Library, silent: tuple[MemoryJournal, State], voiced: tuple[MemoryJournal, State, Talkative]
) -> None:
    without, with_voice = (report(state, library, {}).conversations[0] for state in (silent[1], voiced[1]))
    assert (without.voices, without.about_voices) == ((), "")
    assert with_voice.voices == ("parrot-1",)
    assert "language model (parrot-1)" in with_voice.about_voices
    assert [turn.anger for turn in without.turns] == [turn.anger for turn in with_voice.turns]


def test_a_voice_that_may_not_speak_in_an_assessment_is_not_asked(library: Library) -> None:
    voice = Talkative(None, in_assessment=False)
    _, state = serve(library, voice)
    assert voice.asked == []
    assert not any(one.voice for one in state.conversations[SCENARIO].answers)


class Overtaken(MemoryJournal):
    """A journal in which somebody else is faster twice."""

    conflicts = 2

    def append(self, sitting: str, expected: int, change: Change) -> None:
        if self.conflicts and any(isinstance(event, ConversationOpened) for event in change.events):
            self.conflicts -= 1
            raise VersionConflictError(sitting)
        super().append(sitting, expected, change)


def test_whoever_is_overtaken_does_not_ask_again(library: Library) -> None:
    voice, journal = Talkative(None), Overtaken()
    journal.open("one", d.open_sitting(library, "open_door", 5, "open", AT))
    sit_by_hand(journal, "one", library, READER, until="meet")
    state = perform(journal, "one", d.meet_customer(library, SCENARIO, READER, AT, voice))
    assert journal.conflicts == 0
    assert len(voice.asked) == 1
    assert state.conversations[SCENARIO].opened.says.endswith(ENDING)
    perform(journal, "one", d.meet_customer(library, SCENARIO, READER, AT, voice))
    assert len(voice.asked) == 1, "a customer who is there is not asked in again"
