"""Finds the weights of a review from conversations that people have rated: one call.

For each quality the slopes of its kinds and the damping are those under which the raters' ratings are likeliest, held
back by a normal prior on the slopes; base rates are the mean levels, the prior the raters' own ratings, both smoothed.
"""

from collections.abc import Mapping, Sequence

import numpy as np
from numpy.typing import NDArray
from scipy.optimize import minimize, nnls
from scipy.special import ndtri

from poise.content.quality import QUALITIES
from poise.content.review import LEVELS, ReviewRubric
from poise.roleplay.transcripts.evidence import Evidence
from poise.roleplay.transcripts.weighing import (
    LEAST_OPPORTUNITY,
    RATINGS,
    KindWeights,
    Moment,
    ReturnWeights,
    ReviewWeights,
)

FloatArray = NDArray[np.float64]
Rated = Mapping[str, Sequence[Mapping[str, float | None]]]
SMOOTH_BASE, SMOOTH_PRIOR = 0.02, 1.0
START_SLOPE, SLOPE_SPREAD, MOST_SLOPE = 0.25, 0.35, 3.0
START_DAMPING = 0.5
SHRINK = 0.1
RIDGE = 1.0
GOOD_FOR_RETURN = {
    **dict.fromkeys(("outcome", "committed", "asked", "heard", "owned", "looked", "calmed"), 1),
    **dict.fromkeys(("broken", "harmed", "stalled", "emptied", "threatened"), -1),
}


def fit_weights(evidence: Sequence[Evidence], rated: Rated, rubric: ReviewRubric, version: str) -> ReviewWeights:
    """Return the weights under which these ratings are likeliest.

    `rated` gives, by the id of a conversation, one mapping a rater: each quality 0 to 4 (None where there was no
    opportunity), and `would_return` 0 to 100.
    """
    known = [one for one in evidence if one.id in rated]
    base = {
        kind.key: _base_rates([m for one in known for m in one.moments if m.kind == kind.key]) for kind in rubric.kinds
    }
    prior, damping, slopes = {}, {}, dict[str, float]()
    for quality in QUALITIES:
        counts = np.array([_counts(rated[one.id], quality) for one in known])
        prior[quality] = _as_five(counts.sum(axis=0) + SMOOTH_PRIOR * max(1.0, counts.sum() / 100))
        keys = [kind.key for kind in rubric.kinds_of(quality)]
        found, damping[quality] = _fit_quality(known, counts, keys, base, np.asarray(prior[quality]))
        slopes |= dict(zip(keys, found, strict=True))
    return ReviewWeights(
        version=version,
        source=f"fitted to {len(known)} conversations with {sum(len(rated[one.id]) for one in known)} ratings",
        prior=prior,
        damping=damping,
        correlations=_correlations(known, rated),
        kinds={key: KindWeights(base=base[key], slope=round(slope, 4)) for key, slope in slopes.items()},
        would_return=_fit_return(known, rated),
    )


def _as_five(weights: FloatArray) -> tuple[float, float, float, float, float]:
    shares = [round(float(share), 6) for share in weights / weights.sum()]
    shares[int(np.argmax(shares))] += 1.0 - sum(shares)
    return (shares[0], shares[1], shares[2], shares[3], shares[4])


def _base_rates(moments: Sequence[Moment]) -> tuple[float, float, float, float, float]:
    total = np.full(LEVELS, 1e-6)
    for moment in moments:
        total = total + moment.weight * np.asarray(moment.levels)
    return _as_five(total / total.sum() + SMOOTH_BASE)


def _counts(ratings: Sequence[Mapping[str, float | None]], quality: str) -> FloatArray:
    """Return how the raters of one conversation spread over the five ratings, at most one in sum."""
    told = [value for one in ratings if (value := one.get(quality)) is not None]
    counts = np.zeros(LEVELS)
    for value in told:
        counts[round(value)] += 1.0 / len(told)
    return counts


