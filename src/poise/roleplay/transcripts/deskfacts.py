"""What is certain about a conversation: facts from the desk, the case and the very words, reply by reply."""

import re
from collections.abc import Sequence
from dataclasses import dataclass
from itertools import pairwise

from poise.content.review import FACTS, ReviewRubric
from poise.roleplay.transcripts.transcript import Case, DeskAct, Remedy
from poise.roleplay.transcripts.turns import Conversation, Reply
from poise.roleplay.understanding.slots import (
    CLAIMS,
    Slot,
    find_slots,
    holds_out,
    is_supported,
    known_values,
    match_remedies,
    split_plainly,
    stems,
)

NEARLY_AS_GOOD, HALF = 0.8, 0.5
COPIED, ECHOED, SPECIFIC = 0.5, 2, 2
ASKED = 0.5
DEAR_BY = 0.1
_APPROVAL = re.compile(
    r"\b(?:manager|supervisor|approv\w*|decides?|permission|sign(?:s|ed)? (?:it )?off|ask (?:for|him|her|them|the)|"
    r"request|apply|application|can'?t promise|cannot promise|not promise|if (?:he|she|they) (?:says?|agrees?))\b",
    re.IGNORECASE,
)


@dataclass(frozen=True)
class FactSheet:
    """The chance of each fact so far and with each reply, and at the end; `untold` are those that are not known."""

    so_far: tuple[dict[str, float], ...]
    now: tuple[dict[str, float], ...]
    at_end: dict[str, float]
    untold: frozenset[str]
    came: dict[str, tuple[int, ...]]
    best_offered: float
    best_permitted: float
    unsupported: tuple[tuple[int, Slot], ...]


@dataclass(frozen=True)
class _Desk:
    """What a case allows, for telling offers apart."""

    remedies: dict[str, Remedy]
    permitted: tuple[Remedy, ...]
    best: float

    @classmethod
    def of(cls, case: Case) -> "_Desk":
        permitted = tuple(remedy for remedy in case.remedies if remedy.allowed == "allowed")
        best = max((remedy.value_to_customer for remedy in permitted), default=0.0)
        return cls({remedy.key: remedy for remedy in case.remedies}, permitted, best)

    @property
    def words(self) -> dict[str, str]:
        return {key: remedy.text for key, remedy in self.remedies.items()}

    def is_dear(self, remedy: Remedy) -> bool:
        """Say whether a permitted remedy is worth as much to the customer and costs clearly less."""
        margin = DEAR_BY * max(one.cost for one in self.remedies.values())
        return any(
            other.value_to_customer >= remedy.value_to_customer and other.cost < remedy.cost - min(margin, 10.0)
            for other in self.permitted
        )


def find_facts(conversation: Conversation, rubric: ReviewRubric) -> FactSheet:
    """Return every fact of a conversation; what the transcript cannot tell has the chance stored for it."""
    transcript = conversation.transcript
    desk = _Desk.of(transcript.case)
    claims = _find_claims(conversation)
    fresh = [set[str]() for _ in conversation.replies]
    for place, reply in enumerate(conversation.replies):
        earlier = conversation.replies[:place]
        held = set[str]().union(*fresh[:place])
        fresh[place] |= _facts_of_deeds(reply, earlier, desk, held)
        fresh[place] |= _facts_of_words(reply, earlier, desk)
        fresh[place] |= _facts_of_case(conversation, place, claims[place])
    end = set[str]().union(*fresh) if fresh else set()
    offered = [desk.remedies[key] for reply in conversation.replies for key in _offered(reply.desk, desk)]
    worth = max((one.value_to_customer for one in offered if one.allowed != "forbidden"), default=0.0)
    end |= _facts_at_end(end, worth, desk)
    unknown = _unknown(conversation, rubric)
    known = [{fact: 1.0 for fact in facts if fact not in unknown} for facts in fresh]
    so_far = [{fact: 1.0 for held in known[: place + 1] for fact in held} for place in range(len(fresh))]
    lacking = [{fact: chances[at] for fact, chances in unknown.items()} for at in range(3)]
    return FactSheet(
        so_far=tuple(lacking[0] | facts for facts in so_far),
        now=tuple(lacking[1] | facts for facts in known),
        at_end=lacking[2] | {fact: 1.0 for fact in end if fact not in unknown},
        untold=frozenset(unknown),
        came={
            fact: tuple(reply.number for reply, facts in zip(conversation.replies, fresh, strict=True) if fact in facts)
            for fact in sorted(set[str]().union(*fresh))
        },
        best_offered=worth,
        best_permitted=desk.best,
        unsupported=tuple(
            (reply.number, slot)
            for reply, found in zip(conversation.replies, claims, strict=True)
            for slot, supported in found
            if not supported
        ),
    )


