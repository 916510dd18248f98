"""What was seen of each quality: together, by kind of evidence, and every observation with what it added."""

from collections.abc import Mapping
from dataclasses import dataclass
from itertools import combinations
from typing import Literal

import numpy as np
from scipy.special import ndtr

from poise.content.library import Library
from poise.content.quality import Quality
from poise.jobfit.tracing import Trace, trace, weigh_effect
from poise.measurement import FloatArray, Posterior, score
from poise.measurement.scores.cavities import leave_each_out
from poise.sitting.evidence import KINDS, Kind, Observation, apart, observe, observe_set_aside, prior_for
from poise.sitting.state import State

Leaning = Literal["towards the high pole", "in between", "towards the low pole"]
LARGEST_SD = 0.8
"""A quality's own observations must leave no more than this standard deviation; the prior has 1."""
LEAST_KINDS = 2
LEAST_SEEN = 2
"""What people say of themselves is not enough: so many observations must come from what they did or judged."""
ONLY_WHERE_ASKED: frozenset[Kind] = frozenset({"knowledge", "interview"})
"""Kinds of evidence that few sittings ask for: nothing is said of them for a quality that they say nothing of."""
PLAINLY = 0.8
DISAGREE = 1.96
"""Kinds disagree from so many standard errors on: by chance one pair in twenty."""
LEAST_SAID = 0.1
"""A kind takes part in that once it took away so much of the variance that was believed before."""
KIND_NAMES: dict[Kind, str] = {
    "statements": "What you say of yourself",
    "situations": "How you judge situations",
    "knowledge": "How you answer questions from a text",
    "customers": "How you served a customer",
    "interview": "How you answered in an interview",
}


@dataclass(frozen=True)
class KindView:
    """What one kind of evidence alone says of a quality: standardised, with its 80 % interval."""

    kind: Kind
    name: str
    observations: int
    mean: float
    low: float
    high: float
    leaning: Leaning


@dataclass(frozen=True)
class QualityView:
    """One quality: what was seen, how sure that is, and every observation behind it."""

    key: str
    name: str
    means: str
    high: str
    low: str
    enough: bool
    why_not: str
    mean: float
    low_end: float
    high_end: float
    leaning: Leaning
    words: str
    practise: str
    kinds: tuple[KindView, ...]
    kinds_disagree: bool
    traces: tuple[Trace, ...]


@dataclass(frozen=True)
class Weighed:
    """What the observations of a sitting say: all together, each quality's alone, each kind's alone.

    `moved` holds for each observation how far it moves the mean of every latent.
    """

    observations: tuple[Observation, ...]
    posterior: Posterior
    own: Posterior
    by_kind: Mapping[Kind, Posterior]
    moved: Mapping[str, FloatArray]

    def count(self, quality: str) -> dict[Kind, int]:
        """Return how many observations of each kind there are on a quality; of rare kinds only those that there are."""
        seen = [one.kind for one in self.observations if quality in one.qualities]
        return {kind: seen.count(kind) for kind in self.by_kind if kind in seen or kind not in ONLY_WHERE_ASKED}

    def kinds_disagree(self, quality: str) -> bool:
        """Say whether two kinds of evidence say of a quality what one person cannot both be, but for chance.

        Each kind's posterior is drawn towards the middle by what is believed before. So what the kinds themselves say
        is compared: of a posterior with mean m and standard deviation s, from a prior with mean 0 and variance 1, the
        estimate ``m / (1 - s^2)`` with variance ``s^2 / (1 - s^2)``. The doubt about each method is in s.
        """
        alone = [
            (self.by_kind[kind].mean_of(quality), self.by_kind[kind].sd_of(quality) ** 2)
            for kind, number in self.count(quality).items()
            if number
        ]
        told = [
            (mean / (1.0 - square), square / (1.0 - square)) for mean, square in alone if 1.0 - square >= LEAST_SAID
        ]
        return any(
            abs(one - other) > DISAGREE * float(np.sqrt(spread + further))
            for (one, spread), (other, further) in combinations(told, 2)
        )

    def effect_of(self, source: str, quality: str) -> float:
        """Return how far the mean of a quality would move back without this observation."""
        return float(self.moved[source][self.posterior.position(quality)]) if source in self.moved else 0.0


