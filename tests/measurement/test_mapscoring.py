import json
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from measurement.many_simulees import make_parameters, simulate_table, table_of
from measurement.observed_answers import observe_table, priors
from scipy.optimize import brentq, minimize

from poise.measurement.many.manyparameters import ManyParameters
from poise.measurement.parameters.items import CalibratedItem, KnownParameters, Model
from poise.measurement.scores.gridscoring import score_table
from poise.measurement.scores.mapscoring import score_by_mode
from poise.measurement.scores.observedscoring import Observed, add_up, find_modes
from poise.measurement.tabular.tables import BadTableError, ResponseTable

GOLDEN = Path(__file__).parents[1] / "golden"
CASES = [(1, 6, "graded", 0), (1, 8, "2pl", 0), (2, 4, "gpcm", 1), (3, 4, "graded", 3)]


def draw_case(dimensions: int, each: int, model: Model, crossed: int) -> tuple[ManyParameters, ResponseTable]:
    K = 2 if model == "2pl" else 4  # noqa: N806  categories
    parameters = make_parameters(dimensions, each, K, np.random.default_rng(1), model=model, crossed=crossed)
    table = simulate_table(parameters, 40, np.random.default_rng(2))
    category = table.category.copy()
    category[: dimensions * each] = 0
    category[dimensions * each : 2 * dimensions * each] = K - 1
    return parameters, replace(table, category=category)


@pytest.mark.parametrize(("dimensions", "each", "model", "crossed"), CASES)
def test_modes_are_where_scipy_finds_them(dimensions: int, each: int, model: Model, crossed: int) -> None:
    parameters, table = draw_case(dimensions, each, model, crossed)
    scores = score_by_mode(table, parameters)
    assert scores.converged.all()
    precision = np.linalg.inv(parameters.correlations)
    for person in (0, 1, 20):
        own = observe_table(table.rows(person, person + 1), parameters)

        def badness(theta: np.ndarray, own: list[Observed] = own) -> float:
            return float(0.5 * theta @ precision @ theta - add_up(own, theta[None])[0][0])

        found = minimize(badness, np.zeros(dimensions), method="Nelder-Mead", options={"xatol": 1e-6, "fatol": 1e-12})
        assert scores.estimate[person] == pytest.approx(found.x, abs=2e-5)
        assert badness(scores.estimate[person]) <= found.fun + 1e-12


@pytest.mark.parametrize(("dimensions", "each", "model", "crossed"), CASES)
def test_the_compiled_way_and_the_plain_one_agree(dimensions: int, each: int, model: Model, crossed: int) -> None:
    parameters, table = draw_case(dimensions, each, model, crossed)
    scores, twin = (
        score_by_mode(table, parameters),
        find_modes(observe_table(table, parameters), *priors(parameters, 40)),
    )
    assert scores.estimate == pytest.approx(twin.estimate, abs=1e-6)
    assert scores.covariance == pytest.approx(twin.covariance, abs=1e-6)


def test_one_right_answer_has_the_mode_of_its_equation() -> None:
    item = CalibratedItem("one", "2pl", (("calm", 1.7),), (-0.4,), values=(0, 1))
    known = KnownParameters(
        (item,), ("calm",), np.eye(1), ("a", "b"), np.array([[0.0], [0.5]]), np.array([[1.0], [2.0]])
    )
    table = ResponseTable(
        ("one",), np.array([2]), np.array([0, 1]), np.array([0]), np.array([1]), group=np.array([0]), groups=("b",)
    )
    scores = score_by_mode(table, known)
    mode = brentq(lambda t: 1.7 / (1.0 + np.exp(1.7 * t - 0.4)) - (t - 0.5) / 4.0, -5.0, 5.0)
    chance = 1.0 / (1.0 + np.exp(-1.7 * mode + 0.4))
    assert scores.estimate[0, 0] == pytest.approx(mode, abs=1e-8)
    assert scores.sd[0, 0] == pytest.approx((1.7**2 * chance * (1.0 - chance) + 0.25) ** -0.5, abs=1e-8)


