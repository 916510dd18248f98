"""The state of a sitting: the fold of its events and nothing else."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field, replace
from functools import singledispatch
from types import MappingProxyType
from typing import Literal, TypeVar

from poise.sitting import events as e

T = TypeVar("T")
Outcome = Literal["pleased", "settled", "unhappy", "lost", "ended"]


@dataclass(frozen=True)
class Conversation:
    """One conversation so far: what each side did, in order."""

    opened: e.ConversationOpened
    desk: tuple[e.DeskUsed, ...] = ()
    replies: tuple[e.ReplySent, ...] = ()
    answers: tuple[e.CustomerAnswered, ...] = ()
    ended: e.ConversationEnded | None = None

    @property
    def next_reply(self) -> int:
        """The number of the reply that is due, from 1."""
        return len(self.replies) + 1


@dataclass(frozen=True)
class State:
    """Everything that is known of a sitting; `version` is the number of its events."""

    version: int = 0
    opened: e.SittingOpened | None = None
    preview_seen: bool = False
    consent: str = ""
    accommodations: e.AccommodationsChosen | None = None
    practised: bool = False
    given: tuple[str, ...] = ()
    blocks_ended: str = ""
    rankings: Mapping[str, tuple[int, int, int]] = field(default_factory=lambda: MappingProxyType({}))
    ratings: Mapping[str, int] = field(default_factory=lambda: MappingProxyType({}))
    attention: Mapping[str, int] = field(default_factory=lambda: MappingProxyType({}))
    knowledge: Mapping[str, int] = field(default_factory=lambda: MappingProxyType({}))
    situations: Mapping[str, Mapping[str, int]] = field(default_factory=lambda: MappingProxyType({}))
    conversations: Mapping[str, Conversation] = field(default_factory=lambda: MappingProxyType({}))
    left_to_person: tuple[str, ...] = ()
    paused_before: tuple[str, ...] = ()
    willingness: Mapping[str, int] | None = None
    finished_at: str = ""
    started_at: str = ""
    last_at: str = ""
    texts_erased: bool = False
    contested: Mapping[str, tuple[e.ReadingContested, ...]] = field(default_factory=lambda: MappingProxyType({}))
    corrected: Mapping[str, tuple[e.ReadingCorrected, ...]] = field(default_factory=lambda: MappingProxyType({}))
    awaiting_answer: tuple[str, ...] = ()
    help_asked: tuple[e.HelpAsked, ...] = ()
    interview: Mapping[str, tuple[e.InterviewRated, ...]] = field(default_factory=lambda: MappingProxyType({}))

    @property
    def begun(self) -> e.SittingOpened:
        """The first event; raises ValueError where nothing has happened yet."""
        if self.opened is None:
            raise ValueError("the sitting has not been opened: its first event must be sitting_opened")
        return self.opened


def name_moment(scenario: str, moment: str) -> str:
    """Return what a moment of a sitting is called: the case and the moment."""
    return f"{scenario}/{moment}"


def name_question(form: str, question: str) -> str:
    """Return what a question on knowledge is called: the form and the question."""
    return f"{form}/{question}"


def name_rating(question: str, rater: str) -> str:
    """Return what one person's rating of an answer in an interview is called: the question and the rater."""
    return f"{question}/{rater}"


def fold(events: Iterable[e.AnyEvent], state: State | None = None) -> State:
    """Return the state after these events, from the given state or from nothing."""
    state = state or State()
    for event in events:
        state = replace(_apply(event, state), version=state.version + 1, last_at=event.at)
    return state


def _with(mapping: Mapping[str, T], key: str, value: T) -> Mapping[str, T]:
    return MappingProxyType({**mapping, key: value})


@singledispatch
def _apply(event: object, _state: State) -> State:
    raise TypeError(f"not an event of a sitting: {event!r}")


@_apply.register
def _(event: e.SittingOpened, state: State) -> State:
    if state.version:
        raise ValueError(f"sitting_opened stands at place {state.version + 1}; it opens a sitting once")
    return replace(state, opened=event, started_at=event.at)


@_apply.register
def _(_event: e.PreviewSeen, state: State) -> State:
    return replace(state, preview_seen=True)


@_apply.register
def _(event: e.ConsentGiven, state: State) -> State:
    return replace(state, consent=event.version)


