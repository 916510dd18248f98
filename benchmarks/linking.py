"""Prints docs/linking.md: how well calibrations are linked and drifted items are found.

Run with one thread: OPENBLAS_NUM_THREADS=1 python benchmarks/linking.py [REPLICATIONS]
"""

import sys
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path
from time import process_time
from typing import Final, NamedTuple

import numpy as np

from poise.measurement.grid.calibration import Settings, calibrate
from poise.measurement.linking.drift import DriftReport, find_drift
from poise.measurement.linking.linkfit import METHODS, Criterion
from poise.measurement.linking.linking import Scale, link_calibrations
from poise.measurement.many.epem import Options, calibrate_many
from poise.measurement.many.manyparameters import ManyParameters
from poise.measurement.models import FloatArray
from poise.measurement.parameters.items import Calibration, Model
from poise.measurement.people.manysimulation import draw_answers, draw_latents, draw_parameters, table_of
from poise.measurement.tabular.joining import join_tables
from poise.measurement.tabular.tables import ResponseTable

REPLICATIONS: Final = int(sys.argv[1]) if len(sys.argv) > 1 else 100
ITEMS: Final = 20
A: Final = 1.2
B: Final = 0.3
SIZES: Final = (500, 2000)
KINDS: Final[tuple[tuple[Model, int], ...]] = (("2pl", 2), ("graded", 4))
SHIFTS: Final = (0.3, 0.3, 0.5, 0.5)
TEXT: Final = Path(__file__).with_name("linking_page.md")


class Pair(NamedTuple):
    """Two samples and their calibrations; the second is of people further up who spread more."""

    tables: tuple[ResponseTable, ResponseTable]
    old: Calibration
    new: Calibration


def draw_pair(
    model: Model, categories: int, persons: int, rng: np.random.Generator, shifts: tuple[float, ...] = ()
) -> Pair:
    """Draw a test, let both samples answer, calibrate both; the first items become harder for the second."""
    before = draw_parameters(1, ITEMS, categories, rng, model=model)
    intercepts = before.intercepts.copy()
    for i, shift in enumerate(shifts):
        intercepts[i] -= shift * before.slopes[i, 0]
    after = replace(before, intercepts=intercepts)
    here = answer(before, draw_latents(before, persons, rng), rng)
    there = answer(after, B + A * draw_latents(after, persons, rng), rng)
    return Pair((here, there), calibrate(here, model), calibrate(there, model))


def answer(test: ManyParameters, latents: FloatArray, rng: np.random.Generator) -> ResponseTable:
    """Draw the answers of some people."""
    return table_of(draw_answers(test, latents, rng), test.categories)


def head(*cells: str) -> None:
    """Print the head of a table."""
    row(*cells)
    row(*["---"] * len(cells))


def row(*cells: object) -> None:
    """Print one row of a table."""
    print("| " + " | ".join(str(cell) for cell in cells) + " |")


def kinds() -> Iterator[tuple[Model, int, int, int]]:
    """Yield model, categories, persons and a seed for each condition."""
    for m, (model, categories) in enumerate(KINDS):
        for n, persons in enumerate(SIZES):
            yield model, categories, persons, 10 * m + n


def tell_links() -> None:
    """Print how near each method comes, and whether standard errors are the spread of links."""
    print(f"\n## The link itself: {ITEMS} common items, A = {A}, B = {B}, nothing drifts\n")
    print(
        f"{REPLICATIONS} replications of new tests; persons in each sample. The ratio is that of the root mean square"
    )
    print(
        "of the standard errors to the standard deviation of the links. Monte Carlo errors: of a mean, the SD beside it"
    )
    share = f"{1.0 / np.sqrt(2 * REPLICATIONS):.0%}"
    print(f"divided by {np.sqrt(REPLICATIONS):.0f}; of an SD and of a ratio {share} of it.\n")
    head("items", "persons", "method", "mean A", "SD of A", "SE / SD", "mean B", "SD of B", "SE / SD", "CPU ms")
    for model, categories, persons, seed in kinds():
        rng = np.random.default_rng(seed)
        pairs = [draw_pair(model, categories, persons, rng) for _ in range(REPLICATIONS)]
        for method in METHODS:
            for robust in (False, True) if method == "stocking-lord" else (False,):
                began = process_time()
                scales = [
                    link_calibrations(one.old, one.new, Criterion(method, robust=robust)).scales[0] for one in pairs
                ]
                spent = (process_time() - began) / len(pairs)
                slope, zero = np.array([one.slope for one in scales]), np.array([one.intercept for one in scales])
                slope_se = np.sqrt(np.mean([one.slope_se**2 for one in scales]))
                zero_se = np.sqrt(np.mean([one.intercept_se**2 for one in scales]))
                row(
                    name_kind(model, categories), persons, method + (", robust" if robust else ""),
                    f"{slope.mean():.3f}", f"{slope.std():.3f}", f"{slope_se / slope.std():.2f}",
                    f"{zero.mean():.3f}", f"{zero.std():.3f}", f"{zero_se / zero.std():.2f}", f"{spent * 1e3:.0f}",
                )  # fmt: skip


