from dataclasses import replace

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from measurement.many_simulees import make_parameters, simulate_table, table_of
from measurement.observed_answers import observe_table, priors
from scipy.optimize import brentq, minimize_scalar

from poise.measurement.models import FloatArray
from poise.measurement.observing import ChoiceBlock
from poise.measurement.parameters.items import CalibratedItem, KnownParameters, Model
from poise.measurement.scores.likelihoodscoring import score_by_weighted_likelihood
from poise.measurement.scores.mapscoring import score_by_mode
from poise.measurement.scores.observedscoring import Observed, add_up, find_modes, find_weighted, slope_answers
from poise.measurement.tabular.tables import ResponseTable


def know(*items: CalibratedItem, dimensions: tuple[str, ...] = ("calm",)) -> KnownParameters:
    D = len(dimensions)  # noqa: N806  dimensions
    return KnownParameters(items, dimensions, np.eye(D), ("all",), np.zeros((1, D)), np.ones((1, D)))


def test_equal_right_wrong_items_have_the_closed_form_of_warm() -> None:
    items = tuple(CalibratedItem(f"i{i}", "2pl", (("calm", 1.3),), (-0.5,)) for i in range(8))
    answers = np.tri(9, 8, -1, dtype=np.int16)
    table = replace(table_of(answers, np.full(8, 2)), items=tuple(item.key for item in items))
    scores = score_by_weighted_likelihood(table, know(*items))
    right = np.arange(9)
    assert scores.converged.all()
    assert scores.estimate[:, 0] == pytest.approx((np.log((right + 0.5) / (8 - right + 0.5)) + 0.5) / 1.3, abs=1e-7)
    chance = (right + 0.5) / 9.0
    assert scores.sd[:, 0] == pytest.approx((8 * 1.3**2 * chance * (1 - chance)) ** -0.5, abs=1e-7)


def warm(own: list[Observed], theta: float) -> float:
    """The derivative of the weighted log-likelihood as Warm writes it, from first and second differences."""
    move, total, information, bend = 1e-4, 0.0, 0.0, 0.0
    for one in own:
        low, here, high = (
            np.exp(one.kind.log_likelihoods((theta + step) * one.loadings[0])) for step in (-move, 0.0, move)
        )
        first, second = (high - low) / (2 * move), (high - 2 * here + low) / move**2
        total += first[one.answer[0]] / here[one.answer[0]]
        information += float(np.sum(first**2 / here))
        bend += float(np.sum(first * second / here))
    return float(total + bend / (2.0 * information))


@pytest.mark.parametrize("model", ["2pl", "graded", "gpcm"])
def test_one_dimension_solves_the_equation_of_warm(model: Model) -> None:
    K = 2 if model == "2pl" else 4  # noqa: N806  categories
    parameters = make_parameters(1, 6, K, np.random.default_rng(1), model=model)
    table = simulate_table(parameters, 12, np.random.default_rng(2))
    scores = score_by_weighted_likelihood(table, parameters)
    for person in range(12):
        own = observe_table(table.rows(person, person + 1), parameters)
        root = brentq(lambda theta, own=own: warm(own, theta), -6.0, 6.0)
        assert scores.estimate[person, 0] == pytest.approx(root, abs=1e-5)


@pytest.mark.parametrize("model", ["2pl", "gpcm"])
def test_where_categories_count_it_is_the_mode_under_the_prior_of_jeffreys(model: Model) -> None:
    K = 2 if model == "2pl" else 3  # noqa: N806  categories
    parameters = make_parameters(1, 6, K, np.random.default_rng(3), model=model)
    table = simulate_table(parameters, 6, np.random.default_rng(4))
    scores = score_by_weighted_likelihood(table, parameters)
    for person in range(6):
        own = observe_table(table.rows(person, person + 1), parameters)

        def badness(theta: float, own: list[Observed] = own) -> float:
            value, _, information = add_up(own, np.array([[theta]]))
            return float(-value[0] - 0.5 * np.log(information[0, 0, 0]))

        found = minimize_scalar(badness, bounds=(-5.0, 5.0), method="bounded", options={"xatol": 1e-9})
        assert scores.estimate[person, 0] == pytest.approx(found.x, abs=1e-5)


