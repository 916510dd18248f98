import numpy as np
import pytest
from measurement.many_simulees import make_parameters, simulate_table
from scipy.integrate import dblquad
from scipy.special import expit
from scipy.stats import multivariate_normal

from poise.measurement.many.gridjudge import ProductGrid, calibrate_on_grid, category_logs, count_on_grid, grid_moments
from poise.measurement.many.manyparameters import ManyParameters
from poise.measurement.models import IntArray
from poise.measurement.parameters.items import Model


def test_the_likelihood_is_the_integral_over_both_dimensions() -> None:
    parameters = make_parameters(2, 2, 3, np.random.default_rng(1), crossed=1)
    table = simulate_table(parameters, 2, np.random.default_rng(2))
    density = multivariate_normal([0.0, 0.0], parameters.correlations)
    expected = 0.0
    for person in range(2):
        own = table.category[person * 4 : person * 4 + 4]

        def joint(y: float, x: float, own: IntArray = own) -> float:
            value = float(density.pdf([x, y]))
            for i, k in enumerate(own):
                eta = parameters.slopes[i] @ [x, y]
                above = np.concatenate([[1.0], expit(eta + parameters.intercepts[i]), [0.0]])
                value *= above[k] - above[k + 1]
            return value

        expected += np.log(dblquad(joint, -7, 7, -7, 7, epsabs=1e-9, epsrel=1e-7)[0])
    assert count_on_grid(parameters, table, ProductGrid.spanning(2, 61, 7.0)).loglik == pytest.approx(
        expected, abs=1e-5
    )


@pytest.mark.parametrize("model", ["graded", "gpcm"])
def test_category_probabilities_sum_to_one_far_out_too(model: Model) -> None:
    chances = np.exp(category_logs(model, np.linspace(-30, 30, 25), np.array([2.0, 0.3, -1.0])))
    assert chances.sum(axis=1) == pytest.approx(np.ones(25))


def test_moments_are_those_of_the_prior_without_answers_to_speak_of() -> None:
    parameters = make_parameters(2, 2, 2, np.random.default_rng(3))
    silent = ManyParameters(
        "graded", parameters.slopes * 1e-6, parameters.pattern, parameters.intercepts * 0.0, parameters.categories,
        parameters.correlations, parameters.means, parameters.linked,
    )  # fmt: skip
    table = simulate_table(parameters, 20, np.random.default_rng(4))
    mean, covariance = grid_moments(silent, table, ProductGrid.spanning(2, 61, 7.0))
    assert mean == pytest.approx(np.zeros((20, 2)), abs=1e-5)
    assert covariance[0] == pytest.approx(parameters.correlations, abs=1e-4)


def test_no_parameters_near_its_answer_are_more_likely() -> None:
    parameters = make_parameters(2, 3, 3, np.random.default_rng(5), crossed=1)
    table = simulate_table(parameters, 400, np.random.default_rng(6))
    fit = calibrate_on_grid(table, parameters.pattern, nodes=31, reach=5.0, tolerance=1e-5)
    assert fit.converged
    grid = ProductGrid.spanning(2, 31, 5.0)
    best = fit.parameters.packed
    for j in range(len(best)):
        for nudge in (-0.05, 0.05):
            other = best.copy()
            other[j] += nudge
            assert count_on_grid(fit.parameters.unpacked(other), table, grid).loglik < fit.loglik


def test_four_dimensions_are_refused() -> None:
    with pytest.raises(ValueError, match="dimensions: got 4"):
        ProductGrid.spanning(4, 5, 5.0)