def name_kind(model: Model, categories: int) -> str:
    """Name a kind of items."""
    return "right/wrong" if model == "2pl" else f"graded, {categories} categories"


def tell_drift() -> None:
    """Print false alarms, finds, and what drift does to the link."""
    print(f"\n## Drift: {ITEMS} common items, test of each at level .05, items that differ leave the link\n")
    print(f"{REPLICATIONS} replications. In the rows with drift two items became harder by .3 logits of the old scale")
    print("and two by .5; false alarms are of the other sixteen. Monte Carlo errors, items taken as independent: false")
    alarms, found, ratio = np.sqrt(np.array([0.05 * 0.95 / 16.0, 0.25 / 2.0, 1.0 / 16.0]) / REPLICATIONS)
    print(
        f"alarms {alarms:.3f}, found at most {found:.3f}, chi-square / df {ratio:.3f} or less, RMSE"
        f" {1.0 / np.sqrt(2 * REPLICATIONS):.0%} of it.\n"
    )
    head(
        "items", "persons", "drift", "false alarms", "found, .3", "found, .5", "chi-square / df of the others", "CPU ms"
    )
    told: list[tuple[object, ...]] = []
    for model, categories, persons, seed in kinds():
        for shifts in ((), SHIFTS):
            rng = np.random.default_rng(100 + seed)
            pairs = [draw_pair(model, categories, persons, rng, shifts) for _ in range(REPLICATIONS)]
            began = process_time()
            reports = [find_drift(one.old, one.new) for one in pairs]
            spent = (process_time() - began) / len(pairs)
            flags = np.array([[item.drifted for item in report.items] for report in reports])
            ratio = np.mean([[item.wald / item.df for item in report.items[4:]] for report in reports])
            found = (f"{flags[:, :2].mean():.2f}", f"{flags[:, 2:4].mean():.2f}") if shifts else ("", "")
            row(
                name_kind(model, categories), persons, "four items" if shifts else "none",
                f"{flags[:, 4 if shifts else 0 :].mean():.3f}", *found, f"{ratio:.2f}", f"{spent * 1e3:.0f}",
            )  # fmt: skip
            if shifts:
                told += list(compare_links(model, categories, persons, pairs, reports))
    print("\nWhat the same drift of four items does to the link (without drift, B is .3 on average):\n")
    head("items", "persons", "link", "mean A", "mean B", "RMSE of B")
    for cells in told:
        row(*cells)


def compare_links(
    model: Model, categories: int, persons: int, pairs: list[Pair], reports: list[DriftReport]
) -> Iterator[tuple[object, ...]]:
    """Yield what becomes of the link when items drift, with and without protection."""
    ways = {
        "all items": [link_calibrations(one.old, one.new).scales[0] for one in pairs],
        "robust weights": [link_calibrations(one.old, one.new, Criterion(robust=True)).scales[0] for one in pairs],
        "drifted items left out": [report.link.scales[0] for report in reports],
    }
    for way, scales in ways.items():
        slope, zero = np.array([one.slope for one in scales]), np.array([one.intercept for one in scales])
        error = np.sqrt(np.mean((zero - B) ** 2))
        yield (name_kind(model, categories), persons, way, f"{slope.mean():.3f}", f"{zero.mean():.3f}", f"{error:.3f}")


