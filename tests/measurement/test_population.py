"""People as drawn: their means, spread, correlations and skew are those that were asked for."""

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from poise.measurement.parameters.population import Population, draw_people
from poise.measurement.tabular.tables import BadTableError

NUMBER = 60_000


def make_population(correlation: float = 0.5, **more: object) -> Population:
    correlations = np.array([[1.0, correlation], [correlation, 1.0]])
    means, sds = np.array([[0.0, 0.0], [1.0, -0.5]]), np.array([[1.0, 1.0], [0.5, 2.0]])
    return Population(("calm", "warm"), correlations, ("a", "b"), means, sds, **more)  # type: ignore[arg-type]


@settings(max_examples=12)
@given(
    correlation=st.floats(-0.3, 0.8),
    skew=st.tuples(st.floats(-1.5, 1.5), st.floats(-1.5, 1.5)),
    seed=st.integers(0, 99),
)
def test_moments_are_those_that_were_asked_for(correlation: float, skew: tuple[float, float], seed: int) -> None:
    population = make_population(correlation, skew=skew, shares=(3, 1))
    try:
        theta, group = draw_people(population, NUMBER, np.random.default_rng(seed))
    except BadTableError:
        assert skew[0] * skew[1] != 0
        return
    assert group[0] == 0
    assert group.mean() == pytest.approx(0.25, abs=0.01)
    for g in (0, 1):
        own = (theta[group == g] - population.means[g]) / population.sds[g]
        assert own.mean(axis=0) == pytest.approx([0, 0], abs=0.04)
        assert own.std(axis=0) == pytest.approx([1, 1], abs=0.05)
        assert np.corrcoef(own.T)[0, 1] == pytest.approx(correlation, abs=0.05)
        assert (own**3).mean(axis=0) == pytest.approx(skew, abs=0.35)


def test_without_skew_the_latents_are_normal_and_repeat_with_the_seed() -> None:
    theta, _ = draw_people(make_population(), NUMBER, np.random.default_rng(3))
    again, _ = draw_people(make_population(), NUMBER, np.random.default_rng(3))
    assert np.array_equal(theta, again)
    one = draw_people(make_population(shares=(1, 0)), NUMBER, np.random.default_rng(3))[0]
    assert (one**4).mean(axis=0) == pytest.approx([3, 3], abs=0.12)
    assert (one**3).mean(axis=0) == pytest.approx([0, 0], abs=0.06)


def test_a_dimension_that_is_another_one_is_allowed() -> None:
    theta, _ = draw_people(make_population(1.0, shares=(1, 0)), 50, np.random.default_rng(1))
    assert theta[:, 0] == pytest.approx(theta[:, 1], abs=1e-6)


def test_what_no_population_can_be_is_refused_with_all_its_faults() -> None:
    with pytest.raises(BadTableError, match=r"correlations: expected ones[\s\S]*shares: got \[1\][\s\S]*skew: got 3"):
        make_population(1.5, shares=[1], skew=3.0)
    with pytest.raises(BadTableError, match="cannot have these correlations"):
        draw_people(make_population(0.99, skew=(1.9, -1.9)), 5, np.random.default_rng(1))
