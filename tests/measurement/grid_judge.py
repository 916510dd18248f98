"""The slow judge of scoring: exact moments by summing over a dense grid in one to three latents."""

from collections.abc import Sequence
from itertools import pairwise
from typing import NamedTuple

import numpy as np

from poise.measurement import FloatArray, Graded, Prior, Ranked, Response


class Moments(NamedTuple):
    mean: FloatArray
    sd: FloatArray


def naive_likelihood(response: Response, point: dict[str, FloatArray]) -> FloatArray:
    if isinstance(response, Ranked):
        worth = [
            np.exp(sum((a * point[name] for name, a in s.loadings), start=np.array(s.intercept)))
            for s in (response.item.statements[i] for i in response.order)
        ]
        chance = np.ones_like(worth[0])
        for j in range(len(worth)):
            chance = chance * worth[j] / sum(worth[j:])
        return chance
    eta = sum((a * point[name] for name, a in response.item.loadings), start=np.array(0.0))
    above = [
        np.ones_like(eta),
        *(0.5 + 0.5 * np.tanh((eta + d) / 2) for d in response.item.intercepts),
        np.zeros_like(eta),
    ]
    chances: list[FloatArray] = [high - low for high, low in pairwise(above)]
    if isinstance(response, Graded):
        return chances[response.category]
    total = np.zeros_like(eta)
    for p, pi, chance in zip(response.probabilities, response.base_rates, chances, strict=True):
        total = total + p / pi * chance
    return total


def judge(prior: Prior, responses: Sequence[Response], nodes: int = 101, reach: float = 6.0) -> Moments:
    size = len(prior.names)
    axis = np.linspace(-reach, reach, nodes)
    standard = np.stack([g.ravel() for g in np.meshgrid(*[axis] * size, indexing="ij")])
    latents = prior.mean[:, None] + np.linalg.cholesky(prior.covariance) @ standard
    point = dict(zip(prior.names, latents, strict=True))
    weight = np.exp(-0.5 * np.sum(standard**2, axis=0))
    for response in responses:
        weight = weight * naive_likelihood(response, point)
    weight /= weight.sum()
    mean = latents @ weight
    return Moments(mean, np.sqrt((latents - mean[:, None]) ** 2 @ weight))
