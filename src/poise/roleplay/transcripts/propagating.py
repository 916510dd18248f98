"""From chances of acts and facts to the chance of each line, exactly: every combination is weighed."""

import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import cache
from itertools import product

import numpy as np
from numpy.typing import NDArray

from poise.content.review import LEVELS, Kind, ReviewRubric, holds, names_in

FloatArray = NDArray[np.float64]
Truth = tuple[bool, ...]
LEAST = 1e-9
THIRD, HALF = 3, 2


@dataclass(frozen=True)
class _Family:
    """Names that share acts, so that their chances hang together; `parts` are acts that belong to the same names."""

    names: tuple[str, ...]
    scopes: tuple[str, ...]
    parts: tuple[tuple[tuple[str, ...], Truth], ...]


@dataclass(frozen=True)
class _Plan:
    """What has to be computed for a kind: the families of its names of acts, and its facts."""

    families: tuple[_Family, ...]
    facts: tuple[tuple[str, str, str], ...]


_PLANS: dict[tuple[int, str], tuple[ReviewRubric, _Plan]] = {}


def chance_of_lines(
    kind: Kind,
    rubric: ReviewRubric,
    acts: Sequence[Mapping[str, float]],
    facts: Mapping[str, float],
    now: Mapping[str, float],
    place: int = 0,
) -> FloatArray:
    """Return the chance that each line of a kind fires, shape (5,).

    `acts` holds the chances of the acts of every reply in order, independent of each other; `place` is the reply that
    is judged (of no meaning where the kind judges the whole). `facts` are those so far, `now` those of this reply.
    """
    plan = _plan(kind, rubric)
    parts = [(family.names, _count(family, kind, acts, place)) for family in plan.families]
    for name, scope, fact in plan.facts:
        chance = (now if scope == "now" else facts).get(fact, 0.0)
        parts.append(((name,), {(True,): chance, (False,): 1.0 - chance}))
    return _fire(kind, parts)


def _plan(kind: Kind, rubric: ReviewRubric) -> _Plan:
    known = _PLANS.get((id(rubric), kind.key))
    if known is None or known[0] is not rubric:
        spoken = {name: rubric.acts_of(kind.split(name)[1]) for name in kind.names}
        families = [_family(names, kind, spoken) for names in _together({n: a for n, a in spoken.items() if a})]
        facts = tuple((name, *kind.split(name)) for name, acts in spoken.items() if not acts)
        known = _PLANS[id(rubric), kind.key] = (rubric, _Plan(tuple(families), facts))
    return known[1]


def _together(spoken: Mapping[str, frozenset[str]]) -> list[tuple[str, ...]]:
    """Return the names in sets that share no act with each other: each set is independent of the rest."""
    sets: list[tuple[set[str], set[str]]] = []
    for name in sorted(spoken):
        touching = [one for one in sets if one[1] & spoken[name]]
        names = {name}.union(*(one[0] for one in touching))
        acts = set(spoken[name]).union(*(one[1] for one in touching))
        sets = [one for one in sets if one not in touching] + [(names, acts)]
    return [tuple(sorted(names)) for names, _ in sets]


def _family(names: tuple[str, ...], kind: Kind, spoken: Mapping[str, frozenset[str]]) -> _Family:
    parts: dict[Truth, list[str]] = {}
    for act in sorted(frozenset[str]().union(*(spoken[name] for name in names))):
        parts.setdefault(tuple(act in spoken[name] for name in names), []).append(act)
    scopes = tuple(kind.split(name)[0] for name in names)
    return _Family(names, scopes, tuple((tuple(acts), members) for members, acts in parts.items()))


def _count(family: _Family, kind: Kind, acts: Sequence[Mapping[str, float]], place: int) -> dict[Truth, float]:
    """Return the joint chances of the names of a family, by counting over the replies what each of them asks for."""
    seen, needed = _asked(family.scopes, len(acts), place, whole=kind.whole)
    counts: dict[tuple[int, ...], float] = {(0,) * len(needed): 1.0}
    for number, reply in enumerate(acts):
        looked = tuple(number in one for one in seen)
        if not any(looked):
            continue
        steps = _steps(family, reply, looked)
        grown: dict[tuple[int, ...], float] = {}
        for state, chance in counts.items():
            for hit, step in steps.items():
                reached = tuple(map(min, needed, map(int.__add__, state, hit)))
                grown[reached] = grown.get(reached, 0.0) + chance * step
        counts = grown
    spread: dict[Truth, float] = {}
    for state, chance in counts.items():
        true = tuple(map(int.__ge__, state, needed))
        spread[true] = spread.get(true, 0.0) + chance
    return spread


