"""Prints the tables of docs/forced-choice.md: blocks, readings and raters calibrated together.

Run with one thread: OPENBLAS_NUM_THREADS=1 python benchmarks/blocks.py [forms cover grid readings raters]
"""

import sys
from collections.abc import Sequence
from dataclasses import replace
from time import process_time
from typing import Final, NamedTuple

import numpy as np

from poise.measurement.joint.jointdata import JointBlock, JointItem, JointStatement, JointTable
from poise.measurement.joint.jointem import JointFit, calibrate_joint, find_fit_uncertainty, fit_joint, orient
from poise.measurement.joint.jointjudge import JointJudge
from poise.measurement.joint.jointparameters import JointParameters
from poise.measurement.joint.jointsimulation import (
    draw_blocks,
    draw_joint_answers,
    draw_joint_latents,
    draw_joint_parameters,
)
from poise.measurement.joint.jointstep import JointOptions
from poise.measurement.many.gridjudge import ProductGrid
from poise.measurement.models import FloatArray
from poise.measurement.observing import Task
from poise.measurement.scores.jointscoring import score_joint

TWELVE: Final = tuple(f"q{d + 1}" for d in range(12))
PERSONS: Final = 2000
REPLICATIONS: Final = 10
NORMAL: Final = 1.96
OPTIONS: Final = JointOptions()
CLOSE: Final = JointOptions(tolerance=1e-6, slope_sd=1e4, intercept_sd=1e4)


def tell(columns: Sequence[str], rows: Sequence[Sequence[str]]) -> None:
    """Print a table."""
    print("| " + " | ".join(columns) + " |\n|" + " --- |" * len(columns))
    for row in rows:
        print("| " + " | ".join(row) + " |")
    print(flush=True)


class Form(NamedTuple):
    """A made-up test of blocks: so many of a size, a share keyed negatively, and single ratings beside them."""

    what: str
    blocks: int
    size: int
    task: Task = "rank"
    negative: float = 0.0
    ratings: int = 0


FORMS: Final = (
    Form("40 triplets, all statements positive", 40, 3),
    Form("40 triplets, 3 statements in 10 negative", 40, 3, negative=0.3),
    Form("40 triplets, all positive, and 24 single ratings", 40, 3, ratings=24),
    Form("60 pairs, 3 in 10 negative", 60, 2, negative=0.3),
    Form("30 quads ranked, 3 in 10 negative", 30, 4, negative=0.3),
    Form("30 quads most and least, 3 in 10 negative", 30, 4, "most_least", 0.3),
)


class Drawn(NamedTuple):
    """Truth, latents and answers."""

    truth: JointParameters
    latents: FloatArray
    table: JointTable


def draw(form: Form, seed: int, people: int = 0) -> Drawn:
    """Draw a test and people; other people take the same test where `people` differs."""
    rng = np.random.default_rng(seed)
    ratings = tuple(JointItem(f"r{k + 1}", (TWELVE[k % 12],), 5) for k in range(form.ratings))
    blocks = draw_blocks(form.blocks, form.size, TWELVE, form.task)
    asked: tuple[JointItem | JointBlock, ...] = (*blocks, *ratings)
    truth = orient(draw_joint_parameters(asked, TWELVE, rng, negative=form.negative, correlation=0.5))
    rng = np.random.default_rng((seed, people))
    latents = draw_joint_latents(truth, np.zeros(PERSONS, dtype=np.int64), rng)
    return Drawn(truth, latents, draw_joint_answers(truth, latents, rng))


def rmse(a: FloatArray, b: FloatArray) -> float:
    """Return the root of the mean squared difference."""
    return float(np.sqrt(np.mean((a - b) ** 2)))


def reliability(estimate: FloatArray, truth: FloatArray) -> float:
    """Return the squared correlation."""
    return float(np.corrcoef(estimate, truth)[0, 1] ** 2)


def below(matrix: FloatArray) -> FloatArray:
    """Return what stands below the diagonal."""
    return matrix[np.tril_indices(len(matrix), -1)]