@_apply.register
def _(event: e.AccommodationsChosen, state: State) -> State:
    return replace(state, accommodations=event)


@_apply.register
def _(_event: e.PracticeDone, state: State) -> State:
    return replace(state, practised=True)


@_apply.register
def _(event: e.BlockGiven, state: State) -> State:
    return replace(state, given=(*state.given, event.block))


@_apply.register
def _(event: e.BlocksEnded, state: State) -> State:
    return replace(state, blocks_ended=event.reason)


@_apply.register
def _(event: e.BlockRanked, state: State) -> State:
    return replace(state, rankings=_with(state.rankings, event.block, event.order))


@_apply.register
def _(event: e.StatementRated, state: State) -> State:
    return replace(state, ratings=_with(state.ratings, event.statement, event.category))


@_apply.register
def _(event: e.AttentionAnswered, state: State) -> State:
    return replace(state, attention=_with(state.attention, event.check, event.step))


@_apply.register
def _(event: e.KnowledgeAnswered, state: State) -> State:
    name = name_question(event.form, event.question)
    return replace(state, knowledge=_with(state.knowledge, name, event.answer))


@_apply.register
def _(event: e.SituationRated, state: State) -> State:
    return replace(state, situations=_with(state.situations, event.situation, event.categories))


@_apply.register
def _(event: e.ConversationOpened, state: State) -> State:
    return _converse(state, event.scenario, Conversation(event))


@_apply.register
def _(event: e.CustomerLeftToPerson, state: State) -> State:
    return replace(state, left_to_person=(*state.left_to_person, event.scenario))


@_apply.register
def _(event: e.PauseTaken, state: State) -> State:
    return replace(state, paused_before=(*state.paused_before, event.scenario))


@_apply.register
def _(event: e.DeskUsed, state: State) -> State:
    conversation = state.conversations[event.scenario]
    return _converse(state, event.scenario, replace(conversation, desk=(*conversation.desk, event)))


@_apply.register
def _(event: e.ReplySent, state: State) -> State:
    conversation = state.conversations[event.scenario]
    state = replace(state, texts_erased=False)
    return _converse(state, event.scenario, replace(conversation, replies=(*conversation.replies, event)))


@_apply.register
def _(event: e.CustomerAnswered, state: State) -> State:
    conversation = state.conversations[event.scenario]
    return _converse(state, event.scenario, replace(conversation, answers=(*conversation.answers, event)))


@_apply.register
def _(event: e.ConversationEnded, state: State) -> State:
    return _converse(state, event.scenario, replace(state.conversations[event.scenario], ended=event))


@_apply.register
def _(event: e.WillingnessStated, state: State) -> State:
    return replace(state, willingness=MappingProxyType(dict(event.levels)))


@_apply.register
def _(event: e.SittingFinished, state: State) -> State:
    return replace(state, finished_at=event.at)


@_apply.register
def _(_event: e.TextErased, state: State) -> State:
    return replace(state, texts_erased=True)


@_apply.register
def _(event: e.ReadingContested, state: State) -> State:
    name = name_moment(event.scenario, event.moment)
    contested = _with(state.contested, name, (*state.contested.get(name, ()), event))
    waiting = tuple(dict.fromkeys((*state.awaiting_answer, name)))
    return replace(state, contested=contested, awaiting_answer=waiting, texts_erased=False)


@_apply.register
def _(event: e.ReadingCorrected, state: State) -> State:
    name = name_moment(event.scenario, event.moment)
    corrected = _with(state.corrected, name, (*state.corrected.get(name, ()), event))
    waiting = tuple(one for one in state.awaiting_answer if one != name)
    return replace(state, corrected=corrected, awaiting_answer=waiting, texts_erased=False)


@_apply.register
def _(event: e.InterviewRated, state: State) -> State:
    name = name_rating(event.question, event.rater)
    interview = _with(state.interview, name, (*state.interview.get(name, ()), event))
    return replace(state, interview=interview, texts_erased=state.texts_erased and not event.notes)


@_apply.register
def _(event: e.HelpAsked, state: State) -> State:
    return replace(state, help_asked=(*state.help_asked, event), texts_erased=False)


def _converse(state: State, scenario: str, conversation: Conversation) -> State:
    return replace(state, conversations=_with(state.conversations, scenario, conversation))
