"""One conversation with a simulated customer, as a value that grows reply by reply.

Nothing here is stored or looked up: the same seed, replies and deeds give the same conversation to the letter. A
sitting keeps its own events and calls the same functions.
"""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from inspect import signature
from typing import Protocol, cast

from poise.content.manner import Appraisal, Voice
from poise.content.quality import Beliefs
from poise.content.rubric import Moment
from poise.content.scenario import Need, Scenario
from poise.roleplay.claims import find_claims
from poise.roleplay.customer import Answer, Outcome, answer, hear, open_conversation, second_message
from poise.roleplay.customer import would_return as would_return_after
from poise.roleplay.rating import DeskStep, Rating, Said, rate_moment
from poise.roleplay.remedies import Frontier, frontier_of
from poise.roleplay.state import CustomerState
from poise.roleplay.understanding import MAX_CHARACTERS, TextReading

WARNED_AT = 0.5
PLAIN_DEEDS = ("transfer", "note", "wait", "end")
"""What can be done at every desk without naming a thing."""


class ConversationError(ValueError):
    """A reply or something at the desk that cannot be; the message says what was expected."""


class ReadsText(Protocol):
    """A reader of replies."""

    def read(self, text: str, topics: tuple[str, ...] = ()) -> TextReading:
        """Read one reply."""


class ReadsInContext(Protocol):
    """A reader that also wants to know what the reply was said to."""

    def read(self, text: str, topics: tuple[str, ...] = (), customer: str = "") -> TextReading:
        """Read one reply to these words of the customer."""


@dataclass(frozen=True)
class Turn:
    """One exchange: what was done at the desk, what was written, how it was read and taken."""

    reply: int
    words: str
    desk: tuple[DeskStep, ...]
    reading: TextReading
    said: Said
    answer: Answer


@dataclass(frozen=True)
class Conversation:
    """A conversation so far; `opening` is what the customer said first and `first` how they came in."""

    scenario: Scenario
    seed: int
    opening: str
    first: CustomerState
    turns: tuple[Turn, ...] = ()

    @property
    def state(self) -> CustomerState:
        """How the customer feels now."""
        return self.turns[-1].answer.state if self.turns else self.first

    @property
    def outcome(self) -> Outcome | None:
        """How the customer left, or None while they are there."""
        return self.turns[-1].answer.outcome if self.turns else None

    @property
    def said(self) -> tuple[Said, ...]:
        """Each reply as it stands in the conversation."""
        return tuple(turn.said for turn in self.turns)

    @property
    def desk(self) -> tuple[DeskStep, ...]:
        """Everything that was done at the desk, in order."""
        return tuple(step for turn in self.turns for step in turn.desk)

    @property
    def says(self) -> tuple[str, ...]:
        """Everything that the customer said, in order; the last is what the next reply answers."""
        return (self.opening, *(turn.answer.says for turn in self.turns))

    def words_before(self, number: int) -> str:
        """Return what the customer had said when the reply of this number was written."""
        return self._whole(self.says[number - 1], self.turns[number - 1].desk)

    def words_now(self, steps: Iterable[DeskStep]) -> str:
        """Return what the reply that is due answers: also the second message where these steps let them finish."""
        return self._whole(self.says[-1], steps)

    def _whole(self, words: str, steps: Iterable[DeskStep]) -> str:
        seconds = [second_message(self.scenario, step.reply, self.seed) for step in steps if step.do == "wait"]
        return "\n".join([words, *seconds])

    @property
    def next_reply(self) -> int:
        """The number of the reply that is due, from 1."""
        return len(self.turns) + 1


def begin(scenario: Scenario, seed: int) -> Conversation:
    """Let the customer come in."""
    first, opening = open_conversation(scenario, seed)
    return Conversation(scenario, seed, opening, first)


def reply(
    conversation: Conversation,
    words: str,
    desk: Iterable[tuple[str, str]],
    reader: ReadsText | ReadsInContext,
    appraisal: Appraisal,
    voice: Voice,
) -> Conversation:
    """Return the conversation after a reply and what was done at the desk before it, as pairs (do, what).

    Raises :class:`ConversationError` for words or deeds that cannot be.
    """
    if conversation.outcome is not None:
        raise ConversationError("The customer has gone; nothing more can be said in this conversation.")
    words = words.strip()
    check_words(words)
    case, before = conversation.scenario, conversation.said
    steps = take_deeds(conversation, desk)
    done = (*conversation.desk, *steps)
    reading = read_in_context(reader, words, case.topics, conversation.words_now(steps))
    texts = [turn.words for turn in conversation.turns]
    claims = find_claims(case, words, conversation.says)
    said = hear(case, words, reading, before, texts, stock=appraisal.stock, desk=done, claims=claims)
    answered = answer(
        case, appraisal, voice, conversation.state, (*before, said), done, conversation.seed, conversation.says
    )
    turn = Turn(conversation.next_reply, words, steps, reading, said, answered)
    return replace(conversation, turns=(*conversation.turns, turn))


def take_deeds(conversation: Conversation, deeds: Iterable[tuple[str, str]]) -> tuple[DeskStep, ...]:
    """Return deeds as steps before the reply that is due; what was done already is not done twice.

    A customer can be let finish at every second message anew.
    """
    steps: list[DeskStep] = []
    for do, what in deeds:
        check_deed(conversation.scenario, conversation.said, do, what)
        earlier = steps if do == "wait" else (*conversation.desk, *steps)
        if not any((step.do, step.what) == (do, what) for step in earlier):
            steps.append(DeskStep(conversation.next_reply, do, what))
    return tuple(steps)


