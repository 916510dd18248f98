"""Which singly rated statements a sitting asks: drawn by its seed, so that no statement is met by everybody."""

import hashlib
from functools import lru_cache

from poise.content.blueprint import Blueprint
from poise.content.library import Library
from poise.content.statement import Statement


class _Bank:
    """A library under its hash, so that a draw is kept as long as it is wanted."""

    def __init__(self, library: Library) -> None:
        self.library, self.hash = library, library.hash

    def __eq__(self, other: object) -> bool:
        return isinstance(other, _Bank) and other.hash == self.hash

    def __hash__(self) -> int:
        return hash(self.hash)


def draw_anchors(blueprint: Blueprint, library: Library, seed: int) -> Blueprint:
    """Return the blueprint with the statements named that are rated in the sitting of this seed.

    Of each quality as many as the blueprint says: where it is two or more, of both poles, and none that is another's
    enemy while there are others. The same seed and library draw the same everywhere.
    """
    return _draw(blueprint, _Bank(library), seed)


@lru_cache(maxsize=256)
def _draw(blueprint: Blueprint, bank: _Bank, seed: int) -> Blueprint:
    rounds = [_of_quality(blueprint.anchors, quality, bank.library, seed) for quality in blueprint.anchored]
    turns = [_shuffled([one[turn] for one in rounds], f"{seed}/{turn}") for turn in range(blueprint.anchors)]
    keys = tuple(statement.key for turn in turns for statement in turn)
    return blueprint.model_copy(update={"rated": keys, "anchors": 0, "focus": ()})


def _of_quality(number: int, quality: str, library: Library, seed: int) -> list[Statement]:
    """Draw statements of one quality, the poles in turn as far as they go."""
    own = [one for one in library.statements if one.rated and one.quality == quality]
    left = _shuffled(own, f"{seed}")
    drawn: list[Statement] = []
    while left and len(drawn) < number:
        used = {one.pole for one in drawn}
        drawn.append(min(left, key=lambda one: (_is_enemy(one, drawn), len(used) == 1 and one.pole in used)))
        left.remove(drawn[-1])
    return drawn


def _is_enemy(statement: Statement, others: list[Statement]) -> bool:
    return any(statement.key in other.enemies or other.key in statement.enemies for other in others)


def _shuffled(statements: list[Statement], place: str) -> list[Statement]:
    """Put statements in an order that follows from the place alone, whatever library of numbers is installed."""
    return sorted(statements, key=lambda one: hashlib.sha256(f"{place}/{one.key}".encode()).digest())
