"""Faster than plain EM, and never down: Anderson acceleration of a cycle, with plain EM to fall back on.

References
----------
Anderson, D. G. (1965). Iterative procedures for nonlinear integral equations.
Henderson, N. C., & Varadhan, R. (2019). Damped Anderson acceleration with restarts and monotonicity control.
"""

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from typing import Final, Protocol

import numpy as np

from poise.measurement.grid.mixing import Mixing
from poise.measurement.models import FloatArray

SHORTENINGS: Final = 8


class Landed(Protocol):
    """One plain cycle, in vectors of the free parameters."""

    @property
    def start(self) -> FloatArray:
        """Where it began, shape (n,)."""

    @property
    def end(self) -> FloatArray:
        """Where it led, shape (n,)."""

    @property
    def objective(self) -> float:
        """Log-likelihood and log prior at the start."""

    @property
    def gradient(self) -> FloatArray:
        """Derivatives of the objective at the start, shape (n,)."""

    @property
    def metric(self) -> FloatArray:
        """Positive weights: the diagonal of the complete-data information, shape (n,)."""


@dataclass(frozen=True)
class Step:
    """How far a climb has come.

    Parameters
    ----------
    number : int
        How many cycles were run.
    objective : float
        Of the best parameters so far.
    gain : float
        How much more the objective can be expected to rise.
    end : array, shape (n,)
        Where plain EM leads from the best parameters so far.
    """

    number: int
    objective: float
    gain: float
    end: FloatArray


def climb(
    cycle: Callable[[FloatArray], Landed],
    start: FloatArray,
    *,
    is_proper: Callable[[FloatArray], bool],
    slack: float,
) -> Iterator[Step]:
    """Run cycles and yield after each one; the caller stops.

    Parameters
    ----------
    cycle : callable
        One cycle of EM, which never lowers the objective.
    start : array, shape (n,)
        Where to begin.
    is_proper : callable
        Whether a vector is a set of parameters of the model at all.
    slack : float
        A fall of the objective that is taken for rounding.

    Yields
    ------
    Step
    """
    mixing, point, extrapolated, number = Mixing(), start, False, 0
    best = -np.inf
    safe = start
    while True:
        landed = cycle(point)
        number += 1
        if extrapolated and not landed.objective >= best - slack:
            mixing.forget()
            point, extrapolated = safe, False
            continue
        best = max(best, landed.objective)
        residual = landed.end - landed.start
        proposal = mixing.propose(landed.start, landed.end, landed.metric)
        step = proposal - landed.start
        plain = 0.5 * float(landed.metric @ residual**2)
        gain = max(plain, 0.5 * abs(float(landed.gradient @ step)))
        safe = landed.end
        yield Step(number, best, gain, safe)
        point, extrapolated = safe, False
        for shortening in range(SHORTENINGS):
            trial = landed.end + (proposal - landed.end) * 0.5**shortening
            if is_proper(trial):
                point, extrapolated = trial, mixing.mixes
                break
