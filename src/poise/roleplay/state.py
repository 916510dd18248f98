"""The customer's state in thousandths, and how one reply moves it: whole numbers only, so that a replay is equal."""

from collections.abc import Mapping
from dataclasses import dataclass, replace

from poise.content.act import HARM
from poise.content.manner import Appraisal, Weight
from poise.content.scenario import Scenario, Temperament

FULL = 1000
UNHEARD = 300
LEAST_SHARE = 10


@dataclass(frozen=True)
class CustomerState:
    """How the customer feels just now; each from 0 to 1000."""

    anger: int
    trust: int
    heard: int = 0


@dataclass(frozen=True)
class Conduct:
    """What one reply was, as far as the customer can tell."""

    acts: Mapping[str, float]
    new_facts: frozenset[str]
    times_before: Mapping[str, int]
    on_topic: bool = True
    copied: bool = False
    legible: bool = True


def first_state(scenario: Scenario) -> CustomerState:
    """Return how the customer comes in."""
    temperament = scenario.customer.temperament
    return CustomerState(anger=temperament.anger, trust=temperament.trust)


def anger_band(anger: int) -> str:
    """Return calm, tense or hot."""
    return "calm" if anger < 350 else "tense" if anger < 650 else "hot"  # noqa: PLR2004  thirds of the scale


def move(state: CustomerState, conduct: Conduct, appraisal: Appraisal, temperament: Temperament) -> CustomerState:
    """Return the state after a reply: the same conduct moves every customer of this temperament the same way."""
    shares = act_shares(state, conduct, appraisal)
    weighed = [(appraisal.acts[act], share) for act, share in sorted(shares.items())]
    weighed += [(appraisal.facts[fact], 100) for fact in sorted(conduct.new_facts) if fact in appraisal.facts]
    anger = sum(_tempered(_part(weight.anger, share), temperament) for weight, share in weighed)
    calmer = _part(state.anger, appraisal.decay_percent)
    return replace(
        state,
        anger=_within(state.anger - calmer + _capped(anger, appraisal)),
        trust=_within(state.trust + _capped(_sum(weighed, "trust"), appraisal)),
        heard=_within(state.heard + _capped(_sum(weighed, "heard"), appraisal)),
    )


def act_shares(state: CustomerState, conduct: Conduct, appraisal: Appraisal) -> dict[str, int]:
    """Return, for each act in the reply, the per cent of its weight that counts.

    Bands, not probabilities: a clear act counts in full, an unclear one for a small fixed share, so that terse,
    dialect and second-language writers meet the same customer for the same conduct.
    """
    if not conduct.legible:
        return {}
    shares: dict[str, int] = {}
    for act in appraisal.acts:
        chance = conduct.acts.get(act, 0.0)
        if chance < appraisal.unclear_at:
            continue
        share = 100 if chance >= appraisal.clear_at else appraisal.unclear_percent
        if act not in HARM:
            share = _softened(share, act, state, conduct, appraisal)
        shares[act] = share
    return shares


def _softened(share: int, act: str, state: CustomerState, conduct: Conduct, appraisal: Appraisal) -> int:
    if not conduct.on_topic:
        share = _part(share, appraisal.unspecific_percent)
    if conduct.copied:
        share = _part(share, appraisal.copied_percent)
    if act == "offer" and state.heard < UNHEARD:
        share = _part(share, appraisal.unheard_offer_percent)
    for _ in range(conduct.times_before.get(act, 0)):
        share = max(LEAST_SHARE, _part(share, appraisal.repeat_percent))
    return share


def _sum(weighed: list[tuple[Weight, int]], what: str) -> int:
    return sum(_part(getattr(weight, what), share) for weight, share in weighed)


def _part(value: int, percent: int) -> int:
    """Take a per cent of a whole number, rounded towards zero."""
    part = abs(value) * percent // 100
    return part if value >= 0 else -part


def _tempered(change: int, temperament: Temperament) -> int:
    steps = temperament.volatility if change > 0 else temperament.forgiveness
    return _part(change, 50 + 10 * steps)


def _capped(change: int, appraisal: Appraisal) -> int:
    return max(-appraisal.turn_cap, min(appraisal.turn_cap, change))


def _within(value: int) -> int:
    return max(0, min(FULL, value))
