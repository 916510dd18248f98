import json
from dataclasses import replace

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from measurement.many_simulees import make_parameters, simulate_table, table_of

from poise.measurement import Graded, GradedItem, Prior, score
from poise.measurement.many.epem import Options, calibrate_many, fit_many
from poise.measurement.many.gridjudge import ProductGrid, grid_moments
from poise.measurement.many.manyparameters import ManyParameters, lay_out_apart
from poise.measurement.parameters.items import KnownParameters
from poise.measurement.scores.manyscoring import ManyScores, draw_plausible_values, recall_parameters, score_many
from poise.measurement.tabular.tables import ResponseTable


def answers_of(table: ResponseTable, parameters: ManyParameters, person: int) -> list[Graded]:
    found = []
    for r in range(table.starts[person], table.starts[person + 1]):
        i = int(table.item[r])
        loadings = tuple((f"d{d}", float(a)) for d, a in enumerate(parameters.slopes[i]) if a != 0.0)
        intercepts = parameters.intercepts[i, : parameters.categories[i] - 1]
        found.append(Graded(str(r), GradedItem(loadings, tuple(intercepts.tolist())), int(table.category[r])))
    return found


@pytest.mark.parametrize("crossed", [0, 3])
def test_with_a_site_an_item_it_is_the_posterior_of_one_person(crossed: int) -> None:
    parameters = make_parameters(4, 5, 4, np.random.default_rng(1), crossed=crossed)
    table = simulate_table(parameters, 15, np.random.default_rng(2))
    scores = score_many(table, parameters, layout=lay_out_apart(parameters.pattern))
    prior = Prior(tuple(f"d{d}" for d in range(4)), np.zeros(4), parameters.correlations)
    assert scores.converged
    for person in range(15):
        alone = score(prior, answers_of(table, parameters, person))
        assert scores.mean[person] == pytest.approx(alone.mean, abs=1e-6)
        assert scores.covariance[person] == pytest.approx(alone.covariance, abs=1e-6)
    usual = score_many(table, parameters)
    assert usual.mean == pytest.approx(scores.mean, abs=0.003)
    assert usual.sd == pytest.approx(scores.sd, abs=0.012)


@settings(deadline=None, max_examples=10)
@given(st.integers(0, 10**6))
def test_the_order_of_persons_and_of_items_does_not_matter(seed: int) -> None:
    rng = np.random.default_rng(seed)
    parameters = make_parameters(3, 4, 3, rng, crossed=2)
    answers = rng.integers(0, 3, (6, 12)).astype(np.int16)
    scores = score_many(table_of(answers, parameters.categories), parameters)
    persons, items = rng.permutation(6), rng.permutation(12)
    moved = replace(
        parameters,
        slopes=parameters.slopes[items],
        pattern=parameters.pattern[items],
        intercepts=parameters.intercepts[items],
    )
    again = score_many(table_of(answers[persons][:, items], parameters.categories), moved)
    assert again.mean == pytest.approx(scores.mean[persons], abs=1e-4)
    assert again.covariance == pytest.approx(scores.covariance[persons], abs=1e-4)


@pytest.mark.parametrize(
    ("dimensions", "each", "categories", "skew", "crossed", "mean_bound", "sd_bound"),
    [
        (2, 5, 4, 0.0, 0, 0.001, 0.002),
        (2, 3, 2, 0.0, 0, 0.001, 0.002),
        (2, 2, 4, 0.0, 0, 0.001, 0.002),
        (2, 5, 4, 1.5, 0, 0.001, 0.002),
        (3, 3, 3, 0.0, 0, 0.001, 0.002),
        (3, 3, 3, 0.0, 3, 0.005, 0.015),
    ],
)
def test_posteriors_are_near_exact_ones(
    dimensions: int, each: int, categories: int, skew: float, crossed: int, mean_bound: float, sd_bound: float
) -> None:
    parameters = make_parameters(dimensions, each, categories, np.random.default_rng(3), skew=skew, crossed=crossed)
    table = simulate_table(parameters, 120, np.random.default_rng(4))
    scores = score_many(table, parameters)
    grid = ProductGrid.spanning(dimensions, 61 if dimensions == 2 else 37, 6.0)
    mean, covariance = grid_moments(parameters, table, grid)
    assert scores.mean == pytest.approx(mean, abs=mean_bound)
    assert scores.sd == pytest.approx(np.sqrt(np.diagonal(covariance, axis1=1, axis2=2)), abs=sd_bound)


def test_plausible_values_give_back_the_spread_that_means_lose() -> None:
    parameters = make_parameters(3, 4, 3, np.random.default_rng(5))
    table = simulate_table(parameters, 4000, np.random.default_rng(6))
    scores = score_many(table, parameters)
    drawn = draw_plausible_values(scores, 10, seed=7)
    assert drawn.shape == (10, 4000, 3)
    assert np.all(scores.mean.var(axis=0) < 0.85)
    assert drawn.var(axis=1).mean(axis=0) == pytest.approx(np.ones(3), abs=0.06)
    correlations = np.mean([np.corrcoef(one.T) for one in drawn], axis=0)
    assert correlations == pytest.approx(parameters.correlations, abs=0.05)
    assert np.array_equal(drawn, draw_plausible_values(scores, 10, seed=7))
    rng = np.random.default_rng(7)
    halves = [
        ManyScores(scores.mean[part], scores.covariance[part], converged=True)
        for part in (slice(0, 1500), slice(1500, 4000))
    ]
    assert np.array_equal(np.concatenate([draw_plausible_values(half, 10, rng) for half in halves], axis=1), drawn)


def test_a_table_that_does_not_fit_is_refused() -> None:
    parameters = make_parameters(2, 3, 3, np.random.default_rng(8))
    with pytest.raises(ValueError, match="got 8 items, expected the 6"):
        score_many(
            simulate_table(make_parameters(2, 4, 3, np.random.default_rng(9)), 50, np.random.default_rng(9)), parameters
        )
    finer = simulate_table(make_parameters(2, 3, 5, np.random.default_rng(9)), 50, np.random.default_rng(9))
    with pytest.raises(ValueError, match="got 5 categories for item 'item1', expected 3"):
        score_many(finer, parameters)


def test_scores_from_a_stored_calibration_are_those_of_the_calibration() -> None:
    true = make_parameters(3, 4, 3, np.random.default_rng(10), crossed=1)
    table = simulate_table(true, 800, np.random.default_rng(11))
    stored = json.loads(json.dumps(calibrate_many(table, true.pattern).as_dict()))
    recalled = recall_parameters(KnownParameters.from_dict(stored))
    fit = fit_many(table, true.pattern, "graded", Options())
    assert recalled.packed == pytest.approx(fit.parameters.packed)
    assert score_many(table, recalled).mean == pytest.approx(score_many(table, fit.parameters).mean)
