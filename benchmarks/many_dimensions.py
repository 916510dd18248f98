"""Prints docs/many-dimensions.md: how good and how fast calibration in many dimensions is.

Run with one thread: OPENBLAS_NUM_THREADS=1 python benchmarks/many_dimensions.py [FOLDER OF SHARED DATA]
"""


# ruff: noqa: N806 - mathematics keeps its letters

import json
import sys
from collections.abc import Callable, Sequence
from functools import partial
from pathlib import Path
from time import process_time
from typing import Final, NamedTuple, TypeVar

import numpy as np

from poise.measurement import Graded, GradedItem, Prior, score
from poise.measurement.many.epem import Fit, Options, find_uncertainty, fit_many
from poise.measurement.many.eperrors import cross_products, invert_information
from poise.measurement.many.gridjudge import ProductGrid, calibrate_on_grid, count_on_grid, grid_moments
from poise.measurement.many.manyparameters import ManyParameters, draw_curves, lay_out_apart
from poise.measurement.models import FloatArray
from poise.measurement.parameters.items import Model
from poise.measurement.people.manysimulation import (
    draw_answers,
    draw_latents,
    draw_parameters,
    simulate_table,
    table_of,
)
from poise.measurement.scores.manyscoring import score_many
from poise.measurement.tabular.coding import from_array
from poise.measurement.tabular.tables import ResponseTable

T = TypeVar("T")
DATA: Final = Path(sys.argv[1] if len(sys.argv) > 1 else "../shared/data")
REPLICATIONS: Final = 20
NORMAL: Final = 1.96
CLOSE: Final = Options(tolerance=1e-6, slope_sd=1e4, intercept_sd=1e4)


class Condition(NamedTuple):
    """A made-up test on which propagation and grid are compared."""

    what: str
    dimensions: int
    each: int
    categories: int
    skew: float = 0.0
    crossed: int = 0
    correlation: float = 0.5
    persons: int = 2000
    model: Model = "graded"


CONDITIONS: Final = (
    Condition("2 items a dimension", 2, 2, 4),
    Condition("3 items", 2, 3, 4),
    Condition("5 items", 2, 5, 4),
    Condition("3 right/wrong items", 2, 3, 2),
    Condition("5 right/wrong items", 2, 5, 2),
    Condition("5 items, correlation .9", 2, 5, 4, correlation=0.9),
    Condition("5 items, skewed", 2, 5, 4, skew=1.5),
    Condition("5 right/wrong items, skewed", 2, 5, 2, skew=1.5),
    Condition("5 partial credit items", 2, 5, 4, model="gpcm"),
    Condition("3 items, two cross-loadings", 2, 3, 4, crossed=2),
    Condition("5 items, two cross-loadings", 2, 5, 4, crossed=2),
    Condition("5 right/wrong items, two cross-loadings", 2, 5, 2, crossed=2),
    Condition("3 items", 3, 3, 4, persons=1000),
    Condition("5 items", 3, 5, 4, persons=1000),
    Condition("5 items, skewed", 3, 5, 4, skew=1.5, persons=1000),
    Condition("5 items, three cross-loadings", 3, 5, 4, crossed=3, persons=1000),
)


def time(run: Callable[[], T], times: int = 3) -> tuple[T, float]:
    """Return what the function returns and the least CPU seconds of a few runs, after one to compile."""
    seconds = []
    run()
    for _ in range(times):
        began = process_time()
        result = run()
        seconds.append(process_time() - began)
    return result, min(seconds)


def rms(values: FloatArray) -> float:
    """Return the root mean square."""
    return float(np.sqrt(np.mean(np.square(values))))


def row(*cells: object) -> None:
    """Print one row of a table."""
    print("| " + " | ".join(str(cell) for cell in cells) + " |")


def head(*cells: str) -> None:
    """Print the head of a table."""
    row(*cells)
    row(*["---"] * len(cells))


def thresholds(parameters: ManyParameters) -> FloatArray:
    """Return b for items that load on one dimension."""
    single = parameters.pattern.sum(axis=1) == 1
    result: FloatArray = (-parameters.intercepts / parameters.slopes.sum(axis=1, keepdims=True))[single]
    return result


