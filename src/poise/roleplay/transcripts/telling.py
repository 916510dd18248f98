"""A review put into words for people, and into one JSON object for programs."""

from collections.abc import Iterator
from itertools import pairwise
from typing import Any

from poise.content.act import ACTS
from poise.content.review import SIGNS, Kind, ReviewRubric
from poise.roleplay.transcripts.reviewing import Review
from poise.roleplay.transcripts.turns import CustomerTurn, Reply
from poise.roleplay.transcripts.weighing import Moment, QualityRating

PRESENT = 0.5
MOST_QUOTES = 2
LONGEST_QUOTE = 160
MOST_LIKELY = 0.8
IN_WORDS = ("clearly low", "mostly low", "mixed or plain", "mostly high", "clearly high")
WEIGHT_OF_ANGER = {"insult": 1.0, "threat": 0.9, "accusation": 0.5, "sarcasm": 0.5, "demand": 0.3}
WEIGHT_OF_CALM = {"thanks": 0.6, "calming": 0.6}
LASTING = 0.5
TEMPERS = ((0.55, "hot"), (0.3, "tense"), (0.0, "calm"))


def as_record(review: Review) -> dict[str, Any]:
    """Return the review as one JSON object; what could not be judged is absent."""
    record: dict[str, Any] = {
        "id": review.conversation.transcript.id,
        "ratings": {
            rating.quality: {
                "expected": round(rating.expected, 4),
                "probabilities": _rounded(rating.probabilities),
                "turns": list(rating.turns),
            }
            for rating in review.ratings
        },
    }
    for name, value in (("overall", review.overall), ("would_return", review.would_return)):
        if value is not None:
            record[name] = round(value, 1)
    return record


def _rounded(chances: tuple[float, ...]) -> list[float]:
    """Round to four digits so that the sum stays 1."""
    found = [round(chance, 4) for chance in chances]
    largest = max(range(len(found)), key=found.__getitem__)
    found[largest] = round(1.0 - sum(found[:largest]) - sum(found[largest + 1 :]), 4)
    return found


def tell(review: Review, rubric: ReviewRubric) -> Iterator[str]:
    """Yield the lines of a review for people: ratings with what they rest on, then the conversation turn by turn."""
    transcript = review.conversation.transcript
    yield f"{transcript.id}: {transcript.case.title}" if transcript.case.title else transcript.id
    if not transcript.desk_known:
        yield "  What was done at the desk is not told: what rests on it is less certain."
    if not transcript.case.remedies:
        yield "  What could be offered is not told: offers cannot be held against the case."
    unread = [reply.number for reply in review.conversation.replies if not reply.legible]
    if unread:
        yield f"  Could not be read, and is no evidence: turn {', '.join(map(str, unread))}."
    if not review.ratings:
        yield "  Nothing could be rated."
    kinds = {kind.key: kind for kind in rubric.kinds}
    replies = {reply.number: reply for reply in review.conversation.replies}
    for rating in review.ratings:
        yield from _tell_rating(rating, kinds, replies)
    if review.would_return is not None:
        yield f"  Would the customer return? {review.would_return:.0f} of 100. This is an outcome, never a rating."
    for number, slot in review.evidence.facts.unsupported:
        yield f"  Turn {number}: “{slot.text}” stands neither in the case nor in what the customer said."
    yield "  Turn by turn (the customer's temper before, then what the reply does):"
    yield from _tell_turns(review)
    yield ""


def _tell_rating(rating: QualityRating, kinds: dict[str, Kind], replies: dict[int, Reply]) -> Iterator[str]:
    likeliest = max(range(len(rating.probabilities)), key=rating.probabilities.__getitem__)
    low, high = likely_range(rating.probabilities)
    spread = f"{low}" if low == high else f"{low} to {high}"
    yield f"  {rating.quality}: {IN_WORDS[likeliest]} ({rating.expected:.1f} of 4, likely {spread})"
    for moment in _apart(rating.moments)[:MOST_QUOTES]:
        yield f"    {_where(moment)}: {kinds[moment.kind].lines[moment.line].reads}"
        if quote := _quote(moment, replies):
            yield f"      {quote}"


