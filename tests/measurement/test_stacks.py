"""What items would tell, stacked, against sums over all answers; and what they promise, against inverse matrices."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from measurement.mixed_bank import NAMES, draw_bank, draw_prior

from poise.measurement import BlockItem, FloatArray
from poise.measurement.adaptive.needs import Precision
from poise.measurement.adaptive.selection import rank_items
from poise.measurement.adaptive.stacks import PAIRS, AnyItem, weigh_pairs

BANK = draw_bank(NAMES, 48)


def naive_information(item: AnyItem, names: tuple[str, ...], mean: FloatArray) -> FloatArray:
    """Sum over all answers of chance times squared gradient, by finite differences in each latent."""

    def chances(z: FloatArray) -> FloatArray:
        point = dict(zip(names, z.tolist(), strict=True))
        if isinstance(item, BlockItem):
            return item.probabilities(item.utilities(point))
        return item.probabilities(np.array(item.predictor(point)))

    step = 1e-5
    slope = np.array([(chances(mean + s) - chances(mean - s)) / (2 * step) for s in step * np.eye(len(names))])
    result: FloatArray = (slope / chances(mean)) @ slope.T
    return result


@given(st.lists(st.floats(-2.5, 2.5), min_size=3, max_size=3), st.floats(0.0, 0.9), st.integers(0, 3))
def test_an_item_promises_the_change_of_the_inverse_covariance(
    mean: list[float], correlation: float, weight: int
) -> None:
    prior, at = draw_prior(NAMES, correlation), np.array(mean)
    need = Precision((("patience", 1.0), ("courtesy", float(weight)), ("honesty", 0.5)))
    weights = np.array([1.0, weight, 0.5])
    found = rank_items(BANK, at, prior.covariance, need) * BANK.seconds
    for candidate, gain in zip(BANK.candidates, found, strict=True):
        fisher = naive_information(candidate.item, NAMES, at)
        after = np.linalg.inv(np.linalg.inv(prior.covariance) + fisher)
        expected = float(weights @ np.diag(prior.covariance - after))
        assert gain == pytest.approx(expected, rel=1e-3, abs=1e-6), candidate.key


@given(st.lists(st.floats(-700, 700), min_size=2, max_size=4))
def test_pairs_of_a_block_tell_something_finite_and_never_less_than_nothing(utilities: list[float]) -> None:
    weights = weigh_pairs(np.array(utilities)[:, None])
    assert len(weights) == len(PAIRS[len(utilities)])
    assert np.all(np.isfinite(weights))
    assert np.all(weights >= 0.0)
    assert np.all(weights <= 0.25 * (len(utilities) - 1))


def test_items_with_fewer_categories_are_not_touched_by_the_padding() -> None:
    together = rank_items(BANK, np.full(3, 0.3), np.eye(3), Precision.of(NAMES))
    one_by_one = []
    for candidate in BANK.candidates:
        own = type(BANK).of([candidate], NAMES)
        one_by_one.append(rank_items(own, np.full(3, 0.3), np.eye(3), Precision.of(NAMES))[0])
    assert together == pytest.approx(np.array(one_by_one), rel=1e-12)
