"""Calibration of blocks, items, raters and readings together: against the grid, against the truth, against itself."""

import json
from dataclasses import replace
from functools import cache

import numpy as np
import pytest

from poise.measurement.joint.jointdata import JointBlock, JointItem, JointStatement, JointTable
from poise.measurement.joint.jointem import JointFit, calibrate_joint, find_fit_uncertainty, fit_joint
from poise.measurement.joint.jointjudge import JointJudge
from poise.measurement.joint.jointparameters import JointParameters
from poise.measurement.joint.jointsimulation import (
    draw_blocks,
    draw_joint_answers,
    draw_joint_latents,
    draw_joint_parameters,
)
from poise.measurement.joint.jointstep import JointOptions, expect_all
from poise.measurement.many.epem import Options, calibrate_many
from poise.measurement.many.gridjudge import ProductGrid
from poise.measurement.models import FloatArray
from poise.measurement.observing import GradedScale
from poise.measurement.parameters.items import KnownParameters
from poise.measurement.scores.jointscoring import recall_joint, score_joint
from poise.measurement.tabular.tables import BadTableError, ResponseTable

CLOSE = JointOptions(tolerance=1e-6, slope_sd=1e4, intercept_sd=1e4)
SIX = ("a", "b", "c", "d", "e", "f")


def block(key: str, *loads: str) -> JointBlock:
    return JointBlock(key, tuple(JointStatement(f"{key}.{j}", tuple(on)) for j, on in enumerate(loads)))


def simulate(parameters: JointParameters, persons: int, seed: int = 2) -> tuple[FloatArray, JointTable]:
    rng = np.random.default_rng(seed)
    latents = draw_joint_latents(parameters, np.zeros(persons, np.int64), rng)
    return latents, draw_joint_answers(parameters, latents, rng)


@cache
def forced_choice() -> tuple[JointParameters, FloatArray, JointTable, JointFit]:
    """Six dimensions, 24 triplets, 3 statements in 10 keyed negatively, nobody told which."""
    truth = draw_joint_parameters(draw_blocks(20, 3, SIX), SIX, np.random.default_rng(3), negative=0.3)
    latents, table = simulate(truth, 1000)
    return truth, latents, table, fit_joint(table, JointOptions())


def test_signs_loadings_and_correlations_of_blocks_are_recovered_without_being_told() -> None:
    truth, latents, table, fit = forced_choice()
    assert fit.converged
    slope, found = truth.layout.slope, fit.parameters
    side = np.sign(np.sum(truth.loadings * found.loadings, axis=0))
    values = found.values * np.where(slope, side[truth.layout.dimension], 1.0)
    np.testing.assert_array_equal(np.sign(values[slope]), np.sign(truth.values[slope]))
    uncertainty = find_fit_uncertainty(fit, table, "scores", JointOptions())
    errors = uncertainty.errors
    z = (values - truth.values) / errors.values
    assert 0.85 < np.std(z[slope]) < 1.15
    assert 0.85 < np.std(z[~slope]) < 1.15
    below = np.tril_indices(6, -1)
    off = (found.correlations * np.outer(side, side) - truth.correlations)[below] / errors.correlations[below]
    assert 0.5 < np.std(off) < 1.5
    assert uncertainty.notes == ()
    scores = score_joint(table, found)
    assert scores.converged
    standard = (scores.mean * side - latents) / scores.sd
    assert 0.95 < np.std(standard) < 1.05
    np.testing.assert_allclose([found.intercepts(i).sum() for i in range(20)], 0.0, atol=1e-9)


def test_triplets_in_two_dimensions_against_exact_maximum_likelihood() -> None:
    asked = tuple(block(f"t{b}", *("aab", "abb", "bab", "bba")[b % 4]) for b in range(8))
    truth = draw_joint_parameters(asked, ("a", "b"), np.random.default_rng(1), negative=0.4)
    _, table = simulate(truth, 400)
    fit = fit_joint(table, CLOSE)
    assert fit.converged
    judge = JointJudge(table, ProductGrid.spanning(2, 25, 5.5))
    exact = judge.climb(fit.parameters)
    assert exact.converged
    assert 0.0 <= exact.loglik - judge.look(fit.parameters)[0] < 0.3
    errors = find_fit_uncertainty(fit, table, "scores", CLOSE).errors.packed
    assert np.max(np.abs(exact.parameters.packed - fit.parameters.packed) / errors) < 0.4
    assert abs(fit.expected.evidence - exact.loglik) < 0.02 * table.size


