"""Free parameters of a calibration in one dimension as one vector, and a cycle of EM seen through it."""

from dataclasses import dataclass, replace
from functools import cached_property

import numpy as np
import numpy.typing as npt

from poise.measurement.grid.gridem import Cycle, Parameters, Precision, Problem
from poise.measurement.grid.mstep import GRADED, LEAST_GAP
from poise.measurement.grid.priors import Priors
from poise.measurement.models import FloatArray

LEAST_SD = 1e-3


@dataclass(frozen=True, eq=False)
class Packing:
    """Where each free parameter stands in a vector: items one after another, then means, then logarithms of sds.

    Parameters
    ----------
    problem : Problem
    pattern : Parameters
        Supplies everything that is fixed.
    """

    problem: Problem
    pattern: Parameters

    @cached_property
    def entries(self) -> npt.NDArray[np.bool_]:
        """Which entries of the table of item parameters are free, shape (I, Kmax)."""
        free: npt.NDArray[np.bool_] = self.problem.free[:, None] & np.isfinite(self.pattern.items)
        return free

    @property
    def size(self) -> int:
        """How many free parameters there are."""
        latents = self.pattern.latents
        return int(self.entries.sum() + latents.free_mean.sum() + latents.free_sd.sum())

    def pack(self, parameters: Parameters) -> FloatArray:
        """Return the free parameters as a vector."""
        latents = parameters.latents
        return np.concatenate(
            [parameters.items[self.entries], latents.mean[latents.free_mean], np.log(latents.sd[latents.free_sd])]
        )

    def unpack(self, vector: FloatArray) -> Parameters:
        """Return parameters with the values of a vector."""
        items, old = self.pattern.items.copy(), self.pattern.latents
        number, means = int(self.entries.sum()), int(old.free_mean.sum())
        items[self.entries] = vector[:number]
        mean, sd = old.mean.copy(), old.sd.copy()
        mean[old.free_mean] = vector[number : number + means]
        sd[old.free_sd] = np.exp(vector[number + means :])
        return Parameters(items, replace(old, mean=mean, sd=sd))

    def is_proper(self, vector: FloatArray) -> bool:
        """Say whether a vector holds parameters of the model: finite, intercepts of graded items falling."""
        if not np.all(np.isfinite(vector)) or np.max(np.abs(vector), initial=0.0) > 1e3:  # noqa: PLR2004  beyond sense
            return False
        parameters = self.unpack(vector)
        gaps = -np.diff(parameters.items[self.problem.model == GRADED, 1:], axis=1)
        return bool(np.all(np.isnan(gaps) | (gaps > LEAST_GAP)) and np.all(parameters.latents.sd > LEAST_SD))


@dataclass(frozen=True, eq=False)
class PackedCycle:
    """A cycle of EM in vectors; see `anderson.Landed`.

    Parameters
    ----------
    packing : Packing
    cycle : Cycle
    priors : Priors
    """

    packing: Packing
    cycle: Cycle
    priors: Priors

    @cached_property
    def start(self) -> FloatArray:
        """Where the cycle began."""
        return self.packing.pack(self.cycle.start)

    @cached_property
    def end(self) -> FloatArray:
        """Where it led."""
        return self.packing.pack(self.cycle.end)

    @property
    def objective(self) -> float:
        """Log-likelihood and log prior at the start."""
        return self.cycle.log_likelihood + self.priors.log_density(self.cycle.start.items[self.packing.problem.free])

    @cached_property
    def gradient(self) -> FloatArray:
        """Derivatives of the objective at the start; for latents by their complete-data information."""
        number = int(self.packing.entries.sum())
        by_latent = (self.metric * (self.end - self.start))[number:]
        return np.concatenate([self.cycle.gradient[self.packing.entries], by_latent])

    @cached_property
    def metric(self) -> FloatArray:
        """Diagonal of the complete-data information."""
        latents = self.cycle.start.latents
        persons = self.cycle.expected.node_counts.sum(axis=1)
        return np.concatenate(
            [
                np.maximum(self.cycle.metric[self.packing.entries], 1e-8),
                (persons / latents.sd**2)[latents.free_mean],
                2.0 * persons[latents.free_sd],
            ]
        )


def run_cycle(
    packing: Packing, vector: FloatArray, nodes: FloatArray, precision: Precision, priors: Priors
) -> PackedCycle:
    """Run one cycle of EM from a vector."""
    return PackedCycle(packing, packing.problem.cycle(packing.unpack(vector), nodes, precision), priors)
