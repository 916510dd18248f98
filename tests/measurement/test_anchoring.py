"""Anchored items in many dimensions: they stay, the latents move; against the exact judge, truth and differences."""

import json
from dataclasses import replace

import numpy as np
import numpy.typing as npt
import pytest
from measurement.many_simulees import make_parameters, simulate_table

from poise.measurement.grid.calibration import Settings, calibrate
from poise.measurement.many.anchoring import Anchored, Anchors, read_anchors, set_free
from poise.measurement.many.epem import Options, calibrate_many, find_uncertainty, fit_many
from poise.measurement.many.eperrors import derive, person_scores, slope_of_evidence
from poise.measurement.many.epstep import empty_sites, expect, fit_spreads, prepare_cases
from poise.measurement.many.gridjudge import ProductGrid, calibrate_on_grid, grid_moments
from poise.measurement.many.manyparameters import Freedom, ManyParameters, draw_curves
from poise.measurement.many.manystart import start_parameters
from poise.measurement.parameters.items import KnownParameters, Model
from poise.measurement.people.manysimulation import draw_answers, draw_latents
from poise.measurement.scores.manyscoring import recall_parameters, score_many
from poise.measurement.tabular.coding import from_array
from poise.measurement.tabular.tables import BadTableError, ResponseTable

FloatArray = npt.NDArray[np.float64]
MEANS, SDS = np.array([0.8, -0.5]), np.array([1.4, 0.7])


def rng_of(seed: int) -> np.random.Generator:
    return np.random.default_rng(seed)


def moved_table(
    true: ManyParameters, persons: int, seed: int, means: FloatArray = MEANS, sds: FloatArray = SDS
) -> ResponseTable:
    latents = means + draw_latents(true, persons, rng_of(seed)) * sds
    return from_array(draw_answers(true, latents, rng_of(seed + 1)))


def anchors_of(true: ManyParameters, items: list[int]) -> dict[str, tuple[dict[str, float], list[float]]]:
    return {
        f"item{i + 1}": (
            {f"d{d + 1}": float(true.slopes[i, d]) for d in np.flatnonzero(true.pattern[i])},
            true.intercepts[i].tolist(),
        )
        for i in items
    }


def held(true: ManyParameters, items: list[int], table: ResponseTable) -> Anchored:
    names = tuple(f"d{d + 1}" for d in range(true.slopes.shape[1]))
    return read_anchors(anchors_of(true, items), table, true.pattern, names, true.model)


# --- Against exact maximum likelihood -----------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("items", "model", "crossed", "bound"),
    [
        ([0, 1, 5, 6], "graded", 0, 0.05),
        ([0, 1], "graded", 0, 0.05),
        ([0, 5, 6], "gpcm", 0, 0.05),
        ([0, 1, 2, 6, 7], "graded", 1, 0.2),
    ],
)
def test_anchored_estimates_are_within_a_small_part_of_their_errors_of_exact_ones(
    items: list[int], model: Model, crossed: int, bound: float
) -> None:
    true = make_parameters(2, 5, 3, rng_of(1), model=model, crossed=crossed)
    table = moved_table(true, 600, 2)
    anchored = held(true, items, table)
    fit = fit_many(
        table, true.pattern, model, Options(tolerance=1e-6, slope_sd=1e4, intercept_sd=1e4), anchored=anchored
    )
    start = set_free(start_parameters(table, true.pattern, model), anchored, free_sds=False)
    exact = calibrate_on_grid(table, true.pattern, model, nodes=45, reach=7.5, tolerance=1e-4, start=start)
    assert fit.converged
    assert exact.converged
    errors = find_uncertainty(fit, "scores").errors.packed
    assert np.max(np.abs(fit.parameters.packed - exact.parameters.packed) / errors) < bound
    assert fit.expected.evidence == pytest.approx(exact.loglik, abs=0.5 if not crossed else 2.0)
    assert fit.parameters.slopes[items] == pytest.approx(true.slopes[items], abs=1e-12)
    assert exact.parameters.slopes[items] == pytest.approx(true.slopes[items], abs=1e-12)
    loose = np.array([True, any(i >= 5 for i in items)])
    assert fit.parameters.free.means.tolist() == fit.parameters.free.sds.tolist() == [loose.tolist()]
    assert fit.parameters.means[0] == pytest.approx(np.where(loose, MEANS, 0.0), abs=0.25)
    assert fit.parameters.sds[0] == pytest.approx(np.where(loose, SDS, 1.0), abs=0.25)


