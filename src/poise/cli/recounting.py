"""What stands after each reply of a conversation, as plain data: the same conversation gives the same bytes."""

from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass
from typing import Any

from poise.content.library import Library
from poise.content.rubric import OTHERWISE, is_act, parse_condition
from poise.roleplay.conversation import Conversation, Turn, frontier, needs_open, rate, would_return
from poise.roleplay.rating import Rating, facts_now
from poise.roleplay.remedies import Frontier
from poise.roleplay.understanding import TextReading
from poise.roleplay.understanding.explaining import quote_acts

SURE = 0.5
DIGITS = 6
Record = dict[str, Any]


@dataclass(frozen=True)
class Judged:
    """A conversation, and every moment that came up in it with the number of its reply (0: all of it)."""

    conversation: Conversation
    ratings: tuple[tuple[Rating, int], ...]


def judge(conversation: Conversation, base_rates: Mapping[str, float], library: Library) -> Judged:
    """Rate a conversation as far as it has come."""
    return Judged(conversation, rate(conversation, base_rates, library.beliefs))


def recount_turn(judged: Judged) -> Record:
    """Return everything that stands after the last reply."""
    conversation = judged.conversation
    turn = conversation.turns[-1]
    facts = facts_now(conversation.scenario, conversation.said, conversation.desk, whole=False)
    return {
        "kind": "turn",
        "reply": turn.reply,
        "customer": conversation.words_before(turn.reply),
        "desk": [{"do": step.do, "what": step.what} for step in turn.desk],
        "said": turn.words,
        "legible": turn.reading.legible,
        "acts": dict(turn.reading.acts),
        "facts": sorted(facts),
        "reaction": turn.answer.reaction,
        "says": turn.answer.says,
        **_standing(judged),
    }


def recount_outcome(judged: Judged, library: Library, reader: str) -> Record:
    """Return how the conversation ended, or that it has not, and what it was held with."""
    conversation = judged.conversation
    return {
        "kind": "outcome",
        "scenario": conversation.scenario.key,
        "library": library.version,
        "reader": reader,
        "seed": conversation.seed,
        "replies": len(conversation.turns),
        "replies_due": len(conversation.scenario.probes),
        "outcome": conversation.outcome,
        **_standing(judged),
    }


def _standing(judged: Judged) -> Record:
    conversation = judged.conversation
    return {
        "state": asdict(conversation.state),
        "needs_open": [need.key for need in needs_open(conversation)],
        "would_return": would_return(conversation),
        "frontier": _recount_frontier(frontier(conversation)),
        "moments": [_recount_moment(conversation, rating, number) for rating, number in judged.ratings],
    }


def _recount_frontier(shown: Frontier) -> Record:
    return {
        "points": [point._asdict() for point in shown.points],
        "efficient": sorted(shown.efficient),
        "given": list(shown.given),
        "distance": round(shown.distance, DIGITS),
        "doormat": shown.doormat,
        "stonewaller": shown.stonewaller,
    }


def _recount_moment(conversation: Conversation, rating: Rating, number: int) -> Record:
    return {
        "moment": rating.moment.key,
        "quality": rating.moment.quality,
        "reply": number,
        "probabilities": [round(chance, DIGITS) for chance in rating.probabilities],
        "line": {"level": rating.line.level, "reads": rating.line.reads, "when": rating.line.when},
        "telling": list(rating.telling),
        "quotes": [{"reply": reply, "words": words} for reply, words in quote_line(conversation, rating, number)],
    }


def quote_line(conversation: Conversation, rating: Rating, number: int) -> tuple[tuple[int, str], ...]:
    """Return the sentences, with the numbers of their replies, whose acts made the line of a rubric fire."""
    line = rating.line
    atoms = parse_condition(line.when).atoms if line.when != OTHERWISE else rating.telling
    found: dict[tuple[int, str], None] = {}
    for atom in (atom for atom in rating.telling if atom in atoms and is_act(atom)):
        scope, _, act = atom.rpartition(".")
        among = conversation.turns[:number] if number else conversation.turns
        turn = _clearest(act, among if not number else among[:-1] if scope == "earlier" else among[-1:])
        if turn is not None:
            found[turn.reply, quote_acts(turn.words, turn.reading).get(act, turn.words)] = None
    return tuple(found)


def _clearest(act: str, turns: Sequence[Turn]) -> Turn | None:
    best = max(turns, key=lambda turn: chance_of(act, turn.reading), default=None)
    return best if best is not None and chance_of(act, best.reading) >= SURE else None


def chance_of(act: str, reading: TextReading) -> float:
    """Return how likely a reply holds an act."""
    return dict(reading.acts).get(act, 0.0)