def tell_eight() -> None:
    """Print case e of the measurement notes: real figures of a set with a maximum likelihood reference."""
    table = from_array(np.loadtxt(DATA / "responses" / "sim_grm5_8dim_3000x64.csv", delimiter=",", skiprows=1))
    true = json.loads((DATA / "reference" / "sim_grm5_8dim_3000x64_true.json").read_text())
    reference = json.loads((DATA / "reference" / "sim_8dim_ml.json").read_text())
    pattern = np.arange(64)[:, None] // 8 == np.arange(8)
    fit, seconds = time(lambda: fit_many(table, pattern, "graded", Options()))
    uncertainty, error_seconds = time(lambda: find_uncertainty(fit, "scores"))
    _, score_seconds = time(lambda: score_many(table, fit.parameters))
    found, below = fit.parameters, np.tril_indices(8, -1)
    print("\n## Eight dimensions: 3,000 persons, 64 graded items with five categories\n")
    print("The reference is maximum likelihood by importance sampling, with a Monte Carlo error of .6 in loglik.\n")
    head("", "propagation", "reference")
    row("CPU s after compilation, calibration", f"**{seconds:.2f}**", f"{reference['seconds']:.0f}")
    row("CPU s, standard errors from scores", f"{error_seconds:.2f}", "")
    row("CPU s, scoring 3,000 persons", f"{score_seconds:.2f}", "")
    row("cycles, nodes", f"{fit.cycles}, {len(fit.nodes)}", "")
    row("loglik (propagation: its evidence)", f"{fit.expected.evidence:.2f}", f"{reference['loglik']:.2f}")
    a, b, R = np.array(true["a"]), np.array(true["b"]), np.array(true["R"])
    slopes, d = np.array(reference["slopes"]), np.array(reference["intercepts"])
    correlations = np.array(reference["latent_cor"])
    row("RMSE of slopes", f"{rms(found.slopes[pattern] - a):.4f}", f"{rms(slopes - a):.4f}")
    row("RMSE of thresholds", f"{rms(thresholds(found) - b):.4f}", f"{rms(-d / slopes[:, None] - b):.4f}")
    row(
        "RMSE of correlations",
        f"**{rms((found.correlations - R)[below]):.4f}**",
        f"{rms((correlations - R)[below]):.4f}",
    )
    row("largest difference, slopes", f"{np.max(np.abs(found.slopes[pattern] - slopes)):.4f}", "")
    row("largest difference, intercepts", f"{np.max(np.abs(found.intercepts - d)):.4f}", "")
    row("largest difference, correlations", f"{np.max(np.abs(found.correlations - correlations)):.4f}", "")
    raw = cross_products(draw_curves(found, fit.layout, fit.nodes), fit.chunks, fit.sites)
    ratio = invert_information(raw, found).errors.slopes[pattern] / np.array(reference["slopes_se"])
    row(
        "standard errors of slopes by uncorrected scores, ours / reference",
        f"{ratio.min():.3f} to {ratio.max():.3f}",
        "",
    )
    began = process_time()
    curved = find_uncertainty(fit, "curvature").errors.packed
    row("CPU s, standard errors from curvature", f"{process_time() - began:.1f}", "")
    ratio = uncertainty.errors.packed / curved
    row("standard errors, from scores (corrected) / from curvature", f"{ratio.min():.3f} to {ratio.max():.3f}", "")
    _tell_scores(table, fit, reference)


