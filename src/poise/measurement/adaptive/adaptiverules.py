"""Compiled rules of adaptive tests: what may be given, which of the best is drawn, and when a test ends.

The law is that of `selection` and `stopping` in this folder, which serve one person; here it
serves the tests of many made-up people. The draws come from outside.
"""

# ruff: noqa: ANN001, ANN201 - numba infers the types of compiled functions; their shapes stand in the docstrings
# ruff: noqa: PLR0911 - compiled loops are not cut up
# ruff: noqa: N803 - T sums, V a covariance: mathematics keeps its letters
# mypy: allow-untyped-defs, allow-untyped-calls

import math
from collections.abc import Sequence
from typing import Final, NamedTuple

import numpy as np
import numpy.typing as npt
from numba import njit
from numpy.polynomial.legendre import leggauss

from poise.measurement.adaptive.bank import Bank
from poise.measurement.adaptive.needs import Need, Precision, Verdict, Verdicts
from poise.measurement.adaptive.selection import Rules
from poise.measurement.adaptive.stopping import StopRule
from poise.measurement.models import FloatArray, IntArray, Loadings

REASONS: Final = ("length", "time", "precision", "verdict", "bank is empty")
_LENGTH, _TIME, _PRECISION, _VERDICT, EMPTY = range(5)
OFF: Final = -1.0


class Terms(NamedTuple):
    """What is needed, what must be respected, and when to stop, as compiled code reads it.

    Parameters
    ----------
    latent, weight : arrays, shape (T, J)
        The sums of latents that matter, padded with -1 and 0.
    importance : array, shape (T,)
    bars : array, shape (T,)
        Of verdicts; zero where variances matter and not verdicts.
    plain : bool
        Whether variances matter and not verdicts.
    seconds, counts, least : arrays, shapes (n,), (n, F) and (F,)
    pilot : array of bool, shape (n,)
    enemy, enemy_first : arrays of int, shapes (E,) and (n + 1,)
    length, among : int
        Length 0 where it is not known.
    demanded : array of int, shape (M,)
    longest, shortest, sd, share, budget : numbers of the rule to stop; those that are off are -1
    settled : array, shape (2,)
        With 2 and 2 where it is off.
    settling, settling_weight, settling_bars : the sums of the verdicts that should be settled
    nodes, node_weights : arrays, shape (G,)
        Of the integral in Owen's function.
    """

    latent: IntArray
    weight: FloatArray
    importance: FloatArray
    bars: FloatArray
    plain: bool
    seconds: FloatArray
    counts: IntArray
    least: IntArray
    pilot: npt.NDArray[np.bool_]
    enemy: IntArray
    enemy_first: IntArray
    length: int
    among: int
    demanded: IntArray
    longest: int
    shortest: int
    sd: float
    share: float
    budget: float
    settled: FloatArray
    settling: IntArray
    settling_weight: FloatArray
    settling_bars: FloatArray
    nodes: FloatArray
    node_weights: FloatArray


def lay_terms(bank: Bank, need: Need, rules: Rules, stop: StopRule, verdicts: tuple[Verdict, ...] = ()) -> Terms:
    """Lay out need and rules for compiled code; the demanded latents are those that the need names."""
    sums, importance, bars = _tell_need(need)
    settling = verdicts or (need.verdicts if isinstance(need, Verdicts) else ())
    demanded = sorted({bank.names.index(name) for one in sums for name, _ in one})
    nodes, node_weights = leggauss(8)
    return Terms(
        *_pad(sums, bank.names),
        np.array(importance),
        np.array(bars),
        isinstance(need, Precision),
        bank.seconds,
        bank.counts,
        rules.least(bank),
        bank.pilot,
        np.concatenate([*bank.enemies, np.zeros(0, dtype=np.int64)]),
        np.cumsum([0, *map(len, bank.enemies)]),
        rules.length or 0,
        rules.among,
        np.array(demanded, dtype=np.int64),
        stop.longest,
        stop.shortest,
        stop.sd or OFF,
        stop.share,
        stop.seconds or OFF,
        np.array(stop.settled or (2.0, 2.0)),
        *_pad([one.weights for one in settling], bank.names),
        np.array([one.bar for one in settling]),
        0.5 * (nodes + 1.0),
        0.5 * node_weights,
    )


def _tell_need(need: Need) -> tuple[list[Loadings], list[float], list[float]]:
    """Return the sums that matter, how much each does, and their bars."""
    if isinstance(need, Precision):
        sums: list[Loadings] = [((name, 1.0),) for name, _ in need.weights]
        return sums, [weight for _, weight in need.weights], [0.0] * len(need.weights)
    if isinstance(need, Verdicts):
        verdicts = need.verdicts
        return [v.weights for v in verdicts], [v.importance for v in verdicts], [v.bar for v in verdicts]
    raise TypeError(f"need: got {type(need).__name__}, expected Precision or Verdicts")