@pytest.mark.parametrize(
    ("dimensions", "each", "model", "crossed"), [(1, 7, "graded", 0), (2, 5, "gpcm", 2), (3, 5, "graded", 3)]
)
def test_the_compiled_way_and_the_plain_one_agree(dimensions: int, each: int, model: Model, crossed: int) -> None:
    parameters = make_parameters(dimensions, each, 4, np.random.default_rng(5), model=model, crossed=crossed)
    answers = np.random.default_rng(6).integers(0, 4, (30, dimensions * each)).astype(np.int16)
    answers[0], answers[1] = 0, 3
    table = table_of(answers, parameters.categories)
    scores = score_by_weighted_likelihood(table, parameters)
    twin = find_weighted(observe_table(table, parameters), 30, dimensions)
    assert scores.converged.all()
    assert scores.estimate == pytest.approx(twin.estimate, abs=1e-6)
    assert scores.covariance == pytest.approx(twin.covariance, rel=1e-5, abs=1e-6)


def test_in_many_dimensions_the_bias_of_the_first_order_is_taken_out() -> None:
    """Firth: score minus information times bias, the bias from third moments by its general formula."""
    parameters = make_parameters(2, 5, 3, np.random.default_rng(7), crossed=2)
    table = simulate_table(parameters, 5, np.random.default_rng(8))
    scores = score_by_weighted_likelihood(table, parameters)
    for person in range(5):
        own = observe_table(table.rows(person, person + 1), parameters)
        theta = scores.estimate[person][None]
        _, score, information = add_up(own, theta)
        inverse = np.linalg.inv(information[0])
        third = np.zeros((2, 2, 2))
        for one in own:
            slopes, a = slope_answers(one, theta), one.loadings[0]
            amount = np.sum(slopes.first[0, :, 0] * slopes.bend[0, :, 0, 0])
            third += amount * a[:, None, None] * a[None, :, None] * a[None, None, :]
        bias = -0.5 * inverse @ np.einsum("rst,st->r", third, inverse)
        assert score[0] - information[0] @ bias == pytest.approx(np.zeros(2), abs=1e-6)


@settings(deadline=None, max_examples=30)
@given(st.integers(0, 10**6), st.sampled_from(["graded", "gpcm"]), st.integers(0, 2))
def test_extreme_answers_give_finite_estimates_in_any_order(seed: int, model: Model, crossed: int) -> None:
    rng = np.random.default_rng(seed)
    parameters = make_parameters(2, 4, 4, rng, model=model, crossed=crossed)
    answers = rng.choice([0, 3], (6, 8)).astype(np.int16)
    answers[0], answers[1] = 0, 3
    scores = score_by_weighted_likelihood(table_of(answers, parameters.categories), parameters)
    assert scores.converged.all()
    assert np.all(np.abs(scores.estimate) < 25.0)
    assert np.all(scores.estimate[0] < scores.estimate[1])
    persons, items = rng.permutation(6), rng.permutation(8)
    moved = replace(
        parameters,
        slopes=parameters.slopes[items],
        pattern=parameters.pattern[items],
        intercepts=parameters.intercepts[items],
    )
    again = score_by_weighted_likelihood(table_of(answers[persons][:, items], parameters.categories), moved)
    assert again.estimate == pytest.approx(scores.estimate[persons], abs=1e-6)


@settings(deadline=None, max_examples=30)
@given(st.integers(0, 10**6))
def test_steep_and_flat_items_side_by_side_do_not_keep_it_from_settling(seed: int) -> None:
    rng = np.random.default_rng(seed)
    parameters = make_parameters(2, 5, 3, rng, crossed=2)
    factor = np.exp(rng.normal(0.3, 1.0, (10, 1))).clip(0.1, 6.0) * rng.choice([-1.0, 1.0], (10, 1))
    steep = replace(parameters, slopes=parameters.slopes * factor, intercepts=parameters.intercepts * np.abs(factor))
    table = table_of(rng.integers(0, 3, (20, 10)).astype(np.int16), parameters.categories)
    scores = score_by_weighted_likelihood(table, steep)
    assert scores.converged.mean() >= 0.95
    assert np.all(np.isfinite(scores.estimate))
    assert score_by_mode(table, steep).converged.all()


