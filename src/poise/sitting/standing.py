"""How a sitting stands, in a few figures that can be kept beside its events."""

from dataclasses import dataclass

from poise.content.library import Library
from poise.sitting.state import State
from poise.sitting.steps import progress

WHOLE = 100


@dataclass(frozen=True)
class Standing:
    """How far a person is."""

    percent: int
    minutes_left: int


def standing(state: State, library: Library) -> Standing:
    """Return how a sitting stands; a finished one is whole, however it ended."""
    if state.finished_at:
        return Standing(WHOLE, 0)
    how_far = progress(state, library)
    return Standing(min(how_far.percent, WHOLE), how_far.minutes_left)
