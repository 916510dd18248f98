"""What each remedy is worth to this customer and what it costs the business in the end: the efficient frontier."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import NamedTuple, Protocol

from poise.content.scenario import Option, Scenario

DECENT_VALUE = 50
"""From this worth on, a remedy that could have been given shows that giving nothing was stonewalling."""
LITTLE_VALUE = 20
"""Up to this worth a remedy is as good as none."""


class Worth(Protocol):
    """What a remedy, or one amount of it, is worth to this customer, and its price to the business."""

    @property
    def value(self) -> int:
        """Worth to the customer, in points of 100."""

    @property
    def cost(self) -> int:
        """Price to the business, in points of 100."""


class Point(NamedTuple):
    """One thing that can be offered, as a point: its worth, and what it costs in the end."""

    what: str
    value: int
    final_cost: float


@dataclass(frozen=True)
class Frontier:
    """A conversation held against the frontier.

    `distance` is that of the offer worth most to the customer, or of giving nothing. A doormat gave more than the best
    for both would have cost, and not for more worth that was theirs to give; a stonewaller gave next to nothing though
    something decent was theirs to give.
    """

    points: tuple[Point, ...]
    efficient: tuple[str, ...]
    given: tuple[str, ...]
    distance: float
    doormat: bool
    stonewaller: bool


class _Nothing(NamedTuple):
    """To offer nothing."""

    value: int = 0
    cost: int = 0


def net_cost(remedy: Worth, loss: int) -> float:
    """Return what a remedy costs in the end: its price, and the loss of a customer whom it does not satisfy."""
    return _hundredths(remedy, loss) / 100


def permitted(scenario: Scenario, *, approved: bool = False) -> tuple[Option, ...]:
    """Return what policy and authority allow to offer, each amount by itself; with approval what needs it too."""
    standings = {"allowed", "needs_approval"} if approved else {"allowed"}
    return tuple(option for option in scenario.options if option.standing in standings)


def efficient(scenario: Scenario, *, approved: bool = False) -> frozenset[str]:
    """Return what is permitted and not beaten in both worth and final cost by anything else; amounts as `key:amount`.

    One pass from the lowest final cost up: an option stays when it is worth more than all that cost less.
    """
    best, last = -1, 0
    found = set()
    options = permitted(scenario, approved=approved)
    for cost, option in sorted(((_hundredths(one, scenario.loss), one) for one in options), key=_cheapest_first):
        if option.value > best or (option.value == best and cost == last):
            best, last = option.value, cost
            found.add(option.what)
    return frozenset(found)


def distance(scenario: Scenario, remedy: Worth, *, approved: bool = False) -> float:
    """Return how much final cost could be saved by something permitted worth at least as much, in points.

    What is worth more than anything permitted is held against what is permitted and worth most.
    """
    options = permitted(scenario, approved=approved)
    worth = min(remedy.value, max((other.value for other in options), default=remedy.value))
    others = [net_cost(other, scenario.loss) for other in options if other.value >= worth]
    own = net_cost(remedy, scenario.loss)
    return max(0.0, own - min(others, default=own))


def find_option(scenario: Scenario, what: str) -> Option:
    """Return what the desk names so; raises KeyError where there is no such remedy or amount."""
    for option in scenario.options:
        if option.what == what:
            return option
    raise KeyError(what)


def options_of(scenario: Scenario, offered: Iterable[str]) -> tuple[Option, ...]:
    """Return what was offered, in the order of the case."""
    named = set(offered)
    return tuple(option for option in scenario.options if option.what in named)


def frontier_of(scenario: Scenario, offered: Sequence[str], *, approved: bool = False) -> Frontier:
    """Hold everything that was offered against the frontier; `approved` when the case was passed on."""
    best = efficient(scenario, approved=approved)
    own = permitted(scenario, approved=approved)
    given = options_of(scenario, offered)
    most = max(given, key=lambda one: (one.value, -one.cost), default=None)
    dearest = max((one.cost for one in own if one.what in best), default=0)
    worth = max((one.value for one in given), default=0)
    return Frontier(
        points=tuple(Point(one.what, one.value, net_cost(one, scenario.loss)) for one in scenario.options),
        efficient=tuple(one.what for one in scenario.options if one.what in best),
        given=tuple(one.what for one in given),
        distance=distance(scenario, most or _Nothing(), approved=approved),
        doormat=any(one.cost > dearest and distance(scenario, one, approved=approved) > 0 for one in given),
        stonewaller=worth <= LITTLE_VALUE and any(one.value >= DECENT_VALUE for one in own),
    )


def _hundredths(remedy: Worth, loss: int) -> int:
    """Return the final cost in hundredths of a point: whole numbers, so that equal costs are equal."""
    return 100 * remedy.cost + loss * (100 - remedy.value)


def _cheapest_first(costed: tuple[int, Option]) -> tuple[int, int]:
    return costed[0], -costed[1].value