def test_the_judge_knows_its_own_derivative() -> None:
    asked = (block("one", "a", "b", "a"), JointItem("two", ("b",), 3), JointItem("three", ("a", "b"), 4, "gpcm"))
    truth = draw_joint_parameters(asked, ("a", "b"), np.random.default_rng(4))
    _, table = simulate(truth, 20)
    judge, point = JointJudge(table, ProductGrid.spanning(2, 25, 5.5)), truth.packed
    _, gradient, _ = judge.look(truth)
    for j in range(len(point)):
        ends = [judge.look(truth.unpacked(point + sign * 1e-5 * np.eye(len(point))[j]))[0] for sign in (1.0, -1.0)]
        np.testing.assert_allclose(gradient[j], (ends[0] - ends[1]) / 2e-5, atol=1e-5)


def test_at_the_end_the_evidence_rises_no_further() -> None:
    _, _, table, fit = forced_choice()
    best, point = fit.expected.evidence, fit.parameters.packed
    rng = np.random.default_rng(5)
    for _ in range(2):
        moved = fit.parameters.unpacked(point + 0.02 * rng.standard_normal(len(point)))
        expected, _ = expect_all(moved, table.weights, fit.chunks, fit.sites, 4)
        assert expected.evidence < best


@pytest.mark.parametrize("model", ["graded", "gpcm"])
def test_items_alone_are_those_of_the_engine_for_items(model: str) -> None:
    asked = tuple(JointItem(f"i{k}", (SIX[k % 2],), 4, "graded" if model == "graded" else "gpcm") for k in range(10))
    truth = draw_joint_parameters(asked, SIX[:2], np.random.default_rng(6))
    _, table = simulate(truth, 800)
    joint = calibrate_joint(table)
    plain = ResponseTable(tuple(one.key for one in asked), np.full(10, 4), table.starts, table.item, table.answer)
    pattern = {name: [one.key for one in asked if name in one.dimensions] for name in SIX[:2]}
    known = calibrate_many(plain, pattern, "graded" if model == "graded" else "gpcm", options=Options())
    for ours, theirs in zip(joint.items, known.items, strict=True):
        np.testing.assert_allclose(ours.loadings[0][1], theirs.loadings[0][1], atol=0.02)
        np.testing.assert_allclose(ours.intercepts, theirs.intercepts, atol=0.02)
        np.testing.assert_allclose(ours.loadings_se, theirs.loadings_se, rtol=0.03)
        np.testing.assert_allclose(ours.thresholds_se, theirs.thresholds_se, rtol=0.03)
    np.testing.assert_allclose(joint.correlations, known.correlations, atol=0.005)
    assert joint.parameters == known.parameters


def test_everything_at_once_with_groups() -> None:
    asked: tuple[JointItem | JointBlock, ...] = (
        *draw_blocks(6, 3, SIX[:3]),
        JointBlock("ends", tuple(JointStatement(f"e{j}", (SIX[j % 3],)) for j in range(4)), "most_least"),
        *(JointItem(f"g{k}", (SIX[k % 3], "method"), 4) for k in range(6)),
        *(JointItem(f"p{k}", (SIX[k % 3],), 3, "gpcm") for k in range(3)),
    )
    dimensions = (*SIX[:3], "method")
    truth = draw_joint_parameters(asked, dimensions, np.random.default_rng(7), independent=("method",))
    truth = replace(truth, means=np.array([[0.0] * 4, [0.6, -0.4, 0.0, 0.3]]))
    rng = np.random.default_rng(8)
    group = np.arange(1200) % 2
    table = draw_joint_answers(truth, draw_joint_latents(truth, group, rng), rng)
    table = replace(table, group=group, groups=("one", "two"))
    found = calibrate_joint(table)
    assert found.converged
    np.testing.assert_allclose(found.means[1], truth.means[1], atol=0.25)
    z = (found.means[1] - truth.means[1]) / found.means_se[1]
    assert np.max(np.abs(z)) < 3.0
    assert np.all(found.correlations[:3, 3] == 0.0)
    assert found.parameters == len(truth.packed) - 7


def rate(persons: int = 300, raters: int = 12) -> tuple[JointParameters, JointTable]:
    """Every person is rated on four items by three raters."""
    asked = tuple(JointItem(f"i{k}", ("a",), 4) for k in range(4))
    rng = np.random.default_rng(10)
    truth = draw_joint_parameters(asked, ("a",), rng, raters=raters)
    rater = np.concatenate([np.repeat(rng.choice(raters, 3, replace=False), 4) for _ in range(persons)])
    template = JointTable(
        asked, ("a",), np.arange(persons + 1) * 12, np.tile(np.arange(4), persons * 3), np.zeros(persons * 12, int),
        rater=rater, raters=truth.layout.raters,
    )  # fmt: skip
    latents = draw_joint_latents(truth, np.zeros(persons, np.int64), rng)
    return truth, draw_joint_answers(truth, latents, rng, template)


