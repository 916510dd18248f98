"""What the customer still needs: each need is open until its condition holds once, and then it is met for good."""

from collections.abc import Sequence

import numpy as np

from poise.content.rubric import is_act, parse_condition
from poise.content.scenario import Scenario
from poise.roleplay.rating import DeskStep, Said, facts_now


def still_open(
    scenario: Scenario, needs: Sequence[str], said: Sequence[Said], desk: Sequence[DeskStep], clear_at: float
) -> tuple[str, ...]:
    """Return which of these needs the last reply has left open, in the order of the case.

    An act counts when it is clear and was legible, so that a need is met or not, and the same for everybody.
    """
    if not said[-1].legible:
        return tuple(needs)
    facts = facts_now(scenario, said, desk, whole=False)

    def holds(atom: str) -> bool:
        if not is_act(atom):
            return facts.get(atom, False)
        scope, _, act = atom.rpartition(".")
        replies = said[:-1] if scope == "earlier" else said[-1:]
        return any(reply.legible and reply.acts.get(act, 0.0) >= clear_at for reply in replies)

    left = []
    for need in scenario.needs:
        condition = parse_condition(need.met_by)
        true = {atom: np.array([holds(atom)]) for atom in condition.atoms}
        if need.key in needs and not condition.holds(true)[0]:
            left.append(need.key)
    return tuple(left)
