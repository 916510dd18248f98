"""Prints how person fit behaves under the model and what it finds: `python benchmarks/person_fit.py`."""

from collections.abc import Callable, Iterator
from dataclasses import replace
from typing import NamedTuple

import numpy as np
import numpy.typing as npt

from poise.measurement.many.manyparameters import ManyParameters
from poise.measurement.observing import ChoiceBlock
from poise.measurement.parameters.items import Model
from poise.measurement.people.manysimulation import draw_answers, draw_latents, draw_parameters, table_of
from poise.measurement.scores.likelihoodscoring import score_by_weighted_likelihood
from poise.measurement.scores.manyscoring import score_many
from poise.measurement.scores.mapscoring import score_by_mode
from poise.measurement.scores.observedfit import assess_observed
from poise.measurement.scores.observedscoring import Observed, find_modes
from poise.measurement.scores.personfit import PersonFit, assess_fit
from poise.measurement.scores.scoringforms import PointScores
from poise.measurement.tabular.tables import ResponseTable

PERSONS = 20_000
ODD = 4_000
FIVE, ONE = 0.05, 0.01
LOW = -1.6448536
"""Below this lie five percent of a standard normal distribution."""
MANY = 12
FloatArray = npt.NDArray[np.float64]
IntArray = npt.NDArray[np.int16]


class Test(NamedTuple):
    """A test: dimensions, items on each, categories, cross-loadings, and the share of items keyed the other way."""

    told: str
    dimensions: int
    each: int
    categories: int
    model: Model
    crossed: int = 0
    turned: bool = False

    def draw(self) -> ManyParameters:
        """Draw the items."""
        parameters = draw_parameters(
            self.dimensions,
            self.each,
            self.categories,
            np.random.default_rng(1),
            model=self.model,
            crossed=self.crossed,
        )
        signs = np.where(self.turned & (np.arange(len(parameters.slopes)) % 3 == 0), -1.0, 1.0)
        return replace(parameters, slopes=parameters.slopes * signs[:, None])


TESTS = (
    Test("20 right/wrong items", 1, 20, 2, "2pl"),
    Test("40 right/wrong items", 1, 40, 2, "2pl"),
    Test("20 graded items", 1, 20, 4, "graded"),
    Test("40 graded items", 1, 40, 4, "graded"),
    Test("40 partial credit items", 1, 40, 4, "gpcm"),
    Test("4 dimensions x 5 graded", 4, 5, 4, "graded"),
    Test("4 dimensions x 10 graded", 4, 10, 4, "graded"),
    Test("4 x 10 right/wrong, three cross-loadings", 4, 10, 2, "2pl", 3),
    Test("12 dimensions x 8 graded", 12, 8, 4, "graded"),
)


def score_by_mean(table: ResponseTable, parameters: ManyParameters) -> PointScores:
    """Return posterior means with their covariances."""
    return score_many(table, parameters).points


METHODS: dict[str, Callable[[ResponseTable, ManyParameters], PointScores]] = {
    "EAP": score_by_mean,
    "MAP": score_by_mode,
    "WLE": score_by_weighted_likelihood,
}


def tell(*cells: object) -> None:
    """Print a row of a table."""
    print("| " + " | ".join(str(cell) for cell in cells) + " |")


def tell_null(told: str, method: str, fit: PersonFit) -> None:
    """Print what people who answer as the model says look like."""
    lz, star = fit.lz, fit.lz_star
    moments = [f"{one:+.2f} | {two:.2f} | {rate:.3f}" for one, two, rate in (
        (lz.mean(), lz.std(), np.mean(lz < LOW)), (star.mean(), star.std(), np.mean(star < LOW)))]  # fmt: skip
    tell(told, method, *moments, f"{np.mean(fit.chance < FIVE):.3f}", f"{np.mean(fit.chance < ONE):.4f}")


