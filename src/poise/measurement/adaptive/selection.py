"""What to ask next: the item that promises most of what the report needs for a second of the person's time.

Nothing here has a memory. The choice depends on what is known, on what was given, and on (seed, number answered), so
that a replay is exact.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from types import MappingProxyType
from typing import Any, TypeAlias

import numpy as np

from poise.measurement.adaptive.bank import Bank, Candidate
from poise.measurement.adaptive.needs import Need, Precision, Verdict, Verdicts
from poise.measurement.adaptive.stacks import AnyItem
from poise.measurement.informing import graded_information, ranking_information
from poise.measurement.models import BlockItem, FloatArray, IntArray, PartialCreditItem
from poise.measurement.scoring import Posterior

__all__ = [
    "Bank",
    "Candidate",
    "Need",
    "Precision",
    "Rules",
    "Verdict",
    "Verdicts",
    "choose",
    "choose_from",
    "expected_gain",
    "graded_information",
    "information",
    "rank_items",
    "ranking_information",
]

BoolArray: TypeAlias = np.ndarray[Any, np.dtype[np.bool_]]
DIGITS = 10
"""Gains are compared to this many significant digits, so that rounding in sums cannot change a choice."""
NEAR = 1e-8
EXPOSURE_DRAW = 1
"""Keeps the draws of the exposure filter apart from those of single choices."""


@dataclass(frozen=True)
class Rules:
    """What a choice must respect.

    Parameters
    ----------
    minimum : mapping of str to int
        For each quality, how many given items must count for it.
    minimum_by_kind : mapping of str to int
        The same for kinds of evidence.
    length : int, optional
        How many items that count will be given. If it is known, content is left to the gains until all places that
        are left are needed for it, and where places are short, what serves most of the minimums comes first. If it is
        not known, what is furthest below its minimum comes first.
    among : int
        How many of the best are drawn from, one or more.
    filtered : bool
        Whether exposure parameters are respected. Content and a full test come before them.
    pilots : tuple of int
        After so many answers, pilots included, a pilot is given, if one is left.

    Raises
    ------
    ValueError
        If a number is out of range.
    """

    minimum: Mapping[str, int] = field(default_factory=lambda: MappingProxyType({}))
    minimum_by_kind: Mapping[str, int] = field(default_factory=lambda: MappingProxyType({}))
    length: int | None = None
    among: int = 3
    filtered: bool = True
    pilots: tuple[int, ...] = ()

    def __post_init__(self) -> None:
        if self.among < 1:
            raise ValueError(f"among: got {self.among}, expected at least one")
        if self.length is not None and self.length < 1:
            raise ValueError(f"length: got {self.length}, expected at least one")

    def least(self, bank: Bank) -> IntArray:
        """Return the minimum of each of the bank's contents, shape (F,)."""
        least = np.zeros(len(bank.contents), dtype=np.int64)
        for what, minimum in (("quality", self.minimum), ("kind", self.minimum_by_kind)):
            for name, number in minimum.items():
                column = bank.contents.get((what, name))
                if column is not None:
                    least[column] = number
        return least


def rank_items(bank: Bank, mean: FloatArray, covariance: FloatArray, need: Need) -> FloatArray:
    """Return what each item is expected to give the need for a second of time.

    Parameters
    ----------
    bank : Bank
    mean, covariance : array, shapes (D,) and (D, D)
        What is known of the bank's latents.
    need : Need

    Returns
    -------
    array, shape (n,)
        Zero or more.

    Notes
    -----
    With projections A of an item, their Fisher information J at the mean, and covariance V, the covariance is expected
    to fall by ``V A' (1 + J A V A')^-1 J A V``: an update of the small rank of A. For the predictor of a graded item
    the fall of the variance is ``J (V a)^2 / (1 + J a' V a)``.
    """
    wanted = need.sums(bank.names)
    means, variances = wanted.T @ mean, np.sum(wanted * (covariance @ wanted), axis=0)
    gains = np.empty(len(bank))
    for stack in bank.stacks:
        gains[stack.places] = need.value(stack.fall(mean, covariance, wanted), means, variances)
    rates: FloatArray = gains / bank.seconds
    return rates


def choose_from(
    bank: Bank,
    posterior: Posterior,
    given: Sequence[str],
    *,
    need: Need,
    rules: Rules,
    seed: int,
    number: int,
) -> Candidate:
    """Choose the next item for one person.

    Parameters
    ----------
    bank : Bank
    posterior : Posterior
        What is known so far.
    given : sequence of str
        Keys of what this person was given before.
    need : Need
        What the report needs.
    rules : Rules
    seed, number : int
        The person's seed and how many items were answered, zero or more. Nothing else enters the draws.

    Returns
    -------
    Candidate
        The same for the same arguments, whatever order the bank was given in.

    Raises
    ------
    ValueError
        If a number is out of range, a key is unknown, or no candidate is left.
    """
    if seed < 0 or number < 0:
        raise ValueError(f"seed, number: got {seed}, {number}, expected zero or more")
    if unknown := [key for key in given if key not in bank.place]:
        raise ValueError(f"given: got {unknown}, which are not in the bank of {len(bank)} items")
    done = [bank.place[key] for key in given]
    left = _leave_out(bank, done)
    rng = np.random.default_rng((seed, number))
    tried = np.flatnonzero(left & bank.pilot)
    if number in rules.pilots and len(tried):
        return bank.candidates[int(tried[rng.integers(len(tried))])]
    left &= ~bank.pilot
    if not np.any(left):
        raise ValueError(
            f"candidates: got {len(bank)}, all of them given already or enemies of the {len(done)} given; "
            "expected at least one that is left"
        )
    allowed = np.flatnonzero(_respect(bank, left, done, rules, seed))
    rates = rank_items(bank, *bank.moments(posterior), need)[allowed]
    return bank.candidates[_draw(allowed, rates, rules.among, rng)]


