"""Slow judges of the joint engine: sums over a dense grid in plain numpy, and one person's sites one at a time."""

import numpy as np

from poise.measurement.joint.jointdata import JointTable
from poise.measurement.joint.jointparameters import JointParameters
from poise.measurement.joint.jointsimulation import find_observable
from poise.measurement.models import FloatArray
from poise.measurement.observing import mix_gradient, mix_log


def rows_of(parameters: JointParameters, i: int) -> FloatArray:
    layout = parameters.layout
    return parameters.loadings[layout.first_row[i] : layout.first_row[i + 1]]


def observe_all(
    parameters: JointParameters, table: JointTable, points: FloatArray
) -> list[tuple[int, int, FloatArray, FloatArray]]:
    """For each observation: person, thing, log-likelihoods (G,) and gradients (G, rows) at latents (G, D)."""
    found, known = [], {}
    person = np.repeat(np.arange(table.size), table.answered)
    for r, p in enumerate(person):
        i, rater = int(table.item[r]), -1 if table.rater is None else int(table.rater[r])
        if (i, rater) not in known:
            kind, u = find_observable(parameters, i, rater), points @ rows_of(parameters, i).T
            known[i, rater] = kind, u, kind.log_likelihoods(u), kind.gradients(u)
        kind, u, logs, gradients = known[i, rater]
        if table.reading is not None and table.reading[r] >= 0:
            weights = table.weights[table.reading[r], : kind.answers]
            found.append((int(p), i, mix_log(kind, u, weights), mix_gradient(kind, u, weights)))
        else:
            answer = int(table.answer[r])
            found.append((int(p), i, logs[:, answer], gradients[:, answer]))
    return found


def lay_points(dimensions: int, reach: float = 6.5, nodes: int = 33) -> FloatArray:
    axis = np.linspace(-reach, reach, nodes)
    return np.stack(np.meshgrid(*[axis] * dimensions, indexing="ij"), axis=-1).reshape(-1, dimensions)


def log_prior(parameters: JointParameters, group: int, points: FloatArray) -> FloatArray:
    off = points - parameters.means[group]
    size = len(parameters.correlations)
    step = np.diff(np.unique(points[:, 0]))[0]
    inverse = np.linalg.inv(parameters.correlations)
    constant = size * np.log(step / np.sqrt(2 * np.pi)) - 0.5 * np.linalg.slogdet(parameters.correlations)[1]
    return np.asarray(constant - 0.5 * np.einsum("gd,de,ge->g", off, inverse, off), dtype=np.float64)


def integrate(parameters: JointParameters, table: JointTable, points: FloatArray) -> tuple[FloatArray, FloatArray]:
    """Exact log-likelihoods (P,) and posterior weights (P, G) of all persons."""
    group = np.zeros(table.size, dtype=np.int64) if table.group is None else table.group
    logs = np.stack([log_prior(parameters, int(g), points) for g in group])
    for p, _, log, _ in observe_all(parameters, table, points):
        logs[p] += log
    top = logs.max(axis=1, keepdims=True)
    weights = np.exp(logs - top)
    total = weights.sum(axis=1, keepdims=True)
    return (top + np.log(total))[:, 0], weights / total


def exact_moments(weights: FloatArray, points: FloatArray) -> tuple[FloatArray, FloatArray]:
    mean = weights @ points
    products = (points[:, :, None] * points[:, None, :]).reshape(len(points), -1)
    second = (weights @ products).reshape(len(weights), points.shape[1], -1)
    return mean, second - mean[:, :, None] * mean[:, None, :]
