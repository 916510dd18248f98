"""What to ask next: the item that promises most certainty for a second of the person's time."""

from collections import Counter, defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import numpy as np

from poise.measurement.informing import graded_information, ranking_information
from poise.measurement.models import BlockItem, FloatArray, GradedItem
from poise.measurement.scoring import Posterior
from poise.measurement.sites import direction

DIGITS = 10
"""Gains are compared to this many significant digits, so that rounding in sums cannot change a choice."""


@dataclass(frozen=True)
class Candidate:
    """An item that could be given next.

    Parameters
    ----------
    key : str
        What the item is called in the bank.
    item : BlockItem or GradedItem
    seconds : float
        How long a person usually needs, above zero.
    qualities : tuple of str
        The qualities it counts for in the content balance.
    enemies : tuple of str
        Keys of items that must not be given to the same person.

    Raises
    ------
    ValueError
        If the time is not above zero.
    """

    key: str
    item: BlockItem | GradedItem
    seconds: float
    qualities: tuple[str, ...]
    enemies: tuple[str, ...] = ()

    def __post_init__(self) -> None:
        if not 0.0 < self.seconds < np.inf:
            raise ValueError(f"seconds of {self.key!r}: got {self.seconds}, expected a finite number above zero")


def _expected_gains(
    posterior: Posterior, items: Sequence[BlockItem | GradedItem], targets: Sequence[str]
) -> FloatArray:
    """Return the expected gain of each item, shape (n,); items of one shape are worked out together."""
    wanted = [posterior.position(name) for name in targets]
    index = {name: i for i, name in enumerate(posterior.names)}
    shapes: dict[tuple[bool, int], list[int]] = defaultdict(list)
    for i, item in enumerate(items):
        blocks = isinstance(item, BlockItem)
        shapes[blocks, len(item.statements) if isinstance(item, BlockItem) else item.categories].append(i)
    gains = np.zeros(len(items))
    for places in shapes.values():
        rows, information = _stack_information([items[i] for i in places], posterior.mean, index)
        reach = rows @ posterior.covariance
        spread = reach @ np.swapaxes(rows, 1, 2)
        kept = np.linalg.solve(np.eye(rows.shape[1]) + information @ spread, information)
        towards = reach[:, :, wanted]
        gains[places] = np.einsum("nit,nij,njt->n", towards, kept, towards)
    return np.maximum(gains, 0.0)


def _stack_information(
    items: Sequence[BlockItem | GradedItem], mean: FloatArray, index: Mapping[str, int]
) -> tuple[FloatArray, FloatArray]:
    """Return projections (n, m, D) and their information (n, m, m) at the mean, for items of one shape."""
    blocks = [item for item in items if isinstance(item, BlockItem)]
    if blocks:
        rows = np.array([[direction(s.loadings, index, "a statement") for s in b.statements] for b in blocks])
        intercepts = np.array([[s.intercept for s in b.statements] for b in blocks])
        return rows, ranking_information(rows @ mean + intercepts, blocks[0].orders)
    graded = [item for item in items if isinstance(item, GradedItem)]
    rows = np.array([[direction(g.loadings, index, "a graded item")] for g in graded])
    intercepts = np.array([g.intercepts for g in graded])
    return rows, graded_information((rows @ mean)[:, 0], intercepts)[:, None, None]


def expected_gain(posterior: Posterior, item: BlockItem | GradedItem, targets: Sequence[str]) -> float:
    """Return by how much one more response is expected to lower the summed variance of the targets.

    Parameters
    ----------
    posterior : Posterior
        What is known so far, with every latent that the item loads on.
    item : BlockItem or GradedItem
        The item that could be given.
    targets : sequence of str
        The latents whose variance matters.

    Returns
    -------
    float
        Zero or more, in squared units of the latents.

    Raises
    ------
    ValueError
        If a target or a latent of the item is not in the posterior.

    Notes
    -----
    With projections A, their Fisher information J at the posterior mean, and posterior covariance V, the covariance
    falls by ``V A' (1 + J A V A')^-1 J A V``: an update of the small rank of A. Its diagonal at the targets counts.
    """
    return float(_expected_gains(posterior, [item], targets)[0])


