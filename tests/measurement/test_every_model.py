"""One battery of laws over every kind of observation."""

import math
from collections.abc import Callable
from itertools import permutations

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from poise.measurement.informing import graded_information, ranking_information
from poise.measurement.models import BlockItem, FloatArray, GradedItem, Statement
from poise.measurement.observing import (
    ChoiceBlock,
    GradedScale,
    Observable,
    PartialCreditScale,
    RatedScale,
    ReadScale,
    Task,
    list_answers,
    mix_gradient,
    mix_log,
    observe,
)

GRADED = GradedScale((2.0, 0.3, -0.4, -3.0))
PARTIAL = PartialCreditScale((0.5, 0.9, -1.2))
CONFUSION = ((0.7, 0.2, 0.1, 0.0), (0.1, 0.6, 0.2, 0.1), (0.0, 0.2, 0.6, 0.2), (0.0, 0.1, 0.3, 0.6))
EVERY: dict[str, Observable] = {
    "2PL": GradedScale((0.4,)),
    "graded": GRADED,
    "graded, two thresholds nearly one": GradedScale((1.0, 0.999, -0.5)),
    "partial credit": PARTIAL,
    "pair": ChoiceBlock((0.3, -0.3)),
    "triplet": ChoiceBlock((0.7, -0.5, -0.2)),
    "quad": ChoiceBlock((0.7, -0.5, -0.2, 0.0)),
    "pair, most and least": ChoiceBlock((0.3, -0.3), "most_least"),
    "triplet, most and least": ChoiceBlock((0.7, -0.5, -0.2), "most_least"),
    "quad, most and least": ChoiceBlock((0.7, -0.5, -0.2, 0.0), "most_least"),
    "rated, graded": RatedScale(GRADED, 0.6, 1.7),
    "rated, partial credit": RatedScale(PARTIAL, -0.4, 0.5),
    "read": ReadScale(PARTIAL, CONFUSION),
    "read from a rater": ReadScale(RatedScale(PARTIAL, 0.3, 0.8), CONFUSION),
}
CONCAVE = [name for name in EVERY if not name.startswith("read") and "quad, most" not in name]
every = pytest.mark.parametrize("kind", EVERY.values(), ids=EVERY.keys())


def points(kind: Observable, number: int = 40, size: float = 2.0) -> FloatArray:
    return np.random.default_rng(4).normal(0.0, size, (number, kind.predictors))


def differences(kind: Observable, u: FloatArray, step: float = 1e-5) -> FloatArray:
    moves = step * np.eye(kind.predictors)
    ends = [kind.log_likelihoods(u + move) - kind.log_likelihoods(u - move) for move in moves]
    return np.stack(ends, axis=-1) / (2.0 * step)


def curvatures(kind: Observable, u: FloatArray, step: float = 1e-5) -> FloatArray:
    moves = step * np.eye(kind.predictors)
    ends = [kind.gradients(u + move) - kind.gradients(u - move) for move in moves]
    return np.stack(ends, axis=-1) / (2.0 * step)


@every
def test_all_answers_sum_to_one(kind: Observable) -> None:
    logs = kind.log_likelihoods(points(kind, size=4.0))
    assert logs.shape == (40, kind.answers)
    np.testing.assert_allclose(np.exp(logs).sum(axis=-1), 1.0, rtol=0, atol=1e-13)


@every
def test_gradients_are_those_of_differences(kind: Observable) -> None:
    u = points(kind)
    np.testing.assert_allclose(kind.gradients(u), differences(kind, u), atol=2e-8)


@every
def test_information_is_expected_squared_gradient_and_expected_curvature(kind: Observable) -> None:
    u = points(kind)
    chance, information = np.exp(kind.log_likelihoods(u)), kind.information(u)
    by_curvature = -np.einsum("na,narq->nrq", chance, curvatures(kind, u))
    np.testing.assert_allclose(information, by_curvature, atol=2e-8)
    slopes = differences(kind, u)
    np.testing.assert_allclose(information, np.einsum("na,nar,naq->nrq", chance, slopes, slopes), atol=1e-7)
    assert np.linalg.eigvalsh(information).min() > -1e-12


