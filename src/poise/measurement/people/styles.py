"""Ways of answering that are not honest or not careful, as simulees may have them."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final, Literal, TypeAlias, get_args

import numpy as np
import numpy.typing as npt

from poise.measurement.models import FloatArray, IntArray
from poise.measurement.tabular.tables import BadTableError

BoolArray: TypeAlias = npt.NDArray[np.bool_]
Kind: TypeAlias = Literal["honest", "careless", "straight", "midpoint", "extreme", "acquiescent", "faker"]
KINDS: Final[tuple[Kind, ...]] = get_args(Kind)
STRENGTHS: Final[dict[Kind, float]] = {
    "honest": 0.0,
    "careless": 1.0,
    "straight": 1.0,
    "midpoint": 0.8,
    "extreme": 0.8,
    "acquiescent": 1.5,
    "faker": 1.5,
}
CHANCES: Final = ("careless", "straight", "midpoint", "extreme")
"""Kinds whose strength is a chance."""


@dataclass(frozen=True)
class Style:
    """A way of answering that a share of the people has.

    Parameters
    ----------
    kind : str
        honest
            As the model says.
        careless
            From a question on, at random; `part` is the share of the questions from there to the end.
        straight
            The first answer is given again and again, to blocks the first order.
        midpoint
            The middle of the scale; an even number of categories has two middles.
        extreme
            The end of the scale that is nearer to the honest answer.
        acquiescent
            Agreement whatever the question says: logits are added.
        faker
            Towards the desirable pole: latents are shifted, and what `Instrument.desirable` says is added.
    share : float
        Of the people, above 0 to 1.
    strength : float, optional
        Careless, straight, midpoint, extreme: the chance that a question is answered so. Acquiescent: logits. Faker:
        units of the latents. Else a middling value, see STRENGTHS.
    part : float
        Share of the questions on which the style shows, drawn at random (careless: the last ones, straight and the
        others: any); below one, people fake or tick partly.

    Raises
    ------
    BadTableError
        Naming what is not as described.
    """

    kind: Kind
    share: float
    strength: float | None = None
    part: float | None = None

    def __post_init__(self) -> None:
        complaints = []
        if self.kind not in KINDS:
            complaints.append(f"style: got {self.kind!r}, expected one of {', '.join(KINDS)}")
        if not 0.0 < self.share <= 1.0:
            complaints.append(f"style {self.kind}: got the share {self.share}, expected a number above 0, at most 1")
        most = 1.0 if self.kind in CHANCES else 10.0
        if self.strength is not None and not 0.0 <= self.strength <= most:
            complaints.append(f"style {self.kind}: got the strength {self.strength}, expected 0 to {most:g}")
        if self.part is not None and not 0.0 <= self.part <= 1.0:
            complaints.append(f"style {self.kind}: got the part {self.part}, expected 0 to 1")
        if complaints:
            raise BadTableError(complaints)

    @property
    def force(self) -> float:
        """The strength, or what is usual for the kind."""
        return STRENGTHS[self.kind] if self.strength is None else self.strength

    @property
    def extent(self) -> float:
        """The part, or what is usual for the kind: half of the questions for the careless, else all."""
        return (0.5 if self.kind == "careless" else 1.0) if self.part is None else self.part


def mix_styles(styles: Sequence[Style]) -> tuple[Style, ...]:
    """Return the styles with the honest rest of the people in front.

    Raises
    ------
    BadTableError
        If the shares add up to more than one.
    """
    asked = [style for style in styles if style.kind != "honest"]
    total = sum(style.share for style in styles)
    if total > 1.0 + 1e-9:
        raise BadTableError([f"styles: the shares add up to {total:g}, expected at most 1"])
    rest = 1.0 - sum(style.share for style in asked)
    return (*([Style("honest", rest)] if rest > 1e-9 else []), *asked)  # noqa: PLR2004  rounding


def draw_styles(styles: Sequence[Style], number: int, rng: np.random.Generator) -> IntArray:
    """Draw whose style is which, shape (P,), as places in `styles`; shares are met to one person."""
    ends = np.round(np.cumsum([style.share for style in styles]) * number)
    return rng.permutation(np.searchsorted(ends, np.arange(number), side="right").clip(max=len(styles) - 1))


@dataclass(frozen=True, eq=False)
class Habits:
    """The style of each of P persons: `kind`, `force` and `extent`, shape (P,) each."""

    kind: npt.NDArray[np.str_]
    force: FloatArray
    extent: FloatArray

    @classmethod
    def of(cls, styles: Sequence[Style], style: IntArray) -> "Habits":
        """Look up the style of each person; `style` holds places in `styles`."""
        return cls(
            np.array([one.kind for one in styles])[style],
            np.array([one.force for one in styles])[style],
            np.array([one.extent for one in styles])[style],
        )

    def shifts(self, kind: Kind) -> FloatArray:
        """Return the strength of those with this style and zero for all others, shape (P, 1)."""
        shifts: FloatArray = np.where(self.kind == kind, self.force, 0.0)[:, None]
        return shifts


def draw_parts(habits: Habits, asked: BoolArray, rng: np.random.Generator) -> BoolArray:
    """Draw on which questions each person's style shows, shape (P, Q).

    Parameters
    ----------
    habits : Habits
    asked : array of bool, shape (P, Q)
        Which questions each person is asked, in the order of asking.
    rng : numpy.random.Generator
    """
    before = np.cumsum(asked, axis=1, dtype=np.int64) - asked
    late = before >= np.round((1.0 - habits.extent) * asked.sum(axis=1))[:, None]
    some = rng.random(asked.shape) < habits.extent[:, None]
    chance = np.where(np.isin(habits.kind, CHANCES), habits.force, 1.0)
    drawn = rng.random(asked.shape) < chance[:, None]
    where = np.where((habits.kind == "careless")[:, None], late, some)
    shows: BoolArray = where & drawn & asked & (habits.kind != "honest")[:, None]
    return shows


def bend_answers(
    honest: IntArray, categories: IntArray, habits: Habits, shows: BoolArray, rng: np.random.Generator
) -> IntArray:
    """Return answers to rated items as styles change them.

    Parameters
    ----------
    honest : array of int, shape (P, I)
        Categories from 0, shifts of fakers and acquiescent people already in them.
    categories : array of int, shape (I,)
    habits : Habits
    shows : array of bool, shape (P, I)
        Where the style of each person shows.
    rng : numpy.random.Generator

    Returns
    -------
    array of int, shape (P, I)
    """
    last = np.asarray(categories, dtype=np.int64) - 1
    chance = rng.random(honest.shape)
    coin = chance < 0.5  # noqa: PLR2004  either middle, either end
    nearer = np.where(2 * honest == last, coin, 2 * honest > last)
    first = np.argmax(shows, axis=1)
    height = honest[np.arange(len(honest)), first] / last[first]
    bent = honest
    for kind, answer in (
        ("careless", np.minimum((chance * (last + 1)).astype(np.int64), last)),
        ("midpoint", np.where(coin, last // 2, (last + 1) // 2)),
        ("extreme", np.where(nearer, last, 0)),
        ("straight", np.round(height[:, None] * last)),
    ):
        bent = np.where(shows & (habits.kind == kind)[:, None], answer, bent)
    return bent.astype(honest.dtype)


def bend_orders(
    honest: IntArray, habits: Habits, shows: BoolArray, first: IntArray, rng: np.random.Generator
) -> tuple[IntArray, IntArray]:
    """Return the orders of one block, shape (P, m), as styles change them.

    Careless people put statements in any order, straight-liners repeat the order of their first block. Scales have no
    ends and no middle here, and agreement means nothing.

    Parameters
    ----------
    honest : array of int, shape (P, m)
        Statements from most to least.
    habits : Habits
    shows : array of bool, shape (P,)
    first : array of int, shape (P, m)
        The order that each straight-liner repeats; negative where there is none yet.
    rng : numpy.random.Generator

    Returns
    -------
    array, shape (P, m)
    array, shape (P, m)
        What is repeated from here on.
    """
    at_random = np.argsort(rng.random(honest.shape), axis=1)
    bent = np.where((shows & (habits.kind == "careless"))[:, None], at_random, honest)
    repeats = (shows & (habits.kind == "straight"))[:, None]
    first = np.where(repeats & (first < 0), honest, first)
    return np.where(repeats, first, bent), first
