from dataclasses import replace

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from measurement.many_simulees import make_parameters, simulate_table, table_of
from measurement.observed_answers import observe_table

from poise.measurement.models import FloatArray
from poise.measurement.observing import ChoiceBlock
from poise.measurement.parameters.items import CalibratedItem, KnownParameters, Model
from poise.measurement.scores.gridscoring import score_table
from poise.measurement.scores.likelihoodscoring import score_by_weighted_likelihood
from poise.measurement.scores.manyscoring import score_many
from poise.measurement.scores.mapscoring import score_by_mode
from poise.measurement.scores.observedfit import assess_observed
from poise.measurement.scores.observedscoring import Observed, find_modes
from poise.measurement.scores.personfit import assess_fit, lower_tail
from poise.measurement.scores.scoringforms import PointScores
from poise.measurement.tabular.tables import ResponseTable


def rates(chance: FloatArray, level: float) -> float:
    return float(np.mean(chance < level))


def test_right_wrong_answers_have_the_statistic_of_snijders() -> None:
    """His formulas for two categories, with weights log(P / (1 - P)), written out."""
    parameters = make_parameters(1, 12, 2, np.random.default_rng(1), model="2pl")
    table = simulate_table(parameters, 20, np.random.default_rng(2))
    answers = table.category.reshape(20, 12).astype(np.float64)
    for score in (score_by_weighted_likelihood, score_by_mode):
        scores = score(table, parameters)
        fit = assess_fit(table, parameters, scores)
        a, d, theta = parameters.slopes[:, 0], parameters.intercepts[:, 0], scores.estimate
        chance = 1.0 / (1.0 + np.exp(-(theta * a + d)))
        weight, slope = np.log(chance / (1.0 - chance)), a * chance * (1.0 - chance)
        information = np.sum(slope**2 / (chance * (1.0 - chance)), axis=1)
        if score is score_by_weighted_likelihood:
            bend = np.sum(a**3 * chance * (1.0 - chance) * (1.0 - 2.0 * chance), axis=1)
            start = bend / (2.0 * information)
        else:
            start = -theta[:, 0]
        share = np.sum(slope * weight, axis=1) / np.sum(slope * a, axis=1)
        cleaned = weight - share[:, None] * a
        spread = np.sum(cleaned**2 * chance * (1.0 - chance), axis=1)
        total = np.sum((answers - chance) * weight, axis=1)
        assert fit.lz_star == pytest.approx((total + share * start) / np.sqrt(spread), abs=1e-5)
        variance = np.sum(weight**2 * chance * (1.0 - chance), axis=1)
        assert fit.lz == pytest.approx(total / np.sqrt(variance), abs=1e-9)
        residual = (answers - chance) ** 2
        assert fit.outfit == pytest.approx(np.mean(residual / (chance * (1.0 - chance)), axis=1))
        assert fit.infit == pytest.approx(residual.sum(axis=1) / np.sum(chance * (1.0 - chance), axis=1))


@pytest.mark.parametrize(
    ("dimensions", "each", "model", "crossed"),
    [(1, 7, "graded", 0), (1, 9, "2pl", 0), (2, 5, "gpcm", 1), (3, 5, "graded", 3)],
)
def test_the_compiled_way_and_the_plain_one_agree(dimensions: int, each: int, model: Model, crossed: int) -> None:
    K = 2 if model == "2pl" else 4  # noqa: N806  categories
    parameters = make_parameters(dimensions, each, K, np.random.default_rng(3), model=model, crossed=crossed)
    table = simulate_table(parameters, 40, np.random.default_rng(4))
    means = score_many(table, parameters) if dimensions > 1 else score_by_mode(table, parameters)
    points = means if isinstance(means, PointScores) else means.points
    for scores in (points, score_by_weighted_likelihood(table, parameters)):
        fit, twin = assess_fit(table, parameters, scores), assess_observed(observe_table(table, parameters), scores)
        for name in ("lz", "lz_star", "infit", "outfit", "answered"):
            assert getattr(fit, name) == pytest.approx(getattr(twin, name), abs=1e-8), name
        assert fit.chance == pytest.approx(twin.chance, abs=1e-6)


@pytest.mark.parametrize(
    ("dimensions", "each", "model", "crossed"),
    [(1, 20, "2pl", 0), (1, 20, "graded", 0), (4, 10, "graded", 0), (4, 10, "2pl", 3)],
)
@pytest.mark.parametrize("method", ["mode", "weighted", "mean"])
def test_under_the_model_one_in_twenty_is_odd_at_five_percent(
    dimensions: int, each: int, model: Model, crossed: int, method: str
) -> None:
    K = 2 if model == "2pl" else 4  # noqa: N806  categories
    parameters = make_parameters(dimensions, each, K, np.random.default_rng(1), model=model, crossed=crossed)
    table = simulate_table(parameters, 6000 if dimensions == 1 else 3000, np.random.default_rng(2))
    if method == "mean":
        scores = score_many(table, parameters).points
    else:
        scores = {"mode": score_by_mode, "weighted": score_by_weighted_likelihood}[method](table, parameters)
    fit = assess_fit(table, parameters, scores)
    assert rates(fit.chance, 0.05) == pytest.approx(0.05, abs=0.015)
    assert rates(fit.chance, 0.01) == pytest.approx(0.01, abs=0.006)
    assert fit.lz_star.std() == pytest.approx(1.0, abs=0.07)
    assert abs(fit.lz_star.mean()) < abs(fit.lz.mean())
    assert rates(fit.lz, -1.645) < 0.042