def _tell_scores(table: ResponseTable, fit: Fit, reference: dict[str, list[list[float]]]) -> None:
    parameters = fit.parameters
    together = score_many(table, parameters)
    apart = score_many(table, parameters, layout=lay_out_apart(parameters.pattern))
    names = tuple(str(d) for d in range(8))
    prior = Prior(names, np.zeros(8), parameters.correlations)
    items = [
        GradedItem(((names[i // 8], float(parameters.slopes[i, i // 8])),), tuple(parameters.intercepts[i].tolist()))
        for i in range(64)
    ]
    gap, exact = np.zeros(2), np.zeros(2)
    for p in range(20):
        own = table.category[table.starts[p] : table.starts[p + 1]]
        alone = score(prior, [Graded(str(i), items[i], int(k)) for i, k in enumerate(own)])
        sd = np.sqrt(np.diag(alone.covariance))
        gap = np.maximum(gap, [np.max(np.abs(alone.mean - apart.mean[p])), np.max(np.abs(sd - apart.sd[p]))])
        exact = np.maximum(exact, [np.max(np.abs(alone.mean - together.mean[p])), np.max(np.abs(sd - together.sd[p]))])
    off = np.abs(np.array(reference["eap_first20"]) - together.mean[:20]).max()
    print("\nScores of the first 20 persons, largest differences in mean and standard deviation:\n")
    print(f"- one site an item, against `poise.measurement.score`: {gap[0]:.0e}, {gap[1]:.0e}")
    print(f"- one site a dimension (the default, nearer to exact), against the same: {exact[0]:.4f}, {exact[1]:.4f}")
    print(f"- one site a dimension, against importance sampling at the reference's parameters: {off:.4f} in means")


def tell_grid(condition: Condition, seed: int) -> None:
    """Print one comparison with exact maximum likelihood on a product grid."""
    rng = np.random.default_rng(seed)
    true = draw_parameters(
        condition.dimensions, condition.each, condition.categories, rng, skew=condition.skew,
        crossed=condition.crossed, correlation=condition.correlation, model=condition.model,
    )  # fmt: skip
    table = simulate_table(true, condition.persons, rng)
    nodes = 41 if condition.dimensions == 2 else 31  # noqa: PLR2004 - a plane or a space
    fit = fit_many(table, true.pattern, condition.model, CLOSE)
    exact = calibrate_on_grid(table, true.pattern, condition.model, nodes=nodes, tolerance=1e-5)
    grid = ProductGrid.spanning(condition.dimensions, nodes, 5.5)
    here = count_on_grid(fit.parameters, table, grid).loglik
    errors = find_uncertainty(fit, "scores").errors.packed
    few = table.rows(0, 300)
    scores, (mean, covariance) = score_many(few, fit.parameters), grid_moments(fit.parameters, few, grid)
    sd = np.sqrt(np.diagonal(covariance, axis1=1, axis2=2))
    off = np.abs(fit.parameters.packed - exact.parameters.packed)
    row(
        condition.dimensions, condition.what,
        f"{np.max(np.abs(fit.parameters.slopes - exact.parameters.slopes)):.4f}",
        f"{np.nanmax(np.abs(fit.parameters.intercepts - exact.parameters.intercepts)):.4f}",
        f"{np.max(np.abs(fit.parameters.correlations - exact.parameters.correlations)):.4f}",
        f"{np.max(off / errors):.3f}", f"{exact.loglik - here:.4f}", f"{fit.expected.evidence - here:+.2f}",
        f"{np.max(np.abs(scores.mean - mean)):.4f}", f"{np.max(np.abs(scores.sd - sd)):.4f}",
    )  # fmt: skip


def tell_grids() -> None:
    """Print all comparisons with the grid."""
    print("\n## Against exact maximum likelihood on a product grid, two and three dimensions\n")
    print("Largest differences of estimates; the largest in standard errors; what log-likelihood the estimates of")
    print(
        "propagation lack; its evidence less the exact log-likelihood at the same parameters; and, for 300 persons at"
    )
    print("the same parameters, the largest differences of posterior means and standard deviations.\n")
    head(
        "dimensions",
        "test",
        "slopes",
        "intercepts",
        "correlations",
        "in SE",
        "loglik lost",
        "evidence off",
        "means",
        "SDs",
    )
    for seed, condition in enumerate(CONDITIONS):
        tell_grid(condition, seed)


def draw_twelve(rng: np.random.Generator, crossed: int = 0) -> ManyParameters:
    """Draw twelve dimensions with correlations from .2 to .7 and eight graded items each."""
    test = draw_parameters(12, 8, 5, rng, crossed=crossed)
    general = np.linspace(0.45, 0.85, 12)
    correlations = np.outer(general, general)
    np.fill_diagonal(correlations, 1.0)
    return test.unpacked(
        np.concatenate([test.slopes[test.pattern], test.intercepts.ravel(), correlations[np.tril_indices(12, -1)]])
    )


def tell_twelve() -> None:
    """Print recovery of twelve dimensions: one fit of each kind, and bias and coverage over replications."""
    print("\n## Twelve dimensions: 3,000 persons, 96 graded items with five categories\n")
    head("test", "CPU s", "cycles", "RMSE slopes", "RMSE thresholds", "RMSE correlations", "converged")
    rng = np.random.default_rng(12)
    for what, crossed, share in (
        ("all items", 0, 1.0),
        ("12 cross-loadings", 12, 1.0),
        ("40 of the 96 items each", 0, 40 / 96),
    ):
        true = draw_twelve(rng, crossed)
        table = _thin(simulate_table(true, 3000, rng), share, rng)
        fit, seconds = time(partial(fit_many, table, true.pattern, "graded", Options()), 1)
        _tell_recovery(what, fit, true, seconds)
    true = draw_twelve(rng)
    z, off = [], []
    for _ in range(REPLICATIONS):
        fit = fit_many(simulate_table(true, 3000, rng), true.pattern, "graded", Options())
        off.append(fit.parameters.packed - true.packed)
        z.append(off[-1] / find_uncertainty(fit, "scores").errors.packed)
    print(f"\nBias and coverage of 95 % intervals, {REPLICATIONS} replications of one test, all items:\n")
    head("parameters", "number", "mean bias", "largest bias of one", "coverage", "SD of z")
    loadings, intercepts = int(true.pattern.sum()), int(np.isfinite(true.intercepts).sum())
    for name, part in (
        ("slopes", slice(0, loadings)),
        ("intercepts", slice(loadings, loadings + intercepts)),
        ("correlations", slice(loadings + intercepts, None)),
    ):
        bias, scaled = np.mean(off, axis=0)[part], np.array(z)[:, part]
        row(
            name, len(bias), f"{bias.mean():+.4f}", f"{np.max(np.abs(bias)):.3f}",
            f"{np.mean(np.abs(scaled) < NORMAL):.3f}", f"{scaled.std():.3f}",
        )  # fmt: skip


def _thin(table: ResponseTable, share: float, rng: np.random.Generator) -> ResponseTable:
    kept = rng.random(len(table.item)) < share
    before = np.concatenate([[0], np.cumsum(kept)])
    return ResponseTable(table.items, table.categories, before[table.starts], table.item[kept], table.category[kept])


def _tell_recovery(what: str, fit: Fit, true: ManyParameters, seconds: float) -> None:
    found, below = fit.parameters, np.tril_indices(len(true.correlations), -1)
    row(
        what, f"{seconds:.2f}", fit.cycles, f"{rms((found.slopes - true.slopes)[true.pattern]):.4f}",
        f"{rms(thresholds(found) - thresholds(true)):.4f}",
        f"{rms((found.correlations - true.correlations)[below]):.4f}", "yes" if fit.converged else "no",
    )  # fmt: skip


def tell_growth(sizes: Sequence[int] = (3000, 12000, 48000)) -> None:
    """Print how work grows with persons."""
    print("\n## Growth: eight dimensions, 64 graded items\n")
    head("persons", "responses", "CPU s", "cycles", "CPU ms a cycle and 1,000 persons")
    rng = np.random.default_rng(8)
    true = draw_parameters(8, 8, 5, rng)
    for persons in sizes:
        table = table_of(draw_answers(true, draw_latents(true, persons, rng), rng), true.categories)
        began = process_time()
        fit = fit_many(table, true.pattern, "graded", Options())
        seconds = process_time() - began
        row(
            f"{persons:,}",
            f"{persons * 64:,}",
            f"{seconds:.2f}",
            fit.cycles,
            f"{seconds / fit.cycles / persons * 1e6:.1f}",
        )


def main() -> None:
    """Print the page."""
    print("# Many dimensions: what was measured\n")
    print("Printed by `OPENBLAS_NUM_THREADS=1 python benchmarks/many_dimensions.py`; CPU seconds on one thread after")
    print("compilation, from a table in memory, good to about 20 %. Everything here is simulated.\n")
    print("What to make of it:\n")
    print("- With one dimension an item, estimates lie within a tenth of a standard error of exact maximum likelihood,")
    print("  also with two or three items a dimension and with skew. Cross-loadings cost accuracy: about a tenth too,")
    print("  and a slope may be off by .01 to .03.")
    print("- The evidence stands in for the log-likelihood in AIC and BIC. It is mostly too low, by less than one with")
    print("  simple structure and by some tenths an item with cross-loadings at a few thousand persons. Do not choose")
    print("  between patterns of loadings on a difference of that size.")
    print("- Errors from scores are corrected for the number of persons; without that they would be 6 % too large with")
    print("  3,000 persons and 348 parameters, 11 % with 546.")
    tell_eight()
    tell_grids()
    tell_twelve()
    tell_growth()


if __name__ == "__main__":
    main()
