"""Exposure parameters by simulation, so that no item is shown to more than a target share of people.

For a person an item is in play with the probability that is its parameter, drawn once before the test. That is the
filter of Sympson and Hetter with the coin tossed beforehand: an item that is chosen and held back stays out for the
whole test either way. The parameters are found by simulation and then frozen with the bank, so that a replay is exact.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, Final

import numpy as np

from poise.measurement.adaptive.adaptive import draw_people, simulate_tests
from poise.measurement.adaptive.bank import Bank
from poise.measurement.adaptive.needs import Need
from poise.measurement.adaptive.selection import Rules
from poise.measurement.adaptive.stopping import StopRule
from poise.measurement.models import FloatArray
from poise.measurement.scoring import Prior

MOST_ROUNDS: Final = 25
QUICK_ROUNDS: Final = 5
NEW_SHARE: Final = 0.3
"""After the quick rounds a round changes what was learnt before by this share of the difference; chance evens out."""
SEVERAL: Final = 1_000_003
"""Keeps the seeds of rounds apart."""
DIGITS: Final = 4


@dataclass(frozen=True)
class ExposureControl:
    """Exposure parameters by key, and what they do; plain data, to be stored with a version of the bank.

    Parameters
    ----------
    parameters : mapping of str to float
        For each item, rounded to four decimals.
    target, tolerance : float
        What was asked.
    before, after : mapping of str to float
        Exposure rates without and with the parameters, each from people who did not help to find them.
    rounds : int
    reached : bool
        Whether the largest rate with the parameters is at most target plus tolerance.
    """

    parameters: Mapping[str, float]
    target: float
    tolerance: float
    before: Mapping[str, float]
    after: Mapping[str, float]
    rounds: int
    reached: bool

    def as_dict(self) -> dict[str, Any]:
        """Return plain data for JSON or YAML."""
        return {
            "parameters": dict(self.parameters),
            "target": self.target,
            "tolerance": self.tolerance,
            "before": dict(self.before),
            "after": dict(self.after),
            "rounds": self.rounds,
            "reached": self.reached,
        }


def control_exposure(  # noqa: PLR0913  what is simulated, and how closely
    bank: Bank,
    prior: Prior,
    target: float,
    *,
    stop: StopRule,
    need: Need | None = None,
    rules: Rules | None = None,
    tolerance: float = 0.02,
    people: int = 5000,
    seed: int = 1,
) -> ExposureControl:
    """Find exposure parameters by repeated simulation.

    Parameters
    ----------
    bank : Bank
        Parameters it has already are not used.
    prior : Prior
        The people the bank is for.
    target : float
        The largest share of people that may see an item, above the longest test's share of the bank.
    stop, need, rules
        As for `simulate_tests`.
    tolerance : float
        How much the largest rate may lie above the target.
    people : int
        In each round. A rate is known to about ``sqrt(target (1 - target) / people)``.
    seed : int
        The same seed gives the same parameters.

    Returns
    -------
    ExposureControl

    Raises
    ------
    ValueError
        If the target is out of reach: fewer people than need it could get a whole test.

    Notes
    -----
    In each round the rate of an item divided by its parameter estimates how often it would be chosen, and the
    parameter becomes the target divided by that, at most one (Sympson & Hetter, 1985). The longest test's number of
    items always keep the parameter one, so that nobody runs out of items. Rounds go on until the largest rate is at
    most the target and half the tolerance, as the largest of many rates is high by chance too.
    """
    items, candidates = stop.longest, int(np.sum(~bank.pilot))
    if not items / max(candidates, 1) < target <= 1.0:
        raise ValueError(
            f"target: got {target}, expected more than {items / max(candidates, 1):.3f}, as tests of {items} items "
            f"from {candidates} show an item to that share of people on average, and at most one"
        )

    def find_rates(parameters: FloatArray, one_seed: int) -> FloatArray:
        own = bank.with_exposure(dict(zip(bank.place, parameters.tolist(), strict=True)))
        truth = draw_people(prior, people, np.random.default_rng((one_seed, 0)))
        tests = simulate_tests(own, prior, truth, stop=stop, need=need, rules=rules, seed=one_seed, scored=False)
        return tests.exposure_rates

    first = seed * SEVERAL
    before = find_rates(np.ones(len(bank)), first)
    parameters, rates, chosen, rounds = np.ones(len(bank)), before, before, 0
    while np.max(rates) > target + tolerance / 2.0 and rounds < MOST_ROUNDS:
        rounds += 1
        chosen = chosen + (rates / parameters - chosen) * (1.0 if rounds <= QUICK_ROUNDS else NEW_SHARE)
        parameters = _limit(chosen, target, items)
        rates = find_rates(parameters, first + rounds)
    after = find_rates(parameters, first + MOST_ROUNDS + 1) if rounds else before
    reached = bool(np.max(after) <= target + tolerance)
    return ExposureControl(
        *(_by_key(bank, parameters), target, tolerance, _by_key(bank, before), _by_key(bank, after), rounds, reached)
    )


def _limit(chosen: FloatArray, target: float, items: int) -> FloatArray:
    """Return the parameters that bring down to the target what is chosen more often."""
    parameters = target / np.maximum(chosen, target)
    parameters[np.argsort(-parameters, kind="stable")[:items]] = 1.0
    rounded: FloatArray = np.maximum(np.round(parameters, DIGITS), 10.0**-DIGITS)
    return rounded


def _by_key(bank: Bank, values: FloatArray) -> dict[str, float]:
    return {key: float(value) for key, value in zip(bank.place, values, strict=True)}
