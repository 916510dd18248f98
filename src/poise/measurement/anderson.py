"""Faster than plain EM, and never down: Anderson acceleration of a cycle, with plain EM to fall back on.

References
----------
Anderson, D. G. (1965). Iterative procedures for nonlinear integral equations.
Henderson, N. C., & Varadhan, R. (2019). Damped Anderson acceleration with restarts and monotonicity control.
"""

from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from typing import Final, Protocol

import numpy as np

from poise.measurement.models import FloatArray

DEPTH: Final = 6
"""How many earlier cycles tell the direction."""
RIDGE: Final = 1e-10
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


@dataclass
class _Memory:
    """Differences of starts and of residuals between successive cycles."""

    moves: list[FloatArray] = field(default_factory=list)
    changes: list[FloatArray] = field(default_factory=list)
    last: tuple[FloatArray, FloatArray] | None = None

    def add(self, start: FloatArray, residual: FloatArray) -> None:
        if self.last is not None:
            self.moves.append(start - self.last[0])
            self.changes.append(residual - self.last[1])
            del self.moves[:-DEPTH], self.changes[:-DEPTH]
        self.last = (start, residual)

    def forget(self) -> None:
        self.moves.clear()
        self.changes.clear()
        self.last = None

    def direction(self, residual: FloatArray, metric: FloatArray) -> FloatArray:
        """Return the step from the start of the last cycle that should end where nothing moves any more."""
        if not self.changes:
            return residual
        root = np.sqrt(metric)
        changes = np.array(self.changes)
        weighted = changes * root
        gram = weighted @ weighted.T
        gram[np.diag_indices_from(gram)] *= 1.0 + RIDGE
        try:
            mix = np.linalg.solve(gram, weighted @ (residual * root))
        except np.linalg.LinAlgError:
            return residual
        step: FloatArray = residual - mix @ (np.array(self.moves) + changes)
        return step


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
    memory, point, extrapolated, number = _Memory(), start, False, 0
    best = -np.inf
    safe = start
    while True:
        landed = cycle(point)
        number += 1
        if extrapolated and not landed.objective >= best - slack:
            memory.forget()
            point, extrapolated = safe, False
            continue
        best = max(best, landed.objective)
        residual = landed.end - landed.start
        memory.add(landed.start, residual)
        step = memory.direction(residual, landed.metric)
        plain = 0.5 * float(landed.metric @ residual**2)
        gain = max(plain, 0.5 * abs(float(landed.gradient @ step)))
        safe = landed.end
        yield Step(number, best, gain, safe)
        point, extrapolated = safe, False
        for shortening in range(SHORTENINGS):
            trial = landed.end + (step - residual) * 0.5**shortening
            if is_proper(trial):
                point, extrapolated = trial, bool(memory.changes)
                break
