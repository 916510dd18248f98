"""The compiled functions of grid calibration against plain twins, and the laws they must keep."""

import numpy as np
import numpy.typing as npt
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from measurement.grid_twins import draw_items, draw_table, naive_chances, naive_expectation

from poise.measurement.grid.gridem import Latents, Parameters, Prepared, Problem, expect_all, lay_grid, tabulate
from poise.measurement.grid.louis import observed_information
from poise.measurement.grid.mstep import GRADED, PARTIAL, ItemCurves, evaluate_item, fill_curves, fill_information
from poise.measurement.grid.packing import Packing
from poise.measurement.grid.priors import FLAT, Priors
from poise.measurement.tabular.coding import from_array
from poise.measurement.tabular.tables import ResponseTable

FloatArray = npt.NDArray[np.float64]
CODES = {"graded": GRADED, "gpcm": PARTIAL}


def one_group() -> Latents:
    return Latents(np.zeros(1), np.ones(1), np.zeros(1, dtype=bool), np.zeros(1, dtype=bool))


def make_problem(table: ResponseTable, model: str, priors: Priors = FLAT) -> Problem:
    stride = int(table.categories.max())
    return Problem(
        chunks=[Prepared.of(table, stride)],
        model=np.full(len(table.items), CODES[model], dtype=np.int8),
        categories=table.categories.astype(np.int64),
        free=np.ones(len(table.items), dtype=bool),
        prior=priors.as_tuple(),
    )


def make_case(model: str, seed: int = 1, persons: int = 150, share: float = 0.7) -> tuple[ResponseTable, FloatArray]:
    rng = np.random.default_rng(seed)
    items = draw_items(6, 4, rng)
    answers = draw_table(model, items, [4] * 6, rng.standard_normal(persons), rng, share)
    group = ["b" if p % 3 else "a" for p in range(persons)]
    table = from_array(answers, group=group, weight=rng.random(persons) + 0.5)
    assert table.categories.tolist() == [4] * 6
    return table, items


slopes = st.floats(-4.0, 4.0)
intercepts = st.lists(st.floats(-6.0, 6.0), min_size=1, max_size=6, unique=True)


@settings(max_examples=60, deadline=None)
@given(slope=slopes, told=intercepts, model=st.sampled_from(["graded", "gpcm"]))
def test_probabilities_sum_to_one_and_information_is_never_negative(
    slope: float, told: list[float], model: str
) -> None:
    d = np.array(sorted(told, reverse=True))
    if len(d) > 1 and np.min(-np.diff(d)) < 1e-4:
        d = d[:1]
    curves = ItemCurves(np.array([CODES[model]], np.int8), np.array([slope]), d[None], np.array([len(d) + 1]))
    nodes = np.linspace(-6.0, 6.0, 16)
    table, information = np.zeros((len(d) + 1, 16)), np.zeros((1, 16))
    fill_curves(curves, nodes, table)
    fill_information(curves, nodes, information)
    assert np.exp(table).sum(axis=0) == pytest.approx(np.ones(16), abs=1e-12)
    assert pytest.approx(naive_chances(model, slope, d, nodes), abs=1e-9) == np.exp(table).T
    assert np.all(information >= 0.0)


@pytest.mark.parametrize("model", ["graded", "gpcm"])
@pytest.mark.parametrize(("precision", "near"), [(np.float64, 1e-6), (np.float32, 2e-4)])
def test_the_sweep_counts_like_its_twin(model: str, precision: type[np.float64], near: float) -> None:
    table, items = make_case(model)
    problem = make_problem(table, model)
    latents = Latents(np.array([0.0, 0.4]), np.array([1.0, 1.2]), np.array([False, True]), np.array([False, True]))
    nodes = lay_grid(latents, 0.15)
    told = naive_expectation(table, model, items, nodes, latents.log_density(nodes))
    parameters = Parameters(items, latents)
    for _ in range(3):  # the windows of the first sweep serve the others
        found = problem.expect(parameters, nodes, precision)
        assert found.counts == pytest.approx(told[0], abs=near)
        assert found.node_counts == pytest.approx(told[1], abs=near)
        assert found.log_likelihood == pytest.approx(told[2], abs=near * 10)
    assert np.any(problem.chunks[0].window[:, 1] > 0)


def test_windows_follow_when_the_parameters_move() -> None:
    table, items = make_case("graded", persons=60, share=1.0)
    steep = items * 3.0
    problem = make_problem(table, "graded")
    latents = Latents(np.zeros(2), np.ones(2), np.zeros(2, dtype=bool), np.zeros(2, dtype=bool))
    nodes = lay_grid(latents, 0.05)
    for shift in (0.0, 6.0, -6.0, 2.0):
        moved = steep.copy()
        moved[:, 1:] += shift
        found = problem.expect(Parameters(moved, latents), nodes, np.float64)
        told = naive_expectation(table, "graded", moved, nodes, latents.log_density(nodes))
        assert found.log_likelihood == pytest.approx(told[2], abs=1e-4)
        assert found.counts == pytest.approx(told[0], abs=1e-4)


