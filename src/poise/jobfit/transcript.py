"""A conversation as it went: what was said and done, how the customer took it, and what was offered."""

from collections.abc import Mapping
from dataclasses import dataclass

from poise.content.library import Library
from poise.content.scenario import Scenario
from poise.jobfit.tracing import ERASED, name_acts
from poise.roleplay.remedies import distance, efficient, net_cost
from poise.sitting.state import Conversation, State
from poise.sitting.wording import voices_in

OUTCOME_WORDS = {
    "pleased": "left pleased",
    "settled": "left with the matter settled",
    "unhappy": "left unhappy",
    "lost": "left and will hardly come back",
    "ended": "was told that the conversation ends here",
}


@dataclass(frozen=True)
class TurnView:
    """One exchange: the customer's words, what was done at the desk, the reply, and how it was taken."""

    number: int
    customer: str
    desk: tuple[str, ...]
    reply: str
    hear: tuple[str, ...]
    think: tuple[str, ...]
    react: tuple[str, ...]
    harm: tuple[str, ...]
    legible: bool
    anger: int
    would_return: int


@dataclass(frozen=True)
class RemedyView:
    """A remedy on the frontier: its worth to the customer and what it costs the business in the end."""

    key: str
    label: str
    value: int
    final_cost: float
    standing: str
    best: bool
    given: bool
    lost: float


@dataclass(frozen=True)
class ConversationView:
    """A whole conversation, laid out for a reader."""

    scenario: str
    title: str
    customer: str
    turns: tuple[TurnView, ...]
    last_words: str
    outcome: str
    would_return: int | None
    remedies: tuple[RemedyView, ...]
    voices: tuple[str, ...] = ()

    @property
    def about_voices(self) -> str:
        """That a language model worded some of the customer's lines, and what that does not touch; else nothing."""
        if not self.voices:
            return ""
        return (
            f"Some lines of {self.customer} were put into other words by a language model ({', '.join(self.voices)})."
            " What the customer means, how the customer feels and how the replies are rated is decided without it."
        )


def view_conversations(state: State, library: Library, texts: Mapping[str, str]) -> tuple[ConversationView, ...]:
    """Lay out every conversation of a sitting."""
    return tuple(_view(one, library, texts) for _, one in sorted(state.conversations.items()))


def _view(conversation: Conversation, library: Library, texts: Mapping[str, str]) -> ConversationView:
    scenario = library.find(Scenario, conversation.opened.scenario)
    says = [conversation.opened.says, *(answer.says for answer in conversation.answers)]
    turns = tuple(
        _turn(number, conversation, scenario, says[number - 1], texts)
        for number in range(1, len(conversation.replies) + 1)
    )
    ended = conversation.ended
    return ConversationView(
        scenario=scenario.key,
        title=scenario.title,
        customer=scenario.customer.name,
        turns=turns,
        last_words=says[-1] if ended else "",
        outcome=OUTCOME_WORDS[ended.outcome] if ended else "not finished",
        would_return=ended.would_return if ended else None,
        remedies=_remedies(conversation, scenario),
        voices=voices_in(conversation),
    )


def _turn(number: int, conversation: Conversation, scenario: Scenario, says: str, texts: Mapping[str, str]) -> TurnView:
    reply, answer = conversation.replies[number - 1], conversation.answers[number - 1]
    return TurnView(
        number=number,
        customer=says,
        desk=tuple(desk_label(scenario, step.do, step.what) for step in conversation.desk if step.reply == number),
        reply=texts.get(reply.text, ERASED),
        hear=name_acts(reply.acts, "hear"),
        think=name_acts(reply.acts, "think"),
        react=name_acts(reply.acts, "react"),
        harm=name_acts(reply.acts, "harm"),
        legible=reply.legible,
        anger=answer.anger,
        would_return=answer.would_return,
    )


def desk_label(scenario: Scenario, do: str, what: str) -> str:
    """Return in words what was done at the desk."""
    names = {
        "look_up": {one.key: f"Looked up: {one.label}" for one in scenario.records},
        "read_policy": {one.key: f"Read: {one.title}" for one in scenario.policy},
        "offer": {one.key: f"Offered: {one.label} ({one.price})" for one in scenario.remedies},
        "promise": {one.key: f"Promised: {one.label}" for one in scenario.pledges},
    }
    plain = {
        "transfer": "Passed the matter on",
        "note": "Left a note for colleagues",
        "end": "Ended the conversation",
    }
    return names[do][what] if do in names else plain[do]


def _remedies(conversation: Conversation, scenario: Scenario) -> tuple[RemedyView, ...]:
    approved = any(step.do == "transfer" for step in conversation.desk)
    best = efficient(scenario, approved=approved)
    given = {step.what for step in conversation.desk if step.do == "offer"}
    return tuple(
        RemedyView(
            key=remedy.key,
            label=remedy.label,
            value=remedy.value,
            final_cost=round(net_cost(remedy, scenario.loss), 1),
            standing=remedy.standing,
            best=remedy.key in best,
            given=remedy.key in given,
            lost=round(distance(scenario, remedy, approved=approved), 1),
        )
        for remedy in scenario.remedies
    )