def test_raters_are_recovered_and_told_on_a_fixed_origin() -> None:
    truth, table = rate()
    found = calibrate_joint(table)
    assert found.converged
    severity = np.array([one.severity for one in found.raters])
    consistency = np.log([one.consistency for one in found.raters])
    assert table.rater is not None
    ratings = np.bincount(table.rater)
    assert abs(ratings @ severity) < 1e-6 * ratings.sum()
    assert abs(consistency.sum()) < 1e-6
    off = severity - (truth.severity - ratings @ truth.severity / ratings.sum())
    z = np.concatenate([
        off / [one.severity_se for one in found.raters],
        (consistency - truth.log_consistency) / [one.consistency_se / one.consistency for one in found.raters],
    ])  # fmt: skip
    assert np.max(np.abs(z)) < 3.5
    assert 0.6 < np.std(z) < 1.4
    assert np.corrcoef(severity, truth.severity)[0, 1] > 0.95


def test_calibration_from_readings_is_not_biased_as_from_the_label_read() -> None:
    asked = tuple(JointItem(f"i{k}", (SIX[k % 2],), 3) for k in range(6))
    truth = draw_joint_parameters(asked, SIX[:2], np.random.default_rng(11))
    _, table = simulate(truth, 1500)
    confusion = np.array([[0.8, 0.15, 0.05], [0.15, 0.7, 0.15], [0.05, 0.15, 0.8]])
    rng = np.random.default_rng(12)
    label = np.sum(rng.random((len(table.answer), 1)) > confusion.cumsum(axis=1)[table.answer][:, :-1], axis=1)
    # what is read of true category k is the column of the label; p / pi is proportional to it
    read = replace(
        table, answer=np.full(len(label), -1), reading=label, weights=confusion.T / confusion.sum(axis=0)[:, None]
    )
    from_readings, from_labels = calibrate_joint(read), calibrate_joint(replace(table, answer=label))
    true = truth.values[truth.layout.slope]
    ours = np.array([one.loadings[0][1] for one in from_readings.items])
    naive = np.array([one.loadings[0][1] for one in from_labels.items])
    errors = np.array([one.loadings_se[0] for one in from_readings.items])
    assert np.max(np.abs(ours - true) / errors) < 3.0
    assert np.mean(naive / true) < 0.8
    assert abs(np.mean(ours / true) - 1.0) < 0.1
    assert abs(from_readings.correlations[1, 0] - truth.correlations[1, 0]) < 3 * from_readings.correlations_se[1, 0]


def test_chunks_add_and_a_weight_of_two_is_two_persons() -> None:
    truth = draw_joint_parameters(draw_blocks(8, 3, SIX[:4]), SIX[:4], np.random.default_rng(13), negative=0.3)
    _, table = simulate(truth, 200)
    whole = calibrate_joint(table)
    cut = calibrate_joint(table, options=JointOptions(chunk=60))
    assert abs(whole.loglik - cut.loglik) < 1e-6
    np.testing.assert_allclose(whole.correlations, cut.correlations, atol=1e-6)
    rows = np.concatenate([np.arange(table.size), np.arange(60)])
    twice = replace(
        table, starts=np.arange(261) * 8, item=table.item.reshape(-1, 8)[rows].ravel(),
        answer=table.answer.reshape(-1, 8)[rows].ravel(),
    )  # fmt: skip
    weighted = calibrate_joint(replace(table, weight=np.where(np.arange(200) < 60, 2.0, 1.0)))
    doubled = calibrate_joint(twice)
    assert abs(weighted.loglik - doubled.loglik) < 1e-4
    np.testing.assert_allclose(weighted.correlations, doubled.correlations, atol=1e-4)


def test_what_was_stored_scores_as_what_was_found() -> None:
    _, _, table, fit = forced_choice()
    found = calibrate_joint(table, errors="none", start=fit.parameters)
    told = json.loads(json.dumps(found.as_dict()))
    entry = told["items"]["b1s1"]
    assert entry["model"] == "blocks"
    assert entry["block"] == "b1"
    assert told["blocks"]["b1"] == {"statements": ["b1s1", "b1s2", "b1s3"], "task": "rank"}
    known = KnownParameters.from_dict(told)
    np.testing.assert_allclose(recall_joint(known).packed, fit.parameters.packed, atol=2e-4)
    some = table.part(0, 50)
    np.testing.assert_allclose(score_joint(some, known).mean, score_joint(some, recall_joint(known)).mean, atol=1e-12)
    # a test with fewer blocks, in another order
    keep = [5, 2]
    own = np.isin(some.item, keep)
    fewer = replace(
        some, asked=tuple(table.asked[i] for i in keep), starts=np.arange(51) * 2, answer=some.answer[own],
        item=np.array([keep.index(i) for i in some.item[own]]),
    )  # fmt: skip
    same = replace(some, starts=np.arange(51) * 2, answer=some.answer[own], item=some.item[own])
    np.testing.assert_allclose(score_joint(fewer, known).mean, score_joint(same, known).mean, atol=1e-12)
    nobody = replace(fewer, starts=np.array([0, 0]), item=np.zeros(0, int), answer=np.zeros(0, int))
    np.testing.assert_allclose(score_joint(nobody, known).covariance[0], known.correlations, atol=1e-9)