def _pad(sums: Sequence[Loadings], names: tuple[str, ...]) -> tuple[IntArray, FloatArray]:
    widest = max([len(one) for one in sums], default=1)
    latent, weight = np.full((len(sums), widest), -1, dtype=np.int64), np.zeros((len(sums), widest))
    for t, one in enumerate(sums):
        for j, (name, loading) in enumerate(one):
            latent[t, j], weight[t, j] = names.index(name), loading
    return latent, weight


@njit(cache=True, nogil=True)
def respect(terms, left, eligible, lacking, counted, allowed):
    """Mark in `allowed` (n,) what content and exposure allow of what is `left` (n,); return how many there are.

    `lacking` (F,) is what content lacks still, `counted` how many items counted so far.
    """
    n, shortfall, largest = len(left), 0, 0
    for one in lacking:
        shortfall += max(one, 0)
    forced = terms.length == 0 or terms.length - counted <= shortfall
    short = terms.length > 0 and terms.length - counted < shortfall
    if forced and shortfall > 0:
        for i in range(n):
            if left[i]:
                largest = max(largest, serve(terms.counts[i], lacking, short))
    drawn = 0
    for i in range(n):
        allowed[i] = left[i] and (largest == 0 or serve(terms.counts[i], lacking, short) == largest)
        drawn += allowed[i] and eligible[i]
    total = 0
    for i in range(n):
        allowed[i] = allowed[i] and (drawn == 0 or eligible[i])
        total += allowed[i]
    return total


@njit(cache=True, nogil=True)
def serve(counts, lacking, short):
    """Return the largest shortfall that an item with these counts (F,) serves; where places are short, all of them."""
    largest, together = 0, 0
    for f in range(len(lacking)):
        if counts[f] > 0:
            largest = max(largest, lacking[f])
            together += max(min(counts[f], lacking[f]), 0)
    return together if short else largest


@njit(cache=True, nogil=True)
def draw_best(rates, allowed, among, draw):
    """Return one of the `among` allowed items with the highest rates (n,), by a uniform draw; ties go by place."""
    best = np.empty(among, np.int64)
    found = 0
    for i in range(len(rates)):
        if not allowed[i] or (found == among and rates[i] <= rates[best[found - 1]]):
            continue
        j = min(found, among - 1)
        while j > 0 and rates[best[j - 1]] < rates[i]:
            best[j] = best[j - 1]
            j -= 1
        best[j] = i
        found = min(found + 1, among)
    return best[min(int(draw * found), found - 1)]


@njit(cache=True, nogil=True)
def leave_out(terms, left, i):
    """Mark item i and its enemies as no longer left."""
    left[i] = False
    for e in range(terms.enemy_first[i], terms.enemy_first[i + 1]):
        left[terms.enemy[e]] = False


@njit(cache=True, nogil=True)
def value_fall(fallen, mean, variance, bar, nodes, node_weights):
    """Return what a fall of a sum's variance is worth to the verdict on its bar; see `needs`."""
    square = (mean - bar) ** 2 / variance
    rho = min(max(fallen / variance, 0.0), 1.0)
    low = math.sqrt((1.0 - rho) / (1.0 + rho))
    total = 0.0
    for g in range(len(nodes)):
        x = 1.0 + (low + (1.0 - low) * nodes[g]) ** 2
        total += node_weights[g] * math.exp(-0.5 * square * x) / x
    return (1.0 - low) * total / math.pi


@njit(cache=True, nogil=True)
def add_up(latent, weight, mean, V, means, variances):
    """Write mean and variance of each sum (T,)."""
    for t in range(len(latent)):
        m, v = 0.0, 0.0
        for j in range(latent.shape[1]):
            if latent[t, j] >= 0:
                m += weight[t, j] * mean[latent[t, j]]
                for k in range(latent.shape[1]):
                    if latent[t, k] >= 0:
                        v += weight[t, j] * weight[t, k] * V[latent[t, j], latent[t, k]]
        means[t], variances[t] = m, v


@njit(cache=True, nogil=True)
def find_reason(terms, mean, V, answered, used, means, variances):
    """Return the number of the reason to stop, or -1; `means` and `variances` are overwritten."""
    if answered >= terms.longest:
        return _LENGTH
    if terms.budget > 0.0 and used >= terms.budget:
        return _TIME
    if answered < terms.shortest:
        return -1
    if terms.sd > 0.0:
        precise = 0
        for d in terms.demanded:
            precise += math.sqrt(V[d, d]) <= terms.sd
        if precise >= terms.share * len(terms.demanded):
            return _PRECISION
    if terms.settled[0] < 1.0 and len(terms.settling_bars) > 0:
        add_up(terms.settling, terms.settling_weight, mean, V, means, variances)
        for t in range(len(terms.settling_bars)):
            chance = 0.5 * math.erfc((terms.settling_bars[t] - means[t]) / math.sqrt(2.0 * variances[t]))
            if terms.settled[0] < chance < terms.settled[1]:
                return -1
        return _VERDICT
    return -1
