"""Adaptive tests of made-up people: what a bank, rules and a length would give, before anybody sits.

The choices follow the same law as those of one person (`selection`). On one latent the posterior is exact on a
grid, in several a Gaussian that takes one answer after another drives the choices, and `score` of all answers
together gives the estimates.
"""

# ruff: noqa: N806 - P people, L places: mathematics keeps its letters

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from functools import cached_property, partial
from typing import Final

import numpy as np

from poise.measurement.adaptive.adaptivegrid import draw_curves, run_tests_on_grid
from poise.measurement.adaptive.adaptiverules import REASONS, Terms, lay_terms
from poise.measurement.adaptive.adaptivesweep import lay_nodes, run_tests
from poise.measurement.adaptive.answering import lay_sheet
from poise.measurement.adaptive.bank import Bank
from poise.measurement.adaptive.needs import Need, Precision, Verdict
from poise.measurement.adaptive.selection import Rules
from poise.measurement.adaptive.stopping import StopRule
from poise.measurement.models import BlockItem, FloatArray, IntArray
from poise.measurement.responses import Graded, Ranked, Response
from poise.measurement.scoring import Prior, score

CHUNK: Final = 500
"""People whose random numbers are held at once."""


@dataclass(frozen=True, eq=False)
class AdaptiveTests:
    """Tests of P people on n items and D latents, of at most L items.

    Parameters
    ----------
    bank : Bank
    truth : array, shape (P, D)
    mean, sd : array, shape (P, D)
        Posterior moments: from all answers together, or, if scoring was not asked for, those that drove the choices.
    given, answers : array of int, shape (P, L)
        Places in the bank in the order they were given, and the answers; -1 after the end. The answer to a block is
        the place of the order in `BlockItem.orders`.
    length : array of int, shape (P,)
    reason : array of int, shape (P,)
        Why each test ended: a place in `REASONS`.
    """

    bank: Bank
    truth: FloatArray
    mean: FloatArray
    sd: FloatArray
    given: IntArray
    answers: IntArray
    length: IntArray
    reason: IntArray

    @property
    def reasons(self) -> tuple[str, ...]:
        """Why each test ended, in words."""
        return tuple(REASONS[one] for one in self.reason)

    @cached_property
    def exposure_rates(self) -> FloatArray:
        """The share of people who got each item, shape (n,)."""
        rates: FloatArray = np.bincount(self.given[self.given >= 0], minlength=len(self.bank)) / len(self.length)
        return rates

    @property
    def overlap(self) -> float:
        """How much of a test two people share on average: of all items given to one, those the other got too.

        The items two people share are summed over all pairs and set in relation to the mean length (Chen, Ankenmann &
        Spray, 2003).
        """
        P = len(self.length)
        times = self.exposure_rates * P
        pairs = float(np.sum(times * (times - 1.0))) / (P * (P - 1.0)) if P > 1 else 0.0
        return pairs / float(np.mean(self.length)) if np.any(self.length) else 0.0

    @cached_property
    def seconds(self) -> FloatArray:
        """How much time each test took, shape (P,)."""
        each = np.append(self.bank.seconds, 0.0)
        taken: FloatArray = each[self.given].sum(axis=1)
        return taken

    def responses(self, person: int) -> list[Response]:
        """Return one person's responses as they are scored."""
        made: list[Response] = []
        for place, answer in zip(self.given[person], self.answers[person], strict=True):
            if place >= 0:
                candidate = self.bank.candidates[place]
                if isinstance(candidate.item, BlockItem):
                    made.append(Ranked(candidate.key, candidate.item, candidate.item.orders[answer]))
                else:
                    made.append(Graded(candidate.key, candidate.item, int(answer)))
        return made

    def content(self) -> IntArray:
        """Return how often each person's items count for each of the bank's contents, shape (P, F)."""
        counts = np.vstack([self.bank.counts, np.zeros((1, self.bank.counts.shape[1]), dtype=np.int64)])
        return np.array([counts[row].sum(axis=0) for row in self.given])


