"""Several candidates for one position: the chance that one has more to spare than another, ties, and bands.

Only where chances may be told at all: once parameters are no longer provisional, or where an owner switched it on.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import numpy as np

from poise.content.job import Job
from poise.content.library import Library
from poise.jobfit.demand import FloatArray, expect
from poise.jobfit.suiting import weigh_surplus
from poise.sitting.evidence import posterior_of
from poise.sitting.state import State

TIED = 0.9
"""Two are tied while neither exceeds the other with a chance above this."""


@dataclass(frozen=True, eq=False)
class Contender:
    """A candidate for a position: what there is to spare on the demands of its job, as draws; shape (draws,).

    `enough` says whether enough was seen for a verdict on the job at all.
    """

    key: str
    surplus: FloatArray
    enough: bool = True


@dataclass(frozen=True)
class Bands:
    """Candidates in bands from the leader on; in a band nobody is told from its leader. Names are in order of key.

    `unplaced` are those of whom not enough was seen. `chances` holds, for each two, that the first exceeds the second.
    """

    bands: tuple[tuple[str, ...], ...]
    unplaced: tuple[str, ...]
    chances: Mapping[tuple[str, str], float]

    def tied(self, one: str, other: str) -> bool:
        """Say whether two candidates cannot be told from each other."""
        return 1 - TIED <= self.chances[one, other] <= TIED


def draw_surplus(state: State, library: Library, job: Job) -> FloatArray:
    """Return draws of what a person has to spare on the demands of a job, on average by weight, in moments of ten.

    The demands are the same for all candidates, so the mean of their passes is taken: it cancels between two of them.
    """
    surplus: FloatArray = weigh_surplus(job, expect(posterior_of(state, library), library)).mean(axis=0)
    return surplus


def chance_to_exceed(one: FloatArray, other: FloatArray) -> float:
    """Return the chance that one exceeds the other, each draw of one against each draw of the other; ties are shared.

    What is known of one person says nothing of another, so all pairs count. The seed may therefore be the same for all
    candidates, and a chance does not depend on who else applied.
    """
    ordered = np.sort(other)
    below = np.searchsorted(ordered, one, side="left") + np.searchsorted(ordered, one, side="right")
    return float(below.mean() / (2 * len(other)))


def place_in_bands(contenders: Sequence[Contender]) -> Bands:
    """Place candidates in bands: the leader and all who are tied with the leader, then the same with those left.

    The leader of those left has the largest mean; of equal ones the first by key. The order in which candidates are
    given makes no difference.

    Raises
    ------
    ValueError
        If a key stands twice.
    """
    bands = find_bands(contenders)
    chances = {
        (one.key, other.key): chance_to_exceed(one.surplus, other.surplus)
        for one in contenders
        for other in contenders
        if one.key != other.key
    }
    return Bands(bands, tuple(sorted(one.key for one in contenders if not one.enough)), chances)


def find_bands(contenders: Sequence[Contender]) -> tuple[tuple[str, ...], ...]:
    """Return the bands of `place_in_bands` alone: every chance is against a leader, so that thousands can be placed."""
    keys = [one.key for one in contenders]
    if len(set(keys)) != len(keys):
        raise ValueError(f"contenders: got {keys}, expected each key once")
    placed = sorted((one for one in contenders if one.enough), key=lambda one: (-float(one.surplus.mean()), one.key))
    bands = []
    while placed:
        leader, *others = placed
        told = [chance_to_exceed(leader.surplus, one.surplus) > TIED for one in others]
        band = [leader.key, *(one.key for one, apart in zip(others, told, strict=True) if not apart)]
        bands.append(tuple(sorted(band)))
        placed = [one for one, apart in zip(others, told, strict=True) if apart]
    return tuple(bands)


def may_place(library: Library, job: Job, *, switched_on: bool) -> bool:
    """Say whether candidates may be placed in bands; otherwise they stand in the order of the alphabet."""
    return switched_on or not (library.provisional or job.provisional)