def compare_forms() -> None:
    """Print what calibration and scores of each form are worth."""
    rows = []
    for form in FORMS:
        truth, latents, table = draw(form, 1)
        calibrate_joint(table.part(0, 50), options=JointOptions(most_cycles=2))
        began = process_time()
        fit = fit_joint(table, OPTIONS)
        fitted = process_time()
        find_fit_uncertainty(fit, table, "scores", OPTIONS)
        known = process_time()
        scores = score_joint(table, fit.parameters)
        scored = process_time()
        found, slope = orient(fit.parameters, truth.loadings), truth.layout.slope
        scores = score_joint(table, found) if found is not fit.parameters else scores
        of_items = reliability_of_qualities(scores.mean, latents)
        level = reliability(scores.mean.mean(axis=1), latents.mean(axis=1))
        rows.append([
            form.what, f"{fitted - began:.1f}", f"{known - fitted:.1f}", f"{scored - known:.1f}", str(fit.cycles),
            "yes" if fit.converged else "no", f"{rmse(found.values[slope], truth.values[slope]):.3f}",
            str(int(np.sum(np.sign(found.values[slope]) != np.sign(truth.values[slope])))),
            f"{rmse(found.values[~slope], truth.values[~slope]):.3f}",
            f"{rmse(below(found.correlations), below(truth.correlations)):.3f}", f"{of_items:.2f}", f"{level:.2f}",
        ])  # fmt: skip
    tell(
        ["form", "CPU s", "errors, CPU s", "scores, CPU s", "cycles", "converged", "RMSE loadings", "wrong signs",
         "RMSE intercepts", "RMSE correlations", "reliability of a quality", "of the level"], rows,
    )  # fmt: skip


def reliability_of_qualities(estimate: FloatArray, truth: FloatArray) -> float:
    """Return the mean squared correlation over the qualities."""
    return float(np.mean([reliability(estimate[:, d], truth[:, d]) for d in range(truth.shape[1])]))


def cover() -> None:
    """Print bias and coverage over replications of one test."""
    form = FORMS[1]
    off, hit, z = [], [], []
    truth = draw(form, 1).truth
    for people in range(1, REPLICATIONS + 1):
        table = draw(form, 1, people).table
        fit = fit_joint(table, OPTIONS)
        errors = find_fit_uncertainty(fit, table, "scores", OPTIONS).errors.packed
        off.append(orient(fit.parameters, truth.loadings).packed - truth.packed)
        hit.append(np.abs(off[-1]) < NORMAL * errors)
        z.append(off[-1] / errors)
    slope, n = truth.layout.slope, len(truth.values)
    kinds = {
        "loadings": np.flatnonzero(slope),
        "intercepts": np.flatnonzero(~slope),
        "correlations": np.arange(n, len(truth.packed)),
    }
    rows = [
        [
            name, str(len(places)), f"{np.mean(np.array(off)[:, places]):+.4f}",
            f"{np.max(np.abs(np.mean(np.array(off)[:, places], axis=0))):.3f}",
            f"{np.mean(np.array(hit)[:, places]):.3f}", f"{np.std(np.array(z)[:, places]):.3f}",
        ]
        for name, places in kinds.items()
    ]  # fmt: skip
    tell(["parameters", "number", "mean bias", "largest bias of one", "coverage", "SD of z"], rows)


