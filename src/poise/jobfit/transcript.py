"""A conversation as it went: what was said and done, how the customer took it, and what was offered."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from itertools import pairwise
from typing import Literal

from poise.content.library import Library
from poise.content.scenario import Option, Remedy, Scenario
from poise.jobfit.correcting import ERASED
from poise.jobfit.demand import name_all
from poise.jobfit.tracing import name_acts
from poise.roleplay.remedies import Frontier, distance, frontier_of, net_cost
from poise.sitting.contesting import list_moments
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


DEEDS: Mapping[str, Literal["hear", "think", "react"]] = {
    "wait": "hear",
    "look_up": "think",
    "read_policy": "think",
    "offer": "react",
    "promise": "react",
    "transfer": "react",
    "note": "react",
    "end": "react",
}
"""Which part of serving a customer each step at the desk belongs to."""


@dataclass(frozen=True)
class MomentView:
    """A moment that was rated: where, on which quality, and at which level; None where it is not scored.

    `level` is that which counts: a person's, where somebody corrected the reading.
    """

    key: str
    quality: str
    name: str
    asks: str
    level: int | None
    reads: str
    corrected: bool


@dataclass(frozen=True)
class StepsView:
    """What was done at the desk before a reply, as hearing, thinking and reacting."""

    hear: tuple[str, ...] = ()
    think: tuple[str, ...] = ()
    react: tuple[str, ...] = ()


@dataclass(frozen=True)
class TurnView:
    """One exchange: the customer's words, what was done at the desk, the reply, and how it was taken.

    `anger` and `would_return` are those after it, in thousandths.
    """

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
    steps: StepsView = StepsView()
    moments: tuple[MomentView, ...] = ()


@dataclass(frozen=True)
class RemedyView:
    """Something that could be offered: its worth to the customer and what it costs the business in the end.

    `allowed` says whether policy and authority let it be given then and there, with the approval that was asked for.

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
    cost: int
    allowed: bool


@dataclass(frozen=True)
class ConversationView:
    """A whole conversation, laid out for a reader; `number` is its place among those of the sitting.

    `anger_at_first` is how the customer came in, in thousandths. `moments` are those of the conversation as a whole.
    """

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
    number: int = 1
    anger_at_first: int = 0
    moments: tuple[MomentView, ...] = ()

    @property
    def about_remedy(self) -> str:
        """What was given, and how far it lies from the best that could have been, in words."""
        if self.frontier is None:
            return ""
        given = [one.label for one in self.remedies if one.given]
        told = f"Given: {name_all(given)}." if given else "Nothing was given."
        if self.frontier.distance == 0:
            return f"{told} Nothing that was allowed would have done as much for the customer at less final cost."
        points = f"{self.frontier.distance:.0f}"
        return (
            f"{told} Something that was allowed would have done as much for the customer, at a final cost lower by"
            f" {points} point{'' if points == '1' else 's'} of 100."
        )

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
    """Lay out every conversation of a sitting, in the order in which they were had."""
    moments = _view_moments(state, library)
    return tuple(
        _view(one, library, texts, number, moments.get(key, {}))
        for number, (key, one) in enumerate(state.conversations.items(), start=1)
    )


def _view_moments(state: State, library: Library) -> dict[str, dict[int, list[MomentView]]]:
    """Return the moments of a sitting by case and reply; 0 is the whole conversation."""
    names = {quality.key: quality.name for quality in library.qualities}
    found: dict[str, dict[int, list[MomentView]]] = {}
    for one in list_moments(state, library):
        read = one.rating.line.level if one.rating else None
        level = read if one.correction is None else one.correction.level
        lines = {line.level: line.reads for line in one.moment.rubric}
        view = MomentView(
            key=one.moment.key,
            quality=one.moment.quality,
            name=names[one.moment.quality],
            asks=one.moment.asks,
            level=level,
            reads="" if level is None else lines[level],
            corrected=one.correction is not None,
        )
        found.setdefault(one.case.key, {}).setdefault(one.reply, []).append(view)
    return found


def _view(
    conversation: Conversation,
    library: Library,
    texts: Mapping[str, str],
    number: int,
    moments: Mapping[int, Sequence[MomentView]],
) -> ConversationView:
    scenario = library.find(Scenario, conversation.opened.scenario)
    says = [says_before(conversation, number) for number in range(1, len(conversation.answers) + 2)]
    turns = tuple(
        _turn(reply, conversation, scenario, says[reply - 1], texts, tuple(moments.get(reply, ())))
        for reply in range(1, len(conversation.replies) + 1)
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
        number=number,
        anger_at_first=conversation.opened.anger,
        moments=tuple(moments.get(0, ())),
    )


def says_before(conversation: Conversation, number: int) -> str:
    """Return what the customer said before the reply of this number, with a second message that was waited for."""
    first = conversation.answers[number - 2].says if number > 1 else conversation.opened.says
    return "\n".join([first, *(step.says for step in conversation.desk if step.reply == number and step.says)])


def _turn(
    number: int,
    conversation: Conversation,
    scenario: Scenario,
    says: str,
    texts: Mapping[str, str],
    moments: tuple[MomentView, ...],
) -> TurnView:
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
        steps=_steps(number, conversation, scenario),
        moments=moments,
    )


def _steps(number: int, conversation: Conversation, scenario: Scenario) -> StepsView:
    """Sort what was done at the desk before a reply into hearing, thinking and reacting."""
    done = [
        (DEEDS[step.do], desk_label(scenario, step.do, step.what)) for step in conversation.desk if step.reply == number
    ]
    hear, think, react = (tuple(label for part, label in done if part == name) for name in ("hear", "think", "react"))
    return StepsView(hear, think, react)


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
            cost=option.cost,
            allowed=option.standing == "allowed" or (approved and option.standing == "needs_approval"),
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