def _leave_out(bank: Bank, done: Sequence[int]) -> BoolArray:
    """Mark the candidates that were not given and are not enemies of what was given, either way round."""
    left = np.ones(len(bank), dtype=bool)
    for place in done:
        left[place] = False
        left[bank.enemies[place]] = False
    return left


def _count(bank: Bank, done: Sequence[int]) -> int:
    return sum(not bank.pilot[place] for place in done)


def _respect(bank: Bank, left: BoolArray, done: Sequence[int], rules: Rules, seed: int) -> BoolArray:
    """Mark what content and exposure allow among what is left; content comes first."""
    lacking = np.maximum(rules.least(bank) - bank.counts[list(done)].sum(axis=0), 0)
    places = None if rules.length is None else rules.length - _count(bank, done)
    if places is None or places <= np.sum(lacking):
        if places is not None and places < np.sum(lacking):
            # one item must serve several minimums, or not all can be held
            served = np.sum(np.minimum(bank.counts, lacking), axis=1)
        else:
            served = np.max(np.where(bank.counts > 0, lacking, 0), axis=1)
        left &= served == np.max(served[left])
    if rules.filtered and np.any(bank.exposure < 1.0):
        drawn = np.random.default_rng((seed, 0, EXPOSURE_DRAW)).random(len(bank)) < bank.exposure
        if np.any(left & drawn):
            return left & drawn
    return left


def _draw(allowed: IntArray, rates: FloatArray, among: int, rng: np.random.Generator) -> int:
    """Draw one of the best few; rates that agree to `DIGITS` are ordered by key."""
    if len(rates) > among:
        bound = np.partition(rates, len(rates) - among)[len(rates) - among]
        near = np.flatnonzero(rates >= bound * (1.0 - NEAR))
    else:
        near = np.arange(len(rates))
    order = sorted((-float(f"{rates[i]:.{DIGITS}g}"), int(allowed[i])) for i in near)[:among]
    return order[int(rng.integers(len(order)))][1]


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
    """Choose the next item among a few candidates, without a bank that is laid out before.

    Parameters
    ----------
    posterior : Posterior
        What is known so far.
    candidates : sequence of Candidate
        In any order; keys must differ. Items already given are left out.
    given : sequence of Candidate
        What this person was given before.
    minimum : mapping of str to int
        For each quality, how many items must count for it; what is below its minimum comes first.
    targets : sequence of str
        The latents whose variance matters.
    seed, number, among : int
        See `choose_from` and `Rules`.

    Raises
    ------
    ValueError
        If a key is repeated, a number is out of range, or no candidate is left.
    """
    repeated = {candidate.key for candidate in candidates}
    bank = Bank.of([*candidates, *(c for c in given if c.key not in repeated)], posterior.names)
    rules = Rules(minimum=minimum, among=among)
    keys, need = [candidate.key for candidate in given], Precision.of(targets)
    return choose_from(bank, posterior, keys, need=need, rules=rules, seed=seed, number=number)


def expected_gain(posterior: Posterior, item: AnyItem, targets: Sequence[str]) -> float:
    """Return by how much one more response is expected to lower the summed variance of the targets.

    Parameters
    ----------
    posterior : Posterior
        What is known so far, with every latent that the item loads on.
    item : BlockItem, GradedItem or PartialCreditItem
        The item that could be given.
    targets : sequence of str
        The latents whose variance matters.

    Returns
    -------
    float
        Zero or more, in squared units of the latents; see `rank_items`.

    Raises
    ------
    ValueError
        If a target or a latent of the item is not in the posterior.
    """
    bank = Bank.of([Candidate("item", item, 1.0, ())], posterior.names)
    return float(rank_items(bank, posterior.mean, posterior.covariance, Precision.of(targets))[0])


def information(item: AnyItem, posterior_mean_by_name: Mapping[str, float], name: str) -> float:
    """Return the expected Fisher information of one item about one latent, at one point.

    Parameters
    ----------
    item : BlockItem, GradedItem or PartialCreditItem
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
    if isinstance(item, BlockItem):
        slopes = np.array([dict(s.loadings).get(name, 0.0) for s in item.statements])
        return float(slopes @ ranking_information(item.utilities(point)[None, :], item.orders)[0] @ slopes)
    slope, eta = dict(item.loadings).get(name, 0.0), np.array(item.predictor(point))
    if isinstance(item, PartialCreditItem):
        chances, categories = item.probabilities(eta), np.arange(item.categories)
        return slope**2 * float(chances @ (categories - chances @ categories) ** 2)
    return slope**2 * float(graded_information(eta, np.array(item.intercepts)))