def compare_readings() -> None:
    """Print what readings through a confusion matrix do to a calibration, and what the label read does."""
    rng = np.random.default_rng(4)
    asked = tuple(JointItem(f"i{k + 1}", (TWELVE[k % 3],), 5) for k in range(18))
    truth = draw_joint_parameters(asked, TWELVE[:3], rng, correlation=0.5)
    latents = draw_joint_latents(truth, np.zeros(2000, dtype=np.int64), rng)
    table = draw_joint_answers(truth, latents, rng)
    gap = np.abs(np.subtract.outer(np.arange(5), np.arange(5)))
    confusion = np.exp(-1.1 * gap)
    confusion /= confusion.sum(axis=1, keepdims=True)
    label = np.sum(rng.random((len(table.answer), 1)) > confusion.cumsum(axis=1)[table.answer][:, :-1], axis=1)
    read = replace(table, answer=np.full(len(label), -1), reading=label, weights=confusion.T)
    rows = []
    for what, own in (
        ("the true categories", table),
        ("readings with their weights", read),
        ("the label read, taken for true", replace(table, answer=label)),
    ):
        fit = fit_joint(own, OPTIONS)
        slope = truth.layout.slope
        scores = score_joint(own, fit.parameters)
        ratio = fit.parameters.values[slope] / truth.values[slope]
        inside = np.abs(scores.mean - latents) < NORMAL * scores.sd
        rows.append([
            what, f"{np.mean(ratio):.2f}", f"{rmse(fit.parameters.values[slope], truth.values[slope]):.3f}",
            f"{np.mean(below(fit.parameters.correlations)):.3f}",
            f"{reliability_of_qualities(scores.mean, latents):.2f}", f"{np.mean(inside):.3f}",
        ])  # fmt: skip
    print(f"A reading is right in {np.mean(np.diag(confusion)):.0%} of cases. The true correlation is .5.\n")
    tell(
        ["calibrated from", "mean loading over the true one", "RMSE loadings", "mean correlation", "reliability",
         "coverage of scores"], rows,
    )  # fmt: skip


def compare_raters() -> None:
    """Print how well severities and consistencies of raters are recovered."""
    rows = []
    for persons in (500, 2000):
        rng = np.random.default_rng(5)
        asked = tuple(JointItem(f"i{k + 1}", (TWELVE[k % 2],), 5) for k in range(8))
        truth = draw_joint_parameters(asked, TWELVE[:2], rng, raters=50)
        rater = np.concatenate([np.repeat(rng.choice(50, 2, replace=False), 8) for _ in range(persons)])
        template = JointTable(
            asked, TWELVE[:2], np.arange(persons + 1) * 16, np.tile(np.arange(8), persons * 2),
            np.zeros(persons * 16, dtype=np.int16), rater=rater, raters=truth.layout.raters,
        )  # fmt: skip
        latents = draw_joint_latents(truth, np.zeros(persons, dtype=np.int64), rng)
        table = draw_joint_answers(truth, latents, rng, template)
        began = process_time()
        fit = fit_joint(table, OPTIONS)
        took = process_time() - began
        errors = find_fit_uncertainty(fit, table, "scores", OPTIONS).errors
        off = fit.parameters.severity - (truth.severity - fit.ratings @ truth.severity / fit.ratings.sum())
        logs = fit.parameters.log_consistency - truth.log_consistency
        ignored = score_joint(replace(table, rater=None, raters=()), fit_without_raters(table).parameters)
        heeded = score_joint(table, fit.parameters)
        rows.append([
            f"{persons:,}", f"{took:.1f}", f"{np.sqrt(np.mean(off**2)):.3f} of {np.std(truth.severity):.2f}",
            f"{np.sqrt(np.mean(logs**2)):.3f} of {np.std(truth.log_consistency):.2f}",
            f"{np.mean(np.abs(off) < NORMAL * errors.severity):.2f}",
            f"{np.mean(np.abs(logs) < NORMAL * errors.log_consistency):.2f}",
            f"{reliability_of_qualities(heeded.mean, latents):.3f}",
            f"{reliability_of_qualities(ignored.mean, latents):.3f}",
        ])  # fmt: skip
    tell(
        ["persons", "CPU s", "RMSE severity, of its SD", "RMSE log consistency, of its SD", "coverage, severity",
         "coverage, consistency", "reliability of scores", "with raters ignored"], rows,
    )  # fmt: skip


def fit_without_raters(table: JointTable) -> JointFit:
    """Fit the same ratings as if nobody in particular had given them."""
    return fit_joint(replace(table, rater=None, raters=()), OPTIONS)