def draw_people(prior: Prior, number: int, rng: np.random.Generator) -> FloatArray:
    """Draw people from the prior, shape (P, D)."""
    drawn: FloatArray = (
        prior.mean + rng.standard_normal((number, len(prior.names))) @ np.linalg.cholesky(prior.covariance).T
    )
    return drawn


def simulate_tests(  # noqa: PLR0913  who is tested, on what, how, until when
    bank: Bank,
    prior: Prior,
    truth: FloatArray,
    *,
    stop: StopRule,
    need: Need | None = None,
    verdicts: tuple[Verdict, ...] = (),
    rules: Rules | None = None,
    seed: int = 1,
    scored: bool = True,
) -> AdaptiveTests:
    """Give adaptive tests to made-up people.

    Parameters
    ----------
    bank : Bank
    prior : Prior
        What is known of a person before the test, on the latents of the bank.
    truth : array, shape (P, D)
        The people.
    stop : StopRule
        Its standard deviation holds for the latents that the need names.
    need : Need, optional
        What the report needs; small variance of every latent, if not given.
    verdicts : tuple of Verdict
        Those that should be settled, where they are not those of the need.
    rules : Rules, optional
        Pilots are left out.
    seed : int
        The same seed gives the same tests.
    scored : bool
        Whether people are scored from all answers together at the end. Exposure needs no scores.

    Returns
    -------
    AdaptiveTests

    Raises
    ------
    ValueError
        If shapes or latents do not fit, or the bank has fewer items than a test.
    """
    if prior.names != bank.names or truth.ndim != 2 or truth.shape[1] != len(bank.names):  # noqa: PLR2004  people, latents
        raise ValueError(
            f"truth, prior: got shape {truth.shape} and {list(prior.names)}, expected the latents {list(bank.names)}"
        )
    if stop.longest > np.sum(~bank.pilot):
        raise ValueError(f"longest: got {stop.longest}, expected at most the {np.sum(~bank.pilot)} items of the bank")
    people, (P, D), L = np.ascontiguousarray(truth, dtype=np.float64), truth.shape, stop.longest
    rules = rules or Rules(length=L)
    run = _prepare(bank, prior, lay_terms(bank, need or Precision.of(bank.names), rules, stop, verdicts))
    given, answers = np.full((P, L), -1, dtype=np.int64), np.full((P, L), -1, dtype=np.int64)
    mean, sd = np.empty((P, D)), np.empty((P, D))
    length, reason = np.zeros(P, dtype=np.int64), np.zeros(P, dtype=np.int64)
    for part, *chance in _draw_chunks(bank, rules, P, L, np.random.default_rng(seed)):
        places = (given[part], answers[part], mean[part], sd[part])
        length[part], reason[part] = run(people[part], *chance, *places)
    tests = AdaptiveTests(bank, people, mean, sd, given, answers, length, reason)
    if scored and D > 1:
        for p in range(P):
            found = score(prior, tests.responses(p))
            mean[p], sd[p] = found.mean, np.sqrt(np.diagonal(found.covariance))
    return tests


def _prepare(bank: Bank, prior: Prior, terms: Terms) -> Callable[..., tuple[IntArray, IntArray]]:
    """Return the compiled loop for a bank of one latent or of several, with all but the people filled in."""
    sheet = lay_sheet(bank)
    if len(bank.names) == 1:
        return partial(run_tests_on_grid, sheet, terms, draw_curves(bank, prior, terms.longest))
    return partial(run_tests, sheet, terms, (np.array(prior.mean), np.array(prior.covariance)), lay_nodes())


def _draw_chunks(
    bank: Bank, rules: Rules, people: int, longest: int, rng: np.random.Generator
) -> Iterator[tuple[slice, FloatArray, np.ndarray[tuple[int, int], np.dtype[np.bool_]]]]:
    """Yield parts of the people with their draws for choices and answers, and what the exposure filter leaves them."""
    filtered = rules.filtered and bool(np.any(bank.exposure < 1.0))
    for begin in range(0, people, CHUNK):
        number = min(CHUNK, people - begin)
        draws = rng.random((number, longest, 2))
        everything = np.ones((number, len(bank)), dtype=bool)
        yield (
            slice(begin, begin + number),
            draws,
            rng.random((number, len(bank))) < bank.exposure if filtered else everything,
        )