def tell_other_ways() -> None:
    """Print what link, anchors and one calibration of both tables find of the second sample."""
    print("\n## Link, fixed anchors, one calibration of both tables\n")
    print(
        f"Mean and standard deviation of the second sample on the scale of the first (true: {B}, {A}); {ITEMS} graded"
    )
    print(f"items with 4 categories, all common, 1,000 persons a sample, {REPLICATIONS} replications.\n")
    head("way", "mean of A", "SD of A", "mean of B", "SD of B")
    rng = np.random.default_rng(7)
    found: dict[str, list[tuple[float, float]]] = {}
    for _ in range(REPLICATIONS):
        pair = draw_pair("graded", 4, 1000, rng)
        scale = link_calibrations(pair.old, pair.new).scales[0]
        found.setdefault("link (Stocking-Lord)", []).append((scale.slope, scale.intercept))
        anchors = {item.key: (item.loadings[0][1], item.intercepts) for item in pair.old.items}
        held = calibrate(pair.tables[1], settings=Settings(anchors=anchors, standard_errors=False))
        found.setdefault("all items anchored", []).append((float(held.sds[0, 0]), float(held.means[0, 0])))
        both = calibrate(join_tables(*pair.tables), settings=Settings(free_sds=True, standard_errors=False))
        found.setdefault("one calibration of both", []).append((float(both.sds[1, 0]), float(both.means[1, 0])))
    for way, numbers in found.items():
        slope, zero = np.array(numbers).T
        row(way, f"{slope.mean():.3f}", f"{slope.std():.3f}", f"{zero.mean():.3f}", f"{zero.std():.3f}")


def tell_many() -> None:
    """Print links and anchors in eight correlated dimensions."""
    print("\n## Eight correlated dimensions, 64 graded items with five categories, 3,000 persons a sample\n")
    print(
        "One pair of samples; the second has means from -.7 to .7 and standard deviations from .7 to 1.3. Errors are of"
    )
    print("the eight means and the eight standard deviations.\n")
    rng = np.random.default_rng(8)
    true = draw_parameters(8, 8, 5, rng)
    means, sds = np.linspace(-0.7, 0.7, 8), np.linspace(0.7, 1.3, 8)
    here = answer(true, draw_latents(true, 3000, rng), rng)
    there = answer(true, means + draw_latents(true, 3000, rng) * sds, rng)
    old, new = calibrate_many(here, true.pattern), calibrate_many(there, true.pattern)
    head("way", "CPU s", "cycles", "RMSE of means", "RMSE of sds")
    began = process_time()
    scales = link_calibrations(old, new).scales
    report_many("link of each dimension", process_time() - began, "", scales_of(scales), (means, sds))
    for way, every in (("half of the items anchored", 2), ("all items anchored", 1)):
        anchors = {item.key: (dict(item.loadings), item.intercepts) for item in old.items[::every]}
        began = process_time()
        held = calibrate_many(there, true.pattern, anchors=anchors, errors="none")
        report_many(way, process_time() - began, held.iterations, (held.means[0], held.sds[0]), (means, sds))
    began = process_time()
    options = Options(free_sds=True)
    both = calibrate_many(join_tables(here, there), true.pattern, options=options, errors="none")
    report_many(
        "one calibration of both", process_time() - began, both.iterations, (both.means[1], both.sds[1]), (means, sds)
    )


def scales_of(scales: tuple[Scale, ...]) -> tuple[FloatArray, FloatArray]:
    """Return intercepts and slopes of links."""
    return np.array([one.intercept for one in scales]), np.array([one.slope for one in scales])


def report_many(
    way: str, seconds: float, cycles: object, found: tuple[FloatArray, FloatArray], true: tuple[FloatArray, FloatArray]
) -> None:
    """Print one way of finding eight means and standard deviations."""
    errors = [np.sqrt(np.mean((one - other) ** 2)) for one, other in zip(found, true, strict=True)]
    row(way, f"{seconds:.2f}", cycles, *(f"{error:.3f}" for error in errors))


def main() -> None:
    """Print the page."""
    print(TEXT.read_text(encoding="utf-8").rstrip("\n"))
    for tell in (tell_links, tell_drift, tell_other_ways, tell_many):
        tell()


if __name__ == "__main__":
    main()
