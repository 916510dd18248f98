"""The queue of a shift: who was before, who still waits, and the case as this person meets it."""

from dataclasses import dataclass

from poise.content.blueprint import Blueprint
from poise.content.following import served_after
from poise.content.library import Library
from poise.content.scenario import Scenario
from poise.sitting.state import State


@dataclass(frozen=True)
class Queue:
    """Where a customer stands in their queue, from 1; no more is said of it, and nothing of it is scored."""

    number: int
    of: int

    @property
    def words(self) -> str:
        """How many wait behind this customer."""
        waiting = self.of - self.number
        if not waiting:
            return "Nobody else is waiting"
        return f"{waiting} more {'is' if waiting == 1 else 'are'} waiting"


def queue_of(blueprint: Blueprint, scenario: str) -> Queue | None:
    """Return a customer's place in the shift, or None for a customer who comes alone."""
    if blueprint.shift is None or scenario not in blueprint.shift.customers:
        return None
    return Queue(blueprint.shift.customers.index(scenario) + 1, len(blueprint.shift.customers))


def served_before(state: State, blueprint: Blueprint, scenario: str) -> str:
    """Return who was served directly before in the same shift; empty where nobody was.

    A customer who was left to a talk with a person was not served: nothing can be carried over from them.
    """
    before = blueprint.shift.before(scenario) if blueprint.shift else ""
    conversation = state.conversations.get(before)
    return before if conversation is not None and conversation.ended is not None else ""


def case_for(state: State, library: Library, scenario: str) -> Scenario:
    """Return the case as it was served in this sitting, or as it would be served next.

    What came before is read from the event that opened the conversation, so that a rating never changes afterwards.
    """
    conversation = state.conversations.get(scenario)
    if conversation is not None:
        before = conversation.opened.after
    else:
        before = served_before(state, library.find(Blueprint, state.begun.blueprint), scenario)
    case = library.find(Scenario, scenario)
    return served_after(case, library.find(Scenario, before)) if before else case


def is_pause_due(state: State, blueprint: Blueprint, scenario: str) -> bool:
    """Say whether a short pause comes before this customer: between two of a shift, for those who asked for breaks."""
    wishes = state.accommodations
    if wishes is None or not wishes.breaks or scenario in state.paused_before:
        return False
    return bool(served_before(state, blueprint, scenario))