def test_odd_answers_are_found_and_regular_ones_are_not() -> None:
    parameters = make_parameters(4, 10, 4, np.random.default_rng(5))
    table = simulate_table(parameters, 900, np.random.default_rng(6))
    answers = table.category.reshape(900, 40).copy()
    rng = np.random.default_rng(7)
    answers[:300] = rng.integers(0, 4, (300, 40))
    answers[300:600, ::2] = 3 - answers[300:600, ::2]
    table = table_of(answers, parameters.categories)
    fit = assess_fit(table, parameters, score_by_mode(table, parameters))
    assert rates(fit.chance[:300], 0.05) > 0.95
    assert rates(fit.chance[300:600], 0.05) > 0.8
    assert rates(fit.chance[600:], 0.05) < 0.1
    assert np.all(np.array([fit.outfit[:300].mean(), fit.outfit[300:600].mean()]) > fit.outfit[600:].mean() + 0.2)
    assert fit.outfit[600:].mean() == pytest.approx(0.9, abs=0.1)


def test_blocks_have_person_fit_through_their_interface() -> None:
    rng = np.random.default_rng(8)
    latents, seen = rng.standard_normal((800, 3)), []
    for block in range(18):
        signs = np.where(rng.random(3) < 0.4, -1.0, 1.0)
        kind = ChoiceBlock(tuple(rng.normal(0.0, 0.5, 3).tolist()), ("rank", "most_least")[block % 2])
        loadings = np.diag(rng.lognormal(0.3, 0.3, 3) * signs)[rng.permutation(3)]
        above = np.exp(kind.log_likelihoods(latents @ loadings.T)).cumsum(axis=1)[:, :-1]
        answer = np.sum(rng.random((800, 1)) > above, axis=1)
        answer[:100] = rng.integers(0, kind.answers, 100)
        seen.append(Observed(kind, loadings, np.arange(800), answer))
    scores = find_modes(seen, np.zeros((800, 3)), np.repeat(np.eye(3)[None], 800, axis=0))
    fit = assess_observed(seen, scores)
    assert rates(fit.chance[100:], 0.05) == pytest.approx(0.05, abs=0.015)
    assert rates(fit.chance[:100], 0.05) > 0.5
    assert fit.lz_star[100:].std() == pytest.approx(1.0, abs=0.08)
    assert np.all(np.isnan(fit.infit))


@settings(deadline=None, max_examples=20)
@given(st.integers(0, 10**6))
def test_the_order_of_persons_and_of_items_does_not_matter(seed: int) -> None:
    rng = np.random.default_rng(seed)
    parameters = make_parameters(2, 4, 3, rng, crossed=1)
    answers = rng.integers(0, 3, (6, 8)).astype(np.int16)
    table = table_of(answers, parameters.categories)
    fit = assess_fit(table, parameters, score_by_mode(table, parameters))
    persons, items = rng.permutation(6), rng.permutation(8)
    moved = replace(
        parameters,
        slopes=parameters.slopes[items],
        pattern=parameters.pattern[items],
        intercepts=parameters.intercepts[items],
    )
    table = table_of(answers[persons][:, items], parameters.categories)
    again = assess_fit(table, moved, score_by_mode(table, moved))
    for name in ("lz", "lz_star", "chance", "infit", "outfit"):
        assert getattr(again, name) == pytest.approx(getattr(fit, name)[persons], abs=1e-6)


def test_who_answered_too_little_has_no_fit() -> None:
    items = tuple(CalibratedItem(f"i{i}", "2pl", (("calm", 1.0 + 0.2 * i),), (0.3 * i,)) for i in range(4))
    known = KnownParameters(items, ("calm",), np.eye(1), ("all",), np.zeros((1, 1)), np.ones((1, 1)))
    table = ResponseTable(
        tuple(item.key for item in items),
        np.full(4, 2),
        np.array([0, 0, 1, 5]),
        np.array([0, 0, 1, 2, 3]),
        np.array([1, 1, 0, 1, 0]),
    )
    for scores in (
        score_table(table, known).points,
        score_by_mode(table, known),
        score_by_weighted_likelihood(table, known),
    ):
        fit = assess_fit(table, known, scores)
        assert fit.answered.tolist() == [0, 1, 4]
        assert np.isnan(fit.lz_star).tolist() == [True, True, False]
        assert np.isnan(fit.chance).tolist() == [True, True, False]
        assert np.isnan(fit.outfit).tolist() == [True, False, False]


def test_a_person_without_an_estimate_where_they_answered_has_no_fit_and_others_keep_theirs() -> None:
    parameters = make_parameters(2, 3, 3, np.random.default_rng(9))
    table = simulate_table(parameters, 3, np.random.default_rng(10))
    scores = score_by_mode(table, parameters)
    lost = scores.estimate.copy()
    lost[1, 0] = np.nan
    fit, whole = assess_fit(table, parameters, replace(scores, estimate=lost)), assess_fit(table, parameters, scores)
    assert np.isnan(fit.lz_star).tolist() == [False, True, False]
    assert fit.lz_star[[0, 2]] == pytest.approx(whole.lz_star[[0, 2]])
    with pytest.raises(ValueError, match=r"got shape \(3, 2\), expected \(2, 2\)"):
        assess_fit(table.rows(0, 2), parameters, scores)


def test_the_tail_is_corrected_for_skewness() -> None:
    rng = np.random.default_rng(11)
    degrees = 40.0
    sample = (degrees - rng.chisquare(degrees, 200_000)) / np.sqrt(2.0 * degrees)
    z = np.array([-2.3, -1.6, 0.0, 1.5])
    found = lower_tail(z, np.full(4, -np.sqrt(8.0 / degrees)))
    assert found == pytest.approx([np.mean(sample < one) for one in z], abs=0.005)
    assert lower_tail(z, np.zeros(4)) == pytest.approx([0.010724, 0.054799, 0.5, 0.933193], abs=1e-6)
