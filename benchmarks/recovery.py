"""Prints docs/recovery.md: whether calibration finds what is true, and whether its errors are as large as it says.

Run with one thread: OPENBLAS_NUM_THREADS=1 python benchmarks/recovery.py [REPLICATIONS] [WORD OF A HEADING]
"""

import sys
from collections.abc import Iterator
from dataclasses import dataclass, replace
from time import process_time
from typing import Final, NamedTuple

import numpy as np
from cases import correlate

from poise.measurement.calibration import calibrate
from poise.measurement.epem import calibrate_many
from poise.measurement.gridscoring import score_table
from poise.measurement.items import Calibration, KnownParameters, Model, find_thresholds
from poise.measurement.manyparameters import ManyParameters
from poise.measurement.manyscoring import recall_parameters, score_many
from poise.measurement.manysimulation import draw_answers, draw_latents, draw_parameters, table_of
from poise.measurement.models import FloatArray
from poise.measurement.tables import ResponseTable

REPLICATIONS: Final = 100
WIDTH: Final = 1.960
"""Of a 95 % interval, in standard errors."""
SCORE_WIDTH: Final = 1.645
"""Of a 90 % interval of a person."""
RARE: Final = 0.02
"""In the one-dimensional tests every category is chosen by this share of people at least."""
SINGLE: Final[tuple[tuple[Model, int], ...]] = (("2pl", 2), ("graded", 5), ("gpcm", 4))
"""Models of the one-dimensional tests, and their categories."""
SCORES: Final = "scores"
COLUMNS: Final = (
    "what",
    "number",
    "bias",
    "largest bias of one",
    "RMSE",
    "coverage",
    "SD of z",
    "correlation with truth",
)
HEAD: Final = """# Recovery: what was measured

Printed by `make recovery`. People and answers are simulated from one known test again and again, {replications} times
a table; each time the test is calibrated from the answers, and the people are scored with what was found.

- *Bias* is the mean of estimate less truth over all parameters of a kind; *largest bias of one* that of the parameter
  which is furthest off on average, picked after the fact. *RMSE* is of one estimate.
- *Coverage* is the share of 95 % intervals (estimate and 1.96 standard errors) that hold the truth; for scores, of 90 %
  intervals (posterior mean and 1.645 standard deviations).
- *SD of z* is the standard deviation of estimate less truth in standard errors: above one, errors are told too small.
- What follows ± is the Monte Carlo error of the figure before it, from the spread between replications."""


class Told(NamedTuple):
    """Estimates of one kind beside the truth, with the errors that were told; all of shape (n,)."""

    found: FloatArray
    true: FloatArray
    error: FloatArray


Replication = dict[str, Told]