@every
@given(st.lists(st.floats(-700.0, 700.0), min_size=4, max_size=4))
def test_nothing_is_ever_nan_or_infinite(kind: Observable, far: list[float]) -> None:
    u = np.array(far[: kind.predictors])
    for found in (kind.log_likelihoods(u), kind.gradients(u), kind.information(u)):
        assert np.all(np.isfinite(found))
    assert math.isclose(np.exp(kind.log_likelihoods(u)).sum(), 1.0, abs_tol=1e-9)


@every
def test_one_answer_is_the_same_as_that_answer_among_all(kind: Observable) -> None:
    u = points(kind, 12)
    answer = np.arange(12) % kind.answers
    logs, gradients = kind.log_likelihoods(u), kind.gradients(u)
    np.testing.assert_array_equal(kind.log_likelihood(u, answer), logs[np.arange(12), answer])
    np.testing.assert_array_equal(kind.gradient(u, answer), gradients[np.arange(12), answer])
    np.testing.assert_array_equal(kind.log_likelihood(u[0], 1), logs[0, 1])
    with pytest.raises(ValueError, match=f"expected 0 to {kind.answers - 1}"):
        kind.log_likelihood(u, kind.answers)


@pytest.mark.parametrize("name", CONCAVE)
def test_the_likelihood_is_log_concave_where_it_should_be(name: str) -> None:
    kind = EVERY[name]
    second = curvatures(kind, points(kind, size=4.0))
    assert np.linalg.eigvalsh((second + np.swapaxes(second, -1, -2)) / 2.0).max() < 1e-8


def test_a_reading_between_two_far_categories_is_not_log_concave() -> None:
    u = np.linspace(-4.0, 4.0, 81)[:, None]
    second = np.diff(mix_log(GRADED, u, [1.0, 0.0, 0.0, 0.0, 1.0]), 2)
    assert second.max() > 0.0


@pytest.mark.parametrize("task", ["rank", "most_least"])
@pytest.mark.parametrize("size", [2, 3, 4])
def test_permuting_statements_permutes_answers(size: int, task: Task) -> None:
    c, answers = (0.7, -0.5, -0.2, 0.1)[:size], list_answers(size, task)
    u = np.random.default_rng(2).normal(size=(5, size))
    chance = np.exp(ChoiceBlock(c, task).log_likelihoods(u))
    for order in permutations(range(size)):
        moved = np.exp(ChoiceBlock(tuple(c[i] for i in order), task).log_likelihoods(u[:, list(order)]))
        for place, answer in enumerate(answers):
            old = answers.index(tuple(order[i] for i in answer))
            np.testing.assert_allclose(moved[:, place], chance[:, old], rtol=1e-12)


@pytest.mark.parametrize("size", [2, 3, 4])
def test_most_and_least_is_the_sum_of_its_orders(size: int) -> None:
    c = (0.7, -0.5, -0.2, 0.1)[:size]
    u = np.random.default_rng(3).normal(size=(6, size))
    by_order = np.exp(ChoiceBlock(c).log_likelihoods(u))
    chance = np.exp(ChoiceBlock(c, "most_least").log_likelihoods(u))
    for place, (most, least) in enumerate(list_answers(size, "most_least")):
        own = [i for i, order in enumerate(list_answers(size, "rank")) if (order[0], order[-1]) == (most, least)]
        np.testing.assert_allclose(chance[:, place], by_order[:, own].sum(axis=1), rtol=1e-12)


def test_a_block_depends_on_differences_of_utilities_alone() -> None:
    block, u = ChoiceBlock((0.7, -0.5, -0.2)), points(EVERY["triplet"])
    np.testing.assert_allclose(block.log_likelihoods(u + 3.0), block.log_likelihoods(u), atol=1e-12)
    np.testing.assert_allclose(block.gradients(u).sum(axis=-1), 0.0, atol=1e-12)


