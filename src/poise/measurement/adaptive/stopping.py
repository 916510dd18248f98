"""When a test has asked enough: by its precision, by a settled verdict, by time, or by its length."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Literal, TypeAlias

import numpy as np

from poise.measurement.adaptive.needs import Verdict
from poise.measurement.scoring import Posterior

Reason: TypeAlias = Literal["length", "time", "precision", "verdict"]


@dataclass(frozen=True)
class StopRule:
    """When to stop.

    Parameters
    ----------
    longest : int
        The test never has more items than this.
    shortest : int
        It has at least so many, unless time runs out.
    sd : float, optional
        Stop when posterior standard deviations are at most this.
    share : float
        For how many of the demanded latents that must hold: 1 for every one, .5 for half of them.
    settled : (float, float), optional
        Stop when the probability of every verdict lies outside these two, for example (.1, .9).
    seconds : float, optional
        Stop when so much time was used.

    Raises
    ------
    ValueError
        If a number is out of range.
    """

    longest: int
    shortest: int = 0
    sd: float | None = None
    share: float = 1.0
    settled: tuple[float, float] | None = None
    seconds: float | None = None

    def __post_init__(self) -> None:
        if not 0 <= self.shortest <= self.longest:
            raise ValueError(
                f"shortest, longest: got {self.shortest}, {self.longest}, expected zero or more, in this order"
            )
        if self.sd is not None and not self.sd > 0.0:
            raise ValueError(f"sd: got {self.sd}, expected a number above zero")
        if not 0.0 < self.share <= 1.0:
            raise ValueError(f"share: got {self.share}, expected a number above zero, up to one")
        if self.settled is not None and not 0.0 < self.settled[0] < self.settled[1] < 1.0:
            raise ValueError(f"settled: got {self.settled}, expected two probabilities, the lower first")
        if self.seconds is not None and not self.seconds > 0.0:
            raise ValueError(f"seconds: got {self.seconds}, expected a number above zero")


def find_reason_to_stop(
    rule: StopRule,
    posterior: Posterior,
    *,
    demanded: Sequence[str],
    verdicts: Sequence[Verdict] = (),
    answered: int,
    seconds: float = 0.0,
    provisional: bool = False,
) -> Reason | None:
    """Return why the test should end now, or None if it should go on.

    Parameters
    ----------
    rule : StopRule
    posterior : Posterior
        What is known so far.
    demanded : sequence of str
        The latents whose precision counts.
    verdicts : sequence of Verdict
        Those that should be settled.
    answered : int
        How many items were answered, pilots left out.
    seconds : float
        How much time was used.
    provisional : bool
        Whether the parameters are not calibrated. Then nobody is stopped early: what they say of precision and
        verdicts is not known well enough, and two people shall be asked as much as each other.

    Returns
    -------
    {"length", "time", "precision", "verdict"} or None

    Raises
    ------
    ValueError
        If a latent is not in the posterior.
    """
    if answered >= rule.longest:
        return "length"
    if provisional:
        return None
    if rule.seconds is not None and seconds >= rule.seconds:
        return "time"
    if answered >= rule.shortest:
        if is_precise(rule, [posterior.sd_of(name) for name in demanded]):
            return "precision"
        if is_settled(rule, [verdict.chance(posterior) for verdict in verdicts]):
            return "verdict"
    return None


def is_precise(rule: StopRule, sds: Sequence[float]) -> bool:
    """Say whether enough of the standard deviations are within the rule's bound; never where there are none."""
    return rule.sd is not None and len(sds) > 0 and float(np.mean(np.asarray(sds) <= rule.sd)) >= rule.share


def is_settled(rule: StopRule, chances: Sequence[float]) -> bool:
    """Say whether all probabilities lie outside the rule's bounds; never where there are none."""
    if rule.settled is None or not chances:
        return False
    low, high = rule.settled
    return all(not low < chance < high for chance in chances)
