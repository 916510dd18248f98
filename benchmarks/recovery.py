"""Prints docs/recovery.md: whether calibration finds what is true, and whether its errors are as large as it says.

Run with one thread: OPENBLAS_NUM_THREADS=1 python benchmarks/recovery.py [REPLICATIONS] [WORD OF A HEADING]
"""

import sys
from collections.abc import Callable, Iterator
from dataclasses import dataclass, replace
from functools import partial
from time import process_time
from typing import Final, NamedTuple

import numpy as np
from cases import correlate

from poise.measurement.grid.calibration import calibrate
from poise.measurement.joint.jointem import calibrate_joint
from poise.measurement.joint.jointparameters import JointParameters
from poise.measurement.joint.jointsimulation import (
    draw_blocks,
    draw_joint_answers,
    draw_joint_latents,
    draw_joint_parameters,
)
from poise.measurement.many.epem import ManyCalibration, calibrate_many
from poise.measurement.many.manyparameters import ManyParameters
from poise.measurement.models import FloatArray
from poise.measurement.parameters.items import Calibration, KnownParameters, Model, find_thresholds
from poise.measurement.people.manysimulation import draw_answers, draw_latents, draw_parameters, table_of
from poise.measurement.scores.gridscoring import score_table
from poise.measurement.scores.jointscoring import score_joint
from poise.measurement.scores.manyscoring import recall_parameters, score_many

REPLICATIONS: Final = 100
FEWEST: Final = 3
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

Printed by `make recovery`. People and answers are simulated from one known test again and again, up to {replications}
times; each time the test is calibrated from the answers, and the people are scored with what was found.

What to make of it:

- Intervals of parameters hold the truth as often as they say, give or take a percentage point, in one dimension and in
  twelve, of rated items and of blocks, whose signs nobody told.
- Bias is small beside the errors. With 500 persons the slopes of right/wrong items come out a little too large, as
  maximum likelihood has it.
- Scores take the calibrated items as known. From 2,000 persons on that costs nothing; with 500, a 90 % interval of a
  person holds the truth in 89 %.

How to read it:

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
    once : callable
        Draws people with a generator, calibrates, scores, and returns what was found beside the truth.
    fewer : int
        By how much to divide the number of replications.
    """

    told: str
    once: Callable[[np.random.Generator], Replication]
    fewer: int = 1


def main(replications: int, word: str = "") -> None:
    """Print the page, or only the studies that have a word in their heading."""
    print(HEAD.format(replications=replications))
    for number, study in enumerate(lay_studies()):
        if word in study.told:
            tell(study, max(replications // study.fewer, FEWEST), number)


def lay_studies() -> Iterator[Study]:
    """Draw the tests of all studies."""
    rng = np.random.default_rng(20)
    many, blocks = draw_twelve(rng), draw_triplets(rng)
    yield Study("Twelve dimensions: 96 graded items, 3,000 persons in two groups", partial(recover_many, many, 1500))
    yield Study(
        "Twelve dimensions: 40 triplets, ranked, 2,000 persons", partial(recover_blocks, blocks, 2000), fewer=10
    )
    for model, categories in SINGLE:
        true = draw_single(model, categories, rng)
        for persons in (500, 2000):
            told = f"One dimension: {model}, 20 items, {persons:,} persons"
            yield Study(told, partial(recover_single, true, persons))


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


def draw_triplets(rng: np.random.Generator) -> JointParameters:
    """Draw forty blocks of three statements on twelve dimensions, three in ten of each dimension keyed against it."""
    names = tuple(f"d{d + 1:02}" for d in range(12))
    true = draw_joint_parameters(draw_blocks(40, 3, names), names, rng)
    values = true.values.copy()
    for d in range(len(names)):
        own = np.flatnonzero(true.layout.dimension == d)
        values[rng.choice(own, 3 * len(own) // 10, replace=False)] *= -1.0
    general = np.linspace(0.45, 0.85, 12)
    correlations = np.outer(general, general)
    np.fill_diagonal(correlations, 1.0)
    return replace(true, values=values, correlations=correlations)


def tell(study: Study, replications: int, seed: int) -> None:
    """Replicate a study and print its table."""
    begun = process_time()
    told = [study.once(np.random.default_rng((seed, number))) for number in range(replications)]
    seconds = (process_time() - begun) / replications
    print(f"\n## {study.told}\n")
    print(f"{replications} replications of one test, {seconds:.2f} CPU s each.\n")
    print("| " + " | ".join(COLUMNS) + " |")
    print("|" + "---|" * len(COLUMNS))
    for kind in told[0]:
        print(tell_kind(kind, [one[kind] for one in told]))


def recover_single(true: ManyParameters, persons: int, rng: np.random.Generator) -> Replication:
    """Calibrate and score in one dimension."""
    theta = draw_latents(true, persons, rng)
    table = table_of(draw_answers(true, theta, rng), true.categories)
    found = calibrate(table, true.model)
    scores = score_table(table, KnownParameters.of(found))
    return {**compare_items(found, true), SCORES: Told(scores.mean, theta[:, 0], scores.sd)}


def recover_many(true: ManyParameters, each: int, rng: np.random.Generator) -> Replication:
    """Calibrate and score in many dimensions, with so many persons in each group."""
    theta = np.concatenate([draw_latents(replace(true, means=mean[None]), each, rng) for mean in true.means])
    group = np.repeat(np.arange(len(true.means), dtype=np.int16), each)
    names = tuple(f"group {g + 1}" for g in range(len(true.means)))
    table = replace(table_of(draw_answers(true, theta, rng), true.categories), group=group, groups=names)
    found = calibrate_many(table, true.pattern, true.model)
    scores = score_many(table, recall_parameters(KnownParameters.of(found)))
    return {
        **compare_items(found, true),
        **compare_correlations(found, true.correlations),
        "differences between groups": Told(found.means[1], true.means[1], found.means_se[1]),
        SCORES: Told(scores.mean.ravel(), theta.ravel(), scores.sd.ravel()),
    }


def recover_blocks(true: JointParameters, persons: int, rng: np.random.Generator) -> Replication:
    """Calibrate and score blocks of statements in many dimensions; signs of loadings are not told."""
    theta = draw_joint_latents(true, np.zeros(persons, dtype=np.int64), rng)
    table = draw_joint_answers(true, theta, rng)
    found = calibrate_joint(table)
    scores = score_joint(table, KnownParameters.of(found))
    statements, slope = [one for block in found.blocks for one in block.statements], true.layout.slope
    return {
        "loadings": Told(
            np.array([one.loadings[0][1] for one in statements]),
            true.values[slope],
            np.concatenate([one.loadings_se for one in statements]),
        ),
        "intercepts": Told(
            np.array([one.intercept for one in statements]),
            true.values[~slope],
            np.array([one.intercept_se for one in statements]),
        ),
        **compare_correlations(found, true.correlations),
        SCORES: Told(scores.mean.ravel(), theta.ravel(), scores.sd.ravel()),
    }


def compare_correlations(found: ManyCalibration, true: FloatArray) -> Replication:
    """Return correlations beside the truth."""
    below = np.tril_indices(len(true), -1)
    return {"correlations": Told(found.correlations[below], true[below], found.correlations_se[below])}


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