# --- Derivatives and errors ---------------------------------------------------------------------------------------


def test_derivatives_by_means_and_spreads_are_those_of_the_evidence() -> None:
    true = make_parameters(3, 3, 3, rng_of(3), crossed=2)
    latents = np.array([0.4, -0.2, 0.0]) + draw_latents(true, 300, rng_of(4)) * [1.3, 0.8, 1.0]
    latents[1::2] *= 1.2
    table = from_array(draw_answers(true, latents, rng_of(5)), group=["a", "b"] * 150)
    fit = fit_many(
        table, true.pattern, "graded", Options(most_cycles=3, free_sds=True), anchored=held(true, [1, 4], table)
    )
    assert fit.parameters.free.means.tolist() == [[True, True, False], [True, True, True]]
    assert fit.parameters.free.sds.tolist() == [[True, True, False], [True, True, True]]
    curves = draw_curves(fit.parameters, fit.layout, fit.nodes)
    cases = prepare_cases(table, fit.layout, curves.stride)
    expected, sites = expect(curves, 15, cases, empty_sites(cases, fit.layout))
    slope = slope_of_evidence(curves, expected)
    assert person_scores(curves, derive(curves), cases, sites, 0, 300).sum(axis=0) == pytest.approx(slope, abs=2e-3)

    def evidence(vector: FloatArray) -> float:
        nudged = draw_curves(fit.parameters.unpacked(vector), fit.layout, fit.nodes)
        return expect(nudged, 15, cases, empty_sites(cases, fit.layout))[0].evidence

    point = fit.parameters.packed
    for j in range(len(point) - 13, len(point)):
        nudge = np.zeros_like(point)
        nudge[j] = 0.01
        difference = (evidence(point + nudge) - evidence(point - nudge)) / 0.02
        assert slope[j] == pytest.approx(difference, rel=0.01, abs=0.15), j


def test_errors_cover_the_truth_of_items_means_and_spreads() -> None:
    true = make_parameters(2, 5, 3, rng_of(8))
    z = []
    for seed in range(20):
        table = moved_table(true, 1000, 70000 + 2 * seed)
        fit = fit_many(table, true.pattern, "graded", Options(), anchored=held(true, [0, 1, 5, 6], table))
        at = replace(fit.parameters, slopes=true.slopes, intercepts=true.intercepts, correlations=true.correlations,
                     means=MEANS[None], spread=SDS[None])  # fmt: skip
        z.append((fit.parameters.packed - at.packed) / find_uncertainty(fit, "scores").errors.packed)
    assert np.sqrt(np.mean(np.square(z))) == pytest.approx(1.0, abs=0.1)
    assert np.sqrt(np.mean(np.square(z)[:, -4:])) == pytest.approx(1.0, abs=0.25)


def test_both_kinds_of_errors_agree() -> None:
    true = make_parameters(2, 4, 3, rng_of(6))
    table = moved_table(true, 4000, 7)
    fit = fit_many(table, true.pattern, "graded", Options(), anchored=held(true, [0, 1, 4, 5], table))
    scores, curvature = find_uncertainty(fit, "scores"), find_uncertainty(fit, "curvature")
    ratio = scores.errors.packed / curvature.errors.packed
    assert ratio == pytest.approx(np.ones_like(ratio), abs=0.08)


