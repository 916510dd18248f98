"""Decisions: each looks at the state and returns the new events, or says in plain words why it cannot."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Literal, Protocol

from poise.content.blueprint import Blueprint
from poise.content.knowledge import KnowledgeForm, KnowledgeQuestion
from poise.content.library import Library
from poise.content.scenario import Scenario
from poise.content.situation import Situation
from poise.roleplay.conversation import ConversationError, check_deed, check_words, read_in_context
from poise.roleplay.customer import open_conversation, second_message
from poise.roleplay.understanding import TextReading
from poise.roleplay.voicing import Rewords
from poise.sitting import events as e
from poise.sitting.choosing import choose_block, find_reason_to_end
from poise.sitting.evidence import said_in
from poise.sitting.exchanging import exchange, last_words
from poise.sitting.journal import Change, Decide
from poise.sitting.queueing import served_before
from poise.sitting.state import Conversation, State, fold, name_question
from poise.sitting.steps import Step, blueprint_of, find_rating, is_done, next_step, question_pages, rated_pages
from poise.sitting.wording import ask_once, word_answer, word_opening

CATEGORIES = range(5)
RANKED = 3
Door = Literal["open", "invitation", "terminal", "simulation"]
Do = Literal["look_up", "read_policy", "offer", "promise", "transfer", "note", "end", "wait"]


class StaleStepError(RuntimeError):
    """The page was answered already with something else, or it is not the one that is due; nothing was stored."""


class InvalidAnswerError(ValueError):
    """An answer that is not one of those offered; the message says what was expected."""


class ReadsText(Protocol):
    """A reader of replies, as it is handed down by a door."""

    version: str
    base_rates: Mapping[str, float]

    def read(self, text: str, topics: tuple[str, ...] = ()) -> TextReading:
        """Read one reply."""


@dataclass(frozen=True)
class Written:
    """A reply as it comes in: its words, the random key they will lie under, and how to read earlier words.

    Earlier words are read when the decision is made, not before: a second window may have written in between.
    """

    words: str
    key: str
    recall: Callable[[], Mapping[str, str]]


def open_sitting(library: Library, blueprint: str, seed: int, door: Door, at: str) -> Change:
    """Return the first event of a sitting; raises KeyError for an unknown blueprint."""
    library.find(Blueprint, blueprint)
    return Change((e.SittingOpened(at=at, library=library.hash, blueprint=blueprint, seed=seed, door=door),))


def see_preview(library: Library, at: str) -> Decide:
    """The person has read the preview."""
    return _answer(library, "preview", lambda _state: e.PreviewSeen(at=at), _always)


def give_consent(library: Library, version: str, at: str) -> Decide:
    """The person agrees to the terms of this version."""

    def agree(_state: State) -> e.AnyEvent:
        if version != library.consent.version:
            raise StaleStepError("The terms have changed since this page was opened. Please read them again.")
        return e.ConsentGiven(at=at, version=version)

    return _answer(library, "consent", agree, lambda state: state.consent == version)


def choose_accommodations(library: Library, wishes: Mapping[str, bool], at: str) -> Decide:
    """The person says what they need; never asked why."""
    event = e.AccommodationsChosen(at=at, **wishes)

    def same(state: State) -> bool:
        return state.accommodations == event.model_copy(update={"at": state.accommodations and state.accommodations.at})

    return _answer(library, "accommodations", lambda _state: event, same)


def finish_practice(library: Library, at: str) -> Decide:
    """The practice block was tried."""
    return _answer(library, "practice", lambda _state: e.PracticeDone(at=at), _always)


def rank_block(library: Library, block: str, order: tuple[int, ...], at: str) -> Decide:
    """Put the statements of a block in order, from most to least like me."""

    def rank(_state: State) -> e.AnyEvent:
        if sorted(order) != list(range(RANKED)):
            raise InvalidAnswerError("Choose one sentence that is most like you and a different one that is least.")
        return e.BlockRanked(at=at, block=block, order=(order[0], order[1], order[2]))

    return _answer(library, f"block/{block}", rank, lambda state: state.rankings.get(block) == order)


def rate_statements(library: Library, page: int, categories: Mapping[str, int], at: str) -> Decide:
    """Rate each statement of a page, and choose a step on an attention check among them, all at once."""

    def rate(state: State) -> tuple[e.AnyEvent, ...]:
        blueprint = blueprint_of(state, library)
        keys = rated_pages(blueprint)[page - 1]
        _check_categories(categories, keys, "sentence")
        return tuple(
            e.AttentionAnswered(at=at, check=key, step=categories[key])
            if key in blueprint.attention
            else e.StatementRated(at=at, statement=key, category=categories[key])
            for key in keys
        )

    def same(state: State) -> bool:
        keys = rated_pages(blueprint_of(state, library))[page - 1]
        return {key: find_rating(state, key) for key in keys} == dict(categories)

    return _answer(library, f"rated/page/{page}", rate, same)


def rate_situation(library: Library, situation: str, categories: Mapping[str, int], at: str) -> Decide:
    """Rate how good each reaction to a situation is, all at once."""

    def rate(_state: State) -> e.AnyEvent:
        keys = tuple(reaction.key for reaction in library.find(Situation, situation).reactions)
        _check_categories(categories, keys, "reaction")
        return e.SituationRated(at=at, situation=situation, categories=dict(categories))

    same = _same_mapping(lambda state: state.situations.get(situation), categories)
    return _answer(library, f"situation/{situation}", rate, same)


def answer_questions(library: Library, form: str, page: int, answers: Mapping[str, int], at: str) -> Decide:
    """Answer each question of a page of a form, all at once: by the question's key, the place of the answer."""

    def asked() -> tuple[KnowledgeQuestion, ...]:
        return question_pages(library.find(KnowledgeForm, form))[page - 1]

    def answer(_state: State) -> tuple[e.AnyEvent, ...]:
        _check_categories(answers, tuple(question.key for question in asked()), "question")
        if not all(answers[question.key] < len(question.answers) for question in asked()):
            raise InvalidAnswerError("Choose one of the answers that are shown, for each question.")
        return tuple(
            e.KnowledgeAnswered(at=at, form=form, question=question.key, answer=answers[question.key])
            for question in asked()
        )

    def same(state: State) -> bool:
        given = {question.key: state.knowledge[name_question(form, question.key)] for question in asked()}
        return given == dict(answers)

    return _answer(library, f"knowledge/{form}/{page}", answer, same)