def _unknown(conversation: Conversation, rubric: ReviewRubric) -> dict[str, tuple[float, float, float]]:
    """Return the facts that the transcript cannot tell, each with its stored chances."""
    case, lacking = conversation.transcript.case, set[str]()
    if not conversation.transcript.desk_known:
        lacking |= {"desk"}
    if not case.remedies or "desk" in lacking:
        lacking |= {"remedies"}
    if not (case.facts or case.policy):
        lacking |= {"case"}
    return {fact: chances for fact, chances in rubric.unknown.items() if FACTS[fact][0] in lacking}


def _offered(deeds: Sequence[DeskAct], desk: _Desk) -> list[str]:
    """Return the remedies that were offered or promised at the desk, by key or by words."""
    return [key for deed in deeds if deed.do in {"offer", "promise"} for key in _named(deed, desk)]


def _named(deed: DeskAct, desk: _Desk) -> tuple[str, ...]:
    found = match_remedies(deed.what, desk.words)
    by_key = [key for key in found if key.casefold() in deed.what.casefold()]
    return tuple(by_key) if by_key else found[:1]


def _facts_of_deeds(reply: Reply, earlier: Sequence[Reply], desk: _Desk, held: set[str]) -> set[str]:
    """Return what the desk actions of one reply make true, given what held before."""
    facts = set[str]()
    plain = {"look_up": "looked_up", "read_policy": "read_policy", "note": "noted", "transfer": "transferred"}
    plain |= {"offer": "offered", "promise": "promised", "end": "ended"}
    committed = bool({"offered", "promised"} & held)
    for deed in reply.desk:
        if deed.do == "look_up" and any(one.do == "look_up" for other in earlier for one in other.desk):
            facts.add("looked_up.twice")
        if deed.do in {"look_up", "read_policy"} and not committed:
            facts.add(f"{plain[deed.do]}.before_offer")
        if deed.do == "look_up" and not earlier:
            facts.add("looked_up.first")
        if deed.do in {"offer", "promise"}:
            committed = True
            facts |= _facts_of_offer(deed, reply, desk, approved="transferred" in held | facts)
        if deed.do == "transfer" and desk.best > 0:
            facts.add("transferred.needless")
        facts.add(plain[deed.do])
    return facts


def _facts_of_offer(deed: DeskAct, reply: Reply, desk: _Desk, *, approved: bool) -> set[str]:
    named = _named(deed, desk)
    if not named:
        return {"offered.strange"} if deed.do == "offer" else set()
    facts = set[str]()
    for key in named:
        remedy = desk.remedies[key]
        if remedy.allowed == "forbidden":
            facts.add("offered.forbidden")
        elif remedy.allowed == "needs_approval" and not approved and not _APPROVAL.search(f"{reply.text} {deed.what}"):
            facts.add("offered.unapproved")
        else:
            facts.add("offered.allowed")
            if remedy.value_to_customer >= NEARLY_AS_GOOD * desk.best:
                facts.add("offered.good")
        if desk.is_dear(remedy):
            facts.add("offered.dear")
    return facts


