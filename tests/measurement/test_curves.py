import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from poise.measurement.grid.curves import GRADED, PARTIAL, log_curves, slopes_of_curves, solve_small
from poise.measurement.models import FloatArray

NUDGE = 1e-6


def logs(model: int, eta: float, d: FloatArray) -> FloatArray:
    out = np.empty(len(d) + 1)
    log_curves(model, eta, d, len(d) + 1, out)
    return out


@settings(deadline=None)
@given(
    st.sampled_from([GRADED, PARTIAL]),
    st.floats(-40, 40),
    st.lists(st.floats(-8, 8), min_size=1, max_size=6, unique_by=lambda d: round(d, 3)),
)
def test_probabilities_sum_to_one_and_are_finite_in_logs(model: int, eta: float, d: list[float]) -> None:
    found = logs(model, eta, np.array(sorted(d, reverse=True)))
    assert np.all(np.isfinite(found))
    assert np.exp(found).sum() == pytest.approx(1.0, abs=1e-12)


@pytest.mark.parametrize("model", [GRADED, PARTIAL])
@pytest.mark.parametrize("eta", [-6.0, -1.3, 0.0, 0.4, 5.0])
def test_derivatives_are_those_of_the_curves(model: int, eta: float) -> None:
    d = np.array([1.5, 0.2, -1.1])
    chance, by_eta, by_d = np.empty(4), np.empty(4), np.empty((4, 3))
    slopes_of_curves(model, eta, d, 4, chance, by_eta, by_d)
    assert chance == pytest.approx(np.exp(logs(model, eta, d)), abs=1e-13)
    assert by_eta == pytest.approx((logs(model, eta + NUDGE, d) - logs(model, eta - NUDGE, d)) / (2 * NUDGE), abs=1e-7)
    for j, nudge in enumerate(NUDGE * np.eye(3)):
        slope = (logs(model, eta, d + nudge) - logs(model, eta, d - nudge)) / (2 * NUDGE)
        assert by_d[:, j] == pytest.approx(slope, abs=1e-7)


def test_a_small_system_is_solved() -> None:
    rng = np.random.default_rng(1)
    root = rng.standard_normal((5, 5))
    matrix, right = root @ root.T, rng.standard_normal(5)
    expected = np.linalg.solve(matrix, right)
    found = right.copy()
    solve_small(matrix.copy(), found, 5)
    assert found == pytest.approx(expected, rel=1e-9)
