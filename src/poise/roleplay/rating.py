"""From acts and facts to a rating: the chance of each of five levels, and the line of the rubric that fired."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import cache

import numpy as np
from numpy.typing import NDArray

from poise.content.quality import Beliefs
from poise.content.rubric import LEVELS, Level, Moment, Rubric, all_cases, is_act
from poise.content.scenario import Scenario
from poise.roleplay.remedies import efficient, find_option
from poise.roleplay.state import SPECIFIC
from poise.roleplay.understanding.caution import HOSTILE, TELLING

FloatArray = NDArray[np.float64]
FACTS_ONLY_SLIP = 0.05
DOUBTED = 0.25
"""What is left of a chance of harm to a person that is too small for any sentence to be shown (decision 0022)."""
PLAIN_DEEDS = {"transfer": "transferred", "note": "noted", "end": "ended", "wait": "waited"}


@dataclass(frozen=True)
class DeskStep:
    """One thing done at the desk before the reply of this number (from 1)."""

    reply: int
    do: str
    what: str


@dataclass(frozen=True)
class Said:
    """What one reply said and how it stands in the conversation.

    `told` are the hidden facts and `answered` the ordinary answers that it brought out; `touched` is how many different
    words of the case it names, None where that was not counted; `claims` are the things it says that stand nowhere.
    """

    acts: Mapping[str, float]
    legible: bool = True
    on_topic: bool = True
    copied: bool = False
    told: tuple[str, ...] = ()
    answered: tuple[str, ...] = ()
    touched: int | None = None
    stock: bool = False
    claims: tuple[str, ...] = ()
    takes_back: bool = False
    foreign: bool = False

    @property
    def specific(self) -> bool:
        """Whether it names two or more different words of the case."""
        return (self.touched or 0) >= SPECIFIC


@dataclass(frozen=True)
class Rating:
    """The rating of one moment: chances of the levels 0 to 4, what they would be unseen, and the likeliest line."""

    moment: Moment
    probabilities: tuple[float, ...]
    base_rates: tuple[float, ...]
    line: Level
    telling: tuple[str, ...]


def rate_moment(
    scenario: Scenario,
    moment: Moment,
    said: Sequence[Said],
    desk: Sequence[DeskStep],
    base_rates: Mapping[str, float],
    beliefs: Beliefs,
    *,
    whole: bool,
) -> Rating:
    """Rate one moment on the replies up to the one that answers it (or all of them, for the whole conversation).

    The chances of the acts are independent of each other; every combination is weighed, so the result is exact.
    """
    rubric = moment.scale
    chances = {atom: chance_of_act(atom, said, whole=whole) for atom in rubric.atoms if is_act(atom)}
    facts = facts_now(scenario, said, desk, whole=whole)
    seen = propagate(rubric, {**chances, **{a: float(facts.get(a, False)) for a in rubric.atoms if not is_act(a)}})
    unseen = _unseen(moment, tuple(sorted(base_rates.items())), _fact_rates(beliefs), len(said), whole=whole)
    blur = _blur(rubric, beliefs)
    line = rubric.lines[int(np.argmax(seen))]
    telling = tuple(atom for atom in rubric.atoms if chances.get(atom, float(facts.get(atom, False))) >= 0.5)  # noqa: PLR2004
    return Rating(
        moment=moment,
        probabilities=_by_level(rubric, seen, blur),
        base_rates=_by_level(rubric, np.asarray(unseen), blur),
        line=line,
        telling=telling,
    )


def propagate(rubric: Rubric, chances: Mapping[str, float]) -> FloatArray:
    """Return the chance that each line fires, shape (5,), given the chance of each atom; exact under independence."""
    certain = {atom: chance == 1.0 for atom, chance in chances.items() if chance in (0.0, 1.0)}
    merged = {atom: name for atom, name in rubric.merged.items() if atom not in certain}
    absent: dict[str, float] = {}
    for atom, name in merged.items():
        absent[name] = absent.get(name, 1.0) * (1.0 - chances[atom])
    names = sorted(absent)
    cases = all_cases(len(names))
    weights = np.ones(len(cases))
    for column, name in enumerate(names):
        weights *= np.where(cases[:, column], 1.0 - absent[name], absent[name])
    columns = {name: cases[:, column] for column, name in enumerate(names)}
    true = {atom: columns[name] for atom, name in merged.items()}
    true |= {atom: np.full(len(cases), value) for atom, value in certain.items()}
    chance = np.bincount(rubric.firing(true, len(cases)), weights=weights, minlength=LEVELS)
    return np.asarray(chance, dtype=np.float64)


def chance_of_act(atom: str, said: Sequence[Said], *, whole: bool) -> float:
    """Return the chance that an act was in the reply rated, in an earlier one, or in any of them.

    Harm to a person below `TELLING`, for which no sentence is shown, counts a quarter: nobody can look at it and
    disagree, and over the sentences of a decent person who writes much such chances add up.
    """
    scope, _, act = atom.rpartition(".")
    replies = said if whole else said[:-1] if scope == "earlier" else said[-1:]
    absent = 1.0
    for reply in replies:
        chance = reply.acts.get(act, 0.0)
        absent *= 1.0 - (DOUBTED * chance if act in HOSTILE and chance < TELLING else chance)
    return 1.0 - absent


def facts_now(scenario: Scenario, said: Sequence[Said], desk: Sequence[DeskStep], *, whole: bool) -> dict[str, bool]:
    """Return every fact that holds so far, and with ``now.`` in front those that came with the last reply."""
    number = len(said)
    steps = [step for step in desk if whole or step.reply <= number]
    held = facts_of_desk(scenario, steps)
    held |= {f"found.{key}" for reply in said for key in reply.told}
    held |= {"found.any"} if any(reply.told for reply in said) else set()
    held |= facts_of_words(said if whole else said[-1:])
    held |= {"claimed.unsupported"} if any(reply.claims for reply in said) else set()
    if any(reply.acts.get("set_boundary", 0.0) >= 0.5 for reply in (said if whole else said[:-1])):  # noqa: PLR2004
        held.add("warned")
    fresh = {f"now.{fact}" for fact in facts_of_desk(scenario, [s for s in steps if s.reply == number], steps)}
    last = {f"now.found.{key}" for key in (said[-1].told if said else ())}
    last |= {"now.found.any"} if said and said[-1].told else set()
    last |= {"now.claimed.unsupported"} if said and said[-1].claims else set()
    return dict.fromkeys(sorted(held | fresh | last), True)


def facts_of_words(said: Sequence[Said]) -> set[str]:
    """Return what is known for certain of the words of any of these replies."""
    held = {
        "repeated": any(reply.copied for reply in said),
        "on_topic": any(reply.on_topic for reply in said),
        "specific": any(reply.specific for reply in said),
        "stock": any(reply.stock for reply in said),
    }
    return {fact for fact, holds in held.items() if holds}


def facts_of_desk(scenario: Scenario, steps: Sequence[DeskStep], context: Sequence[DeskStep] | None = None) -> set[str]:
    """Return the facts that these steps make true; `context` is all that was done so far, for approval and order."""
    context = steps if context is None else context
    approved = any(step.do == "transfer" for step in context)
    best = efficient(scenario, approved=approved)
    pledges = {pledge.key: pledge for pledge in scenario.pledges}
    facts: set[str] = set()
    for step in steps:
        if step.do in {"look_up", "read_policy"}:
            head = {"look_up": "looked_up", "read_policy": "read_policy"}[step.do]
            facts |= {f"{head}.any", f"{head}.{step.what}"}
        elif step.do == "offer":
            option = find_option(scenario, step.what)
            facts |= {"offered.any", f"offered.{option.key}"}
            standing = option.standing
            ok = standing == "allowed" or (standing == "needs_approval" and approved)
            facts.add(
                "offered.allowed" if ok else "offered.forbidden" if standing == "forbidden" else "offered.unapproved"
            )
            facts |= {"offered.efficient"} if step.what in best else set()
            looked = context[: context.index(step)]
            facts |= set() if any(one.do == "look_up" for one in looked) else {"offered.unchecked"}
        elif step.do == "promise":
            kept = "promised.keepable" if pledges[step.what].keepable else "promised.unkeepable"
            facts |= {"promised.any", f"promised.{step.what}", kept}
        else:
            facts.add(PLAIN_DEEDS[step.do])
    if "transferred" in facts:
        facts.add("transferred.needed" if scenario.transfer_needed else "transferred.needless")
    return facts


def _fact_rates(beliefs: Beliefs) -> tuple[tuple[str, float], ...]:
    return tuple(sorted(beliefs.fact_base_rates.items()))


@cache
def _unseen(
    moment: Moment,
    base_rates: tuple[tuple[str, float], ...],
    fact_rates: tuple[tuple[str, float], ...],
    replies: int,
    *,
    whole: bool,
) -> tuple[float, ...]:
    """Return how often each line would fire if nothing were known of the reply: what a reading is compared with."""
    blank = [Said(dict(base_rates))] * replies
    rates = dict(fact_rates)

    def chance(atom: str) -> float:
        if is_act(atom):
            return chance_of_act(atom, blank, whole=whole)
        fact = atom.removeprefix("now.")
        names = [atom, fact, f"{fact.partition('.')[0]}.any", "default"]
        return next((rates[name] for name in names if name in rates), 0.5)

    return tuple(propagate(moment.scale, {atom: chance(atom) for atom in moment.scale.atoms}).tolist())


def _blur(rubric: Rubric, beliefs: Beliefs) -> FloatArray:
    """Return how a level by the rubric may differ from what a careful person would give, shape (5, 5)."""
    if any(is_act(atom) for atom in rubric.atoms):
        return np.asarray(beliefs.reading_confusion)
    return np.eye(LEVELS) * (1 - FACTS_ONLY_SLIP) + FACTS_ONLY_SLIP / LEVELS


def _by_level(rubric: Rubric, by_line: FloatArray, blur: FloatArray) -> tuple[float, ...]:
    levels = np.zeros(LEVELS)
    levels[[line.level for line in rubric.lines]] = by_line
    return tuple((levels @ blur).tolist())
