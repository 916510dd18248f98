"""An exchange is stored whole: amounts, second messages and the state come back from the rows as they went."""

import json

import pytest
from sitting.plain_reader import PlainReader

from poise.content.library import Library, parse_library
from poise.content.scenario import Scenario
from poise.roleplay.customer import open_conversation, second_message
from poise.roleplay.state import first_state
from poise.sitting import decisions as d
from poise.sitting.events import ConversationOpened, CustomerAnswered, DeskUsed, ReplySent, read_event, write_event
from poise.sitting.evidence import desk_of, rate_conversation, said_in
from poise.sitting.exchanging import has_waited, last_words, mood_of
from poise.sitting.journal import Change, Decide, MemoryJournal, perform
from poise.sitting.phrases import PHRASES
from poise.sitting.state import Conversation, State

AT = "2026-01-01T00:00:00+00:00"
KEY, LAMP, SEED = "one", "late_lamp", 5
READER = PlainReader()


class Served:
    """A customer who has just come in, in a sitting that holds nothing else."""

    def __init__(self, library: Library) -> None:
        self.library, self.journal = library, MemoryJournal()
        self.journal.open(KEY, d.open_sitting(library, "open_door", SEED, "open", AT))
        mood, says = open_conversation(self.case, SEED)
        opened = ConversationOpened(
            at=AT,
            scenario=LAMP,
            reader=READER.version,
            base_rates=dict(READER.base_rates),
            says=says,
            anger=mood.anger,
            trust=mood.trust,
        )
        self.journal.append(KEY, 1, Change((opened,)))

    @property
    def case(self) -> Scenario:
        return self.library.find(Scenario, LAMP)

    @property
    def conversation(self) -> Conversation:
        return self.do(lambda _state: Change()).conversations[LAMP]

    def do(self, decide: Decide) -> State:
        return perform(self.journal, KEY, decide)

    def use(self, do: d.Do, what: str = "") -> State:
        return self.do(d.use_desk(self.library, LAMP, self.conversation.next_reply, do, what, AT))

    def say(self, *acts: str) -> State:
        number = self.conversation.next_reply
        words = " ".join(PHRASES[act][0] for act in acts) + f" This is about the lamp, number {number}."
        written = d.Written(words, f"text-{number}", lambda: self.journal.texts(KEY))
        return self.do(d.send_reply(self.library, LAMP, number, written, READER, AT))


@pytest.fixture
def served(library: Library) -> Served:
    return Served(library)


@pytest.mark.parametrize(
    ("what", "said"),
    [
        ("credit", "Say how much: from £10 to £60, in steps of 10."),
        ("credit:15", "'15' is not one of them"),
        ("credit:-10", "'-10' is not one of them"),
        ("credit:ten", "'ten' is not one of them"),
        ("shade_courier:10", "not something this desk can do"),
    ],
)
def test_an_amount_that_cannot_be_is_refused_in_words(served: Served, what: str, said: str) -> None:
    with pytest.raises(d.InvalidAnswerError, match=said):
        served.use("offer", what)
    assert served.conversation.desk == ()


def test_amounts_are_stored_and_rated(served: Served) -> None:
    for what in ("credit:20", "credit:40", "credit:20"):
        served.use("offer", what)
    assert [step.what for step in desk_of(served.conversation)] == ["credit:20", "credit:40"]
    after = served.say("offer").conversations[LAMP]
    assert after.answers[0].outcome == 160
    rated = rate_conversation(after, served.case, served.library.beliefs)
    assert {rating.moment.key for rating, _ in rated} == {one.key for one in served.case.probes[0].moments}


def test_a_second_message_is_waited_for_once_and_stored(served: Served) -> None:
    number = next(n for n, probe in enumerate(served.case.probes, start=1) if probe.then)
    with pytest.raises(d.InvalidAnswerError, match="has finished"):
        served.use("wait")
    for _ in range(number - 1):
        served.say("acknowledge")
    assert not has_waited(served.conversation)
    state = served.use("wait")
    assert served.use("wait") == state
    second = second_message(served.case, number, SEED)
    assert [step.says for step in served.conversation.desk] == [second]
    assert last_words(served.conversation).endswith("\n" + second)
    assert has_waited(served.conversation)
    assert second not in served.say("explain").conversations[LAMP].answers[-1].says


def test_the_state_comes_back_from_the_rows_as_it_was(served: Served) -> None:
    served.use("look_up", "notes")
    for acts in (("own", "ask"), ("explain",), ("insult", "argue"), ("insult", "dismiss")):
        served.say(*acts)
    conversation, last = served.conversation, served.conversation.answers[-1]
    mood = mood_of(conversation, served.case)
    assert (mood.anger, mood.face, mood.patience) == (last.anger, last.face, last.patience)
    assert mood.open_needs == last.open_needs
    assert "mistake_named" not in mood.open_needs
    assert mood.tempers == tuple(one.temper for one in conversation.answers)
    assert [one.touched for one in said_in(conversation)] == [one.touched for one in conversation.replies]


def test_events_from_before_go_on(served: Served) -> None:
    """Rows without the later fields are read, fold, and the conversation goes on from them."""
    served.say("acknowledge")
    rows = [json.loads(write_event(event)) for event in served.journal.read(KEY)]
    later = {"touched", "stock", "claims", "answered", "face", "patience", "outcome", "procedure", "treatment"}
    later |= {"open_needs", "temper"}
    old = [read_event(json.dumps({name: row[name] for name in row if name not in later})) for row in rows]
    journal = MemoryJournal()
    journal.open(KEY, Change((old[0],)))
    journal.append(KEY, 1, Change(tuple(old[1:])))
    served.journal = journal
    answered = served.conversation.answers[0]
    assert answered.face is None
    first = first_state(served.case)
    mood = mood_of(served.conversation, served.case)
    assert (mood.anger, mood.heard, mood.face) == (answered.anger, answered.heard, first.face)
    assert len(served.say("explain").conversations[LAMP].answers) == 2


def test_what_says_nothing_is_not_written() -> None:
    used = DeskUsed(at=AT, scenario=LAMP, reply=1, do="note")
    assert "says" not in json.loads(write_event(used))
    names = {"touched", "stock", "claims", "answered", "face", "temper", "open_needs"}
    assert names <= ReplySent.model_fields.keys() | CustomerAnswered.model_fields.keys()
    taken = CustomerAnswered(
        at=AT, scenario=LAMP, reply=1, reaction="heard", says="Yes.", anger=1, trust=1, heard=1, would_return=1
    )
    assert not names & json.loads(write_event(taken)).keys()


def test_a_conversation_goes_on_in_a_library_from_before(library: Library) -> None:
    old = json.loads(library.canonical)
    for name in ("justice", "tempers", "stock", "patience_per_reply"):
        old["appraisal"].pop(name)
    served = Served(parse_library(json.dumps(old)))
    served.use("offer", "shade_courier")
    for _ in served.case.probes:
        state = served.say("acknowledge", "offer")
    ended = state.conversations[LAMP].ended
    assert ended is not None
    assert ended.would_return > 0