def print_null() -> None:
    """Print the table of people who answer as the model says."""
    print(f"{PERSONS:,} people a test (6,000 for 12 dimensions, 2,000 for blocks), who answer as the model says.")
    print("Monte Carlo errors: mean .007, SD .005, share at 5 % .0015, at 1 % .0007 (blocks: three times as much).\n")
    tell("test", "theta", "lz mean", "SD", "below -1.645", "lz* mean", "SD", "below -1.645", "chance < .05", "< .01")
    tell(*["---"] * 10)
    for test in TESTS:
        parameters = test.draw()
        latents = draw_latents(parameters, PERSONS if test.dimensions < MANY else 6_000, np.random.default_rng(2))
        answers = draw_answers(parameters, latents, np.random.default_rng(3))
        table = table_of(answers, parameters.categories)
        for method, score in METHODS.items():
            tell_null(test.told, method, assess_fit(table, parameters, score(table, parameters)))
    seen = list(draw_blocks(2_000))
    scores = find_modes(seen, np.zeros((2_000, 4)), np.repeat(np.eye(4)[None], 2_000, axis=0))
    tell_null("4 dimensions, 30 blocks of three", "MAP", assess_observed(seen, scores))


def draw_blocks(persons: int) -> Iterator[Observed]:
    """Draw 30 blocks of three statements on three of four dimensions, a third of them keyed the other way."""
    rng = np.random.default_rng(4)
    latents = rng.standard_normal((persons, 4))
    for _ in range(30):
        loadings = np.zeros((3, 4))
        on, signs = rng.permutation(4)[:3], np.where(rng.random(3) < 1.0 / 3.0, -1.0, 1.0)
        loadings[np.arange(3), on] = signs * rng.lognormal(0.3, 0.3, 3)
        kind = ChoiceBlock(tuple(rng.normal(0.0, 0.5, 3).tolist()))
        below = np.exp(kind.log_likelihoods(latents @ loadings.T)).cumsum(axis=1)[:, :-1]
        yield Observed(kind, loadings, np.arange(persons), np.sum(rng.random((persons, 1)) > below, axis=1))


def spoil(answers: IntArray, categories: int, rng: np.random.Generator) -> Iterator[tuple[str, IntArray]]:
    """Yield answers of people who do not answer as the model says."""
    persons, items = answers.shape
    random = rng.integers(0, categories, answers.shape).astype(np.int16)
    yield "random throughout", random
    late = answers.copy()
    late[:, items // 2 :] = random[:, items // 2 :]
    yield "random in the second half", late
    yield (
        "one category throughout",
        np.repeat(rng.integers(0, categories, (persons, 1)), items, axis=1).astype(np.int16),
    )
    turned = answers.copy()
    turned[:, ::2] = categories - 1 - turned[:, ::2]
    yield "every other answer reversed", turned
    yield "as the model says", answers


def print_power() -> None:
    """Print the table of people who do not answer as the model says."""
    print(f"\n{ODD:,} people of each kind, theta by MAP: the share that each statistic calls odd at 5 %.\n")
    tests = (
        Test("20 graded, keyed one way", 1, 20, 4, "graded"),
        Test("20 graded, a third keyed the other way", 1, 20, 4, "graded", turned=True),
        Test("40 right/wrong, a third the other way", 1, 40, 2, "2pl", turned=True),
        Test("4 x 10 graded, keyed one way", 4, 10, 4, "graded"),
        Test("4 x 10 graded, a third the other way", 4, 10, 4, "graded", turned=True),
    )
    tell("test", "answers", "lz below -1.645", "lz* below -1.645", "chance < .05", "outfit, mean")
    tell(*["---"] * 6)
    for test in tests:
        parameters = test.draw()
        rng = np.random.default_rng(5)
        answers = draw_answers(parameters, draw_latents(parameters, ODD, rng), rng).astype(np.int16)
        for told, own in spoil(answers, test.categories, rng):
            table = table_of(own, parameters.categories)
            fit = assess_fit(table, parameters, score_by_mode(table, parameters))
            shares = [f"{np.mean(one):.2f}" for one in (fit.lz < LOW, fit.lz_star < LOW, fit.chance < FIVE)]
            tell(test.told, told, *shares, f"{np.mean(fit.outfit):.2f}")


if __name__ == "__main__":
    print_null()
    print_power()