def _apart(moments: tuple[Moment, ...]) -> list[Moment]:
    """Return the moments, the most telling first, without a second that says the same line of the same turns."""
    kept: dict[tuple[str, int], Moment] = {}
    for moment in moments:
        kept.setdefault((moment.kind, moment.line), moment)
    return list(kept.values())


def _where(moment: Moment) -> str:
    return f"turn{'s' if len(moment.turns) > 1 else ''} {', '.join(map(str, moment.turns))}"


def _quote(moment: Moment, replies: dict[int, Reply]) -> str:
    """Return the words that tell it, with the turn's number."""
    acts = [name for name in moment.telling if name in ACTS or name in SIGNS]
    reply = max((replies[turn] for turn in moment.turns), key=lambda one: max((one.acts[a] for a in acts), default=0.0))
    act = max(acts, key=lambda name: reply.acts[name], default="")
    words = reply.quote(act) if act else " ".join(reply.text.split())
    shown = words if len(words) <= LONGEST_QUOTE else words[:LONGEST_QUOTE].rsplit(" ", 1)[0] + " …"
    return f"{reply.number}: “{shown}”" + (f" ({', '.join(moment.telling)})" if moment.telling else "")


def likely_range(chances: tuple[float, ...]) -> tuple[int, int]:
    """Return the narrowest run of ratings that holds four fifths of the chance."""
    runs = [
        (high - low, -sum(chances[low : high + 1]), low, high)
        for low in range(len(chances))
        for high in range(low, len(chances))
        if sum(chances[low : high + 1]) >= MOST_LIKELY - 1e-9
    ]
    _, _, low, high = min(runs)
    return low, high


def tempers(turns: tuple[CustomerTurn, ...]) -> dict[int, float]:
    """Return the customer's temper after each of their turns, from 0 to 1: what was said before fades by half."""
    found: dict[int, float] = {}
    for earlier, turn in pairwise((None, *turns)):
        if turn is None:
            continue
        calm = 1.0
        for act, weight in WEIGHT_OF_ANGER.items():
            calm *= 1.0 - weight * turn.heard.get(act, 0.0)
        eased = max((weight * turn.heard.get(act, 0.0) for act, weight in WEIGHT_OF_CALM.items()), default=0.0)
        before = found[earlier.number] if earlier is not None else 1.0 - calm
        found[turn.number] = min(1.0, max(0.0, LASTING * before + (1.0 - LASTING) * (1.0 - calm) - LASTING * eased))
    return found


def _tell_turns(review: Review) -> Iterator[str]:
    heat = tempers(review.conversation.customer)
    for reply in review.conversation.replies:
        before = [value for number, value in heat.items() if number < reply.number]
        temper = next(word for least, word in TEMPERS if before[-1] >= least) if before else "not heard yet"
        parts = []
        for group in ("hear", "think", "react", "harm"):
            acts = [key for key, act in ACTS.items() if act.group == group and reply.acts.get(key, 0.0) >= PRESENT]
            deeds = [deed.do for deed in reply.desk if _GROUP_OF_DEED[deed.do] == group]
            if acts or deeds:
                contestable = " (contestable)" if group == "harm" else ""
                parts.append(f"{group}{contestable}: {', '.join([*(f'[{deed}]' for deed in deeds), *acts])}")
        yield f"    {reply.number}  {temper:<5}  {'; '.join(parts) if reply.legible else 'could not be read'}"


_GROUP_OF_DEED = {
    "look_up": "think",
    "read_policy": "think",
    "offer": "react",
    "promise": "react",
    "transfer": "react",
    "note": "react",
    "end": "react",
}