def _facts_at_end(end: set[str], worth: float, desk: _Desk) -> set[str]:
    facts = set[str]()
    if desk.best > 0 and worth < HALF * desk.best:
        facts.add("offered.poor" if "offered" in end or "promised" in end else "withheld")
        facts.add("withheld")
    if "ended" in end and not end & {"offered", "promised"}:
        facts.add("ended.empty")
    return facts


def _facts_of_words(reply: Reply, earlier: Sequence[Reply], desk: _Desk) -> set[str]:
    """Return what the words of one reply make true by themselves: remedies named, echoes, copies."""
    facts = set[str]()
    own = stems(reply.text)
    if len(own & stems(reply.answers)) >= ECHOED:
        facts.add("echoes")
    if any(_alike(reply.text, other.text) for other in earlier):
        facts.add("repeated")
    if not desk.remedies:
        return facts
    named = set[str]()
    for sentence in split_plainly(reply.text):
        found = match_remedies(sentence, desk.words)[:1]
        if not found or not holds_out(sentence):
            continue
        named |= {key for key in found if desk.remedies[key].allowed == "allowed"}
        if desk.remedies[found[0]].allowed == "forbidden" and "?" not in sentence:
            facts.add("worded.forbidden")
    named |= {key for key in _offered(reply.desk, desk) if desk.remedies[key].allowed == "allowed"}
    before = {key for other in earlier for key in _offered(other.desk, desk) if desk.remedies[key].allowed == "allowed"}
    if named:
        facts.add("worded.permitted")
    if len(named | before) > 1 and named:
        facts |= {"worded.several"}
    if len({*_offered(reply.desk, desk), *before} & {remedy.key for remedy in desk.permitted}) > 1:
        facts.add("offered.several")
    return facts


def _facts_of_case(conversation: Conversation, place: int, claims: Sequence[tuple[Slot, bool]]) -> set[str]:
    """Return what the words of one reply make true against the case: claims, specifics, what was found out."""
    case, reply = conversation.transcript.case, conversation.replies[place]
    facts = set[str]()
    if any(not supported for _, supported in claims):
        facts.add("claimed.unsupported")
    if any(supported for _, supported in claims):
        facts.add("claimed.supported")
    matter = stems(" ".join((*case.facts, *case.policy)))
    if len(stems(reply.text) & matter - stems(reply.answers)) >= SPECIFIC:
        facts.add("specific")
    hidden = [stems(text) - matter for text in case.hidden]
    told = stems(conversation.said_before(reply.number))
    asked = any(other.acts.get("ask", 0.0) >= ASKED for other in conversation.replies[:place])
    open_now = [words for words in hidden if len(words & told) >= min(SPECIFIC, len(words)) and words]
    if open_now and asked:
        facts.add("found")
    if any(words & told & stems(reply.text) for words in open_now):
        facts.add("found.used")
    return facts


def _find_claims(conversation: Conversation) -> list[list[tuple[Slot, bool]]]:
    """Return, for each reply, its claims and whether case, desk or the customer's words support each."""
    case = conversation.transcript.case
    base = (case.title, case.customer, *case.facts, *case.policy, *case.hidden)
    base += tuple(remedy.text for remedy in case.remedies)
    found = []
    for reply in conversation.replies:
        deeds = [deed.what for other in conversation.replies if other.number <= reply.number for deed in other.desk]
        values = known_values((*base, *deeds, conversation.said_before(reply.number)))
        slots = [slot for slot in find_slots(reply.text) if slot.kind in CLAIMS]
        found.append([(slot, is_supported(slot, values)) for slot in slots])
    return found


def _alike(text: str, other: str) -> bool:
    """Say whether a reply nearly repeats another, by the pairs of words they share."""
    first, second = (set(pairwise(re.findall(r"[\w']+", one.casefold()))) for one in (text, other))
    return min(len(first), len(second)) > 2 and len(first & second) >= COPIED * min(len(first), len(second))  # noqa: PLR2004  three pairs at least
