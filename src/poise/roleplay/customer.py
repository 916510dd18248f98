"""The customer: hears a reply, is moved by it, and answers."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from typing import Literal

from poise.content.manner import Appraisal, Voice
from poise.content.scenario import HiddenFact, PlainAnswer, Scenario
from poise.roleplay.generation import draw_line, say_ending, say_probe, say_reaction, say_second
from poise.roleplay.hearing import ReadsReplies, hear
from poise.roleplay.justice import PRIOR, broke_word, felt_outcome, would_return
from poise.roleplay.needs import still_open
from poise.roleplay.rating import DeskStep, Said, facts_now
from poise.roleplay.remedies import options_of
from poise.roleplay.state import SPECIFIC, Conduct, CustomerState, first_state, move
from poise.roleplay.temper import BACK, turn_of_temper

__all__ = ["Answer", "Outcome", "ReadsReplies", "answer", "hear", "open_conversation", "second_message", "would_return"]

Outcome = Literal["pleased", "settled", "unhappy", "lost", "ended"]
HURTS = ("insult", "dismiss", "argue", "blame_customer", "take_offence", "hurry")
"""The harmful acts that a customer notices at once; a boast or an empty promise shows later."""
HEARING = ("acknowledge", "restate", "apologise", "own")
"""Who hears and also asks is answered for the hearing: the question they asked is no quiz."""
ASKING_AGAIN = ("foreign", "unclear")
WELCOME = 50
FIRST_OF_TWO = "first_of_two"
OUTCOMES: tuple[tuple[int, Outcome], ...] = ((680, "pleased"), (480, "settled"), (280, "unhappy"), (0, "lost"))


@dataclass(frozen=True)
class Answer:
    """How the customer took a reply and what they say to it."""

    state: CustomerState
    reaction: str
    says: str
    would_return: int
    outcome: Outcome | None = None

    @property
    def temper(self) -> str:
        """The turn of temper that came with it, or an empty string."""
        return self.state.tempers[-1] if self.state.tempers else ""


def open_conversation(scenario: Scenario, seed: int) -> tuple[CustomerState, str]:
    """Return how the customer comes in and their first words."""
    return first_state(scenario), say_probe(scenario, scenario.probes[0], seed)


def second_message(scenario: Scenario, reply: int, seed: int) -> str:
    """Return what the customer is still writing before the reply of this number, or an empty string."""
    probe = scenario.probes[reply - 1]
    return say_second(scenario, probe, seed) if probe.then else ""


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
    moved = replace(
        move(state, conduct, appraisal, scenario.customer.temperament),
        outcome=felt_outcome(scenario, desk, appraisal.justice or PRIOR),
        open_needs=still_open(scenario, state.open_needs, said, desk, appraisal.clear_at),
    )
    returning = would_return(scenario, moved, said, desk, appraisal.justice)
    outcome = _outcome(scenario, said, desk, returning)
    temper = "" if outcome else turn_of_temper(moved, appraisal, voice)
    moved = replace(moved, tempers=(*state.tempers, temper))
    reaction = _reaction(scenario, conduct, appraisal, moved, said, desk)
    place = f"{scenario.key}/{len(said)}"

    def react(kind: str) -> str:
        return say_reaction(voice, kind, moved.anger, place, seed, spoken, scenario.customer)

    second = [second_message(scenario, len(said), seed)] if "interrupted" in conduct.new_facts else []
    told = _told_lines(scenario, said[-1], place, seed, spoken)
    if reaction == FIRST_OF_TWO:  # holds the floor, so it comes before what was still to be said
        words = [react(reaction), *second, *told]
    else:
        asks_again = outcome is not None and reaction in ASKING_AGAIN  # there is no further reply to ask for
        words = [*second, *(told or ([] if asks_again else [react(BACK if temper == BACK else reaction)]))]
    words += [react(temper)] if temper not in {"", BACK} else []
    if outcome is None:
        words.append(say_probe(scenario, scenario.probes[len(said)], seed))
    elif outcome == "ended":
        words = []
    else:
        words.append(say_ending(scenario, outcome, seed))
    return Answer(moved, reaction, "\n".join(words), returning, outcome)


def _conduct(scenario: Scenario, said: Sequence[Said], desk: Sequence[DeskStep], appraisal: Appraisal) -> Conduct:
    last = said[-1]
    fresh = [_fresh_facts(scenario, said[:number], desk) for number in range(1, len(said) + 1)]
    before = {act: sum(one.acts.get(act, 0.0) >= appraisal.clear_at for one in said[:-1]) for act in appraisal.acts}
    before |= {fact: sum(fact in earlier for earlier in fresh[:-1]) for fact in fresh[-1]}
    return Conduct(
        acts=last.acts,
        new_facts=fresh[-1],
        times_before=before,
        on_topic=last.on_topic,
        copied=last.copied,
        legible=last.legible,
        touched=SPECIFIC if last.touched is None else last.touched,
        stock=last.stock,
    )


def _fresh_facts(scenario: Scenario, said: Sequence[Said], desk: Sequence[DeskStep]) -> frozenset[str]:
    """Return the facts that came with the last of these replies, and what only the customer notices."""
    number = len(said)
    facts = facts_now(scenario, said, desk, whole=False)
    fresh = {fact.removeprefix("now.") for fact in facts if fact.startswith("now.")}
    fresh |= {"repeated"} if said[-1].copied else set()
    fresh |= {"interrupted"} if scenario.probes[number - 1].then and "waited" not in fresh else set()
    fresh |= {"broken"} if broke_word(scenario, said, desk) else set()
    return frozenset(fresh)


def _reaction(
    scenario: Scenario,
    conduct: Conduct,
    appraisal: Appraisal,
    state: CustomerState,
    said: Sequence[Said],
    desk: Sequence[DeskStep],
) -> str:
    """Return what in the reply the customer answers to, the most telling thing first."""

    def clear(*acts: str) -> bool:
        return any(conduct.acts.get(act, 0.0) >= appraisal.clear_at for act in acts)

    number = len(said)
    offered = options_of(scenario, (step.what for step in desk if (step.do, step.reply) == ("offer", number)))
    worth = max((option.value for option in offered), default=0)
    rules = (
        ("foreign", said[-1].foreign),
        ("unclear", not conduct.legible),
        ("harm", clear(*HURTS)),
        (FIRST_OF_TWO, "interrupted" in conduct.new_facts),
        ("copied", conduct.copied),
        ("good_offer", worth >= WELCOME),
        ("poor_offer", "offered.any" in conduct.new_facts),
        ("sold_to", clear("oversell")),
        ("transfer", "transferred" in conduct.new_facts),
        ("boundary", clear("set_boundary")),
        ("refusal", clear("refuse", "cite_policy")),
        ("promise", clear("commit") or "promised.any" in conduct.new_facts),
        ("limits", clear("admit_limit")),
        ("answered", clear("ask") and not clear(*HEARING)),
        ("apology", clear("apologise")),
        ("heard", clear("acknowledge", "restate", "own")),
        ("explanation", clear("explain", "check")),
        ("boasted", clear("boast")),
        ("thanked", clear("courtesy")),
        # Every other time, so that the lines do not wear out; the number of the reply is the same for everybody.
        ("need", bool(state.open_needs) and number % 2 == 0),
    )
    return next((reaction for reaction, fits in rules if fits), "nothing")


def _outcome(scenario: Scenario, said: Sequence[Said], desk: Sequence[DeskStep], returning: int) -> Outcome | None:
    if any(step.do == "end" for step in desk):
        return "ended"
    if len(said) < len(scenario.probes):
        return None
    return next(outcome for least, outcome in OUTCOMES if returning >= least)


def _told_lines(scenario: Scenario, last: Said, place: str, seed: int, spoken: Sequence[str]) -> list[str]:
    """Return what the reply's question brought out: a hidden fact, an ordinary answer, or both."""
    entries: Iterable[HiddenFact | PlainAnswer] = (*scenario.hidden, *scenario.answers)
    opened = {*last.told, *last.answered}
    return [draw_line(one.says, f"{place}/{one.key}", seed, spoken) for one in entries if one.key in opened]
