"""Fits what turns a finished conversation into ratings, and judges it on writers that the weights did not see."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
import numpy.typing as npt
from scipy.stats import spearmanr
from sklearn.linear_model import Lasso

from poise.content.quality import QUALITIES
from poise.content.review import ReviewRubric
from poise.measurement import weighted_kappa
from poise.roleplay.training.conversations import RatedConversation
from poise.roleplay.transcripts.evidence import Evidence, find_evidence
from poise.roleplay.transcripts.fitting import fit_weights, mean_rating
from poise.roleplay.transcripts.leaning import Leaning, Leanings, blend, lean, measure
from poise.roleplay.transcripts.turns import Conversation, read_conversation, reading_with
from poise.roleplay.transcripts.weighing import ReviewWeights, overall, rate_qualities, would_return
from poise.roleplay.understanding.reader import Reader

FloatArray = npt.NDArray[np.float64]
BoolArray = npt.NDArray[np.bool_]

HIGHEST = 4
SPARSE = 0.03
"""How strongly weights are held at zero; about thirty a quality are left."""
LEAST_SD = 0.02
LEAST_WEIGHT = 0.005
NEARLY = 0.95
"""How much of the raters' spread the ratings are stretched to."""


@dataclass(frozen=True)
class Read:
    """A rated conversation as it was read, with its evidence and measures."""

    rated: RatedConversation
    conversation: Conversation
    evidence: Evidence

    @property
    def measures(self) -> dict[str, float]:
        """What the leanings add up."""
        return measure(self.conversation, self.evidence.justice)


def read_conversations(rated: Sequence[RatedConversation], reader: Reader, rubric: ReviewRubric) -> tuple[Read, ...]:
    """Read every rated conversation with the reader that ships."""
    read = []
    for one in rated:
        conversation = read_conversation(one.transcript, reading_with(reader), reader)
        read.append(Read(one, conversation, find_evidence(conversation, rubric)))
    return tuple(read)


def fit_reviews(read: Sequence[Read], rubric: ReviewRubric, version: str) -> tuple[ReviewWeights, Leanings]:
    """Return the weights of the kinds and the leanings, fitted to these conversations."""
    opinions = _opine_on_unseen_writers(read, rubric)
    slopes = _fit_slopes(read)
    leanings = {quality: _bring_to_scale(slopes[quality], *opinions[quality]) for quality in QUALITIES}
    source = f"fitted to {len(read)} conversations by {len({one.rated.writer for one in read})} writers"
    return _fit_kinds(read, rubric, version), Leanings(version=version, source=source, qualities=leanings)


def judge_reviews(read: Sequence[Read], rubric: ReviewRubric) -> dict[str, Any]:
    """Return how reviews agree with raters: by weights that saw no conversation of the same writer."""
    told: dict[str, dict[str, float]] = {}
    for writer in sorted({one.rated.writer for one in read}):
        weights, leanings = fit_reviews([one for one in read if one.rated.writer != writer], rubric, "held out")
        told |= {one.evidence.id: _tell(one, weights, leanings) for one in read if one.rated.writer == writer}
    rated = [one.rated for one in read]
    qualities = {quality: _agree(rated, told, quality) for quality in QUALITIES}
    kappas = [one["kappa"] for one in qualities.values()]
    return {
        "what": "each writer's conversations rated by weights fitted to the other writers' alone",
        "conversations": len(rated),
        "median_kappa": round(float(np.median(kappas)), 3),
        "lowest_kappa": round(min(kappas), 3),
        "overall_rank_correlation": _rank(rated, told, "overall"),
        "would_return_rank_correlation": _rank(rated, told, "would_return"),
        "qualities": qualities,
    }


def write_leanings(leanings: Leanings) -> str:
    """Return the leanings as YAML that people can read, the heaviest weights first."""
    lines = [
        "# How much of what a rater's view of a whole conversation leans on: written by the training, not by hand.",
        "# mean: average over the replies; most: the clearest reply; fair: a measure of felt justice.",
        f'version: "{leanings.version}"',
        f'source: "{leanings.source}"',
        "qualities:",
    ]
    for quality, one in leanings.qualities.items():
        numbers = ", ".join(f"{name}: {getattr(one, name)}" for name in ("start", "centre", "level", "stretch", "sd"))
        ordered = sorted(one.weights.items(), key=lambda pair: (-abs(pair[1]), pair[0]))
        lines += [f"  {quality}:", *(f"    {number}" for number in numbers.split(", ")), "    weights:"]
        lines += [f"      {name}: {weight}" for name, weight in ordered]
    return "\n".join(lines) + "\n"


def _fit_kinds(read: Sequence[Read], rubric: ReviewRubric, version: str) -> ReviewWeights:
    ratings = {one.evidence.id: one.rated.ratings for one in read}
    return fit_weights([one.evidence for one in read], ratings, rubric, version)