def meet_customer(library: Library, scenario: str, reader: ReadsText, at: str, voice: Rewords | None = None) -> Decide:
    """The person is ready; the customer comes in."""
    voice = ask_once(voice)

    def meet(state: State) -> e.AnyEvent:
        mood, says = open_conversation(library.find(Scenario, scenario), state.begun.seed)
        opened = e.ConversationOpened(
            at=at,
            scenario=scenario,
            reader=reader.version,
            base_rates={act: round(rate, 4) for act, rate in reader.base_rates.items()},
            says=says,
            anger=mood.anger,
            trust=mood.trust,
            after=served_before(state, blueprint_of(state, library), scenario),
        )
        return word_opening(opened, library, voice)

    return _answer(library, f"meet/{scenario}", meet, lambda state: scenario in state.conversations)


def take_pause(library: Library, scenario: str, at: str) -> Decide:
    """The person has paused before this customer of a shift, and goes on."""
    return _answer(library, f"pause/{scenario}", lambda _state: e.PauseTaken(at=at, scenario=scenario), _always)


def leave_to_person(library: Library, scenario: str, at: str) -> Decide:
    """Leave a customer to a talk with a person, for those who asked for one; it is not scored, and nothing is lost."""

    def leave(state: State) -> e.AnyEvent:
        if state.accommodations is None or not state.accommodations.human_alternative:
            raise InvalidAnswerError("A talk with a person was not asked for at the beginning. Please go on here.")
        return e.CustomerLeftToPerson(at=at, scenario=scenario)

    return _answer(library, f"meet/{scenario}", leave, lambda state: scenario in state.left_to_person)


def use_desk(library: Library, scenario: str, reply: int, do: Do, what: str, at: str) -> Decide:
    """Do something at the desk before the reply of this number; the same thing twice is done once."""

    def use(state: State) -> Change:
        case = library.find(Scenario, scenario)
        conversation = _conversation_at(state, scenario, reply)
        _refuse(check_deed, case, said_in(conversation), do, what)
        if any(
            step.do == do and step.what == what and (do != "wait" or step.reply == reply) for step in conversation.desk
        ):
            return Change()
        says = second_message(case, reply, state.begun.seed) if do == "wait" else ""
        return Change((e.DeskUsed(at=at, scenario=scenario, reply=reply, do=do, what=what, says=says),))

    return use


