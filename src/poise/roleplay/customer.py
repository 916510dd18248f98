"""The customer: hears a reply, is moved by it, and answers."""

import re
from collections.abc import Sequence
from dataclasses import dataclass
from itertools import pairwise
from typing import Literal, Protocol

from poise.content.manner import Appraisal, Voice
from poise.content.scenario import Scenario
from poise.roleplay.generation import draw_line, say_ending, say_probe, say_reaction
from poise.roleplay.rating import DeskStep, Said, facts_now
from poise.roleplay.state import Conduct, CustomerState, first_state, move

Outcome = Literal["pleased", "settled", "unhappy", "lost", "ended"]
HURTS = ("insult", "dismiss", "argue", "blame_customer", "take_offence", "hurry")
"""The harmful acts that a customer notices at once; a boast or an empty promise shows later."""
WELCOME = 50
COPIED_AT = 0.8
ASKED_AT = 0.35
LEAST_WORDS_TO_COPY = 4
OUTCOMES: tuple[tuple[int, Outcome], ...] = ((680, "pleased"), (480, "settled"), (280, "unhappy"), (0, "lost"))


class ReadsReplies(Protocol):
    """What the customer needs of a reading."""

    @property
    def acts(self) -> tuple[tuple[str, float], ...]:
        """The chance of each act."""

    @property
    def legible(self) -> bool:
        """Whether the reply could be read at all."""


@dataclass(frozen=True)
class Answer:
    """How the customer took a reply and what they say to it."""

    state: CustomerState
    reaction: str
    says: str
    would_return: int
    outcome: Outcome | None = None


def open_conversation(scenario: Scenario, seed: int) -> tuple[CustomerState, str]:
    """Return how the customer comes in and their first words."""
    return first_state(scenario), say_probe(scenario, scenario.probes[0], seed)


def hear(scenario: Scenario, text: str, reading: ReadsReplies, before: Sequence[Said], texts: Sequence[str]) -> Said:
    """Set a reply in its case: whether it is about it, copies an earlier one, or opens what was hidden."""
    acts = dict(reading.acts)
    words = _words(text)
    spoken = " ".join(words)
    told = {key for one in before for key in one.told}
    opened = [
        fact.key
        for fact in scenario.hidden
        if fact.key not in told
        and acts.get("ask", 0.0) >= ASKED_AT
        and any(_mentions(spoken, phrase) for phrase in fact.opened_by)
    ]
    return Said(
        acts=acts,
        legible=reading.legible,
        on_topic=any(_mentions(spoken, topic) for topic in scenario.topics),
        copied=any(_alike(words, _words(earlier)) for earlier in texts),
        told=tuple(opened[:1]) if reading.legible else (),
    )


def answer(
    scenario: Scenario,
    appraisal: Appraisal,
    voice: Voice,
    state: CustomerState,
    said: Sequence[Said],
    desk: Sequence[DeskStep],
    seed: int,
    spoken: Sequence[str],
) -> Answer:
    """Return the customer's answer to the last reply; the timetable goes on whatever was said."""
    conduct = _conduct(scenario, said, desk, appraisal)
    moved = move(state, conduct, appraisal, scenario.customer.temperament)
    reaction = _reaction(scenario, conduct, appraisal)
    place = f"{scenario.key}/{len(said)}"
    returning = would_return(scenario, moved, said, desk)
    words = [_told_line(scenario, said[-1], place, seed)]
    if not words[0]:
        words = [say_reaction(voice, reaction, moved.anger, place, seed, spoken)]
    outcome = _outcome(scenario, said, desk, returning)
    if outcome is None:
        words.append(say_probe(scenario, scenario.probes[len(said)], seed))
    elif outcome == "ended":
        words = []
    else:
        words.append(say_ending(scenario, outcome, seed))
    return Answer(moved, reaction, "\n".join(words), returning, outcome)


