"""A conversation as it went: what was said and done, how the customer took it, and what was offered."""

from collections.abc import Mapping
from dataclasses import dataclass
from itertools import pairwise

from poise.content.library import Library
from poise.content.scenario import Option, Remedy, Scenario
from poise.jobfit.correcting import ERASED
from poise.jobfit.tracing import name_acts
from poise.roleplay.remedies import Frontier, distance, frontier_of, net_cost
from poise.sitting.state import Conversation, State
from poise.sitting.wording import voices_in

OUTCOME_WORDS = {
    "pleased": "left pleased",
    "settled": "left with the matter settled",
    "unhappy": "left unhappy",
    "lost": "left and will hardly come back",
    "ended": "was told that the conversation ends here",
}


TEMPER_WORDS = {
    "threat": "threatened to tell others",
    "manager": "asked for the manager",
    "leaving": "said that they would go",
    "back": "had gone, and came back",
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
    needs_met: tuple[str, ...] = ()
    temper: str = ""


@dataclass(frozen=True)
class RemedyView:
    """Something that could be offered: its worth to the customer and what it costs the business in the end.

    Of a remedy in amounts only the ends, the limits and what was offered are shown.
    """

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
    frontier: Frontier | None = None
    needs_open: tuple[str, ...] = ()
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
    says = [says_before(conversation, number) for number in range(1, len(conversation.answers) + 2)]
    turns = tuple(
        _turn(number, conversation, scenario, says[number - 1], texts)
        for number in range(1, len(conversation.replies) + 1)
    )
    ended = conversation.ended
    approved = any(step.do == "transfer" for step in conversation.desk)
    offered = [step.what for step in conversation.desk if step.do == "offer"]
    frontier = frontier_of(scenario, offered, approved=approved)
    return ConversationView(
        scenario=scenario.key,
        title=scenario.title,
        customer=scenario.customer.name,
        turns=turns,
        last_words=says[-1] if ended else "",
        outcome=OUTCOME_WORDS[ended.outcome] if ended else "not finished",
        would_return=ended.would_return if ended else None,
        remedies=_remedies(scenario, frontier, approved=approved),
        frontier=frontier if ended else None,
        needs_open=tuple(need.reads for need in scenario.needs if need.key in _open_after(conversation, scenario)[-1]),
        voices=voices_in(conversation),
    )


def says_before(conversation: Conversation, number: int) -> str:
    """Return what the customer said before the reply of this number, with a second message that was waited for."""
    first = conversation.answers[number - 2].says if number > 1 else conversation.opened.says
    return "\n".join([first, *(step.says for step in conversation.desk if step.reply == number and step.says)])


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
        needs_met=_met_with(number, conversation, scenario),
        temper=TEMPER_WORDS.get(answer.temper, ""),
    )


def _open_after(conversation: Conversation, scenario: Scenario) -> list[tuple[str, ...]]:
    """Return the needs that were open at first and after each reply; none for what was stored without them."""
    if any(answer.open_needs is None for answer in conversation.answers):
        return [() for _ in range(len(conversation.answers) + 1)]
    return [tuple(need.key for need in scenario.needs), *(answer.open_needs or () for answer in conversation.answers)]


def _met_with(number: int, conversation: Conversation, scenario: Scenario) -> tuple[str, ...]:
    before, after = _open_after(conversation, scenario)[number - 1 : number + 1]
    return tuple(need.reads for need in scenario.needs if need.key in before and need.key not in after)


def desk_label(scenario: Scenario, do: str, what: str) -> str:
    """Return in words what was done at the desk."""
    names = {
        "look_up": {one.key: f"Looked up: {one.label}" for one in scenario.records},
        "read_policy": {one.key: f"Read: {one.title}" for one in scenario.policy},
        "offer": {one.what: f"Offered: {one.label} ({one.price})" for one in scenario.options},
        "promise": {one.key: f"Promised: {one.label}" for one in scenario.pledges},
    }
    plain = {
        "transfer": "Passed the matter on",
        "note": "Left a note for colleagues",
        "end": "Ended the conversation",
        "wait": "Let the customer finish",
    }
    return names[do][what] if do in names else plain[do]


def _remedies(scenario: Scenario, frontier: Frontier, *, approved: bool) -> tuple[RemedyView, ...]:
    return tuple(
        RemedyView(
            key=option.what,
            label=option.label,
            value=option.value,
            final_cost=round(net_cost(option, scenario.loss), 1),
            standing=option.standing,
            best=option.what in frontier.efficient,
            given=option.what in frontier.given,
            lost=round(distance(scenario, option, approved=approved), 1),
        )
        for remedy in scenario.remedies
        for option in _telling_options(remedy, frontier)
    )


def _telling_options(remedy: Remedy, frontier: Frontier) -> tuple[Option, ...]:
    """Return the least and the most of each standing, and what was offered."""
    options = remedy.options
    kept = {one.what for one, other in pairwise(options) if one.standing != other.standing}
    kept |= {options[0].what, options[-1].what, *frontier.given}
    return tuple(option for option in options if option.what in kept)
