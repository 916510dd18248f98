"""How far `poise review` agrees with the raters of whole conversations, who are hidden from it."""

import contextlib
import io
import json
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from itertools import combinations
from pathlib import Path
from statistics import median_low
from typing import Any, Final

import numpy as np
from evaluate_figures import (
    NOTHING,
    Figure,
    FloatArray,
    between,
    correlate_ranks,
    draw,
    lay_table,
    mean_of,
    reached,
    tell,
)
from evaluate_setting import Setting, open_here, read_lines

from poise.cli.reviewing import run_review
from poise.content.quality import QUALITIES
from poise.measurement.people.agreement import FEWEST_PAIRS, weighted_kappa

CONVERSATIONS: Final = Path("conversations/conversations.jsonl")
LEVELS: Final = 5
EACH, MIDDLE, RANKS = 0.6, 0.7, 0.85
FROM_FACTS_ONLY: Final = 0.4
SEEN_BY: Final = 2
"""So many raters must have seen an opportunity for a quality."""
Found = Mapping[str, Any]


@dataclass(frozen=True)
class Pairs:
    """Two ratings of the same conversations on one quality: their tables, a conversation each, (C, 5, 5)."""

    tables: FloatArray

    @property
    def number(self) -> int:
        """How many conversations both rated."""
        return round(float(self.tables.sum()))

    def kappa(self, times: FloatArray) -> FloatArray:
        """Return quadratic-weighted kappa in each draw of conversations, (draws,)."""
        if self.number < FEWEST_PAIRS:
            return np.full(len(times), np.nan)
        return weighted_kappa(np.einsum("dc,cij->dij", times, self.tables))


def tell_ratings(setting: Setting) -> Iterator[str]:
    """Tell the agreement of the review with the median of the raters, quality by quality, and theirs beside it."""
    file = setting.data / CONVERSATIONS
    told = read_lines(file)
    said = review_all(file)
    every, times = np.ones((1, len(told))), draw(len(told))
    rows, ones, many, low = [], [], [], {FROM_FACTS_ONLY: list[str](), EACH: list[str]()}
    for quality in QUALITIES:
        middles = [middle_of(row["ratings"], quality) for row in told]
        ours = [level_of(said.get(str(row["id"])), quality) for row in told]
        pairs = pair_up(ours, middles)
        ones.append(pairs.kappa(every)[0])
        many.append(pairs.kappa(times))
        figure = between(float(ones[-1]), many[-1])
        for limit, names in low.items():
            names.extend([quality] if figure.value < limit else [])
        rows.append(
            [quality, pairs.number, figure, reached(figure.value, EACH), *_beside(told, middles, ours, quality)]
        )
    middle = between(float(np.nanmedian(ones)) if not np.all(np.isnan(ones)) else np.nan, _medians(np.array(many)))
    rows.append(["**median**", "", middle, reached(middle.value, MIDDLE), *[""] * 5])
    yield f"{len(told)} conversations, {len(told[0]['ratings'])} raters each; {len(said)} were reviewed."
    yield ""
    heads = ("quality", "n", "kappa with the median", "goal", "raters with each other", "least of them")
    yield from lay_table((*heads, "raters' mean", "our mean", "only one side rated"), rows)
    for limit, names in low.items():
        yield f"- Below {tell(limit, 1)}: {', '.join(names) or 'none'}."
    yield ""
    yield from lay_table(
        ("", "n", "Spearman's correlation", "goal", "raters with each other"), _rows_of_wholes(told, said)
    )


def review_all(file: Path) -> dict[str, Found]:
    """Review a file as the command does, and return what it prints, by conversation."""
    printed = io.StringIO()
    with open_here(file).open("rb") as stream, contextlib.redirect_stdout(printed):
        run_review(stream, file.name, as_json=True)
    found = [json.loads(line) for line in printed.getvalue().splitlines()]
    return {one["id"]: one for one in found}


def middle_of(ratings: Sequence[Found], quality: str) -> int | None:
    """Return the median of the raters who saw an opportunity (of two the lower); None where only one or none did."""
    seen = [round(rating) for one in ratings if (rating := one["ratings"].get(quality)) is not None]
    return median_low(seen) if len(seen) >= SEEN_BY else None


def level_of(said: Found | None, quality: str) -> int | None:
    """Return the expected rating rounded, halves upwards; None where the quality is absent."""
    rating = (said or {}).get("ratings", {}).get(quality)
    return None if rating is None else min(LEVELS - 1, int(rating["expected"] + 0.5))


def pair_up(first: Sequence[int | None], second: Sequence[int | None]) -> Pairs:
    """Return the tables of two raters."""
    tables = np.zeros((len(first), LEVELS, LEVELS))
    for place, (one, other) in enumerate(zip(first, second, strict=True)):
        if one is not None and other is not None:
            tables[place, one, other] = 1.0
    return Pairs(tables)


def _beside(
    told: Sequence[Found], middles: Sequence[int | None], ours: Sequence[int | None], quality: str
) -> list[object]:
    """Return the agreement of the raters, the mean of either side where both rated, and how often only one did."""
    kappas = [pair_up(*sides).kappa(np.ones((1, len(told))))[0] for sides in combinations(_by_rater(told, quality), 2)]
    both = [(one, other) for one, other in zip(middles, ours, strict=True) if one is not None and other is not None]
    alone = sum((one is None) != (other is None) for one, other in zip(middles, ours, strict=True))
    means = [f"{mean:.2f}" for mean in np.mean(both, axis=0)] if both else [NOTHING] * 2
    return [
        tell(float(mean_of(np.array([kappas]))[0])),
        tell(min((float(one) for one in kappas if not np.isnan(one)), default=np.nan)),
        *means,
        alone,
    ]


def _by_rater(told: Sequence[Found], quality: str) -> list[list[int | None]]:
    """Return each rater's ratings of one quality, a list a rater."""
    return [
        [None if (rating := one["ratings"].get(quality)) is None else round(rating) for one in column]
        for column in zip(*(in_order(row) for row in told), strict=True)
    ]


def in_order(row: Found) -> list[Found]:
    """Return the raters of a conversation, always in the same order."""
    return sorted(row["ratings"], key=lambda one: str(one["rater"]))


def _medians(kappas: FloatArray) -> FloatArray:
    known = kappas[:, ~np.isnan(kappas).all(axis=0)]
    return np.asarray(np.nanmedian(known, axis=0)) if known.size else np.full(1, np.nan)


def _rows_of_wholes(told: Sequence[Found], said: Mapping[str, Found]) -> Iterator[list[object]]:
    for name, goal in (("overall", RANKS), ("would_return", None)):
        raters = np.array([[one[name] for one in in_order(row)] for row in told], dtype=np.float64).T
        ours = np.array([said.get(str(row["id"]), {}).get(name, np.nan) for row in told], dtype=np.float64)
        figure = correlate_ranks(ours, np.median(raters, axis=0))
        theirs = [correlate_ranks(one, other).value for one, other in combinations(raters, 2)]
        known = int((~np.isnan(ours)).sum())
        yield [name.replace("_", " "), known, figure, reached(figure.value, goal), Figure(float(np.mean(theirs)))]
