"""Turns of temper: by their state alone a customer threatens a review, asks for the manager, goes, and comes back."""

from collections.abc import Mapping

from poise.content.manner import Appraisal, TurnOfTemper, Voice
from poise.roleplay.state import CustomerState

BACK = "back"
LEAVING = "leaving"
MOST_OF_A_KIND = 2
"""So often a customer has the same turn of temper in one conversation."""


def turn_of_temper(state: CustomerState, appraisal: Appraisal, voice: Voice) -> str:
    """Return which turn of temper comes with the next words, or an empty string.

    At most one a reply, never the same as the last one, and first those that were not had yet. A customer who said that
    they go, and whose state is no better after the next reply, was gone and comes back. It ends no conversation and
    moves no probe: the timetable is the same for everybody. One for which the voice has no lines does not come.
    """
    tempers: Mapping[str, TurnOfTemper] = {str(name): turn for name, turn in appraisal.tempers.items()}
    last = next((one for one in reversed(state.tempers) if one), "")
    gone = bool(state.tempers) and state.tempers[-1] == LEAVING
    due = [BACK] if gone else [name for name in tempers if name != BACK]
    left = (name for name in due if name != last and state.tempers.count(name) < MOST_OF_A_KIND)
    fitting = [name for name in left if name in tempers and _fits(state, tempers[name]) and voice.lines(name, "hot")]
    return min(fitting, key=state.tempers.count, default="")


def _fits(state: CustomerState, turn: TurnOfTemper) -> bool:
    enough = all(getattr(state, feeling) >= least for feeling, least in turn.at_least.items())
    return enough and all(getattr(state, feeling) <= most for feeling, most in turn.at_most.items())
