"""The customer's state in thousandths, and how one reply moves it: whole numbers only, so that a replay is equal."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace
from typing import Any

from poise.content.act import HARM
from poise.content.manner import Appraisal, Weight
from poise.content.scenario import Scenario, Temperament

FULL = 1000
UNHEARD = 300
LEAST_SHARE = 10
FACE_AT_FIRST = 600
SPECIFIC = 2
"""So many different words of the case make a reply specific."""
MOVED = ("anger", "trust", "heard", "face", "patience", "procedure", "treatment")
"""What acts and facts move; felt outcome follows from what was offered."""


@dataclass(frozen=True)
class CustomerState:
    """How the customer feels just now, each from 0 to 1000; their open needs; and their turns of temper, one a reply.

    `outcome`, `procedure` and `treatment` are how fair they find what they get, how it is gone about, and how they are
    spoken to. `face` is how far they can hold up their head, `patience` how much of it is left.
    """

    anger: int
    trust: int
    heard: int = 0
    face: int = FACE_AT_FIRST
    patience: int = FULL // 2
    outcome: int = 0
    procedure: int = FULL // 2
    treatment: int = FULL // 2
    open_needs: tuple[str, ...] = ()
    tempers: tuple[str, ...] = ()


@dataclass(frozen=True)
class Conduct:
    """What one reply was, as far as the customer can tell; `times_before` counts acts and facts in earlier replies."""

    acts: Mapping[str, float]
    new_facts: frozenset[str]
    times_before: Mapping[str, int]
    on_topic: bool = True
    copied: bool = False
    legible: bool = True
    touched: int = SPECIFIC
    stock: bool = False


def first_state(scenario: Scenario) -> CustomerState:
    """Return how the customer comes in: what was done to them so far was as fair as they trust the company."""
    temperament = scenario.customer.temperament
    return CustomerState(
        anger=temperament.anger,
        trust=temperament.trust,
        patience=FULL // 10 * temperament.patience,
        procedure=temperament.trust,
        treatment=temperament.trust,
        open_needs=tuple(need.key for need in scenario.needs),
    )


def anger_band(anger: int) -> str:
    """Return calm, tense or hot."""
    return "calm" if anger < 350 else "tense" if anger < 650 else "hot"  # noqa: PLR2004  thirds of the scale


def move(state: CustomerState, conduct: Conduct, appraisal: Appraisal, temperament: Temperament) -> CustomerState:
    """Return the state after a reply: the same conduct moves every customer of this temperament the same way."""
    shares = act_shares(state, conduct, appraisal)
    weighed = [(appraisal.acts[act], _reasoned(act, share, temperament)) for act, share in sorted(shares.items())]
    weighed += [
        (appraisal.facts[fact], share) for fact, share in sorted(fact_shares(state, conduct, appraisal).items())
    ]
    changes = {what: _capped(_sum(weighed, what), appraisal) for what in MOVED}
    changes["anger"] = _capped(sum(_tempered(_part(w.anger, share), temperament) for w, share in weighed), appraisal)
    changes["anger"] -= _part(state.anger, appraisal.decay_percent)
    changes["patience"] -= appraisal.patience_per_reply
    moved: dict[str, Any] = {what: _within(getattr(state, what) + change) for what, change in changes.items()}
    return replace(state, **moved)


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


def fact_shares(state: CustomerState, conduct: Conduct, appraisal: Appraisal) -> dict[str, int]:
    """Return, for each fact that is new with the reply, the per cent of its weight that counts.

    What helps counts less each time; what hurts counts in full. An offer counts less before the customer was heard.
    """
    shares: dict[str, int] = {}
    for fact in conduct.new_facts & appraisal.facts.keys():
        share = 100
        if appraisal.facts[fact].anger < 0:
            if fact.startswith("offered.") and state.heard < UNHEARD:
                share = _part(share, appraisal.unheard_offer_percent)
            share = _worn(share, conduct.times_before.get(fact, 0), appraisal)
        shares[fact] = share
    return shares


def _softened(share: int, act: str, state: CustomerState, conduct: Conduct, appraisal: Appraisal) -> int:
    """Count less what does not speak of the case, what is not new, and an offer before the customer was heard."""
    if not conduct.on_topic or not conduct.touched:
        share = _part(share, appraisal.unspecific_percent)
    elif conduct.touched < SPECIFIC:
        share = _part(share, appraisal.one_word_percent)
    if conduct.copied:
        share = _part(share, appraisal.copied_percent)
    elif conduct.stock:
        share = _part(share, appraisal.stock_percent)
    if act == "offer" and state.heard < UNHEARD:
        share = _part(share, appraisal.unheard_offer_percent)
    return _worn(share, conduct.times_before.get(act, 0), appraisal)


def _worn(share: int, times: int, appraisal: Appraisal) -> int:
    for _ in range(times):
        share = max(LEAST_SHARE, _part(share, appraisal.repeat_percent))
    return share


def _reasoned(act: str, share: int, temperament: Temperament) -> int:
    """Let an explanation count more, and a rule hurt less, with somebody who goes by reasons."""
    if act == "explain":
        return _part(share, 50 + 10 * temperament.rationality)
    return _part(share, 150 - 10 * temperament.rationality) if act == "cite_policy" else share


def _sum(weighed: Iterable[tuple[Weight, int]], what: str) -> int:
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
