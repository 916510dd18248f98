import json
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest
from measurement.many_simulees import make_parameters, simulate_table

from poise.measurement.grid.gridem import CoarseGridError
from poise.measurement.many.epem import Options, calibrate_many, find_uncertainty, fit_many
from poise.measurement.many.eperrors import cross_products, derive, invert_information, person_scores, slope_of_evidence
from poise.measurement.many.epstep import empty_sites, expect, prepare_cases
from poise.measurement.many.gridjudge import calibrate_on_grid
from poise.measurement.many.manyparameters import draw_curves
from poise.measurement.parameters.items import Model
from poise.measurement.people.manysimulation import draw_answers, draw_latents
from poise.measurement.tabular.coding import from_array
from poise.measurement.tabular.tables import BadTableError

DATA = Path(__file__).parents[3] / "shared" / "data"
NO_PRIORS = Options(tolerance=1e-6, slope_sd=1e4, intercept_sd=1e4)


def rng_of(seed: int) -> np.random.Generator:
    return np.random.default_rng(seed)


# --- Against exact maximum likelihood -----------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("dimensions", "each", "categories", "skew", "crossed", "model", "persons", "bound"),
    [
        (2, 5, 4, 0.0, 0, "graded", 600, 0.05),
        (2, 3, 4, 0.0, 0, "graded", 600, 0.05),
        (2, 3, 2, 0.0, 0, "2pl", 1500, 0.08),
        (2, 5, 4, 1.5, 0, "graded", 600, 0.05),
        (2, 5, 4, 0.0, 2, "graded", 600, 0.15),
        (2, 5, 4, 0.0, 0, "gpcm", 600, 0.05),
        (3, 4, 3, 0.0, 0, "graded", 500, 0.05),
        (3, 4, 3, 0.0, 2, "graded", 500, 0.25),
    ],
)
def test_estimates_are_within_a_small_part_of_their_errors_of_exact_ones(
    dimensions: int, each: int, categories: int, skew: float, crossed: int, model: Model, persons: int, bound: float
) -> None:
    true = make_parameters(dimensions, each, categories, rng_of(1), skew=skew, crossed=crossed, model=model)
    table = simulate_table(true, persons, rng_of(2))
    fit = fit_many(table, true.pattern, model, NO_PRIORS)
    nodes = 41 if dimensions == 2 else 25
    exact = calibrate_on_grid(table, true.pattern, model, nodes=nodes, reach=5.0, tolerance=1e-4)
    assert fit.converged
    assert exact.converged
    errors = find_uncertainty(fit, "scores").errors.packed
    assert np.max(np.abs(fit.parameters.packed - exact.parameters.packed) / errors) < bound
    assert fit.expected.evidence == pytest.approx(exact.loglik, abs=0.3 if not crossed else 2.0)


# --- Derivatives and errors ---------------------------------------------------------------------------------------


@pytest.mark.parametrize("model", ["graded", "gpcm"])
def test_the_derivative_of_the_evidence_is_the_sum_of_the_scores_of_persons(model: Model) -> None:
    true = make_parameters(3, 3, 3, rng_of(3), crossed=2, model=model)
    latents = draw_latents(true, 300, rng_of(4))
    table = from_array(draw_answers(true, latents, rng_of(5)), group=["a", "b"] * 150)
    fit = fit_many(table, true.pattern, model, Options(most_cycles=3))
    curves = draw_curves(fit.parameters, fit.layout, fit.nodes)
    cases = prepare_cases(table, fit.layout, curves.stride)
    expected, sites = expect(curves, 15, cases, empty_sites(cases, fit.layout))
    slope = slope_of_evidence(curves, expected)
    assert person_scores(curves, derive(curves), cases, sites, 0, 300).sum(axis=0) == pytest.approx(slope, abs=2e-3)

    def evidence(vector: np.ndarray[tuple[int], np.dtype[np.float64]]) -> float:
        nudged = draw_curves(fit.parameters.unpacked(vector), fit.layout, fit.nodes)
        return expect(nudged, 15, cases, empty_sites(cases, fit.layout))[0].evidence

    point = fit.parameters.packed
    for j in (0, 4, 10, len(point) - 8, len(point) - 5, len(point) - 1):
        nudge = np.zeros_like(point)
        nudge[j] = 0.01
        difference = (evidence(point + nudge) - evidence(point - nudge)) / 0.02
        assert slope[j] == pytest.approx(difference, rel=0.01, abs=0.15)


@pytest.mark.parametrize(("persons", "bound"), [(400, 0.2), (6000, 0.08)])
def test_both_kinds_of_errors_agree(persons: int, bound: float) -> None:
    true = make_parameters(2, 4, 4, rng_of(6), crossed=1)
    fit = fit_many(simulate_table(true, persons, rng_of(7)), true.pattern, "graded", Options())
    scores, curvature = find_uncertainty(fit, "scores"), find_uncertainty(fit, "curvature")
    ratio = scores.errors.packed / curvature.errors.packed
    assert ratio == pytest.approx(np.ones_like(ratio), abs=bound)
    assert np.mean(ratio) == pytest.approx(1.0, abs=0.025)


