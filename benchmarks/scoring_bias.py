"""Prints the bias of posterior means, modes and weighted likelihood estimates: `python benchmarks/scoring_bias.py`.

One test of 20 items a model; at each true value so many people answer it. Slopes are lognormal (.3, .3) within .5 and
3, thresholds sorted standard normals. The prior is standard normal.
"""

import time

import numpy as np

from poise.measurement.parameters.items import Model
from poise.measurement.people.manysimulation import draw_answers, draw_latents, draw_parameters, table_of
from poise.measurement.scores.likelihoodscoring import score_by_weighted_likelihood
from poise.measurement.scores.manyscoring import ManyScores, score_many
from poise.measurement.scores.mapscoring import score_by_mode

PERSONS = 20_000
PLACES = (-2.0, -1.0, 0.0, 1.0, 2.0)
TESTS: tuple[tuple[str, int, Model], ...] = (
    ("20 right/wrong items", 2, "2pl"),
    ("20 graded items with four categories", 4, "graded"),
    ("20 partial credit items with four categories", 4, "gpcm"),
)


def main() -> None:
    """Print both tables."""
    print(f"Bias, {PERSONS:,} people at each value; the Monte Carlo error is below .005.\n")
    print("| test | estimate | " + " | ".join(f"theta = {place:+.0f}" for place in PLACES) + " |")
    print("|---|---|" + "---|" * len(PLACES))
    time_many()  # compiles
    spreads, seconds = [], {"EAP": 0.0, "MAP": 0.0, "WLE": 0.0}
    for told, categories, model in TESTS:
        parameters = draw_parameters(1, 20, categories, np.random.default_rng(1), model=model)
        found: dict[str, list[tuple[float, float]]] = {name: [] for name in seconds}
        for number, place in enumerate(PLACES):
            latents = np.full((PERSONS, 1), place)
            answers = draw_answers(parameters, latents, np.random.default_rng((2, number)))
            table = table_of(answers, parameters.categories)
            for name, score in (("EAP", score_many), ("MAP", score_by_mode), ("WLE", score_by_weighted_likelihood)):
                begun = time.process_time()
                scores = score(table, parameters)
                seconds[name] += time.process_time() - begun
                points = scores.points if isinstance(scores, ManyScores) else scores
                off = points.estimate[:, 0] - place
                found[name].append((float(off.mean()), float(np.sqrt(np.mean(off**2)))))
        for name, pairs in found.items():
            print(f"| {told} | {name} | " + " | ".join(f"{bias:+.3f}" for bias, _ in pairs) + " |")
            spreads.append(f"| {told} | {name} | " + " | ".join(f"{error:.3f}" for _, error in pairs) + " |")
    print("\nRoot mean square error, the same people.\n")
    print("| test | estimate | " + " | ".join(f"theta = {place:+.0f}" for place in PLACES) + " |")
    print("|---|---|" + "---|" * len(PLACES))
    print("\n".join(spreads))
    number = PERSONS * len(PLACES) * len(TESTS)
    told = ", ".join(f"{name} {1e6 * spent / number:.0f}" for name, spent in seconds.items())
    print(f"\nCPU microseconds a person: {told}; {time_many()}")


def time_many() -> str:
    """Return what scoring in twelve dimensions takes."""
    parameters = draw_parameters(12, 8, 5, np.random.default_rng(1), crossed=6)
    latents = draw_latents(parameters, 2_000, np.random.default_rng(2))
    table = table_of(draw_answers(parameters, latents, np.random.default_rng(3)), parameters.categories)
    spent = []
    for score in (score_many, score_by_mode, score_by_weighted_likelihood):
        begun = time.process_time()
        score(table, parameters)
        spent.append(1e6 * (time.process_time() - begun) / table.size)
    return "with 12 dimensions and 96 graded items EAP {:.0f}, MAP {:.0f}, WLE {:.0f}.".format(*spent)


if __name__ == "__main__":
    main()