def _opine_on_unseen_writers(read: Sequence[Read], rubric: ReviewRubric) -> dict[str, tuple[FloatArray, FloatArray]]:
    """Return for each quality the middle of both opinions on unseen writers, and the raters' mean, where both are."""
    pairs: dict[str, list[tuple[float, float]]] = {quality: [] for quality in QUALITIES}
    for writer in sorted({one.rated.writer for one in read}):
        others = [one for one in read if one.rated.writer != writer]
        weights, slopes = _fit_kinds(others, rubric, "held out"), _fit_slopes(others)
        for one in (one for one in read if one.rated.writer == writer):
            measures = one.measures
            for rating in rate_qualities(one.evidence.moments, weights):
                wanted = mean_rating(one.rated.ratings, rating.quality)
                if not np.isnan(wanted):
                    opinion = _add_up(measures, *slopes[rating.quality])
                    pairs[rating.quality].append(((rating.expected + opinion) / 2, wanted))
    return {quality: (np.array(found)[:, 0], np.array(found)[:, 1]) for quality, found in pairs.items()}


def _fit_slopes(read: Sequence[Read]) -> dict[str, tuple[float, dict[str, float]]]:
    """Return the start and the sparse weights of each quality."""
    measures = [one.measures for one in read]
    names = sorted(measures[0])
    table = np.array([[one.get(name, 0.0) for name in names] for one in measures])
    centre, sd = table.mean(axis=0), table.std(axis=0) + LEAST_SD
    found = {}
    for quality in QUALITIES:
        wanted = np.array([mean_rating(one.rated.ratings, quality) for one in read])
        known = ~np.isnan(wanted)
        model = Lasso(alpha=SPARSE, max_iter=20_000).fit(((table - centre) / sd)[known], wanted[known])
        weights = {
            name: round(float(weight), 4)
            for name, weight in zip(names, model.coef_ / sd, strict=True)
            if abs(weight) >= LEAST_WEIGHT
        }
        start = float(model.intercept_) - sum(weights.get(name, 0.0) * centre[at] for at, name in enumerate(names))
        found[quality] = (round(start, 4), weights)
    return found


def _add_up(measures: Mapping[str, float], start: float, weights: Mapping[str, float]) -> float:
    plain = Leaning(start=start, weights=dict(weights), centre=0, level=0, stretch=1, sd=1)
    return lean(measures, plain)


def _bring_to_scale(slopes: tuple[float, dict[str, float]], middles: FloatArray, wanted: FloatArray) -> Leaning:
    stretch = NEARLY * wanted.std() / middles.std()
    off = wanted.mean() + stretch * (middles - middles.mean()) - wanted
    return Leaning(
        start=slopes[0],
        weights=slopes[1],
        centre=round(float(middles.mean()), 4),
        level=round(float(wanted.mean()), 4),
        stretch=round(float(stretch), 4),
        sd=round(float(np.sqrt(np.mean(off**2))), 4),
    )


def _tell(one: Read, weights: ReviewWeights, leanings: Leanings) -> dict[str, float]:
    measures = one.measures
    ratings = tuple(
        blend(rating, measures, leanings.qualities[rating.quality], one.conversation)
        for rating in rate_qualities(one.evidence.moments, weights)
    )
    told = {rating.quality: rating.expected for rating in ratings}
    told["overall"] = overall(ratings)
    told["would_return"] = would_return(one.evidence.justice, weights.would_return)
    return told


def _agree(
    rated: Sequence[RatedConversation], told: Mapping[str, Mapping[str, float]], quality: str
) -> dict[str, float]:
    pairs = [
        (_round(told[one.transcript.id][quality]), _round(median))
        for one in rated
        if quality in told[one.transcript.id] and (median := _median(one, quality)) is not None
    ]
    read, people = np.array(pairs).T
    raters = [
        (first, second)
        for one in rated
        if (first := one.ratings[0][quality]) is not None and (second := one.ratings[1][quality]) is not None
    ]
    first, second = np.array(raters, dtype=int).T
    return {
        "n": len(pairs),
        "kappa": round(_kappa(read, people), 3),
        "raters_kappa": round(_kappa(first, second), 3),
    }


def _kappa(first: npt.NDArray[np.int64], second: npt.NDArray[np.int64]) -> float:
    table = np.zeros((HIGHEST + 1, HIGHEST + 1))
    np.add.at(table, (first, second), 1)
    return float(weighted_kappa(table))


def _median(one: RatedConversation, quality: str) -> float | None:
    told = [value for rating in one.ratings if (value := rating[quality]) is not None]
    return float(np.median(told)) if told else None


def _round(value: float) -> int:
    return int(np.clip(np.floor(value + 0.5), 0, HIGHEST))


def _rank(rated: Sequence[RatedConversation], told: Mapping[str, Mapping[str, float]], name: str) -> float:
    people = [float(np.mean([rating[name] or 0 for rating in one.ratings])) for one in rated]
    return round(float(spearmanr([told[one.transcript.id][name] for one in rated], people)[0]), 3)
