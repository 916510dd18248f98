"""A moment as a rater sees it: what was said and done up to it, and the five lines; never how it was read."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Literal

from poise.content.scenario import Scenario
from poise.jobfit.correcting import ERASED
from poise.jobfit.transcript import desk_label
from poise.sitting.ratings import Rateable
from poise.sitting.state import Conversation, State

STANDINGS = {
    "allowed": "may be given",
    "needs_approval": "may be given after a yes from above",
    "forbidden": "may not be given",
}


@dataclass(frozen=True)
class Line:
    """Something that was said, or done at the desk; `reply` is the number of the reply that it led to."""

    who: Literal["customer", "desk", "candidate"]
    words: str
    reply: int


@dataclass(frozen=True)
class BlindMoment:
    """A moment to be rated: the question, what each level looks like from 0 to 4, and the conversation up to it."""

    asks: str
    levels: tuple[str, ...]
    reply: int
    lines: tuple[Line, ...]


def view_blind(one: Rateable, state: State, texts: Mapping[str, str]) -> BlindMoment:
    """Lay out a moment for a rater.

    The customer's answer to the rated reply is left out, as it shows how the reply was taken; for the whole
    conversation all is there but how it is said to have ended.
    """
    conversation = state.conversations[one.case.key]
    levels = tuple(line.reads for line in sorted(one.moment.rubric, key=lambda line: line.level))
    lines = tuple(_lines(conversation, one.case, one.reply or len(conversation.replies), texts, whole=not one.reply))
    return BlindMoment(one.moment.asks, levels, one.reply, lines)


def _lines(
    conversation: Conversation, case: Scenario, replies: int, texts: Mapping[str, str], *, whole: bool
) -> Iterator[Line]:
    says = [conversation.opened.says, *(answer.says for answer in conversation.answers)]
    for reply in conversation.replies[:replies]:
        number = reply.reply
        yield Line("customer", says[number - 1], number)
        for step in conversation.desk:
            if step.reply == number:
                yield Line("desk", desk_label(case, step.do, step.what), number)
        yield Line("candidate", texts.get(reply.text, ERASED), number)
    if whole and len(says) > replies and says[replies]:
        yield Line("customer", says[replies], replies + 1)


def tell_case(case: Scenario) -> tuple[str, ...]:
    """Return what a rater needs to know of a case: what is true, the records, the policy, and what may be given."""
    return (
        case.scene,
        *(f"True is: {one}" for one in case.truth),
        *(f"Record, {one.label}: {one.text}" for one in case.records),
        *(f"Policy, {one.title}: {one.text}" for one in case.policy),
        *(f"Offer, {one.label} ({one.price}): {STANDINGS[one.standing]}. {one.why}" for one in case.remedies),
        *(
            f"Promise, {one.label}: {'can be kept' if one.keepable else 'cannot be kept'}. {one.why}"
            for one in case.pledges
        ),
    )
