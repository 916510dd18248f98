"""The judge of the joint engine: exact marginal maximum likelihood on a product grid in one to three dimensions.

Written plainly in numpy from the interface of `observing`, apart from the compiled engine; work grows as nodes to the
power of dimensions, so it is for checking, with some hundred persons. One group, no raters, no readings, no priors.
"""

from dataclasses import dataclass, replace
from typing import Final

import numpy as np
from scipy.optimize import minimize

from poise.measurement.joint.jointdata import JointBlock, JointTable
from poise.measurement.joint.jointerrors import span_free
from poise.measurement.joint.jointparameters import JointParameters
from poise.measurement.joint.jointsimulation import find_observable
from poise.measurement.many.gridjudge import ProductGrid
from poise.measurement.models import FloatArray

NUDGE: Final = 1e-5
NOWHERE: Final = 1e12
"""Stands for minus the log-likelihood where the parameters are those of no model."""


@dataclass(frozen=True, eq=False)
class JointGridFit:
    """Maximum likelihood on the grid."""

    parameters: JointParameters
    loglik: float
    converged: bool


@dataclass(frozen=True, eq=False)
class JointJudge:
    """Persons and a grid.

    Parameters
    ----------
    table : JointTable
        Every person has at most one answer to each thing asked.
    grid : ProductGrid
    """

    table: JointTable
    grid: ProductGrid

    def log_prior(self, parameters: JointParameters) -> FloatArray:
        """Return the log of the prior's weight at each point, shape (G,)."""
        points, correlations = self.grid.points, parameters.correlations
        inverse = np.linalg.inv(correlations)
        step = (points[-1, -1] - points[0, -1]) / (self.grid.nodes - 1)
        constant = len(correlations) * np.log(step / np.sqrt(2.0 * np.pi)) - 0.5 * np.linalg.slogdet(correlations)[1]
        return np.asarray(constant - 0.5 * np.einsum("gd,de,ge->g", points, inverse, points), dtype=np.float64)

    def _answer_logs(self, parameters: JointParameters, i: int) -> tuple[FloatArray, FloatArray]:
        """Return log probabilities (A, G) of one thing, and their derivatives by its parameters, (n, A, G)."""
        layout, points = parameters.layout, self.grid.points
        kind, own = find_observable(parameters, i), layout.own(i)
        rows = parameters.loadings[layout.first_row[i] : layout.first_row[i + 1]]
        u = points @ rows.T
        by_u = np.moveaxis(kind.gradients(u), 0, -1)
        derivatives = []
        for j in range(own.start, own.stop):
            d, effect = layout.dimension[j], layout.effect[j]
            if d >= 0:
                derivatives.append(by_u[:, effect] * points[:, d])
            elif isinstance(layout.asked[i], JointBlock):
                derivatives.append(by_u[:, effect])
            else:
                ends = []
                for sign in (1.0, -1.0):
                    values = parameters.values.copy()
                    values[j] += sign * NUDGE
                    ends.append(find_observable(replace(parameters, values=values), i).log_likelihoods(u).T)
                derivatives.append((ends[0] - ends[1]) / (2.0 * NUDGE))
        return kind.log_likelihoods(u).T, np.array(derivatives)

    def look(self, parameters: JointParameters) -> tuple[float, FloatArray, FloatArray]:
        """Return the exact log-likelihood, its derivatives by ``parameters.packed``, and posterior weights (P, G)."""
        table, layout = self.table, parameters.layout
        weight = np.ones(table.size) if table.weight is None else table.weight
        person = np.repeat(np.arange(table.size), table.answered)
        logs = np.tile(self.log_prior(parameters), (table.size, 1))
        slopes = []
        for i in range(len(layout.asked)):
            own = np.flatnonzero(table.item == i)
            answers, derivatives = self._answer_logs(parameters, i)
            logs[person[own]] += answers[table.answer[own]]
            slopes.append(derivatives)
        top = logs.max(axis=1, keepdims=True)
        posterior = np.exp(logs - top)
        total = posterior.sum(axis=1, keepdims=True)
        posterior /= total
        gradient = np.zeros(len(parameters.packed))
        for i, derivatives in enumerate(slopes):
            own = np.flatnonzero(table.item == i)
            counts = np.zeros(derivatives.shape[1:])
            np.add.at(counts, table.answer[own], posterior[person[own]] * weight[person[own], None])
            gradient[layout.own(i)] = np.einsum("nag,ag->n", derivatives, counts)
        points, overall = self.grid.points, weight @ posterior
        inverse = np.linalg.inv(parameters.correlations)
        second = np.einsum("g,gd,ge->de", overall, points, points)
        whole = inverse @ second @ inverse - weight.sum() * inverse
        free = np.tril(layout.linked, -1)
        gradient[len(parameters.values) : len(parameters.values) + int(free.sum())] = whole[free]
        return float(weight @ (top + np.log(total))[:, 0]), gradient, posterior

    def climb(self, start: JointParameters, tolerance: float = 1e-3) -> JointGridFit:
        """Find the maximum by BFGS from a start, in the directions that nothing holds fixed.

        Steps are measured in inverse roots of the number of persons, so roughly in standard errors.
        """
        origin = start.packed
        basis = span_free(start, np.zeros(0)) * np.sqrt(1.0 / self.table.size)

        def fall(x: FloatArray) -> tuple[float, FloatArray]:
            parameters = start.unpacked(origin + basis @ x)
            if not parameters.proper:
                return NOWHERE, np.zeros_like(x)
            loglik, gradient, _ = self.look(parameters)
            return -loglik, -basis.T @ gradient

        found = minimize(fall, np.zeros(basis.shape[1]), jac=True, method="BFGS", options={"gtol": tolerance})
        parameters = start.unpacked(origin + basis @ found.x)
        return JointGridFit(parameters, -float(found.fun), bool(found.success))
