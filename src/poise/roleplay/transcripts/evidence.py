"""All that speaks in a conversation, before it is weighed: every moment with its opportunity, levels and turns."""

import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import numpy as np

from poise.content.act import HARM
from poise.content.review import LEVELS, OTHERWISE, Kind, ReviewLine, ReviewRubric, asserted_in
from poise.roleplay.transcripts.deskfacts import FactSheet, find_facts
from poise.roleplay.transcripts.propagating import chance_of_lines, chance_of_opportunity
from poise.roleplay.transcripts.turns import Conversation, Reply
from poise.roleplay.transcripts.weighing import Moment
from poise.roleplay.understanding.slots import stems

LEAST_OPPORTUNITY = 0.05
LEAST_SHOWN = 0.2
SAME_AGAIN = 0.5
TELLING = 0.4
MOST_TURNS = 3


@dataclass(frozen=True)
class Evidence:
    """The evidence of one conversation: what ratings and weights are made from."""

    id: str
    moments: tuple[Moment, ...]
    facts: FactSheet
    justice: Mapping[str, float]


def find_evidence(conversation: Conversation, rubric: ReviewRubric) -> Evidence:
    """Return every moment of a conversation; replies that cannot be read are none, nor do they count for the whole."""
    facts = find_facts(conversation, rubric)
    legible = [place for place, reply in enumerate(conversation.replies) if reply.legible]
    replies = [conversation.replies[place] for place in legible]
    acts = [_hold_back(reply.acts, rubric.caution) for reply in replies]
    heard = [reply.heard for reply in replies]
    repeated = [_repeats(conversation, reply) for reply in replies]
    moments = []
    for kind in rubric.kinds if replies else ():
        if kind.whole:
            opportunity = chance_of_opportunity(
                kind, [turn.heard for turn in conversation.customer], 0, first=True, last=True, repeated=any(repeated)
            )
            lines = chance_of_lines(kind, rubric, acts, facts.at_end, facts.at_end)
            moments.append(_moment(kind, rubric, lines, opportunity, replies, facts, None))
            continue
        for place, reply in enumerate(replies):
            opportunity = chance_of_opportunity(
                kind, heard, place, first=place == 0, last=place == len(replies) - 1, repeated=repeated[place]
            )
            if opportunity >= LEAST_OPPORTUNITY:
                sheet = legible[place]
                lines = chance_of_lines(kind, rubric, acts, facts.so_far[sheet], facts.now[sheet], place)
                moments.append(_moment(kind, rubric, lines, opportunity, replies, facts, reply))
    moments = _leave_out_without_opportunity(moments, rubric)
    return Evidence(conversation.transcript.id, tuple(moments), facts, _justice(conversation, replies, facts))


def _leave_out_without_opportunity(moments: Sequence[Moment], rubric: ReviewRubric) -> list[Moment]:
    """Leave out a quality that no single turn gave an opportunity for: the whole alone does not make one."""
    single = {kind.key for kind in rubric.kinds if not kind.whole}
    shown = {one.quality for one in moments if one.kind in single and one.opportunity > LEAST_SHOWN}
    return [one for one in moments if one.quality in shown]


def _moment(
    kind: Kind,
    rubric: ReviewRubric,
    lines: np.ndarray,
    opportunity: float,
    replies: Sequence[Reply],
    facts: FactSheet,
    reply: Reply | None,
) -> Moment:
    levels = np.zeros(LEVELS)
    levels[[line.level for line in kind.lines]] = lines
    line = kind.lines[int(np.argmax(lines))]
    telling = _telling(kind, line, rubric, replies if reply is None else [reply], facts)
    turns = (reply.number,) if reply is not None else tuple(sorted(set(telling.values())))[:MOST_TURNS]
    return Moment(
        kind=kind.key,
        quality=kind.quality,
        turns=turns or (replies[-1].number,),
        opportunity=round(opportunity, 6),
        levels=tuple(float(level) for level in levels),
        line=int(np.argmax(lines)),
        telling=tuple(telling),
        known=known_share(kind, facts.untold),
    )


def known_share(kind: Kind, untold: frozenset[str]) -> float:
    """Return the share of a kind's names that can be known: as much of it counts.

    Facts that are not told would else look independent of each other, which they are not.
    """
    lacking = sum(kind.split(name)[1] in untold for name in kind.names)
    return (1.0 - lacking / len(kind.names)) ** 2


def _telling(
    kind: Kind, line: ReviewLine, rubric: ReviewRubric, replies: Sequence[Reply], facts: FactSheet
) -> dict[str, int]:
    """Return the acts and facts that hold and speak for the line, each with the turn where it is clearest."""
    found: dict[str, int] = {}
    for name in sorted(asserted_in(line.when) - {OTHERWISE}):
        _, rest = kind.split(name)
        for act in sorted(rubric.acts_of(rest)):
            best = max(replies, key=lambda reply: reply.acts.get(act, 0.0))
            if best.acts.get(act, 0.0) >= TELLING:
                found[act] = best.number
        numbers = {reply.number for reply in replies}
        if came := [turn for turn in facts.came.get(rest, ()) if turn in numbers]:
            found[rest] = came[0]
    return found


def _hold_back(acts: Mapping[str, float], caution: float) -> dict[str, float]:
    """Take `caution` off the log-odds of the harmful acts."""
    factor = math.exp(-caution)
    return {act: p * factor / (p * factor + 1.0 - p) if act in HARM and p < 1 else p for act, p in acts.items()}


def _repeats(conversation: Conversation, reply: Reply) -> bool:
    """Say whether the customer, just before this reply, mostly says again what they said before."""
    words = stems(reply.answers)
    answered = [turn for turn in conversation.customer if turn.number < reply.number and turn.text not in reply.answers]
    return any(len(words & stems(turn.text)) >= SAME_AGAIN * max(len(words), 3) for turn in answered)


def _justice(conversation: Conversation, replies: Sequence[Reply], facts: FactSheet) -> dict[str, float]:
    """Return the measures of felt justice, each from 0 to 1: of the outcome, of the treatment and of the procedure."""

    def mean(*acts: str) -> float:
        return float(np.mean([max(reply.acts.get(act, 0.0) for act in acts) for reply in replies])) if replies else 0.0

    best, untold = facts.best_permitted, "offered.allowed" in facts.untold
    end = facts.at_end
    last = conversation.customer[-1].heard if conversation.customer else {}
    return {
        "outcome": end["offered.allowed"] if untold else min(1.0, facts.best_offered / best) if best else 1.0,
        "committed": mean("commit"),
        "broken": end.get("offered.forbidden", 0.0),
        "asked": mean("open_question"),
        "heard": mean("acknowledge", "restate", "care"),
        "owned": mean("own", "yielding"),
        "harmed": mean("insult", "challenge", "dismiss", "schooling", "take_offence", "self_defence"),
        "stalled": mean("stall"),
        "emptied": mean("overpromise", "oversell"),
        "looked": end.get("looked_up", 0.0),
        "calmed": 1.0 - (1.0 - last.get("thanks", 0.0)) * (1.0 - last.get("calming", 0.0)),
        "threatened": last.get("threat", 0.0),
    }
