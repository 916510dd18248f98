"""How far people who rated the same moments agree: with each other, with themselves, and with the reading."""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from itertools import combinations
from typing import Literal

import numpy as np

from poise.content.library import Library
from poise.content.quality import QUALITIES
from poise.content.rubric import LEVELS
from poise.measurement import Agreement, FloatArray, Resampling, agree_by_icc, agree_by_kappa
from poise.measurement.people.agreement import FEWEST_PAIRS
from poise.sitting.evidence import rate_conversation
from poise.sitting.queueing import case_for
from poise.sitting.ratings import MomentRating
from poise.sitting.state import State

Place = tuple[str, str, str]
Kind = Literal["raters", "rounds", "reading", "reading_spread", "icc_single", "icc_mean"]
ALL = "all"


@dataclass(frozen=True)
class Comparison:
    """How far some agree, in all and by quality; qualities of which nothing was rated by both are absent.

    `differ_on_opportunity` counts moments for which some saw an opportunity and others none; they enter no coefficient.
    """

    kind: Kind
    between: tuple[str, ...]
    found: Mapping[str, Agreement]
    differ_on_opportunity: int = 0


@dataclass(frozen=True)
class _Rated:
    """One person's ratings in one round, by moment."""

    levels: Mapping[Place, int | None]

    def shared(self, *others: "_Rated") -> tuple[list[Place], int]:
        """Return the moments that all gave a level, in a fixed order, and how many only some saw as opportunities."""
        everywhere = [place for place in sorted(self.levels) if all(place in one.levels for one in others)]
        given = {place: [one.levels[place] is not None for one in (self, *others)] for place in everywhere}
        both = [place for place in everywhere if all(given[place])]
        return both, sum(any(one) and not all(one) for one in given.values())

    def of(self, places: Sequence[Place]) -> list[int]:
        """Return the levels of these moments."""
        levels = (self.levels[place] for place in places)
        return [level for level in levels if level is not None]


def read_levels(sitting: str, state: State, library: Library) -> dict[Place, tuple[float, ...]]:
    """Return how probable each level of each moment of a sitting is by the reading, whatever was corrected since."""
    return {
        (sitting, key, rating.moment.key): rating.probabilities
        for key, conversation in state.conversations.items()
        for rating, _ in rate_conversation(conversation, case_for(state, library, key), library.beliefs)
    }


def compare_raters(
    ratings: Iterable[MomentRating], read: Mapping[Place, Sequence[float]], resampling: Resampling | None = None
) -> tuple[Comparison, ...]:
    """Compare all who rated: pair by pair, with their own second round, with the reading, and all who rated enough.

    Where not said otherwise, first rounds are compared. With the reading, once by its expected level, rounded, and once
    by its whole spread (the expected kappa of a level drawn from it). Sittings are drawn for the intervals.
    """
    qualities: dict[Place, str] = {}
    rounds: dict[tuple[str, int], dict[Place, int | None]] = {}
    for one in ratings:
        qualities[one.place] = one.quality
        rounds.setdefault((one.rater, one.round), {})[one.place] = one.rating
    weigh = _Weighing(qualities, resampling or Resampling())
    rated = {key: _Rated(levels) for key, levels in rounds.items()}
    raters = sorted(rater for rater, number in rated if number == 1)
    # Somebody who has only begun would leave next to nothing that all have rated.
    many = [rater for rater in raters if len(rated[rater, 1].levels) >= FEWEST_PAIRS]
    many = many if len(many) > 1 else raters
    return (
        *(weigh.pair("raters", (a, b), rated[a, 1], rated[b, 1]) for a, b in combinations(raters, 2)),
        *(
            weigh.pair("rounds", (rater,), rated[rater, 1], rated[rater, number])
            for rater, number in sorted(rated)
            if number > 1 and (rater, 1) in rated
        ),
        *(one for rater in raters for one in weigh.with_reading(rater, rated[rater, 1], read)),
        *(weigh.together(many, [rated[rater, 1] for rater in many]) if len(many) > 1 else ()),
    )


@dataclass(frozen=True)
class _Weighing:
    qualities: Mapping[Place, str]
    resampling: Resampling

    def pair(self, kind: Kind, between: tuple[str, ...], first: _Rated, second: _Rated) -> Comparison:
        """Compare two rounds of ratings by weighted kappa."""
        shared, differ = first.shared(second)
        found = {
            name: agree_by_kappa(first.of(some), second.of(some), _sittings(some), LEVELS, self.resampling)
            for name, some in self._by_quality(shared)
        }
        return Comparison(kind, between, found, differ)

    def with_reading(self, rater: str, rated: _Rated, read: Mapping[Place, Sequence[float]]) -> Iterator[Comparison]:
        """Compare a rater with the expected level, rounded, and with the whole spread of the reading."""
        shared = [place for place in sorted(rated.levels) if place in read and rated.levels[place] is not None]
        differ = sum(place in read and level is None for place, level in rated.levels.items())
        spread: dict[Place, FloatArray] = {}
        for place in shared:
            chances = np.asarray(read[place], dtype=np.float64)
            spread[place] = chances / chances.sum()
        levels = {place: int(np.floor(chances @ np.arange(LEVELS) + 0.5)) for place, chances in spread.items()}
        rounded, drawn = {}, {}
        for name, some in self._by_quality(shared):
            given, where = rated.of(some), _sittings(some)
            nearest = [levels[place] for place in some]
            chances = np.array([spread[place] for place in some]).reshape(len(some), LEVELS)
            rounded[name] = agree_by_kappa(given, nearest, where, LEVELS, self.resampling)
            drawn[name] = agree_by_kappa(given, chances, where, LEVELS, self.resampling)
        yield Comparison("reading", (rater,), rounded, differ)
        yield Comparison("reading_spread", (rater,), drawn, differ)

    def together(self, raters: Sequence[str], rated: Sequence[_Rated]) -> tuple[Comparison, Comparison]:
        """Compare all raters at once on what all of them rated."""
        shared, differ = rated[0].shared(*rated[1:])
        found = {
            name: agree_by_icc(
                np.array([one.of(some) for one in rated]).T.reshape(len(some), len(rated)),
                _sittings(some),
                self.resampling,
            )
            for name, some in self._by_quality(shared)
        }
        single, mean = ({name: both[which] for name, both in found.items()} for which in (0, 1))
        names = tuple(raters)
        return Comparison("icc_single", names, single, differ), Comparison("icc_mean", names, mean, differ)

    def _by_quality(self, places: Sequence[Place]) -> Iterator[tuple[str, list[Place]]]:
        """Return all moments, then those of each quality that has any."""
        yield ALL, list(places)
        for quality in QUALITIES:
            some = [place for place in places if self.qualities[place] == quality]
            if some:
                yield quality, some


def _sittings(places: Sequence[Place]) -> list[str]:
    return [sitting for sitting, _, _ in places]
