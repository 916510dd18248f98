import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from poise.measurement.grid.curves import GRADED, PARTIAL
from poise.measurement.observing import GradedScale, PartialCreditScale
from poise.measurement.scores.answercurves import ItemArrays, answer_slopes

steps = st.lists(st.floats(-4.0, 4.0), min_size=1, max_size=5, unique_by=lambda x: round(x, 2))


@settings(deadline=None)
@given(steps, st.floats(-6.0, 6.0), st.sampled_from([GRADED, PARTIAL]))
def test_slopes_are_those_of_the_observed_scale_and_curves_are_differences_of_slopes(
    intercepts: list[float], eta: float, model: int
) -> None:
    graded = model == GRADED
    d = sorted(intercepts, reverse=True) if graded else intercepts
    scale = GradedScale(tuple(d)) if graded else PartialCreditScale(tuple(d))
    items = ItemArrays(
        np.array([model], dtype=np.int8),
        np.zeros((1, 1), dtype=np.int64),
        np.ones((1, 1)),
        np.array([d]),
        np.array([len(d) + 1]),
    )
    log, first, second = (np.empty(len(d) + 1) for _ in range(3))
    answer_slopes(items, 0, eta, log, first, second)
    assert log == pytest.approx(scale.log_likelihoods(np.array([eta])), abs=1e-9)
    assert first == pytest.approx(scale.gradients(np.array([eta]))[:, 0], abs=1e-9)
    ahead, behind = (scale.gradients(np.array([eta + move]))[:, 0] for move in (1e-5, -1e-5))
    assert second == pytest.approx((ahead - behind) / 2e-5, abs=1e-6)
    assert np.exp(log) @ first == pytest.approx(0.0, abs=1e-9)


@pytest.mark.parametrize("eta", [-700.0, 700.0])
@pytest.mark.parametrize("model", [GRADED, PARTIAL])
def test_far_out_nothing_overflows(eta: float, model: int) -> None:
    items = ItemArrays(
        np.array([model], dtype=np.int8),
        np.zeros((1, 1), dtype=np.int64),
        np.ones((1, 1)),
        np.array([[1.0, -1.0]]),
        np.array([3]),
    )
    found = np.empty((3, 3))
    answer_slopes(items, 0, eta, found[0], found[1], found[2])
    assert np.all(np.isfinite(found))
    assert np.exp(found[0]).sum() == pytest.approx(1.0)