def would_return(scenario: Scenario, state: CustomerState, said: Sequence[Said], desk: Sequence[DeskStep]) -> int:
    """Return, in thousandths, how likely this customer is to come back: an outcome, never a score.

    Outcome weighs more than treatment and treatment more than procedure (Orsingher 2010).
    """
    facts = facts_now(scenario, said, desk, whole=True)
    approved = facts.get("transferred", False)
    kept = {"allowed"} | ({"needs_approval"} if approved else set())
    offered = [remedy for remedy in scenario.remedies if facts.get(f"offered.{remedy.key}", False)]
    worth = max((one.value * (10 if one.standing in kept else 5) for one in offered), default=0)
    procedure = 250 * sum(
        facts.get(fact, False) for fact in ("promised.keepable", "found.any", "looked_up.any", "read_policy.any")
    )
    if facts.get("promised.unkeepable", False):
        procedure = max(0, procedure - 400)
    treatment = (state.heard + state.trust + 1000 - state.anger) // 3
    return (45 * worth + 30 * treatment + 25 * procedure) // 100


def _conduct(scenario: Scenario, said: Sequence[Said], desk: Sequence[DeskStep], appraisal: Appraisal) -> Conduct:
    last = said[-1]
    facts = facts_now(scenario, said, desk, whole=False)
    fresh = {fact.removeprefix("now.") for fact in facts if fact.startswith("now.")}
    before = {act: sum(one.acts.get(act, 0.0) >= appraisal.clear_at for one in said[:-1]) for act in appraisal.acts}
    return Conduct(
        acts=last.acts,
        new_facts=frozenset(fresh | ({"repeated"} if last.copied else set())),
        times_before=before,
        on_topic=last.on_topic,
        copied=last.copied,
        legible=last.legible,
    )


def _reaction(scenario: Scenario, conduct: Conduct, appraisal: Appraisal) -> str:
    """Return what in the reply the customer answers to, the most telling thing first."""

    def clear(*acts: str) -> bool:
        return any(conduct.acts.get(act, 0.0) >= appraisal.clear_at for act in acts)

    offered = [remedy for remedy in scenario.remedies if f"offered.{remedy.key}" in conduct.new_facts]
    worth = max((remedy.value for remedy in offered), default=0)
    rules = (
        ("unclear", not conduct.legible),
        ("harm", clear(*HURTS)),
        ("copied", conduct.copied),
        ("good_offer", worth >= WELCOME),
        ("poor_offer", "offered.any" in conduct.new_facts),
        ("refusal", clear("refuse", "cite_policy")),
        ("promise", clear("commit") or "promised.any" in conduct.new_facts),
        ("question", clear("ask")),
        ("apology", clear("apologise")),
        ("heard", clear("acknowledge", "restate", "own")),
        ("explanation", clear("explain", "admit_limit", "check")),
    )
    return next((reaction for reaction, fits in rules if fits), "nothing")


def _outcome(scenario: Scenario, said: Sequence[Said], desk: Sequence[DeskStep], returning: int) -> Outcome | None:
    if any(step.do == "end" for step in desk):
        return "ended"
    if len(said) < len(scenario.probes):
        return None
    return next(outcome for least, outcome in OUTCOMES if returning >= least)


def _told_line(scenario: Scenario, last: Said, place: str, seed: int) -> str:
    for fact in scenario.hidden:
        if fact.key in last.told:
            return draw_line(fact.says, f"{place}/{fact.key}", seed)
    return ""


def _words(text: str) -> list[str]:
    return re.findall(r"[\w']+", text.casefold())


def _mentions(spoken: str, phrase: str) -> bool:
    """Say whether a phrase stands in the words, also with an ending such as a plural's."""
    return re.search(rf"\b{re.escape(phrase.casefold())}", spoken) is not None


def _alike(words: list[str], others: list[str]) -> bool:
    """Say whether a reply is nearly the same as an earlier one, by the pairs of words they share."""
    if min(len(words), len(others)) < LEAST_WORDS_TO_COPY:
        return words == others and bool(words)
    pairs, other_pairs = set(pairwise(words)), set(pairwise(others))
    return len(pairs & other_pairs) >= COPIED_AT * len(pairs | other_pairs)
