"""What simulees answer: rated items, blocks and raters with their parameters, and the people it is all for."""

from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from typing import Any

import numpy as np

from poise.measurement.models import FloatArray
from poise.measurement.parameters.calibratedblocks import CalibratedBlock, CalibratedRater
from poise.measurement.parameters.items import CalibratedItem, KnownParameters
from poise.measurement.parameters.population import Population
from poise.measurement.tabular.tables import BadTableError


@dataclass(frozen=True)
class Instrument:
    """A questionnaire with its parameters.

    Parameters
    ----------
    items : tuple of CalibratedItem
        What is rated, solved or judged.
    blocks : tuple of CalibratedBlock
    population : Population
        Whom it is for.
    raters : tuple of CalibratedRater
        If there are any, each answer to a rated item is judged by one of them.
    desirable : mapping of str to float
        Where fakers want to go. For a dimension, how far they shift it, in its own units (1 if it is not named, -1
        where the low pole is the desirable one, 0 where nobody fakes); for an item or statement, what they add to its
        predictor or utility, in logits (0 if it is not named). All of it per unit of a faker's strength.
    """

    items: tuple[CalibratedItem, ...]
    blocks: tuple[CalibratedBlock, ...]
    population: Population
    raters: tuple[CalibratedRater, ...] = ()
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
        return tuple(statement.key for block in self.blocks for statement in block.statements)

    @property
    def questions(self) -> int:
        """How many questions there are: items, then blocks; a block is one question."""
        return len(self.items) + len(self.blocks)

    @property
    def slopes(self) -> FloatArray:
        """Loadings of all items and then of all statements, shape (I + S, D)."""
        place = {name: d for d, name in enumerate(self.population.dimensions)}
        rows = [item.loadings for item in self.items]
        rows += [statement.loadings for block in self.blocks for statement in block.statements]
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
    BadTableError
        Naming what is missing or wrong.
    """
    known = KnownParameters.from_dict(told)
    shares = known.sizes if len(known.sizes) == len(known.groups) else ()
    population = Population(known.dimensions, known.correlations, known.groups, known.means, known.sds, shares)
    items = tuple(replace(item, thresholds_se=_read_errors(told["items"][item.key], item)) for item in known.items)
    return Instrument(items, known.blocks, population, known.raters, desirable or {})


def _read_errors(told: Mapping[str, Any], item: CalibratedItem) -> tuple[float, ...]:
    """Return the standard errors of an item's thresholds, nothing where they are not told."""
    errors = (told.get("se") or {}).get("thresholds") or ()
    return tuple(np.nan if one is None else float(one) for one in errors) if len(errors) == len(item.intercepts) else ()
