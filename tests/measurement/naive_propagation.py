"""The slow twin of the compiled sweep: the same visits, in double precision, with whole matrices inverted each time."""

from typing import Any, NamedTuple

import numpy as np
import numpy.typing as npt

from poise.measurement.many.epstep import Cases
from poise.measurement.many.gridjudge import category_logs
from poise.measurement.many.manyparameters import Curves
from poise.measurement.models import FloatArray


class Visited(NamedTuple):
    counts: FloatArray
    tau: FloatArray
    nu: FloatArray
    mean: FloatArray
    covariance: FloatArray
    evidence: float


def gaussian_log_integral(precision: npt.NDArray[np.floating[Any]], shift: npt.NDArray[np.floating[Any]]) -> float:
    """The log of the integral of ``exp(shift . x - x . precision x / 2)``."""
    _, log_det = np.linalg.slogdet(precision)
    return float(0.5 * len(shift) * np.log(2 * np.pi) - 0.5 * log_det + 0.5 * shift @ np.linalg.solve(precision, shift))


def sweep_naively(curves: Curves, cases: Cases, tau: FloatArray, nu: FloatArray) -> Visited:
    parameters, layout, stride = curves.parameters, curves.layout, curves.stride
    nodes = curves.nodes.astype(np.float64)
    tau, nu, counts = tau.copy(), nu.copy(), np.zeros(curves.table.shape)
    means, covariances, evidence = [], [], 0.0
    for p in range(cases.size):
        inverse = np.linalg.inv(parameters.covariances[cases.group[p]])
        prior_shift = inverse @ parameters.means[cases.group[p]]
        code = cases.code[cases.starts[p] : cases.starts[p + 1]]

        def join(
            p: int = p, prior_shift: FloatArray = prior_shift, inverse: FloatArray = inverse
        ) -> tuple[FloatArray, FloatArray]:
            precision = inverse + curves.direction.T @ np.diag(tau[p]) @ curves.direction
            return precision, prior_shift + curves.direction.T @ nu[p]

        total = 0.0
        for s in dict.fromkeys(layout.site[code // stride].tolist()):
            own = [c for c in code if layout.site[c // stride] == s]
            precision, shift = join()
            w, covariance = curves.direction[s], np.linalg.inv(precision)
            v, mu = float(w @ covariance @ w), float(w @ covariance @ shift)
            rest, rest_shift = 1 / v - tau[p, s], mu / v - nu[p, s]
            log_target = -0.5 * rest * nodes**2 + rest_shift * nodes
            for c in own:
                i, k = divmod(int(c), stride)
                d = parameters.intercepts[i, : parameters.categories[i] - 1]
                log_target = log_target + category_logs(parameters.model, curves.scale[i] * nodes, d)[:, k]
            weight = np.exp(log_target)
            mass = weight.sum() * (nodes[1] - nodes[0])
            weight /= weight.sum()
            mean = weight @ nodes
            variance = weight @ (nodes - mean) ** 2
            tau[p, s], nu[p, s] = 1 / variance - rest, mean / variance - rest_shift
            # both integrals of the cavity are left unnormalised, so its constant cancels
            total += np.log(mass) - gaussian_log_integral(np.array([[1 / variance]]), np.array([mean / variance]))
            for c in own:
                counts[c] += cases.weight[p] * weight
        precision, shift = join()
        total += gaussian_log_integral(precision, shift) - gaussian_log_integral(inverse, prior_shift)
        evidence += cases.weight[p] * total
        means.append(np.linalg.solve(precision, shift))
        covariances.append(np.linalg.inv(precision))
    return Visited(counts, tau, nu, np.array(means), np.array(covariances), evidence)