def test_eight_dimensions_are_those_of_an_independent_search() -> None:
    told = json.loads((GOLDEN / "eight_dimensions_map.json").read_text())
    known = KnownParameters(
        tuple(
            CalibratedItem(f"i{i}", "graded", ((told["dimensions"][f], a),), tuple(d))
            for i, (f, a, d) in enumerate(zip(told["factor_of_item"], told["slopes"], told["intercepts"], strict=True))
        ),
        tuple(told["dimensions"]),
        np.array(told["correlations"]),
        ("all",),
        np.zeros((1, 8)),
        np.ones((1, 8)),
    )
    answers = np.array(told["answers"])
    table = table_of(answers, np.full(64, 5))
    scores = score_by_mode(replace(table, items=tuple(f"i{i}" for i in range(64))), known)
    assert scores.estimate == pytest.approx(np.array(told["map"]), abs=1e-4)
    assert scores.sd == pytest.approx(np.array(told["map_sd"]), abs=1e-4)


def test_who_answered_nothing_gets_what_is_known_of_the_group() -> None:
    parameters = replace(
        make_parameters(2, 3, 3, np.random.default_rng(3)),
        means=np.array([[0.0, 0.0], [0.7, -0.2]]),
        spread=np.array([[1.0, 1.0], [0.5, 2.0]]),
    )
    silent = ResponseTable(
        tuple("abcdef"),
        parameters.categories,
        np.zeros(3, dtype=np.int64),
        np.zeros(0, dtype=np.int32),
        np.zeros(0, dtype=np.int16),
        group=np.array([1, 0]),
        groups=("first", "second"),
    )
    scores = score_by_mode(silent, parameters)
    assert scores.estimate == pytest.approx(parameters.means[::-1])
    assert scores.covariance == pytest.approx(parameters.covariances[::-1])


@settings(deadline=None, max_examples=20)
@given(st.integers(0, 10**6))
def test_the_order_of_persons_and_of_items_does_not_matter(seed: int) -> None:
    rng = np.random.default_rng(seed)
    parameters = make_parameters(2, 4, 3, rng, crossed=1)
    answers = rng.integers(0, 3, (6, 8)).astype(np.int16)
    scores = score_by_mode(table_of(answers, parameters.categories), parameters)
    persons, items = rng.permutation(6), rng.permutation(8)
    moved = replace(
        parameters,
        slopes=parameters.slopes[items],
        pattern=parameters.pattern[items],
        intercepts=parameters.intercepts[items],
    )
    again = score_by_mode(table_of(answers[persons][:, items], parameters.categories), moved)
    assert again.estimate == pytest.approx(scores.estimate[persons], abs=1e-9)
    assert again.covariance == pytest.approx(scores.covariance[persons], abs=1e-9)


def test_with_many_items_mode_and_mean_come_together() -> None:
    item = [CalibratedItem(f"i{i}", "graded", (("calm", 1.5),), (1.0, 0.1 * (i % 7) - 0.6)) for i in range(200)]
    known = KnownParameters(tuple(item), ("calm",), np.eye(1), ("all",), np.zeros((1, 1)), np.ones((1, 1)))
    answers = np.random.default_rng(4).integers(0, 3, (5, 200)).astype(np.int16)
    table = replace(table_of(answers, np.full(200, 3)), items=tuple(f"i{i}" for i in range(200)))
    modes, means = score_by_mode(table, known), score_table(table, known)
    assert modes.estimate[:, 0] == pytest.approx(means.mean, abs=0.003)
    assert modes.sd[:, 0] == pytest.approx(means.sd, rel=0.01)


def test_what_was_not_calibrated_is_refused_by_name() -> None:
    item = CalibratedItem("one", "2pl", (("calm", 1.0),), (0.0,))
    known = KnownParameters((item,), ("calm",), np.eye(1), ("all",), np.zeros((1, 1)), np.ones((1, 1)))
    table = ResponseTable(("one",), np.array([3]), np.array([0, 1]), np.array([0]), np.array([2]))
    with pytest.raises(BadTableError, match="item 'one': got category 2, expected 0 to 1"):
        score_by_mode(table, known)
    with pytest.raises(BadTableError, match="item 'two' is not among the calibrated ones"):
        score_by_mode(replace(table, items=("two",)), known)
    with pytest.raises(BadTableError, match="group 'x' was not calibrated: the groups are all"):
        score_by_mode(replace(table, category=np.array([1]), group=np.array([0]), groups=("x",)), known)