def test_in_one_dimension_both_engines_find_the_same() -> None:
    true = make_parameters(1, 10, 3, rng_of(30))
    latents = 0.6 + 1.3 * draw_latents(true, 1200, rng_of(31))
    latents[1::2] -= 0.8
    table = from_array(draw_answers(true, latents, rng_of(32)), group=["a", "b"] * 600)
    anchors = anchors_of(true, [0, 1, 2])
    many = calibrate_many(table, true.pattern, anchors=anchors, options=Options(tolerance=1e-6, slope_sd=1e4))
    single = {name: (loadings["d1"], steps) for name, (loadings, steps) in anchors.items()}
    one = calibrate(table, settings=Settings(anchors=single))
    assert many.loglik == pytest.approx(one.loglik, abs=0.02)
    assert many.means == pytest.approx(one.means, abs=1e-3)
    assert many.sds == pytest.approx(one.sds, abs=1e-3)
    assert many.parameters == one.parameters
    assert many.means_se == pytest.approx(one.means_se, rel=0.08)
    assert many.sds_se == pytest.approx(one.sds_se, rel=0.08)
    assert many.sizes == one.sizes == (600.0, 600.0)
    for here, there in zip(many.items[3:], one.items[3:], strict=True):
        assert here.loadings[0][1] == pytest.approx(there.loadings[0][1], abs=2e-3)
        assert np.array(here.covariance) == pytest.approx(np.array(there.covariance), rel=0.3, abs=0.002)


# --- Groups and spreads -------------------------------------------------------------------------------------------


def test_groups_may_spread_differently_with_and_without_anchors() -> None:
    true = make_parameters(2, 6, 4, rng_of(10))
    latents = draw_latents(true, 4000, rng_of(11))
    latents[1::2] = latents[1::2] * [1.5, 0.8] + [0.5, -1.0]
    table = from_array(draw_answers(true, latents, rng_of(12)), group=["a", "b"] * 2000)
    free = calibrate_many(table, true.pattern, options=Options(free_sds=True))
    assert free.converged
    assert free.means[0].tolist() == [0.0, 0.0]
    assert free.sds[0].tolist() == [1.0, 1.0]
    assert free.sds_se is not None
    assert free.sds_se[0].tolist() == [0.0, 0.0]
    anchored = calibrate_many(table, true.pattern, anchors=anchors_of(true, [0, 1, 2, 6, 7]))
    assert anchored.converged
    assert free.loglik > calibrate_many(table, true.pattern).loglik + 50
    assert anchored.sds_se is not None
    for found in (free, anchored):
        assert found.sds_se is not None
        assert found.correlations[0, 1] == pytest.approx(0.5, abs=0.05)
        assert np.all(np.abs(found.means[1] - [0.5, -1.0]) < 4 * found.means_se[1])
        assert np.all(np.abs(found.sds[1] - [1.5, 0.8]) < 4 * found.sds_se[1])
        assert np.all(found.sds_se[1] < 0.1)
    assert np.all(np.abs(anchored.sds[0] - 1.0) < 4 * anchored.sds_se[0])


def test_spreads_are_where_the_likelihood_of_the_scatters_is_highest() -> None:
    rng = rng_of(13)
    true = make_parameters(3, 2, 2, rng)
    free = np.array([[False] * 3, [True, True, False]])
    parameters = replace(
        true, means=np.zeros((2, 3)), freedom=Freedom(np.ones(6, dtype=bool), free, free), spread=np.ones((2, 3))
    )
    weight = np.array([300.0, 200.0])
    roots = rng.normal(size=(2, 3, 30)) * np.array([[1.0, 1.0, 1.0], [2.0, 0.5, 1.0]])[:, :, None]
    scatter = roots @ np.swapaxes(roots, 1, 2) / 30 * weight[:, None, None]
    covariance, ratios = fit_spreads(scatter, weight, parameters)

    def fall(C: FloatArray, T: FloatArray) -> float:  # noqa: N803
        total = 0.0
        for g in range(2):
            sigma = C * np.outer(T[g], T[g])
            total += 0.5 * weight[g] * np.linalg.slogdet(sigma)[1] + 0.5 * np.trace(np.linalg.solve(sigma, scatter[g]))
        return float(total)

    best = fall(covariance, ratios)
    assert ratios[0].tolist() == [1.0, 1.0, 1.0]
    assert ratios[1, 2] == 1.0
    for nudge in (-1e-3, 1e-3):
        for d in (0, 1):
            other = ratios.copy()
            other[1, d] += nudge
            assert fall(covariance, other) > best
        for d in range(3):
            for e in range(d + 1):
                other = covariance.copy()
                other[d, e] += nudge
                other[e, d] = other[d, e]
                assert fall(other, ratios) > best