def send_reply(
    library: Library,
    scenario: str,
    reply: int,
    written: Written,
    reader: ReadsText,
    at: str,
    voice: Rewords | None = None,
) -> Decide:
    """Send a reply: it is read once, moves the customer, and is answered."""
    words = written.words.strip()
    voice = ask_once(voice)

    def send(state: State) -> Change:
        if is_done(state, library, f"reply/{scenario}/{reply}"):
            earlier = state.conversations[scenario].replies[reply - 1]
            if written.recall().get(earlier.text) == words:
                return Change()
        conversation = _conversation_at(state, scenario, reply)
        _refuse(check_words, words)
        case = library.find(Scenario, scenario)
        new = _exchange(state, conversation, case, library, written, reader, at)
        new = word_answer(new, conversation, library, voice)
        return Change(_with_next(library, state, new, at), {written.key: words})

    return send


def state_willingness(library: Library, levels: Mapping[str, int], at: str) -> Decide:
    """Say how willing one is to work under each condition; then the sitting is finished."""

    def finish(_state: State) -> tuple[e.AnyEvent, ...]:
        _check_categories(levels, tuple(condition.key for condition in library.conditions), "condition")
        return (e.WillingnessStated(at=at, levels=dict(levels)), e.SittingFinished(at=at))

    return _answer(library, "willingness", finish, _same_mapping(lambda state: state.willingness, levels))


def erase_texts(at: str) -> Decide:
    """The person wants their words erased; what was read in them stays as numbers."""

    def erase(state: State) -> Change:
        return Change() if state.texts_erased else Change((e.TextErased(at=at),))

    return erase


def _always(_state: State) -> bool:
    return True


def _same_mapping(
    found: Callable[[State], Mapping[str, int] | None], given: Mapping[str, int]
) -> Callable[[State], bool]:
    return lambda state: dict(found(state) or {}) == dict(given)


def _answer(
    library: Library,
    key: str,
    make: Callable[[State], e.AnyEvent | tuple[e.AnyEvent, ...]],
    same: Callable[[State], bool],
) -> Decide:
    """Answer the step with this key: once, in its turn; the same answer again changes nothing."""

    def decide(state: State) -> Change:
        if is_done(state, library, key):
            if same(state):
                return Change()
            raise StaleStepError("You answered this page already, perhaps in another window. Your first answer counts.")
        if next_step(state, library).key != key:
            raise StaleStepError("This page is not the one that is due. We take you to where you stopped.")
        made = make(state)
        return Change(_with_next(library, state, made if isinstance(made, tuple) else (made,), at=made_at(made)))

    return decide


def made_at(made: e.AnyEvent | tuple[e.AnyEvent, ...]) -> str:
    """Return when the events were made."""
    return made[-1].at if isinstance(made, tuple) else made.at


def _with_next(library: Library, state: State, new: tuple[e.AnyEvent, ...], at: str) -> tuple[e.AnyEvent, ...]:
    """Add, where a block is due next, which one it will be, or that no more are needed."""
    after = fold(new, state)
    step = next_step(after, library)
    if step != Step("block"):
        return new
    if reason := find_reason_to_end(after, library):
        return (*new, e.BlocksEnded(at=at, reason=reason))
    return (*new, e.BlockGiven(at=at, block=choose_block(after, library)))


def _check_categories(given: Mapping[str, int], keys: tuple[str, ...], what: str) -> None:
    if set(given) != set(keys) or not all(category in CATEGORIES for category in given.values()):
        missing = len(set(keys) - set(given))
        raise InvalidAnswerError(f"Choose one answer for each {what}." + (f" {missing} left." if missing else ""))


def _refuse(check: Callable[..., None], *given: object) -> None:
    """Put what a check of the conversation says into the words of a sitting."""
    try:
        check(*given)
    except ConversationError as error:
        raise InvalidAnswerError(str(error)) from error


def _conversation_at(state: State, scenario: str, reply: int) -> Conversation:
    conversation = state.conversations.get(scenario)
    if conversation is None or conversation.ended is not None or conversation.next_reply != reply:
        raise StaleStepError("The conversation has moved on since this page was opened. Here is where it stands.")
    return conversation


def _exchange(
    state: State,
    conversation: Conversation,
    case: Scenario,
    library: Library,
    written: Written,
    reader: ReadsText,
    at: str,
) -> tuple[e.AnyEvent, ...]:
    """Let the customer hear a reply and answer it: what was read, how it was taken, and perhaps the end."""
    words = written.words.strip()
    reading = read_in_context(reader, words, case.topics, last_words(conversation))
    sent = e.ReplySent(
        at=at,
        scenario=case.key,
        reply=conversation.next_reply,
        text=written.key,
        acts=dict(reading.acts),
        telling=dict(reading.telling),
        sentences=reading.sentences,
        words=reading.words,
        legible=reading.legible,
        on_topic=False,
        copied=False,
    )
    return exchange(conversation, case, library, words, reading, written.recall(), sent, state.begun.seed)
