import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from poise.measurement import BlockItem, GradedItem, Statement
from poise.measurement.models import PartialCreditItem, softplus

numbers = st.floats(-30, 30, allow_nan=False)


@given(st.lists(numbers, min_size=1, max_size=6, unique=True), numbers)
def test_probabilities_of_categories_sum_to_one(intercepts: list[float], eta: float) -> None:
    item = GradedItem((("patience", 1.0),), tuple(sorted(intercepts, reverse=True)))
    chances = item.probabilities(np.array(eta))
    assert chances.shape == (item.categories,)
    assert np.all(chances >= 0)
    assert chances.sum() == pytest.approx(1.0, abs=1e-12)


@given(st.lists(numbers, min_size=1, max_size=6), numbers)
def test_partial_credit_steps_are_logistic_and_sum_to_one(intercepts: list[float], eta: float) -> None:
    item = PartialCreditItem((("patience", 1.0),), tuple(intercepts))
    chances = item.probabilities(np.array(eta))
    assert chances.sum() == pytest.approx(1.0, abs=1e-12)
    steps = np.diff(intercepts, prepend=0.0)
    step = 1.0 / (1.0 + np.exp(-(eta + steps)))
    assert chances[1:] * (1 - step) == pytest.approx(chances[:-1] * step, abs=1e-12)


@given(st.lists(numbers, min_size=2, max_size=4))
def test_probabilities_of_all_orders_sum_to_one(utilities: list[float]) -> None:
    block = BlockItem(tuple(Statement((("patience", 1.0),), 0.0) for _ in utilities))
    chances = block.probabilities(np.array(utilities))
    assert chances.shape == (len(block.orders),)
    assert np.all(chances >= 0)
    assert chances.sum() == pytest.approx(1.0, abs=1e-12)


def test_graded_probabilities_are_differences_of_logistic_curves() -> None:
    item = GradedItem((("patience", 1.0),), (1.5, 0.2, -2.0))
    eta = np.array([-1.0, 0.0, 2.5])
    above = 1.0 / (1.0 + np.exp(-(eta[:, None] + np.array([1.5, 0.2, -2.0]))))
    edges = np.concatenate([np.ones((3, 1)), above, np.zeros((3, 1))], axis=1)
    assert item.probabilities(eta) == pytest.approx(edges[:, :-1] - edges[:, 1:])


def test_a_pair_is_a_logistic_comparison_and_a_triplet_a_chain_of_choices() -> None:
    pair = BlockItem((Statement((("a", 1.0),), 0.3), Statement((("b", 2.0),), -0.1)))
    utilities = pair.utilities({"a": 0.5, "b": 0.25})
    assert utilities == pytest.approx([0.8, 0.4])
    assert pair.probabilities(utilities)[0] == pytest.approx(1 / (1 + np.exp(-0.4)))
    u = np.array([0.3, -1.0, 0.7])
    worth = np.exp(u)
    triplet = BlockItem(tuple(Statement((("a", 1.0),), 0.0) for _ in u))
    expected = worth[2] / worth.sum() * worth[0] / (worth[0] + worth[1])
    assert triplet.probabilities(u)[triplet.orders.index((2, 0, 1))] == pytest.approx(expected)


def test_a_comparison_inside_a_block_does_not_depend_on_the_other_statements() -> None:
    u = np.array([0.3, -1.0, 0.7, 2.0])
    block = BlockItem(tuple(Statement((("a", 1.0),), 0.0) for _ in u))
    chances = block.probabilities(u)
    before = sum(c for c, o in zip(chances, block.orders, strict=True) if o.index(0) < o.index(1))
    assert before == pytest.approx(1 / (1 + np.exp(-1.3)))


def test_softplus_is_exact_at_the_ends() -> None:
    assert softplus(np.array([-np.inf, -800.0, 0.0, 800.0])) == pytest.approx([0.0, 0.0, np.log(2), 800.0])


@pytest.mark.parametrize("intercepts", [(), (1.0, 1.0), (0.0, 1.0), (float("nan"),), (1.0, float("nan")), (1e6,)])
def test_bad_intercepts_are_refused(intercepts: tuple[float, ...]) -> None:
    with pytest.raises(ValueError, match=r"intercept.*got.*expected"):
        GradedItem((("patience", 1.0),), intercepts)


@pytest.mark.parametrize("loadings", [(), (("a", 1.0), ("a", 2.0)), (("a", float("nan")),), (("", 1.0),)])
def test_bad_loadings_are_refused(loadings: tuple[tuple[str, float], ...]) -> None:
    with pytest.raises(ValueError, match=r"loading.*got.*expected"):
        GradedItem(loadings, (0.0,))
    with pytest.raises(ValueError, match=r"loading.*got.*expected"):
        Statement(loadings, 0.0)


@pytest.mark.parametrize("count", [0, 1, 5])
def test_blocks_hold_two_to_four_statements(count: int) -> None:
    with pytest.raises(ValueError, match=f"statements: got {count}, expected 2 to 4"):
        BlockItem(tuple(Statement((("a", 1.0),), 0.0) for _ in range(count)))


def test_a_missing_latent_is_named() -> None:
    item = GradedItem((("patience", 1.0), ("situations", 1.0)), (0.0,))
    with pytest.raises(ValueError, match="situations"):
        item.predictor({"patience": 1.0})
