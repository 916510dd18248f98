"""What each remedy is worth to this customer and what it costs the business in the end: the efficient frontier."""

from poise.content.scenario import Remedy, Scenario


def net_cost(remedy: Remedy, loss: int) -> float:
    """Return what a remedy costs in the end: its price, and the loss of a customer whom it does not satisfy."""
    return remedy.cost + loss * (100 - remedy.value) / 100


def permitted(scenario: Scenario, *, approved: bool = False) -> tuple[Remedy, ...]:
    """Return the remedies that policy and authority allow; with approval those that need it too."""
    standings = {"allowed", "needs_approval"} if approved else {"allowed"}
    return tuple(remedy for remedy in scenario.remedies if remedy.standing in standings)


def efficient(scenario: Scenario, *, approved: bool = False) -> frozenset[str]:
    """Return the keys of the permitted remedies that no other one beats in both worth and final cost."""
    options = permitted(scenario, approved=approved)
    return frozenset(one.key for one in options if not any(_beats(other, one, scenario.loss) for other in options))


def distance(scenario: Scenario, remedy: Remedy, *, approved: bool = False) -> float:
    """Return how much final cost could be saved by a permitted remedy worth at least as much, in points.

    What is worth more than anything permitted is held against the permitted remedy that is worth most.
    """
    options = permitted(scenario, approved=approved)
    worth = min(remedy.value, max((other.value for other in options), default=remedy.value))
    others = [net_cost(other, scenario.loss) for other in options if other.value >= worth]
    own = net_cost(remedy, scenario.loss)
    return max(0.0, own - min(others, default=own))


def _beats(other: Remedy, one: Remedy, loss: int) -> bool:
    worth = other.value - one.value
    saved = net_cost(one, loss) - net_cost(other, loss)
    return worth >= 0 and saved >= 0 and (worth > 0 or saved > 0)