def test_what_answers_cannot_tell_is_said_in_words() -> None:
    # The difference of two dimensions is all that such pairs depend on: their axes may be turned at will.
    asked = tuple(block(f"p{b}", "a", "b") for b in range(6))
    truth = draw_joint_parameters(asked, ("a", "b"), np.random.default_rng(14), negative=0.5)
    _, table = simulate(truth, 400)
    found = calibrate_joint(table, options=JointOptions(most_cycles=40))
    [note] = [note for note in found.notes if "do not tell" in note]
    assert "the loading of 'p" in note
    within: tuple[JointItem | JointBlock, ...] = (
        *(block(f"w{b}", "a", "a", "a") for b in range(4)),
        *(JointItem(f"i{k}", ("a",), 3) for k in range(3)),
    )
    truth = draw_joint_parameters(within, ("a",), np.random.default_rng(15), negative=0.5)
    _, table = simulate(truth, 400)
    found = calibrate_joint(table)
    assert found.converged
    assert sum("only differences between their loadings" in note for note in found.notes) == 4
    for one in found.blocks:
        assert abs(sum(a for statement in one.statements for _, a in statement.loadings)) < 1e-6


@pytest.mark.parametrize(
    ("change", "complaint"),
    [
        ({"starts": np.zeros(1, int), "item": np.zeros(0, int), "answer": np.zeros(0, int)}, "nobody answered"),
        ({"dimensions": (*SIX, "g")}, "dimension 'g': 0 items or statements"),
        ({"raters": ("r1",)}, "rater 'r1' rated nothing"),
    ],
)
def test_what_cannot_be_calibrated_is_refused(change: dict[str, object], complaint: str) -> None:
    _, _, table, _ = forced_choice()
    with pytest.raises(BadTableError, match=complaint):
        calibrate_joint(replace(table, **change))  # type: ignore[arg-type]


def test_a_table_that_does_not_fit_is_refused_with_all_its_faults() -> None:
    asked = (JointItem("i", ("a",), 3), block("b", "a", "z"), JointItem("i", ("a",), 2))
    with pytest.raises(BadTableError) as caught:
        JointTable(asked, ("a",), np.array([0, 3]), np.arange(3), np.array([3, 0, 1]), rater=np.array([-1, 0, -1]))
    told = str(caught.value)
    for part in ("'i' names 2 things", "loads on z", "'i': got answer 3, expected 0 to 2", "block 'b' is rated"):
        assert part in told


def test_readings_need_weights() -> None:
    asked = (JointItem("i", ("a",), 3),)
    for weights, complaint in ((np.zeros((1, 3)), "no weight above zero"), (np.ones((1, 2)), "weights: got 2 columns")):
        with pytest.raises(BadTableError, match=complaint):
            JointTable(
                asked, ("a",), np.array([0, 1]), np.array([0]), np.array([-1]), reading=np.array([0]), weights=weights
            )


def test_scores_refuse_what_was_not_calibrated() -> None:
    _, _, table, fit = forced_choice()
    other = replace(table, asked=(*table.asked[:-1], JointItem("new", ("a",), 6)), raters=("somebody",))
    with pytest.raises(BadTableError, match="'new' was not calibrated") as caught:
        score_joint(other, fit.parameters)
    assert "raters somebody" in str(caught.value)


def test_extreme_answers_stay_finite() -> None:
    asked: tuple[JointItem | JointBlock, ...] = (*draw_blocks(6, 3, SIX[:3]), JointItem("same", ("a",), 3))
    truth = draw_joint_parameters(asked, SIX[:3], np.random.default_rng(16))
    _, table = simulate(truth, 60)
    table = replace(table, answer=np.where(table.item == 6, 2, np.where(table.item == 0, 0, table.answer)))
    found = calibrate_joint(table, options=JointOptions(most_cycles=40))
    numbers = [a for item in found.items for _, a in item.loadings] + [
        d for item in found.items for d in item.intercepts
    ]
    numbers += [a for one in found.blocks for row in one.statements for _, a in row.loadings]
    assert np.all(np.isfinite(numbers))
    assert np.max(np.abs(numbers)) < 200.0
    assert GradedScale(found.items[0].intercepts).answers == 3
