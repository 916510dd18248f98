"""What was observed: a category, an order, or an uncertain reading of a reply."""

from dataclasses import dataclass
from math import isfinite
from typing import TypeAlias

from poise.measurement.models import BlockItem, GradedItem, PartialCreditItem

SUM_TOLERANCE = 1e-3
"""Stored readings are rounded to four decimals, so their sum may miss one by a little."""
SMALLEST_BASE_RATE = 1e-6
"""A category that is never read has no base rate to divide by."""


@dataclass(frozen=True)
class Graded:
    """One answer in a category of an item with ordered categories.

    Parameters
    ----------
    key : str
        What this observation is called in evidence.
    item : GradedItem or PartialCreditItem
        The item that was answered.
    category : int
        0 to K-1.

    Raises
    ------
    ValueError
        If the category is not one of the item's.
    """

    key: str
    item: GradedItem | PartialCreditItem
    category: int

    def __post_init__(self) -> None:
        last = self.item.categories - 1
        if self.category not in range(last + 1):
            raise ValueError(f"category of {self.key!r}: got {self.category}, expected 0 to {last}")


@dataclass(frozen=True)
class Ranked:
    """One full order of a block.

    Parameters
    ----------
    key : str
        What this observation is called in evidence.
    item : BlockItem
        The block that was put in order.
    order : tuple of int
        Indices of the statements from most to least like the person.

    Raises
    ------
    ValueError
        If the order does not name each statement once.
    """

    key: str
    item: BlockItem
    order: tuple[int, ...]

    def __post_init__(self) -> None:
        if sorted(self.order) != list(range(len(self.item.statements))):
            raise ValueError(
                f"order of {self.key!r}: got {self.order}, expected each of 0 to {len(self.item.statements) - 1} once"
            )


@dataclass(frozen=True)
class Reading:
    """An uncertain reading of a reply: how probable each category is, given the text.

    The likelihood is ``sum_k p_k / pi_k P(k | z)``. A reading that equals the base rates says nothing.

    Parameters
    ----------
    key : str
        What this observation is called in evidence.
    item : GradedItem
        The item whose category was read.
    probabilities : tuple of float
        K probabilities p of the categories given the text.
    base_rates : tuple of float
        K base rates pi of the reader, all at least `SMALLEST_BASE_RATE`.

    Raises
    ------
    ValueError
        If a length, a value or a sum is not as described. Sums may miss one by `SUM_TOLERANCE`.
    """

    key: str
    item: GradedItem
    probabilities: tuple[float, ...]
    base_rates: tuple[float, ...]

    def __post_init__(self) -> None:
        _check_distribution(f"probabilities of {self.key!r}", self.probabilities, self.item.categories)
        _check_distribution(f"base_rates of {self.key!r}", self.base_rates, self.item.categories)
        if min(self.base_rates) < SMALLEST_BASE_RATE:
            raise ValueError(
                f"base_rates of {self.key!r}: got {self.base_rates}, expected all at least {SMALLEST_BASE_RATE}"
            )

    @property
    def weights(self) -> tuple[float, ...]:
        """The weight ``p_k / pi_k`` of each category, scaled so that the largest is one."""
        ratios = [p / pi for p, pi in zip(self.probabilities, self.base_rates, strict=True)]
        largest = max(ratios)
        return tuple(ratio / largest for ratio in ratios)


Response: TypeAlias = Graded | Ranked | Reading


def _check_distribution(name: str, values: tuple[float, ...], categories: int) -> None:
    if len(values) != categories:
        raise ValueError(f"{name}: got {len(values)} values, expected {categories}, one for each category")
    if not all(isfinite(v) and v >= 0.0 for v in values):
        raise ValueError(f"{name}: got {values}, expected finite numbers of zero or more")
    if abs(sum(values) - 1.0) > SUM_TOLERANCE:
        raise ValueError(f"{name}: got {values} with sum {sum(values)}, expected a sum of one")