def _steps(family: _Family, reply: Mapping[str, float], looked: Truth) -> dict[tuple[int, ...], float]:
    """Return the chances of what one reply adds to the count of each name."""
    steps = {(0,) * len(looked): 1.0}
    for acts, members in family.parts:
        present = 1.0 - math.prod([1.0 - reply.get(act, 0.0) for act in acts])
        grown: dict[tuple[int, ...], float] = {}
        for hit, chance in steps.items():
            grown[hit] = grown.get(hit, 0.0) + chance * (1.0 - present)
            also = tuple(int(had or (own and see)) for had, own, see in zip(hit, members, looked, strict=True))
            grown[also] = grown.get(also, 0.0) + chance * present
        steps = grown
    return steps


@cache
def _asked(
    scopes: tuple[str, ...], replies: int, place: int, *, whole: bool
) -> tuple[tuple[frozenset[int], ...], tuple[int, ...]]:
    """Return, for each scope, in which replies it looks and in how many it must find something."""
    every = range(replies)
    if whole:
        seen: dict[str, range] = {"first": range(1), "last": range(replies - 1, replies)}
    else:
        seen = {"": range(place, place + 1), "earlier": range(place), "ever": range(place + 1)}
        every = range(place + 1, replies)
    needed = {
        "twice": 2,
        "often": max(2, math.ceil(replies / THIRD)),
        "mostly": max(1, math.ceil(replies / HALF)),
        "always": replies,
    }
    return (
        tuple(frozenset(seen.get(scope, every)) for scope in scopes),
        tuple(needed.get(scope, 1) for scope in scopes),
    )


def _fire(kind: Kind, parts: Sequence[tuple[tuple[str, ...], Mapping[Truth, float]]]) -> FloatArray:
    """Weigh every combination of the independent parts and see which line it fires."""
    weights = np.ones(1)
    by_name: dict[str, NDArray[np.bool_]] = {}
    for names, spread in parts:
        likely = [(true, chance) for true, chance in spread.items() if chance > LEAST]
        by_name = {name: np.repeat(values, len(likely)) for name, values in by_name.items()}
        for column, name in enumerate(names):
            by_name[name] = np.tile(np.array([true[column] for true, _ in likely]), len(weights))
        weights = np.repeat(weights, len(likely)) * np.tile([chance for _, chance in likely], len(weights))
    fired = np.full(len(weights), LEVELS - 1)
    for number in reversed(range(LEVELS - 1)):
        fired[holds(kind.lines[number].when, by_name)] = number
    found: FloatArray = np.bincount(fired, weights=weights, minlength=LEVELS).astype(np.float64)
    total: FloatArray = found / found.sum()
    return total


def chance_of_opportunity(
    kind: Kind, heard: Sequence[Mapping[str, float]], place: int, *, first: bool, last: bool, repeated: bool
) -> float:
    """Return the chance that a place of a conversation is an opportunity of this kind.

    `heard` are the chances of the customer's acts before each reply, up to this one; for a whole conversation all.
    """
    names = names_in(kind.opportunity)
    known = {"any": 1.0, "first": float(first), "last": float(last), "repeated": float(repeated)}
    chances = []
    for name in names:
        act = name.removeprefix("earlier.")
        turns = heard if kind.whole else heard[:place] if name != act else heard[place : place + 1]
        absent = math.prod(1.0 - turn.get(act, 0.0) for turn in turns)
        chances.append(known.get(name, 1.0 - absent))
    cases = np.array(list(product((False, True), repeat=len(names))), dtype=np.bool_)
    weights = np.prod(np.where(cases, chances, 1.0 - np.array(chances)), axis=1)
    by_name = {name: cases[:, column] for column, name in enumerate(names)}
    return float(weights[holds(kind.opportunity, by_name)].sum())