def deeds_at(scenario: Scenario) -> dict[str, tuple[str, ...]]:
    """Return everything that can be done at this desk: for each kind of deed the keys that it may name."""
    return {
        "look_up": tuple(record.key for record in scenario.records),
        "read_policy": tuple(section.key for section in scenario.policy),
        "offer": tuple(option.what for option in scenario.options),
        "promise": tuple(pledge.key for pledge in scenario.pledges),
    }


def check_deed(scenario: Scenario, said: Sequence[Said], do: str, what: str) -> None:
    """Raise :class:`ConversationError` for something that this desk cannot do, or not yet."""
    known = deeds_at(scenario)
    if do == "offer":
        check_amount(scenario, what)
    if do not in {*known, *PLAIN_DEEDS} or (what not in known[do] if do in known else bool(what)):
        raise ConversationError("That is not something this desk can do. Choose one of the things shown on it.")
    if do == "wait" and not is_unfinished(scenario, said):
        raise ConversationError("The customer has finished; there is nothing to wait for.")
    if do == "end" and not scenario.may_end_for_abuse:
        raise ConversationError("The policy of this company does not let you end this conversation.")
    if do == "end" and not any(one.acts.get("set_boundary", 0.0) >= WARNED_AT for one in said):
        raise ConversationError(
            "Before you may end a conversation for abuse, tell the customer calmly where the limit is."
        )


def check_amount(scenario: Scenario, what: str) -> None:
    """Raise :class:`ConversationError` where a remedy is given in amounts, and this amount is missing or not one."""
    key, _, much = what.partition(":")
    amount = next((remedy.amount for remedy in scenario.remedies if remedy.key == key), None)
    if amount is None or much in {str(one) for one in amount.amounts}:
        return
    least, most = (amount.unit.replace("{amount}", str(one)) for one in (amount.least, amount.most))
    steps = f", in steps of {amount.step}" if amount.step > 1 else ""
    found = f" {much!r} is not one of them." if much else ""
    raise ConversationError(f"Say how much: from {least} to {most}{steps}.{found}")


def is_unfinished(scenario: Scenario, said: Sequence[Said]) -> bool:
    """Say whether the customer's last message is to be followed by a second one."""
    return len(said) < len(scenario.probes) and bool(scenario.probes[len(said)].then)


def check_words(words: str) -> None:
    """Raise :class:`ConversationError` for a reply without words or with too many."""
    if not words:
        raise ConversationError("Write your reply first. A few words are enough.")
    if len(words) > MAX_CHARACTERS:
        raise ConversationError(
            f"Your reply has {len(words):,} characters; the limit is {MAX_CHARACTERS:,}. Please shorten it."
        )


def read_in_context(
    reader: ReadsText | ReadsInContext, words: str, topics: tuple[str, ...], customer: str
) -> TextReading:
    """Read a reply, with the customer's line beside it where the reader wants that."""
    if "customer" in signature(reader.read).parameters:
        return cast("ReadsInContext", reader).read(words, topics, customer=customer)
    return reader.read(words, topics)


def rate(
    conversation: Conversation, base_rates: Mapping[str, float], beliefs: Beliefs
) -> tuple[tuple[Rating, int], ...]:
    """Rate every moment that came up so far, with the number of its reply (0: the whole conversation)."""
    over = conversation.outcome is not None
    return tuple(
        rate_replies(conversation.scenario, conversation.said, conversation.desk, base_rates, beliefs, over=over)
    )


def rate_replies(
    scenario: Scenario,
    said: Sequence[Said],
    desk: Sequence[DeskStep],
    base_rates: Mapping[str, float],
    beliefs: Beliefs,
    *,
    over: bool,
) -> Iterator[tuple[Rating, int]]:
    """Rate every moment that came up, with the number of the reply that answers it (0: the whole conversation).

    A moment whose reply could not be read is not scored: it is absent.
    """

    def rated(moment: Moment, number: int, *, whole: bool) -> Rating:
        return rate_moment(scenario, moment, said[:number], desk, base_rates, beliefs, whole=whole)

    for moment, number in moments_met(scenario, len(said), over=over):
        if number and said[number - 1].legible:
            yield rated(moment, number, whole=False), number
        elif not number and any(one.legible for one in said):
            yield rated(moment, len(said), whole=True), 0


def moments_met(scenario: Scenario, replies: int, *, over: bool) -> Iterator[tuple[Moment, int]]:
    """Return every moment that so many replies answered, read or not, with its reply (0: the whole conversation)."""
    for number, probe in enumerate(scenario.probes[:replies], start=1):
        for moment in probe.moments:
            yield moment, number
    if over and replies:
        for moment in scenario.whole:
            yield moment, 0


def would_return(conversation: Conversation) -> int:
    """Return, in thousandths, how likely the customer is to come back as things stand: an outcome, never a score."""
    if conversation.turns:
        return conversation.turns[-1].answer.would_return
    return would_return_after(conversation.scenario, conversation.first, (), ())


def frontier(conversation: Conversation) -> Frontier:
    """Hold everything that was offered so far against what could have been."""
    offered = [step.what for step in conversation.desk if step.do == "offer"]
    approved = any(step.do == "transfer" for step in conversation.desk)
    return frontier_of(conversation.scenario, offered, approved=approved)


def needs_open(conversation: Conversation) -> tuple[Need, ...]:
    """Return what the customer needs and has not been given yet."""
    return tuple(need for need in conversation.scenario.needs if need.key in conversation.state.open_needs)