def weigh(state: State, library: Library) -> Weighed:
    """Weigh everything that a sitting has shown."""
    observations = observe(state, library)
    prior = prior_for(state, library)
    responses = [one.response for one in observations]
    by_kind = {
        kind: score(apart(prior), [one.response for one in observations if one.kind == kind])
        for kind in KINDS
        if kind not in ONLY_WHERE_ASKED or any(one.kind == kind for one in observations)
    }
    return Weighed(
        observations=observations,
        posterior=score(prior, responses),
        own=score(apart(prior), responses),
        by_kind=by_kind,
        moved=leave_each_out(prior, responses),
    )


def view_qualities(
    weighed: Weighed, state: State, library: Library, texts: Mapping[str, str]
) -> tuple[QualityView, ...]:
    """Lay out what was seen of each quality."""
    views, set_aside = [], observe_set_aside(state, library)
    for quality in library.qualities:
        seen = tuple(one for one in weighed.observations if quality.key in one.qualities)
        counted = weighed.count(quality.key)
        kinds = tuple(_view_kind(kind, quality.key, counted[kind], weighed.by_kind[kind]) for kind in counted)
        shown = (*seen, *(one for one in set_aside if quality.key in one.qualities))
        traces = tuple(
            weigh_effect(trace(one, quality.key, state, library, texts), weighed.effect_of(one.source, quality.key))
            for one in shown
        )
        disagree = weighed.kinds_disagree(quality.key)
        views.append(_view_quality(quality, weighed.posterior, weighed.own, kinds, traces, disagree=disagree))
    return tuple(views)


def _view_kind(kind: Kind, quality: str, number: int, posterior: Posterior) -> KindView:
    low, high = posterior.interval(quality)
    return KindView(
        kind=kind,
        name=KIND_NAMES[kind],
        observations=number,
        mean=round(posterior.mean_of(quality), 2),
        low=round(low, 2),
        high=round(high, 2),
        leaning=_leaning(_chance_above(posterior, quality)),
    )


def _leaning(up: float) -> Leaning:
    if up >= PLAINLY:
        return "towards the high pole"
    return "towards the low pole" if up <= 1 - PLAINLY else "in between"


def _chance_above(posterior: Posterior, quality: str) -> float:
    return float(ndtr(posterior.mean_of(quality) / posterior.sd_of(quality)))


def _view_quality(
    quality: Quality,
    posterior: Posterior,
    own: Posterior,
    kinds: tuple[KindView, ...],
    traces: tuple[Trace, ...],
    *,
    disagree: bool,
) -> QualityView:
    why_not = _why_not_enough(own.sd_of(quality.key), kinds)
    low, high = posterior.interval(quality.key)
    up = _chance_above(posterior, quality.key)
    leaning = _leaning(up)
    words = {
        "towards the high pole": quality.strong,
        "in between": quality.middling,
        "towards the low pole": quality.weak,
    }[leaning]
    return QualityView(
        key=quality.key,
        name=quality.name,
        means=quality.means,
        high=quality.high,
        low=quality.low,
        enough=not why_not,
        why_not=why_not,
        mean=round(posterior.mean_of(quality.key), 2),
        low_end=round(low, 2),
        high_end=round(high, 2),
        leaning=leaning,
        words=words,
        practise=quality.practise,
        kinds=kinds,
        kinds_disagree=disagree,
        traces=traces,
    )


def _why_not_enough(own_sd: float, kinds: tuple[KindView, ...]) -> str:
    seen = [kind for kind in kinds if kind.observations]
    if len(seen) < LEAST_KINDS:
        return "It was seen in only one kind of task." if seen else "It did not come up."
    if sum(kind.observations for kind in seen if kind.kind != "statements") < LEAST_SEEN or own_sd > LARGEST_SD:
        return "The few moments in which it came up do not say enough."
    return ""
