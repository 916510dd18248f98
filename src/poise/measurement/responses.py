"""What was observed: a category, an order, or an uncertain reading of a reply."""

from dataclasses import dataclass
from math import isfinite
from typing import TypeAlias

from poise.measurement.models import BlockItem, GradedItem, PartialCreditItem

SUM_TOLERANCE = 1e-3
"""Stored readings are rounded to four decimals, so their sum may miss one by a little."""
SMALLEST_BASE_RATE = 1e-6
"""A category that is never read has no base rate to divide by."""
KNOWN_OR_NOT = 2


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


def right_or_wrong(key: str, item: GradedItem, *, right: bool, guess: float) -> Graded | Reading:
    """Return an answer to a question that may be guessed: the three-parameter logistic model, with a known floor.

    ``P(right | z) = c + (1 - c) logistic(a . z + d)``. Whoever knows the answer gives it, and whoever does not guesses
    it with the chance c. So a wrong answer says that it was not known, and a right one is an uncertain reading of
    whether it was: its likelihood is ``P(known | z) + c P(not known | z)``.

    Parameters
    ----------
    key : str
        What this observation is called in evidence.
    item : GradedItem
        Two categories: 0 is not known, 1 is known.
    right : bool
        Whether the answer was right.
    guess : float
        The floor c, 0 or more and less than one: of m answers that look alike, 1/m.

    Raises
    ------
    ValueError
        If the item does not have two categories, or the floor is not as described.

    References
    ----------
    Birnbaum, A. (1968). Some latent trait models and their use in inferring an examinee's ability. In Lord and Novick,
    Statistical theories of mental test scores.
    """
    if item.categories != KNOWN_OR_NOT:
        raise ValueError(f"item of {key!r}: got {item.categories} categories, expected two: not known and known")
    if not 0.0 <= guess < 1.0:
        raise ValueError(f"guess of {key!r}: got {guess}, expected a chance of zero or more and less than one")
    if not right:
        return Graded(key, item, 0)
    return Reading(key, item, (guess / (1.0 + guess), 1.0 / (1.0 + guess)), (0.5, 0.5))


def _check_distribution(name: str, values: tuple[float, ...], categories: int) -> None:
    if len(values) != categories:
        raise ValueError(f"{name}: got {len(values)} values, expected {categories}, one for each category")
    if not all(isfinite(v) and v >= 0.0 for v in values):
        raise ValueError(f"{name}: got {values}, expected finite numbers of zero or more")
    if abs(sum(values) - 1.0) > SUM_TOLERANCE:
        raise ValueError(f"{name}: got {values} with sum {sum(values)}, expected a sum of one")
