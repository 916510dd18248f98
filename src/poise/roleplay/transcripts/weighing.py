"""From the lines that fired to ratings: what each kind of moment says of each rating, and how much of it to believe.

For a moment with chances p(k) of the levels k, the likelihood of a rating r is ``sum_k p(k) / pi(k) * T(r, k)``, with
`T` the stored table of the kind (how a level by the rubric speaks for each rating) and `pi` the levels' stored base
rates, so that a reading that says no more than the base rates changes nothing. With an opportunity of chance o it is
``o * that + 1 - o``. Moments of one conversation depend on each other: the sum of the logarithms for a quality is
divided by the number of its opportunities to the power of the stored `damping`.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray
from pydantic import Field, field_validator, model_validator

from poise.content.piece import Key, Piece, Text
from poise.content.quality import QUALITIES
from poise.content.review import LEVELS
from poise.roleplay.transcripts.pooling import pool

FloatArray = NDArray[np.float64]
ROUNDING = 1e-6
LEAST_OPPORTUNITY = 0.2
MOST_TURNS = 3
RATINGS = np.arange(LEVELS, dtype=np.float64)
Five = tuple[float, float, float, float, float]


class KindWeights(Piece):
    """How much the levels of one kind say: their base rates, and the slope of the table."""

    base: Five
    slope: float = Field(ge=0)

    @field_validator("base")
    @classmethod
    def _rates(cls, base: Five) -> Five:
        return _checked(base)

    @property
    def table(self) -> FloatArray:
        """The chance of each level (columns) for a conversation of each rating (rows), shape (5, 5)."""
        raw = np.asarray(self.base) * np.exp(self.slope * np.outer(RATINGS - 2.0, RATINGS - 2.0))
        table: FloatArray = raw / raw.sum(axis=1, keepdims=True)
        return table


class ReturnWeights(Piece):
    """What the chance of coming back rests on: an intercept and the weight of each measure of felt justice."""

    start: float
    weights: dict[Key, float]


class ReviewWeights(Piece):
    """Everything that turns lines into ratings, with where it comes from."""

    version: Text
    source: Text
    prior: dict[Key, Five]
    damping: dict[Key, float]
    correlations: tuple[tuple[float, ...], ...]
    kinds: dict[Key, KindWeights]
    would_return: ReturnWeights

    @model_validator(mode="after")
    def _complete(self) -> "ReviewWeights":
        if tuple(self.prior) != QUALITIES or tuple(self.damping) != QUALITIES:
            raise ValueError(f"prior and damping need the twelve qualities in this order: {', '.join(QUALITIES)}")
        for prior in self.prior.values():
            _checked(prior)
        matrix = np.asarray(self.correlations)
        if matrix.shape != (len(QUALITIES), len(QUALITIES)) or np.abs(matrix - matrix.T).max() > ROUNDING:
            raise ValueError("correlations: expected a symmetric matrix, one row a quality")
        if np.abs(np.diag(matrix) - 1).max() > ROUNDING or np.linalg.eigvalsh(matrix).min() <= ROUNDING:
            raise ValueError("correlations: expected ones on the diagonal and no contradictions between the rest")
        return self


def _checked(rates: Five) -> Five:
    if min(rates) <= 0 or abs(sum(rates) - 1) > ROUNDING:
        raise ValueError(f"rates must be positive and sum to 1; found {list(rates)}")
    return rates


@dataclass(frozen=True)
class Moment:
    """One moment that was found: kind, quality, the turns it rests on, its chance, its levels, how much is known."""

    kind: str
    quality: str
    turns: tuple[int, ...]
    opportunity: float
    levels: tuple[float, ...]
    line: int
    telling: tuple[str, ...] = ()
    known: float = 1.0

    @property
    def weight(self) -> float:
        """How much of the moment there is to judge by: its chance, less where facts are not told."""
        return self.opportunity * self.known


@dataclass(frozen=True)
class QualityRating:
    """The rating of one quality: chances of 0 to 4, its moments with those that speak most for it first, and turns."""

    quality: str
    probabilities: tuple[float, ...]
    moments: tuple[Moment, ...]
    turns: tuple[int, ...]

    @property
    def expected(self) -> float:
        """The mean of the chances."""
        return float(np.dot(self.probabilities, RATINGS))


def rate_qualities(moments: Sequence[Moment], weights: ReviewWeights) -> tuple[QualityRating, ...]:
    """Rate every quality for which there was an opportunity, in their fixed order.

    What is seen of one quality moves the others by the stored correlations.
    """
    own = {
        quality: [one for one in moments if one.quality == quality and one.opportunity > LEAST_OPPORTUNITY]
        for quality in QUALITIES
    }
    said = np.array([likelihood(own[quality], quality, weights) for quality in QUALITIES])
    chances = pool(said, np.array([weights.prior[quality] for quality in QUALITIES]), np.array(weights.correlations))
    return tuple(
        _rating(quality, own[quality], tuple(chances[at].tolist()), weights)
        for at, quality in enumerate(QUALITIES)
        if own[quality]
    )


def likelihood(own: Sequence[Moment], quality: str, weights: ReviewWeights) -> FloatArray:
    """Return what the moments of one quality say together of each rating, as logarithms, shape (5,)."""
    if not own:
        return np.zeros(LEVELS)
    said = np.sum([log_likelihood(moment, weights.kinds[moment.kind]) for moment in own], axis=0)
    count = max(1.0, sum(moment.weight for moment in own))
    found: FloatArray = said / count ** weights.damping[quality]
    return found


def log_likelihood(moment: Moment, kind: KindWeights) -> FloatArray:
    """Return what one moment says of each rating, as logarithms, shape (5,)."""
    seen = np.asarray(moment.levels) / np.asarray(kind.base)
    found: FloatArray = np.log(moment.weight * (kind.table @ seen) + 1.0 - moment.weight)
    return found


def _rating(quality: str, own: Sequence[Moment], chances: tuple[float, ...], weights: ReviewWeights) -> QualityRating:
    rated = int(np.argmax(chances))
    said = [log_likelihood(moment, weights.kinds[moment.kind]) for moment in own]
    force = [float(one[rated] - one.mean()) for one in said]
    order = sorted(range(len(own)), key=lambda at: (-force[at], own[at].turns))
    ranked = tuple(own[at] for at in order)
    turns = list(dict.fromkeys(turn for moment in ranked for turn in moment.turns))[:MOST_TURNS]
    return QualityRating(quality, chances, ranked, tuple(sorted(turns)))


def overall(ratings: Sequence[QualityRating]) -> float:
    """Return the mean of the expected ratings, from 0 to 100: for comparison with raters only."""
    return 25.0 * float(np.mean([rating.expected for rating in ratings]))


def would_return(measures: Mapping[str, float], weights: ReturnWeights) -> float:
    """Return how likely the customer comes back, from 0 to 100, from felt justice: an outcome, never a rating."""
    total = weights.start + sum(weight * measures[name] for name, weight in sorted(weights.weights.items()))
    return float(np.clip(total, 0.0, 100.0))