def test_counts_of_chunks_add() -> None:
    table, items = make_case("graded")
    curves = Parameters(items, one_group()).curves(np.zeros(6, np.int8), table.categories)
    latents = Latents(np.zeros(2), np.ones(2), np.zeros(2, dtype=bool), np.zeros(2, dtype=bool))
    tabulated = tabulate(curves, latents, lay_grid(latents, 0.2), np.float64)
    whole = expect_all([Prepared.of(table, 4)], tabulated)
    parts = expect_all([Prepared.of(part, 4) for part in table.chunks(17)], tabulated)
    assert parts.counts == pytest.approx(whole.counts, abs=1e-10)
    assert parts.node_counts == pytest.approx(whole.node_counts, abs=1e-10)
    assert parts.log_likelihood == pytest.approx(whole.log_likelihood, abs=1e-9)


@pytest.mark.parametrize("model", ["graded", "gpcm"])
def test_the_gradient_of_an_item_is_that_of_its_expected_log_likelihood(model: str) -> None:
    rng = np.random.default_rng(5)
    nodes, counts = np.linspace(-4, 4, 9), rng.random((4, 9)) * 10
    point, prior = np.array([1.3, 1.0, 0.2, -1.1]), Priors(1.0, 2.0, 3.0).as_tuple()

    def value(at: FloatArray) -> float:
        chances = naive_chances(model, at[0], at[1:], nodes)
        prior_part = -0.5 * ((at[0] - 1.0) / 2.0) ** 2 - 0.5 * np.sum((at[1:] / 3.0) ** 2)
        return float(np.sum(counts.T * np.log(chances)) + prior_part)

    gradient, information = np.empty(4), np.empty((4, 4))
    told = evaluate_item(CODES[model], point[0], point[1:], 4, nodes, counts, prior, gradient, information)
    assert told == pytest.approx(value(point), abs=1e-9)
    for n, step in enumerate(np.eye(4) * 1e-6):
        assert gradient[n] == pytest.approx((value(point + step) - value(point - step)) / 2e-6, abs=1e-4)
    assert np.all(np.linalg.eigvalsh(np.tril(information) + np.tril(information, -1).T) > 0.0)


@pytest.mark.parametrize("model", ["graded", "gpcm"])
def test_a_plain_cycle_never_lowers_the_likelihood(model: str) -> None:
    table, items = make_case(model)
    problem = make_problem(table, model)
    free = np.array([False, True])
    start = Parameters(items * 0.3, Latents(np.zeros(2), np.ones(2), free, free))
    nodes, before = np.linspace(-7.0, 7.0, 112), -np.inf
    for _ in range(25):
        cycle = problem.cycle(start, nodes, np.float64)
        assert cycle.log_likelihood >= before - 1e-8
        before, start = cycle.log_likelihood, cycle.end


@pytest.mark.parametrize(("model", "share"), [("graded", 1.0), ("graded", 0.4), ("gpcm", 0.7)])
def test_the_observed_information_is_the_second_derivative_of_the_log_likelihood(model: str, share: float) -> None:
    table, items = make_case(model, persons=160, share=share)
    problem = make_problem(table, model)
    free = np.array([False, True])
    parameters = Parameters(items, Latents(np.array([0.0, 0.3]), np.array([1.0, 1.1]), free, free))
    packing = Packing(problem, parameters)
    nodes = np.linspace(-9.0, 9.0, 240)
    expected = problem.expect(parameters, nodes, np.float64)
    found = observed_information(problem, packing, parameters, nodes, expected)
    vector, size = packing.pack(parameters), packing.size

    def gradient(at: FloatArray) -> FloatArray:
        """Differences of a twin; the mean score of everybody."""
        steps = np.eye(size) * 1e-4
        return np.array([(value(at + step) - value(at - step)) / 2e-4 for step in steps])

    def value(at: FloatArray) -> float:
        own = packing.unpack(at)
        density = -0.5 * ((nodes - own.latents.mean[:, None]) / own.latents.sd[:, None]) ** 2
        density -= np.log(own.latents.sd[:, None] * np.sqrt(2 * np.pi)) - np.log(nodes[1] - nodes[0])
        return naive_expectation(table, model, own.items, nodes, density)[2]

    for n in (0, 2, size - 2, size - 1):
        step = np.eye(size)[n] * 1e-3
        second = -(gradient(vector + step) - gradient(vector - step)) / 2e-3
        assert found[n] == pytest.approx(second, abs=0.02)
