"""Sums and shares that a reply names and the case does not hold: what nobody at this desk can know or give."""

from collections.abc import Iterable, Iterator
from functools import lru_cache
from itertools import combinations
from typing import Any

from poise.content.scenario import Scenario
from poise.roleplay.understanding.slots import find_slots

CHECKED = frozenset({"amount", "percentage"})
"""Times and dates may be the speaker's own promise; sums of money and shares are the company's."""
MOST_TIMES = 12
"""A sum may be named for so many pieces, months or people."""
CENT = 0.011

Values = tuple[frozenset[float], frozenset[float]]


def find_claims(scenario: Scenario, words: str, heard: Iterable[str] = ()) -> tuple[str, ...]:
    """Return the sums and shares in a reply that stand neither in the case nor in what the customer said.

    What follows from known ones is known too: the sum or difference of two, a sum taken up to twelve times or in equal
    parts, and a known share of a sum.
    """
    said = [slot for slot in find_slots(words) if slot.kind in CHECKED]
    if not said:
        return ()
    amounts, shares = (own | more for own, more in zip(_values_of(scenario), _values_in(heard), strict=True))
    known = {"amount": _follow(frozenset(amounts), frozenset(shares)), "percentage": shares}
    return tuple(slot.text for slot in said if not _is_near(float(slot.value), known[slot.kind]))


@lru_cache(maxsize=64)
def _values_of(scenario: Scenario) -> Values:
    texts = _texts_in(scenario.model_dump(exclude={"probes": {"__all__": {"moments"}}, "whole": True}))
    return _values_in((*texts, *(option.label for option in scenario.options)))


def _values_in(texts: Iterable[str]) -> Values:
    found: dict[str, set[float]] = {kind: set() for kind in CHECKED}
    for text in texts:
        for slot in find_slots(text):
            if slot.kind in CHECKED:
                found[slot.kind].add(float(slot.value))
    return frozenset(found["amount"]), frozenset(found["percentage"])


@lru_cache(maxsize=256)
def _follow(amounts: frozenset[float], shares: frozenset[float]) -> frozenset[float]:
    """Return the sums that follow from these."""
    pairs = {value for one, other in combinations(sorted(amounts), 2) for value in (one + other, other - one)}
    times = {value for one in amounts for n in range(2, MOST_TIMES + 1) for value in (n * one, one / n)}
    parts = {value for one in amounts for share in shares for value in (one * share / 100, one * (100 - share) / 100)}
    return frozenset(amounts | pairs | times | parts)


def _is_near(value: float, known: Iterable[float]) -> bool:
    return any(abs(value - one) <= CENT for one in known)


def _texts_in(value: Any) -> Iterator[str]:  # noqa: ANN401  whatever a case is made of
    if isinstance(value, str):
        yield value
    elif isinstance(value, dict):
        for one in value.values():
            yield from _texts_in(one)
    elif isinstance(value, (list, tuple)):
        for one in value:
            yield from _texts_in(one)