def test_errors_cover_the_truth() -> None:
    true, rng = make_parameters(3, 4, 3, rng_of(8)), rng_of(9)
    z = []
    for _ in range(12):
        fit = fit_many(simulate_table(true, 1200, rng), true.pattern, "graded", Options())
        z.append((fit.parameters.packed - true.packed) / find_uncertainty(fit, "scores").errors.packed)
    assert np.sqrt(np.mean(np.square(z))) == pytest.approx(1.0, abs=0.1)
    assert np.mean(np.abs(z) < 1.96) == pytest.approx(0.95, abs=0.025)


# --- What a calibration takes and returns -------------------------------------------------------------------------


def test_groups_differ_in_their_means() -> None:
    true = make_parameters(3, 6, 4, rng_of(10))
    latents = draw_latents(true, 3000, rng_of(11))
    latents[1::2] += [0.5, -1.0, 0.0]
    table = from_array(draw_answers(true, latents, rng_of(12)), group=["a", "b"] * 1500)
    found = calibrate_many(table, true.pattern)
    assert found.means[0] == pytest.approx(np.zeros(3))
    assert found.means[1] == pytest.approx([0.5, -1.0, 0.0], abs=0.15)
    assert np.all(found.means_se[1] > 0.02)
    assert found.groups == ("a", "b")


def test_chunks_and_another_map_change_nothing() -> None:
    true = make_parameters(3, 4, 3, rng_of(13), crossed=1)
    table = simulate_table(true, 500, rng_of(14))
    whole = fit_many(table, true.pattern, "graded", Options())
    chunked = fit_many(table, true.pattern, "graded", Options(chunk=64, run=lambda f, *rows: list(map(f, *rows))))
    assert chunked.parameters.packed == pytest.approx(whole.parameters.packed, abs=1e-4)