@dataclass(frozen=True)
class Study:
    """One condition of the study.

    Parameters
    ----------
    told : str
    parameters : ManyParameters
        Their rows of means are the groups.
    persons : int
        Of all groups together.
    seed : int
    """

    told: str
    parameters: ManyParameters
    persons: int
    seed: int

    def draw(self, rng: np.random.Generator) -> tuple[ResponseTable, FloatArray]:
        """Draw people, group by group, and what they answer."""
        true = self.parameters
        number = len(true.means)
        people = [draw_latents(replace(true, means=mean[None]), self.persons // number, rng) for mean in true.means]
        theta = np.concatenate(people)
        table = table_of(draw_answers(true, theta, rng), true.categories)
        if number > 1:
            group = np.repeat(np.arange(number, dtype=np.int16), self.persons // number)
            table = replace(table, group=group, groups=tuple(f"group {g + 1}" for g in range(number)))
        return table, theta


def main(replications: int, word: str = "") -> None:
    """Print the page, or only the studies that have a word in their heading."""
    print(HEAD.format(replications=replications))
    for study in lay_studies():
        if word in study.told:
            tell(study, replications)


def lay_studies() -> Iterator[Study]:
    """Draw the tests of all studies."""
    rng = np.random.default_rng(20)
    yield Study("Twelve dimensions: 96 graded items, 3,000 persons in two groups", draw_twelve(rng), 3000, 1)
    seed = 1
    for model, categories in SINGLE:
        true = draw_single(model, categories, rng)
        for persons in (500, 2000):
            seed += 1
            yield Study(f"One dimension: {model}, 20 items, {persons:,} persons", true, persons, seed)


def draw_twelve(rng: np.random.Generator) -> ManyParameters:
    """Draw twelve dimensions that correlate from .2 to .7, eight graded items each, and a second group's means."""
    true = correlate(draw_parameters(12, 8, 5, rng), np.linspace(0.45, 0.85, 12))
    return replace(true, means=np.vstack([np.zeros(12), np.linspace(-0.5, 0.6, 12)]))


def draw_single(model: Model, categories: int, rng: np.random.Generator) -> ManyParameters:
    """Draw a test in one dimension in which no category is rare."""
    while True:
        true = draw_parameters(1, 20, categories, rng, model=model)
        answers = draw_answers(true, draw_latents(true, 4000, rng), rng)
        if min(np.bincount(column, minlength=categories).min() for column in answers.T) >= RARE * len(answers):
            return true


def tell(study: Study, replications: int) -> None:
    """Replicate a study and print its table."""
    begun = process_time()
    told = list(replicate(study, replications))
    seconds = (process_time() - begun) / replications
    print(f"\n## {study.told}\n")
    print(f"{replications} replications of one test, {seconds:.2f} CPU s each.\n")
    print("| " + " | ".join(COLUMNS) + " |")
    print("|" + "---|" * len(COLUMNS))
    for kind in told[0]:
        print(tell_kind(kind, [one[kind] for one in told]))


def replicate(study: Study, replications: int) -> Iterator[Replication]:
    """Draw people and calibrate, again and again."""
    for number in range(replications):
        rng = np.random.default_rng((study.seed, number))
        table, theta = study.draw(rng)
        estimate = estimate_single if study.parameters.slopes.shape[1] == 1 else estimate_many
        yield estimate(study.parameters, table, theta)


def estimate_single(true: ManyParameters, table: ResponseTable, theta: FloatArray) -> Replication:
    """Calibrate and score in one dimension."""
    found = calibrate(table, true.model)
    scores = score_table(table, KnownParameters.of(found))
    return {**compare_items(found, true), SCORES: Told(scores.mean, theta[:, 0], scores.sd)}


def estimate_many(true: ManyParameters, table: ResponseTable, theta: FloatArray) -> Replication:
    """Calibrate and score in many dimensions."""
    found = calibrate_many(table, true.pattern, true.model)
    scores = score_many(table, recall_parameters(KnownParameters.of(found)))
    below = np.tril_indices(len(true.correlations), -1)
    return {
        **compare_items(found, true),
        "correlations": Told(found.correlations[below], true.correlations[below], found.correlations_se[below]),
        "differences between groups": Told(found.means[1], true.means[1], found.means_se[1]),
        SCORES: Told(scores.mean.ravel(), theta.ravel(), scores.sd.ravel()),
    }


def compare_items(found: Calibration, true: ManyParameters) -> Replication:
    """Return slopes, intercepts and thresholds beside the truth; every item loads on one dimension."""
    slopes, items = true.slopes[true.pattern], found.items
    thresholds = [find_thresholds(true.model, a, d) for a, d in zip(slopes, true.intercepts, strict=True)]
    return {
        "slopes": Told(
            np.array([item.loadings[0][1] for item in items]), slopes, np.concatenate([i.loadings_se for i in items])
        ),
        "intercepts": Told(
            np.concatenate([item.intercepts for item in items]),
            true.intercepts.ravel(),
            np.concatenate([item.intercepts_se for item in items]),
        ),
        "thresholds": Told(
            np.concatenate([item.thresholds for item in items]),
            np.concatenate(thresholds),
            np.concatenate([item.thresholds_se for item in items]),
        ),
    }


def tell_kind(kind: str, told: list[Told]) -> str:
    """Return one row: means over replications, each with its Monte Carlo error."""
    off = np.array([one.found - one.true for one in told])
    z = off / np.array([one.error for one in told])
    width = SCORE_WIDTH if kind == SCORES else WIDTH
    worst = int(np.argmax(np.abs(off.mean(axis=0))))
    cells = (
        kind,
        f"{off.shape[1]:,}",
        tell_mean(off.mean(axis=1), "+.4f"),
        "" if kind == SCORES else tell_mean(off[:, worst], "+.3f"),
        f"{np.sqrt(np.mean(off**2)):.4f}",
        tell_mean((np.abs(z) < width).mean(axis=1), ".4f"),
        f"{z.std():.3f}",
        tell_mean(np.array([np.corrcoef(one.found, one.true)[0, 1] for one in told]), ".4f"),
    )
    return "| " + " | ".join(cells) + " |"


def tell_mean(values: FloatArray, form: str) -> str:
    """Return the mean over replications and its Monte Carlo error."""
    error = float(values.std(ddof=1) / np.sqrt(len(values)))
    return f"{float(values.mean()):{form}} ± {error:{form.strip('+')}}"


if __name__ == "__main__":
    main(int(sys.argv[1]) if len(sys.argv) > 1 else REPLICATIONS, *sys.argv[2:])