@pytest.mark.parametrize("weights", [[1.0] * 5, [0.01] * 5])
def test_a_reading_with_equal_weights_changes_nothing(weights: list[float]) -> None:
    u = points(GRADED)
    np.testing.assert_allclose(mix_log(GRADED, u, weights), np.log(weights[0]), atol=1e-13)
    np.testing.assert_allclose(mix_gradient(GRADED, u, weights), 0.0, atol=1e-13)


@given(st.lists(st.floats(0.01, 5.0), min_size=5, max_size=5), st.floats(-5.0, 5.0))
def test_a_reading_is_the_log_of_the_mixture(weights: list[float], at: float) -> None:
    u = np.array([at])
    chance = np.exp(GRADED.log_likelihoods(u))
    assert math.isclose(float(mix_log(GRADED, u, weights)), math.log(float(chance @ weights)), abs_tol=1e-12)
    step = 1e-5
    slope = (mix_log(GRADED, u + step, weights) - mix_log(GRADED, u - step, weights)) / (2.0 * step)
    assert math.isclose(float(mix_gradient(GRADED, u, weights)[0]), float(slope), abs_tol=1e-8)


def test_a_certain_reading_is_the_answer_itself() -> None:
    certain, u = ReadScale(PARTIAL, tuple(map(tuple, np.eye(4).tolist()))), points(PARTIAL)
    np.testing.assert_allclose(certain.log_likelihoods(u), PARTIAL.log_likelihoods(u), atol=1e-12)
    np.testing.assert_allclose(certain.information(u), PARTIAL.information(u), atol=1e-12)


def test_reading_loses_information() -> None:
    u = points(PARTIAL)
    assert np.all(ReadScale(PARTIAL, CONFUSION).information(u) < PARTIAL.information(u))


def test_a_usual_rater_changes_nothing_and_a_severe_one_is_a_lower_person() -> None:
    u = points(GRADED)
    np.testing.assert_allclose(RatedScale(GRADED).log_likelihoods(u), GRADED.log_likelihoods(u), atol=1e-13)
    severe = RatedScale(GRADED, severity=0.8).log_likelihoods(u)
    np.testing.assert_allclose(severe, GRADED.log_likelihoods(u - 0.8), atol=1e-13)


def test_kinds_agree_with_the_items_of_one_person() -> None:
    item = GradedItem((("a", 1.0),), (1.0, -0.2, -2.0))
    u = np.linspace(-3.0, 3.0, 9)
    kind = observe(item)
    np.testing.assert_allclose(np.exp(kind.log_likelihoods(u[:, None])), item.probabilities(u), atol=1e-14)
    expected = graded_information(u, np.array(item.intercepts))
    np.testing.assert_allclose(kind.information(u[:, None])[:, 0, 0], expected, atol=1e-14)
    block = BlockItem(tuple(Statement((("a", 1.0),), c) for c in (0.5, 0.0, -0.5)))
    v = np.random.default_rng(5).normal(size=(9, 3))
    utilities = v + np.array([0.5, 0.0, -0.5])
    np.testing.assert_allclose(np.exp(observe(block).log_likelihoods(v)), block.probabilities(utilities), atol=1e-14)
    np.testing.assert_allclose(observe(block).information(v), ranking_information(utilities, block.orders), atol=1e-14)


@pytest.mark.parametrize(
    ("make", "complaint"),
    [
        (lambda: GradedScale((0.0, 1.0)), "strictly decreasing"),
        (lambda: PartialCreditScale(()), "one or more"),
        (lambda: RatedScale(GRADED, 0.0, 0.0), "consistency: got 0.0"),
        (lambda: ChoiceBlock((0.0,)), "expected 2 to 4"),
        (lambda: ReadScale(GRADED, CONFUSION), "expected 5"),
        (lambda: ReadScale(PARTIAL, ((1.0, 1.0),) * 4), "sum to one"),
    ],
)
def test_what_is_no_model_is_refused(make: Callable[[], Observable], complaint: str) -> None:
    with pytest.raises(ValueError, match=complaint):
        make()