def information(item: BlockItem | GradedItem, posterior_mean_by_name: Mapping[str, float], name: str) -> float:
    """Return the expected Fisher information of one item about one latent, at one point.

    Parameters
    ----------
    item : BlockItem or GradedItem
    posterior_mean_by_name : mapping of str to float
        The point. A latent that is not named stands at zero, the prior mean of every method effect.
    name : str
        The latent in question.

    Returns
    -------
    float
        In inverse squared units of the latent; zero if the item does not load on it.
    """
    point = {latent: posterior_mean_by_name.get(latent, 0.0) for latent in item.latents}
    if isinstance(item, GradedItem):
        slope = dict(item.loadings).get(name, 0.0)
        return slope**2 * float(graded_information(np.array(item.predictor(point)), np.array(item.intercepts)))
    slopes = np.array([dict(s.loadings).get(name, 0.0) for s in item.statements])
    return float(slopes @ ranking_information(item.utilities(point)[None, :], item.orders)[0] @ slopes)


def choose(
    posterior: Posterior,
    candidates: Sequence[Candidate],
    *,
    given: Sequence[Candidate],
    minimum: Mapping[str, int],
    targets: Sequence[str],
    seed: int,
    number: int,
    among: int = 3,
) -> Candidate:
    """Choose the next item for one person.

    Content balance comes first: while a quality has fewer given items than its minimum, only candidates that serve
    the largest shortfall count. Among those the expected gain per second decides, and one of the best few is drawn.

    Parameters
    ----------
    posterior : Posterior
        What is known so far.
    candidates : sequence of Candidate
        The bank, in any order; keys must differ. Items already given are left out.
    given : sequence of Candidate
        What this person was given before.
    minimum : mapping of str to int
        For each quality, how many items must count for it.
    targets : sequence of str
        The latents whose variance matters.
    seed, number : int
        The person's seed and how many items were answered, zero or more. Nothing else enters the draw.
    among : int
        How many of the best are drawn from, one or more.

    Returns
    -------
    Candidate
        The same for the same arguments, whatever the order of the candidates.

    Raises
    ------
    ValueError
        If a key is repeated, a number is out of range, or no candidate is left.
    """
    if among < 1 or seed < 0 or number < 0:
        raise ValueError(f"among, seed, number: got {among}, {seed}, {number}, expected at least one, zero and zero")
    repeated = [key for key, count in Counter(c.key for c in candidates).items() if count > 1]
    if repeated:
        raise ValueError(f"candidates: got the keys {repeated} more than once, expected each key once")
    allowed = _serving_shortfall(_allowed(candidates, given), given, minimum)
    gains = _expected_gains(posterior, [c.item for c in allowed], targets)
    rated = [(-float(f"{gain / c.seconds:.{DIGITS}g}"), c.key, c) for gain, c in zip(gains, allowed, strict=True)]
    best = sorted(rated, key=lambda entry: entry[:2])[:among]
    return best[int(np.random.default_rng((seed, number)).integers(len(best)))][2]


def _allowed(candidates: Sequence[Candidate], given: Sequence[Candidate]) -> list[Candidate]:
    """Return the candidates that were not given and are not enemies of what was given, either way round."""
    done = {c.key for c in given}
    banned = done | {enemy for c in given for enemy in c.enemies}
    allowed = [c for c in candidates if c.key not in banned and done.isdisjoint(c.enemies)]
    if not allowed:
        raise ValueError(
            f"candidates: got {len(candidates)}, all of them given already or enemies of the {len(given)} given; "
            "expected at least one that is left"
        )
    return allowed


def _serving_shortfall(
    allowed: Sequence[Candidate], given: Sequence[Candidate], minimum: Mapping[str, int]
) -> Sequence[Candidate]:
    """Return the candidates that serve the largest shortfall that any of them can serve."""
    counted = Counter(quality for c in given for quality in c.qualities)
    served = [max((minimum[q] - counted[q] for q in c.qualities if q in minimum), default=0) for c in allowed]
    largest = max(0, *served)
    return [c for c, shortfall in zip(allowed, served, strict=True) if max(0, shortfall) == largest]
