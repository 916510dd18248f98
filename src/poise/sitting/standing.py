"""How a sitting stands, in a few figures that can be kept beside its events."""

from dataclasses import dataclass

from poise.content.library import Library
from poise.sitting.state import State
from poise.sitting.steps import progress

WHOLE = 100


@dataclass(frozen=True)
class Standing:
    """How far a person is, whether they asked for a talk with a person, and how many readings they wait about."""

    percent: int
    minutes_left: int
    asks_for_person: bool
    contests: int


def standing(state: State, library: Library) -> Standing:
    """Return how a sitting stands; a finished one is whole, however it ended."""
    asks = state.accommodations is not None and state.accommodations.human_alternative
    if state.finished_at:
        return Standing(WHOLE, 0, asks, len(state.awaiting_answer))
    how_far = progress(state, library)
    return Standing(min(how_far.percent, WHOLE), how_far.minutes_left, asks, len(state.awaiting_answer))