def test_a_bifactor_model_is_found_with_independent_dimensions() -> None:
    pattern = np.zeros((12, 4), dtype=bool)
    pattern[:, 0] = True
    pattern[np.arange(12), 1 + np.arange(12) // 4] = True
    true = replace(
        make_parameters(4, 3, 4, rng_of(15), correlation=0.0),
        pattern=pattern,
        slopes=np.where(pattern, [1.6, 1.0, 1.2, 1.4], 0.0),
        linked=np.eye(4, dtype=bool),
    )
    found = calibrate_many(simulate_table(true, 3000, rng_of(16)), pattern, independent=("d1", "d2", "d3", "d4"))
    assert found.converged
    assert found.correlations == pytest.approx(np.eye(4))
    slopes = np.array([[a for _, a in item.loadings] for item in found.items])
    errors = np.array([item.loadings_se for item in found.items])
    assert np.max(np.abs(slopes - np.stack([np.full(12, 1.6), [1.0, 1.2, 1.4] @ pattern[:, 1:].T], 1)) / errors) < 4.0


def test_names_and_errors_stand_in_the_file_it_becomes() -> None:
    true = make_parameters(2, 3, 3, rng_of(17), crossed=1)
    table = simulate_table(true, 400, rng_of(18))
    names = {"warmth": ["item1", "item2", "item3"], "order": ["item1", "item4", "item5", "item6"]}
    told = json.loads(json.dumps(calibrate_many(table, names).as_dict()))
    assert told["dimensions"] == ["warmth", "order"]
    assert set(told["items"]["item1"]["loadings"]) == {"warmth", "order"}
    assert "discrimination" not in told["items"]["item1"]
    assert told["items"]["item2"]["discrimination"] == told["items"]["item2"]["loadings"]["warmth"]
    assert told["items"]["item2"]["se"]["discrimination"] > 0.0
    assert told["se"]["correlations"][0][1] > 0.0
    assert told["converged"]
    assert told["aic"] == pytest.approx(2 * told["parameters"] - 2 * told["loglik"])


def test_reversed_items_get_negative_loadings() -> None:
    true = make_parameters(2, 5, 4, rng_of(19))
    answers = draw_answers(true, draw_latents(true, 1000, rng_of(20)), rng_of(21))
    answers[:, [1, 7]] = 3 - answers[:, [1, 7]]
    found = fit_many(from_array(answers), true.pattern, "graded", Options()).parameters
    signs = np.sign(found.slopes[true.pattern])
    assert signs.tolist() == [1, -1, 1, 1, 1, 1, 1, -1, 1, 1]
    assert found.correlations[0, 1] == pytest.approx(0.5, abs=0.12)


# --- Bad input ----------------------------------------------------------------------------------------------------


def test_items_that_repeat_each_other_are_held_and_told() -> None:
    latent = rng_of(22).standard_normal(300)
    noisy = (latent + rng_of(23).standard_normal((3, 300)) > 0).T
    answers = np.column_stack([np.tile((latent > 0)[:, None], 3), noisy]).astype(float)
    found = calibrate_many(from_array(answers), np.arange(6)[:, None] // 3 == np.arange(2))
    assert np.isfinite(found.loglik)
    assert max(abs(item.loadings[0][1]) for item in found.items) <= 10.0
    assert any("'item1'" in note and "repeat each other" in note for note in found.notes)


def test_extreme_and_empty_persons_leave_everything_finite() -> None:
    answers = np.full((40, 9), np.nan)
    answers[:12], answers[12:24] = 0, 2
    answers[24:34] = rng_of(24).integers(0, 3, (10, 9))
    found = calibrate_many(from_array(answers), np.arange(9)[:, None] // 3 == np.arange(3))
    assert np.isfinite(found.loglik)
    assert np.all(np.isfinite(found.correlations))
    assert all(np.isfinite(a) for item in found.items for _, a in item.loadings)


def test_few_persons_are_told() -> None:
    true = make_parameters(2, 4, 4, rng_of(29))
    rough = calibrate_many(simulate_table(true, 40, rng_of(30)), true.pattern)
    assert any("40 persons for 31 parameters" in note for note in rough.notes)
    enough = calibrate_many(simulate_table(true, 400, rng_of(30)), true.pattern)
    assert not any("rough" in note for note in enough.notes)


def test_a_grid_too_coarse_is_refused_with_the_number_it_takes() -> None:
    true = make_parameters(2, 8, 5, rng_of(25))
    with pytest.raises(CoarseGridError, match=r"ask for \d+ nodes or more"):
        calibrate_many(simulate_table(true, 500, rng_of(26)), true.pattern, options=Options(nodes=16))


def test_a_pattern_that_does_not_fit_is_refused_with_all_that_is_wrong() -> None:
    table = simulate_table(make_parameters(2, 3, 3, rng_of(27)), 100, rng_of(28))
    with pytest.raises(BadTableError, match="dimension 'b': items not among the responses: itme4"):
        calibrate_many(table, {"a": ["item1", "item2"], "b": ["itme4", "item5"]})
    with pytest.raises(BadTableError, match="'item6': loads on no dimension"):
        calibrate_many(table, {"a": ["item1", "item2", "item3"], "b": ["item4", "item5"]})
    with pytest.raises(BadTableError, match="dimension number 1 has 1 items"):
        calibrate_many(table, {"a": [f"item{i}" for i in range(1, 6)], "b": ["item6"]})
    with pytest.raises(BadTableError, match="model 2pl takes two"):
        calibrate_many(table, np.arange(6)[:, None] // 3 == np.arange(2), "2pl")
    with pytest.raises(BadTableError, match="independent: got 'z'"):
        calibrate_many(table, np.arange(6)[:, None] // 3 == np.arange(2), independent=("z",))


# --- Eight dimensions against a maximum likelihood reference ------------------------------------------------------


def test_eight_dimensions_agree_with_maximum_likelihood_and_the_truth() -> None:
    responses = DATA / "responses" / "sim_grm5_8dim_3000x64.csv"
    if not responses.exists():
        pytest.skip(f"the shared data are not here: {responses}")
    reference = json.loads((DATA / "reference" / "sim_8dim_ml.json").read_text())
    true = json.loads((DATA / "reference" / "sim_grm5_8dim_3000x64_true.json").read_text())
    table = from_array(np.loadtxt(responses, delimiter=",", skiprows=1))
    pattern = np.arange(64)[:, None] // 8 == np.arange(8)
    fit = fit_many(table, pattern, "graded", Options())
    found = fit.parameters
    # The errors of the reference are from cross-products as they are.
    raw = cross_products(draw_curves(found, fit.layout, fit.nodes), fit.chunks, fit.sites)
    errors = invert_information(raw, found).errors
    below = np.tril_indices(8, -1)
    assert fit.expected.evidence == pytest.approx(reference["loglik"], abs=3 * reference["loglik_mc_se"])
    assert found.slopes[pattern] == pytest.approx(np.array(reference["slopes"]), abs=0.008)
    assert found.intercepts == pytest.approx(np.array(reference["intercepts"]), abs=0.008)
    assert found.correlations == pytest.approx(np.array(reference["latent_cor"]), abs=0.002)
    assert errors.slopes[pattern] == pytest.approx(np.array(reference["slopes_se"]), rel=0.02)
    assert errors.correlations[below] == pytest.approx(np.array(reference["latent_cor_se"])[below], rel=0.02)
    assert np.sqrt(np.mean((found.correlations - np.array(true["R"]))[below] ** 2)) < 0.016