def _fit_quality(
    known: Sequence[Evidence],
    counts: FloatArray,
    keys: Sequence[str],
    base: Mapping[str, tuple[float, ...]],
    prior: FloatArray,
) -> tuple[list[float], float]:
    """Return the slopes of the kinds of one quality, and its damping."""
    rows = [
        (at, keys.index(m.kind), m.weight, np.asarray(m.levels) / np.asarray(base[m.kind]))
        for at, one in enumerate(known)
        for m in one.moments
        if m.kind in keys and m.opportunity > LEAST_OPPORTUNITY
    ]
    if not rows:
        return [0.0] * len(keys), START_DAMPING
    owner, column = np.array([row[0] for row in rows]), np.array([row[1] for row in rows])
    chance, seen = np.array([row[2] for row in rows]), np.array([row[3] for row in rows])
    count = np.maximum(1.0, np.bincount(owner, weights=chance, minlength=len(known)))

    def loss(values: FloatArray) -> float:
        tables = np.array(
            [
                KindWeights(base=_five(base[key]), slope=max(0.0, slope)).table
                for key, slope in zip(keys, values, strict=False)
            ]
        )
        said = np.log(chance[:, None] * np.einsum("mrk,mk->mr", tables[column], seen) + 1.0 - chance[:, None])
        total = np.zeros((len(known), LEVELS))
        np.add.at(total, owner, said)
        total = np.log(prior) + total / (count ** values[-1])[:, None]
        total -= np.log(np.exp(total - total.max(axis=1, keepdims=True)).sum(axis=1, keepdims=True)) + total.max(
            axis=1, keepdims=True
        )
        held = np.sum(((values[:-1] - START_SLOPE) / SLOPE_SPREAD) ** 2) / 2 + ((values[-1] - START_DAMPING) / 0.5) ** 2
        return float(-(counts * total).sum() + held)

    start = np.array([START_SLOPE] * len(keys) + [START_DAMPING])
    bounds = [(0.0, MOST_SLOPE)] * len(keys) + [(0.0, 1.0)]
    best = minimize(loss, start, method="L-BFGS-B", bounds=bounds).x
    return [float(slope) for slope in best[:-1]], round(float(best[-1]), 4)


def _five(values: Sequence[float]) -> tuple[float, float, float, float, float]:
    one, two, three, four, five = values
    return (one, two, three, four, five)


def _correlations(known: Sequence[Evidence], rated: Rated) -> tuple[tuple[float, ...], ...]:
    """Return how the raters' ratings of the qualities go together, shrunk so that it stays a prior."""
    means = np.array(
        [
            [np.mean([v for r in rated[one.id] if (v := r.get(q)) is not None] or [np.nan]) for q in QUALITIES]
            for one in known
        ]
    )
    scores = np.zeros_like(means)
    for column in range(len(QUALITIES)):
        values = np.where(np.isnan(means[:, column]), np.nanmean(means[:, column]), means[:, column])
        below = (values[:, None] > values).sum(axis=1) + ((values[:, None] == values).sum(axis=1) + 1) / 2
        scores[:, column] = ndtri((below - 0.375) / (len(values) + 0.25))
    matrix = (1 - SHRINK) * np.corrcoef(scores.T) + SHRINK * np.eye(len(QUALITIES))
    return tuple(tuple(round(float(value), 4) for value in row) for row in matrix)


def _fit_return(known: Sequence[Evidence], rated: Rated) -> ReturnWeights:
    """Return weights of the measures of felt justice, each with the sign that it must have."""
    wanted = np.array([np.mean([float(r["would_return"] or 0) for r in rated[one.id]]) for one in known])
    names = sorted(GOOD_FOR_RETURN)
    told = np.array([[one.justice[name] * GOOD_FOR_RETURN[name] for name in names] for one in known])
    design = np.hstack([told, np.ones((len(known), 1)), -np.ones((len(known), 1))])
    held = np.sqrt(RIDGE) * np.eye(len(names), design.shape[1])
    found, _ = nnls(np.vstack([design, held]), np.concatenate([wanted, np.zeros(len(names))]))
    weights = {name: round(float(found[at]) * GOOD_FOR_RETURN[name], 3) for at, name in enumerate(names)}
    return ReturnWeights(start=round(float(found[-2] - found[-1]), 3), weights=weights)


def mean_rating(ratings: Sequence[Mapping[str, float | None]], quality: str) -> float:
    """Return the mean of the raters for one quality; NaN where none saw an opportunity."""
    counts = _counts(ratings, quality)
    return float(np.dot(counts, RATINGS)) if counts.sum() else float("nan")


def write_weights(weights: ReviewWeights) -> str:
    """Return the weights as YAML that people can read, for the file that ships."""
    told = weights.model_dump()
    lines = [
        "# How much the kinds of review.yaml say of each rating: written by `fit_weights`, not by hand.",
        "# base: how often each level comes; slope: how strongly a level speaks (0: not at all).",
        f"version: {_quoted(told['version'])}",
        f"source: {_quoted(told['source'])}",
        "prior:",
        *(f"  {quality}: {_flow(five)}" for quality, five in told["prior"].items()),
        "damping:",
        *(f"  {quality}: {value}" for quality, value in told["damping"].items()),
        "correlations:",
        *(f"  - {_flow(row)}" for row in told["correlations"]),
        "kinds:",
        *(f"  {key}: {{base: {_flow(one['base'])}, slope: {one['slope']}}}" for key, one in told["kinds"].items()),
        "would_return:",
        f"  start: {told['would_return']['start']}",
        "  weights:",
        *(f"    {name}: {value}" for name, value in told["would_return"]["weights"].items()),
    ]
    return "\n".join(lines) + "\n"


def _quoted(text: str) -> str:
    return '"' + text.replace('"', "'") + '"'


def _flow(values: Sequence[float]) -> str:
    return "[" + ", ".join(f"{value:.6g}" for value in values) + "]"