def test_a_dimension_that_nothing_was_asked_about_has_no_estimate() -> None:
    items = (
        CalibratedItem("calm1", "2pl", (("calm", 1.0),), (0.0,)),
        CalibratedItem("calm2", "2pl", (("calm", 1.5),), (0.5,)),
        CalibratedItem("both", "2pl", (("warm", 1.0), ("keen", 0.5)), (0.0,)),
        CalibratedItem("keen1", "2pl", (("keen", 1.2),), (0.0,)),
    )
    known = know(*items, dimensions=("calm", "warm", "keen"))
    table = ResponseTable(
        tuple(item.key for item in items),
        np.full(4, 2),
        np.array([0, 0, 2, 5, 9]),
        np.array([0, 1, 0, 1, 2, 0, 1, 2, 3]),
        np.array([1, 0, 1, 0, 1, 1, 0, 1, 0]),
    )
    found = score_by_weighted_likelihood(table, known)
    seen = ~np.isnan(found.estimate)
    assert seen.tolist() == [[False] * 3, [True, False, False], [True, False, False], [True] * 3]
    assert np.array_equal(~np.isnan(found.sd), seen)
    assert found.estimate[1:3, 0] == pytest.approx(found.estimate[3, 0], abs=1e-8)
    assert found.converged.all()


def test_it_is_nearly_unbiased_where_the_mode_is_not() -> None:
    parameters = make_parameters(1, 20, 2, np.random.default_rng(9), model="2pl")
    rng = np.random.default_rng(10)
    logits = 1.5 * parameters.slopes[:, 0] + parameters.intercepts[:, 0]
    answers = (rng.random((4000, 20)) < 1.0 / (1.0 + np.exp(-logits))).astype(np.int16)
    table = table_of(answers, parameters.categories)
    weighted, modes = score_by_weighted_likelihood(table, parameters), score_by_mode(table, parameters)
    error = weighted.estimate.std() / 4000**0.5
    assert abs(weighted.estimate.mean() - 1.5) < 0.02 + 3.0 * error
    assert modes.estimate.mean() - 1.5 < -0.1


def test_blocks_that_rank_everything_alike_say_nothing_of_the_level() -> None:
    kind = ChoiceBlock((0.0, 0.0))
    loadings: FloatArray = np.array([[1.0, 0.0], [0.0, 1.0]])
    seen = [Observed(kind, loadings, np.arange(3), np.array([0, 1, number % 2])) for number in range(4)]
    found = find_weighted(seen, 3, 2)
    assert np.all(np.isnan(found.estimate))
    assert found.converged.all()
    mixed = [*seen, *(Observed(kind, np.diag([1.0, -1.0]), np.arange(3), np.array([0, 1, n % 2])) for n in range(4))]
    found = find_weighted(mixed, 3, 2)
    assert found.estimate[2] == pytest.approx(np.zeros(2), abs=1e-7)
    assert found.estimate[0, 0] == pytest.approx(-found.estimate[1, 0], abs=1e-7)
    assert found.estimate[0, 0] > 0.5


def test_modes_of_blocks_are_the_tops_of_their_posteriors() -> None:
    kind = ChoiceBlock((0.4, -0.1, -0.3), "most_least")
    loadings = np.array([[1.2, 0.0], [0.0, 0.9], [-0.8, 0.0]])
    seen = [Observed(kind, loadings, np.arange(6), np.arange(6)) for _ in range(2)]
    means, covariances = priors(make_parameters(2, 3, 3, np.random.default_rng(0)), 6)
    found = find_modes(seen, means, covariances)
    assert found.converged.all()
    precision = np.linalg.inv(covariances)

    def value(theta: FloatArray) -> FloatArray:
        off = theta - means
        density: FloatArray = add_up(seen, theta)[0] - 0.5 * np.einsum("pd,pde,pe->p", off, precision, off)
        return density

    move, top = 1e-3, value(found.estimate)
    for d in range(2):
        step = move * np.eye(2)[d]
        ahead, behind = value(found.estimate + step), value(found.estimate - step)
        assert (ahead - behind) / (2 * move) == pytest.approx(np.zeros(6), abs=1e-5)
        curvature = -(ahead - 2 * top + behind) / move**2
        assert np.linalg.inv(found.covariance)[:, d, d] == pytest.approx(curvature, abs=1e-4)