def test_scores_use_the_spread_of_the_group() -> None:
    true = make_parameters(2, 4, 3, rng_of(14))
    table = moved_table(true, 800, 15)
    found = calibrate_many(table, true.pattern, anchors=anchors_of(true, [0, 1, 4, 5]))
    told = json.loads(json.dumps(found.as_dict()))
    assert told["groups"]["all"]["se"]["sds"]["d1"] > 0.0
    assert told["items"]["item1"]["se"]["loadings"] == {"d1": None}
    recalled = recall_parameters(KnownParameters.from_dict(told))
    few = table.rows(0, 60)
    mean, covariance = grid_moments(recalled, few, ProductGrid.spanning(2, 71, 8.0))
    scores = score_many(few, recalled)
    assert scores.mean == pytest.approx(mean, abs=0.003)
    assert scores.sd == pytest.approx(np.sqrt(np.diagonal(covariance, axis1=1, axis2=2)), abs=0.005)
    silent = replace(few.rows(0, 1), starts=np.zeros(2, dtype=np.int64), item=few.item[:0], category=few.category[:0])
    nobody = score_many(silent, recalled)
    assert nobody.mean[0] == pytest.approx(found.means[0])
    assert nobody.sd[0] == pytest.approx(found.sds[0])


def test_a_far_and_narrow_population_and_reversed_anchors_are_found() -> None:
    true = make_parameters(2, 6, 4, rng_of(16))
    turned = replace(true, slopes=true.slopes * [1.0, -1.0])
    far, narrow = np.array([2.5, -2.0]), np.array([0.5, 2.0])
    table = moved_table(turned, 3000, 17, far, narrow)
    kept = [i for i in range(12) if table.categories[i] == 4]
    found = fit_many(table, true.pattern, "graded", Options(), anchored=held(turned, kept[::2], table))
    assert found.converged
    errors = find_uncertainty(found, "scores").errors
    assert np.all(np.abs(found.parameters.means[0] - far) < 4 * errors.means[0])
    assert np.all(np.abs(found.parameters.sds[0] - narrow) < 4 * errors.sds[0])


# --- What is refused ----------------------------------------------------------------------------------------------


def test_anchors_that_do_not_fit_are_refused_with_all_that_is_wrong() -> None:
    true = make_parameters(2, 3, 3, rng_of(18), crossed=1)
    table = simulate_table(true, 200, rng_of(19))
    good = anchors_of(true, [1, 4])
    cases: dict[str, Anchors] = {
        "anchor 'other': no such item": {"other": good["item2"]},
        "anchor 'item2': loads on d2, but the pattern says d1": {"item2": ({"d2": 1.0}, (1.0, -1.0))},
        "anchor 'item2': got 1 intercepts, expected 2": {"item2": ({"d1": 1.0}, (1.0,))},
        "anchor 'item2': got the intercepts": {"item2": ({"d1": 1.0}, (-1.0, 1.0))},
        "anchor 'item2': got the loadings": {"item2": ({"d1": 0.0}, (1.0, -1.0))},
        "leave open where zero is on d1, d2": anchors_of(true, [0]),
    }
    for told, anchors in cases.items():
        with pytest.raises(BadTableError, match=told):
            calibrate_many(table, true.pattern, anchors=anchors)
    with pytest.raises(BadTableError) as caught:
        calibrate_many(table, true.pattern, anchors={"other": good["item2"], "item2": ({"d2": 0.0}, (-1.0, 1.0))})
    assert len(caught.value.complaints) == 4


def test_dimensions_that_are_one_are_told() -> None:
    true = make_parameters(2, 6, 4, rng_of(20), correlation=0.9999)
    found = calibrate_many(simulate_table(true, 1500, rng_of(21)), true.pattern)
    assert np.isfinite(found.loglik)
    assert any("hardly two dimensions" in note and "number 1 and 2" in note for note in found.notes)
    apart = make_parameters(2, 6, 4, rng_of(20), correlation=0.8)
    other = calibrate_many(simulate_table(apart, 1500, rng_of(21)), apart.pattern)
    assert not any("hardly two dimensions" in note for note in other.notes)