def compare_with_grid() -> None:
    """Print how far the engine is from exact maximum likelihood in two dimensions."""
    rows = []
    for what, asked in small_tests().items():
        rng = np.random.default_rng(1)
        truth = draw_joint_parameters(asked, ("a", "b"), rng, negative=0.4)
        latents = draw_joint_latents(truth, np.zeros(500, dtype=np.int64), rng)
        table = draw_joint_answers(truth, latents, rng)
        fit = fit_joint(table, CLOSE)
        errors = find_fit_uncertainty(fit, table, "scores", CLOSE).errors.packed
        judge = JointJudge(table, ProductGrid.spanning(2, 27, 5.5))
        exact = judge.climb(fit.parameters)
        here, _, posterior = judge.look(fit.parameters)
        points = judge.grid.points
        mean = posterior @ points
        sd = np.sqrt(posterior @ points**2 - mean**2)
        scores = score_joint(table, fit.parameters)
        off = np.abs(exact.parameters.packed - fit.parameters.packed)
        slope, n = truth.layout.slope, len(truth.values)
        inner = off / np.maximum(errors, 1e-9)
        rows.append([
            what, f"{np.max(off[:n][slope]):.3f}", f"{np.max(off[:n][~slope]):.3f}", f"{np.max(off[n:]):.3f}",
            f"{np.max(inner):.2f}", f"{np.sqrt(np.mean(inner**2)):.2f}", f"{exact.loglik - here:.2f}",
            f"{fit.expected.evidence - here:+.1f}",
            f"{rmse(scores.mean, mean):.3f}, {np.max(np.abs(scores.mean - mean)):.3f}",
            f"{rmse(scores.sd, sd):.3f}, {np.max(np.abs(scores.sd - sd)):.3f}",
        ])  # fmt: skip
    tell(
        ["test", "loadings", "intercepts", "correlation", "in SE: largest", "in SE: RMS", "loglik lost", "evidence off",
         "means: RMS, largest", "SDs: RMS, largest"], rows,
    )  # fmt: skip


def small_tests() -> dict[str, tuple[JointItem | JointBlock, ...]]:
    """Return tests on two dimensions that can be told by themselves."""

    def block(key: str, loads: str, task: Task = "rank") -> JointBlock:
        return JointBlock(key, tuple(JointStatement(f"{key}.{j}", (d,)) for j, d in enumerate(loads)), task)

    triplets = tuple(block(f"t{b}", ("aab", "abb", "bab", "bba")[b % 4]) for b in range(8))
    ratings = tuple(JointItem(f"i{k}", ("ab"[k % 2],), 5) for k in range(6))
    return {
        "8 triplets": triplets,
        "16 triplets": tuple(block(f"t{b}", ("aab", "abb", "bab", "bba")[b % 4]) for b in range(16)),
        "8 triplets, 6 ratings": (*triplets, *ratings),
        "6 quads ranked": tuple(block(f"q{b}", ("aabb", "abab", "abba")[b % 3]) for b in range(6)),
        "8 quads most and least": tuple(
            block(f"q{b}", ("aabb", "abab", "abba")[b % 3], "most_least") for b in range(8)
        ),
        "12 pairs, 6 ratings": (*(block(f"p{b}", "ab") for b in range(12)), *ratings),
    }


SECTIONS: Final = {
    "forms": (f"Twelve qualities, {PERSONS:,} persons", compare_forms),
    "cover": (f"Bias and coverage: 40 triplets, 3 in 10 negative, {REPLICATIONS} replications", cover),
    "grid": ("Against exact maximum likelihood on a grid, two qualities, 500 persons", compare_with_grid),
    "readings": ("Readings: 18 items with five categories, 3 qualities, 2,000 persons", compare_readings),
    "raters": ("Raters: 50, two for each person, 8 items with five categories", compare_raters),
}

if __name__ == "__main__":
    for name in sys.argv[1:] or SECTIONS:
        title, section = SECTIONS[name]
        print(f"## {title}\n")
        section()
