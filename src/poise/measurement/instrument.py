"""What simulees answer: rated items, blocks and raters, as parameters.json tells them, with the people it is for."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any, Final, Literal, TypeAlias

import numpy as np

from poise.measurement.items import CalibratedItem, KnownParameters
from poise.measurement.models import BlockItem, FloatArray, Statement
from poise.measurement.population import Population
from poise.measurement.tables import BadTableError, name_some

Task: TypeAlias = Literal["rank", "most_least"]
TASKS: Final[tuple[Task, ...]] = ("rank", "most_least")


@dataclass(frozen=True)
class AskedBlock:
    """A block of statements that are put in order, or of which the most and the least fitting are named.

    Parameters
    ----------
    key : str
    names : tuple of str
        Keys of the statements.
    item : BlockItem
        Their loadings and intercepts.
    task : {"rank", "most_least"}
    """

    key: str
    names: tuple[str, ...]
    item: BlockItem
    task: Task = "rank"


@dataclass(frozen=True)
class Rater:
    """Somebody who judges answers: ``P(X >= k) = logistic(consistency (a . theta + d_k - severity))``."""

    key: str
    severity: float = 0.0
    consistency: float = 1.0


@dataclass(frozen=True)
class Instrument:
    """A questionnaire with its parameters.

    Parameters
    ----------
    items : tuple of CalibratedItem
        What is rated, solved or judged.
    blocks : tuple of AskedBlock
    population : Population
        Whom it is for.
    raters : tuple of Rater
        If there are any, each answer to a rated item is judged by one of them.
    desirable : mapping of str to float
        Where fakers want to go. For a dimension, how far they shift it, in its own units (1 if it is not named, -1
        where the low pole is the desirable one, 0 where nobody fakes); for an item or statement, what they add to its
        predictor or utility, in logits (0 if it is not named). All of it per unit of a faker's strength.
    """

    items: tuple[CalibratedItem, ...]
    blocks: tuple[AskedBlock, ...]
    population: Population
    raters: tuple[Rater, ...] = ()
    desirable: Mapping[str, float] = field(default_factory=dict)

    def __post_init__(self) -> None:
        if not self.items and not self.blocks:
            raise BadTableError(["instrument: got no items and no blocks, expected at least one"])
        known = {*self.population.dimensions, *self.statements, *(item.key for item in self.items)}
        if strange := [name for name in self.desirable if name not in known]:
            raise BadTableError([f"desirable: {name!r} is no dimension, item or statement" for name in strange])

    @property
    def statements(self) -> tuple[str, ...]:
        """The keys of all statements, block by block."""
        return tuple(name for block in self.blocks for name in block.names)

    @property
    def questions(self) -> int:
        """How many questions there are: items, then blocks; a block is one question."""
        return len(self.items) + len(self.blocks)

    @property
    def slopes(self) -> FloatArray:
        """Loadings of all items and then of all statements, shape (I + S, D)."""
        place = {name: d for d, name in enumerate(self.population.dimensions)}
        rows = [item.loadings for item in self.items]
        rows += [statement.loadings for block in self.blocks for statement in block.item.statements]
        slopes = np.zeros((len(rows), len(place)))
        for row, loadings in zip(slopes, rows, strict=True):
            for name, a in loadings:
                row[place[name]] = a
        return slopes

    @property
    def appeal(self) -> FloatArray:
        """What a faker of strength one adds to each predictor and utility, shape (I + S,), in logits."""
        shift = np.array([self.desirable.get(name, 1.0) for name in self.population.dimensions])
        names = (*(item.key for item in self.items), *self.statements)
        own = np.array([self.desirable.get(name, 0.0) for name in names])
        appeal: FloatArray = self.slopes @ shift + own
        return appeal


def read_instrument(told: Mapping[str, Any], *, desirable: Mapping[str, float] | None = None) -> Instrument:
    """Read the content of parameters.json; `desirable` is told of in `Instrument`.

    Raises
    ------
    ValueError
        Naming what is missing or wrong.
    """
    rated = {key: one for key, one in _read_mapping(told, "items").items() if not _is_statement(one)}
    known = KnownParameters.from_dict({"dimensions": told.get("dimensions"), **told, "items": rated, "blocks": {}})
    population = Population(known.dimensions, known.correlations, known.groups, known.means, known.sds)
    complaints: list[str] = []
    blocks = tuple(
        _read_block(key, one, told["items"], complaints) for key, one in _read_mapping(told, "blocks").items()
    )
    stray = set(told["items"]) - set(rated) - {name for block in blocks if block for name in block.names}
    if stray:
        complaints.append(f"statements in no block: {name_some(sorted(stray))}")
    complaints += [
        f"block {block.key}: a statement loads on a dimension that is not in the list of dimensions"
        for block in blocks
        if block and not set(block.item.latents) <= set(known.dimensions)
    ]
    if complaints:
        raise BadTableError(complaints)
    raters = tuple(
        Rater(name, float(one.get("severity", 0.0)), float(one.get("consistency", 1.0)))
        for name, one in _read_mapping(told, "raters").items()
    )
    return Instrument(known.items, tuple(block for block in blocks if block), population, raters, desirable or {})


def _read_mapping(told: Mapping[str, Any], name: str) -> Mapping[str, Any]:
    found = told.get(name) or {}
    if not isinstance(found, Mapping):
        raise BadTableError([f"{name}: expected keys with their parameters"])
    return found


def _is_statement(told: object) -> bool:
    return isinstance(told, Mapping) and told.get("model") == "blocks"


def _read_block(
    key: str, told: Mapping[str, Any], items: Mapping[str, Any], complaints: list[str]
) -> AskedBlock | None:
    names = tuple(str(name) for name in told.get("statements", ()))
    task = told.get("task", "rank")
    if absent := [name for name in names if name not in items]:
        complaints.append(f"block {key}: statements without parameters: {name_some(absent)}")
        return None
    if task not in TASKS:
        complaints.append(f"block {key}: the task is {task!r}, expected one of {', '.join(TASKS)}")
        return None
    try:
        statements = tuple(
            Statement(
                tuple((str(d), float(a)) for d, a in items[name]["loadings"].items()),
                float(items[name]["intercepts"][0]),
            )
            for name in names
        )
        return AskedBlock(key, names, BlockItem(statements), task)
    except (KeyError, IndexError, TypeError, AttributeError) as error:
        complaints.append(f"block {key}: expected loadings and one intercept for each statement; missing: {error}")
    except ValueError as error:
        complaints.append(f"block {key}: {error}")
    return None
